//! Tests of each operation: method, path, query, credential, body and decoded response.

use pipedream_sdk::dynamiq::types::{RequirementSpec, RequirementType};
use pipedream_sdk_testing::{FakeDynamiq, FakeResponse, RecordedRequest};
use serde_json::{Map, Value, json};

use crate::{USER, user};

/// Returns method, path and bearer token of a request.
fn line(request: &RecordedRequest) -> String {
    format!(
        "{} {} {}",
        request.method(),
        request.path(),
        request.bearer().unwrap_or("without")
    )
}

#[tokio::test]
async fn calls_the_app_with_the_access_key() {
    let fake = FakeDynamiq::start().await;
    let id = fake.require_account("slack");
    let user = user(&fake);

    let minted = user.connect_token().send().await.unwrap();
    let open = user.requirements_status().send().await.unwrap();

    let [mint, status] = fake.requests().try_into().unwrap();
    assert_eq!(line(&mint), "POST /v1/connect/tokens fake-access-key");
    assert_eq!(mint.json(), json!({ "user_id": USER }));
    assert_eq!(line(&status), "GET /v1/requirements/status fake-access-key");
    assert_eq!(status.query(), [("user_id".to_owned(), USER.to_owned())]);
    assert!(status.body().is_empty());

    assert_eq!(minted.token.expose().split('.').count(), 3);
    assert!(minted.url.expose().ends_with(minted.token.expose()));
    assert_eq!(open.status.as_str(), "incomplete");
    let [requirement] = open.unsatisfied.try_into().unwrap();
    assert_eq!(requirement.id.as_str(), id);
    assert_eq!(requirement.type_, RequirementType::PipedreamAccount);
    assert!(requirement.workflow_id.is_some() && requirement.form.is_some());
    fake.assert_none_rejected();
}

#[tokio::test]
async fn fulfills_requirements_with_the_connect_token() {
    let fake = FakeDynamiq::start().await;
    let account = fake.require_account("slack");
    let key = fake.require_credentials("dynamiq.connections.HttpApiKey");
    let oauth = fake.require_oauth2("dynamiq.connections.Google");
    let minted = user(&fake).connect_token().send().await.unwrap();
    let connect = user(&fake).connect_with(&minted.token);

    let all = connect.requirements().send().await.unwrap();
    let mut config = Map::new();
    config.insert("url".to_owned(), "https://api.example".into());
    config.insert("api_key".to_owned(), "k".into());
    let stored = connect
        .store_credentials(&*key, "dynamiq.connections.HttpApiKey", config)
        .send()
        .await
        .unwrap();
    let google = connect.authorize_oauth2(&*oauth).send().await.unwrap();
    let slack = connect.authorize_pipedream(&*account).send().await.unwrap();

    let token = minted.token.expose();
    let requests = fake.requests();
    let lines: Vec<String> = requests.iter().skip(1).map(line).collect();
    assert_eq!(
        lines,
        [
            format!("GET /v1/connect/requirements {token}"),
            format!("POST /v1/connect/requirements/{key}/credentials {token}"),
            format!("POST /v1/connect/requirements/{oauth}/oauth2/authorize {token}"),
            format!("POST /v1/connect/requirements/{account}/pipedream/authorize {token}"),
        ]
    );
    let bodies: Vec<Value> = requests.iter().skip(2).map(RecordedRequest::json).collect();
    let config = json!({ "url": "https://api.example", "api_key": "k" });
    assert_eq!(
        bodies,
        [
            json!({ "type": "dynamiq.connections.HttpApiKey", "config": config }),
            Value::Null,
            Value::Null,
        ]
    );

    assert_eq!(all.len(), 3);
    assert!(matches!(
        &all[0].spec,
        RequirementSpec::PipedreamAccountSpec(spec) if spec.data.app_slug == "slack"
    ));
    assert!(matches!(
        &all[1].spec,
        RequirementSpec::ConnectionSpec(spec) if spec.data.type_.ends_with("HttpApiKey")
    ));
    assert_eq!(stored.message.as_deref(), Some("created"));
    assert!(google.url.expose().starts_with("https://provider.example/"));
    let page = slack.url.expose();
    assert!(
        page.contains("token=ctok_") && page.ends_with("&connect_link=true&app=slack"),
        "{page}"
    );
    fake.assert_none_rejected();
}

#[tokio::test]
async fn keeps_unknown_enum_values() {
    let fake = FakeDynamiq::start().await;
    let requirement = json!({
        "id": "r1", "type": "signature", "title": "Sign", "spec": { "type": "signature", "data": { "form": 7 } },
    });
    let response =
        json!({ "status": "pending_review", "unsatisfied": [requirement], "more": true });
    fake.on(
        "getAppRequirementsStatus",
        FakeResponse::new(200).json(response),
    );
    let open = user(&fake).requirements_status().send().await.unwrap();
    assert_eq!(open.status.as_str(), "pending_review");
    let [requirement] = open.unsatisfied.try_into().unwrap();
    assert_eq!(requirement.type_.as_str(), "signature");
    let kept = json!({ "type": "signature", "data": { "form": 7 } });
    assert!(matches!(requirement.spec, RequirementSpec::Unknown(value) if value == kept));
}

#[tokio::test]
async fn accepts_any_success_status() {
    let fake = FakeDynamiq::start().await;
    let response = FakeResponse::new(201).json(json!({ "data": { "url": "https://a.example" } }));
    fake.on("authorizeConnectRequirementOAuth2", response);
    let connect = user(&fake).connect().await.unwrap();
    let page = connect.authorize_oauth2("r1").send().await.unwrap();
    assert_eq!(page.url.expose(), "https://a.example");
}

#[tokio::test]
async fn encodes_ids_in_dynamiq_paths() {
    let fake = FakeDynamiq::start().await;
    let connect = user(&fake).connect().await.unwrap();
    for hostile in ["", ".", ".."] {
        assert!(connect.authorize_pipedream(hostile).send().await.is_err());
    }
    for hostile in ["a/b", "..\\x", "%2e%2e", "?x", "#y"] {
        assert!(connect.authorize_pipedream(hostile).send().await.is_err());
        let last = fake.requests().pop().unwrap();
        assert_eq!(last.path_parameter("requirement_id"), Some(hostile));
    }
}
