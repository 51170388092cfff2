//! Every answer, held against the document by a validator: its status, its content type and its body.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use pipedream_sdk_testing::{FakePipedream, Fault};
use serde_json::Value;
use tests::described::{Success, operations};
use tests::operations::{call, genuine_answers};
use tests::schemas::{answer, document, inline_as_json_schema};
use tests::world::{FILE, World, on_a_paused_clock};

#[test]
fn every_answer_is_one_that_the_document_has() {
    let document = document();
    let complaints: Vec<String> = genuine_answers(&operations())
        .iter()
        .flat_map(|(id, seen)| {
            let status = seen.status.expect("a status").as_u16();
            findings(&document, id, status, &seen.headers, &seen.body)
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Where the document gives a 429 no body, what is sent says nothing to its readers.
#[test]
fn what_a_throttled_request_is_told_is_as_the_document_has_it() {
    let document = document();
    for operation in operations() {
        let described = answer(&document, &operation.id, 429).unwrap_or_default();
        if !described.contains_key("application/json") || operation.success == Success::Bytes {
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
async fn a_download_that_leads_elsewhere_is_as_the_document_has_it() {
    let world = World::start().await;
    world.fake.add_file_elsewhere(FILE, "elsewhere");
    let seen = call("downloadFileStashFile")(&world).await;
    assert_eq!(seen.body, "elsewhere");
    let status = world.fake.requests_of("downloadFileStashFile")[0].status();
    assert_eq!(status, Some(302));
    assert!(answer(&document(), "downloadFileStashFile", 302).is_some());
}

/// The validator is one that finds something.
#[test]
fn an_answer_that_the_document_does_not_have_is_found() {
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

/// What is wrong with an answer, one line per finding.
fn findings(
    document: &Value,
    operation: &str,
    status: u16,
    headers: &HeaderMap,
    body: &Bytes,
) -> Vec<String> {
    let complaint = |what: String| vec![format!("{operation}: {what}")];
    let Some(media_types) = answer(document, operation, status) else {
        return complaint(format!("the document has no {status}"));
    };
    if media_types.is_empty() {
        return match body.len() {
            0 => Vec::new(),
            bytes => complaint(format!("{bytes} bytes where there is no body")),
        };
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let content_type = content_type.unwrap_or_default();
    let schema = match media_types.get(content_type) {
        Some(schema) => schema,
        None if media_types.contains_key("*/*") => return Vec::new(),
        None => return complaint(format!("the content type {content_type:?}")),
    };
    if content_type != "application/json" {
        return Vec::new();
    }
    let Ok(value) = serde_json::from_slice(body) else {
        return complaint("no JSON".to_owned());
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
