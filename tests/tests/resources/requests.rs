//! Tests of the request of every method, with all its parameters.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use pipedream_sdk_generated::PIPEDREAM_DOCUMENT;
use pipedream_sdk_generated::pipedream::resources::{Resources, RunAction};
use pipedream_sdk_generated::pipedream::types::{
    ComponentType, ConfiguredProps, CreateOAuthTokenOptsClientAssertionType, CustomFields,
    EmitterType, Registry, SortDirection, SortKey,
};
use pipedream_sdk_runtime::{CallOptions, Error, ErrorKind, FixedSecret};
use serde_json::{Map, Value, json};
use tests::consumer::{Consumer, PROJECT, USER, typed};
use tests::sent::{Credential, SentRequest};

use crate::resources;

/// A call without borrowed data, which can be sent from another task.
type Called = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'static>>;
type Call = fn(&Resources) -> Called;
type Expected = fn() -> SentRequest;

macro_rules! calls {
    ($resources:ident; $($operation:literal: $call:expr => $sent:expr;)*) => {
        [$((
            $operation,
            (|$resources| {
                let call = $call;
                Box::pin(async move { call.send().await.map(drop) })
            }) as Call,
            (|| $sent) as Expected,
        )),*]
    };
}

fn props() -> ConfiguredProps {
    typed(json!({ "slack": { "authProvisionId": "apn_1" }, "n": 3 }))
}

fn props_sent() -> Value {
    json!({ "slack": { "authProvisionId": "apn_1" }, "n": 3 })
}

fn context() -> Map<String, Value> {
    typed(json!({ "more": [1] }))
}

fn with_connect_token() -> CallOptions {
    CallOptions::new().credentials(FixedSecret::new(["ConnectToken"], "ctok_1"))
}

/// A list with the parameters of most lists.
fn searched(path: &str) -> SentRequest {
    SentRequest::get(path)
        .query("after", "a")
        .query("app", "slack")
        .query("before", "b")
}

fn configured() -> Value {
    json!({
        "id": "c", "version": "1", "external_user_id": USER, "prop_name": "channel", "blocking": true,
        "configured_props": props_sent(), "dynamic_props_id": "d", "page": 0, "prev_context": { "more": [1] },
        "query": "gen",
    })
}

fn reloaded() -> Value {
    json!({
        "id": "c", "version": "1", "external_user_id": USER, "blocking": false, "configured_props": props_sent(),
        "dynamic_props_id": "d",
    })
}

macro_rules! configure {
    ($group:expr) => {
        $group
            .configure_prop("c", "channel")
            .version("1")
            .blocking(true)
            .configured_props(props())
            .dynamic_props_id("d")
            .page(0)
            .prev_context(context())
            .query("gen")
    };
}

macro_rules! reload {
    ($group:expr) => {
        $group
            .reload_props("c")
            .version("1")
            .blocking(false)
            .configured_props(props())
            .dynamic_props_id("d")
    };
}

macro_rules! search {
    ($group:expr) => {
        $group
            .list()
            .after("a")
            .before("b")
            .limit(5)
            .q("send")
            .app("slack")
            .registry(Registry::All)
    };
}

/// Adds the user to the query.
fn of_user(sent: SentRequest) -> SentRequest {
    sent.query("external_user_id", USER)
}

fn proxied(sent: SentRequest) -> SentRequest {
    sent.query("account_id", "apn_1")
        .query("external_user_id", USER)
}

