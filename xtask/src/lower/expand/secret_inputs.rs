//! Inputs that are secrets by their name or format, although their schema does not mark them.

use serde_json::{Map, Value};

use crate::arazzo::document::Workflow;
use crate::openapi::extensions::SECRET;

/// Names of secrets, in lower case and without punctuation.
const NAMES: &[&str] = &["passwd", "secret", "token"];

/// Ends of the names of secrets, in lower case and without punctuation. `token` alone is not one of them, because of
/// names such as `nextPageToken`.
const ENDINGS: &[&str] = &[
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "authtoken",
    "bearertoken",
    "clientsecret",
    "idtoken",
    "passphrase",
    "password",
    "privatekey",
    "refreshtoken",
    "secretkey",
    "sessiontoken",
];

/// Marks the strings among the inputs that are secrets.
pub(super) fn mark(workflow: &mut Workflow) {
    for (name, field) in &mut workflow.inputs.fields {
        let Some(schema) = field.schema.as_object_mut() else {
            continue;
        };
        if !is_string(schema) || !is_secret(name, schema) {
            continue;
        }
        // An explicit `false` is kept.
        schema.entry(SECRET).or_insert(Value::Bool(true));
        let properties = workflow.inputs.schema.get_mut("properties");
        if let Some(Value::Object(property)) = properties.and_then(|all| all.get_mut(name)) {
            property.entry(SECRET).or_insert(Value::Bool(true));
        }
    }
}

fn is_string(schema: &Map<String, Value>) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == "string",
        // Usually, the type is missing because it is obvious.
        None => ![
            "enum",
            "const",
            "properties",
            "items",
            "oneOf",
            "anyOf",
            "allOf",
            "$ref",
        ]
        .iter()
        .any(|key| schema.contains_key(*key)),
        Some(_) => false,
    }
}

fn is_secret(name: &str, schema: &Map<String, Value>) -> bool {
    let letters = name.chars().filter(|char| char.is_alphanumeric());
    let name: String = letters.flat_map(char::to_lowercase).collect();
    schema.get("format").and_then(Value::as_str) == Some("password")
        || NAMES.contains(&name.as_str())
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn recognizes_secrets_by_name_and_format() {
        let plain = json!({ "type": "string" });
        let plain = plain.as_object().unwrap();
        for name in [
            "token",
            "password",
            "api_key",
            "apiKey",
            "X-API-Key",
            "client_secret",
            "access_token",
            "githubAccessToken",
        ] {
            assert!(is_secret(name, plain), "{name}");
        }
        for name in [
            "nextPageToken",
            "page_token",
            "tokenType",
            "passwordless",
            "key",
            "secretary",
        ] {
            assert!(!is_secret(name, plain), "{name}");
        }
        let password = json!({ "type": "string", "format": "password" });
        assert!(is_secret("pin", password.as_object().unwrap()));
        for schema in [
            json!({ "type": "integer" }),
            json!({ "type": ["string", "null"] }),
            json!({ "enum": ["a"] }),
        ] {
            assert!(!is_string(schema.as_object().unwrap()), "{schema}");
        }
    }
}
