//! Fields of schemas that are not keywords: the keywords or properties that they stand for.

use serde_json::{Map, Value};

use crate::diagnostic::suggestion::nearest;

/// Returns `true` for a schema under a name that is not a keyword, next to the properties to which it belongs.
pub(super) fn is_property(schema: &Map<String, Value>, key: &str, value: &Value) -> bool {
    let describes = |value: &Value| {
        let keys = [
            "type",
            "$ref",
            "allOf",
            "anyOf",
            "oneOf",
            "enum",
            "properties",
        ];
        keys.iter().any(|key| value.get(key).is_some())
    };
    !key.starts_with('$')
        && schema.get("properties").is_some_and(Value::is_object)
        && value.is_object()
        && describes(value)
}

/// Returns `true` for a misspelled `$ref`.
pub(super) fn is_reference(key: &str, value: &Value) -> bool {
    key.trim_start_matches('$').eq_ignore_ascii_case("ref") && value.is_string()
}

/// Returns `true` for a name like `$ref` with the location of a value. Other keywords have locations as values too.
fn is_like_reference(key: &str, value: &Value) -> bool {
    const DISTANCE: usize = 2;
    const OTHERS: [&str; 4] = ["$id", "$schema", "$dynamicRef", "$recursiveRef"];
    key.starts_with('$')
        && !OTHERS.contains(&key)
        && value.as_str().is_some_and(|value| value.contains("#/"))
        && strsim::osa_distance(key, "$ref") <= DISTANCE
}

/// Returns the keyword that a misspelled one of a schema stands for.
pub(super) fn misspelled_keyword<'n>(
    key: &str,
    value: &Value,
    known: impl Iterator<Item = &'n str>,
) -> Option<String> {
    /// Shorter names are similar to too many others.
    const SHORTEST: usize = 4;
    const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];
    if is_reference(key, value) || is_like_reference(key, value) {
        return Some("$ref".to_owned());
    }
    if key.starts_with('$') {
        return None;
    }
    // The value of a short name tells whether it is one of the two short keywords.
    if key.len() < SHORTEST {
        let is_type = |value: &Value| value.as_str().is_some_and(|it| TYPES.contains(&it));
        let short = known.filter(|name| match *name {
            "type" => is_type(value),
            "enum" => value.is_array(),
            _ => false,
        });
        return nearest(key, short);
    }
    // A keyword of another vocabulary has values of its own type.
    let fits = |name: &&str| match *name {
        "type" => value.is_string() || value.is_array(),
        "format" | "title" | "pattern" | "description" | "$ref" => value.is_string(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "items" | "properties" | "discriminator" => value.is_object(),
        "required" | "enum" | "allOf" | "oneOf" | "anyOf" => value.is_array(),
        "nullable" | "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => value.is_boolean(),
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" => value.is_number(),
        _ => true,
    };
    nearest(key, known.filter(fits))
}
