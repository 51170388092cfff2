//! The handle of a running fake.

use std::fmt;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use pipedream_sdk::{Pipedream, PipedreamBuilder};
use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_runtime::{CallOptions, FixedSecret, Transport};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::fault::{Fault, TOKEN_ENDPOINT};
use crate::mcp;
use crate::record::{self, RecordedRequest};
use crate::response::FakeResponse;
use crate::server::{self, Inner};
use crate::state::{ActionResult, AppOverride, Environment, OAUTH2, StashedFile, State};

/// A running fake Pipedream. Stops when it is dropped.
///
/// Its methods add data to [`PROJECT_ID`](Self::PROJECT_ID) in the production environment, which is the default of
/// the SDK. Choose another environment with [`in_environment`](Self::in_environment).
pub struct FakePipedream {
    pub(crate) inner: Arc<Inner>,
    task: JoinHandle<()>,
    environment: Environment,
}

impl FakePipedream {
    /// Client ID that the token endpoint accepts.
    pub const CLIENT_ID: &'static str = "fake-client-id";
    /// Client secret for [`CLIENT_ID`](Self::CLIENT_ID).
    pub const CLIENT_SECRET: &'static str = "fake-client-secret";
    /// ID of the initial project.
    pub const PROJECT_ID: &'static str = "proj_Fake1";

    /// Starts a fake on a free local port, on the tokio runtime of the caller.
    ///
    /// # Panics
    /// Panics outside a tokio runtime, or if no port is available.
    pub async fn start() -> Self {
        let (inner, task) = match server::start(Self::PROJECT_ID).await {
            Ok(started) => started,
            Err(error) => panic!("cannot bind a port for the fake Pipedream: {error}"),
        };
        let environment = Environment {
            project: Self::PROJECT_ID.to_owned(),
            name: "production".to_owned(),
        };
        Self {
            inner,
            task,
            environment,
        }
    }

    /// Sets the environment, `development` or `production`, that the methods of this fake add data to.
    #[must_use]
    pub fn in_environment(mut self, environment: &str) -> Self {
        environment.clone_into(&mut self.environment.name);
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }

    /// Base URL of the fake, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// URL of the MCP server.
    pub fn mcp_url(&self) -> String {
        format!("{}{}", self.base_url(), mcp::PATH)
    }

    /// Ends all sessions of the MCP server, as a restart does.
    pub fn end_mcp_sessions(&self) {
        self.state().mcp_sessions.clear();
    }

