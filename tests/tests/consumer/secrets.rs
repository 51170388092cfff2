//! Tests that inputs, outputs and errors do not print secrets.

use std::fmt::{Debug, Display};

use pipedream_sdk_generated::pipedream::types::CustomFields;
use pipedream_sdk_generated::pipedream::types::ProjectEnvironment::Production;
use pipedream_sdk_generated::workflows::{
    ConnectAccountOnboardingInputs, ProjectEnvironmentWebhookInputs, RotateTriggerWebhookKeyInputs,
    TokenMintAndValidateInputs, Variables, Workflows, connect_account_onboarding,
    project_environment_webhook, rotate_trigger_webhook_key, token_mint_and_validate,
};
use pipedream_sdk_testing::Fault;
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER};

const KEYS: &str = r#"{"api_key":"sk-secret"}"#;

fn keys() -> CustomFields {
    CustomFields::from_json_text(KEYS).unwrap()
}

#[track_caller]
fn assert_silent(what: impl Debug, secret: &str) {
    assert!(!secret.is_empty());
    for shown in [format!("{what:?}"), format!("{what:#?}")] {
        // `Debug` escapes quotes.
        let plain = shown.replace('\\', "");
        assert!(!plain.contains(secret), "{shown}");
        assert!(!shown.contains("sk-secret"), "{shown}");
    }
}

#[track_caller]
fn assert_error_silent(error: impl std::error::Error, secret: &str) {
    assert_silent(&error, secret);
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        let shown: &dyn Display = error;
        assert!(!shown.to_string().contains(secret), "{shown}");
        assert_silent(error, secret);
        cause = error.source();
    }
}

#[tokio::test]
async fn redacts_tokens_and_keys_of_onboarding() {
    let it = Consumer::start().await;
    let inputs = ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys());
    assert_silent(&inputs, KEYS);
    let done = connect_account_onboarding(&it.client, inputs.clone())
        .await
        .unwrap();
    assert_silent(&done, done.connect_token.expose());
    assert_silent(&done.steps, done.connect_token.expose());

    it.fake.on("listAccounts", Fault::status(500));
    let error = connect_account_onboarding(&it.client, inputs)
        .await
        .unwrap_err();
    let steps = error.steps();
    let token = steps
        .create_connect_token
        .as_ref()
        .unwrap()
        .connect_token
        .clone();
    assert_silent(steps, token.expose());
    assert_error_silent(error, token.expose());

    let workflows = Workflows::new(it.client.clone(), Variables::default());
    assert_silent(workflows.connect_account_onboarding("openai", keys()), KEYS);
}

/// The token is part of the path of the failed request.
#[tokio::test]
async fn error_redacts_a_token_in_the_path() {
    for fault in [
        Fault::status(404).json(json!({ "error": "gone" })),
        Fault::cut(),
        Fault::truncated(3),
        Fault::status(200).body("text/html", "<p>"),
    ] {
        let it = Consumer::start().await;
        it.fake.on("validateToken", fault);
        let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
        let error = token_mint_and_validate(&it.client, inputs)
            .await
            .unwrap_err();
        let token = error.steps().create_connect_token.as_ref().unwrap();
        let token = token.connect_token.clone();
        assert_error_silent(error, token.expose());
    }
}

/// The response that cannot be decoded contains the token.
#[tokio::test]
async fn decode_error_does_not_print_the_response() {
    let it = Consumer::start().await;
    let response = json!({ "token": "ctok_mine", "expires_at": "never", "connect_link_url": 1 });
    it.fake.on("createToken", Fault::status(200).json(response));
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    let error = token_mint_and_validate(&it.client, inputs)
        .await
        .unwrap_err();
    assert!(!error.body().is_empty());
    assert_error_silent(error, "ctok_mine");
}

#[tokio::test]
async fn redacts_signing_keys() {
    let it = Consumer::start().await;
    let inputs = ProjectEnvironmentWebhookInputs::new(PROJECT, Production, "https://example.com");
    let done = project_environment_webhook(&it.client, inputs)
        .await
        .unwrap();
    let key = done.set_webhook.signing_key.clone().unwrap();
    assert_silent(&done, key.expose());

    let trigger = it.fake.deploy_trigger(USER, "github-new-issue");
    let (webhook, _) = it
        .fake
        .add_trigger_webhook(&trigger, "https://example.com/hook");
    let inputs = RotateTriggerWebhookKeyInputs::new(PROJECT, Production, USER, trigger, webhook);
    let done = rotate_trigger_webhook_key(&it.client, inputs)
        .await
        .unwrap();
    assert_silent(&done, done.previous_webhook.signing_key.expose());
    assert_silent(&done, done.new_webhook.signing_key.expose());
}

#[tokio::test]
async fn redacts_the_credential_of_a_client() {
    let it = Consumer::start().await;
    it.client.list_projects(&Default::default()).await.unwrap();
    let token = it.fake.last_call().bearer().unwrap().to_owned();
    assert_silent(&it.client, &token);
}
