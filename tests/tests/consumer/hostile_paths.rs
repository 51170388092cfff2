//! Hostile values in path parameters: each reaches the resource that its place names, or is not sent at all.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use pipedream_sdk_generated::PIPEDREAM_DOCUMENT;
use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_generated::pipedream::types::{ProjectEnvironment, ProjectId};
use pipedream_sdk_runtime::{CallOptions, Failure, FailureKind, FixedSecret};
use serde_json::{Value, json};

use tests::consumer::{client, typed};
use tests::recorder::Recorder;

/// Values for which there is no path segment.
const REFUSED: [&str; 3] = ["", ".", ".."];

const ENVIRONMENT: ProjectEnvironment = ProjectEnvironment::Production;

/// Values that would change a path if they were put into it as they are.
fn hostile() -> Vec<String> {
    let mut values: Vec<String> = [
        "a/b",
        "../x",
        "..\\x",
        "a\\..\\b",
        "%2e%2e",
        "%2E",
        "%",
        "?x",
        "#y",
        ";a=b",
        "a b+c",
        "@host:1",
        "\u{0}\t\r\n\u{7f}\u{85}",
        "é\u{202e}🦀",
        "...",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("x/".repeat(5_000));
    values
}

/// The values of one call's path parameters: an ordinary one for each but the one under test.
struct Values<'v> {
    parameter: &'v str,
    value: &'v str,
}

impl Values<'_> {
    fn at(&self, parameter: &str) -> String {
        if parameter == self.parameter {
            self.value.to_owned()
        } else {
            format!("ordinary-{parameter}")
        }
    }

    fn project(&self) -> ProjectId {
        self.at("project_id").into()
    }
}

type Called<'c> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'c>>;
type Call = for<'c> fn(&'c Client, Values<'c>) -> Called<'c>;

macro_rules! calls {
    ($values:ident; $($operation:literal: $method:ident($($argument:expr),*);)*) => {
        [$((
            $operation,
            (|client, $values| Box::pin(async move {
                client.$method($($argument),*).await.map(drop)
            })) as Call,
        )),*]
    };
}

