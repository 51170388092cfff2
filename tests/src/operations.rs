//! A call of every operation through the generated client, and what its caller sees of it.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use pipedream_sdk_generated::pipedream::params;
use pipedream_sdk_runtime::{ByteStream, Error, Outcome, Response};
use pipedream_sdk_testing::FakePipedream;
use serde_json::{Map, Value, json};

use crate::consumer::{USER, typed};
use crate::described::Operation;
use crate::world::{FILE, OAUTH_SECRET, PRODUCTION, World, on_a_paused_clock};

/// What a caller sees of a call, whatever the type of its value.
#[derive(Debug)]
pub struct Seen {
    /// Whether there is no value because the call was accepted for later.
    pub accepted: bool,
    /// The failure, unless there is a value.
    pub failure: Option<Error>,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    /// The body, as far as it came.
    pub body: Bytes,
    /// Everything that can be printed, printed.
    pub shown: String,
}

impl Seen {
    fn failed(failure: Error) -> Self {
        Self {
            accepted: false,
            status: failure.status(),
            headers: failure.headers().cloned().unwrap_or_default(),
            body: Bytes::copy_from_slice(failure.body()),
            shown: format!("{failure} {failure:?} {failure:#?}"),
            failure: Some(failure),
        }
    }

    fn whole<T: Debug>(called: Result<Response<T>, Error>) -> Self {
        match called {
            Err(failure) => Self::failed(failure),
            Ok(reply) => Self {
                accepted: false,
                failure: None,
                status: Some(reply.status()),
                headers: reply.headers().clone(),
                body: reply.body().clone(),
                shown: format!("{reply:?} {reply:#?} {:?}", reply.value()),
            },
        }
    }

    fn finished<T: Debug>(called: Result<Response<Outcome<T>>, Error>) -> Self {
        let accepted = matches!(&called, Ok(reply) if reply.value().is_accepted());
        Self {
            accepted,
            ..Self::whole(called)
        }
    }

    /// A stream is read to its end. Where it breaks off, what came before is the body that came.
    async fn streamed(called: Result<Response<ByteStream>, Error>) -> Self {
        let mut stream = None;
        let mut seen = Self::whole(called.map(|reply| {
            let parts = Response::new((), reply.status(), reply.headers().clone(), Bytes::new());
            stream = Some(reply.into_value());
            parts
        }));
        let Some(mut stream) = stream else {
            return seen;
        };
        let mut body = BytesMut::new();
        loop {
            match stream.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(failure) => {
                    seen.shown = format!("{} {failure} {failure:?}", seen.shown);
                    seen.failure = Some(failure);
                    break;
                }
            }
        }
        seen.body = body.freeze();
        seen
    }
}

/// A call of one operation.
pub type Call = for<'a> fn(&'a World) -> BoxFuture<'a, Seen>;

/// How many operations there are: those of the vendor's document, and those that the overlay adds.
pub const OPERATIONS: usize = 61 + 13;

/// The target of the proxied calls: `https://a.example/a`.
pub const TARGET: &str = "aHR0cHM6Ly9hLmV4YW1wbGUvYQ";

macro_rules! operations {
    ($($id:literal $name:ident |$world:ident| $call:expr;)*) => {
        $(fn $name($world: &World) -> BoxFuture<'_, Seen> {
            Box::pin(async move { $call })
        })*

        /// A call of every operation, by its id in the document.
        pub const CALLS: &[(&str, Call)] = &[$(($id, $name)),*];
    };
}

