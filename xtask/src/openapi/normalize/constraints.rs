//! Removes constraints that the server checks: with them, typify generates types that reject values or are awkward to use.
//!
//! Bounds turn an `i64` into a `NonZeroU64`, lengths a `String` into a newtype per property, `uniqueItems` a list into an
//! unordered set. `additionalProperties: false` makes a struct fail on a field that the server adds later. Some formats
//! require crates that users would have to link. A missing `type` that other keywords imply is added.

use crate::diagnostic::Code;
use serde_json::{Map, Value, json};

use super::{Context, walk};

/// Checked by the server. A type that also checked them would fail once they are relaxed.
const BOUNDS: [&str; 15] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "not",
    "patternProperties",
    "propertyNames",
];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut bad_patterns = Vec::new();
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        for bound in BOUNDS {
            if map.shift_remove(bound).is_some() {
                context.changed(
                    pointer,
                    format!("removed `{bound}`, which the server checks"),
                );
            }
        }
        add_implied_type(map);
        if let Some(pattern) = map.get("pattern").and_then(Value::as_str) {
            if let Err(error) = regress::Regex::new(pattern) {
                bad_patterns.push((format!("{pointer}/pattern"), error.to_string()));
                map.shift_remove("pattern");
            } else if map.get("type").is_some_and(|t| t != "string") {
                map.shift_remove("pattern");
                context.changed(
                    pointer,
                    "removed the `pattern` of a value that is not a string",
                );
            }
        }
        if let Some(format) = map.get("format").and_then(Value::as_str)
            && is_strict_format(map.get("type").and_then(Value::as_str), format)
        {
            let what = format!("removed the format `{format}`");
            map.shift_remove("format");
            context.changed(pointer, what);
        }
        allow_additional_properties(map, pointer, context);
        // Keywords of another type than the declared one have no meaning.
        let foreign: &[&str] = match map.get("type").and_then(Value::as_str) {
            Some("string" | "number" | "integer" | "boolean") => {
                &["properties", "required", "additionalProperties", "items"]
            }
            Some("array") => &["properties", "required", "additionalProperties"],
            Some("object") => &["items"],
            _ => &[],
        };
        for key in foreign {
            if map.shift_remove(*key).is_some() {
                context.changed(
                    pointer,
                    format!("removed `{key}`, which does not apply to the type"),
                );
            }
        }
        if map.get("type").is_some_and(|t| t == "array") && !map.contains_key("items") {
            map.insert("items".into(), json!({}));
        }
    });
    for (pointer, error) in bad_patterns {
        let diagnostic = context
            .diagnostic(
                Code::InvalidPattern,
                pointer,
                format!("this is not a regular expression: {error}"),
            )
            .label("any string is accepted");
        context.report(diagnostic);
    }
}

/// Adds the `type` that other keywords imply: an object for `properties`, an array for `items`.
fn add_implied_type(map: &mut Map<String, Value>) {
    let composed = ["allOf", "anyOf", "oneOf", "$ref"]
        .iter()
        .any(|key| map.contains_key(*key));
    if map.contains_key("type") || composed {
        return;
    }
    let kind = if map.contains_key("properties") || map.contains_key("additionalProperties") {
        "object"
    } else if map.contains_key("items") {
        "array"
    } else if map.contains_key("pattern") {
        "string"
    } else {
        return;
    };
    map.insert("type".into(), json!(kind));
}

/// `true` for formats whose types require another crate or reject values that a server may send. Formats that only
/// inform readers stay.
fn is_strict_format(kind: Option<&str>, format: &str) -> bool {
    match kind {
        Some("string") => matches!(format, "uuid" | "ip" | "ipv4" | "ipv6"),
        Some("integer") => !matches!(format, "int32" | "int64") && format.contains("int"),
        _ => false,
    }
}

/// Allows properties that are not declared; where the document declares them, they are kept.
fn allow_additional_properties(
    map: &mut Map<String, Value>,
    pointer: &str,
    context: &mut Context<'_>,
) {
    match map.get("additionalProperties") {
        Some(Value::Bool(false)) => {
            map.shift_remove("additionalProperties");
            context.changed(pointer, "allowed additional properties");
        }
        Some(Value::Bool(true)) if has_properties(map) => {
            map.insert("additionalProperties".into(), json!({}));
        }
        _ => {}
    }
    // Typify names the field for them `extra`.
    let clash = map
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|p| p.keys().any(|name| super::naming::snake(name) == "extra"));
    if clash
        && map
            .get("additionalProperties")
            .is_some_and(Value::is_object)
    {
        map.shift_remove("additionalProperties");
        context.changed(
            pointer,
            "ignored additional properties, because a property is named `extra`",
        );
    }
}

fn has_properties(map: &Map<String, Value>) -> bool {
    map.get("properties")
        .and_then(Value::as_object)
        .is_some_and(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn schema(schema: Value) -> Value {
        let (document, _, codes) = pass(run, with_schemas(json!({"A": schema})));
        assert!(codes.is_empty());
        document["components"]["schemas"]["A"].clone()
    }

    #[test]
    fn bounds_go_and_patterns_stay() {
        assert_eq!(
            schema(json!({"type": "integer", "minimum": 1, "maximum": 100})),
            json!({"type": "integer"})
        );
        assert_eq!(
            schema(json!({"type": "string", "minLength": 1, "pattern": "^a$"})),
            json!({"type": "string", "pattern": "^a$"})
        );
    }

    #[test]
    fn formats_that_need_a_crate_go() {
        assert_eq!(
            schema(json!({"type": "string", "format": "uuid"})),
            json!({"type": "string"})
        );
        assert_eq!(
            schema(json!({"type": "string", "format": "date-time"})),
            json!({"type": "string", "format": "date-time"})
        );
    }

    #[test]
    fn formats_that_change_no_type_stay() {
        for schema_with_format in [
            json!({"type": "string", "format": "uri"}),
            json!({"type": "integer", "format": "unix-seconds"}),
            json!({"type": "integer", "format": "int32"}),
        ] {
            assert_eq!(schema(schema_with_format.clone()), schema_with_format);
        }
    }

    #[test]
    fn objects_stay_open_and_declared_further_fields_are_kept() {
        let properties = json!({"a": {"type": "string"}});
        assert_eq!(
            schema(
                json!({"type": "object", "properties": properties, "additionalProperties": false})
            ),
            json!({"type": "object", "properties": properties})
        );
        assert_eq!(
            schema(
                json!({"type": "object", "properties": properties, "additionalProperties": true})
            ),
            json!({"type": "object", "properties": properties, "additionalProperties": {}})
        );
    }

    #[test]
    fn unsaid_types_are_said() {
        assert_eq!(schema(json!({"items": {}}))["type"], "array");
        assert_eq!(schema(json!({"properties": {}}))["type"], "object");
        assert_eq!(schema(json!({"type": "array"}))["items"], json!({}));
    }

    #[test]
    fn keywords_of_another_type_go() {
        assert_eq!(
            schema(json!({"type": "string", "properties": {"a": {}}, "items": {}})),
            json!({"type": "string"})
        );
    }

    #[test]
    fn a_pattern_that_is_none_is_any_text() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({"A": {"type": "string", "pattern": "("}})),
        );
        assert_eq!(codes, ["invalid-pattern"]);
        assert_eq!(
            document["components"]["schemas"]["A"],
            json!({"type": "string"})
        );
    }
}
