//! Conversions between Rust types, and common types of several uses.

use crate::model::{Access, Conversion, Integer, Ty, TypeName};
use crate::names::ident;
use crate::openapi::index;

/// Returns a type of the client with this index.
pub fn of_client(api: usize, ty: &index::Ty) -> Ty {
    ty.map_names(&|name: &String| TypeName {
        api,
        name: name.clone(),
    })
}

/// Returns a path segment into a value of the client with this index.
pub fn access(api: usize, access: &index::Access) -> Access {
    match access {
        index::Access::Field {
            ident: name,
            optional,
        } => Access::Field {
            name: ident(name),
            optional: *optional,
        },
        index::Access::Inner { optional } => Access::Inner {
            optional: *optional,
        },
        index::Access::Index(at) => Access::Index(*at),
        index::Access::Key(key) => Access::Key(key.clone()),
        index::Access::Present => Access::Present,
        index::Access::Accessor { method, returns } => Access::Accessor {
            method: ident(method),
            returns: of_client(api, returns),
        },
        index::Access::Pointer(pointer) => Access::Pointer(pointer.clone()),
        index::Access::Serialized(pointer) => Access::Serialized(pointer.clone()),
    }
}

/// Returns the conversion of values of one type to another, if any.
pub fn conversion(from: &Ty, to: &Ty) -> Option<Conversion> {
    let (from, to) = (from.inner(), to.inner());
    if from == to {
        return Some(Conversion::Same);
    }
    Some(match (from, to) {
        (Ty::Bytes | Ty::Multipart, _) => return None,
        (_, Ty::Json) => Conversion::ToJson,
        (Ty::String | Ty::Text { .. } | Ty::Secret, Ty::Bytes) => Conversion::ToBytes,
        (_, Ty::Bytes) => return None,
        (Ty::Json, Ty::String | Ty::Text { .. } | Ty::Secret) => Conversion::Scalar,
        (Ty::Json, _) => Conversion::FromJson,
        (Ty::Text { .. } | Ty::Secret, Ty::String) => Conversion::ToText,
        (Ty::String, Ty::Text { .. } | Ty::Secret) => Conversion::FromText,
        (Ty::Text { .. } | Ty::Secret, Ty::Text { .. } | Ty::Secret) => Conversion::TextToText,
        (Ty::DateTime, Ty::String) => Conversion::PrintTime,
        (
            Ty::Enum { .. }
            | Ty::Bool
            | Ty::Integer(_)
            | Ty::Number
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_),
            Ty::String,
        ) => Conversion::Print,
        // Documents often declare an id as a number in one place and as a string in another one.
        (
            Ty::Enum { .. } | Ty::Bool | Ty::Integer(_) | Ty::Number | Ty::Date | Ty::Uuid,
            Ty::Text { .. } | Ty::Secret,
        ) => Conversion::PrintToText,
        (
            Ty::String | Ty::Text { .. } | Ty::Secret,
            Ty::Enum { .. }
            | Ty::Bool
            | Ty::Integer(_)
            | Ty::Number
            | Ty::DateTime
            | Ty::Date
            | Ty::Uuid
            | Ty::Ip(_),
        ) => Conversion::Parse,
        (Ty::Integer(_), Ty::Integer(_)) => Conversion::Integer,
        (Ty::Integer(_), Ty::Number) => Conversion::Number,
        // Fails for a number that is not whole, and for a value that only one of the enums has.
        (Ty::Number, Ty::Integer(_))
        | (Ty::Enum { .. }, Ty::Enum { .. })
        | (Ty::DateTime | Ty::Ip(_), Ty::Text { .. } | Ty::Secret) => Conversion::ThroughJson,
        (Ty::Map(values), Ty::JsonMap) | (Ty::JsonMap, Ty::Map(values)) if **values == Ty::Json => {
            Conversion::Collect
        }
        // Decoding checks that the string contains an object.
        (Ty::String | Ty::Text { .. } | Ty::Secret, Ty::JsonFields(_)) => Conversion::ThroughJson,
        // A part of a response often has the same shape as a part of a request, but another type name.
        (Ty::JsonFields(_), _) => return None,
        (_, Ty::Union(_) | Ty::Opaque(_)) => Conversion::ThroughJson,
        (from, Ty::Multipart) if is_compound(from) => Conversion::ThroughJson,
        (from, to) if is_compound(from) && is_compound(to) => Conversion::ThroughJson,
        _ => return None,
    })
}

/// Returns `true` for object and list types.
fn is_compound(ty: &Ty) -> bool {
    match ty {
        Ty::Struct(_) | Ty::Union(_) | Ty::Opaque(_) | Ty::Map(_) | Ty::JsonMap | Ty::List(_) => {
            true
        }
        Ty::Boxed(inner) | Ty::Wrapper(_, inner) => is_compound(inner.inner()),
        _ => false,
    }
}

