//! Encoding of form bodies (`application/x-www-form-urlencoded`).

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::http::query::pairs;
use crate::http::segment::encode;

/// Encodes the properties of `body` as a form. Omits null values and repeats the name for each item of an array.
pub fn form_body(body: &impl Serialize) -> Result<String, Error> {
    let invalid = |reason: String| Error::invalid_argument("body", reason);
    let value = serde_json::to_value(body).map_err(|error| invalid(error.to_string()))?;
    let Value::Object(properties) = value else {
        return Err(invalid("a form body must be an object".to_owned()));
    };
    let mut form = Vec::new();
    for (name, value) in properties {
        if matches!(value, Value::Object(_)) {
            return Err(invalid(format!(
                "property `{name}` has a nested value, which a form cannot contain"
            )));
        }
        for (name, value) in pairs(&name, value).map_err(invalid)? {
            form.push(format!("{}={}", encode(name), encode(value)));
        }
    }
    Ok(form.join("&"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn encodes_names_and_values_and_omits_null() {
        let body = json!({ "a b": "c&d=é", "list": ["x", "y"], "n": 1, "none": null });
        assert_eq!(
            form_body(&body).unwrap(),
            "a%20b=c%26d%3D%C3%A9&list=x&list=y&n=1"
        );
        assert!(form_body(&json!({ "a": { "b": 1 } })).is_err());
        assert!(form_body(&json!([1])).is_err());
    }
}
