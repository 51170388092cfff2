//! Documents of any size, for measurements of how the generator grows.
//!
//! Each resource has five operations with parameters, bodies and schemas. Schemas refer to shared ones and to each
//! other. Workflows call the operations of one resource and pass outputs on.

use serde_json::{Map, Value, json};

/// Methods of a resource, in the order in which its operations are added.
const METHODS: [&str; 5] = ["list", "create", "get", "update", "delete"];

/// Returns an OpenAPI document with this number of operations.
pub fn openapi(operations: usize) -> Value {
    let mut paths = Map::new();
    let mut schemas = shared_schemas();
    for number in 0..operations {
        let resource = number / METHODS.len();
        let method = METHODS[number % METHODS.len()];
        if method == METHODS[0] {
            schemas.insert(format!("Thing{resource}"), thing(resource));
            schemas.insert(format!("Thing{resource}Input"), thing_input());
        }
        let path = match method {
            "list" | "create" => format!("/things{resource}"),
            _ => format!("/things{resource}/{{id}}"),
        };
        let item = paths.entry(path).or_insert_with(|| json!({}));
        let (http, operation) = operation(resource, method);
        item[http] = operation;
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Synthetic", "version": "1.0.0" },
        "servers": [{ "url": "https://synthetic.example" }],
        "security": [{ "token": [] }],
        "tags": [{ "name": "things", "description": "Things." }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// Returns an Arazzo document with this number of workflows over the document at `url`.
///
/// `operations` is the number of operations of that document, at least five.
pub fn arazzo(workflows: usize, operations: usize, url: &str) -> Value {
    let resources = (operations / METHODS.len()).max(1);
    let all = (0..workflows).map(|number| workflow(number, number % resources));
    json!({
        "arazzo": "1.0.1",
        "info": { "title": "Synthetic workflows", "version": "1.0.0" },
        "sourceDescriptions": [{ "name": "synthetic", "url": url, "type": "openapi" }],
        "workflows": all.collect::<Vec<Value>>(),
    })
}

fn reference(schema: impl std::fmt::Display) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn shared_schemas() -> Map<String, Value> {
    let text = json!({ "type": "string" });
    let shared = json!({
        "Owner": { "type": "object", "required": ["id"],
            "properties": { "id": text, "email": text, "roles": { "type": "array", "items": reference("Role") } } },
        "Role": { "type": "string", "enum": ["reader", "writer", "administrator"] },
        "Page": { "type": "object", "properties": { "cursor": text, "total": { "type": "integer" } } },
        "Problem": { "type": "object", "required": ["message"],
            "properties": { "message": text, "code": { "type": "integer" } } },
    });
    match shared {
        Value::Object(shared) => shared,
        _ => Map::new(),
    }
}

/// Returns the schema of a resource. It refers to another one, in a tree of logarithmic depth.
fn thing(resource: usize) -> Value {
    let mut schema = json!({
        "type": "object",
        "description": format!("The thing number {resource}."),
        "required": ["id", "name", "state"],
        "properties": {
            "id": { "type": "string", "description": "ID of the thing." },
            "name": { "type": "string", "maxLength": 80 },
            "state": { "type": "string", "enum": ["new", "active", "archived"] },
            "size": { "type": "integer", "format": "int64", "minimum": 0 },
            "created_at": { "type": "string", "format": "date-time" },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "owner": reference("Owner"),
            "note": { "type": "string", "nullable": true },
        },
    });
    if resource > 0 {
        schema["properties"]["parent"] = reference(format_args!("Thing{}", resource / 2));
    }
    schema
}

fn thing_input() -> Value {
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": { "type": "string" },
            "size": { "type": "integer" },
            "role": reference("Role"),
            "place": { "type": "object", "properties": { "x": { "type": "number" }, "y": { "type": "number" } } },
        },
    })
}

