//! [`JsonFields`], a JSON object that a request contains as a string.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::ordered_map::OrderedMap;
use super::secret::SecretString;
use super::string_newtype::InvalidValue;

/// A JSON object that a request contains as a string.
///
/// `Debug` prints only the names, because the values can be secrets.
#[derive(Clone, Default)]
pub struct JsonFields(OrderedMap<Box<RawValue>>);

impl JsonFields {
    /// Reads a JSON object. The error does not contain the text, which may be a secret.
    pub fn from_json_text(text: &str) -> Result<Self, InvalidValue> {
        match serde_json::from_str(text) {
            Ok(fields) => Ok(Self(fields)),
            Err(_) => Err(InvalidValue::not_an_object()),
        }
    }

    /// Sets a field to a string, replacing a previous value of this name.
    pub fn insert(&mut self, name: String, value: &SecretString) {
        // Serializing a string cannot fail.
        if let Ok(value) = serde_json::value::to_raw_value(value.expose()) {
            self.0.insert(name, value);
        }
    }

    /// Sets a field to any JSON, replacing a previous value of this name.
    pub fn insert_json(&mut self, name: String, value: &Value) {
        // Serializing JSON cannot fail.
        if let Ok(value) = serde_json::value::to_raw_value(value) {
            self.0.insert(name, value);
        }
    }

    /// Returns the names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys()
    }

    /// Returns the JSON object as a string.
    pub fn to_json_text(&self) -> SecretString {
        // Serializing raw JSON cannot fail.
        SecretString::from(serde_json::to_string(&self.0).unwrap_or_default())
    }
}

impl fmt::Debug for JsonFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Two objects are equal if they have the same names with the same JSON, independent of their order.
impl PartialEq for JsonFields {
    fn eq(&self, other: &Self) -> bool {
        let has = |name: &str, value: &RawValue| {
            other.0.get(name).map(|it| it.get()) == Some(value.get())
        };
        self.0.len() == other.0.len() && self.0.iter().all(|(name, value)| has(name, value))
    }
}

impl Eq for JsonFields {}

impl Serialize for JsonFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.to_json_text().expose())
    }
}

impl<'de> Deserialize<'de> for JsonFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SecretString::deserialize(deserializer)?;
        Self::from_json_text(text.expose()).map_err(D::Error::custom)
    }
}

/// Implements a string type that contains a JSON object, for `struct Name(JsonFields);`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_json_fields {
    ($name:ident) => {
        impl $name {
            /// Creates an object without fields.
            pub fn new() -> Self {
                Self::default()
            }

            /// Reads the fields from a JSON object, for example `{"api_key":"…"}`.
            ///
            /// Returns an error if the text is not a JSON object. Values other than strings are sent unchanged.
            pub fn from_json_text(text: &str) -> ::std::result::Result<Self, $crate::InvalidValue> {
                $crate::JsonFields::from_json_text(text).map(Self)
            }

            /// Sets a field, replacing a previous value of this name.
            #[must_use]
            pub fn set(
                mut self,
                name: impl ::std::convert::Into<::std::string::String>,
                value: impl ::std::convert::Into<$crate::SecretString>,
            ) -> Self {
                self.0.insert(name.into(), &value.into());
                self
            }

            /// Returns the names of the fields.
            pub fn names(&self) -> impl ::std::iter::Iterator<Item = &str> {
                self.0.names()
            }
        }

        impl<N, V> ::std::iter::FromIterator<(N, V)> for $name
        where
            N: ::std::convert::Into<::std::string::String>,
            V: ::std::convert::Into<$crate::SecretString>,
        {
            fn from_iter<I: ::std::iter::IntoIterator<Item = (N, V)>>(fields: I) -> Self {
                let set = |all: Self, (name, value)| all.set(name, value);
                fields.into_iter().fold(Self::new(), set)
            }
        }

        impl
            ::std::convert::From<
                $crate::__private::serde_json::Map<
                    ::std::string::String,
                    $crate::__private::serde_json::Value,
                >,
            > for $name
        {
            fn from(
                fields: $crate::__private::serde_json::Map<
                    ::std::string::String,
                    $crate::__private::serde_json::Value,
                >,
            ) -> Self {
                let mut all = Self::new();
                for (name, value) in fields {
                    all.0.insert_json(name, &value);
                }
                all
            }
        }

        /// Returns the JSON object as a string, the form in which requests contain it.
        impl ::std::convert::From<$name> for $crate::SecretString {
            fn from(fields: $name) -> Self {
                fields.0.to_json_text()
            }
        }

        /// Writes only the names.
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub)] // The macro generates items for other crates.
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(transparent)]
    struct Fields(JsonFields);
    crate::impl_json_fields!(Fields);

    fn sent(fields: Fields) -> Value {
        serde_json::from_str(SecretString::from(fields).expose()).unwrap()
    }

    #[test]
    fn sends_any_string_unchanged() {
        let odd = "a\"b\\c\nd\u{0}é";
        let fields = Fields::new().set("api key", odd).set("", "empty");
        assert_eq!(sent(fields), json!({"api key": odd, "": "empty"}));
        assert_eq!(sent(Fields::new()), json!({}));
    }

    #[test]
    fn sends_fields_in_insertion_order_as_one_string() {
        let fields = Fields::new().set("z", "1").set("a", "2").set("m", "3");
        let sent = serde_json::to_value(&fields).unwrap();
        assert_eq!(sent, json!(r#"{"z":"1","a":"2","m":"3"}"#));
        assert_eq!(serde_json::from_value::<Fields>(sent).unwrap(), fields);
    }

    #[test]
    fn the_last_value_of_a_name_wins() {
        let fields: Fields = [("k", "1"), ("l", "2"), ("k", "3")].into_iter().collect();
        assert_eq!(sent(fields), json!({"k": "3", "l": "2"}));
    }

    #[test]
    fn reads_a_json_object_with_values_of_any_type() {
        let text = r#"{"host":"a.example","port":443.10,"tls":{"verify":[true,null]}}"#;
        let fields = Fields::from_json_text(text).unwrap();
        assert_eq!(SecretString::from(fields.clone()).expose(), text);
        let fields = fields.set("port", "80");
        assert_eq!(fields.names().collect::<Vec<_>>(), ["host", "port", "tls"]);
        assert_eq!(sent(fields)["port"], "80");
        let Value::Object(map) = json!({ "a": [1] }) else {
            panic!("it is an object");
        };
        assert_eq!(sent(Fields::from(map)), json!({ "a": [1] }));
    }

    #[test]
    fn other_text_is_an_error_that_shows_the_form_but_not_the_text() {
        for text in [
            "sk-123",
            "",
            "[1]",
            "\"sk-123\"",
            "null",
            "{\"a\":1} x",
            "{a:1}",
        ] {
            let error = Fields::from_json_text(text).unwrap_err().to_string();
            assert_eq!(
                error,
                r#"it is not a JSON object of the form `{"field":"value"}`"#
            );
            let decoded = serde_json::from_value::<Fields>(json!(text)).unwrap_err();
            assert_eq!(decoded.to_string(), error);
        }
        assert!(serde_json::from_value::<Fields>(json!({ "a": "b" })).is_err());
    }

    #[test]
    fn debug_omits_values() {
        let fields = Fields::new().set("k", "marked-secret").set("l", "m");
        assert_eq!(format!("{fields:?}"), r#"Fields(["k", "l"])"#);
        assert!(!format!("{:?}", SecretString::from(fields)).contains("marked"));
    }
}