/// Every operation that has path parameters.
#[rustfmt::skip]
const CALLS: [(&str, Call); 65] = calls! { p;
    "retrieveAppCategoryBase": retrieve_app_category_base(&p.at("id"));
    "retrieveAppCategory": retrieve_app_category(&p.at("id"));
    "retrieveAppBase": retrieve_app_base(&p.at("app_id"));
    "retrieveApp": retrieve_app(&p.at("app_id"));
    "listAccounts": list_accounts(&p.project(), None, None, None, None, None, None, None, ENVIRONMENT);
    "createAccount": create_account(&p.project(), None, None, ENVIRONMENT, &typed(json!({"app_slug": "x", "cfmap_json": "{}", "connect_token": "t"})));
    "retrieveAccount": retrieve_account(&p.project(), &p.at("account_id").into(), None, ENVIRONMENT);
    "deleteAccount": delete_account(&p.project(), &p.at("account_id").into(), ENVIRONMENT);
    "deleteAccountByApp": delete_account_by_app(&p.project(), &p.at("app_id"), ENVIRONMENT);
    "deleteUserExternalUser": delete_user_external_user(&p.project(), &p.at("external_user_id"), ENVIRONMENT);
    "listComponents": list_components(&p.project(), None, None, None, None, None, None, None, ENVIRONMENT);
    "retrieveComponent": retrieve_component(&p.project(), &p.at("component_id"), None, ENVIRONMENT);
    "configureComponentProp": configure_component_prop(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u", "prop_name": "p"})));
    "reloadComponentProps": reload_component_props(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u"})));
    "listActions": list_actions(&p.project(), None, None, None, None, None, None, ENVIRONMENT);
    "retrieveAction": retrieve_action(&p.project(), &p.at("component_id"), None, ENVIRONMENT);
    "configureActionProp": configure_action_prop(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u", "prop_name": "p"})));
    "reloadActionProps": reload_action_props(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u"})));
    "listTriggers": list_triggers(&p.project(), None, None, None, None, None, None, ENVIRONMENT);
    "retrieveTrigger": retrieve_trigger(&p.project(), &p.at("component_id"), None, ENVIRONMENT);
    "configureTriggerProp": configure_trigger_prop(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u", "prop_name": "p"})));
    "reloadTriggerProps": reload_trigger_props(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u"})));
    "runAction": run_action(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u"})));
    "deployTrigger": deploy_trigger(&p.project(), ENVIRONMENT, &typed(json!({"id": "x", "external_user_id": "u"})));
    "listDeployedTriggers": list_deployed_triggers(&p.project(), None, None, None, "user", None, ENVIRONMENT);
    "retrieveDeployedTrigger": retrieve_deployed_trigger(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT);
    "updateDeployedTrigger": update_deployed_trigger(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT, &typed(json!({})));
    "deleteDeployedTrigger": delete_deployed_trigger(&p.project(), &p.at("trigger_id").into(), "user", None, ENVIRONMENT);
    "listDeployedTriggerEvents": list_deployed_trigger_events(&p.project(), &p.at("trigger_id").into(), "user", None, ENVIRONMENT);
    "listDeployedTriggerWorkflows": list_deployed_trigger_workflows(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT);
    "updateDeployedTriggerWorkflows": update_deployed_trigger_workflows(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT, &typed(json!({"workflow_ids": []})));
    "listDeployedTriggerWebhooks": list_deployed_trigger_webhooks(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT);
    "updateDeployedTriggerWebhooks": update_deployed_trigger_webhooks(&p.project(), &p.at("trigger_id").into(), "user", ENVIRONMENT, &typed(json!({"webhook_urls": []})));
    "retrieveDeployedTriggerWebhook": retrieve_deployed_trigger_webhook(&p.project(), &p.at("trigger_id").into(), &p.at("webhook_id"), "user", ENVIRONMENT);
    "regenerateDeployedTriggerWebhookSigningKey": regenerate_deployed_trigger_webhook_signing_key(&p.project(), &p.at("trigger_id").into(), &p.at("webhook_id"), "user", ENVIRONMENT);
    "retrieveProjectEnvironmentWebhook": retrieve_project_environment_webhook(&p.project(), ENVIRONMENT);
    "updateProjectEnvironmentWebhook": update_project_environment_webhook(&p.project(), ENVIRONMENT, &typed(json!({"url": "https://x"})));
    "deleteProjectEnvironmentWebhook": delete_project_environment_webhook(&p.project(), ENVIRONMENT);
    "regenerateProjectEnvironmentWebhookSigningKey": regenerate_project_environment_webhook_signing_key(&p.project(), ENVIRONMENT);
    "retrieveProject": retrieve_project(&p.project());
    "deleteProject": delete_project(&p.project());
    "updateProject": update_project(&p.project(), &typed(json!({})));
    "updateProjectLogo": update_project_logo(&p.project(), &typed(json!({"logo": "x"})));
    "retrieveProjectInfo": retrieve_project_info(&p.project(), ENVIRONMENT);
    "downloadFileStashFile": download_file_stash_file(&p.project(), &"x".into());
    "retrieveProxy": retrieve_proxy(&p.project(), &p.at("url_64"), &"x".into(), "user", ENVIRONMENT);
    "putProxy": put_proxy(&p.project(), &p.at("url_64"), &"x".into(), "user", ENVIRONMENT, &typed(json!({})));
    "postProxy": post_proxy(&p.project(), &p.at("url_64"), &"x".into(), "user", ENVIRONMENT, &typed(json!({})));
    "deleteProxy": delete_proxy(&p.project(), &p.at("url_64"), &"x".into(), "user", ENVIRONMENT);
    "patchProxy": patch_proxy(&p.project(), &p.at("url_64"), &"x".into(), "user", ENVIRONMENT, &typed(json!({})));
    "createToken": create_token(&p.project(), ENVIRONMENT, &typed(json!({"external_user_id": "u"})));
    "validateToken": validate_token(&p.at("ctok").into(), None, "user", None, None);
    "listUsers": list_users(&p.project(), None, None, None, None, ENVIRONMENT);
    "listAccountsForExternalUser": list_accounts_for_external_user(&p.project(), &p.at("external_user_id"), None, None, ENVIRONMENT);
    "resetDeployedTriggerWebhookDeliveryState": reset_deployed_trigger_webhook_delivery_state(&p.project(), &p.at("trigger_id").into(), &p.at("webhook_id"), "user", ENVIRONMENT);
    "listOauthApps": list_oauth_apps(&p.project(), None, None, None, None, None);
    "createOauthApp": create_oauth_app(&p.project(), &typed(json!({"app": "x"})));
    "retrieveOauthApp": retrieve_oauth_app(&p.project(), &p.at("id").into());
    "updateOauthApp": update_oauth_app(&p.project(), &p.at("id").into(), &typed(json!({})));
    "deleteOauthApp": delete_oauth_app(&p.project(), &p.at("id").into());
    "listAppOverrides": list_app_overrides(&p.project(), None, None, None, None);
    "createAppOverride": create_app_override(&p.project(), &typed(json!({"app": "x", "name": "y"})));
    "retrieveAppOverride": retrieve_app_override(&p.project(), &p.at("id").into());
    "updateAppOverride": update_app_override(&p.project(), &p.at("id").into(), &typed(json!({})));
    "deleteAppOverride": delete_app_override(&p.project(), &p.at("id").into());
};

/// The operations of the document that have path parameters, with their paths.
fn templates() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(PIPEDREAM_DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap().values();
        item.filter_map(|operation| operation["operationId"].as_str())
            .map(|id| (id.to_owned(), path.clone()))
    });
    operations.filter(|(_, path)| path.contains('{')).collect()
}

fn parameters(template: &str) -> Vec<&str> {
    template
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

/// The segments that a receiver has to see.
fn expected(template: &str, values: &Values<'_>) -> Vec<String> {
    let segments = template.split('/');
    segments
        .map(
            |part| match part.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
                Some(parameter) => values.at(parameter),
                None => part.to_owned(),
            },
        )
        .collect()
}

#[test]
fn every_operation_with_path_parameters_is_called() {
    let called: BTreeSet<&str> = CALLS.iter().map(|(operation, _)| *operation).collect();
    let templates = templates();
    let documented: BTreeSet<&str> = templates.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(called, documented);
}

#[tokio::test]
async fn a_value_stays_one_segment_or_nothing_is_sent() {
    let server = Recorder::start().await;
    let credential = FixedSecret::new(["OAuth2", "ConnectToken"], "token");
    let options = CallOptions::new().max_retries(0).credentials(credential);
    let client = client(server.base_url(), options);
    let hostile = hostile();
    let templates = templates();
    for (operation, call) in CALLS {
        let (_, template) = templates.iter().find(|(id, _)| id == operation).unwrap();
        for parameter in parameters(template) {
            for value in &hostile {
                let failure = call(&client, Values { parameter, value })
                    .await
                    .unwrap_err();
                let seen = server.take();
                let place = format!("{operation}, {parameter} = {:.40}", value.escape_debug());
                assert_eq!(
                    (failure.kind(), seen.len()),
                    (FailureKind::Status, 1),
                    "{place}: {failure}"
                );
                assert_eq!(
                    seen[0].segments(),
                    expected(template, &Values { parameter, value }),
                    "{place}"
                );
            }
            for value in REFUSED {
                let failure = call(&client, Values { parameter, value })
                    .await
                    .unwrap_err();
                let place = format!("{operation}, {parameter} = {value:?}: {failure}");
                assert_eq!(failure.kind(), FailureKind::InvalidRequest, "{place}");
                assert!(failure.to_string().contains(parameter), "{place}");
                assert_eq!(server.take(), [], "{place}");
            }
        }
    }
}
