//! Tests of request contents: IDs, props, environments and client options.

use std::time::Duration;

use pipedream_sdk::connect::Props;
use pipedream_sdk::{ErrorKind, Pipedream};
use serde_json::json;
use tests::recorder::{Recorder, ServerAction};

use crate::client::builder;
use crate::scenarios::responses::{token, usual};

#[tokio::test]
async fn encodes_ids_in_paths() {
    let recorder = Recorder::with_handler(usual).await;
    let id = "user/a b?c#d%é";
    let user = builder(&recorder).build().unwrap().user(id);
    user.users().delete_external_user().send().await.unwrap();
    let seen = recorder.requests();
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
async fn rejects_a_blank_project_or_user() {
    let recorder = Recorder::with_handler(usual).await;
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
    // A missing project is reported as well.
    let none = Pipedream::builder()
        .access_token("t")
        .base_url(recorder.base_url());
    let error = none.build().unwrap().accounts().list().send().await;
    assert!(error.unwrap_err().to_string().contains("project_id"));
    assert_eq!(recorder.requests(), []);
}

#[tokio::test]
async fn always_sends_the_environment() {
    let recorder = Recorder::with_handler(usual).await;
    let pipedream = Pipedream::builder()
        .access_token("t")
        .project_id("proj_abc");
    let pipedream = pipedream.base_url(recorder.base_url()).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    let seen = recorder.requests();
    assert_eq!(seen[0].header("x-pd-environment"), Some("production"));
}

#[tokio::test]
async fn configures_an_account_by_prop_name() {
    let recorder = Recorder::with_handler(usual).await;
    let user = builder(&recorder).build().unwrap().user("u");
    let props = Props::new().account("slack", "apn_1").value("text", "hi");
    let _ = user
        .actions()
        .run("slack-send")
        .configured_props(props)
        .send()
        .await;
    let sent = recorder.requests()[1].json();
    let expected = json!({ "slack": { "authProvisionId": "apn_1" }, "text": "hi" });
    assert_eq!(sent["configured_props"], expected);
}

#[tokio::test]
async fn builder_options_apply_to_every_call() {
    let recorder = Recorder::with_handler(|request, before| {
        token(request, before, 3600).unwrap_or_else(|| match request.method.as_str() {
            "GET" => ServerAction::Hang,
            _ => ServerAction::empty(503),
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
    let seen = recorder.requests();
    assert_eq!(seen.len(), 3, "the token and each call once");
    for request in seen {
        assert!(request.header("user-agent").unwrap().ends_with(" mine/1"));
    }
}
