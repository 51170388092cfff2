//! [`CustomFields`], the credentials of an account that is connected without Pipedream's page.

use std::fmt;

use pipedream_sdk_runtime::OrderedMap;

use crate::credentials::SecretString;

/// The credentials of an account that is connected without Pipedream's page, by the names of the app's custom
/// fields.
///
/// ```
/// use pipedream_sdk::connect::CustomFields;
/// use pipedream_sdk::credentials::SecretString;
///
/// let fields = CustomFields::new().set("api_key", "sk-1").set("region", "eu");
/// assert_eq!(format!("{fields:?}"), r#"CustomFields(["api_key", "region"])"#);
/// let sent: SecretString = fields.into();
/// assert_eq!(sent.expose(), r#"{"api_key":"sk-1","region":"eu"}"#);
/// ```
///
/// Parameters that the API declares as a JSON string (`cfmap_json`) accept this type.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct CustomFields(OrderedMap<SecretString>);

impl CustomFields {
    /// Creates an empty set of fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field, replacing a previous value of this name.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.0.insert(name, value.into());
        self
    }
}

impl<N: Into<String>, V: Into<SecretString>> FromIterator<(N, V)> for CustomFields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let set = |all: Self, (name, value)| all.set(name, value);
        fields.into_iter().fold(Self::new(), set)
    }
}

/// Serializes the fields as a JSON string, which the API requires.
impl From<CustomFields> for SecretString {
    fn from(fields: CustomFields) -> Self {
        // Serializing a map of strings cannot fail.
        Self::from(serde_json::to_string(&fields.0).unwrap_or_default())
    }
}

/// Writes only the names.
impl fmt::Debug for CustomFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.keys().collect();
        f.debug_tuple("CustomFields").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn sent(fields: CustomFields) -> Value {
        serde_json::from_str(SecretString::from(fields).expose()).unwrap()
    }

    #[test]
    fn sends_any_string_unchanged() {
        let odd = "a\"b\\c\nd\u{0}é";
        let fields = CustomFields::new().set("api key", odd).set("", "empty");
        assert_eq!(
            sent(fields),
            serde_json::json!({"api key": odd, "": "empty"})
        );
        assert_eq!(sent(CustomFields::new()), serde_json::json!({}));
    }

    #[test]
    fn sends_fields_in_insertion_order() {
        let fields = CustomFields::new().set("z", "1").set("a", "2");
        let sent = SecretString::from(fields.set("m", "3"));
        assert_eq!(sent.expose(), r#"{"z":"1","a":"2","m":"3"}"#);
    }

    #[test]
    fn the_last_value_of_a_name_wins() {
        let fields: CustomFields = [("k", "1"), ("l", "2"), ("k", "3")].into_iter().collect();
        assert_eq!(sent(fields), serde_json::json!({"k": "3", "l": "2"}));
    }

    #[test]
    fn debug_omits_values() {
        let fields = CustomFields::new().set("k", "marked-secret");
        assert!(!format!("{fields:?}").contains("marked"));
        assert!(!format!("{:?}", SecretString::from(fields)).contains("marked"));
    }
}
