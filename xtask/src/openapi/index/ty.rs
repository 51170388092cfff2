//! Reads the Rust types of a client.

use crate::openapi::progenitor::types::{Kind, Types, arguments, named};
use crate::rust_type::{Integer, IpAddress, RustType};

/// A type. Names are those of the client's module of types.
pub type Ty = RustType<String>;

impl Ty {
    /// Reads a Rust type.
    pub(super) fn read(ty: &syn::Type, types: &Types) -> Ty {
        let foreign = || {
            // Arguments are lent; the type is the one behind the reference.
            Ty::Foreign(match ty {
                syn::Type::Reference(reference) => reference.elem.clone(),
                own => Box::new(own.clone()),
            })
        };
        let Some(name) = named(ty) else {
            return foreign();
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
                Kind::Other => Ty::Opaque(name),
            };
        }
        match (name.as_str(), inner.as_slice()) {
            ("bool", []) => Ty::Bool,
            ("String" | "str", []) => Ty::String,
            ("Number", []) => Ty::Number,
            ("SecretString", []) => Ty::Secret,
            ("DateTime", [_]) => Ty::DateTime,
            ("NaiveDate", []) => Ty::Date,
            ("Uuid", []) => Ty::Uuid,
            ("IpAddr", []) => Ty::Ip(IpAddress::Any),
            ("Ipv4Addr", []) => Ty::Ip(IpAddress::V4),
            ("Ipv6Addr", []) => Ty::Ip(IpAddress::V6),
            ("Value", []) => Ty::Json,
            ("Map", [_, _]) => Ty::JsonMap,
            ("Vec", [inner]) => Ty::List(read(inner)),
            ("OrderedMap", [inner]) => Ty::Map(read(inner)),
            ("Box", [inner]) => Ty::Boxed(read(inner)),
            ("Option", [inner]) => Ty::Option(read(inner)),
            (integer, []) => Integer::named(integer).map_or_else(foreign, Ty::Integer),
            _ => foreign(),
        }
    }
}
