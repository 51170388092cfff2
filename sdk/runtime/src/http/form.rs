//! Values as the body of a form: `application/x-www-form-urlencoded`.

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::http::query::pairs;
use crate::http::segment::encode;

/// The properties of `body` as a form; what is absent is left out, and a list repeats its name.
pub fn form_body(body: &impl Serialize) -> Result<String, Error> {
    let refuse = |why: String| Error::invalid_argument("body", why);
    let value = serde_json::to_value(body).map_err(|error| refuse(error.to_string()))?;
    let Value::Object(properties) = value else {
        return Err(refuse("a form consists of named values".to_owned()));
    };
    let mut form = Vec::new();
    for (name, value) in properties {
        if matches!(value, Value::Object(_)) {
            return Err(refuse(format!(
                "`{name}` has a nested value, which a form cannot hold"
            )));
        }
        for (name, value) in pairs(&name, value).map_err(refuse)? {
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
    fn names_and_values_are_encoded_and_what_is_absent_is_left_out() {
        let body = json!({ "a b": "c&d=é", "list": ["x", "y"], "n": 1, "none": null });
        assert_eq!(
            form_body(&body).unwrap(),
            "a%20b=c%26d%3D%C3%A9&list=x&list=y&n=1"
        );
        assert!(form_body(&json!({ "a": { "b": 1 } })).is_err());
        assert!(form_body(&json!([1])).is_err());
    }
}
