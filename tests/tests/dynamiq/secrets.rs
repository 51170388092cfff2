//! Tests that keys, tokens, pages and credentials of Dynamiq are not printed.

use pipedream_sdk::dynamiq::{App, types};
use pipedream_sdk_testing::{FakeDynamiq, FakeResponse};
use serde_json::{Map, json};

use crate::{USER, user};

const MARKED: &str = "marked-7f3a9c";

#[track_caller]
fn assert_silent(shown: &str) {
    assert!(!shown.contains(MARKED), "{shown}");
}

#[test]
fn types_redact_secrets() {
    let minted: types::CreateConnectTokenResponse = serde_json::from_value(json!({
        "token": MARKED, "url": format!("https://a/?t={MARKED}"), "expires_at": "2030-01-01T00:00:00Z",
    }))
    .unwrap();
    let page: types::AuthorizeResponse =
        serde_json::from_value(json!({ "data": { "url": format!("https://a/?t={MARKED}") } }))
            .unwrap();
    let stored: types::CreateConnectRequirementCredentialsOpts =
        serde_json::from_value(json!({ "type": "t", "config": { "a": { "b": [MARKED] } } }))
            .unwrap();
    assert_silent(&format!(
        "{minted:?} {page:?} {stored:?} {:#?}",
        minted.token
    ));
}

#[tokio::test]
async fn handles_builders_and_outputs_redact_secrets() {
    let fake = FakeDynamiq::start().await;
    fake.require_account("slack");
    let app = App::with_access_key(fake.app_url(), MARKED)
        .build()
        .unwrap();
    let mut config = Map::new();
    config.insert("api_key".to_owned(), MARKED.into());
    let connect = app.user(USER).connect_with(&MARKED.into());
    let call = connect.store_credentials("r", "t", config);
    assert_silent(&format!(
        "{app:?} {:?} {connect:?} {call:?} {:?} {:?}",
        app.user(USER),
        app.user(USER).connect_token(),
        app.user(USER).requirement_link(),
    ));

    let open = user(&fake).requirement_link().run().await.unwrap();
    let shown = format!("{open:?}");
    for secret in [
        open.link.as_ref().unwrap().expose(),
        open.page_url.as_ref().unwrap().expose(),
        open.steps
            .create_connect_token
            .as_ref()
            .unwrap()
            .connect_token
            .expose(),
        "ctok_",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn errors_do_not_contain_sent_secrets() {
    let fake = FakeDynamiq::start().await;
    let connect = user(&fake).connect().await.unwrap();
    let error =
        json!({ "error": { "code": "bad_request", "message": format!("{MARKED} is no key") } });
    fake.on(
        "createConnectRequirementCredentials",
        FakeResponse::new(400).json(error),
    );
    let mut config = Map::new();
    config.insert("auth".to_owned(), json!({ "keys": [MARKED] }));
    let error = connect
        .store_credentials("r", "t", config)
        .send()
        .await
        .unwrap_err();
    assert_silent(&format!("{error} {error:?} {error:#?}"));

    let app = App::with_access_key(fake.app_url(), MARKED)
        .build()
        .unwrap();
    let error =
        json!({ "error": { "code": "unauthorized", "message": format!("unknown key {MARKED}") } });
    fake.on("createConnectToken", FakeResponse::new(401).json(error));
    let error = app.user(USER).connect_token().send().await.unwrap_err();
    assert_silent(&format!("{error} {error:?}"));
}

#[tokio::test]
async fn recorded_requests_redact_secrets() {
    let fake = FakeDynamiq::start().await;
    let id = fake.require_credentials("t");
    let connect = user(&fake).connect().await.unwrap();
    let mut config = Map::new();
    config.insert("api_key".to_owned(), MARKED.into());
    connect
        .store_credentials(&*id, "t", config)
        .send()
        .await
        .unwrap();
    assert_silent(&format!("{:?}", fake.requests()));
}
