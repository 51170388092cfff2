//! Tests of printed resources.

use super::*;
use crate::lower::resources::testing::{lowered, shop};

/// Prints the file of the group `orders`, with each run of whitespace replaced by one space.
fn orders() -> String {
    let resources = lowered(&shop()).0.expect("resources");
    let runtime = RuntimePath::parse("::other_runtime").unwrap();
    let files = emit(&resources, "generated", &runtime);
    let file = files
        .iter()
        .find(|file| file.path == "things/resources/orders.rs");
    let text = &file.expect("the file of the group").text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn sends_a_request_with_the_values_of_the_handle() {
    let text = orders();
    for part in [
        "client.list(known.given_shop_id(operation)?.as_deref()).await",
        "let (client, known) = self.call.begin_checked(operation)?; client.keys(&known.shop_id(operation)?).await",
        "self.body.shop = known.shop_id(operation)?;",
        "body: types::Order::new(\"\", token)",
        "let credential = FixedSecret::new([\"Token\"], self.body.token.expose()); self.call.authenticate(credential);",
        "impl_call!(List -> ()); variables!(List { shop_id });",
        "variables!(Keys { /// Sets `shop_id`. shop_id, });",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn uses_the_path_of_the_runtime() {
    let text = orders();
    assert!(text.contains("use ::other_runtime::{"), "{text}");
    assert!(!text.contains("pipedream"), "{text}");
}

#[test]
fn an_example_of_a_long_name_has_a_short_file_name() {
    let id = "a".repeat(400);
    let document = serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {
            "get": {"operationId": "read", "tags": ["x"], "responses": {"200": {"description": ""}}},
            "put": {"operationId": id, "tags": ["x"], "responses": {"200": {"description": ""}}}
        }}
    });
    let resources = lowered(&document).0.expect("resources");
    let files = emit(&resources, "generated", &RuntimePath::default());
    let examples = files.iter().filter(|file| file.path.ends_with(".md"));
    let names: Vec<_> = examples
        .filter_map(|file| file.path.rsplit('/').next())
        .collect();
    assert_eq!(names, ["x.read.md", "x.1.md"]);
    let included = files
        .iter()
        .any(|file| file.text.contains("examples/x.1.md"));
    assert!(included);
}
