//! What is put into requests: ids, props, the environment, and the options of a client.

use std::time::Duration;

use pipedream_sdk::connect::Props;
use pipedream_sdk::{ErrorKind, Pipedream};
use serde_json::json;
use tests::recorder::{Play, Recorder};

use crate::client::builder;
use crate::scenarios::answers::{token, usual};

#[tokio::test]
async fn ids_are_encoded_in_paths() {
    let recorder = Recorder::answering(usual).await;
    let id = "user/a b?c#d%é";
    let user = builder(&recorder).build().unwrap().user(id);
    user.users().delete_external_user().send().await.unwrap();
    let seen = recorder.seen();
    let deletion = &seen[1];
    assert_eq!(
        deletion.path,
        "/v1/connect/proj_abc/users/user%2Fa%20b%3Fc%23d%25%C3%A9"
    );
    assert_eq!(
        (deletion.segments().pop(), deletion.query.len()),
        (Some(id.to_owned()), 0)
    );
}

#[tokio::test]
async fn a_blank_project_or_user_is_no_other_resource() {
    let recorder = Recorder::answering(usual).await;
    for blank in ["", " "] {
        assert!(builder(&recorder).project_id(blank).build().is_err());
        let pipedream = builder(&recorder).build().unwrap();
        for handle in [pipedream.project(blank), pipedream.user(blank)] {
            let listed = handle.accounts().list().send().await;
            let error = listed.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
            assert!(handle.proxy_as("apn_1").get("/me").send().await.is_err());
            assert!(
                handle
                    .workflows()
                    .token_mint_and_validate("app_1")
                    .run()
                    .await
                    .is_err()
            );
        }
    }
    // A project that was not given at all is told as well.
    let none = Pipedream::builder()
        .access_token("t")
        .base_url(recorder.base_url());
    let error = none.build().unwrap().accounts().list().send().await;
    assert!(error.unwrap_err().to_string().contains("project_id"));
    assert_eq!(recorder.seen(), []);
}

#[tokio::test]
async fn the_environment_is_always_said() {
    let recorder = Recorder::answering(usual).await;
    let pipedream = Pipedream::builder()
        .access_token("t")
        .project_id("proj_abc");
    let pipedream = pipedream.base_url(recorder.base_url()).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    let seen = recorder.seen();
    assert_eq!(seen[0].header("x-pd-environment"), Some("production"));
}

#[tokio::test]
async fn an_action_is_given_an_account_by_its_prop() {
    let recorder = Recorder::answering(usual).await;
    let user = builder(&recorder).build().unwrap().user("u");
    let props = Props::new().account("slack", "apn_1").value("text", "hi");
    let _ = user
        .actions()
        .run("slack-send")
        .configured_props(props)
        .send()
        .await;
    let sent = recorder.seen()[1].json();
    let expected = json!({ "slack": { "authProvisionId": "apn_1" }, "text": "hi" });
    assert_eq!(sent["configured_props"], expected);
}

#[tokio::test]
async fn what_the_builder_was_given_holds_for_every_call() {
    let recorder = Recorder::answering(|request, before| {
        token(request, before, 3600).unwrap_or_else(|| match request.method.as_str() {
            "GET" => Play::Silence,
            _ => Play::empty(503),
        })
    })
    .await;
    let pipedream = builder(&recorder)
        .max_retries(0)
        .attempt_timeout(Duration::from_millis(100))
        .user_agent("mine/1");
    let pipedream = pipedream.build().unwrap();
    let read = pipedream.accounts().retrieve("apn_1").send().await;
    assert!(read.unwrap_err().is_timeout());
    assert!(pipedream.accounts().delete("apn_1").send().await.is_err());
    let seen = recorder.seen();
    assert_eq!(seen.len(), 3, "the token and each call once");
    for request in seen {
        assert!(request.header("user-agent").unwrap().ends_with(" mine/1"));
    }
}
