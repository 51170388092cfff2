//! Tests of the values that handles provide, their overrides on a call, and the returned responses.

use std::time::Duration;

use pipedream_sdk_generated::pipedream::Variables;
use pipedream_sdk_generated::pipedream::resources::{
    Accounts, CreateToken, ListAccounts, ListApps, Resources,
};
use pipedream_sdk_generated::pipedream::types::{CustomFields, ProjectEnvironment};
use pipedream_sdk_runtime::{Error, ErrorKind};
use pipedream_sdk_testing::Fault;
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER};

use crate::{resources, variables};

/// Creates resources with one variable missing.
fn without(it: &Consumer, forget: fn(&mut Variables)) -> Resources {
    let mut variables = variables();
    forget(&mut variables);
    Resources::new(it.client.clone(), variables)
}

#[tokio::test]
async fn reports_missing_values_without_sending() {
    let it = Consumer::start().await;
    type Forget = fn(&mut Variables);
    let cases: [(&str, Forget); 3] = [
        ("project_id", |known| known.project_id = None),
        ("environment", |known| known.environment = None),
        ("external_user_id", |known| known.external_user_id = None),
    ];
    for (name, forget) in cases {
        let r = without(&it, forget);
        let failure = r.tokens().create().send().await.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
        assert_eq!(failure.operation(), Some("createToken"));
        let message = failure.to_string();
        assert!(message.contains(&format!("call `.{name}(…)`")), "{message}");
    }
    // All variants of a list report the same error.
    let list = without(&it, |known| known.project_id = None)
        .accounts()
        .list();
    assert!(list.clone().pages().try_next().await.is_err());
    assert!(list.stream().into_vec().await.is_err());
    assert!(it.fake.calls().is_empty());
}

#[tokio::test]
async fn rejects_blank_values() {
    let it = Consumer::start().await;
    let accounts = resources(&it.client).accounts();
    for blank in ["", " "] {
        let everyone = accounts.list().external_user_id(blank).send().await;
        let failure = everyone.unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
        assert!(
            failure.to_string().contains("external_user_id"),
            "{failure}"
        );
        assert!(accounts.list().project_id(blank).send().await.is_err());
    }
    assert!(it.fake.calls().is_empty());
}

#[tokio::test]
async fn omits_an_optional_user_that_is_not_set() {
    let it = Consumer::start().await;
    let r = without(&it, |known| known.external_user_id = None);
    r.accounts().list().send().await.unwrap();
    assert_eq!(
        it.fake.last_call().query_parameter("external_user_id"),
        None
    );
}

#[tokio::test]
async fn call_overrides_project_environment_and_user() {
    let it = Consumer::start().await;
    let call = resources(&it.client).accounts().list();
    let call = call
        .project_id("proj_Other")
        .environment(ProjectEnvironment::Development)
        .external_user_id("another");
    // There is no such project.
    assert!(call.send().await.is_err());
    let sent = it.fake.last_call();
    assert_eq!(sent.path_parameter("project_id"), Some("proj_Other"));
    assert_eq!(sent.header("x-pd-environment"), Some("development"));
    assert_eq!(sent.query_parameter("external_user_id"), Some("another"));
}

#[tokio::test]
async fn call_builder_is_reusable() {
    struct Stored {
        list: ListAccounts,
    }
    let it = Consumer::start().await;
    it.fake.add_account(USER, "slack");
    let mut stored = Stored {
        list: resources(&it.client).accounts().list(),
    };
    let app = it.fake.calls().is_empty().then_some("slack");
    if let Some(app) = app {
        stored.list = stored.list.app(app);
    }
    for _ in 0..2 {
        let response = stored.list.clone().send().await.unwrap();
        assert_eq!(response.data.len(), 1);
        assert_eq!(it.fake.last_call().query_parameter("app"), Some("slack"));
    }
}