operations! {
    "listAppCategoriesBase" list_app_categories_base |w|
        Seen::whole(w.client.list_app_categories_base().await);
    "listAppCategories" list_app_categories |w|
        Seen::whole(w.client.list_app_categories().await);
    "retrieveAppCategoryBase" retrieve_app_category_base |w|
        Seen::whole(w.client.retrieve_app_category_base("appcat_Ai1").await);
    "retrieveAppCategory" retrieve_app_category |w|
        Seen::whole(w.client.retrieve_app_category("appcat_Ai1").await);
    "listAppsBase" list_apps_base |w| Seen::whole(
        w.client.list_apps_base(&Default::default()).await);
    "listApps" list_apps |w| Seen::whole(
        w.client.list_apps(&Default::default()).await);
    "retrieveAppBase" retrieve_app_base |w| Seen::whole(w.client.retrieve_app_base("slack").await);
    "retrieveApp" retrieve_app |w| Seen::whole(w.client.retrieve_app("slack").await);
    "listAccounts" list_accounts |w| Seen::whole({
        let params = params::ListAccountsParams {
            external_user_id: Some(USER.into()),
            include_credentials: Some(true),
            ..Default::default()
        };
        w.client.list_accounts(&w.project, PRODUCTION, &params).await
    });
    "listAccountsForExternalUser" list_accounts_for_external_user |w| Seen::whole(
        w.client
            .list_accounts_for_external_user(&w.project, USER, PRODUCTION, &params::ListAccountsForExternalUserParams {
                include_credentials: Some(true),
                ..Default::default()
            })
            .await);
    "createAccount" create_account |w| Seen::whole({
        let fields = json!({ "api_key": "sk-of-the-account" }).to_string();
        let request = json!({
            "app_slug": "openai", "cfmap_json": fields, "connect_token": w.token.expose(),
        });
        w.own.create_account(&w.project, PRODUCTION, &Default::default(), &typed(request)).await
    });
    "retrieveAccount" retrieve_account |w| Seen::whole(
        w.client
            .retrieve_account(&w.project, &w.account, PRODUCTION, &params::RetrieveAccountParams {
                include_credentials: Some(true),
            })
            .await);
    "deleteAccount" delete_account |w| Seen::whole(
        w.client.delete_account(&w.project, &w.account, PRODUCTION).await);
    "deleteAccountByApp" delete_account_by_app |w| Seen::whole(
        w.client.delete_account_by_app(&w.project, "slack", PRODUCTION).await);
    "deleteUserExternalUser" delete_user |w| Seen::whole(
        w.client.delete_user_external_user(&w.project, USER, PRODUCTION).await);
    "listComponents" list_components |w| Seen::whole(
        w.client
            .list_components(&w.project, PRODUCTION, &Default::default())
            .await);
    "retrieveComponent" retrieve_component |w| Seen::whole(
        w.client.retrieve_component(&w.project, ACTION, PRODUCTION, &Default::default()).await);
    "configureComponentProp" configure_component_prop |w| Seen::finished(
        w.client.configure_component_prop(&w.project, PRODUCTION, &typed(prop(ACTION))).await);
    "reloadComponentProps" reload_component_props |w| Seen::finished(
        w.client.reload_component_props(&w.project, PRODUCTION, &typed(set(ACTION))).await);
    "listActions" list_actions |w| Seen::whole(
        w.client.list_actions(&w.project, PRODUCTION, &Default::default()).await);
    "retrieveAction" retrieve_action |w| Seen::whole(
        w.client.retrieve_action(&w.project, ACTION, PRODUCTION, &Default::default()).await);
    "configureActionProp" configure_action_prop |w| Seen::finished(
        w.client.configure_action_prop(&w.project, PRODUCTION, &typed(prop(ACTION))).await);
    "reloadActionProps" reload_action_props |w| Seen::finished(
        w.client.reload_action_props(&w.project, PRODUCTION, &typed(set(ACTION))).await);
    "listTriggers" list_triggers |w| Seen::whole(
        w.client.list_triggers(&w.project, PRODUCTION, &Default::default()).await);
    "retrieveTrigger" retrieve_trigger |w| Seen::whole(
        w.client.retrieve_trigger(&w.project, TRIGGER, PRODUCTION, &Default::default()).await);
    "configureTriggerProp" configure_trigger_prop |w| Seen::finished(
        w.client.configure_trigger_prop(&w.project, PRODUCTION, &typed(prop(TRIGGER))).await);
    "reloadTriggerProps" reload_trigger_props |w| Seen::finished(
        w.client.reload_trigger_props(&w.project, PRODUCTION, &typed(set(TRIGGER))).await);
    "runAction" run_action |w| Seen::finished(
        w.client.run_action(&w.project, PRODUCTION, &typed(set(ACTION))).await);
    "deployTrigger" deploy_trigger |w| Seen::whole({
        let request = json!({
            "id": "github-new-issue", "external_user_id": USER, "webhook_url": "https://example.com/hook",
        });
        w.client.deploy_trigger(&w.project, PRODUCTION, &typed(request)).await
    });
    "listDeployedTriggers" list_deployed_triggers |w| Seen::whole(
        w.client.list_deployed_triggers(&w.project, USER, PRODUCTION, &Default::default()).await);
    "retrieveDeployedTrigger" retrieve_deployed_trigger |w| Seen::whole(
        w.client.retrieve_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION).await);
    "updateDeployedTrigger" update_deployed_trigger |w| Seen::whole({
        let request = typed(json!({ "name": "Renamed" }));
        w.client.update_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION, &request).await
    });
    "deleteDeployedTrigger" delete_deployed_trigger |w| Seen::whole(
        w.client.delete_deployed_trigger(&w.project, &w.trigger, USER, PRODUCTION, &Default::default()).await);
    "listDeployedTriggerEvents" list_deployed_trigger_events |w| Seen::whole(
        w.client
            .list_deployed_trigger_events(&w.project, &w.trigger, USER, PRODUCTION, &Default::default())
            .await);
    "listDeployedTriggerWorkflows" list_deployed_trigger_workflows |w| Seen::whole(
        w.client
            .list_deployed_trigger_workflows(&w.project, &w.trigger, USER, PRODUCTION)
            .await);
    "updateDeployedTriggerWorkflows" update_deployed_trigger_workflows |w| Seen::whole({
        let request = typed(json!({ "workflow_ids": ["p_abc"] }));
        w.client
            .update_deployed_trigger_workflows(&w.project, &w.trigger, USER, PRODUCTION, &request)
            .await
    });
    "listDeployedTriggerWebhooks" list_deployed_trigger_webhooks |w| Seen::whole(
        w.client
            .list_deployed_trigger_webhooks(&w.project, &w.trigger, USER, PRODUCTION)
            .await);
    "updateDeployedTriggerWebhooks" update_deployed_trigger_webhooks |w| Seen::whole({
        let request = typed(json!({ "webhook_urls": ["https://example.com/other"] }));
        w.client
            .update_deployed_trigger_webhooks(&w.project, &w.trigger, USER, PRODUCTION, &request)
            .await
    });
    "retrieveDeployedTriggerWebhook" retrieve_deployed_trigger_webhook |w| Seen::whole(
        w.client
            .retrieve_deployed_trigger_webhook(&w.project, &w.trigger, &w.webhook, USER, PRODUCTION)
            .await);
    "regenerateDeployedTriggerWebhookSigningKey" regenerate_deployed_trigger_webhook_signing_key |w| Seen::whole(
        w.client
            .regenerate_deployed_trigger_webhook_signing_key(
                &w.project, &w.trigger, &w.webhook, USER, PRODUCTION,
            )
            .await);
    "resetDeployedTriggerWebhookDeliveryState" reset_deployed_trigger_webhook_delivery_state |w| Seen::whole(
        w.client
            .reset_deployed_trigger_webhook_delivery_state(
                &w.project, &w.trigger, &w.webhook, USER, PRODUCTION,
            )
            .await);
    "retrieveProjectEnvironmentWebhook" retrieve_project_environment_webhook |w| Seen::whole(
        w.client.retrieve_project_environment_webhook(&w.project, PRODUCTION).await);
    "updateProjectEnvironmentWebhook" update_project_environment_webhook |w| Seen::whole({
        let request = typed(json!({ "url": "https://example.com/other" }));
        w.client.update_project_environment_webhook(&w.project, PRODUCTION, &request).await
    });
    "deleteProjectEnvironmentWebhook" delete_project_environment_webhook |w| Seen::whole(
        w.client.delete_project_environment_webhook(&w.project, PRODUCTION).await);
    "regenerateProjectEnvironmentWebhookSigningKey" regenerate_project_environment_webhook_signing_key |w|
        Seen::whole(
            w.client
                .regenerate_project_environment_webhook_signing_key(&w.project, PRODUCTION)
                .await);
    "listProjects" list_projects |w| Seen::whole(w.client.list_projects(&Default::default()).await);
    "createProject" create_project |w| Seen::whole(
        w.client.create_project(&typed(json!({ "name": "New" }))).await);
    "retrieveProject" retrieve_project |w| Seen::whole(w.client.retrieve_project(&w.project).await);
    "deleteProject" delete_project |w| Seen::whole(w.client.delete_project(&w.project).await);
    "updateProject" update_project |w| Seen::whole(
        w.client.update_project(&w.project, &typed(json!({ "app_name": "App" }))).await);
    "updateProjectLogo" update_project_logo |w| Seen::whole({
        let request = typed(json!({ "logo": "data:image/png;base64,iVBORw0=" }));
        w.client.update_project_logo(&w.project, &request).await
    });
    "retrieveProjectInfo" retrieve_project_info |w| Seen::whole(
        w.client.retrieve_project_info(&w.project, PRODUCTION).await);
    "downloadFileStashFile" download_file_stash_file |w| Seen::streamed(
        w.client.download_file_stash_file(&w.project, &FILE.into()).await).await;
    "retrieveProxy" retrieve_proxy |w| Seen::streamed(
        w.client.retrieve_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION).await).await;
    "postProxy" post_proxy |w| Seen::streamed(
        w.client.post_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &sent_on()).await).await;
    "putProxy" put_proxy |w| Seen::streamed(
        w.client.put_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &sent_on()).await).await;
    "deleteProxy" delete_proxy |w| Seen::streamed(
        w.client.delete_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION).await).await;
    "patchProxy" patch_proxy |w| Seen::streamed(
        w.client.patch_proxy(&w.project, TARGET, &w.account, USER, PRODUCTION, &sent_on()).await).await;
    "createToken" create_token |w| Seen::whole(
        w.client
            .create_token(&w.project, PRODUCTION, &typed(json!({ "external_user_id": USER })))
            .await);
    "validateToken" validate_token |w| Seen::whole(
        w.client.validate_token(&w.token, "openai", &Default::default()).await);
    "listOauthApps" list_oauth_apps |w| Seen::whole(
        w.client
            .list_oauth_apps(&w.project, &params::ListOauthAppsParams {
                app: Some("slack".into()),
                ..Default::default()
            })
            .await);
    "createOauthApp" create_oauth_app |w| Seen::whole({
        let request = typed(json!({ "app": "github", "client_id": "id", "client_secret": OAUTH_SECRET }));
        w.client.create_oauth_app(&w.project, &request).await
    });
    "retrieveOauthApp" retrieve_oauth_app |w| Seen::whole(
        w.client.retrieve_oauth_app(&w.project, &w.oauth_app).await);
    "updateOauthApp" update_oauth_app |w| Seen::whole(
        w.client
            .update_oauth_app(&w.project, &w.oauth_app, &typed(json!({ "scopes": ["read"] })))
            .await);
    "deleteOauthApp" delete_oauth_app |w| Seen::whole(
        w.client.delete_oauth_app(&w.project, &w.oauth_app).await);
    "listAppOverrides" list_app_overrides |w| Seen::whole(
        w.client
            .list_app_overrides(&w.project, &params::ListAppOverridesParams {
                app: Some("slack".into()),
                ..Default::default()
            })
            .await);
    "createAppOverride" create_app_override |w| Seen::whole({
        let request = typed(json!({ "app": "github", "name": "New", "cfmap": { "host": "a.example" } }));
        w.client.create_app_override(&w.project, &request).await
    });
    "retrieveAppOverride" retrieve_app_override |w| Seen::whole(
        w.client.retrieve_app_override(&w.project, &w.app_override).await);
    "updateAppOverride" update_app_override |w| Seen::whole(
        w.client
            .update_app_override(&w.project, &w.app_override, &typed(json!({ "name": "Renamed" })))
            .await);
    "deleteAppOverride" delete_app_override |w| Seen::whole(
        w.client.delete_app_override(&w.project, &w.app_override).await);
    "createRateLimit" create_rate_limit |w| Seen::whole({
        let request = json!({ "window_size_seconds": 10, "requests_per_window": 1000 });
        w.client.create_rate_limit(&typed(request)).await
    });
    "listUsages" list_usages |w| Seen::whole(w.client.list_usages(99_999_999_999, 0).await);
    "listUsers" list_users |w| Seen::whole(
        w.client.list_users(&w.project, PRODUCTION, &Default::default()).await);
    "createOauthToken" create_oauth_token |w| Seen::whole({
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": FakePipedream::CLIENT_ID,
            "client_secret": FakePipedream::CLIENT_SECRET,
        });
        w.client.create_oauth_token(&typed(request)).await
    });
}

/// The call of an operation.
pub fn call(operation: &str) -> Call {
    let mut calls = CALLS.iter();
    calls.find(|(id, _)| *id == operation).expect("a call").1
}

/// The answer of each operation when nothing goes wrong.
pub fn genuine_answers(operations: &[Operation]) -> BTreeMap<String, Seen> {
    let genuine = |operation: &Operation| {
        let seen = on_a_paused_clock(async {
            let world = World::start().await;
            call(&operation.id)(&world).await
        });
        assert!(seen.failure.is_none(), "{}: {seen:?}", operation.id);
        assert_eq!(seen.status.map(|it| it.as_u16()), Some(operation.status));
        (operation.id.clone(), seen)
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

fn sent_on() -> Map<String, Value> {
    Map::from_iter([("text".to_owned(), json!("hello"))])
}
