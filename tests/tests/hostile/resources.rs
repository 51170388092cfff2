//! Every method of the resources, on a handle whose project and user are hostile as well.

use std::collections::BTreeSet;

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::{Error, Pipedream};
use tests::recorder::Recorder;

use crate::beyond::client;
use crate::values::{Call, documented, operations, withstand};

macro_rules! calls {
    ($($operation:literal: |$handle:ident, $values:ident| $call:expr;)*) => {
        &[$((
            $operation,
            |pipedream, $values| {
                let project = pipedream.project($values.at("project_id"));
                let $handle = project.user($values.at("external_user_id"));
                let call = $call;
                Box::pin(async move { call.send().await.map(drop).map_err(Error::from) })
            },
        )),*]
    };
}

#[rustfmt::skip]
const CALLS: &[(&str, Call<Pipedream>)] = calls! {
    "listAppCategories": |h, v| h.app_categories().list();
    "retrieveAppCategory": |h, v| h.app_categories().retrieve(v.at("id"));
    "listApps": |h, v| h.apps().list().after(v.at("after")).before(v.at("before")).q(v.at("q")).category_ids([v.at("category_ids")]);
    "retrieveApp": |h, v| h.apps().retrieve(v.at("app_id"));
    "listAccounts": |h, v| h.accounts().list().after(v.at("after")).before(v.at("before")).app(v.at("app")).oauth_app_id(v.at("oauth_app_id"));
    "createAccount": |h, v| h.accounts().create(v.at("app_slug"), CustomFields::new().set("api_key", "k"), v.at("connect_token")).oauth_app_id(v.at("oauth_app_id")).name(v.at("name")).account_id(v.at("account_id")).app_override_id(v.at("app_override_id"));
    "retrieveAccount": |h, v| h.accounts().retrieve(v.at("account_id"));
    "deleteAccount": |h, v| h.accounts().delete(v.at("account_id"));
    "deleteAccountByApp": |h, v| h.accounts().delete_by_app(v.at("app_id"));
    "listAccountsForExternalUser": |h, v| h.accounts().list_by_external_user().app(v.at("app"));
    "deleteUserExternalUser": |h, v| h.users().delete_external_user();
    "listUsers": |h, v| h.users().list().after(v.at("after")).before(v.at("before")).q(v.at("q"));
    "listComponents": |h, v| h.components().list().after(v.at("after")).before(v.at("before")).q(v.at("q")).app(v.at("app"));
    "retrieveComponent": |h, v| h.components().retrieve(v.at("component_id")).version(v.at("version"));
    "configureComponentProp": |h, v| h.components().configure_prop(v.at("id"), v.at("prop_name")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id")).query(v.at("query"));
    "reloadComponentProps": |h, v| h.components().reload_props(v.at("id")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id"));
    "listActions": |h, v| h.actions().list().after(v.at("after")).before(v.at("before")).q(v.at("q")).app(v.at("app"));
    "retrieveAction": |h, v| h.actions().retrieve(v.at("component_id")).version(v.at("version"));
    "configureActionProp": |h, v| h.actions().configure_prop(v.at("id"), v.at("prop_name")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id")).query(v.at("query"));
    "reloadActionProps": |h, v| h.actions().reload_props(v.at("id")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id"));
    "runAction": |h, v| h.actions().run(v.at("id")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id"));
    "listTriggers": |h, v| h.triggers().list().after(v.at("after")).before(v.at("before")).q(v.at("q")).app(v.at("app"));
    "retrieveTrigger": |h, v| h.triggers().retrieve(v.at("component_id")).version(v.at("version"));
    "configureTriggerProp": |h, v| h.triggers().configure_prop(v.at("id"), v.at("prop_name")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id")).query(v.at("query"));
    "reloadTriggerProps": |h, v| h.triggers().reload_props(v.at("id")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id"));
    "deployTrigger": |h, v| h.triggers().deploy(v.at("id")).version(v.at("version")).configured_props(v.props()).dynamic_props_id(v.at("dynamic_props_id")).workflow_id(v.at("workflow_id")).webhook_url(v.at("webhook_url"));
    "listDeployedTriggers": |h, v| h.deployed_triggers().list().after(v.at("after")).before(v.at("before"));
    "retrieveDeployedTrigger": |h, v| h.deployed_triggers().retrieve(v.at("trigger_id"));
    "updateDeployedTrigger": |h, v| h.deployed_triggers().update(v.at("trigger_id")).configured_props(v.props()).name(v.at("name"));
    "deleteDeployedTrigger": |h, v| h.deployed_triggers().delete(v.at("trigger_id"));
    "listDeployedTriggerEvents": |h, v| h.deployed_triggers().list_events(v.at("trigger_id"));
    "listDeployedTriggerWorkflows": |h, v| h.deployed_triggers().list_workflows(v.at("trigger_id"));
    "updateDeployedTriggerWorkflows": |h, v| h.deployed_triggers().update_workflows(v.at("trigger_id"), [v.at("workflow_ids")]);
    "listDeployedTriggerWebhooks": |h, v| h.deployed_triggers().list_webhooks(v.at("trigger_id"));
    "updateDeployedTriggerWebhooks": |h, v| h.deployed_triggers().update_webhooks(v.at("trigger_id"), [v.at("webhook_urls")]);
    "retrieveDeployedTriggerWebhook": |h, v| h.deployed_triggers().retrieve_webhook(v.at("trigger_id"), v.at("webhook_id"));
    "regenerateDeployedTriggerWebhookSigningKey": |h, v| h.deployed_triggers().regenerate_webhook_signing_key(v.at("trigger_id"), v.at("webhook_id"));
    "resetDeployedTriggerWebhookDeliveryState": |h, v| h.deployed_triggers().reset_webhook_delivery_state(v.at("trigger_id"), v.at("webhook_id"));
    "retrieveProjectEnvironmentWebhook": |h, v| h.project_environment().retrieve_webhook();
    "updateProjectEnvironmentWebhook": |h, v| h.project_environment().update_webhook(v.at("url"));
    "deleteProjectEnvironmentWebhook": |h, v| h.project_environment().delete_webhook();
    "regenerateProjectEnvironmentWebhookSigningKey": |h, v| h.project_environment().regenerate_webhook_signing_key();
    "listProjects": |h, v| h.projects().list().after(v.at("after")).before(v.at("before")).q(v.at("q"));
    "createProject": |h, v| h.projects().create(v.at("name")).app_name(v.at("app_name")).support_email(v.at("support_email"));
    "retrieveProject": |h, v| h.projects().retrieve(v.at("project_id"));
    "deleteProject": |h, v| h.projects().delete(v.at("project_id"));
    "updateProject": |h, v| h.projects().update(v.at("project_id")).name(v.at("name")).app_name(v.at("app_name")).support_email(v.at("support_email"));
    "updateProjectLogo": |h, v| h.projects().update_logo(v.at("project_id"), v.at("logo"));
    "retrieveProjectInfo": |h, v| h.projects().retrieve_info();
    "downloadFileStashFile": |h, v| h.file_stash().download_file(v.at("s3_key"));
    "retrieveProxy": |h, v| h.proxy().get(v.at("url_64"), v.at("account_id"));
    "putProxy": |h, v| h.proxy().put(v.at("url_64"), v.at("account_id"));
    "postProxy": |h, v| h.proxy().post(v.at("url_64"), v.at("account_id"));
    "deleteProxy": |h, v| h.proxy().delete(v.at("url_64"), v.at("account_id"));
    "patchProxy": |h, v| h.proxy().patch(v.at("url_64"), v.at("account_id"));
    "createToken": |h, v| h.tokens().create().allowed_origins([v.at("allowed_origins")]).error_redirect_uri(v.at("error_redirect_uri")).scope(v.at("scope")).success_redirect_uri(v.at("success_redirect_uri")).webhook_uri(v.at("webhook_uri")).app_id(v.at("app_id")).oauth_app_id(v.at("oauth_app_id")).body_project_id(v.at("body_project_id"));
    "validateToken": |h, v| h.tokens().validate(v.at("ctok"), v.at("app_id")).account_id(v.at("account_id")).oauth_app_id(v.at("oauth_app_id")).app_override_id(v.at("app_override_id"));
    "listUsages": |h, v| h.usage().list(1, 1);
    "createOauthToken": |h, v| h.oauth_tokens().create(v.at("client_id")).client_secret(v.at("client_secret")).scope(v.at("scope")).client_assertion(v.at("client_assertion"));
    "listOauthApps": |h, v| h.oauth_apps().list().after(v.at("after")).before(v.at("before")).app(v.at("app")).q(v.at("q"));
    "createOauthApp": |h, v| h.oauth_apps().create(v.at("app")).client_id(v.at("client_id")).client_secret(v.at("client_secret")).name(v.at("name")).description(v.at("description")).scopes([v.at("scopes")]).additional_scopes([v.at("additional_scopes")]);
    "retrieveOauthApp": |h, v| h.oauth_apps().retrieve(v.at("id"));
    "updateOauthApp": |h, v| h.oauth_apps().update(v.at("id")).name(v.at("name")).description(v.at("description")).client_id(v.at("client_id")).client_secret(v.at("client_secret")).scopes([v.at("scopes")]).additional_scopes([v.at("additional_scopes")]);
    "deleteOauthApp": |h, v| h.oauth_apps().delete(v.at("id"));
    "listAppOverrides": |h, v| h.app_overrides().list().after(v.at("after")).before(v.at("before")).app(v.at("app"));
    "createAppOverride": |h, v| h.app_overrides().create(v.at("app"), v.at("name")).oauth_app_id(v.at("oauth_app_id"));
    "retrieveAppOverride": |h, v| h.app_overrides().retrieve(v.at("id"));
    "updateAppOverride": |h, v| h.app_overrides().update(v.at("id")).name(v.at("name")).oauth_app_id(v.at("oauth_app_id"));
    "deleteAppOverride": |h, v| h.app_overrides().delete(v.at("id"));
    "createRateLimit": |h, v| h.rate_limits().create(1, 1);
};

#[tokio::test]
async fn every_method_encodes_hostile_values() {
    let server = Recorder::start().await;
    let pipedream = client(&server);
    for (operation, call) in CALLS {
        let places = withstand(&server, &pipedream, operation, *call).await;
        let documented = documented(operation);
        assert!(
            places.is_superset(&documented),
            "{operation}: {places:?}, not {documented:?}"
        );
    }
}

#[test]
fn hostile_calls_cover_every_method() {
    let called: BTreeSet<String> = CALLS.iter().map(|(id, _)| (*id).to_owned()).collect();
    let mut expected = operations();
    // Only the generated client has these four.
    for base in [
        "listAppsBase",
        "listAppCategoriesBase",
        "retrieveAppBase",
        "retrieveAppCategoryBase",
    ] {
        assert!(expected.remove(base));
    }
    assert_eq!(called, expected);
}