    /// Returns the environment variables that the SDK reads its settings from, with the values of this fake.
    pub fn environment_variables(&self) -> [(&'static str, String); 6] {
        [
            ("PIPEDREAM_BASE_URL", self.base_url().to_owned()),
            ("PIPEDREAM_MCP_URL", self.mcp_url()),
            ("PIPEDREAM_CLIENT_ID", Self::CLIENT_ID.to_owned()),
            ("PIPEDREAM_CLIENT_SECRET", Self::CLIENT_SECRET.to_owned()),
            ("PIPEDREAM_PROJECT_ID", Self::PROJECT_ID.to_owned()),
            (
                "PIPEDREAM_PROJECT_ENVIRONMENT",
                self.environment.name.clone(),
            ),
        ]
    }

    /// Returns a client of this fake, with its credentials, project and environment.
    ///
    /// # Panics
    /// Panics if no HTTP client can be created.
    pub fn client(&self) -> Pipedream {
        match self.client_builder().build() {
            Ok(client) => client,
            Err(error) => panic!("cannot create a client of the fake Pipedream: {error}"),
        }
    }

    /// Returns a builder with the address, the credentials, the project and the environment of this fake.
    ///
    /// For tests of code that sets options: timeouts, retries, other credentials.
    pub fn client_builder(&self) -> PipedreamBuilder {
        let builder = Pipedream::builder()
            .base_url(self.base_url())
            .client_id(Self::CLIENT_ID)
            .client_secret(Self::CLIENT_SECRET)
            .project_id(Self::PROJECT_ID);
        #[cfg(feature = "mcp")]
        let builder = builder.mcp_url(self.mcp_url());
        match self.environment.name.parse() {
            Ok(environment) => builder.environment(environment),
            // The fake has only the two environments of the document.
            Err(_) => builder,
        }
    }

    /// Returns a low-level client of this fake with a new access token.
    ///
    /// # Panics
    /// Panics if no HTTP client can be created.
    pub fn raw_client(&self) -> Client {
        let token = FixedSecret::new([OAUTH2], self.access_token());
        let options = CallOptions::new().credentials(token);
        match Transport::builder(self.base_url()).options(options).build() {
            Ok(transport) => Client::new(transport),
            Err(error) => panic!("cannot create a client of the fake Pipedream: {error}"),
        }
    }

    /// Creates an access token that is valid for one hour of the fake's clock.
    pub fn access_token(&self) -> String {
        self.state().issue_access_token(Vec::new())
    }

    /// Creates an access token that is limited to these scopes.
    pub fn access_token_with_scopes(&self, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(|it| (*it).to_owned()).collect();
        self.state().issue_access_token(scopes)
    }

    /// Registers a public key in PEM format (`BEGIN PUBLIC KEY`, P-256 or RSA) for the client of
    /// [`CLIENT_ID`](Self::CLIENT_ID).
    ///
    /// The client can then authenticate with the matching private key as well as with its secret. Each assertion is
    /// accepted once. Its type, signature, issuer, subject, audience (the base URL of the fake) and lifetime must
    /// be valid.
    ///
    /// # Panics
    /// Panics if the string is not such a key.
    #[cfg(feature = "private-key-jwt")]
    pub fn register_public_key(&self, pem: &str) {
        if let Err(error) = self.state().client_keys.add(pem) {
            panic!("not a P-256 or RSA public key in PEM format: {error}");
        }
    }

    /// Invalidates every token issued so far, as a revocation does.
    pub fn revoke_tokens(&self) {
        let mut state = self.state();
        state.access_tokens.clear();
        state.connect_tokens.clear();
    }

    /// Moves the clock of the fake forward. Affects the expiry of tokens and the dates of new objects.
    pub fn advance(&self, by: Duration) {
        self.inner.clock.advance(by);
    }
}

/// Initial data, and data for the code under test.
impl FakePipedream {
    /// Adds an external user and returns the ID that Pipedream assigns.
    ///
    /// # Panics
    /// Panics if the development environment already has ten users.
    pub fn add_user(&self, external_user_id: &str) -> String {
        let id = self
            .state()
            .ensure_user(&self.environment, external_user_id);
        match id {
            Ok(id) => id,
            Err(rejection) => panic!("cannot add {external_user_id:?}: {}", rejection.reason()),
        }
    }

    /// Connects an account of an app (slug or ID) to a user and returns the ID of the account.
    ///
    /// # Panics
    /// Panics if the catalog has no such app, or under the conditions of [`add_user`](Self::add_user).
    pub fn add_account(&self, external_user_id: &str, app: &str) -> String {
        let mut state = self.state();
        match state.add_account(&self.environment, external_user_id, app) {
            Ok(account) => account.id.clone(),
            Err(rejection) => panic!("cannot connect {app:?}: {}", rejection.reason()),
        }
    }

    /// Deploys a trigger (component key) for a user and returns the ID of the deployed trigger.
    ///
    /// # Panics
    /// Panics if the catalog has no such trigger, or under the conditions of [`add_user`](Self::add_user).
    pub fn deploy_trigger(&self, external_user_id: &str, component: &str) -> String {
        let mut state = self.state();
        match state.deploy(&self.environment, external_user_id, component) {
            Ok(trigger) => trigger.id.clone(),
            Err(rejection) => panic!("cannot deploy {component:?}: {}", rejection.reason()),
        }
    }

    /// Makes a deployed trigger emit an event. Returns `false` if the trigger is paused and emits nothing.
    ///
    /// # Panics
    /// Panics if there is no such trigger, or if the event is not a JSON object.
    pub fn emit(&self, trigger_id: &str, event: impl Into<Value>) -> bool {
        let event = event.into();
        assert!(event.is_object(), "event is not a JSON object: {event}");
        match self.state().emit(trigger_id, event) {
            Some(emitted) => emitted,
            None => panic!("no deployed trigger {trigger_id:?}"),
        }
    }

