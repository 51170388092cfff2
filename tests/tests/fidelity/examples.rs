//! Tests with the examples of the vendor's documentation.

use pipedream_sdk_testing::FakeResponse;
use serde_json::Value;
use tests::operations::CALLS;
use tests::schemas::document;
use tests::types::round_trip_of;
use tests::world::World;

use crate::compare::{Difference, differences};

/// Finds the operation of a request by method and path.
fn operation<'d>(document: &'d Value, request: &Value) -> Option<&'d Value> {
    let url = request["url"].as_str()?;
    let path = url.strip_prefix("https://api.pipedream.com")?;
    let path: Vec<&str> = path.split('?').next()?.split('/').collect();
    let method = request["method"].as_str()?.to_lowercase();
    document["paths"]
        .as_object()?
        .iter()
        .find_map(|(template, item)| {
            let template: Vec<&str> = template.split('/').collect();
            let fits = template.len() == path.len()
                && template
                    .iter()
                    .zip(&path)
                    .all(|(known, received)| known.starts_with('{') || known == received);
            fits.then(|| item.get(&method)).flatten()
        })
}

fn schema_of(content: &Value) -> Option<&str> {
    let reference = content["content"]["application/json"]["schema"]["$ref"].as_str()?;
    reference.strip_prefix("#/components/schemas/")
}

/// A property of log entries that only the example has. It is available in the raw body.
const UNDECLARED: &str = "/os/*/m";

fn lost(schema: &str, original: &Value) -> Vec<Difference> {
    let decoded =
        round_trip_of(schema)(original).unwrap_or_else(|error| panic!("{schema}: {error}"));
    let mut lost = differences(original, &decoded);
    lost.retain(|it| it.path != UNDECLARED);
    lost
}

#[tokio::test]
#[ignore = "needs REFERENCE_DIR"]
async fn vendor_examples_round_trip_through_the_client() {
    let document = document();
    let mut found = Vec::new();
    let folder = tests::reference("upstream/pipedream/examples");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let example: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let Some(operation) = operation(&document, &example["request"]) else {
            assert!(
                path.to_string_lossy().contains("-mcp-"),
                "{path:?} matches no operation"
            );
            continue;
        };
        let id = operation["operationId"].as_str().unwrap();
        let response = &example["response"];
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();

        // As the response of a call.
        let world = World::start().await;
        let fake_response = FakeResponse::new(status).json(response["body"].clone());
        world.fake.on(id, fake_response);
        let (_, call) = CALLS.iter().find(|(known, _)| *known == id).unwrap();
        let seen = call(&world).await;
        assert!(seen.failure.is_none(), "{id}: {:?}", seen.failure);

        // Each body separately.
        if let Some(schema) = schema_of(&operation["requestBody"]) {
            assert_eq!(lost(schema, &example["request"]["body"]), [], "{id}");
        }
        if let Some(schema) = schema_of(&operation["responses"][status.to_string()]) {
            assert_eq!(lost(schema, &response["body"]), [], "{id}");
        }
        found.push(id.to_owned());
    }
    found.sort();
    assert_eq!(
        found,
        [
            "createOauthToken",
            "createToken",
            "deployTrigger",
            "listAccounts",
            "listAppsBase",
            "postProxy",
            "runAction"
        ]
    );
}
