//! A fake Pipedream with one object of each type, on which every operation and every workflow succeeds.

use pipedream_sdk_generated::pipedream::{Client, types};
use pipedream_sdk_runtime::{CallOptions, FixedSecret};
use pipedream_sdk_testing::FakePipedream;
use serde_json::json;

use crate::consumer::{self, PROJECT, USER, typed};

/// Environment of the objects.
pub const PRODUCTION: types::ProjectEnvironment = types::ProjectEnvironment::Production;

/// Key of the file in the file stash.
pub const FILE: &str = "1day/a/b/c/u/file";

/// Client secret of the OAuth clients.
pub const OAUTH_SECRET: &str = "marked-secret-of-an-oauth-client";

/// A fake with one object of each type, and a client with default options.
#[derive(Debug)]
pub struct World {
    pub fake: FakePipedream,
    pub client: Client,
    /// The same client with the Connect token as its credential.
    pub own: Client,
    pub project: types::ProjectId,
    pub account: types::AccountId,
    pub trigger: types::TriggerId,
    pub webhook: String,
    pub oauth_app: types::OauthAppId,
    pub app_override: types::AppOverrideId,
    pub token: types::ConnectToken,
    /// Secrets of the fake, by name.
    pub secrets: Vec<(&'static str, String)>,
}

impl World {
    /// Creates the objects, and removes the requests for this from the record.
    pub async fn start() -> Self {
        let fake = FakePipedream::start().await;
        let access_token = fake.access_token();
        let credential = FixedSecret::new(["OAuth2"], access_token.clone());
        let client = consumer::client(fake.base_url(), CallOptions::new().credentials(credential));
        let project = types::ProjectId::from(PROJECT);
        let account = types::AccountId::from(fake.add_account(USER, "slack"));
        let trigger = fake.deploy_trigger(USER, "github-new-issue");
        assert!(fake.emit(&trigger, json!({ "a": 1 })));
        let (webhook, signing_key) = fake.add_trigger_webhook(&trigger, "https://example.com/hook");
        let oauth_app = types::OauthAppId::from(fake.add_oauth_app("slack"));
        let values = json!({ "host": "a.example" });
        let app_override =
            types::AppOverrideId::from(fake.add_app_override("slack", "Own", values));
        fake.add_file(FILE, "the content of the file");

        let request = typed::<types::CreateTokenOpts>(json!({ "external_user_id": USER }));
        let token = client
            .create_token(&project, PRODUCTION, &request)
            .await
            .expect("a Connect token")
            .into_value()
            .token;
        let request = typed::<types::SetWebhookOpts>(json!({ "url": "https://example.com/hook" }));
        let environment_webhook = client
            .update_project_environment_webhook(&project, PRODUCTION, &request)
            .await
            .expect("a webhook");
        let environment_key =
            serde_json::from_slice::<serde_json::Value>(environment_webhook.body()).expect("JSON")
                ["data"]["signing_key"]
                .as_str()
                .expect("the key of a new webhook")
                .to_owned();
        fake.clear_requests();

        let own = FixedSecret::new(["ConnectToken"], token.expose());
        let own = client.with_options(CallOptions::new().credentials(own));
        let secrets = vec![
            ("access token", access_token),
            ("Connect token", token.expose().to_owned()),
            ("signing key of a trigger's webhook", signing_key),
            ("signing key of the environment's webhook", environment_key),
            ("secret of an OAuth client", OAUTH_SECRET.to_owned()),
            ("client secret", FakePipedream::CLIENT_SECRET.to_owned()),
        ];
        Self {
            fake,
            client,
            own,
            project,
            account,
            trigger: types::TriggerId::from(trigger),
            webhook,
            oauth_app,
            app_override,
            token,
            secrets,
        }
    }
}

/// Runs a future on a paused clock, which only advances when all tasks wait.
pub fn on_a_paused_clock<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime")
        .block_on(future)
}
