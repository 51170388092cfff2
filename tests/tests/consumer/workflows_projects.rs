//! Tests of the workflows for projects, webhooks and usage.

use pipedream_sdk_generated::pipedream::types::ProjectEnvironment::{Development, Production};
use pipedream_sdk_generated::workflows::{
    ProjectEnvironmentWebhookInputs, ProvisionProjectInputs, UpdateProjectSettingsInputs,
    UsageAndUsersReportInputs, project_environment_webhook, provision_project,
    update_project_settings, usage_and_users_report,
};
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER};
use tests::sent::SentRequest;

#[tokio::test]
async fn provision_project_continues_in_the_created_project() {
    let it = Consumer::start().await;
    let inputs = ProvisionProjectInputs::new(Production, "Orders")
        .app_name("Order Desk")
        .support_email("help@example.com");
    let done = provision_project(&it.client, inputs).await.unwrap();

    let id = done.project_id.as_str();
    let body =
        json!({ "name": "Orders", "app_name": "Order Desk", "support_email": "help@example.com" });
    it.assert_sent([
        SentRequest::post("/v1/connect/projects", body).of_workspace(),
        SentRequest::get(&format!("/v1/connect/projects/{id}")).of_workspace(),
        SentRequest::get(&format!("/v1/connect/{id}/projects/info")),
    ]);
    it.fake.assert_none_rejected();
    assert_ne!(id, PROJECT);
    assert_eq!(done.project.id, done.project_id);
    assert_eq!(done.project.app_name(), Some("Order Desk"));
    assert_eq!(done.apps[0].name_slug, "openai");
    let created = done.steps.create_project.unwrap();
    assert_eq!(created.project_name, "Orders");
}

#[tokio::test]
async fn omits_project_inputs_that_are_not_set() {
    let it = Consumer::start().await;
    let inputs = ProvisionProjectInputs::new(Production, "Orders");
    provision_project(&it.client, inputs).await.unwrap();
    let sent = it.fake.requests_of("createProject").remove(0);
    assert_eq!(sent.json(), json!({ "name": "Orders" }));
}

#[tokio::test]
async fn sends_the_environment_of_the_inputs() {
    let it = Consumer::start().await;
    let inputs = ProvisionProjectInputs::new(Development, "Orders");
    provision_project(&it.client, inputs).await.unwrap();
    let environment = it.fake.last_call();
    assert_eq!(environment.header("x-pd-environment"), Some("development"));
}

#[tokio::test]
async fn update_project_settings_sends_the_changes() {
    let it = Consumer::start().await;
    let before = it.client.retrieve_project(&PROJECT.into()).await.unwrap();
    it.fake.clear_requests();
    let inputs = UpdateProjectSettingsInputs::new(PROJECT).name("Renamed");
    let done = update_project_settings(&it.client, inputs).await.unwrap();

    let path = format!("/v1/connect/projects/{PROJECT}");
    it.assert_sent([
        SentRequest::get(&path).of_workspace(),
        SentRequest::patch(&path, json!({ "name": "Renamed" })).of_workspace(),
        SentRequest::get(&path).of_workspace(),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.previous_name, before.value().name);
    assert_eq!(done.updated_project.name, "Renamed");
    assert_eq!(done.verified_name, "Renamed");
    let verified = done.steps.verify_project.unwrap();
    assert_eq!(
        verified.verified_app_name.as_deref(),
        before.value().app_name()
    );
}

#[tokio::test]
async fn update_project_settings_without_changes_sends_an_empty_object() {
    let it = Consumer::start().await;
    let inputs = UpdateProjectSettingsInputs::new(PROJECT);
    update_project_settings(&it.client, inputs).await.unwrap();
    let sent = it.fake.requests_of("updateProject").remove(0);
    assert_eq!(&sent.body()[..], b"{}");
}

#[tokio::test]
async fn project_environment_webhook_returns_the_key_of_a_new_webhook() {
    let it = Consumer::start().await;
    let url = "https://example.com/hook";
    let inputs = || ProjectEnvironmentWebhookInputs::new(PROJECT, Production, url);
    let done = project_environment_webhook(&it.client, inputs())
        .await
        .unwrap();

    it.assert_sent([
        SentRequest::put("{p}/webhook", json!({ "url": url })),
        SentRequest::get("{p}/webhook"),
    ]);
    it.fake.assert_none_rejected();
    let key = done.set_webhook.signing_key.unwrap();
    assert!(key.expose().starts_with("whsec_"));
    let verified = done.verified_webhook.unwrap();
    assert_eq!(
        (verified.url.as_str(), verified.signing_key_set),
        (url, true)
    );

    let again = project_environment_webhook(&it.client, inputs())
        .await
        .unwrap();
    assert_eq!(again.set_webhook.signing_key, None, "the key is shown once");
}

#[tokio::test]
async fn usage_and_users_report_returns_users_and_usage() {
    let it = Consumer::start().await;
    let user = it.fake.add_user(USER);
    let inputs = UsageAndUsersReportInputs::new(PROJECT, Production, 1_700_000_000, 1_900_000_000);
    let done = usage_and_users_report(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("{p}/users"),
        SentRequest::get("/v1/connect/usage")
            .query("end_ts", "1900000000")
            .query("start_ts", "1700000000")
            .of_workspace(),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.users[0].id, user);
    assert_eq!(done.users[0].external_id, USER);
    assert_eq!(done.usage[0].credits_used, 0);
    assert_eq!(done.usage[0].usage_start_ts, 1_700_000_000);
}