#[rustfmt::skip]
const CALLS: [(&str, Call, Expected); 70] = calls! { r;
    "listAppCategories": r.app_categories().list() => SentRequest::get("/v1/connect/app_categories").of_workspace();
    "retrieveAppCategory": r.app_categories().retrieve("appcat_1") => SentRequest::get("/v1/connect/app_categories/appcat_1").of_workspace();
    "listApps": r.apps().list().after("a").before("b").limit(5).q("sla").sort_key(SortKey::Name).sort_direction(SortDirection::Desc)
        .category_ids(["appcat_1", "appcat_2"]).has_components(true).has_actions(false).has_triggers(true)
        => SentRequest::get("/v1/connect/apps").query("after", "a").query("before", "b").query("category_ids", "appcat_1")
            .query("category_ids", "appcat_2").query("has_actions", "false").query("has_components", "true")
            .query("has_triggers", "true").query("limit", "5").query("q", "sla").query("sort_direction", "desc")
            .query("sort_key", "name").of_workspace();
    "retrieveApp": r.apps().retrieve("slack") => SentRequest::get("/v1/connect/apps/slack").of_workspace();

    "listAccounts": r.accounts().list().after("a").before("b").limit(5).app("slack").include_credentials(true).oauth_app_id("oa_1")
        => searched("{p}/accounts").query("external_user_id", USER).query("include_credentials", "true").query("limit", "5")
            .query("oauth_app_id", "oa_1");
    "listAccountsForExternalUser": r.accounts().list_by_external_user().app("slack").include_credentials(true)
        => SentRequest::get(&format!("{{p}}/users/{USER}/accounts")).query("app", "slack").query("include_credentials", "true");
    "createAccount": r.accounts().create("openai", CustomFields::new(), "ctok_1").oauth_app_id("oa_1").name("Mine").account_id("apn_1")
        .app_override_id("ao_1").options(with_connect_token())
        => SentRequest::post("{p}/accounts", json!({
            "app_slug": "openai", "cfmap_json": "{}", "connect_token": "ctok_1", "name": "Mine", "account_id": "apn_1",
            "app_override_id": "ao_1",
        })).query("external_user_id", USER).query("oauth_app_id", "oa_1").credential(Credential::Bearer("ctok_1".into()));
    "retrieveAccount": r.accounts().retrieve("apn_1").include_credentials(true)
        => SentRequest::get("{p}/accounts/apn_1").query("include_credentials", "true");
    "deleteAccount": r.accounts().delete("apn_1") => SentRequest::delete("{p}/accounts/apn_1");
    "deleteAccountByApp": r.accounts().delete_by_app("slack") => SentRequest::delete("{p}/apps/slack/accounts");

    "deleteUserExternalUser": r.users().delete_external_user() => SentRequest::delete(&format!("{{p}}/users/{USER}"));
    "listUsers": r.users().list().after("a").before("b").limit(5).q("u")
        => SentRequest::get("{p}/users").query("after", "a").query("before", "b").query("limit", "5").query("q", "u");

    "listComponents": search!(r.components()).component_type(ComponentType::Action)
        => searched("{p}/components").query("component_type", "action").query("limit", "5").query("q", "send").query("registry", "all");
    "retrieveComponent": r.components().retrieve("c").version("1") => SentRequest::get("{p}/components/c").query("version", "1");
    "configureComponentProp": configure!(r.components()) => SentRequest::post("{p}/components/configure", configured());
    "reloadComponentProps": reload!(r.components()) => SentRequest::post("{p}/components/props", reloaded());

    "listActions": search!(r.actions()) => searched("{p}/actions").query("limit", "5").query("q", "send").query("registry", "all");
    "retrieveAction": r.actions().retrieve("c").version("1") => SentRequest::get("{p}/actions/c").query("version", "1");
    "configureActionProp": configure!(r.actions()) => SentRequest::post("{p}/actions/configure", configured());
    "reloadActionProps": reload!(r.actions()) => SentRequest::post("{p}/actions/props", reloaded());
    "runAction": r.actions().run("c").version("1").configured_props(props()).dynamic_props_id("d").stash_id(true)
        => SentRequest::post("{p}/actions/run", json!({
            "id": "c", "version": "1", "external_user_id": USER, "configured_props": props_sent(), "dynamic_props_id": "d",
            "stash_id": true,
        }));

    "listTriggers": search!(r.triggers()) => searched("{p}/triggers").query("limit", "5").query("q", "send").query("registry", "all");
    "retrieveTrigger": r.triggers().retrieve("c").version("1") => SentRequest::get("{p}/triggers/c").query("version", "1");
    "configureTriggerProp": configure!(r.triggers()) => SentRequest::post("{p}/triggers/configure", configured());
    "reloadTriggerProps": reload!(r.triggers()) => SentRequest::post("{p}/triggers/props", reloaded());
    "deployTrigger": r.triggers().deploy("c").version("1").configured_props(props()).dynamic_props_id("d").workflow_id("p_1")
        .webhook_url("https://a.example/hook").emit_on_deploy(false)
        => SentRequest::post("{p}/triggers/deploy", json!({
            "id": "c", "version": "1", "external_user_id": USER, "configured_props": props_sent(), "dynamic_props_id": "d",
            "workflow_id": "p_1", "webhook_url": "https://a.example/hook", "emit_on_deploy": false,
        }));

    "listDeployedTriggers": r.deployed_triggers().list().after("a").before("b").limit(5).emitter_type(EmitterType::Http)
        => SentRequest::get("{p}/deployed-triggers").query("after", "a").query("before", "b").query("emitter_type", "http")
            .query("external_user_id", USER).query("limit", "5");
    "retrieveDeployedTrigger": r.deployed_triggers().retrieve("dc_1") => of_user(SentRequest::get("{p}/deployed-triggers/dc_1"));
    "updateDeployedTrigger": r.deployed_triggers().update("dc_1").active(false).configured_props(props()).name("N").emit_on_deploy(true)
        => of_user(SentRequest::put("{p}/deployed-triggers/dc_1", json!({
            "active": false, "configured_props": props_sent(), "name": "N", "emit_on_deploy": true,
        })));
    "deleteDeployedTrigger": r.deployed_triggers().delete("dc_1").ignore_hook_errors(true)
        => of_user(SentRequest::delete("{p}/deployed-triggers/dc_1")).query("ignore_hook_errors", "true");
    "listDeployedTriggerEvents": r.deployed_triggers().list_events("dc_1").n(7)
        => of_user(SentRequest::get("{p}/deployed-triggers/dc_1/events")).query("n", "7");
    "listDeployedTriggerWorkflows": r.deployed_triggers().list_workflows("dc_1")
        => of_user(SentRequest::get("{p}/deployed-triggers/dc_1/pipelines"));
    "updateDeployedTriggerWorkflows": r.deployed_triggers().update_workflows("dc_1", ["p_1", "p_2"])
        => of_user(SentRequest::put("{p}/deployed-triggers/dc_1/pipelines", json!({ "workflow_ids": ["p_1", "p_2"] })));
    "listDeployedTriggerWebhooks": r.deployed_triggers().list_webhooks("dc_1")
        => of_user(SentRequest::get("{p}/deployed-triggers/dc_1/webhooks"));
    "updateDeployedTriggerWebhooks": r.deployed_triggers().update_webhooks("dc_1", Vec::<String>::new())
        => of_user(SentRequest::put("{p}/deployed-triggers/dc_1/webhooks", json!({ "webhook_urls": [] })));
    "retrieveDeployedTriggerWebhook": r.deployed_triggers().retrieve_webhook("dc_1", "wh_1")
        => of_user(SentRequest::get("{p}/deployed-triggers/dc_1/webhooks/wh_1"));
    "regenerateDeployedTriggerWebhookSigningKey": r.deployed_triggers().regenerate_webhook_signing_key("dc_1", "wh_1")
        => of_user(SentRequest::post_without_body("{p}/deployed-triggers/dc_1/webhooks/wh_1/regenerate_signing_key"));
    "resetDeployedTriggerWebhookDeliveryState": r.deployed_triggers().reset_webhook_delivery_state("dc_1", "wh_1")
        => of_user(SentRequest::post_without_body("{p}/deployed-triggers/dc_1/webhooks/wh_1/reset_delivery_state"));

    "retrieveProjectEnvironmentWebhook": r.project_environment().retrieve_webhook() => SentRequest::get("{p}/webhook");
    "updateProjectEnvironmentWebhook": r.project_environment().update_webhook("https://a.example/hook")
        => SentRequest::put("{p}/webhook", json!({ "url": "https://a.example/hook" }));
    "deleteProjectEnvironmentWebhook": r.project_environment().delete_webhook() => SentRequest::delete("{p}/webhook");
    "regenerateProjectEnvironmentWebhookSigningKey": r.project_environment().regenerate_webhook_signing_key()
        => SentRequest::post_without_body("{p}/webhook/regenerate_signing_key");

    "listProjects": r.projects().list().after("a").before("b").limit(5).q("p")
        => SentRequest::get("/v1/connect/projects").query("after", "a").query("before", "b").query("limit", "5").query("q", "p").of_workspace();
    "createProject": r.projects().create("P").app_name("A").support_email("s@a.example").connect_require_key_auth_test(true)
        => SentRequest::post("/v1/connect/projects", json!({
            "name": "P", "app_name": "A", "support_email": "s@a.example", "connect_require_key_auth_test": true,
        })).of_workspace();
    "retrieveProject": r.projects().retrieve("proj_2") => SentRequest::get("/v1/connect/projects/proj_2").of_workspace();
    "deleteProject": r.projects().delete("proj_2") => SentRequest::delete("/v1/connect/projects/proj_2").of_workspace();
    "updateProject": r.projects().update("proj_2").name("Q").app_name("A").support_email("s@a.example").connect_require_key_auth_test(false)
        => SentRequest::patch("/v1/connect/projects/proj_2", json!({
            "name": "Q", "app_name": "A", "support_email": "s@a.example", "connect_require_key_auth_test": false,
        })).of_workspace();
    "updateProjectLogo": r.projects().update_logo("proj_2", "data:image/png;base64,AA==")
        => SentRequest::post("/v1/connect/projects/proj_2/logo", json!({ "logo": "data:image/png;base64,AA==" })).of_workspace();
    "retrieveProjectInfo": r.projects().retrieve_info() => SentRequest::get("{p}/projects/info");

    "downloadFileStashFile": r.file_stash().download_file("a/b.txt")
        => SentRequest::get("{p}/file_stash/download").query("s3_key", "a/b.txt").of_workspace();
    "retrieveProxy": r.proxy().get("aHR0cHM6Ly9h", "apn_1") => proxied(SentRequest::get("{p}/proxy/aHR0cHM6Ly9h"));
    "putProxy": r.proxy().put("aHR0cHM6Ly9h", "apn_1").body(context()) => proxied(SentRequest::put("{p}/proxy/aHR0cHM6Ly9h", json!({ "more": [1] })));
    "postProxy": r.proxy().post("aHR0cHM6Ly9h", "apn_1") => proxied(SentRequest::post_without_body("{p}/proxy/aHR0cHM6Ly9h"));
    "deleteProxy": r.proxy().delete("aHR0cHM6Ly9h", "apn_1") => proxied(SentRequest::delete("{p}/proxy/aHR0cHM6Ly9h"));
    "patchProxy": r.proxy().patch("aHR0cHM6Ly9h", "apn_1").body(context()) => proxied(SentRequest::patch("{p}/proxy/aHR0cHM6Ly9h", json!({ "more": [1] })));

    "createToken": r.tokens().create().allowed_origins(["https://a.example"]).error_redirect_uri("https://a.example/no").expires_in(Duration::from_secs(600))
        .scope("connect:*").success_redirect_uri("https://a.example/yes").webhook_uri("https://a.example/hook")
        .allow_progressive_scopes(true).body_project_id(PROJECT).app_id("slack").oauth_app_id("oa_1")
        => SentRequest::post("{p}/tokens", json!({
            "external_user_id": USER, "allowed_origins": ["https://a.example"], "error_redirect_uri": "https://a.example/no",
            "expires_in": 600, "scope": "connect:*", "success_redirect_uri": "https://a.example/yes",
            "webhook_uri": "https://a.example/hook", "allow_progressive_scopes": true, "project_id": PROJECT,
            "app_id": "slack", "oauth_app_id": "oa_1",
        }));
    "validateToken": r.tokens().validate("ctok_1", "app_1").account_id("apn_1").oauth_app_id("oa_1").app_override_id("ao_1")
        => SentRequest::get("/v1/connect/tokens/ctok_1/validate").query("account_id", "apn_1").query("app_id", "app_1")
            .query("app_override_id", "ao_1")
            .query("oauth_app_id", "oa_1").credential(Credential::None).of_workspace();

    "listUsages": r.usage().list(1, 2) => SentRequest::get("/v1/connect/usage").query("end_ts", "2").query("start_ts", "1").of_workspace();

    "listOauthApps": r.oauth_apps().list().after("a").before("b").limit(5).app("slack").q("own")
        => searched("{p}/oauth_apps").query("limit", "5").query("q", "own").of_workspace();
    "createOauthApp": r.oauth_apps().create("slack").client_id("id").client_secret("secret").name("N").description("D").scopes(["a"])
        .additional_scopes(["b"])
        => SentRequest::post("{p}/oauth_apps", json!({
            "app": "slack", "client_id": "id", "client_secret": "secret", "name": "N", "description": "D", "scopes": ["a"],
            "additional_scopes": ["b"],
        })).of_workspace();
    "retrieveOauthApp": r.oauth_apps().retrieve("oa_1") => SentRequest::get("{p}/oauth_apps/oa_1").of_workspace();
    "updateOauthApp": r.oauth_apps().update("oa_1").client_id("id").client_secret("secret").name("N").description("D").scopes(["a"])
        .additional_scopes(["b"])
        => SentRequest::put("{p}/oauth_apps/oa_1", json!({
            "client_id": "id", "client_secret": "secret", "name": "N", "description": "D", "scopes": ["a"],
            "additional_scopes": ["b"],
        })).of_workspace();
    "deleteOauthApp": r.oauth_apps().delete("oa_1") => SentRequest::delete("{p}/oauth_apps/oa_1").of_workspace();

    "listAppOverrides": r.app_overrides().list().after("a").before("b").limit(5).app("slack")
        => searched("{p}/app_overrides").query("limit", "5").of_workspace();
    "createAppOverride": r.app_overrides().create("slack", "N").oauth_app_id("oa_1").cfmap(context())
        => SentRequest::post("{p}/app_overrides", json!({
            "app": "slack", "name": "N", "oauth_app_id": "oa_1", "cfmap": { "more": [1] },
        })).of_workspace();
    "retrieveAppOverride": r.app_overrides().retrieve("ao_1") => SentRequest::get("{p}/app_overrides/ao_1").of_workspace();
    "updateAppOverride": r.app_overrides().update("ao_1").name("N").oauth_app_id("oa_1").cfmap(context())
        => SentRequest::put("{p}/app_overrides/ao_1", json!({
            "name": "N", "oauth_app_id": "oa_1", "cfmap": { "more": [1] },
        })).of_workspace();
    "deleteAppOverride": r.app_overrides().delete("ao_1") => SentRequest::delete("{p}/app_overrides/ao_1").of_workspace();

    "createRateLimit": r.rate_limits().create(Duration::from_secs(10), 1000)
        => SentRequest::post("/v1/connect/rate_limits", json!({ "window_size_seconds": 10, "requests_per_window": 1000 })).of_workspace();

    "createOauthToken": r.oauth_tokens().create("id").client_secret("secret").scope("connect:*").client_assertion("a.b.c")
        .client_assertion_type(CreateOAuthTokenOptsClientAssertionType::JwtBearer)
        => SentRequest::post("/v1/oauth/token", json!({
            "client_id": "id", "client_secret": "secret", "grant_type": "client_credentials", "scope": "connect:*",
            "client_assertion": "a.b.c", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        })).credential(Credential::None).of_workspace();
};