    /// Pauses a deployed trigger, as an update with `active: false` does.
    ///
    /// # Panics
    /// Panics if there is no such trigger.
    pub fn pause_trigger(&self, trigger_id: &str) {
        match self.state().trigger(trigger_id) {
            Some(trigger) => trigger.active = false,
            None => panic!("no deployed trigger {trigger_id:?}"),
        }
    }

    /// Adds a webhook to a deployed trigger and returns its ID and its signing key.
    ///
    /// # Panics
    /// Panics if there is no such trigger.
    pub fn add_trigger_webhook(&self, trigger_id: &str, url: &str) -> (String, String) {
        let mut state = self.state();
        let webhook = state.new_webhook(url);
        let added = (webhook.id.clone(), webhook.signing_key.clone());
        match state.trigger(trigger_id) {
            Some(trigger) => trigger.webhooks.push(webhook),
            None => panic!("no deployed trigger {trigger_id:?}"),
        }
        added
    }

    /// Registers an OAuth client of the project for an app (slug or ID) that uses OAuth, and returns the ID of the
    /// client.
    ///
    /// # Panics
    /// Panics if the catalog has no such app.
    pub fn add_oauth_app(&self, app: &str) -> String {
        match self.state().add_oauth_app(&self.environment.project, app) {
            Some(client) => client.id.clone(),
            None => panic!("no app {app:?} with OAuth in the catalog"),
        }
    }

    /// Adds a named override of field values for an app (slug or ID) and returns the ID of the override.
    ///
    /// # Panics
    /// Panics if the catalog has no such app, or if the values are not a JSON object.
    pub fn add_app_override(&self, app: &str, name: &str, values: impl Into<Value>) -> String {
        let Value::Object(values) = values.into() else {
            panic!("the values of an override must be a JSON object");
        };
        let mut state = self.state();
        let Some(created) = state.new_app_override(&self.environment.project, app) else {
            panic!("no app {app:?} in the catalog");
        };
        let name = name.to_owned();
        let created = AppOverride {
            name,
            values,
            ..created
        };
        let id = created.id.clone();
        state.app_overrides.push(created);
        id
    }

    /// Deactivates a webhook of a deployed trigger, as the service does after too many failed deliveries.
    ///
    /// # Panics
    /// Panics if there is no such webhook.
    pub fn deactivate_webhook(&self, webhook_id: &str) {
        let mut state = self.state();
        let now = state.now;
        match state.trigger_webhook(webhook_id) {
            Some(webhook) => webhook.deactivated = Some(now),
            None => panic!("no webhook {webhook_id:?} of a trigger"),
        }
    }

    /// Adds an app to the catalog, in the JSON format of the API.
    pub fn add_app(&self, app: impl Into<Value>) {
        self.state().apps.push(app.into());
    }

    /// Adds a component to the catalog, in the JSON format of the API. Its first prop names the app it belongs to.
    pub fn add_component(&self, component: impl Into<Value>) {
        self.state().components.push(component.into());
    }

    /// Sets the return value of future runs of an action.
    pub fn action_returns(&self, component: &str, value: impl Into<Value>) {
        let run = ActionResult::Returns(value.into());
        self.state()
            .action_results
            .insert(component.to_owned(), run);
    }

    /// Makes future runs of an action fail. As in the service, the response is a 200 whose observations contain the
    /// error.
    pub fn action_fails(&self, component: &str, message: &str) {
        let run = ActionResult::Fails(message.to_owned());
        self.state()
            .action_results
            .insert(component.to_owned(), run);
    }

    /// Sets the response of proxied target URLs that start with a prefix. The latest matching prefix wins.
    ///
    /// Without a match, the response describes the request that would be sent: method, URL, headers and body.
    pub fn upstream(&self, url_beginning: &str, response: FakeResponse) {
        let upstream = (url_beginning.to_owned(), response);
        self.state().upstreams.push(upstream);
    }

