//! A call of every operation through the generated client, and its result in a uniform type.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use pipedream_sdk_generated::pipedream::{params, types};
use pipedream_sdk_runtime::{ByteStream, Error, Outcome, Response};
use pipedream_sdk_testing::FakePipedream;
use serde_json::{Map, Value, json};

use crate::consumer::{USER, typed};
use crate::documents::Operation;
use crate::world::{FILE, OAUTH_SECRET, PRODUCTION, World, on_a_paused_clock};

/// Result of a call, independent of the type of its value.
#[derive(Debug)]
pub struct CallResult {
    /// `true` if the call was accepted without a value.
    pub accepted: bool,
    /// Error, unless there is a value.
    pub failure: Option<Error>,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    /// Received part of the body.
    pub body: Bytes,
    /// `Debug` and `Display` output of everything that the caller gets.
    pub printed: String,
}

impl CallResult {
    fn failed(failure: Error) -> Self {
        Self {
            accepted: false,
            status: failure.status(),
            headers: failure.headers().cloned().unwrap_or_default(),
            body: Bytes::copy_from_slice(failure.body()),
            printed: format!("{failure} {failure:?} {failure:#?}"),
            failure: Some(failure),
        }
    }

    fn decoded<T: Debug>(called: Result<Response<T>, Error>) -> Self {
        match called {
            Err(failure) => Self::failed(failure),
            Ok(response) => Self {
                accepted: false,
                failure: None,
                status: Some(response.status()),
                headers: response.headers().clone(),
                body: response.body().clone(),
                printed: format!("{response:?} {response:#?} {:?}", response.value()),
            },
        }
    }

    fn finished<T: Debug>(called: Result<Response<Outcome<T>>, Error>) -> Self {
        let accepted = matches!(&called, Ok(response) if response.value().is_accepted());
        Self {
            accepted,
            ..Self::decoded(called)
        }
    }

    /// Reads a stream to its end. If it fails, the body is the part received before.
    async fn streamed(called: Result<Response<ByteStream>, Error>) -> Self {
        let mut stream = None;
        let mut result = Self::decoded(called.map(|response| {
            let parts = Response::new(
                (),
                response.status(),
                response.headers().clone(),
                Bytes::new(),
            );
            stream = Some(response.into_value());
            parts
        }));
        let Some(mut stream) = stream else {
            return result;
        };
        let mut body = BytesMut::new();
        loop {
            match stream.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(failure) => {
                    result.printed = format!("{} {failure} {failure:?}", result.printed);
                    result.failure = Some(failure);
                    break;
                }
            }
        }
        result.body = body.freeze();
        result
    }
}

/// A call of one operation.
pub type Call = for<'a> fn(&'a World) -> BoxFuture<'a, CallResult>;

/// Number of operations: those of the vendor's document and those that the overlay adds.
pub const OPERATIONS: usize = 61 + 13;

/// Target of proxied calls: `https://a.example/a`.
pub const TARGET: &str = "aHR0cHM6Ly9hLmV4YW1wbGUvYQ";

macro_rules! operations {
    ($($id:literal $name:ident |$world:ident| $call:expr;)*) => {
        $(fn $name($world: &World) -> BoxFuture<'_, CallResult> {
            Box::pin(async move { $call })
        })*

        /// A call of every operation, by operation ID.
        pub const CALLS: &[(&str, Call)] = &[$(($id, $name)),*];
    };
}

