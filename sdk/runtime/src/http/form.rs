//! Encoding of form bodies (`application/x-www-form-urlencoded`).

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::http::parameter::{ParameterStyle, escaped, pairs};

/// Encodes the properties of `body` as a form. Omits null values.
///
/// Without a style in `styles`, a property has the default of OpenAPI: the name is repeated for each item of an array,
/// and a nested value is JSON.
pub fn form_body(
    body: &(impl Serialize + ?Sized),
    styles: &[(&str, ParameterStyle)],
) -> Result<String, Error> {
    let invalid = |reason: String| Error::invalid_argument("body", reason);
    let value = serde_json::to_value(body).map_err(|error| invalid(error.to_string()))?;
    let properties = match value {
        Value::Object(properties) => properties,
        // A body that is declared as a string is encoded by the caller.
        Value::String(encoded) => return Ok(encoded),
        _ => return Err(invalid("a form body must be an object".to_owned())),
    };
    let mut form = Vec::new();
    for (name, value) in properties {
        let style = styles.iter().find(|(styled, _)| *styled == name);
        let pairs = match (style, value) {
            (Some((_, style)), value) => pairs(&name, &value, *style, escaped),
            (None, Value::Array(items)) => {
                let items = items
                    .iter()
                    .map(|item| pairs(&name, item, default_of(item), escaped));
                items
                    .collect::<Result<Vec<_>, _>>()
                    .map(|items| items.concat())
            }
            (None, value) => pairs(&name, &value, default_of(&value), escaped),
        };
        let pairs = pairs.map_err(|reason| invalid(format!("property `{name}`: {reason}")))?;
        form.extend(pairs);
    }
    Ok(form.join("&"))
}

fn default_of(value: &Value) -> ParameterStyle {
    match value {
        Value::Array(_) | Value::Object(_) => ParameterStyle::Json,
        _ => ParameterStyle::Form,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn encodes_names_and_values_and_omits_null() {
        let body = json!({ "a b": "c&d=é", "list": ["x", "y"], "n": 1, "none": null });
        assert_eq!(
            form_body(&body, &[]).unwrap(),
            "a%20b=c%26d%3D%C3%A9&list=x&list=y&n=1"
        );
        assert!(form_body(&json!([1]), &[]).is_err());
    }

    #[test]
    fn encodes_nested_values_in_their_style() {
        let body = json!({ "a": { "b": [1] }, "list": [{ "c": 2 }] });
        assert_eq!(
            form_body(&body, &[]).unwrap(),
            "a=%7B%22b%22%3A%5B1%5D%7D&list=%7B%22c%22%3A2%7D"
        );
        let styles = [
            ("a", ParameterStyle::DeepObject),
            ("list", ParameterStyle::Form),
        ];
        assert!(
            form_body(&body, &styles).is_err(),
            "a list of objects cannot be joined"
        );
        assert_eq!(
            form_body(&body, &[styles[0], ("list", ParameterStyle::DeepObject)]).unwrap(),
            "a%5Bb%5D%5B0%5D=1&list%5B0%5D%5Bc%5D=2"
        );
    }
}
