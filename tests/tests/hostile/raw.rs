//! Every operation of the generated client.

// The document may get new optional parameters without a change of these calls.
#![allow(clippy::needless_update)]

use std::collections::BTreeSet;

use pipedream_sdk::Error;
use pipedream_sdk::types::ProjectEnvironment;
use pipedream_sdk_generated::pipedream::{Client, params, types};
use pipedream_sdk_runtime::{CallOptions, FixedSecret};
use tests::consumer::client;
use tests::recorder::Recorder;

use crate::values::{Call, documented, operations, withstand};

const ENVIRONMENT: ProjectEnvironment = ProjectEnvironment::Production;

macro_rules! calls {
    ($($operation:literal: |$client:ident, $values:pat_param| $call:expr;)*) => {
        &[$((
            $operation,
            |$client, $values| Box::pin(async move { $call.await.map(drop).map_err(Error::from) }),
        )),*]
    };
}

#[rustfmt::skip]
const CALLS: &[(&str, Call<Client>)] = calls! {
    "listAppCategoriesBase": |c, _| c.list_app_categories_base();
    "listAppCategories": |c, _| c.list_app_categories();
    "retrieveAppCategoryBase": |c, v| c.retrieve_app_category_base(&v.at("id"));
    "retrieveAppCategory": |c, v| c.retrieve_app_category(&v.at("id"));
    "listAppsBase": |c, v| c.list_apps_base(&params::ListAppsBaseParams { after: Some(v.at("after")), before: Some(v.at("before")), category_ids: Some(vec![v.id("category_ids")]), q: Some(v.at("q")), ..Default::default() });
    "listApps": |c, v| c.list_apps(&params::ListAppsParams { after: Some(v.at("after")), before: Some(v.at("before")), category_ids: Some(vec![v.id("category_ids")]), q: Some(v.at("q")), ..Default::default() });
    "retrieveAppBase": |c, v| c.retrieve_app_base(&v.at("app_id"));
    "retrieveApp": |c, v| c.retrieve_app(&v.at("app_id"));
    "listAccounts": |c, v| c.list_accounts(&v.project(), ENVIRONMENT, &params::ListAccountsParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), external_user_id: Some(v.at("external_user_id")), oauth_app_id: Some(v.id("oauth_app_id")), ..Default::default() });
    "createAccount": |c, v| c.create_account(&v.project(), ENVIRONMENT, &params::CreateAccountParams { external_user_id: Some(v.at("external_user_id")), oauth_app_id: Some(v.id("oauth_app_id")), ..Default::default() }, &v.body::<types::CreateAccountOpts>("createAccount"));
    "retrieveAccount": |c, v| c.retrieve_account(&v.project(), &v.id("account_id"), ENVIRONMENT, &Default::default());
    "deleteAccount": |c, v| c.delete_account(&v.project(), &v.id("account_id"), ENVIRONMENT);
    "deleteAccountByApp": |c, v| c.delete_account_by_app(&v.project(), &v.at("app_id"), ENVIRONMENT);
    "deleteUserExternalUser": |c, v| c.delete_user_external_user(&v.project(), &v.at("external_user_id"), ENVIRONMENT);
    "listComponents": |c, v| c.list_components(&v.project(), ENVIRONMENT, &params::ListComponentsParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "retrieveComponent": |c, v| c.retrieve_component(&v.project(), &v.at("component_id"), ENVIRONMENT, &params::RetrieveComponentParams { version: Some(v.at("version")) });
    "configureComponentProp": |c, v| c.configure_component_prop(&v.project(), ENVIRONMENT, &v.body::<types::ConfigurePropOpts>("configureComponentProp"));
    "reloadComponentProps": |c, v| c.reload_component_props(&v.project(), ENVIRONMENT, &v.body::<types::ReloadPropsOpts>("reloadComponentProps"));
    "listActions": |c, v| c.list_actions(&v.project(), ENVIRONMENT, &params::ListActionsParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "retrieveAction": |c, v| c.retrieve_action(&v.project(), &v.at("component_id"), ENVIRONMENT, &params::RetrieveActionParams { version: Some(v.at("version")) });
    "configureActionProp": |c, v| c.configure_action_prop(&v.project(), ENVIRONMENT, &v.body::<types::ConfigurePropOpts>("configureActionProp"));
    "reloadActionProps": |c, v| c.reload_action_props(&v.project(), ENVIRONMENT, &v.body::<types::ReloadPropsOpts>("reloadActionProps"));
    "listTriggers": |c, v| c.list_triggers(&v.project(), ENVIRONMENT, &params::ListTriggersParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "retrieveTrigger": |c, v| c.retrieve_trigger(&v.project(), &v.at("component_id"), ENVIRONMENT, &params::RetrieveTriggerParams { version: Some(v.at("version")) });
    "configureTriggerProp": |c, v| c.configure_trigger_prop(&v.project(), ENVIRONMENT, &v.body::<types::ConfigurePropOpts>("configureTriggerProp"));
    "reloadTriggerProps": |c, v| c.reload_trigger_props(&v.project(), ENVIRONMENT, &v.body::<types::ReloadPropsOpts>("reloadTriggerProps"));
    "runAction": |c, v| c.run_action(&v.project(), ENVIRONMENT, &v.body::<types::RunActionOpts>("runAction"));
    "deployTrigger": |c, v| c.deploy_trigger(&v.project(), ENVIRONMENT, &v.body::<types::DeployTriggerOpts>("deployTrigger"));
    "listDeployedTriggers": |c, v| c.list_deployed_triggers(&v.project(), &v.at("external_user_id"), ENVIRONMENT, &params::ListDeployedTriggersParams { after: Some(v.at("after")), before: Some(v.at("before")), ..Default::default() });
    "retrieveDeployedTrigger": |c, v| c.retrieve_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTrigger": |c, v| c.update_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<types::UpdateTriggerOpts>("updateDeployedTrigger"));
    "deleteDeployedTrigger": |c, v| c.delete_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &Default::default());
    "listDeployedTriggerEvents": |c, v| c.list_deployed_trigger_events(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &Default::default());
    "listDeployedTriggerWorkflows": |c, v| c.list_deployed_trigger_workflows(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTriggerWorkflows": |c, v| c.update_deployed_trigger_workflows(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<types::UpdateTriggerWorkflowsOpts>("updateDeployedTriggerWorkflows"));
    "listDeployedTriggerWebhooks": |c, v| c.list_deployed_trigger_webhooks(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTriggerWebhooks": |c, v| c.update_deployed_trigger_webhooks(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<types::UpdateTriggerWebhooksOpts>("updateDeployedTriggerWebhooks"));
    "retrieveDeployedTriggerWebhook": |c, v| c.retrieve_deployed_trigger_webhook(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "regenerateDeployedTriggerWebhookSigningKey": |c, v| c.regenerate_deployed_trigger_webhook_signing_key(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "retrieveProjectEnvironmentWebhook": |c, v| c.retrieve_project_environment_webhook(&v.project(), ENVIRONMENT);
    "updateProjectEnvironmentWebhook": |c, v| c.update_project_environment_webhook(&v.project(), ENVIRONMENT, &v.body::<types::SetWebhookOpts>("updateProjectEnvironmentWebhook"));
    "deleteProjectEnvironmentWebhook": |c, v| c.delete_project_environment_webhook(&v.project(), ENVIRONMENT);
    "regenerateProjectEnvironmentWebhookSigningKey": |c, v| c.regenerate_project_environment_webhook_signing_key(&v.project(), ENVIRONMENT);
    "listProjects": |c, v| c.list_projects(&params::ListProjectsParams { after: Some(v.at("after")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "createProject": |c, v| c.create_project(&v.body::<types::CreateProjectOpts>("createProject"));
    "retrieveProject": |c, v| c.retrieve_project(&v.project());
    "deleteProject": |c, v| c.delete_project(&v.project());
    "updateProject": |c, v| c.update_project(&v.project(), &v.body::<types::UpdateProjectOpts>("updateProject"));
    "updateProjectLogo": |c, v| c.update_project_logo(&v.project(), &v.body::<types::UpdateProjectLogoOpts>("updateProjectLogo"));
    "retrieveProjectInfo": |c, v| c.retrieve_project_info(&v.project(), ENVIRONMENT);
    "downloadFileStashFile": |c, v| c.download_file_stash_file(&v.project(), &v.id("s3_key"));
    "retrieveProxy": |c, v| c.retrieve_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT);
    "putProxy": |c, v| c.put_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<serde_json::Map<String, serde_json::Value>>("putProxy"));
    "postProxy": |c, v| c.post_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<serde_json::Map<String, serde_json::Value>>("postProxy"));
    "deleteProxy": |c, v| c.delete_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT);
    "patchProxy": |c, v| c.patch_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body::<serde_json::Map<String, serde_json::Value>>("patchProxy"));
    "createToken": |c, v| c.create_token(&v.project(), ENVIRONMENT, &v.body::<types::CreateTokenOpts>("createToken"));
    "validateToken": |c, v| c.validate_token(&v.id("ctok"), &v.at("app_id"), &params::ValidateTokenParams { account_id: Some(v.id("account_id")), app_override_id: Some(v.id("app_override_id")), oauth_app_id: Some(v.id("oauth_app_id")), ..Default::default() });
    "listUsages": |c, _| c.list_usages(1, 1);
    "listUsers": |c, v| c.list_users(&v.project(), ENVIRONMENT, &params::ListUsersParams { after: Some(v.at("after")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "createOauthToken": |c, v| c.create_oauth_token(&v.body::<types::CreateOAuthTokenOpts>("createOauthToken"));
    "listAccountsForExternalUser": |c, v| c.list_accounts_for_external_user(&v.project(), &v.at("external_user_id"), ENVIRONMENT, &params::ListAccountsForExternalUserParams { app: Some(v.at("app")), ..Default::default() });
    "listOauthApps": |c, v| c.list_oauth_apps(&v.project(), &params::ListOauthAppsParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), q: Some(v.at("q")), ..Default::default() });
    "createOauthApp": |c, v| c.create_oauth_app(&v.project(), &v.body::<types::CreateOauthAppOpts>("createOauthApp"));
    "retrieveOauthApp": |c, v| c.retrieve_oauth_app(&v.project(), &v.id("id"));
    "updateOauthApp": |c, v| c.update_oauth_app(&v.project(), &v.id("id"), &v.body::<types::UpdateOauthAppOpts>("updateOauthApp"));
    "deleteOauthApp": |c, v| c.delete_oauth_app(&v.project(), &v.id("id"));
    "listAppOverrides": |c, v| c.list_app_overrides(&v.project(), &params::ListAppOverridesParams { after: Some(v.at("after")), app: Some(v.at("app")), before: Some(v.at("before")), ..Default::default() });
    "createAppOverride": |c, v| c.create_app_override(&v.project(), &v.body::<types::CreateAppOverrideOpts>("createAppOverride"));
    "retrieveAppOverride": |c, v| c.retrieve_app_override(&v.project(), &v.id("id"));
    "updateAppOverride": |c, v| c.update_app_override(&v.project(), &v.id("id"), &v.body::<types::UpdateAppOverrideOpts>("updateAppOverride"));
    "deleteAppOverride": |c, v| c.delete_app_override(&v.project(), &v.id("id"));
    "resetDeployedTriggerWebhookDeliveryState": |c, v| c.reset_deployed_trigger_webhook_delivery_state(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "createRateLimit": |c, v| c.create_rate_limit(&v.body::<types::CreateRateLimitOpts>("createRateLimit"));
};

#[tokio::test]
async fn every_operation_encodes_hostile_values() {
    let server = Recorder::start().await;
    let credential = FixedSecret::new(["OAuth2", "ConnectToken"], "token");
    let options = CallOptions::new().max_retries(0).credentials(credential);
    let client = client(server.base_url(), options);
    for (operation, call) in CALLS {
        let places = withstand(&server, &client, operation, *call).await;
        let documented = documented(operation);
        assert!(
            places.is_superset(&documented),
            "{operation}: {places:?}, not {documented:?}"
        );
    }
}

#[test]
fn hostile_calls_cover_every_operation() {
    let called: BTreeSet<String> = CALLS.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(called, operations());
}
