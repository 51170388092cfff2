//! Encoding of query parameters in OpenAPI's default style: `form`, exploded.

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Query parameter that serializes to `name=value` pairs.
///
/// An array repeats the name. An object becomes one pair per property. Null values and empty arrays are omitted.
pub struct QueryParam<'a, T: ?Sized> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T: Serialize + ?Sized> QueryParam<'a, T> {
    /// Creates a parameter from its name and value.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize + ?Sized> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let pairs = pairs(self.name, value).map_err(S::Error::custom)?;
        let mut sequence = serializer.serialize_seq(Some(pairs.len()))?;
        for pair in &pairs {
            sequence.serialize_element(pair)?;
        }
        sequence.end()
    }
}

pub(crate) fn pairs(name: &str, value: Value) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    match value {
        Value::Array(items) => {
            for item in items {
                push(&mut pairs, name, item)?;
            }
        }
        Value::Object(properties) => {
            for (property, item) in properties {
                push(&mut pairs, &property, item)?;
            }
        }
        scalar => push(&mut pairs, name, scalar)?,
    }
    Ok(pairs)
}

fn push(pairs: &mut Vec<(String, String)>, name: &str, value: Value) -> Result<(), String> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::String(text) => text,
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Array(_) | Value::Object(_) => {
            return Err(format!(
                "the query parameter `{name}` has a nested value, which a query cannot contain"
            ));
        }
    };
    pairs.push((name.to_owned(), text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query<T: Serialize>(name: &str, value: T) -> String {
        let request = reqwest::Client::new()
            .get("http://host/")
            .query(&QueryParam::new(name, &value))
            .build();
        request
            .unwrap()
            .url()
            .query()
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn encodes_a_scalar_as_one_pair() {
        assert_eq!(query("limit", 10), "limit=10");
        assert_eq!(query("include", true), "include=true");
        assert_eq!(query("q", Some("a b&c=d#é")), "q=a+b%26c%3Dd%23%C3%A9");
        assert_eq!(query("at", 1_700_000_000_123_i64), "at=1700000000123");
    }

    #[test]
    fn repeats_the_name_for_each_array_item() {
        assert_eq!(query("id", vec!["a", "b,c"]), "id=a&id=b%2Cc");
        assert_eq!(query("id", Some(vec![1, 2])), "id=1&id=2");
    }

    #[test]
    fn omits_null_and_empty_arrays() {
        assert_eq!(query("q", None::<String>), "");
        assert_eq!(query("id", Vec::<String>::new()), "");
        assert_eq!(query("id", vec![None, Some("x")]), "id=x");
    }

    #[test]
    fn encodes_object_properties_and_rejects_nested_values() {
        assert_eq!(
            query("filter", serde_json::json!({ "a": 1, "b": "x" })),
            "a=1&b=x"
        );
        let nested = serde_json::json!([[1]]);
        let request = reqwest::Client::new()
            .get("http://host/")
            .query(&QueryParam::new("x", &nested))
            .build();
        assert!(request.is_err());
    }
}