/// Returns the type of an input with several uses: their type if they are equal, else a type that converts to all.
pub fn common_type(types: &[&Ty]) -> Option<Ty> {
    let (first, others) = types.split_first()?;
    let mut common_type = first.inner().clone();
    for other in others {
        common_type = common_type_of_two(&common_type, other.inner())?;
    }
    Some(common_type)
}

fn common_type_of_two(a: &Ty, b: &Ty) -> Option<Ty> {
    if a == b {
        return Some(a.clone());
    }
    Some(match (a, b) {
        // Bytes that are also used as JSON are a string.
        (Ty::Bytes, Ty::Json | Ty::String) | (Ty::Json | Ty::String, Ty::Bytes) => Ty::String,
        // Any type converts to JSON, so the other use determines the type.
        (Ty::Json, other) | (other, Ty::Json) => other.clone(),
        // A union decodes any value, and rejects one of another type before the request.
        (Ty::Union(_) | Ty::Opaque(_), scalar) | (scalar, Ty::Union(_) | Ty::Opaque(_))
            if scalar.is_scalar() =>
        {
            scalar.clone()
        }
        // A use as a secret makes the input a secret.
        (
            Ty::Text { secret: true, .. } | Ty::Secret,
            Ty::String | Ty::Text { secret: false, .. },
        ) => a.clone(),
        (
            Ty::String | Ty::Text { secret: false, .. },
            Ty::Text { secret: true, .. } | Ty::Secret,
        ) => b.clone(),
        (
            Ty::Text { secret: true, .. } | Ty::Secret,
            Ty::Text { secret: true, .. } | Ty::Secret,
        ) => Ty::Secret,
        // Used as any other string too, the object is decoded where it is used.
        (Ty::JsonFields(_), other) | (other, Ty::JsonFields(_)) if other.is_text() => Ty::Secret,
        (a, b) if a.is_text() && b.is_text() => Ty::String,
        (
            scalar @ (Ty::Bool | Ty::Integer(_) | Ty::Number | Ty::DateTime | Ty::Date | Ty::Uuid),
            text @ (Ty::Text { .. } | Ty::Secret),
        )
        | (
            text @ (Ty::Text { .. } | Ty::Secret),
            scalar @ (Ty::Bool | Ty::Integer(_) | Ty::Number | Ty::DateTime | Ty::Date | Ty::Uuid),
        ) => match text {
            Ty::Text { secret: false, .. } => scalar.clone(),
            secret => secret.clone(),
        },
        (Ty::Integer(_), Ty::Integer(_)) => Ty::Integer(Integer::I64),
        (Ty::Integer(_), Ty::Number) => a.clone(),
        (Ty::Number, Ty::Integer(_)) => b.clone(),
        (Ty::Integer(_) | Ty::Number | Ty::Bool, Ty::String) => a.clone(),
        (Ty::String, Ty::Integer(_) | Ty::Number | Ty::Bool) => b.clone(),
        (Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_), Ty::String) => a.clone(),
        (Ty::String, Ty::DateTime | Ty::Date | Ty::Uuid | Ty::Ip(_)) => b.clone(),
        (Ty::List(_), Ty::List(_)) => Ty::Json,
        (Ty::List(_), _) | (_, Ty::List(_)) => return None,
        (a, b) if is_compound(a) && is_compound(b) => Ty::Json,
        _ => return None,
    })
}

