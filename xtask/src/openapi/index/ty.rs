//! Rust types of a client, as far as values are read from them and put into them.

use quote::ToTokens;

use crate::openapi::progenitor::types::{Kind, Types, arguments, named};

/// A type. Names are those of the client's module of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    /// `i64`, `std::num::NonZeroU64` and so on.
    Integer(String),
    /// A JSON number that keeps its digits.
    Number,
    String,
    /// A text that does not print itself: the runtime's `SecretString`.
    Secret,
    /// What the generator has no other idea of than that it can be cloned and serialized.
    Other(String),
    /// `serde_json::Value`.
    Json,
    /// `serde_json::Map<String, serde_json::Value>`.
    JsonMap,
    /// A string with a type of its own; whether it is kept secret.
    Text {
        name: String,
        secret: bool,
    },
    /// An enumeration of texts; whether it is open, and so not `Copy`.
    Enum {
        name: String,
        open: bool,
    },
    Struct(String),
    Union(String),
    /// A wrapper of one public field.
    Wrapper(String, Box<Ty>),
    List(Box<Ty>),
    /// `OrderedMap<T>` of the runtime.
    Map(Box<Ty>),
    Boxed(Box<Ty>),
    Option(Box<Ty>),
}

impl Ty {
    /// Reads a Rust type.
    pub(super) fn read(ty: &syn::Type, types: &Types) -> Ty {
        let other = || {
            // Arguments are lent; the type is the one behind the reference.
            let own = match ty {
                syn::Type::Reference(reference) => &*reference.elem,
                own => own,
            };
            Ty::Other(own.to_token_stream().to_string().replace(' ', ""))
        };
        let Some(name) = named(ty) else {
            return other();
        };
        let inner = arguments(ty);
        let read = |ty: &syn::Type| Box::new(Ty::read(ty, types));
        if let Some(item) = types.items.get(&name) {
            return match &item.kind {
                Kind::Struct => Ty::Struct(name),
                Kind::Enum(values) => Ty::Enum {
                    name,
                    open: values.unknown.is_some(),
                },
                Kind::Text(text) => Ty::Text {
                    name,
                    secret: text.secret,
                },
                Kind::Newtype(inner) => Ty::Wrapper(name, read(inner)),
                Kind::Union(_) => Ty::Union(name),
                Kind::Other => Ty::Other(format!("types::{name}")),
            };
        }
        match (name.as_str(), inner.as_slice()) {
            ("bool", []) => Ty::Bool,
            ("String" | "str", []) => Ty::String,
            ("Number", []) => Ty::Number,
            ("SecretString", []) => Ty::Secret,
            ("Value", []) => Ty::Json,
            ("Map", [_, _]) => Ty::JsonMap,
            ("Vec", [inner]) => Ty::List(read(inner)),
            ("OrderedMap", [inner]) => Ty::Map(read(inner)),
            ("Box", [inner]) => Ty::Boxed(read(inner)),
            ("Option", [inner]) => Ty::Option(read(inner)),
            (integer, []) if is_integer(integer) => match integer.starts_with("NonZero") {
                true => Ty::Integer(format!("std::num::{integer}")),
                false => Ty::Integer(integer.to_owned()),
            },
            _ => other(),
        }
    }

    /// The type without the `Option`s around it.
    pub fn inner(&self) -> &Ty {
        match self {
            Ty::Option(inner) => inner.inner(),
            other => other,
        }
    }

    /// Whether it is an `Option`.
    pub fn is_optional(&self) -> bool {
        matches!(self, Ty::Option(_))
    }
}

fn is_integer(name: &str) -> bool {
    let digits = name.strip_prefix("NonZero").unwrap_or(name);
    let digits = digits
        .strip_prefix(['i', 'u', 'I', 'U'])
        .unwrap_or_default();
    matches!(digits, "8" | "16" | "32" | "64" | "128" | "size")
}
