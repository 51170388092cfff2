//! Tests of handles against the fake.

use std::error::Error as _;

use pipedream_sdk_testing::{FakePipedream, Fault};

use super::*;
use crate::ErrorKind;
use crate::connect::CustomFields;
use crate::workflows::{ConnectAccountOnboardingSteps, WorkflowErrorKind};

fn fields() -> CustomFields {
    CustomFields::new().set("api_key", "marked-secret")
}

/// Creates a client of a fake, in the same way as `from_env`.
fn pipedream(fake: &FakePipedream) -> Pipedream {
    let variables = fake.environment_variables();
    let lookup = |name: &str| {
        let variable = variables.iter().find(|(other, _)| *other == name);
        variable.map(|(_, value)| value.clone())
    };
    environment::builder(lookup)
        .unwrap()
        .max_retries(0)
        .build()
        .unwrap()
}

#[tokio::test]
async fn custom_fields_that_are_no_object_fail_before_anything_is_sent() {
    let fake = FakePipedream::start().await;
    let user = pipedream(&fake).user("user-42");
    let connect = async |text: &str| {
        let fields = CustomFields::from_json_text(text)?;
        let workflows = user.workflows();
        let connected = workflows.connect_account_onboarding("openai", fields);
        connected.run().await
    };
    let error = connect("sk-123").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let message = error.to_string();
    assert!(message.contains(r#"`{"field":"value"}`"#), "{message}");
    assert!(!message.contains("sk-123"), "{message}");
    assert!(fake.requests().is_empty());

    connect(r#"{"api_key":"sk-123"}"#).await.unwrap();
    let created = fake.requests_of("createAccount");
    assert_eq!(created[0].json()["cfmap_json"], r#"{"api_key":"sk-123"}"#);
}

#[tokio::test]
async fn calls_count_against_the_rate_limit_of_the_handle() {
    let fake = FakePipedream::start().await;
    let pipedream = pipedream(&fake);
    let limit = pipedream.rate_limits().create(60, 2).send().await.unwrap();
    assert_eq!(
        fake.last_call().json(),
        serde_json::json!({ "window_size_seconds": 60, "requests_per_window": 2 })
    );
    assert!(!format!("{limit:?}").contains(limit.token.expose()));

    let user = pipedream
        .user("user-42")
        .with_rate_limit(limit.token.clone());
    user.accounts().list().send().await.unwrap();
    let sent = fake.last_call();
    assert_eq!(sent.header("x-pd-rate-limit"), Some(limit.token.expose()));
    assert!(!format!("{user:?}").contains(limit.token.expose()));
    user.apps().list().send().await.unwrap();
    let error = user.accounts().list().send().await.unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(429));
    // The original handle is not affected.
    pipedream.accounts().list().send().await.unwrap();
    assert_eq!(fake.last_call().header("x-pd-rate-limit"), None);

    fake.clear_requests();
    let blank = pipedream
        .with_rate_limit(" ")
        .accounts()
        .list()
        .send()
        .await;
    let error = blank.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_workflow_uses_project_environment_and_user_of_the_handle() {
    let fake = FakePipedream::start().await;
    let user = pipedream(&fake).user("user-42");
    let connected = user
        .workflows()
        .connect_account_onboarding("openai", fields())
        .run()
        .await
        .unwrap();
    assert!(
        connected
            .accounts
            .iter()
            .any(|account| account.id == connected.account_id)
    );

    fake.assert_calls(["createToken", "createAccount", "listAccounts"]);
    let calls = fake.calls();
    for call in &calls {
        assert_eq!(
            call.path_parameter("project_id"),
            Some(FakePipedream::PROJECT_ID)
        );
        let environment = user.current_environment();
        assert_eq!(call.header("x-pd-environment"), Some(environment.as_str()));
        let agent = call.header("user-agent").unwrap();
        assert!(agent.starts_with("pipedream-sdk-rust/"), "{agent}");
    }
    assert_eq!(calls[0].json()["external_user_id"], "user-42");
    assert_eq!(
        calls[2].query_parameter("external_user_id"),
        Some("user-42")
    );
    // Only the account is created with the Connect token.
    assert_eq!(calls[1].bearer(), Some(connected.connect_token.expose()));
    assert_eq!(calls[0].bearer(), calls[2].bearer());
    assert_eq!(fake.requests_of("createOauthToken").len(), 1);
}

#[tokio::test]
async fn handles_share_one_access_token() {
    let fake = FakePipedream::start().await;
    let pipedream = pipedream(&fake);
    let calls = (0..20).map(|number| {
        let handle = pipedream.user(format!("user-{number}"));
        tokio::spawn(async move { handle.raw().list_app_categories().await.map(|_| ()) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(fake.requests_of("createOauthToken").len(), 1);
    assert_eq!(fake.calls().len(), 20);
}

#[tokio::test]
async fn rejects_a_missing_or_blank_user_before_sending() {
    let fake = FakePipedream::start().await;
    let pipedream = pipedream(&fake);
    let onboarding = pipedream
        .workflows()
        .connect_account_onboarding("openai", fields());
    let error = onboarding.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("external_user_id"), "{error}");

    for blank in ["", "  "] {
        let user = pipedream.user(blank);
        let error = user
            .workflows()
            .connect_account_onboarding("openai", fields())
            .run()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("user id is blank"), "{error}");
    }
    let error = pipedream
        .project(" ")
        .user("u")
        .workflows()
        .connect_account_onboarding("openai", fields())
        .run()
        .await;
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("project id is blank")
    );
    assert!(fake.requests_of("createToken").is_empty());

    // A handle for another user works again.
    let user = pipedream.user("").user("user-42");
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", fields());
    assert!(onboarding.run().await.is_ok());
}

#[tokio::test]
async fn a_workflow_error_has_the_failed_call_and_the_finished_steps() {
    let fake = FakePipedream::start().await;
    fake.on(
        "listAccounts",
        Fault::status(404)
            .json(serde_json::json!({ "error": "gone" }))
            .header("x-request-id", "r1"),
    );
    let user = pipedream(&fake).user("user-42");
    let error = user
        .workflows()
        .connect_account_onboarding("openai", fields())
        .run()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.is_not_found() && !error.is_transient());
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(error.workflow(), Some("connect-account-onboarding"));
    assert_eq!(error.step(), Some("verifyAccount"));
    assert_eq!(error.operation(), Some("listAccounts"));
    assert_eq!(error.message().as_deref(), Some("gone"));
    assert_eq!(error.request_id(), Some("r1"));
    assert_eq!(error.body(), br#"{"error":"gone"}"#);
    let typed = error
        .workflow_error::<ConnectAccountOnboardingSteps>()
        .unwrap();
    assert!(matches!(typed.reason(), WorkflowErrorKind::Call(_)));
    assert!(typed.steps().connect_account.is_some());
    let output = format!("{error} {error:?} {typed:?}");
    assert!(
        output.contains("verifyAccount") && !output.contains("ctok_"),
        "{output}"
    );
    assert!(!output.contains("marked-secret"), "{output}");
}

#[tokio::test]
async fn a_rejected_oauth_client_is_a_credential_error() {
    let fake = FakePipedream::start().await;
    let handle = Pipedream::builder()
        .client_id("nobody")
        .client_secret("marked-secret");
    let handle = handle
        .base_url(fake.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    let error = handle.raw().list_app_categories().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(error.operation(), Some("createOauthToken"));
    assert!(error.status().is_some());
    assert!(!format!("{error} {error:?}").contains("marked-secret"));
    assert!(
        fake.calls()
            .iter()
            .all(|call| call.operation() == Some("createOauthToken"))
    );
}

#[tokio::test]
async fn rejects_a_credential_of_the_wrong_kind_before_sending() {
    let fake = FakePipedream::start().await;
    let handle = Pipedream::builder()
        .connect_token("ctok_marked")
        .base_url(fake.base_url())
        .build()
        .unwrap();
    let error = handle
        .raw()
        .list_projects(&Default::default())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credential, 0));
    assert!(error.to_string().contains("OAuth2"), "{error}");
    assert!(error.source().is_none());
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_transient_error_has_the_number_of_attempts() {
    let fake = FakePipedream::start().await;
    fake.on("listAppCategories", Fault::throttled(0));
    let handle = pipedream(&fake);
    let error = handle.raw().list_app_categories().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_transient());
    assert_eq!(
        (error.attempts(), error.operation()),
        (1, Some("listAppCategories"))
    );
    let retrying = handle.with_options(CallOptions::new().max_retries(3));
    fake.on("listAppCategories", Fault::throttled(0));
    assert!(retrying.raw().list_app_categories().await.is_ok());
}

#[tokio::test]
async fn downloads_a_file_to_a_writer_and_follows_its_redirect() {
    let fake = FakePipedream::start().await;
    let [stored, redirected] = ["1day/a/b/c/u/stored", "1day/a/b/c/u/redirected"];
    fake.add_file(stored, "near");
    fake.add_redirected_file(redirected, "far away");
    let stash = pipedream(&fake).file_stash();
    for (key, content) in [(stored, "near"), (redirected, "far away")] {
        let mut file = Vec::new();
        let body = stash.download_file(key).send().await.unwrap();
        assert_eq!(body.copy_to(&mut file).await.unwrap(), content.len() as u64);
        assert_eq!(file, content.as_bytes());
    }
}
