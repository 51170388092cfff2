//! Tests of workflows that stop before their end.

use pipedream_sdk_generated::pipedream::types::CustomFields;
use pipedream_sdk_generated::pipedream::types::ProjectEnvironment::Production;
use pipedream_sdk_generated::pipedream::types::ProjectId;
use pipedream_sdk_generated::workflows::{
    AccountAuditCleanupInputs, ConnectAccountOnboarding, ConnectAccountOnboardingInputs,
    ConnectAccountOnboardingStep, DeployTriggerInputs, DeployTriggerStep,
    TokenMintAndValidateInputs, TokenMintAndValidateSteps, Variables, Workflows,
    account_audit_cleanup, connect_account_onboarding, deploy_trigger, token_mint_and_validate,
};
use pipedream_sdk_runtime::{CallOptions, ErrorKind, WorkflowErrorKind, WorkflowRecord};
use pipedream_sdk_testing::{FakePipedream, Fault};
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER, client};

fn keys() -> CustomFields {
    CustomFields::new().set("api_key", "sk-secret")
}

fn onboarding() -> ConnectAccountOnboardingInputs {
    ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys())
}

#[tokio::test]
async fn failed_step_keeps_the_finished_steps() {
    let it = Consumer::start().await;
    it.fake.on(
        "listAccounts",
        Fault::status(503).json(json!({ "error": "later" })),
    );
    let error = connect_account_onboarding(&it.client, onboarding())
        .await
        .unwrap_err();

    assert_eq!(error.workflow(), "connect-account-onboarding");
    assert_eq!(
        error.step(),
        Some(ConnectAccountOnboardingStep::VerifyAccount)
    );
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.body(), br#"{"error":"later"}"#);
    assert!(matches!(error.reason(), WorkflowErrorKind::Call(_)));
    let shown = error.to_string();
    assert!(
        shown.contains("verifyAccount") && shown.contains("503"),
        "{shown}"
    );

    let steps = error.steps();
    assert!(steps.verify_account.is_none());
    let token = &steps.create_connect_token.as_ref().unwrap().connect_token;
    assert!(token.expose().starts_with("ctok_"));
    let account = &steps.connect_account.as_ref().unwrap().account_id;
    it.client
        .retrieve_account(
            &ProjectId::from(PROJECT),
            account,
            Production,
            &Default::default(),
        )
        .await
        .expect("the account that the error names is there");
}

#[tokio::test]
async fn resumes_from_the_finished_steps() {
    let it = Consumer::start().await;
    it.fake.on("listAccounts", Fault::status(503));
    let error = connect_account_onboarding(&it.client, onboarding())
        .await
        .unwrap_err();
    it.fake.clear_requests();
    let done = ConnectAccountOnboarding::new(it.client.clone(), onboarding())
        .resume(error.into_record())
        .run()
        .await
        .unwrap();
    it.fake.assert_calls(["listAccounts"]);
    assert_eq!(done.accounts[0].id, done.account_id);
}

#[tokio::test]
async fn resumes_from_a_serialized_record() {
    let it = Consumer::start().await;
    it.fake.on("listAccounts", Fault::status(503));
    let error = connect_account_onboarding(&it.client, onboarding())
        .await
        .unwrap_err();
    let token = &error.steps().create_connect_token.as_ref().unwrap();
    let token = token.connect_token.expose().to_owned();
    let record = serde_json::to_string(error.record()).unwrap();
    drop(error);

    let read: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(read["steps"]["createConnectToken"]["connectToken"], token);
    assert_eq!(read["steps"]["verifyAccount"], json!(null));
    assert_eq!(read["next"], "verifyAccount");
    assert!(!record.contains("sk-secret") && !record.contains(USER));
    it.fake.clear_requests();
    let record: WorkflowRecord = serde_json::from_str(&record).unwrap();
    let done = ConnectAccountOnboarding::new(it.client.clone(), onboarding())
        .resume(record)
        .run()
        .await
        .unwrap();
    it.fake.assert_calls(["listAccounts"]);
    assert_eq!(done.connect_token.expose(), token);
    assert_eq!(done.accounts[0].id, done.account_id);
}