#[test]
fn every_operation_has_a_method_or_is_excluded() {
    let document: Value = serde_json::from_str(PIPEDREAM_DOCUMENT).unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let named: BTreeSet<&str> = operations
        .filter(|operation| operation["x-fern-ignore"] != true)
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let called: BTreeSet<&str> = CALLS.iter().map(|(operation, ..)| *operation).collect();
    assert_eq!(called, named);
}

#[tokio::test]
async fn every_method_sends_its_parameters() {
    let it = Consumer::start().await;
    for (operation, call, sent) in CALLS {
        it.fake.clear_requests();
        // The fake may reject IDs that do not exist, which does not matter here.
        if let Err(failure) = call(&resources(&it.client)).await {
            let sent = !matches!(
                failure.kind(),
                ErrorKind::InvalidRequest | ErrorKind::Credential
            );
            assert!(sent, "{operation}: {failure}");
        }
        let requests = it.fake.requests();
        assert_eq!(requests.len(), 1, "{operation}");
        assert_eq!(requests[0].operation(), Some(operation));
        assert_eq!(
            SentRequest::from_recorded(&requests[0], it.access_token()),
            sent(),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn omits_parameters_that_are_not_set() {
    let it = Consumer::start().await;
    let r = resources(&it.client);
    r.tokens().create().send().await.unwrap();
    r.accounts().list().send().await.unwrap();
    r.apps().list().category_ids([""; 0]).send().await.unwrap();
    it.assert_sent([
        SentRequest::post("{p}/tokens", json!({ "external_user_id": USER })),
        SentRequest::get("{p}/accounts").query("external_user_id", USER),
        SentRequest::get("/v1/connect/apps").of_workspace(),
    ]);
}

/// Omitted, null and empty values are distinct and sent as provided.
#[tokio::test]
async fn sends_null_and_empty_values() {
    let it = Consumer::start().await;
    let r = resources(&it.client);
    let run = |version: Option<&str>| r.actions().run("c").set_if(version, RunAction::version);
    // The fake may reject these values, which does not matter here.
    let _ = run(None).send().await;
    let _ = run(None).null_version().null_stash_id().send().await;
    let _ = run(Some("1")).send().await;
    let _ = run(Some("1")).null_version().send().await;
    let _ = run(None).null_version().version("2").send().await;
    let path = "{p}/actions/run";
    let body = |more: Value| {
        let mut body = json!({ "id": "c", "external_user_id": USER });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        SentRequest::post(path, body)
    };
    it.assert_sent([
        body(json!({})),
        body(json!({ "version": null, "stash_id": null })),
        body(json!({ "version": "1" })),
        body(json!({ "version": null })),
        body(json!({ "version": "2" })),
    ]);

    it.fake.clear_requests();
    let origins: [&str; 0] = [];
    let _ = r.tokens().create().allowed_origins(origins).send().await;
    it.assert_sent([SentRequest::post(
        "{p}/tokens",
        json!({ "external_user_id": USER, "allowed_origins": [] }),
    )]);
}
