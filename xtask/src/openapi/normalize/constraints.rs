//! Pass that removes constraints. With them, typify generates types that reject values or are awkward to use.
//!
//! The server checks the constraints. Bounds turn an `i64` into a `NonZeroU64`, lengths a `String` into a newtype
//! per property, and `uniqueItems` a list into an unordered set. `additionalProperties: false` makes a struct fail
//! on a field that the server adds later. Some formats require crates that users would have to link. The pass also
//! adds a missing `type` that other keywords imply.

use serde_json::{Map, Value, json};

use super::{Context, walk};

/// Keywords that are removed. Types that check them would fail once the server relaxes them.
const BOUNDS: [&str; 24] = [
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
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "dependentRequired",
    "dependentSchemas",
    "contains",
    "minContains",
    "maxContains",
    "if",
    "then",
    "else",
];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        // Without a list of its own, the schema describes the properties that nothing else describes.
        if !map.contains_key("additionalProperties")
            && let Some(Value::Object(rest)) = map.get("unevaluatedProperties").cloned()
        {
            map.insert("additionalProperties".into(), Value::Object(rest));
        }
        if exceeds_i64(map) {
            map.insert("format".into(), json!("uint64"));
        }
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
            if regress::Regex::new(pattern).is_err() {
                // Reported where the document is checked by itself.
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
            let description = format!("removed the format `{format}`");
            map.shift_remove("format");
            context.changed(pointer, description);
        }
        allow_additional_properties(map, pointer, context);
        // Keywords that do not apply to the declared type have no meaning.
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
}

/// Returns `true` for an integer without a format whose bounds are those of an unsigned 64-bit integer.
fn exceeds_i64(map: &Map<String, Value>) -> bool {
    let bound = |key: &str| map.get(key).and_then(Value::as_u64);
    let is_large = bound("maximum").is_some_and(|maximum| i64::try_from(maximum).is_err());
    let is_integer = map.get("type").is_some_and(|it| it == "integer");
    is_integer && is_large && bound("minimum").is_some() && !map.contains_key("format")
}

/// Adds the `type` that other keywords imply: an object for `properties`, an array for `items`.
fn add_implied_type(map: &mut Map<String, Value>) {
    let composed = ["allOf", "anyOf", "oneOf", "$ref"]
        .iter()
        .any(|key| map.contains_key(*key));
    if map.contains_key("type") || composed {
        return;
    }
    let implied = if map.contains_key("properties") || map.contains_key("additionalProperties") {
        "object"
    } else if map.contains_key("items") {
        "array"
    } else if map.contains_key("pattern") {
        "string"
    } else {
        return;
    };
    map.insert("type".into(), json!(implied));
}

/// Returns `true` for formats whose types require another crate or reject values that a server may send.
fn is_strict_format(schema_type: Option<&str>, format: &str) -> bool {
    match schema_type {
        Some("string") => matches!(format, "uuid" | "ip" | "ipv4" | "ipv6"),
        Some("integer") => {
            !matches!(format, "int32" | "int64" | "uint64") && format.contains("int")
        }
        _ => false,
    }
}

/// Allows undeclared properties. Keeps them in a field if the document declares them.
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
    fn removes_bounds_and_keeps_patterns() {
        assert_eq!(
            schema(json!({"type": "integer", "minimum": 1, "maximum": 100})),
            json!({"type": "integer"})
        );
        let bounds =
            |minimum: i64| json!({"type": "integer", "minimum": minimum, "maximum": u64::MAX});
        assert_eq!(schema(bounds(0))["format"], "uint64");
        assert_eq!(schema(bounds(-1)), json!({"type": "integer"}));
        assert_eq!(
            schema(json!({"type": "string", "minLength": 1, "pattern": "^a$"})),
            json!({"type": "string", "pattern": "^a$"})
        );
    }

    #[test]
    fn removes_constraints_of_later_versions() {
        let rest = json!({"type": "string"});
        let conditions = json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}});
        for (keyword, expected) in [
            (
                json!({"unevaluatedProperties": false}),
                json!({"type": "object"}),
            ),
            (
                json!({"unevaluatedProperties": rest}),
                json!({"type": "object", "additionalProperties": rest}),
            ),
            (
                json!({"dependentRequired": {"a": ["b"]}}),
                json!({"type": "object"}),
            ),
            (conditions, json!({"type": "object"})),
        ] {
            let mut declared = json!({"type": "object"});
            declared
                .as_object_mut()
                .unwrap()
                .extend(keyword.as_object().unwrap().clone());
            assert_eq!(schema(declared), expected, "{keyword}");
        }
    }

    #[test]
    fn removes_formats_that_require_a_crate() {
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
    fn keeps_formats_that_do_not_change_the_type() {
        for schema_with_format in [
            json!({"type": "string", "format": "uri"}),
            json!({"type": "integer", "format": "unix-seconds"}),
            json!({"type": "integer", "format": "int32"}),
        ] {
            assert_eq!(schema(schema_with_format.clone()), schema_with_format);
        }
    }

    #[test]
    fn allows_additional_properties_and_keeps_declared_ones() {
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
    fn adds_implied_types() {
        assert_eq!(schema(json!({"items": {}}))["type"], "array");
        assert_eq!(schema(json!({"properties": {}}))["type"], "object");
        assert_eq!(schema(json!({"type": "array"}))["items"], json!({}));
    }

    #[test]
    fn removes_keywords_of_other_types() {
        assert_eq!(
            schema(json!({"type": "string", "properties": {"a": {}}, "items": {}})),
            json!({"type": "string"})
        );
    }

    #[test]
    fn replaces_an_invalid_pattern_with_any_string() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({"A": {"type": "string", "pattern": "("}})),
        );
        assert!(codes.is_empty());
        assert_eq!(
            document["components"]["schemas"]["A"],
            json!({"type": "string"})
        );
    }
}