/// Returns a description of a type for messages.
pub(crate) fn describe(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "a boolean".to_owned(),
        Ty::Integer(_) => "an integer".to_owned(),
        Ty::Number => "a number".to_owned(),
        Ty::String | Ty::Secret => "a string".to_owned(),
        Ty::DateTime => "a date and time".to_owned(),
        Ty::Date => "a date".to_owned(),
        Ty::Uuid => "a UUID".to_owned(),
        Ty::Ip(_) => "an IP address".to_owned(),
        Ty::Bytes => "bytes".to_owned(),
        Ty::Multipart => "an object with the parts of the body".to_owned(),
        Ty::Json => "any JSON".to_owned(),
        Ty::JsonMap => "an object".to_owned(),
        Ty::JsonFields(name) => {
            format!("a string with a JSON object, of the type `{}`", name.name)
        }
        Ty::Text { name, .. } => format!("a string of the type `{}`", name.name),
        Ty::Enum { name, .. } => format!("a value of the enum `{}`", name.name),
        Ty::Struct(name) | Ty::Union(name) | Ty::Wrapper(name, _) | Ty::Opaque(name) => {
            format!("a value of the type `{}`", name.name)
        }
        Ty::Foreign(ty) => format!("a value of the type `{}`", quote::quote!(#ty)),
        Ty::List(inner) => format!("a list (each element {})", describe(inner)),
        Ty::Map(inner) => format!("an object (each member {})", describe(inner)),
        Ty::Boxed(inner) | Ty::Option(inner) => describe(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> TypeName {
        TypeName {
            api: 0,
            name: name.to_owned(),
        }
    }

    fn id() -> Ty {
        Ty::Text {
            name: name("Id"),
            secret: false,
        }
    }

    #[test]
    fn a_string_with_an_object_is_decoded_and_read_only_as_json() {
        let fields = Ty::JsonFields(name("Fields"));
        for text in [Ty::String, Ty::Secret, id()] {
            assert_eq!(conversion(&text, &fields), Some(Conversion::ThroughJson));
            assert_eq!(conversion(&fields, &text), None);
            assert_eq!(common_type(&[&fields, &text]), Some(Ty::Secret));
        }
        assert_eq!(conversion(&fields, &Ty::Json), Some(Conversion::ToJson));
        assert_eq!(conversion(&Ty::Bool, &fields), None);
    }

    #[test]
    fn different_string_types_have_a_common_primitive() {
        let environment = Ty::Enum {
            name: name("Environment"),
            open: true,
        };
        let secret = Ty::Text {
            name: name("Token"),
            secret: true,
        };
        assert_eq!(common_type(&[&id(), &id().optional()]), Some(id()));
        assert_eq!(common_type(&[&id(), &Ty::String]), Some(Ty::String));
        assert_eq!(common_type(&[&id(), &environment]), Some(Ty::String));
        assert_eq!(common_type(&[&Ty::String, &secret]), Some(secret));
        assert_eq!(common_type(&[&Ty::Json, &id()]), Some(id()));
        assert_eq!(
            common_type(&[&Ty::List(Box::new(Ty::String)), &Ty::String]),
            None
        );
        assert_eq!(common_type(&[]), None);
    }

    #[test]
    fn an_id_is_a_number_in_one_place_and_a_string_in_another() {
        let integer = Ty::Integer(Integer::I64);
        for number in [&integer, &Ty::Number] {
            assert_eq!(conversion(&Ty::String, number), Some(Conversion::Parse));
            for text in [id(), Ty::Secret] {
                assert_eq!(conversion(&text, number), Some(Conversion::Parse));
                assert_eq!(conversion(number, &text), Some(Conversion::PrintToText));
            }
            assert_eq!(common_type(&[number, &id()]), Some(number.clone()));
            assert_eq!(common_type(&[&Ty::Secret, number]), Some(Ty::Secret));
        }
        let choice = |it: &str| Ty::Enum {
            name: name(it),
            open: true,
        };
        for (from, to) in [
            (Ty::Number, integer),
            (choice("A"), choice("B")),
            (Ty::DateTime, id()),
        ] {
            assert_eq!(conversion(&from, &to), Some(Conversion::ThroughJson));
        }
    }

    #[test]
    fn converts_objects_of_different_types_through_json() {
        let one = Ty::Struct(name("One"));
        let two = Ty::Boxed(Box::new(Ty::Struct(name("Two"))));
        assert_eq!(conversion(&one, &two), Some(Conversion::ThroughJson));
        assert_eq!(common_type(&[&one, &two]), Some(Ty::Json));
        assert_eq!(conversion(&one, &Ty::String), None);
        let any = Ty::Union(name("Any"));
        assert_eq!(common_type(&[&any, &Ty::Bool]), Some(Ty::Bool));
        assert_eq!(common_type(&[&Ty::String, &any]), Some(Ty::String));
        assert_eq!(common_type(&[&any, &one]), Some(Ty::Json));
        assert_eq!(
            conversion(&Ty::Bool, &Ty::Union(name("Any"))),
            Some(Conversion::ThroughJson)
        );
    }

    #[test]
    fn converts_strings_to_times_and_bytes() {
        let ip = Ty::Ip(crate::model::IpAddress::Any);
        for ty in [Ty::DateTime, Ty::Date, Ty::Uuid, ip] {
            assert_eq!(conversion(&Ty::String, &ty), Some(Conversion::Parse));
            assert_eq!(common_type(&[&ty, &Ty::String]), Some(ty.clone()));
            let print = match ty {
                Ty::DateTime => Conversion::PrintTime,
                _ => Conversion::Print,
            };
            assert_eq!(conversion(&ty, &Ty::String), Some(print));
        }
        assert_eq!(
            conversion(&Ty::Secret, &Ty::Bytes),
            Some(Conversion::ToBytes)
        );
        assert_eq!(conversion(&Ty::Json, &Ty::Bytes), None);
        assert_eq!(common_type(&[&Ty::Bytes, &Ty::String]), Some(Ty::String));
        assert_eq!(common_type(&[&Ty::Bytes, &Ty::Json]), Some(Ty::String));
    }

    #[test]
    fn returns_none_for_types_without_a_conversion() {
        assert_eq!(conversion(&Ty::String, &id()), Some(Conversion::FromText));
        assert_eq!(
            conversion(&id().optional(), &Ty::String),
            Some(Conversion::ToText)
        );
        assert_eq!(
            conversion(&Ty::List(Box::new(Ty::String)), &Ty::String),
            None
        );
        assert_eq!(conversion(&Ty::Bool, &Ty::Integer(Integer::I64)), None);
    }
}
