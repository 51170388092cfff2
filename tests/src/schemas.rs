//! Schemas of the document: their uses, and their translation to JSON Schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

const PLACE: &str = "#/components/schemas/";

/// Returns the resolved document that is stored next to the client.
pub fn document() -> Value {
    serde_json::from_str(pipedream_sdk_generated::PIPEDREAM_DOCUMENT).expect("the document is JSON")
}

/// Returns the names of the schemas that operations refer to.
pub fn reachable(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(document, &document["paths"], &mut found);
    found
}

/// Returns the names of the schemas that responses refer to.
pub fn in_responses(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in document["paths"].as_object().into_iter().flatten() {
        for operation in item.1.as_object().into_iter().flatten() {
            collect(document, &operation.1["responses"], &mut found);
        }
    }
    found
}

fn collect(document: &Value, within: &Value, found: &mut BTreeSet<String>) {
    match within {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let new = reference
                    .strip_prefix(PLACE)
                    .is_none_or(|name| found.insert(name.to_owned()));
                if new {
                    let target = reference.trim_start_matches('#');
                    collect(document, document.pointer(target).expect("a target"), found);
                }
            }
            fields.values().for_each(|it| collect(document, it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| collect(document, it, found)),
        _ => {}
    }
}

/// Returns the properties of an object schema, including those of its `allOf` parts, and whether each is required.
pub fn properties<'d>(document: &'d Value, schema: &'d Value) -> Vec<(&'d str, &'d Value, bool)> {
    let schema = crate::documents::resolved(document, schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut found: Vec<_> = parts.flat_map(|part| properties(document, part)).collect();
    let required = |name: &str| {
        let required = schema["required"].as_array();
        required.is_some_and(|names| names.iter().any(|known| known == name))
    };
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.push((name.as_str(), property, required(name)));
    }
    found
}

/// Returns `true` if null is valid: nullable itself, through its reference, or because any value is valid.
pub fn may_be_null(document: &Value, schema: &Value) -> bool {
    if let Some(nullable) = schema["nullable"].as_bool() {
        return nullable;
    }
    if schema["$ref"].is_string() {
        return may_be_null(document, crate::documents::resolved(document, schema));
    }
    if let Some([part]) = schema["allOf"].as_array().map(Vec::as_slice) {
        return may_be_null(document, part);
    }
    let shapes = ["type", "properties", "enum", "allOf", "oneOf", "anyOf"];
    shapes.iter().all(|keyword| schema[keyword].is_null())
}

/// Returns the schemas of an operation's response with this status, by media type.
///
/// The map is empty if the response has no body. Returns `None` if the status is not documented.
pub fn response_schemas<'a>(
    document: &'a Value,
    operation: &str,
    status: u16,
) -> Option<BTreeMap<&'a str, &'a Value>> {
    let paths = document["paths"].as_object()?.values();
    let mut operations = paths.flat_map(|item| item.as_object().into_iter().flatten());
    let (_, found) = operations.find(|(_, it)| it["operationId"] == operation)?;
    let response = found["responses"].get(status.to_string())?;
    let content = crate::documents::resolved(document, response)["content"].as_object();
    let media_types = content.into_iter().flatten();
    Some(
        media_types
            .map(|(name, media_type)| (name.as_str(), &media_type["schema"]))
            .collect(),
    )
}

/// Returns a named schema as JSON Schema, together with all schemas of the document. `oneOf` alternatives may
/// overlap.
pub fn as_json_schema(document: &Value, name: &str) -> Value {
    inline_as_json_schema(document, &json!({ "$ref": format!("{PLACE}{name}") }))
}

/// Returns an unnamed schema as JSON Schema, like [`as_json_schema`].
pub fn inline_as_json_schema(document: &Value, schema: &Value) -> Value {
    let mut schema = schema.clone();
    translate(&mut schema);
    let mut schemas = document["components"]["schemas"].clone();
    translate(&mut schemas);
    json!({ "allOf": [schema], "components": { "schemas": schemas } })
}

fn translate(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(translate),
        Value::Object(fields) => {
            fields.values_mut().for_each(translate);
            // A property named `oneOf` is an object, the keyword is an array.
            if fields.get("oneOf").is_some_and(Value::is_array) {
                let alternatives = fields.remove("oneOf").unwrap_or_default();
                fields.insert("anyOf".to_owned(), alternatives);
            }
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                fields.remove("nullable");
                let rest = Value::Object(std::mem::take(fields));
                *schema = json!({ "anyOf": [rest, { "type": "null" }] });
            }
        }
        _ => {}
    }
}
