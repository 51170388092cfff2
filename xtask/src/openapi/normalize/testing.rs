//! Helpers for the tests of the passes.

use std::path::Path;

use serde_json::{Value, json};

use super::{Context, Notes, Pass};
use crate::diagnostic::Diagnostics;

/// Runs one pass. Returns the document, the notes and the codes of the findings.
pub(super) fn run(pass: Pass, mut document: Value) -> (Value, Notes, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::new();
    let mut context = Context {
        file: Path::new("api.yml"),
        diagnostics: &mut diagnostics,
        notes: Notes::default(),
    };
    pass(&mut document, &mut context);
    let notes = context.notes;
    let codes = diagnostics.iter().map(|d| d.code.as_str()).collect();
    (document, notes, codes)
}

/// Returns a document with these component schemas and one operation whose response is the first of them.
pub(super) fn with_schemas(schemas: Value) -> Value {
    let first = schemas
        .as_object()
        .and_then(|s| s.keys().next())
        .cloned()
        .unwrap_or_default();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "getX", "parameters": [], "responses": {"200": {
            "description": "",
            "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{first}")}}}
        }}}}},
        "components": {"schemas": schemas}
    })
}

/// Returns a document with one operation, `getX` at `GET /x/{id}`, with these fields.
pub(super) fn with_operation(operation: Value) -> Value {
    let mut full = json!({"operationId": "getX", "parameters": [
        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
    ], "responses": {"200": {"description": ""}}});
    if let (Some(full), Some(fields)) = (full.as_object_mut(), operation.as_object()) {
        full.extend(fields.clone());
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x/{id}": {"get": full}},
        "components": {"schemas": {}}
    })
}
