//! Serde helpers that distinguish a null property from an absent one.
//!
//! By default, serde decodes both as `None`. With
//! `#[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]` only an absent property is
//! `None`. A null property is `Some(None)` in an `Option<Option<T>>`, and `Some(Value::Null)` in an
//! `Option<serde_json::Value>`. Encoding restores the original JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Decodes a property that is present, including null.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Encodes the value of a property; `None` as null.
pub fn serialize<T, S>(property: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    property.serialize(serializer)
}

/// A property that can be absent or null.
pub trait NullableProperty<'a, R> {
    /// Returns the value if the property is neither absent nor null.
    fn value(&'a self) -> Option<R>;
}

impl<'a, T> NullableProperty<'a, &'a T> for Option<Option<T>> {
    fn value(&'a self) -> Option<&'a T> {
        self.as_ref()?.as_ref()
    }
}

impl<T: Copy> NullableProperty<'_, T> for Option<Option<T>> {
    fn value(&self) -> Option<T> {
        self.flatten()
    }
}

impl<'a> NullableProperty<'a, &'a str> for Option<Option<String>> {
    fn value(&'a self) -> Option<&'a str> {
        self.as_ref()?.as_deref()
    }
}

impl<'a, T> NullableProperty<'a, &'a [T]> for Option<Option<Vec<T>>> {
    fn value(&'a self) -> Option<&'a [T]> {
        self.as_ref()?.as_deref()
    }
}

impl<'a, T> NullableProperty<'a, &'a T> for Option<Option<Box<T>>> {
    fn value(&'a self) -> Option<&'a T> {
        self.as_ref()?.as_deref()
    }
}

/// Implements an accessor for each property that can be absent or null, with the name of its field.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_nullable_accessors {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        /// Accessors of properties that can be absent or null.
        impl $name {
            $(
                #[doc = concat!("[`", stringify!($field), "`](#structfield.", stringify!($field), "), if it is neither absent nor null.")]
                pub fn $field(&self) -> ::std::option::Option<$ty> {
                    $crate::nullable::NullableProperty::value(&self.$field)
                }
            )*
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub)] // The macro generates items for other crates.
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::values::nullable;

    #[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
    struct Trigger {
        #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
        version: Option<Option<String>>,
        #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
        ret: Option<Value>,
    }

    #[test]
    fn distinguishes_absent_null_and_a_value_in_both_directions() {
        let trigger = |version, ret| Trigger { version, ret };
        for (json, value) in [
            (json!({}), trigger(None, None)),
            (
                json!({ "version": null, "ret": null }),
                trigger(Some(None), Some(Value::Null)),
            ),
            (
                json!({ "version": "1", "ret": [null] }),
                trigger(Some(Some("1".to_owned())), Some(json!([null]))),
            ),
        ] {
            let decoded: Trigger = serde_json::from_str(&json.to_string()).unwrap();
            assert_eq!(decoded, value);
            assert_eq!(serde_json::to_value(&decoded).unwrap(), json);
        }
    }

    #[derive(Default)]
    struct Account {
        name: Option<Option<String>>,
        dead: Option<Option<bool>>,
        scopes: Option<Option<Vec<String>>>,
        parent: Option<Option<Box<Account>>>,
        ret: Option<Option<Value>>,
    }
    crate::impl_nullable_accessors!(Account {
        name: &str,
        dead: bool,
        scopes: &[String],
        parent: &Account,
        ret: &Value,
    });

    #[test]
    fn accessors_return_values_without_nested_options() {
        let null = Account {
            name: Some(None),
            ..Account::default()
        };
        assert_eq!((null.name(), null.dead()), (None, None));
        let account = Account {
            name: Some(Some("a".to_owned())),
            dead: Some(Some(true)),
            scopes: Some(Some(vec!["b".to_owned()])),
            parent: Some(Some(Box::new(null))),
            ret: Some(Some(Value::Null)),
        };
        assert_eq!((account.name(), account.dead()), (Some("a"), Some(true)));
        assert_eq!(account.scopes(), Some(["b".to_owned()].as_slice()));
        assert!(account.parent().is_some_and(|it| it.name().is_none()));
        assert_eq!(account.ret(), Some(&Value::Null));
    }

    #[test]
    fn rejects_a_value_of_another_type() {
        assert!(serde_json::from_value::<Trigger>(json!({ "version": 1 })).is_err());
    }
}
