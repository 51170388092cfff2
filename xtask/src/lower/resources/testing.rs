//! Test documents, and helpers to lower their resources.

use std::path::Path;

use serde_json::{Value, json};

use super::{Source, lower};
use crate::diagnostic::Diagnostics;
use crate::model::resource::Resources;
use crate::openapi::index::Index;
use crate::openapi::normalize;
use crate::openapi::progenitor::{patch, run};

/// Lowers the resources of a document; returns them with the diagnostics.
pub(crate) fn lowered(document: &Value) -> (Option<Resources>, Diagnostics) {
    let file = Path::new("things.yml");
    let mut found = Diagnostics::new();
    let mut normalized = document.clone();
    let notes = normalize::normalize(&mut normalized, file, &mut found);
    let client = run::generate(&normalized, file).unwrap();
    let source = patch::Source {
        file,
        document: &normalized,
        notes: &notes,
    };
    let patched = patch::patch(client, source).unwrap();
    let index = Index::read(&patched, &std::rc::Rc::new(normalized.clone()), &notes);
    let source = Source {
        module: "things",
        file,
        document,
        normalized: &normalized,
        index: &index,
    };
    let resources = lower(source, &mut found);
    assert!(!found.has_errors());
    (resources, found)
}

/// Returns a document with only this operation.
pub(crate) fn with(mut operation: Value) -> Value {
    operation["operationId"] = json!("listThings");
    operation["parameters"] =
        json!([{ "name": "after", "in": "query", "schema": { "type": "string" } }]);
    operation["responses"] = json!({ "200": { "description": "Things.", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Page" },
    } } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Things", "version": "1" },
        "paths": { "/things": { "get": operation } },
        "components": { "schemas": { "Page": { "type": "object", "required": ["things"], "properties": {
            "things": { "type": "array", "items": { "type": "string" } },
            "next": { "type": "string" },
        } } } },
    })
}

/// Returns an operation with a group and a method name, extended by `more`.
pub(crate) fn named(more: Value) -> Value {
    let mut operation =
        json!({ "x-fern-sdk-group-name": "things", "x-fern-sdk-method-name": "list" });
    if let (Some(operation), Value::Object(more)) = (operation.as_object_mut(), more) {
        operation.extend(more);
    }
    operation
}

/// Returns the API of a shop, whose tokens imply the `shop_id`.
pub(crate) fn shop() -> Value {
    let operation = |id: &str, schemes: &[&str]| {
        let security: Vec<Value> = schemes.iter().map(|name| json!({ *name: [] })).collect();
        json!({
            "operationId": id, "x-fern-sdk-group-name": "orders", "x-fern-sdk-method-name": id,
            "security": security, "responses": { "204": { "description": "Done." } },
            "parameters": [{ "name": "shop_id", "in": "path", "required": true,
                             "x-fern-sdk-variable": "shop_id", "schema": { "type": "string" } }],
        })
    };
    let mut create = operation("create", &["Token"]);
    create["requestBody"] = json!({ "required": true, "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Order" },
    } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Shop", "version": "1" },
        "paths": {
            "/shops/{shop_id}/orders": { "get": operation("list", &["Token", "Key"]), "post": create },
            "/shops/{shop_id}/keys": { "get": operation("keys", &["Key"]) },
        },
        "components": {
            "securitySchemes": {
                "Key": { "type": "http", "scheme": "bearer" },
                "Token": { "type": "http", "scheme": "bearer", "x-implied-variables": ["shop_id"] },
            },
            "schemas": { "Order": { "type": "object", "required": ["token", "shop"], "properties": {
                "token": { "type": "string", "x-secret": true, "x-credential-for": "Token" },
                "shop": { "type": "string", "x-fern-sdk-variable": "shop_id" },
                "note": { "type": "string", "nullable": true },
                "kind": { "type": "string", "enum": ["order"] },
                "size": { "type": "string", "enum": ["s", "l"] },
                "send": { "type": "boolean" },
            } } },
        },
    })
}