/// Returns the HTTP method and the operation of a method of a resource.
fn operation(resource: usize, method: &str) -> (&'static str, Value) {
    let thing = reference(format_args!("Thing{resource}"));
    let id =
        json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } });
    let body = json!({
        "required": true,
        "content": { "application/json": { "schema": reference(format_args!("Thing{resource}Input")) } },
    });
    let of = |schema: Value| json!({ "description": "Done", "content": { "application/json": { "schema": schema } } });
    let mut operation = json!({
        "operationId": format!("{method}Thing{resource}"),
        "summary": format!("Call {method} of things {resource}"),
        "description": format!("Calls `{method}` of the things in collection {resource}."),
        "tags": ["things"],
        "x-fern-sdk-group-name": format!("things{resource}"),
        "x-fern-sdk-method-name": method,
    });
    let (http, success) = match method {
        "list" => {
            operation["parameters"] = json!([
                { "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 100 } },
                { "name": "cursor", "in": "query", "description": "Cursor.", "schema": { "type": "string" } },
                { "name": "state", "in": "query", "schema": { "type": "string", "enum": ["new", "active"] } },
                { "name": "ids", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } },
                { "name": "X-Trace", "in": "header", "schema": { "type": "string" } },
            ]);
            let list = json!({
                "type": "object",
                "required": ["items"],
                "properties": { "items": { "type": "array", "items": thing }, "page": reference("Page") },
            });
            ("get", ("200", of(list)))
        }
        "create" => ("post", ("201", of(thing))),
        "get" => ("get", ("200", of(thing))),
        "update" => ("patch", ("200", of(thing))),
        _ => ("delete", ("204", json!({ "description": "Deleted" }))),
    };
    if matches!(method, "get" | "update" | "delete") {
        operation["parameters"] = json!([id]);
    }
    if matches!(method, "create" | "update") {
        operation["requestBody"] = body;
    }
    operation["responses"] = json!({ success.0: success.1, "404": of(reference("Problem")) });
    (http, operation)
}

/// Returns a workflow that creates, reads and deletes a thing.
fn workflow(number: usize, resource: usize) -> Value {
    let id = |value: &str| json!([{ "name": "id", "in": "path", "value": value }]);
    let status = |code: u16| json!([{ "condition": format!("$statusCode == {code}") }]);
    json!({
        "workflowId": format!("workflow{number}"),
        "summary": format!("Create and delete a thing of collection {resource}"),
        "inputs": {
            "type": "object",
            "required": ["name"],
            "properties": { "name": { "type": "string" }, "size": { "type": "integer" } },
        },
        "steps": [
            {
                "stepId": "create",
                "operationId": format!("createThing{resource}"),
                "requestBody": {
                    "contentType": "application/json",
                    "payload": { "name": "$inputs.name", "size": "$inputs.size" },
                },
                "successCriteria": status(201),
                "outputs": { "id": "$response.body#/id" },
            },
            {
                "stepId": "read",
                "operationId": format!("getThing{resource}"),
                "parameters": id("$steps.create.outputs.id"),
                "successCriteria": [
                    { "condition": "$statusCode == 200" },
                    { "condition": "$response.body#/state == 'active'" },
                ],
                "outputs": { "name": "$response.body#/name", "size": "$response.body#/size" },
                "onFailure": [{ "name": "again", "type": "retry", "retryAfter": 1, "retryLimit": 3 }],
            },
            {
                "stepId": "delete",
                "operationId": format!("deleteThing{resource}"),
                "parameters": id("$steps.create.outputs.id"),
                "successCriteria": status(204),
            },
        ],
        "outputs": { "name": "$steps.read.outputs.name", "size": "$steps.read.outputs.size" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_the_requested_size() {
        let document = openapi(12);
        let items = document["paths"].as_object().into_iter().flatten();
        let operations: usize = items
            .map(|(_, item)| item.as_object().map_or(0, Map::len))
            .sum();
        assert_eq!(operations, 12);
        let workflows = &arazzo(7, 12, "openapi.json")["workflows"];
        assert_eq!(workflows.as_array().map(Vec::len), Some(7));
    }
}
