//! What documents have resources, and what is said of those that cannot be followed.

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::openapi::normalize;
use crate::openapi::progenitor::patch::Source as MendSource;
use crate::openapi::progenitor::{patch, run};

/// The resources of a document with this one operation, and what was found.
fn emitted(operation: Value) -> (Resources, Diagnostics) {
    let mut operation = operation;
    operation["operationId"] = json!("listThings");
    operation["parameters"] =
        json!([{ "name": "after", "in": "query", "schema": { "type": "string" } }]);
    operation["responses"] = json!({ "200": { "description": "Things.", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Page" },
    } } } });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Things", "version": "1" },
        "paths": { "/things": { "get": operation } },
        "components": { "schemas": { "Page": { "type": "object", "required": ["things"], "properties": {
            "things": { "type": "array", "items": { "type": "string" } },
            "next": { "type": "string" },
        } } } },
    });
    emitted_of(&document)
}

/// The resources of a document, and what was found.
fn emitted_of(document: &Value) -> (Resources, Diagnostics) {
    let file = Path::new("things.yml");
    let mut found = Diagnostics::new();
    let mut normalized = document.clone();
    let notes = normalize::normalize(&mut normalized, file, &mut found);
    let client = run::generate(&normalized, file).unwrap();
    let source = MendSource {
        file,
        document: &normalized,
        notes: &notes,
    };
    let mended = patch::patch(client, source).unwrap();
    let index = Index::read(&mended, &normalized, &notes);
    let source = Source {
        module: "things",
        krate: "generated",
        file,
        document,
        normalized: &normalized,
        index: &index,
    };
    let resources = emit(source, &mut found);
    assert!(!found.has_errors());
    (resources, found)
}

fn named(more: Value) -> Value {
    let mut operation =
        json!({ "x-fern-sdk-group-name": "things", "x-fern-sdk-method-name": "list" });
    if let (Some(operation), Value::Object(more)) = (operation.as_object_mut(), more) {
        operation.extend(more);
    }
    operation
}

fn things(resources: &Resources) -> &str {
    let file = resources
        .files
        .iter()
        .find(|file| file.path.ends_with("things.rs"));
    &file.expect("the group is there").text
}

fn codes(found: &Diagnostics) -> Vec<&str> {
    found.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn without_names_for_sdks_there_are_no_resources() {
    for operation in [
        json!({}),
        json!({ "x-fern-sdk-group-name": "things" }),
        named(json!({ "x-fern-ignore": true })),
    ] {
        let (resources, found) = emitted(operation);
        assert!(resources.files.is_empty() && resources.variables.is_empty());
        assert_eq!(codes(&found), [""; 0]);
    }
}

#[test]
fn a_list_is_followed_by_its_cursor() {
    let paging = json!({ "cursor": "$request.after", "next_cursor": "$response.next", "results": "$response.things" });
    let (resources, found) = emitted(named(json!({ "x-fern-pagination": paging })));
    assert!(things(&resources).contains("impl Paginated for ListThings"));
    assert_eq!(codes(&found), [""; 0]);
}

#[test]
fn pages_that_cannot_be_followed_are_said_and_one_page_can_still_be_had() {
    for paging in [
        json!({ "offset": "$request.page", "results": "$response.things" }),
        json!({ "cursor": "$request.nothing", "next_cursor": "$response.next", "results": "$response.things" }),
        json!({ "cursor": "$request.after", "next_cursor": "$response.nothing", "results": "$response.things" }),
        json!({ "cursor": "$request.after", "next_cursor": "$response.next", "results": "$response.next" }),
        json!({ "cursor": "after", "next_cursor": "next", "results": "things" }),
        json!(true),
    ] {
        let (resources, found) = emitted(named(json!({ "x-fern-pagination": paging })));
        assert_eq!(codes(&found), ["unsupported-pagination"], "{paging}");
        let text = things(&resources);
        assert!(text.contains("pub async fn send(") && !text.contains("Paginated"));
    }
}

#[test]
fn a_return_value_that_is_not_in_the_answer_is_said() {
    let (resources, found) = emitted(named(json!({ "x-fern-sdk-return-value": "nothing" })));
    assert_eq!(codes(&found), ["unknown-return-value"]);
    assert!(things(&resources).contains("Result<types::Page, Error>"));

    let (resources, found) = emitted(named(json!({ "x-fern-sdk-return-value": "things" })));
    assert_eq!(codes(&found), [""; 0]);
    assert!(things(&resources).contains("Result<Vec<String>, Error>"));
}

/// A shop whose tokens say which shop they are for.
fn shop() -> Value {
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
            "schemas": { "Order": { "type": "object", "required": ["token"], "properties": {
                "token": { "type": "string", "x-secret": true, "x-credential-for": "Token" },
            } } },
        },
    })
}

/// What the builder of this name does when it is sent.
fn sending<'t>(text: &'t str, builder: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("impl {builder} {{")).unwrap();
    let (_, sending) = rest.split_once("pub async fn send_raw").unwrap();
    sending.split_once("\n    }\n").unwrap().0
}

#[test]
fn what_a_credential_says_need_not_be_given_and_where_none_does_it_must() {
    let (resources, _) = emitted_of(&shop());
    let file = resources.files.iter();
    let mut file = file.filter(|file| file.path.ends_with("orders.rs"));
    let text = &file.next().unwrap().text;

    let list = sending(text, "List");
    assert!(list.contains("given_text(\"shop_id\""), "{list}");
    assert!(list.contains("client.list(shop_id.as_deref())"), "{list}");
    assert!(text.contains("It can be left out where the credential is a `Token`"));

    // An operation that takes other credentials alone needs it, and tells of a wrong credential first.
    let keys = sending(text, "Keys");
    let check = keys.find("check_credential(&operations::KEYS)?").unwrap();
    let filled = keys.find("filled_text(\"shop_id\"").unwrap();
    assert!(check < filled, "{keys}");
}

#[test]
fn a_request_authenticates_with_what_its_body_has_unless_the_call_says_otherwise() {
    let (resources, _) = emitted_of(&shop());
    let file = resources.files.iter();
    let mut file = file.filter(|file| file.path.ends_with("orders.rs"));
    let create = sending(&file.next().unwrap().text, "Create");
    let credential = "FixedSecret::new([\"Token\"], self.token.expose())";
    assert!(create.contains(credential), "{create}");
    let client = "self.client.with_options(credential).with_options(self.options)";
    assert!(create.contains(client), "{create}");
}

#[test]
fn names_in_paths_are_imported_only_where_they_stand_alone() {
    let words = bare_words(&quote!(let a: Value = types::Map::new(x as Bytes);));
    assert!(words.contains("Value") && words.contains("types") && words.contains("Bytes"));
    assert!(!words.contains("Map"));
}
