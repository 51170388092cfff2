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

/// The names of properties, anywhere, that are declared and satisfy this.
pub fn properties(document: &Value, wanted: impl Fn(&Value, bool) -> bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(
        document,
        &document["components"]["schemas"],
        &wanted,
        &mut found,
    );
    found
}

fn walk(
    document: &Value,
    within: &Value,
    wanted: &impl Fn(&Value, bool) -> bool,
    found: &mut BTreeSet<String>,
) {
    match within {
        Value::Object(fields) => {
            for (name, property) in fields
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let required = fields
                    .get("required")
                    .and_then(Value::as_array)
                    .is_some_and(|names| names.iter().any(|known| known == name));
                let target = crate::described::resolved(document, property);
                if wanted(property, required) || wanted(target, required) {
                    found.insert(name.clone());
                }
            }
            fields
                .values()
                .for_each(|it| walk(document, it, wanted, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|it| walk(document, it, wanted, found)),
        _ => {}
    }
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