#[tokio::test]
async fn stops_after_the_first_failed_step() {
    let it = Consumer::start().await;
    it.fake.on(
        "createToken",
        Fault::status(400).body("text/html", "<h1>No</h1>"),
    );
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    let error = token_mint_and_validate(&it.client, inputs)
        .await
        .unwrap_err();
    it.fake.assert_calls(["createToken"]);
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.body(), b"<h1>No</h1>");
    assert!(error.steps().create_connect_token.is_none());
}

#[tokio::test]
async fn truncated_response_fails_the_step() {
    let it = Consumer::start().await;
    it.fake.on("deployTrigger", Fault::truncated(10));
    let inputs = DeployTriggerInputs::new(PROJECT, Production, USER, "github", "github-new-issue");
    let error = deploy_trigger(&it.client, inputs).await.unwrap_err();
    assert_eq!(error.step(), Some(DeployTriggerStep::DeployTrigger));
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.body().len(), 10);
    assert!(error.steps().retrieve_trigger.is_some());
}

#[tokio::test]
async fn missing_response_property_stops_the_workflow() {
    let it = Consumer::start().await;
    let account = json!({ "name": "no id" });
    it.fake.on(
        "listAccounts",
        Fault::status(200).json(json!({ "data": [account] })),
    );
    let inputs = AccountAuditCleanupInputs::new(PROJECT, Production, USER, "slack", "app_Slack2");
    let error = account_audit_cleanup(&it.client, inputs).await.unwrap_err();
    it.fake.assert_calls(["listAccounts"]);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.steps().list_user_accounts.is_none());
}

#[tokio::test]
async fn rejects_an_empty_path_parameter() {
    let it = Consumer::start().await;
    let inputs = TokenMintAndValidateInputs::new("", Production, USER, "app_Openai1");
    let error = token_mint_and_validate(&it.client, inputs)
        .await
        .unwrap_err();
    it.fake.assert_calls([]);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn rejects_a_missing_variable() {
    let it = Consumer::start().await;
    let mut variables = Variables::default();
    variables.project_id = Some(PROJECT.into());
    variables.environment = Some(Production);
    let workflows = Workflows::new(it.client.clone(), variables);
    let run = workflows.token_mint_and_validate("app_Openai1");
    let error = run.clone().run().await.unwrap_err();
    it.fake.assert_calls([]);
    assert_eq!(error.step(), None);
    let typed = error.workflow_error::<TokenMintAndValidateSteps>();
    let WorkflowErrorKind::Missing(missing) = typed.unwrap().reason() else {
        panic!("{error}")
    };
    assert_eq!(missing.value(), "external_user_id");
    assert!(
        missing
            .hint()
            .is_some_and(|hint| hint.contains(".external_user_id(")),
        "{error}"
    );

    let done = run.external_user_id(USER).run().await.unwrap();
    assert!(done.validation.success);
}

#[tokio::test]
async fn fills_in_the_values_of_the_handle() {
    let it = Consumer::start().await;
    let mut variables = Variables::default();
    variables.project_id = Some(PROJECT.into());
    variables.environment = Some(Production);
    variables.external_user_id = Some(USER.to_owned());
    let workflows = Workflows::new(it.client.clone(), variables);
    let done = workflows.user_offboarding().run().await;
    assert!(done.is_err(), "the user does not exist yet");
    it.fake.add_user(USER);
    it.fake.clear_requests();
    workflows.user_offboarding().run().await.unwrap();
    it.assert_sent([
        tests::sent::SentRequest::get("{p}/accounts").query("external_user_id", USER),
        tests::sent::SentRequest::get("{p}/deployed-triggers").query("external_user_id", USER),
        tests::sent::SentRequest::delete(&format!("{{p}}/users/{USER}")),
    ]);
}

#[tokio::test]
async fn rejects_a_call_without_credentials() {
    let fake = FakePipedream::start().await;
    let client = client(fake.base_url(), CallOptions::new());
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    let error = token_mint_and_validate(&client, inputs).await.unwrap_err();
    fake.assert_calls([]);
    assert_eq!(error.kind(), ErrorKind::Credential);
}
