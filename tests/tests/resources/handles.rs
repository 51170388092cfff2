//! What handles fill in, what calls can be given in its place, and what a call gives back.

use std::time::Duration;

use pipedream_sdk_generated::pipedream::Variables;
use pipedream_sdk_generated::pipedream::resources::{
    Accounts, CreateToken, ListAccounts, Resources,
};
use pipedream_sdk_generated::pipedream::types::ProjectEnvironment;
use pipedream_sdk_runtime::{Error, ErrorKind};
use pipedream_sdk_testing::Fault;
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER};

use crate::{resources, variables};

/// Groups that know all but one thing.
fn without(it: &Consumer, forget: fn(&mut Variables)) -> Resources {
    let mut variables = variables();
    forget(&mut variables);
    Resources::new(it.client.clone(), variables)
}

#[tokio::test]
async fn what_is_missing_is_said_before_anything_is_sent() {
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
        let said = failure.to_string();
        assert!(said.contains(&format!("call `.{name}(…)`")), "{said}");
    }
    // A list has the same to say of each of its forms.
    let list = without(&it, |known| known.project_id = None)
        .accounts()
        .list();
    assert!(list.clone().pages().try_next().await.is_err());
    assert!(list.stream().into_vec().await.is_err());
    assert!(it.fake.calls().is_empty());
}

#[tokio::test]
async fn a_blank_value_is_not_taken_for_none() {
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
async fn where_the_user_may_be_left_out_a_handle_without_one_leaves_it_out() {
    let it = Consumer::start().await;
    let r = without(&it, |known| known.external_user_id = None);
    r.accounts().list().send().await.unwrap();
    assert_eq!(
        it.fake.last_call().query_parameter("external_user_id"),
        None
    );
}

#[tokio::test]
async fn a_call_can_be_for_another_project_environment_and_user() {
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
async fn a_builder_can_be_stored_added_to_and_sent_twice() {
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
        let answer = stored.list.clone().send().await.unwrap();
        assert_eq!(answer.data.len(), 1);
        assert_eq!(it.fake.last_call().query_parameter("app"), Some("slack"));
    }
}

#[tokio::test]
async fn an_option_sets_or_leaves_as_it_is() {
    let it = Consumer::start().await;
    let text: Option<String> = None;
    let list = resources(&it.client).accounts().list().limit(3);
    let list = list
        .maybe_app(Some("slack"))
        .maybe_after(text.as_deref())
        .maybe_limit(None::<i64>)
        .maybe_include_credentials(None)
        .maybe_external_user_id(text)
        .maybe_environment(Some(ProjectEnvironment::Production));
    list.send().await.unwrap();
    let expected = [("app", "slack"), ("external_user_id", USER), ("limit", "3")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(it.fake.last_call().query(), expected);

    let apps = resources(&it.client).apps().list();
    let apps = apps.maybe_category_ids(Some(vec!["appcat_1".to_owned()]));
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
async fn the_documented_return_value_stands_in_the_place_of_the_answer() {
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
    assert!(body["data"].is_array(), "the body is as it came: {body}");
}

#[tokio::test]
async fn a_call_that_was_only_accepted_is_an_outcome() {
    let it = Consumer::start().await;
    let call = || resources(&it.client).actions().run("slack-send-message");
    assert!(call().send().await.unwrap().finished().is_some());
    it.fake.on("runAction", Fault::status(202).empty());
    assert!(call().send().await.unwrap().is_accepted());
}

#[tokio::test]
async fn options_of_one_call_are_of_that_call_alone() {
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

    // This client repeats nothing by itself.
    it.fake.on("listAccounts", Fault::status(503));
    let failure: Error = list().send().await.unwrap_err();
    assert_eq!(failure.attempts(), 1);
    assert_eq!(it.fake.last_call().header("x-request-tag"), None);

    it.fake
        .on("listAccounts", Fault::delay(Duration::from_secs(5)));
    let failure = list().timeout(Duration::from_millis(50)).send().await;
    assert_eq!(failure.unwrap_err().kind(), ErrorKind::Timeout);

    // A call that may have been carried out is repeated if it is said to do no harm.
    it.fake.on("createToken", Fault::lost_answer());
    let create = || resources(&it.client).tokens().create().max_retries(1);
    assert!(create().send().await.is_err());
    it.fake.on("createToken", Fault::lost_answer());
    create().idempotent(true).send().await.unwrap();
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_fails_its_call() {
    let it = Consumer::start().await;
    let call = resources(&it.client).accounts().list();
    let failure = call.header("x-a", "1\r\nx-b: 2").send().await.unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
    assert!(it.fake.calls().is_empty());
}

#[tokio::test]
async fn no_secret_is_in_what_a_builder_shows() {
    let it = Consumer::start().await;
    let r = resources(&it.client);
    let create = r
        .accounts()
        .create("openai", "marked-fields", "marked-token");
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
