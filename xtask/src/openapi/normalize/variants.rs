//! Pass that gives each further media type of a request body an operation of its own.
//!
//! Progenitor panics at a second media type. The further operations differ from the first in their body, their
//! `operationId` and the key of their path item; `x-variant-of` names the operation that they send. All schemas have
//! names at this point, so that the operations share their types.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Context, OperationNotes, RequestBody, naming, walk};
use crate::diagnostic::child;
use crate::openapi::description::METHODS;
use crate::openapi::extensions::{METHOD_NAME, VARIANT_OF};

/// An operation with another media type.
struct Variant {
    path: String,
    method: &'static str,
    operation: Map<String, Value>,
    id: String,
}

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut taken: BTreeSet<String> = context
        .notes
        .operations
        .keys()
        .map(|id| naming::snake(id))
        .collect();
    let mut variants = Vec::new();
    walk::each_operation(document, |location, operation| {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or_default().to_owned();
        let Some(notes) = context.notes.operations.get(&id).cloned() else {
            return;
        };
        let contents = separate(operation, &notes.bodies);
        for (body, content) in notes.bodies.iter().zip(contents).skip(1) {
            let name = format!("{id} as {}", body.name);
            let new = naming::unused(&camel(&name), |id| taken.contains(&naming::snake(id)));
            taken.insert(naming::snake(&new));
            context.changed(
                child(&location.pointer, "requestBody"),
                format!(
                    "added the operation `{new}` for the media type `{}`",
                    body.media_type
                ),
            );
            variants.push(Variant {
                path: location.path.clone(),
                method: location.method,
                operation: variant(operation, &location.path, (&id, &new), body, content),
                id: new.clone(),
            });
            let notes = OperationNotes {
                bodies: vec![body.clone()],
                synonyms: Vec::new(),
                ..notes.clone()
            };
            context.notes.operations.insert(new, notes);
        }
    });
    add(document, variants);
}

/// Leaves the first media type in the body of an operation, and returns all of them as progenitor receives them.
fn separate(operation: &mut Map<String, Value>, bodies: &[RequestBody]) -> Vec<Value> {
    let content = operation
        .get_mut("requestBody")
        .and_then(|body| body.get_mut("content"));
    let Some(Value::Object(content)) = content else {
        return Vec::new();
    };
    let media_types = std::mem::take(content).into_iter().zip(bodies);
    let separated: Vec<Value> = media_types
        .map(|((_, media_type), body)| json!({ body.passed_as: media_type }))
        .collect();
    if let Some(Value::Object(first)) = separated.first() {
        *content = first.clone();
    }
    separated
}

/// Returns the operation for one media type.
fn variant(
    operation: &Map<String, Value>,
    path: &str,
    (of, id): (&str, &str),
    body: &RequestBody,
    content: Value,
) -> Map<String, Value> {
    let mut variant = operation.clone();
    variant.insert("operationId".to_owned(), json!(id));
    variant.insert(
        VARIANT_OF.to_owned(),
        json!({"operationId": of, "path": path}),
    );
    if let Some(request_body) = variant.get_mut("requestBody") {
        request_body["content"] = content;
    }
    if let Some(Value::String(method)) = variant.get_mut(METHOD_NAME) {
        *method = camel(&format!("{method} as {}", body.name));
    }
    let text = |key: &str| {
        let text = operation.get(key).and_then(Value::as_str);
        text.map(str::trim).filter(|text| !text.is_empty())
    };
    let sentence = format!("Sends the body as `{}`.", body.media_type);
    let description = match text("description").or(text("summary")) {
        Some(described) if described.ends_with(['.', '!', '?']) => {
            format!("{described}\n\n{sentence}")
        }
        Some(described) => format!("{described}.\n\n{sentence}"),
        None => sentence,
    };
    variant.insert("description".to_owned(), json!(description));
    variant
}

/// Adds each variant after the path item of its operation.
fn add(document: &mut Value, variants: Vec<Variant>) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    let mut keys: BTreeSet<String> = paths.keys().cloned().collect();
    let mut variants = variants.into_iter().peekable();
    for (path, item) in std::mem::take(paths) {
        let mut shared = item.as_object().cloned().unwrap_or_default();
        shared.retain(|key, _| !METHODS.contains(&key.as_str()));
        paths.insert(path.clone(), item);
        while let Some(variant) = variants.next_if(|variant| variant.path == path) {
            let key = naming::unused(&format!("{path}#{}", variant.id), |key| keys.contains(key));
            keys.insert(key.clone());
            let mut item = shared.clone();
            item.insert(variant.method.to_owned(), Value::Object(variant.operation));
            paths.insert(key, Value::Object(item));
        }
    }
}

/// Returns a name in camel case.
fn camel(name: &str) -> String {
    let pascal = naming::pascal(name);
    let mut chars = pascal.chars();
    let first = chars.next().map(|first| first.to_lowercase());
    first.into_iter().flatten().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::super::{operations, request_bodies};
    use super::*;

    fn normalized(mut document: Value) -> (Value, Vec<String>) {
        document["paths"]["/x/{id}"]["servers"] = json!([{"url": "https://b.example.com"}]);
        document["paths"]["/x/{id}"]["delete"] = json!({"operationId": "getXAsForm"});
        let (document, notes, _) = pass(
            |document, context| {
                operations::run(document, context);
                request_bodies::run(document, context);
                run(document, context);
            },
            document,
        );
        let bodies = notes.operations.iter().map(|(id, notes)| {
            let media_types: Vec<_> = notes.bodies.iter().map(|b| b.media_type.as_str()).collect();
            format!("{id}: {}", media_types.join(", "))
        });
        (document, bodies.collect())
    }

    #[test]
    fn each_further_media_type_becomes_an_operation() {
        let (document, bodies) = normalized(with_operation(json!({
            "summary": "Gets it",
            "x-fern-sdk-method-name": "get",
            "requestBody": {"description": "The body.", "content": {
                "text/csv": {},
                "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
                "application/vnd.api+json": {"schema": {"type": "array"}}
            }}
        })));
        let keys: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["/x/{id}", "/x/{id}#getXAsForm2", "/x/{id}#getXAsText"]
        );
        assert_eq!(
            document["paths"]["/x/{id}"]["get"]["requestBody"]["content"],
            json!({"application/json": {"schema": {"type": "array"}}})
        );
        let item = &document["paths"]["/x/{id}#getXAsForm2"];
        assert_eq!(item["servers"][0]["url"], "https://b.example.com");
        assert!(item.get("delete").is_none());
        let form = &item["get"];
        assert_eq!(form["operationId"], "getXAsForm2");
        assert_eq!(
            form["x-variant-of"],
            json!({"operationId": "getX", "path": "/x/{id}"})
        );
        assert_eq!(form["x-fern-sdk-method-name"], "getAsForm");
        assert_eq!(
            form["description"],
            "Gets it.\n\nSends the body as `application/x-www-form-urlencoded`."
        );
        assert_eq!(
            form["requestBody"],
            json!({"description": "The body.", "content": {
                "application/x-www-form-urlencoded": {"schema": {"type": "object"}}
            }})
        );
        assert_eq!(
            bodies,
            [
                "getX: application/vnd.api+json, application/x-www-form-urlencoded, text/csv",
                "getXAsForm: ",
                "getXAsForm2: application/x-www-form-urlencoded",
                "getXAsText: text/csv",
            ]
        );
    }
}
