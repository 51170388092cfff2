//! Serde implementations of structs that are JSON objects.
//!
//! A derived implementation is many times as long: it also decodes from arrays, from bytes and from numbers of fields,
//! and has its own code for each field. Every program that depends on generated types compiles all of it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// A struct that is decoded from a JSON object. Implemented by [`impl_object!`](crate::impl_object).
pub trait Object: Sized {
    /// Name of the struct, for errors.
    const NAME: &'static str;

    /// Decodes the properties.
    fn properties<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Decodes a struct from an object.
pub fn decode<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::properties(map)
    }
}

/// Name of a property, borrowed from the JSON if that contains it without escapes.
pub enum PropertyName<'de> {
    /// Part of the JSON.
    Borrowed(&'de str),
    /// Copy of a name that the JSON contains with escapes.
    Owned(String),
}

impl Deref for PropertyName<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(name) => name,
            Self::Owned(name) => name,
        }
    }
}

impl From<PropertyName<'_>> for String {
    fn from(name: PropertyName<'_>) -> Self {
        match name {
            PropertyName::Borrowed(name) => name.to_owned(),
            PropertyName::Owned(name) => name,
        }
    }
}

impl<'de> Deserialize<'de> for PropertyName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = PropertyName<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName::Owned(name.to_owned()))
    }

    fn visit_string<E: Error>(self, name: String) -> Result<PropertyName<'de>, E> {
        Ok(PropertyName::Owned(name))
    }
}

/// Decodes the value of a property. Returns an error if the object contains the property twice.
pub fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Ignores the value of an undeclared property.
pub fn ignored<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value().map(|IgnoredAny| ())
}

/// Keeps the value of an undeclared property.
pub fn undeclared<'de, R: Extend<(String, V)>, V: Deserialize<'de>, A: MapAccess<'de>>(
    rest: &mut R,
    name: PropertyName<'de>,
    map: &mut A,
) -> Result<(), A::Error> {
    let value = map.next_value()?;
    rest.extend([(name.into(), value)]);
    Ok(())
}

/// Fields of decoded structs, by the kind of their property.
pub mod read {
    use serde::de::Error;

    /// Returns the value of a property that is always present, or the error for a missing one.
    pub fn required<T, E: Error>(slot: Option<T>, name: &'static str) -> Result<T, E> {
        slot.ok_or_else(|| E::missing_field(name))
    }

    /// Returns the value of a property that can be absent. Null counts as absent.
    #[inline]
    pub fn optional<T, E>(slot: Option<Option<T>>, _: &'static str) -> Result<Option<T>, E> {
        Ok(slot.flatten())
    }

    /// Returns the value of a property that can be absent or null, which are distinguished: absent is `None`, null is
    /// `Some(None)`, or `Some(Value::Null)` for any JSON.
    #[inline]
    pub fn nullable<T, E>(slot: Option<T>, _: &'static str) -> Result<Option<T>, E> {
        Ok(slot)
    }
}

/// Encoding of the fields of structs, by the kind of their property.
pub mod write {
    use serde::Serialize;
    use serde::ser::SerializeMap;

    /// Writes a property that is always present.
    pub fn required<T: Serialize, M: SerializeMap>(
        map: &mut M,
        name: &str,
        value: &T,
    ) -> Result<(), M::Error> {
        map.serialize_entry(name, value)
    }

    /// Writes a property unless it is absent.
    pub fn optional<T: Serialize, M: SerializeMap>(
        map: &mut M,
        name: &str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => required(map, name, value),
            None => Ok(()),
        }
    }

    pub use optional as nullable;
}

