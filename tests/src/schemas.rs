//! The schemas of the document: which are used where, and as schemas that a validator understands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

const PLACE: &str = "#/components/schemas/";

/// The document, as it lies beside the client.
pub fn document() -> Value {
    serde_json::from_str(pipedream_sdk_generated::PIPEDREAM_DOCUMENT).expect("the document is JSON")
}

/// The names of the schemas that operations lead to.
pub fn reachable(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(document, &document["paths"], &mut found);
    found
}

/// The names of the schemas that answers lead to.
pub fn in_answers(document: &Value) -> BTreeSet<String> {
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

/// The properties of an object schema, those of its parts included, and whether each must be there.
pub fn properties<'d>(document: &'d Value, schema: &'d Value) -> Vec<(&'d str, &'d Value, bool)> {
    let schema = crate::described::resolved(document, schema);
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

/// Whether a place may be null: by its own word, by that of what it refers to, or because anything may be there.
pub fn may_be_null(document: &Value, schema: &Value) -> bool {
    if let Some(said) = schema["nullable"].as_bool() {
        return said;
    }
    if schema["$ref"].is_string() {
        return may_be_null(document, crate::described::resolved(document, schema));
    }
    if let Some([part]) = schema["allOf"].as_array().map(Vec::as_slice) {
        return may_be_null(document, part);
    }
    let shapes = ["type", "properties", "enum", "allOf", "oneOf", "anyOf"];
    shapes.iter().all(|keyword| schema[keyword].is_null())
}

/// What the document says about an answer of an operation with this status: the schema of each media type, none of
/// them where it has no body. Nothing where the status is not documented.
pub fn answer<'a>(
    document: &'a Value,
    operation: &str,
    status: u16,
) -> Option<BTreeMap<&'a str, &'a Value>> {
    let paths = document["paths"].as_object()?.values();
    let mut operations = paths.flat_map(|item| item.as_object().into_iter().flatten());
    let (_, found) = operations.find(|(_, it)| it["operationId"] == operation)?;
    let answer = found["responses"].get(status.to_string())?;
    let content = crate::described::resolved(document, answer)["content"].as_object();
    let media_types = content.into_iter().flatten();
    Some(
        media_types
            .map(|(name, media_type)| (name.as_str(), &media_type["schema"]))
            .collect(),
    )
}

/// One schema as JSON Schema, with all others beneath it. Overlapping alternatives are allowed to overlap.
pub fn as_json_schema(document: &Value, name: &str) -> Value {
    inline_as_json_schema(document, &json!({ "$ref": format!("{PLACE}{name}") }))
}

/// A schema that has no name, likewise.
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
            // A property of that name is an object, the keyword is none.
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
