//! Places of a request that values go to, and the places inside them.

use std::borrow::Cow;

use super::Client;
use crate::model::{Ty, TypeName};
use crate::openapi::index;

/// A place that a value goes to.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'a> {
    /// Its type, an `Option` where it can be left empty.
    pub ty: Ty,
    /// Its declaration in the API description, where it has one.
    pub about: Option<Cow<'a, index::Declaration>>,
}

impl Slot<'static> {
    /// A place of which only the type is known.
    pub(crate) fn of(ty: Ty) -> Self {
        Self { ty, about: None }
    }
}

/// The way in which a list or an object becomes a value of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'t> {
    /// Its members become fields.
    Struct(&'t TypeName),
    /// Its members become values of this type.
    Map(&'t Ty),
    /// Its items become values of this type.
    List(&'t Ty),
    /// It becomes a value of this type, in a box.
    Boxed(&'t Ty),
    /// It becomes a value of this type, in a wrapper.
    Wrapper(&'t Ty),
    /// It is any JSON, or decoded from JSON.
    Json(JsonKind),
    /// It does not.
    None,
}

/// The JSON that a type takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonKind {
    Any,
    Object,
}

impl<'t> Shape<'t> {
    /// The shape of values of a type.
    pub(crate) fn of(ty: &'t Ty, clients: &[Client<'_>]) -> Self {
        match ty.inner() {
            // Members that stand among those of the struct are only put in place by decoding.
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
            Ty::JsonMap => Self::Json(JsonKind::Object),
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
            | Ty::Text { .. }
            | Ty::Enum { .. }
            | Ty::Option(_) => Self::None,
        }
    }
}