/// Implements `Serialize` and `Deserialize` for a struct that is a JSON object.
///
/// The kinds of properties are `required`, `optional` for an `Option<T>` that is `None` if the property is absent or
/// null, and `nullable` for an `Option<Option<T>>` (or an `Option<Value>`) that distinguishes null from absent. The
/// field after `else` is a map of the undeclared properties; without it, they are ignored.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_object {
    (
        $name:ident { $($kind:ident $field:ident = $property:literal),* $(,)? }
        $(else $rest:ident)?
    ) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)] // A struct can have no fields.
                let mut map = serializer.serialize_map(::std::option::Option::None)?;
                $($crate::object::write::$kind(&mut map, $property, &self.$field)?;)*
                $(for (name, value) in &self.$rest {
                    $crate::object::write::required(&mut map, name, value)?;
                })?
                $crate::__private::serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::object::decode(deserializer)
            }
        }

        impl $crate::object::Object for $name {
            const NAME: &'static str = stringify!($name);

            fn properties<'de, A: $crate::__private::serde::de::MapAccess<'de>>(
                mut map: A,
            ) -> ::std::result::Result<Self, A::Error> {
                $(let mut $field = ::std::option::Option::None;)*
                $(let mut $rest = <_ as ::std::default::Default>::default();)?
                while let ::std::option::Option::Some(name) =
                    map.next_key::<$crate::object::PropertyName<'de>>()?
                {
                    match &*name {
                        $($property => $crate::object::value(&mut $field, $property, &mut map)?,)*
                        _ => $crate::__undeclared_property!(map, name $(, $rest)?),
                    }
                }
                ::std::result::Result::Ok(Self {
                    $($field: $crate::object::read::$kind::<_, A::Error>($field, $property)?,)*
                    $($rest,)?
                })
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __undeclared_property {
    ($map:ident, $name:ident) => {
        $crate::object::ignored(&mut $map)?
    };
    ($map:ident, $name:ident, $rest:ident) => {
        $crate::object::undeclared(&mut $rest, $name, &mut $map)?
    };
}

#[cfg(test)]
#[allow(unreachable_pub)] // The macro generates items for other crates.
mod tests {
    use serde_json::{Map, Value, from_str, json, to_string};

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Account {
        id: u8,
        parent: Option<u8>,
        app: Option<String>,
        type_: Option<Option<String>>,
        ret: Option<Value>,
    }
    crate::impl_object!(Account {
        required id = "id",
        required parent = "parent",
        optional app = "app",
        nullable type_ = "type",
        nullable ret = "ret",
    });

    #[derive(Debug, PartialEq)]
    struct Credentials {
        token: Option<String>,
        extra: Map<String, Value>,
    }
    crate::impl_object!(Credentials { optional token = "token" } else extra);

    #[derive(Debug, PartialEq)]
    struct Empty {}
    crate::impl_object!(Empty {});

    #[test]
    fn distinguishes_absent_and_null_in_both_directions() {
        for (json, value) in [
            (
                r#"{"id":1,"parent":null}"#,
                Account {
                    id: 1,
                    ..Account::default()
                },
            ),
            (
                r#"{"id":1,"parent":2,"type":null,"ret":null}"#,
                Account {
                    id: 1,
                    parent: Some(2),
                    type_: Some(None),
                    ret: Some(Value::Null),
                    ..Account::default()
                },
            ),
            (
                r#"{"id":1,"parent":2,"app":"slack","type":"a","ret":[null]}"#,
                Account {
                    id: 1,
                    parent: Some(2),
                    app: Some("slack".to_owned()),
                    type_: Some(Some("a".to_owned())),
                    ret: Some(json!([null])),
                },
            ),
        ] {
            assert_eq!(from_str::<Account>(json).unwrap(), value);
            assert_eq!(to_string(&value).unwrap(), json);
            assert_eq!(
                serde_json::to_value(&value).unwrap(),
                from_str::<Value>(json).unwrap()
            );
        }
        let null = from_str::<Account>(r#"{"id":1,"parent":2,"app":null}"#).unwrap();
        assert_eq!(null.app, None);
    }

    #[test]
    fn ignores_undeclared_properties_or_keeps_them_in_order() {
        let json = r#"{"z":[1],"i\u0064":1,"parent":null,"a":{"id":2}}"#;
        assert_eq!(from_str::<Account>(json).unwrap().id, 1);
        let json = r#"{"token":"t","z":[1],"a":null}"#;
        let credentials = from_str::<Credentials>(json).unwrap();
        assert_eq!(
            credentials.extra,
            *json!({ "z": [1], "a": null }).as_object().unwrap()
        );
        assert_eq!(to_string(&credentials).unwrap(), json);
        assert_eq!(from_str::<Empty>(r#"{"a":1}"#).unwrap(), Empty {});
        assert_eq!(to_string(&Empty {}).unwrap(), "{}");
    }

    #[test]
    fn rejects_missing_and_repeated_properties_and_other_json() {
        let error = |json| from_str::<Account>(json).unwrap_err().to_string();
        assert!(error("{}").starts_with("missing field `id`"));
        assert!(error(r#"{"id":1}"#).starts_with("missing field `parent`"));
        assert!(error(r#"{"id":1,"id":2}"#).starts_with("duplicate field `id`"));
        assert!(error(r#"{"id":"x"}"#).starts_with("invalid type: string \"x\", expected u8"));
        assert!(error("[1,null]").starts_with("invalid type: sequence, expected struct Account"));
    }

    #[test]
    fn decodes_from_values() {
        let value = json!({ "id": 1, "parent": 2, "app": "slack" });
        let account: Account = serde::Deserialize::deserialize(&value).unwrap();
        assert_eq!(account, serde_json::from_value(value).unwrap());
    }
}
