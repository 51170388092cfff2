//! Tests that every response is valid according to the document: status, content type and body.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use pipedream_sdk_testing::{FakePipedream, Fault};
use serde_json::Value;
use tests::documents::{Success, operations};
use tests::operations::{call, successful_calls};
use tests::schemas::{document, inline_as_json_schema, response_schemas};
use tests::world::{FILE, World, on_a_paused_clock};

#[test]
fn every_response_is_valid() {
    let document = document();
    let complaints: Vec<String> = successful_calls(&operations())
        .iter()
        .flat_map(|(id, seen)| {
            let status = seen.status.expect("a status").as_u16();
            findings(&document, id, status, &seen.headers, &seen.body)
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// If the document defines no body for the 429, the body of the fake does not matter.
#[test]
fn throttled_response_is_valid() {
    let document = document();
    for operation in operations() {
        let throttled_response =
            response_schemas(&document, &operation.id, 429).unwrap_or_default();
        if !throttled_response.contains_key("application/json")
            || operation.success == Success::Bytes
        {
            continue;
        }
        let seen = on_a_paused_clock(async {
            let world = World::start().await;
            world.fake.on(&operation.id, Fault::throttled(1).times(10));
            call(&operation.id)(&world).await
        });
        let found = findings(&document, &operation.id, 429, &seen.headers, &seen.body);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn redirected_download_is_documented() {
    let world = World::start().await;
    world.fake.add_redirected_file(FILE, "elsewhere");
    let seen = call("downloadFileStashFile")(&world).await;
    assert_eq!(seen.body, "elsewhere");
    let status = world.fake.requests_of("downloadFileStashFile")[0].status();
    assert_eq!(status, Some(302));
    assert!(response_schemas(&document(), "downloadFileStashFile", 302).is_some());
}

/// Ensures that the validator reports invalid responses.
#[test]
fn validator_reports_invalid_responses() {
    let document = document();
    let mut json = HeaderMap::new();
    json.insert(CONTENT_TYPE, "application/json".parse().expect("a value"));
    let project = FakePipedream::PROJECT_ID;
    let whole = format!(r#"{{"id": {project:?}, "name": "Mine"}}"#);
    for (status, headers, body, expected) in [
        (200, &json, whole.clone(), None),
        (200, &json, r#"{"id": 7}"#.to_owned(), Some("7")),
        (200, &HeaderMap::new(), whole.clone(), Some("content type")),
        (299, &json, whole, Some("299")),
    ] {
        let found = findings(&document, "retrieveProject", status, headers, &body.into());
        match expected {
            None => assert!(found.is_empty(), "{found:?}"),
            Some(part) => assert!(found.iter().any(|it| it.contains(part)), "{found:?}"),
        }
    }
}

/// Returns the validation errors of a response.
fn findings(
    document: &Value,
    operation: &str,
    status: u16,
    headers: &HeaderMap,
    body: &Bytes,
) -> Vec<String> {
    let complaint = |what: String| vec![format!("{operation}: {what}")];
    let Some(media_types) = response_schemas(document, operation, status) else {
        return complaint(format!("{status} is not documented"));
    };
    if media_types.is_empty() {
        return match body.len() {
            0 => Vec::new(),
            bytes => complaint(format!("{bytes} bytes instead of no body")),
        };
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let schema = match media_types.get(content_type) {
        Some(schema) => schema,
        None if media_types.contains_key("*/*") => return Vec::new(),
        None => return complaint(format!("content type {content_type:?}")),
    };
    if content_type != "application/json" {
        return Vec::new();
    }
    let Ok(value) = serde_json::from_slice(body) else {
        return complaint("not JSON".to_owned());
    };
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&inline_as_json_schema(document, schema))
        .expect("a schema that can be compiled");
    validator
        .iter_errors(&value)
        .map(|error| format!("{operation}: {}: {error}", error.instance_path()))
        .collect()
}
