//! Tests of every operation through the generated client: the fake accepts its requests, and it decodes the
//! responses.

use pipedream_sdk_generated::pipedream::{Client, params, types};
use pipedream_sdk_runtime::{CallOptions, Error, FixedSecret, Outcome, Response};
use serde_json::{Value, json};

use crate::FakePipedream;
use crate::document::document;

const PRODUCTION: types::ProjectEnvironment = types::ProjectEnvironment::Production;
const USER: &str = "user 1/2";

/// Converts JSON to a request body of a generated type.
fn body<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn project() -> types::ProjectId {
    FakePipedream::PROJECT_ID.into()
}

/// Returns the value of a call that must succeed.
#[track_caller]
fn good<T>(outcome: Result<Response<T>, Error>) -> T {
    outcome.unwrap().into_value()
}

/// Returns the value of a call that must complete and not merely be accepted.
#[track_caller]
fn finished<T>(outcome: Result<Response<Outcome<T>>, Error>) -> T {
    match good(outcome) {
        Outcome::Finished(value) => value,
        Outcome::Accepted => panic!("accepted but not finished"),
    }
}

#[tokio::test]
async fn generated_client_calls_every_operation() {
    let fake = FakePipedream::start().await;
    let client = fake.raw_client();
    apps(&client).await;
    connecting(&fake, &client).await;
    components(&client).await;
    triggers(&fake, &client).await;
    configured(&fake, &client).await;
    projects(&client).await;
    forwarding(&fake, &client).await;
    fake.assert_none_rejected();
    let requests = fake.requests();
    let missed = document()
        .operations
        .iter()
        .filter(|known| !requests.iter().any(|it| it.operation() == Some(&known.id)));
    let missed: Vec<&str> = missed.map(|it| it.id.as_str()).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

async fn apps(client: &Client) {
    let categories = good(client.list_app_categories().await);
    assert_eq!(
        good(client.list_app_categories_base().await).len(),
        categories.len()
    );
    good(client.retrieve_app_category("appcat_Ai1").await);
    good(client.retrieve_app_category_base("appcat_Ai1").await);
    let ids = vec!["appcat_Dev3".into()];
    let ids = Some(ids);
    let listed = client
        .list_apps(&params::ListAppsParams {
            category_ids: ids,
            has_actions: Some(true),
            limit: Some(5),
            q: Some("git".into()),
            ..Default::default()
        })
        .await;
    assert_eq!(good(listed).data.len(), 2);
    good(client.list_apps_base(&Default::default()).await);
    assert_eq!(good(client.retrieve_app("slack").await).data.name, "Slack");
    good(client.retrieve_app_base("slack").await);
}

async fn connecting(fake: &FakePipedream, client: &Client) {
    let credentials = json!({
        "grant_type": "client_credentials",
        "client_id": FakePipedream::CLIENT_ID,
        "client_secret": FakePipedream::CLIENT_SECRET,
    });
    good(
        client
            .create_oauth_token(&body::<types::CreateOAuthTokenOpts>(credentials))
            .await,
    );
    let request = body::<types::CreateTokenOpts>(json!({ "external_user_id": USER }));
    let token = good(client.create_token(&project(), PRODUCTION, &request).await).token;
    assert!(
        good(
            client
                .validate_token(&token, "openai", &Default::default())
                .await
        )
        .success
    );
    let own = FixedSecret::new(["ConnectToken"], token.expose());
    let request =
        json!({ "app_slug": "openai", "cfmap_json": "{}", "connect_token": token.expose() });
    let account = client
        .with_options(CallOptions::new().credentials(own))
        .create_account(
            &project(),
            PRODUCTION,
            &Default::default(),
            &body::<types::CreateAccountOpts>(request),
        )
        .await;
    let account = good(account).id;
    let listed = client
        .list_accounts(
            &project(),
            PRODUCTION,
            &params::ListAccountsParams {
                app: Some("openai".into()),
                external_user_id: Some(USER.into()),
                ..Default::default()
            },
        )
        .await;
    assert_eq!(good(listed).data[0].id, account);
    let found = client
        .retrieve_account(
            &project(),
            &account,
            PRODUCTION,
            &params::RetrieveAccountParams {
                include_credentials: Some(true),
            },
        )
        .await;
    assert_eq!(good(found).external_id.as_deref(), Some(USER));
    good(
        client
            .delete_account(&project(), &account, PRODUCTION)
            .await,
    );
    good(
        client
            .delete_account_by_app(&project(), "slack", PRODUCTION)
            .await,
    );
    let users = good(
        client
            .list_users(&project(), PRODUCTION, &Default::default())
            .await,
    );
    assert_eq!(users.data[0].external_id, USER);
    good(
        client
            .delete_user_external_user(&project(), USER, PRODUCTION)
            .await,
    );
    assert_eq!(
        fake.last_call().path_parameter("external_user_id"),
        Some(USER)
    );
}

async fn components(client: &Client) {
    let listed = client
        .list_components(
            &project(),
            PRODUCTION,
            &params::ListComponentsParams {
                limit: Some(100),
                ..Default::default()
            },
        )
        .await;
    assert!(good(listed).data.len() > 10);
    let all = Some("every_prop".into());
    let actions = client
        .list_actions(
            &project(),
            PRODUCTION,
            &params::ListActionsParams {
                app: all,
                ..Default::default()
            },
        )
        .await;
    assert_eq!(good(actions).data[0].configurable_props.len(), 24);
    let triggers = client
        .list_triggers(&project(), PRODUCTION, &Default::default())
        .await;
    assert!(!good(triggers).data.is_empty());
    let (action, trigger) = (
        "google_sheets-add-single-row",
        "google_sheets-new-row-added",
    );
    good(
        client
            .retrieve_component(
                &project(),
                action,
                PRODUCTION,
                &params::RetrieveComponentParams {
                    version: Some("0.1.0".into()),
                },
            )
            .await,
    );
    good(
        client
            .retrieve_action(&project(), action, PRODUCTION, &Default::default())
            .await,
    );
    good(
        client
            .retrieve_trigger(&project(), trigger, PRODUCTION, &Default::default())
            .await,
    );

    let prop =
        |id| json!({ "id": id, "external_user_id": USER, "prop_name": "sheetId", "page": 0 });
    let options = finished(
        client
            .configure_component_prop(
                &project(),
                PRODUCTION,
                &body::<types::ConfigurePropOpts>(prop(action)),
            )
            .await,
    );
    assert_eq!(options.options().unwrap().len(), 3);
    finished(
        client
            .configure_action_prop(
                &project(),
                PRODUCTION,
                &body::<types::ConfigurePropOpts>(prop(action)),
            )
            .await,
    );
    finished(
        client
            .configure_trigger_prop(
                &project(),
                PRODUCTION,
                &body::<types::ConfigurePropOpts>(prop(trigger)),
            )
            .await,
    );
    let set = |id| json!({ "id": id, "external_user_id": USER, "configured_props": { "worksheetId": 0, "sheetId": null } });
    let reloaded = finished(
        client
            .reload_component_props(
                &project(),
                PRODUCTION,
                &body::<types::ReloadPropsOpts>(set(action)),
            )
            .await,
    );
    assert!(reloaded.dynamic_props.is_some());
    finished(
        client
            .reload_action_props(
                &project(),
                PRODUCTION,
                &body::<types::ReloadPropsOpts>(set(action)),
            )
            .await,
    );
    finished(
        client
            .reload_trigger_props(
                &project(),
                PRODUCTION,
                &body::<types::ReloadPropsOpts>(set(trigger)),
            )
            .await,
    );
    let ran = finished(
        client
            .run_action(
                &project(),
                PRODUCTION,
                &body::<types::RunActionOpts>(set(action)),
            )
            .await,
    );
    assert_eq!(
        serde_json::to_value(ran.ret).unwrap()["configured_props"],
        json!({ "worksheetId": 0, "sheetId": null })
    );
    assert_eq!(
        good(client.list_usages(99_999_999_999, 0).await).data[0].credits_used,
        1
    );
}

async fn triggers(fake: &FakePipedream, client: &Client) {
    let request = body::<types::DeployTriggerOpts>(json!({
        "id": "github-new-issue", "external_user_id": USER, "webhook_url": "https://a.example/hook",
    }));
    let deployed = good(
        client
            .deploy_trigger(&project(), PRODUCTION, &request)
            .await,
    )
    .data;
    let deployed = serde_json::to_value(deployed).unwrap();
    let id = types::TriggerId::from(deployed["id"].as_str().unwrap());
    let listed = client
        .list_deployed_triggers(&project(), USER, PRODUCTION, &Default::default())
        .await;
    assert_eq!(good(listed).data.len(), 1);
    good(
        client
            .retrieve_deployed_trigger(&project(), &id, USER, PRODUCTION)
            .await,
    );
    let request = body::<types::UpdateTriggerOpts>(json!({ "name": "Renamed" }));
    good(
        client
            .update_deployed_trigger(&project(), &id, USER, PRODUCTION, &request)
            .await,
    );
    fake.emit(deployed["id"].as_str().unwrap(), json!({ "a": 1 }));
    let events = client
        .list_deployed_trigger_events(
            &project(),
            &id,
            USER,
            PRODUCTION,
            &params::ListDeployedTriggerEventsParams { n: Some(1) },
        )
        .await;
    assert_eq!(good(events).data.len(), 1);

    let request = body::<types::UpdateTriggerWorkflowsOpts>(json!({ "workflow_ids": ["p_abc"] }));
    good(
        client
            .update_deployed_trigger_workflows(&project(), &id, USER, PRODUCTION, &request)
            .await,
    );
    good(
        client
            .list_deployed_trigger_workflows(&project(), &id, USER, PRODUCTION)
            .await,
    );
    let request =
        body::<types::UpdateTriggerWebhooksOpts>(json!({ "webhook_urls": ["https://b.example"] }));
    good(
        client
            .update_deployed_trigger_webhooks(&project(), &id, USER, PRODUCTION, &request)
            .await,
    );
    let webhooks = good(
        client
            .list_deployed_trigger_webhooks(&project(), &id, USER, PRODUCTION)
            .await,
    );
    let webhook = serde_json::to_value(webhooks).unwrap()["webhooks"][0]["id"].clone();
    let webhook = webhook.as_str().unwrap();
    good(
        client
            .retrieve_deployed_trigger_webhook(&project(), &id, webhook, USER, PRODUCTION)
            .await,
    );
    let regenerated = client
        .regenerate_deployed_trigger_webhook_signing_key(&project(), &id, webhook, USER, PRODUCTION)
        .await;
    good(regenerated);
    good(
        client
            .delete_deployed_trigger(
                &project(),
                &id,
                USER,
                PRODUCTION,
                &params::DeleteDeployedTriggerParams {
                    ignore_hook_errors: Some(true),
                },
            )
            .await,
    );
}

async fn projects(client: &Client) {
    let request = body::<types::CreateProjectOpts>(json!({ "name": "New" }));
    let new = good(client.create_project(&request).await).id;
    good(client.retrieve_project(&new).await);
    let request = body::<types::UpdateProjectOpts>(json!({ "app_name": "App" }));
    good(client.update_project(&new, &request).await);
    let request =
        body::<types::UpdateProjectLogoOpts>(json!({ "logo": "data:image/png;base64,iVBORw0=" }));
    good(client.update_project_logo(&new, &request).await);
    assert_eq!(
        good(
            client
                .list_projects(&params::ListProjectsParams {
                    limit: Some(1),
                    ..Default::default()
                })
                .await
        )
        .data
        .len(),
        1
    );
    good(client.delete_project(&new).await);
    good(client.retrieve_project_info(&project(), PRODUCTION).await);

    let request = body::<types::SetWebhookOpts>(json!({ "url": "https://a.example/hook" }));
    good(
        client
            .update_project_environment_webhook(&project(), PRODUCTION, &request)
            .await,
    );
    good(
        client
            .retrieve_project_environment_webhook(&project(), PRODUCTION)
            .await,
    );
    good(
        client
            .regenerate_project_environment_webhook_signing_key(&project(), PRODUCTION)
            .await,
    );
    good(
        client
            .delete_project_environment_webhook(&project(), PRODUCTION)
            .await,
    );
}

async fn configured(fake: &FakePipedream, client: &Client) {
    let project = project();
    let request = body::<types::CreateOauthAppOpts>(json!({ "app": "slack", "client_id": "id" }));
    let oauth_app = good(client.create_oauth_app(&project, &request).await);
    let oauth_app = oauth_app.id.unwrap();
    good(client.retrieve_oauth_app(&project, &oauth_app).await);
    let request = body::<types::UpdateOauthAppOpts>(json!({ "name": "Ours" }));
    good(
        client
            .update_oauth_app(&project, &oauth_app, &request)
            .await,
    );
    let params = params::ListOauthAppsParams {
        app: Some("slack".into()),
        q: Some("ours".into()),
        ..Default::default()
    };
    let listed = client.list_oauth_apps(&project, &params);
    assert_eq!(good(listed.await).data.len(), 1);

    let request = body::<types::CreateAppOverrideOpts>(
        json!({ "app": "slack", "name": "N", "oauth_app_id": oauth_app.as_str() }),
    );
    let made = good(client.create_app_override(&project, &request).await).id;
    good(client.retrieve_app_override(&project, &made).await);
    let request = body::<types::UpdateAppOverrideOpts>(json!({ "cfmap": { "host": "a.example" } }));
    good(client.update_app_override(&project, &made, &request).await);
    let params = Default::default();
    let listed = client.list_app_overrides(&project, &params);
    assert_eq!(good(listed.await).data[0].cfmap["host"], "a.example");
    good(client.delete_app_override(&project, &made).await);
    good(client.delete_oauth_app(&project, &oauth_app).await);

    let request = body::<types::CreateRateLimitOpts>(
        json!({ "window_size_seconds": 10, "requests_per_window": 1000 }),
    );
    good(client.create_rate_limit(&request).await);
    fake.add_account(USER, "slack");
    let params = params::ListAccountsForExternalUserParams {
        app: Some("slack".into()),
        ..Default::default()
    };
    let listed = client.list_accounts_for_external_user(&project, USER, PRODUCTION, &params);
    assert!(!good(listed.await).is_empty());
    let trigger = types::TriggerId::from(fake.deploy_trigger(USER, "github-new-issue"));
    let (webhook, _) = fake.add_trigger_webhook(trigger.as_str(), "https://a.example/hook");
    let reset = client
        .reset_deployed_trigger_webhook_delivery_state(
            &project, &trigger, &webhook, USER, PRODUCTION,
        )
        .await;
    assert_eq!(good(reset).data.active, Some(true));
}

async fn forwarding(fake: &FakePipedream, client: &Client) {
    let key = "1day/a/b/c/u/file";
    fake.add_file(key, "content");
    good(
        client
            .download_file_stash_file(&project(), &key.into())
            .await,
    );

    let account = types::AccountId::from(fake.add_account(USER, "slack"));
    let (target, empty) = ("aHR0cHM6Ly9hLmV4YW1wbGU", serde_json::Map::new());
    good(
        client
            .retrieve_proxy(&project(), target, &account, USER, PRODUCTION)
            .await,
    );
    good(
        client
            .delete_proxy(&project(), target, &account, USER, PRODUCTION)
            .await,
    );
    good(
        client
            .post_proxy(&project(), target, &account, USER, PRODUCTION, &empty)
            .await,
    );
    good(
        client
            .put_proxy(&project(), target, &account, USER, PRODUCTION, &empty)
            .await,
    );
    good(
        client
            .patch_proxy(&project(), target, &account, USER, PRODUCTION, &empty)
            .await,
    );
}