operations! {
    "listAppCategoriesBase" list_app_categories_base |w|
        CallResult::decoded(w.client.list_app_categories_base().await);
    "listAppCategories" list_app_categories |w|
        CallResult::decoded(w.client.list_app_categories().await);
    "retrieveAppCategoryBase" retrieve_app_category_base |w|
        CallResult::decoded(w.client.retrieve_app_category_base("appcat_Ai1").await);
    "retrieveAppCategory" retrieve_app_category |w|
        CallResult::decoded(w.client.retrieve_app_category("appcat_Ai1").await);
    "listAppsBase" list_apps_base |w| CallResult::decoded(
        w.client.list_apps_base(&Default::default()).await);
    "listApps" list_apps |w| CallResult::decoded(
        w.client.list_apps(&Default::default()).await);
    "retrieveAppBase" retrieve_app_base |w| CallResult::decoded(w.client.retrieve_app_base("slack").await);
    "retrieveApp" retrieve_app |w| CallResult::decoded(w.client.retrieve_app("slack").await);
    "listAccounts" list_accounts |w| CallResult::decoded({
        let params = params::ListAccountsParams {
            external_user_id: Some(USER.into()),
            include_credentials: Some(true),
            ..Default::default()
        };
        w.client.list_accounts(&w.project, PRODUCTION, &params).await
    });
    "listAccountsForExternalUser" list_accounts_for_external_user |w| CallResult::decoded(
        w.client
            .list_accounts_for_external_user(&w.project, USER, PRODUCTION, &params::ListAccountsForExternalUserParams {
                include_credentials: Some(true),
                ..Default::default()
            })
            .await);
    "createAccount" create_account |w| CallResult::decoded({
        let fields = json!({ "api_key": "sk-of-the-account" }).to_string();
        let request = json!({
            "app_slug": "openai", "cfmap_json": fields, "connect_token": w.token.expose(),
        });
        w.own.create_account(&w.project, PRODUCTION, &Default::default(), &typed::<types::CreateAccountOpts>(request)).await
    });
    "retrieveAccount" retrieve_account |w| CallResult::decoded(
        w.client
            .retrieve_account(&w.project, &w.account, PRODUCTION, &params::RetrieveAccountParams {
                include_credentials: Some(true),
            })
            .await);
    "deleteAccount" delete_account |w| CallResult::decoded(
        w.client.delete_account(&w.project, &w.account, PRODUCTION).await);
    "deleteAccountByApp" delete_account_by_app |w| CallResult::decoded(
        w.client.delete_account_by_app(&w.project, "slack", PRODUCTION).await);
    "deleteUserExternalUser" delete_user |w| CallResult::decoded(
        w.client.delete_user_external_user(&w.project, USER, PRODUCTION).await);
    "listComponents" list_components |w| CallResult::decoded(
        w.client
            .list_components(&w.project, PRODUCTION, &Default::default())
            .await);
    "retrieveComponent" retrieve_component |w| CallResult::decoded(
        w.client.retrieve_component(&w.project, ACTION, PRODUCTION, &Default::default()).await);
    "configureComponentProp" configure_component_prop |w| CallResult::finished(
        w.client.configure_component_prop(&w.project, PRODUCTION, &typed::<types::ConfigurePropOpts>(prop(ACTION))).await);
    "reloadComponentProps" reload_component_props |w| CallResult::finished(
        w.client.reload_component_props(&w.project, PRODUCTION, &typed::<types::ReloadPropsOpts>(set(ACTION))).await);
    "listActions" list_actions |w| CallResult::decoded(
        w.client.list_actions(&w.project, PRODUCTION, &Default::default()).await);
    "retrieveAction" retrieve_action |w| CallResult::decoded(
        w.client.retrieve_action(&w.project, ACTION, PRODUCTION, &Default::default()).await);
    "configureActionProp" configure_action_prop |w| CallResult::finished(
        w.client.configure_action_prop(&w.project, PRODUCTION, &typed::<types::ConfigurePropOpts>(prop(ACTION))).await);
    "reloadActionProps" reload_action_props |w| CallResult::finished(
        w.client.reload_action_props(&w.project, PRODUCTION, &typed::<types::ReloadPropsOpts>(set(ACTION))).await);
    "listTriggers" list_triggers |w| CallResult::decoded(
        w.client.list_triggers(&w.project, PRODUCTION, &Default::default()).await);
    "retrieveTrigger" retrieve_trigger |w| CallResult::decoded(
        w.client.retrieve_trigger(&w.project, TRIGGER, PRODUCTION, &Default::default()).await);
    "configureTriggerProp" configure_trigger_prop |w| CallResult::finished(
        w.client.configure_trigger_prop(&w.project, PRODUCTION, &typed::<types::ConfigurePropOpts>(prop(TRIGGER))).await);
    "reloadTriggerProps" reload_trigger_props |w| CallResult::finished(
        w.client.reload_trigger_props(&w.project, PRODUCTION, &typed::<types::ReloadPropsOpts>(set(TRIGGER))).await);
    "runAction" run_action |w| CallResult::finished(
        w.client.run_action(&w.project, PRODUCTION, &typed::<types::RunActionOpts>(set(ACTION))).await);
    "deployTrigger" deploy_trigger |w| CallResult::decoded({
        let request = json!({
            "id": "github-new-issue", "external_user_id": USER, "webhook_url": "https://example.com/hook",
        });
        w.client.deploy_trigger(&w.project, PRODUCTION, &typed::<types::DeployTriggerOpts>(request)).await
    });
    "listDeployedTriggers" list_deployed_triggers |w| CallResult::decoded(
        w.client.list_deployed_triggers(&w.project, USER, PRODUCTION, &Default::default()).await);
    "retrieveDeployedTrigger" retrieve_deployed_trigger |w| CallResult::decoded(
        w.client.retrieve_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION).await);
    "updateDeployedTrigger" update_deployed_trigger |w| CallResult::decoded({
        let request = typed::<types::UpdateTriggerOpts>(json!({ "name": "Renamed" }));
        w.client.update_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION, &request).await
    });
    "deleteDeployedTrigger" delete_deployed_trigger |w| CallResult::decoded(
        w.client.delete_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION, &Default::default()).await);
    "listDeployedTriggerEvents" list_deployed_trigger_events |w| CallResult::decoded(
        w.client
            .list_deployed_trigger_events(&w.project, &w.trigger, USER, PRODUCTION, &Default::default())
            .await);
    "listDeployedTriggerWorkflows" list_deployed_trigger_workflows |w| CallResult::decoded(
        w.client
            .list_deployed_trigger_workflows(&w.project, &w.trigger, USER, PRODUCTION)
            .await);
    "updateDeployedTriggerWorkflows" update_deployed_trigger_workflows |w| CallResult::decoded({
        let request = typed::<types::UpdateTriggerWorkflowsOpts>(json!({ "workflow_ids": ["p_abc"] }));
        w.client
            .update_deployed_trigger_workflows(&w.project, &w.trigger, USER, PRODUCTION, &request)
            .await
    });
    "listDeployedTriggerWebhooks" list_deployed_trigger_webhooks |w| CallResult::decoded(
        w.client
            .list_deployed_trigger_webhooks(&w.project, &w.trigger, USER, PRODUCTION)
            .await);
    "updateDeployedTriggerWebhooks" update_deployed_trigger_webhooks |w| CallResult::decoded({
        let request = typed::<types::UpdateTriggerWebhooksOpts>(json!({ "webhook_urls": ["https://example.com/other"] }));
        w.client
            .update_deployed_trigger_webhooks(&w.project, &w.trigger, USER, PRODUCTION, &request)
            .await
    });
    "retrieveDeployedTriggerWebhook" retrieve_deployed_trigger_webhook |w| CallResult::decoded(
        w.client
            .retrieve_deployed_trigger_webhook(&w.project, &w.trigger, &w.webhook, USER, PRODUCTION)
            .await);
    "regenerateDeployedTriggerWebhookSigningKey" regenerate_deployed_trigger_webhook_signing_key |w| CallResult::decoded(
        w.client
            .regenerate_deployed_trigger_webhook_signing_key(
                &w.project, &w.trigger, &w.webhook, USER, PRODUCTION,
            )
            .await);
    "resetDeployedTriggerWebhookDeliveryState" reset_deployed_trigger_webhook_delivery_state |w| CallResult::decoded(
        w.client
            .reset_deployed_trigger_webhook_delivery_state(
                &w.project, &w.trigger, &w.webhook, USER, PRODUCTION,
            )
            .await);
    "retrieveProjectEnvironmentWebhook" retrieve_project_environment_webhook |w| CallResult::decoded(
        w.client.retrieve_project_environment_webhook(&w.project, PRODUCTION).await);
    "updateProjectEnvironmentWebhook" update_project_environment_webhook |w| CallResult::decoded({
        let request = typed::<types::SetWebhookOpts>(json!({ "url": "https://example.com/other" }));
        w.client.update_project_environment_webhook(&w.project, PRODUCTION, &request).await
    });
    "deleteProjectEnvironmentWebhook" delete_project_environment_webhook |w| CallResult::decoded(
        w.client.delete_project_environment_webhook(&w.project, PRODUCTION).await);
    "regenerateProjectEnvironmentWebhookSigningKey" regenerate_project_environment_webhook_signing_key |w|
        CallResult::decoded(
            w.client
                .regenerate_project_environment_webhook_signing_key(&w.project, PRODUCTION)
                .await);
    "listProjects" list_projects |w| CallResult::decoded(w.client.list_projects(&Default::default()).await);
    "createProject" create_project |w| CallResult::decoded(
        w.client.create_project(&typed::<types::CreateProjectOpts>(json!({ "name": "New" }))).await);
    "retrieveProject" retrieve_project |w| CallResult::decoded(w.client.retrieve_project(&w.project).await);
    "deleteProject" delete_project |w| CallResult::decoded(w.client.delete_project(&w.project).await);
    "updateProject" update_project |w| CallResult::decoded(
        w.client.update_project(&w.project, &typed::<types::UpdateProjectOpts>(json!({ "app_name": "App" }))).await);
    "updateProjectLogo" update_project_logo |w| CallResult::decoded({
        let request = typed::<types::UpdateProjectLogoOpts>(json!({ "logo": "data:image/png;base64,iVBORw0=" }));
        w.client.update_project_logo(&w.project, &request).await
    });
    "retrieveProjectInfo" retrieve_project_info |w| CallResult::decoded(
        w.client.retrieve_project_info(&w.project, PRODUCTION).await);
    "downloadFileStashFile" download_file_stash_file |w| CallResult::streamed(
        w.client.download_file_stash_file(&w.project, &FILE.into()).await).await;
    "retrieveProxy" retrieve_proxy |w| CallResult::streamed(
        w.client.retrieve_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION).await).await;
    "postProxy" post_proxy |w| CallResult::streamed(
        w.client.post_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &proxy_body()).await).await;
    "putProxy" put_proxy |w| CallResult::streamed(
        w.client.put_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &proxy_body()).await).await;
    "deleteProxy" delete_proxy |w| CallResult::streamed(
        w.client.delete_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION).await).await;
    "patchProxy" patch_proxy |w| CallResult::streamed(
        w.client.patch_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &proxy_body()).await).await;
    "createToken" create_token |w| CallResult::decoded(
        w.client
            .create_token(&w.project, PRODUCTION, &typed::<types::CreateTokenOpts>(json!({ "external_user_id": USER })))
            .await);
    "validateToken" validate_token |w| CallResult::decoded(
        w.client.validate_token(&w.token, "openai", &Default::default()).await);
    "listOauthApps" list_oauth_apps |w| CallResult::decoded(
        w.client
            .list_oauth_apps(&w.project, &params::ListOauthAppsParams {
                app: Some("slack".into()),
                ..Default::default()
            })
            .await);
    "createOauthApp" create_oauth_app |w| CallResult::decoded({
        let request = typed::<types::CreateOauthAppOpts>(json!({ "app": "github", "client_id": "id", "client_secret": OAUTH_SECRET }));
        w.client.create_oauth_app(&w.project, &request).await
    });
    "retrieveOauthApp" retrieve_oauth_app |w| CallResult::decoded(
        w.client.retrieve_oauth_app(&w.project, &w.oauth_app).await);
    "updateOauthApp" update_oauth_app |w| CallResult::decoded(
        w.client
            .update_oauth_app(&w.project, &w.oauth_app, &typed::<types::UpdateOauthAppOpts>(json!({ "scopes": ["read"] })))
            .await);
    "deleteOauthApp" delete_oauth_app |w| CallResult::decoded(
        w.client.delete_oauth_app(&w.project, &w.oauth_app).await);
    "listAppOverrides" list_app_overrides |w| CallResult::decoded(
        w.client
            .list_app_overrides(&w.project, &params::ListAppOverridesParams {
                app: Some("slack".into()),
                ..Default::default()
            })
            .await);
    "createAppOverride" create_app_override |w| CallResult::decoded({
        let request = typed::<types::CreateAppOverrideOpts>(json!({ "app": "github", "name": "New", "cfmap": { "host": "a.example" } }));
        w.client.create_app_override(&w.project, &request).await
    });
    "retrieveAppOverride" retrieve_app_override |w| CallResult::decoded(
        w.client.retrieve_app_override(&w.project, &w.app_override).await);
    "updateAppOverride" update_app_override |w| CallResult::decoded(
        w.client
            .update_app_override(&w.project, &w.app_override, &typed::<types::UpdateAppOverrideOpts>(json!({ "name": "Renamed" })))
            .await);
    "deleteAppOverride" delete_app_override |w| CallResult::decoded(
        w.client.delete_app_override(&w.project, &w.app_override).await);
    "createRateLimit" create_rate_limit |w| CallResult::decoded({
        let request = json!({ "window_size_seconds": 10, "requests_per_window": 1000 });
        w.client.create_rate_limit(&typed::<types::CreateRateLimitOpts>(request)).await
    });
    "listUsages" list_usages |w| CallResult::decoded(w.client.list_usages(99_999_999_999, 0).await);
    "listUsers" list_users |w| CallResult::decoded(
        w.client.list_users(&w.project, PRODUCTION, &Default::default()).await);
    "createOauthToken" create_oauth_token |w| CallResult::decoded({
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": FakePipedream::CLIENT_ID,
            "client_secret": FakePipedream::CLIENT_SECRET,
        });
        w.client.create_oauth_token(&typed::<types::CreateOAuthTokenOpts>(request)).await
    });
}

/// Returns the call of an operation.
pub fn call(operation: &str) -> Call {
    let mut calls = CALLS.iter();
    calls.find(|(id, _)| *id == operation).expect("a call").1
}

/// Returns the result of each operation without faults.
pub fn successful_calls(operations: &[Operation]) -> BTreeMap<String, CallResult> {
    let genuine = |operation: &Operation| {
        let result = on_a_paused_clock(async {
            let world = World::start().await;
            call(&operation.id)(&world).await
        });
        assert!(result.failure.is_none(), "{}: {result:?}", operation.id);
        assert_eq!(result.status.map(|it| it.as_u16()), Some(operation.status));
        (operation.id.clone(), result)
    };
    operations.iter().map(genuine).collect()
}

const ACTION: &str = "google_sheets-add-single-row";
const TRIGGER: &str = "google_sheets-new-row-added";

fn prop(component: &str) -> Value {
    json!({ "id": component, "external_user_id": USER, "prop_name": "sheetId" })
}

fn set(component: &str) -> Value {
    json!({ "id": component, "external_user_id": USER, "configured_props": { "worksheetId": 0 } })
}

fn proxy_body() -> Map<String, Value> {
    Map::from_iter([("text".to_owned(), json!("hello"))])
}
