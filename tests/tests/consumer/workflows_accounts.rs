//! Tests of the workflows for tokens, accounts and users.

use std::time::{Duration, SystemTime};

use pipedream_sdk_generated::pipedream::types::CustomFields;
use pipedream_sdk_generated::pipedream::types::ProjectEnvironment::Production;
use pipedream_sdk_generated::pipedream::types::ProjectId;
use pipedream_sdk_generated::workflows::{
    AccountAuditCleanupInputs, ConnectAccountOnboarding, ConnectAccountOnboardingInputs,
    TokenMintAndValidate, TokenMintAndValidateInputs, UserOffboardingInputs, account_audit_cleanup,
    connect_account_onboarding, token_mint_and_validate, user_offboarding,
};
use pipedream_sdk_runtime::{CallOptions, FixedSecret, RunOptions, WorkflowRun};
use pipedream_sdk_testing::FakeResponse;
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER};
use tests::sent::{Credential, SentRequest};

const KEYS: &str = r#"{"api_key":"sk-secret"}"#;

fn keys() -> CustomFields {
    CustomFields::from_json_text(KEYS).unwrap()
}

fn minted() -> SentRequest {
    let body = json!({ "external_user_id": USER, "project_id": PROJECT });
    SentRequest::post("{p}/tokens", body)
}

#[tokio::test]
async fn token_mint_and_validate_returns_token_and_validation() {
    let it = Consumer::start().await;
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    let done = token_mint_and_validate(&it.client, inputs).await.unwrap();

    let token = done.connect_token.expose();
    it.assert_sent([
        minted(),
        SentRequest::get(&format!("/v1/connect/tokens/{token}/validate"))
            .query("app_id", "app_Openai1")
            .credential(Credential::None)
            .of_workspace(),
    ]);
    it.fake.assert_none_rejected();
    assert!(token.starts_with("ctok_"));
    assert!(done.validation.success);
    assert_eq!(done.validation.app().unwrap().name_slug, "openai");
    let steps = done.steps;
    let link = steps.create_connect_token.unwrap().connect_link_url;
    assert!(link.expose().contains(token));
    assert!(steps.validate_connect_token.unwrap().validation.success);
}

#[tokio::test]
async fn connect_account_onboarding_creates_the_account_with_the_minted_token() {
    let it = Consumer::start().await;
    let inputs = ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys());
    let inputs = inputs.account_name("Theirs");
    let done = connect_account_onboarding(&it.client, inputs)
        .await
        .unwrap();

    let token = done.connect_token.expose();
    it.assert_sent([
        minted(),
        SentRequest::post(
            "{p}/accounts",
            json!({
                "app_slug": "openai", "cfmap_json": KEYS, "connect_token": token, "name": "Theirs",
            }),
        )
        .credential(Credential::Bearer(token.to_owned())),
        SentRequest::get("{p}/accounts")
            .query("app", "openai")
            .query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.accounts.len(), 1);
    assert_eq!(done.accounts[0].id, done.account_id);
    assert_eq!(done.accounts[0].name(), Some("Theirs"));
    assert_eq!(done.accounts[0].external_id.as_deref(), Some(USER));
    let steps = done.steps;
    let created = steps.create_connect_token.unwrap();
    assert!(created.connect_link_url.expose().contains(token));
    assert!(created.expires_at.timestamp() > 0);
    assert_eq!(steps.connect_account.unwrap().healthy, Some(true));
    assert_eq!(
        steps.verify_account.unwrap().first_account_id,
        Some(done.account_id)
    );
}

/// The time four hours ahead, at which tokens that are created now have expired.
fn in_four_hours() -> SystemTime {
    SystemTime::now() + Duration::from_secs(4 * 3600)
}

#[tokio::test]
async fn connect_account_onboarding_resumes_with_a_new_token_after_its_expiry() {
    for expired in [false, true] {
        let it = Consumer::start().await;
        it.fake.on("createAccount", FakeResponse::new(400));
        let inputs =
            ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys());
        let first = connect_account_onboarding(&it.client, inputs.clone());
        let stopped = first.await.unwrap_err();
        assert_eq!(stopped.record().finished(), ["createConnectToken"]);
        let old = stopped.steps().create_connect_token.clone().unwrap();

        let mut options = RunOptions::new();
        if expired {
            it.fake.advance(Duration::from_secs(4 * 3600));
            options = options.clock(in_four_hours);
        }
        // The access token of the client has expired, too.
        let credential = FixedSecret::new(["OAuth2"], it.fake.access_token());
        let client = it
            .client
            .with_options(CallOptions::new().credentials(credential));
        let done = ConnectAccountOnboarding::new(client, inputs)
            .resume(stopped.into_record())
            .options(options)
            .run()
            .await
            .unwrap();
        let created = it.fake.requests_of("createToken").len();
        assert_eq!(created, if expired { 2 } else { 1 });
        let token = done.connect_token.expose();
        assert_eq!(token != old.connect_token.expose(), expired);
        let connected = it.fake.requests_of("createAccount");
        assert_eq!(connected.len(), 2);
        assert_eq!(connected[1].json()["connect_token"], *token);
        assert_eq!(done.accounts.len(), 1);
    }
}

