//! Tests of calls of operations with JSON.

// The macro expects public modules.
#![allow(unreachable_pub)]

use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::auth::credentials::FixedSecret;
use crate::error::ErrorKind;
use crate::http::loopback::{Loopback, response};
use crate::http::operation::{CredentialLocation, Scheme};
use crate::http::options::CallOptions;

static OAUTH: Scheme = Scheme {
    name: "OAuth2",
    place: CredentialLocation::Bearer,
};

crate::operations! {
    READ: "readThing", GET "/{project}/things/{id}", [[OAUTH]], idempotent;
    ADD: "addThing", POST "/things", [[OAUTH]], once, secrets ["key"];
    END: "endThing", DELETE "/things/{id}", [[OAUTH]], idempotent;
    FILE: "readFile", GET "/file", [[OAUTH]], idempotent;
    OPEN: "openThing", GET "/open", [], idempotent;
    HIDDEN: "hiddenThing", GET "/hidden", [[OAUTH]], idempotent;
    STYLED: "styledThing", GET "/styled", [[OAUTH]], idempotent;
}

static CATALOG: LazyLock<OperationCatalog> = LazyLock::new(|| {
    let id =
        json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } });
    let json = |schema: Value| json!({ "content": { "application/json": { "schema": schema } } });
    let thing = json!({ "$ref": "#/components/schemas/Thing" });
    let document = json!({
        "paths": {
            "/{project}/things/{id}": {
                "parameters": [id, {
                    "name": "project", "in": "path", "required": true, "schema": { "type": "string" },
                    "x-fern-sdk-variable": "project",
                }],
                "get": {
                    "operationId": "readThing", "summary": "Read", "description": " Reads. ",
                    "parameters": [
                        { "name": "tag", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } },
                        { "name": "x-mode", "in": "header", "schema": { "type": "string", "default": "all" } },
                    ],
                    "responses": { "200": json(thing.clone()) },
                },
            },
            "/things": { "post": {
                "operationId": "addThing",
                "requestBody": json(thing.clone()),
                "responses": { "201": json(thing) },
            } },
            "/things/{id}": { "delete": {
                "operationId": "endThing", "parameters": [id], "responses": { "204": { "description": "" } },
            } },
            "/file": { "get": {
                "operationId": "readFile",
                "responses": { "200": { "content": { "application/octet-stream": {} } } },
            } },
            "/open": { "get": { "operationId": "openThing", "responses": { "200": {} } } },
            "/hidden": { "get": {
                "operationId": "hiddenThing", "x-fern-ignore": true, "responses": { "200": {} },
            } },
            "/styled": { "get": {
                "operationId": "styledThing", "responses": { "200": {} },
                "parameters": [{ "name": "a", "in": "query", "style": "deepObject", "schema": {} }],
            } },
        },
        "components": { "schemas": { "Thing": {
            "type": "object", "required": ["owner", "key"],
            "properties": {
                "owner": { "type": "string", "x-fern-sdk-variable": "user" },
                "key": { "type": "string", "x-secret": true },
                "size": { "type": "integer", "nullable": true },
                "inner": { "$ref": "#/components/schemas/Thing" },
            },
        } } },
    });
    OperationCatalog::new(&document.to_string(), __ALL)
});

fn variables(pairs: &[(&str, &str)]) -> Map<String, Value> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect()
}

async fn call(
    server: &Loopback,
    id: &str,
    variables: &Map<String, Value>,
    arguments: Value,
) -> Result<Value, Error> {
    let token = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], "token"));
    let transport = server.transport().with_options(token);
    CATALOG.call(&transport, id, variables, &arguments).await
}

