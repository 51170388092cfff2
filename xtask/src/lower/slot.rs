//! Typed slots of a request that values are assigned to, and the shapes of values inside them.

use std::borrow::Cow;

use super::Client;
use crate::model::{Ty, TypeName};
use crate::openapi::index;

/// A parameter, credential, body or input that a value is assigned to, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'a> {
    /// The type; an `Option` if the value may be absent.
    pub ty: Ty,
    /// The declaration in the API description, if any.
    pub declaration: Option<Cow<'a, index::Declaration>>,
}

impl Slot<'_> {
    /// Returns `true` if the API declares that the value may be null.
    pub(crate) fn is_nullable(&self) -> bool {
        let schema = self.declaration.as_ref().map(|it| &it.schema);
        self.ty.options() > 1
            || schema.is_some_and(|it| it.get("nullable") == Some(&serde_json::Value::Bool(true)))
    }
}

impl Slot<'static> {
    /// Returns a slot with only a type.
    pub(crate) fn of(ty: Ty) -> Self {
        Self {
            ty,
            declaration: None,
        }
    }
}

/// The conversion of a list or an object to a value of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'t> {
    /// The members become fields.
    Struct(&'t TypeName),
    /// The members become values of this type.
    Map(&'t Ty),
    /// The items become values of this type.
    List(&'t Ty),
    /// The value becomes a boxed value of this type.
    Boxed(&'t Ty),
    /// The value becomes a wrapper of this type.
    Wrapper(&'t Ty),
    /// The value is kept as JSON or decoded from JSON.
    Json(JsonKind),
    /// The type accepts no list or object.
    None,
}

/// The JSON that a type accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonKind {
    Any,
    Object,
}

impl<'t> Shape<'t> {
    /// Returns the shape of the values of a type.
    pub(crate) fn of(ty: &'t Ty, clients: &[Client<'_>]) -> Self {
        match ty.inner() {
            // Flattened members can only be set by decoding.
            Ty::Struct(name) => match clients.get(name.api) {
                Some(client) if client.index.is_flattened(&name.name) => {
                    Self::Json(JsonKind::Object)
                }
                _ => Self::Struct(name),
            },
            Ty::Map(inner) => Self::Map(inner),
            Ty::List(inner) => Self::List(inner),
            Ty::Boxed(inner) => Self::Boxed(inner),
            Ty::Wrapper(_, inner) => Self::Wrapper(inner),
            Ty::Json | Ty::Union(_) | Ty::Opaque(_) | Ty::Foreign(_) => Self::Json(JsonKind::Any),
            Ty::JsonMap | Ty::Multipart => Self::Json(JsonKind::Object),
            Ty::Bool
            | Ty::Integer(_)
            | Ty::Number
            | Ty::String
            | Ty::Secret
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_)
            | Ty::Bytes
            | Ty::JsonFields(_)
            | Ty::Text { .. }
            | Ty::Enum { .. }
            | Ty::Option(_) => Self::None,
        }
    }
}

/// Returns `true` for a type that no string has: a string that is one embedded expression stands for its value.
pub(crate) fn excludes_text(ty: &Ty) -> bool {
    match ty.inner() {
        Ty::Bool
        | Ty::Integer(_)
        | Ty::Number
        | Ty::List(_)
        | Ty::Map(_)
        | Ty::JsonMap
        | Ty::Struct(_) => true,
        Ty::Boxed(inner) | Ty::Wrapper(_, inner) => excludes_text(inner),
        _ => false,
    }
}
