//! Tests of Dynamiq's error format: code, message and details.

use std::time::Duration;

use pipedream_sdk::ErrorKind;
use pipedream_sdk_testing::{FakeDynamiq, FakeResponse, Fault};
use serde_json::{Map, json};

use crate::{USER, app, user};

#[tokio::test]
async fn error_has_code_message_and_details() {
    let fake = FakeDynamiq::start().await;
    let id = fake.require_credentials("dynamiq.connections.HttpApiKey");
    let connect = user(&fake).connect().await.unwrap();
    let wrong = connect.store_credentials(&*id, "dynamiq.connections.Other", Map::new());
    let error = wrong.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        error.operation(),
        Some("createConnectRequirementCredentials")
    );
    assert_eq!(error.code().as_deref(), Some("bad_request"));
    assert_eq!(error.message().as_deref(), Some("the type does not match"));
    let details = error.details().unwrap();
    assert_eq!(
        details["type"],
        "the requirement needs dynamiq.connections.HttpApiKey"
    );
    assert!(
        error.to_string().contains("the type does not match"),
        "{error}"
    );
}

#[tokio::test]
async fn unknown_requirement_is_not_found() {
    let fake = FakeDynamiq::start().await;
    let connect = user(&fake).connect().await.unwrap();
    let error = connect.authorize_pipedream("r1").send().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.code().as_deref(), Some("not_found"));
    assert!(error.details().is_none());
}

#[tokio::test]
async fn rejects_the_wrong_way_to_fulfill_a_requirement() {
    let fake = FakeDynamiq::start().await;
    let account = fake.require_account("slack");
    let key = fake.require_credentials("dynamiq.connections.HttpApiKey");
    let oauth = fake.require_oauth2("dynamiq.connections.Google");
    let connect = user(&fake).connect().await.unwrap();
    let class = "dynamiq.connections.Google";
    let failures = [
        connect.authorize_pipedream(&*key).send().await.unwrap_err(),
        connect
            .authorize_oauth2(&*account)
            .send()
            .await
            .unwrap_err(),
        connect
            .store_credentials(&*oauth, class, Map::new())
            .send()
            .await
            .unwrap_err(),
    ];
    for failure in failures {
        assert_eq!(failure.code().as_deref(), Some("bad_request"));
    }
}

#[tokio::test]
async fn dynamiq_connect_token_expires_after_a_day() {
    let fake = FakeDynamiq::start().await;
    let connect = user(&fake).connect().await.unwrap();
    fake.advance(Duration::from_secs(24 * 3600 - 60));
    connect.requirements().send().await.unwrap();
    fake.advance(Duration::from_secs(61));
    let error = connect.requirements().send().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.code().as_deref(), Some("unauthorized"));
    // A Connect token is not renewed, so the call is not retried.
    assert_eq!(fake.requests_of("listConnectRequirements").len(), 2);
}

#[tokio::test]
async fn decodes_errors_of_other_formats() {
    let fake = FakeDynamiq::start().await;
    fake.on(
        "createConnectToken",
        FakeResponse::new(400).json(json!({ "error": "flat" })),
    );
    let error = user(&fake).connect_token().send().await.unwrap_err();
    assert_eq!(error.message().as_deref(), Some("flat"));
    assert!(error.code().is_none() && error.details().is_none());

    fake.on(
        "createConnectToken",
        Fault::status(502).body("text/html", "<title>Bad</title>"),
    );
    let error = user(&fake).connect_token().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.message().as_deref(), Some("Bad"));
}

#[tokio::test]
async fn faults_keep_status_headers_and_body() {
    let fake = FakeDynamiq::start().await;
    for operation in [
        "createConnectToken",
        "getAppRequirementsStatus",
        "listConnectRequirements",
        "createConnectRequirementCredentials",
        "authorizeConnectRequirementOAuth2",
        "authorizeConnectRequirementActionConnector",
    ] {
        let connect = user(&fake).connect().await.unwrap();
        for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
            let error =
                json!({ "error": { "code": "c", "message": "m", "details": { "f": "d" } } });
            let response = FakeResponse::new(status)
                .header("x-request-id", "req")
                .json(error.clone());
            fake.on(operation, response);
            let user = app(&fake).user(USER);
            let failure = match operation {
                "createConnectToken" => user.connect_token().send().await.map(drop),
                "getAppRequirementsStatus" => user.requirements_status().send().await.map(drop),
                "listConnectRequirements" => connect.requirements().send().await.map(drop),
                "createConnectRequirementCredentials" => {
                    let stored = connect.store_credentials("r", "t", Map::new());
                    stored.send().await.map(drop)
                }
                "authorizeConnectRequirementOAuth2" => {
                    connect.authorize_oauth2("r").send().await.map(drop)
                }
                _ => connect.authorize_pipedream("r").send().await.map(drop),
            };
            let failed = failure.unwrap_err();
            let place = format!("{operation}, {status}: {failed}");
            assert_eq!(
                failed.status().map(|it| it.as_u16()),
                Some(status),
                "{place}"
            );
            assert_eq!(failed.operation(), Some(operation), "{place}");
            assert_eq!(failed.request_id(), Some("req"), "{place}");
            assert_eq!(failed.body(), error.to_string().as_bytes(), "{place}");
            assert_eq!(failed.message().as_deref(), Some("m"), "{place}");
            assert_eq!(failed.code().as_deref(), Some("c"), "{place}");
        }
        for fault in [Fault::cut(), Fault::truncated(3)] {
            fake.on("createConnectToken", fault);
            assert!(user(&fake).connect_token().send().await.is_err());
        }
    }
}

#[tokio::test]
async fn failed_step_is_named_and_earlier_steps_are_kept() {
    let fake = FakeDynamiq::start().await;
    fake.require_account("slack");
    let error = json!({ "error": { "code": "bad_request", "message": "no such app" } });
    fake.on(
        "authorizeConnectRequirementActionConnector",
        FakeResponse::new(400).json(error),
    );
    let error = user(&fake).requirement_link().run().await.unwrap_err();
    assert_eq!(error.step(), Some("authorize"));
    assert_eq!(error.code().as_deref(), Some("bad_request"));
    assert_eq!(error.message().as_deref(), Some("no such app"));
    let steps = error
        .workflow_error::<pipedream_sdk::dynamiq::workflows::RequirementLinkSteps>()
        .unwrap()
        .steps();
    assert!(steps.find_requirements.is_some() && steps.create_connect_token.is_some());
}
