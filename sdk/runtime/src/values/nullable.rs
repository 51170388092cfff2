//! How a property that is null is told apart from one that is absent.
//!
//! serde makes `None` of both. With `#[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]` only
//! an absent property is `None`: an `Option<Option<T>>` is `Some(None)` where it is null, and an
//! `Option<serde_json::Value>` is `Some(Value::Null)`. Each is encoded as what it was decoded from.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Decodes a property that is there, whatever it holds.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Encodes a property as what it holds.
pub fn serialize<T, S>(property: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    property.serialize(serializer)
}

/// A property that may be null beside being absent, read as what there is.
pub trait Given<'a, R> {
    /// What there is.
    fn given(&'a self) -> Option<R>;
}

impl<'a, T> Given<'a, &'a T> for Option<Option<T>> {
    fn given(&'a self) -> Option<&'a T> {
        self.as_ref()?.as_ref()
    }
}

impl<T: Copy> Given<'_, T> for Option<Option<T>> {
    fn given(&self) -> Option<T> {
        self.flatten()
    }
}

impl<'a> Given<'a, &'a str> for Option<Option<String>> {
    fn given(&'a self) -> Option<&'a str> {
        self.as_ref()?.as_deref()
    }
}

impl<'a, T> Given<'a, &'a [T]> for Option<Option<Vec<T>>> {
    fn given(&'a self) -> Option<&'a [T]> {
        self.as_ref()?.as_deref()
    }
}

impl<'a, T> Given<'a, &'a T> for Option<Option<Box<T>>> {
    fn given(&'a self) -> Option<&'a T> {
        self.as_ref()?.as_deref()
    }
}

/// Implements the methods that read properties which may be null beside being absent, by the names of their fields.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_given {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        /// What may be null beside being absent, read as what there is.
        impl $name {
            $(
                #[doc = concat!("[`", stringify!($field), "`](#structfield.", stringify!($field), "), where it is neither absent nor null.")]
                pub fn $field(&self) -> ::std::option::Option<$ty> {
                    $crate::nullable::Given::given(&self.$field)
                }
            )*
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub)] // The macro writes for the crates that use it.
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
    fn absent_null_and_a_value_are_three_things_both_ways() {
        let value = |version, ret| Trigger { version, ret };
        for (said, carried) in [
            (json!({}), value(None, None)),
            (
                json!({ "version": null, "ret": null }),
                value(Some(None), Some(Value::Null)),
            ),
            (
                json!({ "version": "1", "ret": [null] }),
                value(Some(Some("1".to_owned())), Some(json!([null]))),
            ),
        ] {
            let decoded: Trigger = serde_json::from_str(&said.to_string()).unwrap();
            assert_eq!(decoded, carried);
            assert_eq!(serde_json::to_value(&decoded).unwrap(), said);
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
    crate::impl_given!(Account {
        name: &str,
        dead: bool,
        scopes: &[String],
        parent: &Account,
        ret: &Value,
    });

    #[test]
    fn what_there_is_is_read_without_its_options() {
        let nothing = Account {
            name: Some(None),
            ..Account::default()
        };
        assert_eq!((nothing.name(), nothing.dead()), (None, None));
        let account = Account {
            name: Some(Some("a".to_owned())),
            dead: Some(Some(true)),
            scopes: Some(Some(vec!["b".to_owned()])),
            parent: Some(Some(Box::new(nothing))),
            ret: Some(Some(Value::Null)),
        };
        assert_eq!((account.name(), account.dead()), (Some("a"), Some(true)));
        assert_eq!(account.scopes(), Some(["b".to_owned()].as_slice()));
        assert!(account.parent().is_some_and(|it| it.name().is_none()));
        assert_eq!(account.ret(), Some(&Value::Null));
    }

    #[test]
    fn what_is_of_another_type_is_refused_all_the_same() {
        assert!(serde_json::from_value::<Trigger>(json!({ "version": 1 })).is_err());
    }
}