#[tokio::test]
async fn optional_setters_accept_options() {
    let it = Consumer::start().await;
    let text: Option<String> = None;
    let list = resources(&it.client).accounts().list().limit(3);
    let list = list
        .set_if(Some("slack"), ListAccounts::app)
        .set_if(text.as_deref(), ListAccounts::after)
        .set_if(None::<i64>, ListAccounts::limit)
        .set_if(None, ListAccounts::include_credentials)
        .set_if(text, ListAccounts::external_user_id)
        .set_if(
            Some(ProjectEnvironment::Production),
            ListAccounts::environment,
        );
    list.send().await.unwrap();
    let expected = [("app", "slack"), ("external_user_id", USER), ("limit", "3")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(it.fake.last_call().query(), expected);

    let apps = resources(&it.client).apps().list();
    let ids = Some(vec!["appcat_1".to_owned()]);
    let apps = apps.set_if(ids, ListApps::category_ids);
    apps.send().await.unwrap();
    assert_eq!(
        it.fake.last_call().query_parameter("category_ids"),
        Some("appcat_1")
    );
}

#[tokio::test]
async fn handles_and_calls_cross_threads() {
    fn crosses<T: Send + Sync + Clone + 'static>(value: T) -> T {
        value
    }
    let it = Consumer::start().await;
    let accounts: Accounts = crosses(resources(&it.client).accounts());
    let call: CreateToken = crosses(resources(&it.client).tokens().create());
    let listed = tokio::spawn(async move { accounts.list().send().await });
    let minted = tokio::spawn(call.send());
    assert!(listed.await.unwrap().is_ok() && minted.await.unwrap().is_ok());
}

#[tokio::test]
async fn returns_the_documented_value_of_a_response() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, "github-new-issue");
    let triggers = resources(&it.client).deployed_triggers();
    it.fake.emit(&trigger, json!({ "n": 1 }));
    let events = triggers.list_events(trigger.as_str()).send().await.unwrap();
    assert_eq!(events.len(), 1);

    let raw = triggers
        .list_events(trigger.as_str())
        .send_raw()
        .await
        .unwrap();
    assert_eq!((raw.status().as_u16(), raw.value().len()), (200, 1));
    let body: serde_json::Value = serde_json::from_slice(raw.body()).unwrap();
    assert!(body["data"].is_array(), "the raw body: {body}");
}

#[tokio::test]
async fn accepted_call_returns_an_outcome() {
    let it = Consumer::start().await;
    let call = || resources(&it.client).actions().run("slack-send-message");
    assert!(call().send().await.unwrap().finished().is_some());
    it.fake.on("runAction", Fault::status(202).empty());
    assert!(call().send().await.unwrap().is_accepted());
}

#[tokio::test]
async fn call_options_apply_to_one_call() {
    let it = Consumer::start().await;
    let list = || resources(&it.client).accounts().list();
    it.fake.on("listAccounts", Fault::throttled(0).times(2));
    let call = list().max_retries(2).header("x-request-tag", "t1");
    call.send().await.unwrap();
    assert_eq!(it.fake.calls().len(), 3);
    let tags = it.fake.calls();
    assert!(
        tags.iter()
            .all(|call| call.header("x-request-tag") == Some("t1"))
    );

    // This client does not retry by default.
    it.fake.on("listAccounts", Fault::status(503));
    let failure: Error = list().send().await.unwrap_err();
    assert_eq!(failure.attempts(), 1);
    assert_eq!(it.fake.last_call().header("x-request-tag"), None);

    it.fake
        .on("listAccounts", Fault::delay(Duration::from_secs(5)));
    let failure = list().timeout(Duration::from_millis(50)).send().await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::Timeout);

    // A call that may have been handled is retried if it is marked as idempotent.
    it.fake.on("createToken", Fault::lost_response());
    let create = || resources(&it.client).tokens().create().max_retries(1);
    assert!(create().send().await.is_err());
    it.fake.on("createToken", Fault::lost_response());
    create().idempotent(true).send().await.unwrap();
}

#[tokio::test]
async fn invalid_header_fails_the_call() {
    let it = Consumer::start().await;
    let call = resources(&it.client).accounts().list();
    let failure = call.header("x-a", "1\r\nx-b: 2").send().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
    assert!(it.fake.calls().is_empty());
}

#[tokio::test]
async fn builder_debug_output_redacts_secrets() {
    let it = Consumer::start().await;
    let r = resources(&it.client);
    let create = r.accounts().create(
        "openai",
        CustomFields::new().set("key", "marked-fields"),
        "marked-token",
    );
    let shown = format!(
        "{create:?} {:?} {:?}",
        r.tokens().validate("marked-ctok", "app"),
        r.oauth_tokens()
            .create("id")
            .client_secret("marked-secret")
            .header("x-key", "marked-header"),
    );
    assert!(!shown.contains("marked"), "{shown}");
    assert!(shown.contains(PROJECT), "{shown}");
}
