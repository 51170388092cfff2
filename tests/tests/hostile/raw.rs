//! Every operation of the generated client.

use std::collections::BTreeSet;

use pipedream_sdk::Error;
use pipedream_sdk::types::ProjectEnvironment;
use pipedream_sdk_generated::pipedream::Client;
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
    "listAppsBase": |c, v| c.list_apps_base(Some(&v.at("after")), Some(&v.at("before")), Some(&vec![v.id("category_ids")]), None, None, None, None, Some(&v.at("q")), None, None);
    "listApps": |c, v| c.list_apps(Some(&v.at("after")), Some(&v.at("before")), Some(&vec![v.id("category_ids")]), None, None, None, None, Some(&v.at("q")), None, None);
    "retrieveAppBase": |c, v| c.retrieve_app_base(&v.at("app_id"));
    "retrieveApp": |c, v| c.retrieve_app(&v.at("app_id"));
    "listAccounts": |c, v| c.list_accounts(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), Some(&v.at("external_user_id")), None, None, Some(&v.id("oauth_app_id")), ENVIRONMENT);
    "createAccount": |c, v| c.create_account(&v.project(), Some(&v.at("external_user_id")), Some(&v.id("oauth_app_id")), ENVIRONMENT, &v.body("createAccount"));
    "retrieveAccount": |c, v| c.retrieve_account(&v.project(), &v.id("account_id"), None, ENVIRONMENT);
    "deleteAccount": |c, v| c.delete_account(&v.project(), &v.id("account_id"), ENVIRONMENT);
    "deleteAccountByApp": |c, v| c.delete_account_by_app(&v.project(), &v.at("app_id"), ENVIRONMENT);
    "deleteUserExternalUser": |c, v| c.delete_user_external_user(&v.project(), &v.at("external_user_id"), ENVIRONMENT);
    "listComponents": |c, v| c.list_components(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), None, None, Some(&v.at("q")), None, ENVIRONMENT);
    "retrieveComponent": |c, v| c.retrieve_component(&v.project(), &v.at("component_id"), Some(&v.at("version")), ENVIRONMENT);
    "configureComponentProp": |c, v| c.configure_component_prop(&v.project(), ENVIRONMENT, &v.body("configureComponentProp"));
    "reloadComponentProps": |c, v| c.reload_component_props(&v.project(), ENVIRONMENT, &v.body("reloadComponentProps"));
    "listActions": |c, v| c.list_actions(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), None, Some(&v.at("q")), None, ENVIRONMENT);
    "retrieveAction": |c, v| c.retrieve_action(&v.project(), &v.at("component_id"), Some(&v.at("version")), ENVIRONMENT);
    "configureActionProp": |c, v| c.configure_action_prop(&v.project(), ENVIRONMENT, &v.body("configureActionProp"));
    "reloadActionProps": |c, v| c.reload_action_props(&v.project(), ENVIRONMENT, &v.body("reloadActionProps"));
    "listTriggers": |c, v| c.list_triggers(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), None, Some(&v.at("q")), None, ENVIRONMENT);
    "retrieveTrigger": |c, v| c.retrieve_trigger(&v.project(), &v.at("component_id"), Some(&v.at("version")), ENVIRONMENT);
    "configureTriggerProp": |c, v| c.configure_trigger_prop(&v.project(), ENVIRONMENT, &v.body("configureTriggerProp"));
    "reloadTriggerProps": |c, v| c.reload_trigger_props(&v.project(), ENVIRONMENT, &v.body("reloadTriggerProps"));
    "runAction": |c, v| c.run_action(&v.project(), ENVIRONMENT, &v.body("runAction"));
    "deployTrigger": |c, v| c.deploy_trigger(&v.project(), ENVIRONMENT, &v.body("deployTrigger"));
    "listDeployedTriggers": |c, v| c.list_deployed_triggers(&v.project(), Some(&v.at("after")), Some(&v.at("before")), None, &v.at("external_user_id"), None, ENVIRONMENT);
    "retrieveDeployedTrigger": |c, v| c.retrieve_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTrigger": |c, v| c.update_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("updateDeployedTrigger"));
    "deleteDeployedTrigger": |c, v| c.delete_deployed_trigger(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), None, ENVIRONMENT);
    "listDeployedTriggerEvents": |c, v| c.list_deployed_trigger_events(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), None, ENVIRONMENT);
    "listDeployedTriggerWorkflows": |c, v| c.list_deployed_trigger_workflows(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTriggerWorkflows": |c, v| c.update_deployed_trigger_workflows(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("updateDeployedTriggerWorkflows"));
    "listDeployedTriggerWebhooks": |c, v| c.list_deployed_trigger_webhooks(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT);
    "updateDeployedTriggerWebhooks": |c, v| c.update_deployed_trigger_webhooks(&v.project(), &v.id("trigger_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("updateDeployedTriggerWebhooks"));
    "retrieveDeployedTriggerWebhook": |c, v| c.retrieve_deployed_trigger_webhook(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "regenerateDeployedTriggerWebhookSigningKey": |c, v| c.regenerate_deployed_trigger_webhook_signing_key(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "retrieveProjectEnvironmentWebhook": |c, v| c.retrieve_project_environment_webhook(&v.project(), ENVIRONMENT);
    "updateProjectEnvironmentWebhook": |c, v| c.update_project_environment_webhook(&v.project(), ENVIRONMENT, &v.body("updateProjectEnvironmentWebhook"));
    "deleteProjectEnvironmentWebhook": |c, v| c.delete_project_environment_webhook(&v.project(), ENVIRONMENT);
    "regenerateProjectEnvironmentWebhookSigningKey": |c, v| c.regenerate_project_environment_webhook_signing_key(&v.project(), ENVIRONMENT);
    "listProjects": |c, v| c.list_projects(Some(&v.at("after")), Some(&v.at("before")), None, Some(&v.at("q")));
    "createProject": |c, v| c.create_project(&v.body("createProject"));
    "retrieveProject": |c, v| c.retrieve_project(&v.project());
    "deleteProject": |c, v| c.delete_project(&v.project());
    "updateProject": |c, v| c.update_project(&v.project(), &v.body("updateProject"));
    "updateProjectLogo": |c, v| c.update_project_logo(&v.project(), &v.body("updateProjectLogo"));
    "retrieveProjectInfo": |c, v| c.retrieve_project_info(&v.project(), ENVIRONMENT);
    "downloadFileStashFile": |c, v| c.download_file_stash_file(&v.project(), &v.id("s3_key"));
    "retrieveProxy": |c, v| c.retrieve_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT);
    "putProxy": |c, v| c.put_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("putProxy"));
    "postProxy": |c, v| c.post_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("postProxy"));
    "deleteProxy": |c, v| c.delete_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT);
    "patchProxy": |c, v| c.patch_proxy(&v.project(), &v.at("url_64"), &v.id("account_id"), &v.at("external_user_id"), ENVIRONMENT, &v.body("patchProxy"));
    "createToken": |c, v| c.create_token(&v.project(), ENVIRONMENT, &v.body("createToken"));
    "validateToken": |c, v| c.validate_token(&v.id("ctok"), Some(&v.id("account_id")), &v.at("app_id"), Some(&v.id("app_override_id")), Some(&v.id("oauth_app_id")));
    "listUsages": |c, _| c.list_usages(1, 1);
    "listUsers": |c, v| c.list_users(&v.project(), Some(&v.at("after")), Some(&v.at("before")), None, Some(&v.at("q")), ENVIRONMENT);
    "createOauthToken": |c, v| c.create_oauth_token(&v.body("createOauthToken"));
    "listAccountsForExternalUser": |c, v| c.list_accounts_for_external_user(&v.project(), &v.at("external_user_id"), Some(&v.at("app")), None, ENVIRONMENT);
    "listOauthApps": |c, v| c.list_oauth_apps(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), None, Some(&v.at("q")));
    "createOauthApp": |c, v| c.create_oauth_app(&v.project(), &v.body("createOauthApp"));
    "retrieveOauthApp": |c, v| c.retrieve_oauth_app(&v.project(), &v.id("id"));
    "updateOauthApp": |c, v| c.update_oauth_app(&v.project(), &v.id("id"), &v.body("updateOauthApp"));
    "deleteOauthApp": |c, v| c.delete_oauth_app(&v.project(), &v.id("id"));
    "listAppOverrides": |c, v| c.list_app_overrides(&v.project(), Some(&v.at("after")), Some(&v.at("app")), Some(&v.at("before")), None);
    "createAppOverride": |c, v| c.create_app_override(&v.project(), &v.body("createAppOverride"));
    "retrieveAppOverride": |c, v| c.retrieve_app_override(&v.project(), &v.id("id"));
    "updateAppOverride": |c, v| c.update_app_override(&v.project(), &v.id("id"), &v.body("updateAppOverride"));
    "deleteAppOverride": |c, v| c.delete_app_override(&v.project(), &v.id("id"));
    "resetDeployedTriggerWebhookDeliveryState": |c, v| c.reset_deployed_trigger_webhook_delivery_state(&v.project(), &v.id("trigger_id"), &v.at("webhook_id"), &v.at("external_user_id"), ENVIRONMENT);
    "createRateLimit": |c, v| c.create_rate_limit(&v.body("createRateLimit"));
};

#[tokio::test]
async fn every_operation_withstands_hostile_values() {
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
fn no_operation_is_missing() {
    let called: BTreeSet<String> = CALLS.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(called, operations());
}