#[test]
fn lists_the_operations_with_json_and_their_schemas() {
    let ids: Vec<&str> = CATALOG.operations().iter().map(|it| it.id).collect();
    assert_eq!(ids, ["readThing", "addThing", "endThing"]);
    let read = CATALOG.get("readThing").unwrap();
    assert_eq!(
        (read.summary.as_str(), read.description.as_str()),
        ("Read", "Reads.")
    );
    assert!(read.is_read_only() && read.is_idempotent);
    assert_eq!(read.arguments["required"], json!(["id"]));
    assert_eq!(read.arguments["properties"]["project"]["type"], "string");
    assert_eq!(
        read.response["properties"]["size"]["type"],
        json!(["integer", "null"])
    );
    let add = CATALOG.get("addThing").unwrap();
    assert!(!add.is_read_only() && !add.is_idempotent);
    assert_eq!(add.arguments["required"], json!(["body"]));
    assert_eq!(
        add.arguments["properties"]["body"]["required"],
        json!(["key"])
    );
    assert_eq!(CATALOG.get("endThing").unwrap().response, Value::Null);
}

#[tokio::test]
async fn sends_parameters_in_their_places_and_redacts_secrets() {
    let body = r#"{"owner":"me","key":"a-secret","inner":{"owner":"has a-secret","key":"k"}}"#;
    let server = Loopback::serving([response(200, &[], body), response(201, &[], body)]).await;
    let arguments = json!({ "id": 7, "tag": ["a", "b c"] });
    let handle = variables(&[("project", "p/1"), ("user", "me")]);
    let thing = call(&server, "readThing", &handle, arguments)
        .await
        .unwrap();
    assert_eq!(thing["key"], "[redacted]");
    assert_eq!(thing["inner"]["owner"], "has [redacted]");
    let sent = &server.requests()[0];
    assert!(
        sent.starts_with("GET /p%2F1/things/7?tag=a&tag=b+c HTTP"),
        "{sent}"
    );
    assert!(sent.contains("x-mode: all"), "{sent}");

    let arguments = json!({ "body": { "key": "another-secret" } });
    call(&server, "addThing", &handle, arguments).await.unwrap();
    let sent = &server.requests()[1];
    assert!(
        sent.ends_with(r#"{"key":"another-secret","owner":"me"}"#),
        "{sent}"
    );
}

#[tokio::test]
async fn returns_null_for_a_response_without_a_body() {
    let server = Loopback::serving([response(204, &[], "")]).await;
    let ended = call(&server, "endThing", &Map::new(), json!({ "id": 7 })).await;
    assert_eq!(ended.unwrap(), Value::Null);
}

#[tokio::test]
async fn rejects_unknown_and_missing_arguments_before_anything_is_sent() {
    let server = Loopback::serving([]).await;
    let handle = variables(&[("project", "p")]);
    for (id, arguments, pointer) in [
        ("readThing", json!({}), "/id"),
        ("readThing", json!({ "id": 1, "tags": [] }), "/tags"),
        ("addThing", json!({}), "/body"),
        ("addThing", json!({ "body": { "key": "k" } }), "/body/owner"),
        ("endThing", json!([]), ""),
    ] {
        let error = call(&server, id, &handle, arguments).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.input_violations()[0].pointer(), pointer, "{error}");
    }
    let missing = call(&server, "readThing", &Map::new(), json!({ "id": 1 })).await;
    let missing = missing.unwrap_err();
    assert!(
        missing
            .to_string()
            .contains("operation `readThing`: /project"),
        "{missing}"
    );
    let unknown = call(&server, "readFile", &handle, json!({}))
        .await
        .unwrap_err();
    assert!(
        unknown.to_string().contains("no operation `readFile`"),
        "{unknown}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_error_does_not_repeat_the_secrets_of_the_request() {
    let server =
        Loopback::serving([response(400, &[], r#"{"error":"bad key another-secret"}"#)]).await;
    let arguments = json!({ "body": { "key": "another-secret", "owner": "me" } });
    let error = call(&server, "addThing", &Map::new(), arguments)
        .await
        .unwrap_err();
    assert_eq!(error.operation(), Some("addThing"));
    let shown = format!("{error} {error:?} {}", error.to_json());
    assert!(!shown.contains("another-secret"), "{shown}");
}
