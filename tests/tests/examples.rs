//! The examples of the SDK do at the fake what they say.

// They share a module, which each of them has to itself.
#![allow(clippy::duplicate_mod)]

// Each is a program: what it has beside what is called here is its own affair.
#[allow(dead_code)]
#[path = "../../sdk/examples/call_api.rs"]
mod call_api;
#[allow(dead_code)]
#[path = "../../sdk/examples/download_file.rs"]
mod download_file;
#[allow(dead_code)]
#[path = "../../sdk/examples/list_accounts.rs"]
mod list_accounts;
#[allow(dead_code)]
#[path = "../../sdk/examples/onboard_account.rs"]
mod onboard_account;
#[allow(dead_code)]
#[path = "../../sdk/examples/receive_events.rs"]
mod receive_events;
#[allow(dead_code)]
#[path = "../../sdk/examples/run_action.rs"]
mod run_action;

use std::collections::BTreeSet;

use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::FakePipedream;
use serde_json::json;
use tests::repository;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// A fake to which this has happened before, and a client of it for the user of the examples.
async fn start(prepare: impl FnOnce(&FakePipedream)) -> (FakePipedream, Pipedream) {
    let fake = FakePipedream::start().await;
    prepare(&fake);
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .expect("a client of the fake");
    (fake, pipedream.user("user-42"))
}

#[tokio::test]
async fn an_account_is_onboarded() {
    let (fake, user) = start(|_| ()).await;
    onboard_account::onboard(&user, "sk-1".to_owned())
        .await
        .expect("an account");
    fake.assert_calls(["createToken", "createAccount", "listAccounts"]);
}

#[tokio::test]
async fn accounts_are_listed_page_by_page() {
    let (fake, user) = start(list_accounts::prepare).await;
    assert_eq!(list_accounts::list(&user).await.expect("accounts"), 5);
    fake.assert_calls(["listAccounts"; 4]);
}

#[tokio::test]
async fn an_action_is_run_with_a_choice_and_may_fail() {
    let (fake, user) = start(run_action::prepare).await;
    run_action::run(&user).await.expect("a run");
    fake.assert_calls(["listAccounts", "configureActionProp", "runAction"]);
    let props = &fake.last_call().json()["configured_props"];
    assert_eq!(props["channel"]["__lv"]["label"], "channel 1");
    assert_eq!(props["text"], "Hello");
    fake.action_fails(run_action::ACTION, "channel_not_found");
    run_action::run(&user)
        .await
        .expect("a run that failed is no failed request");
}

#[tokio::test]
async fn an_api_is_called_through_an_account() {
    let (fake, user) = start(call_api::prepare).await;
    call_api::call(&user).await.expect("answers");
    fake.assert_calls(["listAccounts", "retrieveProxy", "retrieveProxy"]);
}

#[tokio::test]
async fn events_are_received_if_they_are_genuine() {
    let (fake, user) = start(|_| ()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/events",
        listener.local_addr().expect("an address")
    );
    let (events, mut received) = mpsc::channel(1);
    let keys = receive_events::Keys::default();
    tokio::spawn(receive_events::serve(listener, keys.clone(), events));
    let trigger = receive_events::deploy(&user, &keys, url.clone())
        .await
        .expect("a trigger");

    let delivered = fake.deliver(trigger.as_str(), json!({ "n": 1 })).await;
    assert_eq!(delivered[0].status, Some(204));
    let event = received.recv().await.expect("an event");
    assert_eq!(event.value().expect("JSON"), json!({ "n": 1 }));

    // Another webhook of the trigger has a key that the server does not know.
    fake.add_trigger_webhook(trigger.as_str(), &url);
    let delivered = fake.deliver(trigger.as_str(), json!({ "n": 2 })).await;
    let statuses: Vec<_> = delivered.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(204), Some(401)]);
}

#[tokio::test]
async fn a_file_is_downloaded_from_where_it_lies() {
    let (fake, user) = start(download_file::prepare).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let bytes = download_file::download(&user, download_file::KEY, &path).await;
    assert_eq!(bytes.expect("a file"), 400_000);
    let written = std::fs::read_to_string(path).expect("the file");
    assert!(written == "a,b\n".repeat(100_000));
    assert_eq!(fake.requests()[0].status(), Some(302));
}

#[test]
fn every_example_is_tested_here_and_in_the_readme() {
    let entries = std::fs::read_dir(repository().join("sdk/examples")).expect("the examples");
    let mut found = BTreeSet::new();
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        if let Some(name) = name.to_string_lossy().strip_suffix(".rs") {
            found.insert(name.to_owned());
        }
    }
    let here = include_str!("examples.rs");
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("the README");
    assert!(found.len() >= 6, "{found:?}");
    for name in found {
        assert!(here.contains(&format!("mod {name};")), "{name}");
        assert!(
            readme.contains(&format!("(sdk/examples/{name}.rs)")),
            "{name}"
        );
    }
}