#[tokio::test]
async fn connect_account_onboarding_does_not_connect_twice_after_an_expiry() {
    let it = Consumer::start().await;
    it.fake.on("listAccounts", FakeResponse::new(400));
    let inputs = ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys());
    let first = connect_account_onboarding(&it.client, inputs.clone());
    let record = first.await.unwrap_err().into_record();
    let done = ConnectAccountOnboarding::new(it.client.clone(), inputs)
        .resume(record)
        .options(RunOptions::new().clock(in_four_hours))
        .run()
        .await
        .unwrap();
    assert_eq!(it.fake.requests_of("createToken").len(), 2);
    assert_eq!(it.fake.requests_of("createAccount").len(), 1);
    assert_eq!(done.accounts.len(), 1);
}

#[tokio::test]
async fn token_mint_and_validate_validates_the_new_token_after_an_expiry() {
    let it = Consumer::start().await;
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    let mut run = WorkflowRun::<TokenMintAndValidate>::new(inputs.clone());
    while run.next().is_some() {
        run.advance(&it.client).await.unwrap();
    }
    let done = TokenMintAndValidate::new(it.client.clone(), inputs)
        .resume(run.record())
        .options(RunOptions::new().clock(in_four_hours))
        .run()
        .await
        .unwrap();
    assert_eq!(it.fake.requests_of("createToken").len(), 2);
    let validated = it.fake.requests_of("validateToken");
    assert_eq!(validated.len(), 2);
    assert!(validated[1].path().contains(done.connect_token.expose()));
}

#[tokio::test]
async fn omits_an_account_name_that_is_not_set() {
    let it = Consumer::start().await;
    let inputs = ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys());
    let done = connect_account_onboarding(&it.client, inputs)
        .await
        .unwrap();
    let sent = it.fake.requests_of("createAccount").remove(0).json();
    assert_eq!(
        sent,
        json!({ "app_slug": "openai", "cfmap_json": KEYS, "connect_token": done.connect_token.expose() })
    );
}

#[tokio::test]
async fn account_audit_cleanup_deletes_the_accounts_of_the_app() {
    let it = Consumer::start().await;
    let first = it.fake.add_account(USER, "slack");
    it.fake.add_account("somebody-else", "slack");
    let other_app = it.fake.add_account(USER, "github");
    let inputs = AccountAuditCleanupInputs::new(PROJECT, Production, USER, "slack", "app_Slack2");
    let done = account_audit_cleanup(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("{p}/accounts")
            .query("app", "slack")
            .query("external_user_id", USER),
        SentRequest::get(&format!("{{p}}/accounts/{first}")),
        SentRequest::delete("{p}/apps/app_Slack2/accounts"),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.accounts.len(), 1);
    assert_eq!(done.deleted, Some(204));
    let inspected = done.steps.inspect_account.unwrap();
    assert_eq!(
        (inspected.healthy, inspected.app_name.as_deref()),
        (Some(true), Some("Slack"))
    );

    let project = ProjectId::from(PROJECT);
    let left = it
        .client
        .list_accounts(&project, Production, &Default::default())
        .await;
    let left = left.unwrap().into_value().data;
    let left: Vec<&str> = left.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(left, [other_app]);
}

#[tokio::test]
async fn account_audit_cleanup_deletes_nothing_without_accounts() {
    let it = Consumer::start().await;
    it.fake.add_account("somebody-else", "slack");
    let inputs = AccountAuditCleanupInputs::new(PROJECT, Production, USER, "slack", "app_Slack2");
    let done = account_audit_cleanup(&it.client, inputs).await.unwrap();

    it.fake.assert_calls(["listAccounts"]);
    assert_eq!(done.accounts, []);
    assert_eq!(done.deleted, None);
    assert!(done.steps.list_user_accounts.is_some());
    assert!(done.steps.inspect_account.is_none());
    assert!(done.steps.delete_accounts_by_app.is_none());
}

#[tokio::test]
async fn user_offboarding_lists_and_deletes() {
    let it = Consumer::start().await;
    let account = it.fake.add_account(USER, "slack");
    let trigger = it.fake.deploy_trigger(USER, "github-new-issue");
    let inputs = UserOffboardingInputs::new(PROJECT, Production, USER);
    let done = user_offboarding(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("{p}/accounts").query("external_user_id", USER),
        SentRequest::get("{p}/deployed-triggers").query("external_user_id", USER),
        SentRequest::delete(&format!("{{p}}/users/{USER}")),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.accounts[0].id.as_str(), account);
    assert_eq!(done.deployed_triggers[0].id(), Some(trigger.as_str()));
    assert_eq!(done.deleted, 204);
    assert_eq!(done.steps.delete_user.unwrap().deleted, 204);
}
