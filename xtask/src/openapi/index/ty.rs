//! Reading of the Rust types of a client.

use std::collections::BTreeSet;

use crate::openapi::progenitor::types::{TypeKind, Types, arguments, type_name};
use crate::rust_type::{Integer, IpAddress, RustType};

/// Type of a value. Names are those of the client's `types` module.
pub type Ty = RustType<String>;

impl Ty {
    /// Reads a Rust type.
    pub(super) fn read(ty: &syn::Type, types: &Types) -> Ty {
        let foreign = || {
            // Arguments are passed by reference; the type is the referent.
            Ty::Foreign(match ty {
                syn::Type::Reference(reference) => reference.elem.clone(),
                own => Box::new(own.clone()),
            })
        };
        let Some(name) = type_name(ty) else {
            return foreign();
        };
        let inner = arguments(ty);
        let read = |ty: &syn::Type| Box::new(Ty::read(ty, types));
        if let Some(item) = types.items.get(&name) {
            return match &item.kind {
                TypeKind::Struct => Ty::Struct(name),
                TypeKind::Enum(values) => Ty::Enum {
                    name,
                    open: values.unknown.is_some(),
                },
                TypeKind::StringNewtype(text) => Ty::Text {
                    name,
                    secret: text.secret,
                },
                TypeKind::JsonFields => Ty::JsonFields(name),
                // The type of a map of maps has no end if it is written out.
                TypeKind::Newtype(_) if contains_itself(&name, types) => Ty::Opaque(name),
                TypeKind::Newtype(inner) => Ty::Wrapper(name, read(inner)),
                TypeKind::Union(_) => Ty::Union(name),
                TypeKind::Other => Ty::Opaque(name),
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

/// Returns `true` if a newtype contains values of its own type in lists, maps and other newtypes alone.
fn contains_itself(name: &str, types: &Types) -> bool {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut rest = vec![name.to_owned()];
    while let Some(next) = rest.pop() {
        let Some(TypeKind::Newtype(inner)) = types.items.get(&next).map(|item| &item.kind) else {
            continue;
        };
        let mut parts = vec![inner];
        while let Some(part) = parts.pop() {
            parts.extend(arguments(part));
            let Some(part) = type_name(part) else {
                continue;
            };
            if part == name {
                return true;
            }
            if seen.insert(part.clone()) {
                rest.push(part);
            }
        }
    }
    false
}