    /// Adds a file to the file stash.
    pub fn add_file(&self, s3_key: &str, content: impl Into<Bytes>) {
        let file = StashedFile::Direct(content.into());
        self.state().files.insert(s3_key.to_owned(), file);
    }

    /// Adds a file to the file stash whose download redirects to another host, which accepts no credentials.
    pub fn add_redirected_file(&self, s3_key: &str, content: impl Into<Bytes>) {
        let file = StashedFile::Redirected(content.into());
        self.state().files.insert(s3_key.to_owned(), file);
    }
}

/// Faults.
impl FakePipedream {
    /// Schedules a fault for the next request of any operation. Several faults apply one after the other.
    ///
    /// Requests for access tokens are not affected: [`fail_access_token`](Self::fail_access_token) schedules faults
    /// for them.
    pub fn fail_next(&self, fault: impl Into<Fault>) {
        self.inner.traffic.faults().for_next(fault.into());
    }

    /// Schedules a fault for the next request of an operation, by its ID in the API description.
    ///
    /// # Panics
    /// Panics if the document has no such operation.
    pub fn on(&self, operation: &str, fault: impl Into<Fault>) {
        let mut known = crate::document::document().operations.iter();
        assert!(
            known.any(|it| it.id == operation) || mcp::has_operation(operation),
            "no operation {operation:?} in the API description"
        );
        self.inner
            .traffic
            .faults()
            .for_operation(operation, fault.into());
    }

    /// Schedules a fault for the next request for an access token, for example
    /// [`Fault::oauth_error`].
    ///
    /// A client keeps its token until shortly before it expires. Call this method before the first request, or
    /// [advance the clock](Self::advance).
    pub fn fail_access_token(&self, fault: impl Into<Fault>) {
        self.on(TOKEN_ENDPOINT, fault);
    }

    /// Applies one of these faults to one in `one_in` requests. The same seed produces the same sequence.
    pub fn fail_at_random(&self, seed: u64, one_in: u64, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().collect();
        self.inner.traffic.faults().at_random(seed, one_in, faults);
    }

    /// Removes all scheduled faults.
    pub fn clear_faults(&self) {
        self.inner.traffic.faults().clear();
    }

    /// Returns the number of scheduled faults that have not been applied.
    pub fn pending_faults(&self) -> usize {
        self.inner.traffic.faults().remaining()
    }
}

/// Recorded requests.
impl FakePipedream {
    /// Returns every request so far, in the order received.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.inner.traffic.record().clone()
    }

    /// Returns every request so far, except those for access tokens.
    pub fn calls(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() != Some("createOauthToken"));
        requests
    }

    /// Returns the requests of one operation so far.
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() == Some(operation));
        requests
    }

    /// Returns the last request, except those for access tokens.
    ///
    /// # Panics
    /// Panics if there is no request.
    #[track_caller]
    pub fn last_call(&self) -> RecordedRequest {
        match self.calls().pop() {
            Some(last) => last,
            None => panic!("no request received"),
        }
    }

    /// Removes the recorded requests. Their effects remain.
    pub fn clear_requests(&self) {
        self.inner.traffic.record().clear();
    }

    /// Asserts that exactly these operations were called, in this order. Ignores requests for access tokens.
    ///
    /// # Panics
    /// Panics otherwise, with a list of the requests.
    #[track_caller]
    pub fn assert_calls<'a>(&self, operations: impl IntoIterator<Item = &'a str>) {
        record::assert_calls(&self.calls(), operations);
    }

    /// Asserts that no request was rejected: none violated the API description or named an object that does not
    /// exist.
    ///
    /// # Panics
    /// Panics otherwise, with the reasons.
    #[track_caller]
    pub fn assert_none_rejected(&self) {
        record::assert_none_rejected(&self.requests());
    }
}

impl Drop for FakePipedream {
    fn drop(&mut self) {
        self.inner.traffic.stop();
        self.task.abort();
    }
}

impl fmt::Debug for FakePipedream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakePipedream")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
