//! The handle that a test holds on a running fake.

use std::fmt;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_runtime::{CallOptions, FixedSecret, Transport};
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::fault::Fault;
use crate::record::{self, RecordedRequest};
use crate::response::FakeResponse;
use crate::server::{self, Inner};
use crate::state::{AppOverride, File, OAUTH2, Place, Run, State};

/// A running fake Pipedream; it stops when this is dropped.
///
/// What its methods add belongs to [`PROJECT_ID`](Self::PROJECT_ID) in the production environment, where an SDK works
/// when it is told nothing else; [`in_environment`](Self::in_environment) chooses another.
pub struct FakePipedream {
    pub(crate) inner: Arc<Inner>,
    task: JoinHandle<()>,
    place: Place,
}

impl FakePipedream {
    /// The client id that the token endpoint knows.
    pub const CLIENT_ID: &'static str = "fake-client-id";
    /// The client secret that goes with it.
    pub const CLIENT_SECRET: &'static str = "fake-client-secret";
    /// The project that is there from the start.
    pub const PROJECT_ID: &'static str = "proj_Fake1";

    /// Starts a fake on a free port of the loopback address, on the tokio runtime of the caller.
    ///
    /// # Panics
    /// Outside a tokio runtime, and where no port can be had.
    pub async fn start() -> Self {
        let (inner, task) = match server::start(Self::PROJECT_ID).await {
            Ok(started) => started,
            Err(error) => panic!("no port for the fake Pipedream: {error}"),
        };
        let place = Place {
            project: Self::PROJECT_ID.to_owned(),
            environment: "production".to_owned(),
        };
        Self { inner, task, place }
    }

    /// The same fake with another environment, `development` or `production`, for what its methods add from now on.
    #[must_use]
    pub fn in_environment(mut self, environment: &str) -> Self {
        environment.clone_into(&mut self.place.environment);
        self
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }

    /// Where it listens, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// The environment variables that an SDK reads its settings from, with the values of this fake.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("PIPEDREAM_BASE_URL", self.base_url().to_owned()),
            ("PIPEDREAM_CLIENT_ID", Self::CLIENT_ID.to_owned()),
            ("PIPEDREAM_CLIENT_SECRET", Self::CLIENT_SECRET.to_owned()),
            ("PIPEDREAM_PROJECT_ID", Self::PROJECT_ID.to_owned()),
            (
                "PIPEDREAM_PROJECT_ENVIRONMENT",
                self.place.environment.clone(),
            ),
        ]
    }

    /// A low-level client of this fake, with a new access token.
    ///
    /// # Panics
    /// Where no HTTP client can be made.
    pub fn client(&self) -> Client {
        let token = FixedSecret::new([OAUTH2], self.access_token());
        let options = CallOptions::new().credentials(token);
        match Transport::builder(self.base_url()).options(options).build() {
            Ok(transport) => Client::new(transport),
            Err(error) => panic!("no client for the fake Pipedream: {error}"),
        }
    }

    /// A new access token, good for an hour of the fake's clock.
    pub fn access_token(&self) -> String {
        self.state().issue_access_token(Vec::new())
    }

    /// A new access token that is good for these scopes alone.
    pub fn access_token_for(&self, scopes: &[&str]) -> String {
        let scopes = scopes.iter().map(|it| (*it).to_owned()).collect();
        self.state().issue_access_token(scopes)
    }

    /// Lets the client of [`CLIENT_ID`](Self::CLIENT_ID) prove who it is by the private key that goes with this public
    /// one, as well as by its secret. The key is given in PEM (`BEGIN PUBLIC KEY`), of P-256 or RSA.
    ///
    /// An assertion is accepted once; type, signature, issuer, subject, audience (the fake's address) and life have to
    /// be right.
    ///
    /// # Panics
    /// Where the text is no such key.
    #[cfg(feature = "private-key-jwt")]
    pub fn register_public_key(&self, pem: &str) {
        if let Err(error) = self.state().client_keys.add(pem) {
            panic!("no public key of P-256 or RSA in PEM: {error}");
        }
    }

    /// Makes every token that has been issued invalid, as if it had been revoked.
    pub fn revoke_tokens(&self) {
        let mut state = self.state();
        state.access_tokens.clear();
        state.connect_tokens.clear();
    }

    /// Puts the fake's clock forward: tokens expire by it, and what is created later is dated by it.
    pub fn advance(&self, by: Duration) {
        self.inner.clock.advance(by);
    }
}

/// What is there before the code under test begins, and what it finds out there.
impl FakePipedream {
    /// Adds an external user; gives the id that Pipedream has for them.
    ///
    /// # Panics
    /// Where this is the eleventh in the development environment, which takes ten.
    pub fn add_user(&self, external_user_id: &str) -> String {
        let met = self.state().meet_user(&self.place, external_user_id);
        match met {
            Ok(id) => id,
            Err(refusal) => panic!("cannot add {external_user_id:?}: {}", refusal.reason()),
        }
    }

    /// Connects an account of an app (its slug or id) to a user; gives the account's id.
    ///
    /// # Panics
    /// Where the catalogue has no such app, and where [`add_user`](Self::add_user) does.
    pub fn add_account(&self, external_user_id: &str, app: &str) -> String {
        let mut state = self.state();
        match state.add_account(&self.place, external_user_id, app) {
            Ok(account) => account.id.clone(),
            Err(refusal) => panic!("cannot connect {app:?}: {}", refusal.reason()),
        }
    }

    /// Deploys a trigger (a component's key) for a user; gives the deployed trigger's id.
    ///
    /// # Panics
    /// Where the catalogue has no such trigger, and where [`add_user`](Self::add_user) does.
    pub fn deploy_trigger(&self, external_user_id: &str, component: &str) -> String {
        let mut state = self.state();
        match state.deploy(&self.place, external_user_id, component) {
            Ok(trigger) => trigger.id.clone(),
            Err(refusal) => panic!("cannot deploy {component:?}: {}", refusal.reason()),
        }
    }

    /// Lets a deployed trigger emit an event. A paused one does not: then this is false.
    ///
    /// # Panics
    /// Where there is no such trigger, or the event is no JSON object.
    pub fn emit(&self, trigger_id: &str, event: impl Into<Value>) -> bool {
        let event = event.into();
        assert!(event.is_object(), "an event is a JSON object, not {event}");
        match self.state().emit(trigger_id, event) {
            Some(emitted) => emitted,
            None => panic!("no deployed trigger {trigger_id:?}"),
        }
    }

    /// Pauses a deployed trigger, as an update with `active: false` does.
    ///
    /// # Panics
    /// Where there is no such trigger.
    pub fn pause_trigger(&self, trigger_id: &str) {
        match self.state().trigger(trigger_id) {
            Some(trigger) => trigger.active = false,
            None => panic!("no deployed trigger {trigger_id:?}"),
        }
    }

    /// Adds a webhook to a deployed trigger; gives its id and its signing key.
    ///
    /// # Panics
    /// Where there is no such trigger.
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

    /// Registers an OAuth client of the project for an app (its slug or id) that uses OAuth; gives the client's id.
    ///
    /// # Panics
    /// Where the catalogue has no such app.
    pub fn add_oauth_app(&self, app: &str) -> String {
        match self.state().add_oauth_app(&self.place.project, app) {
            Some(client) => client.id.clone(),
            None => panic!("no app {app:?} in the catalogue that uses OAuth"),
        }
    }

    /// Lays down values for an app (its slug or id) under a name; gives the override's id.
    ///
    /// # Panics
    /// Where the catalogue has no such app, or the values are no JSON object.
    pub fn add_app_override(&self, app: &str, name: &str, values: impl Into<Value>) -> String {
        let Value::Object(values) = values.into() else {
            panic!("the values of an override are a JSON object");
        };
        let mut state = self.state();
        let Some(made) = state.new_app_override(&self.place.project, app) else {
            panic!("no app {app:?} in the catalogue");
        };
        let name = name.to_owned();
        let made = AppOverride {
            name,
            values,
            ..made
        };
        let id = made.id.clone();
        state.app_overrides.push(made);
        id
    }

    /// Gives up delivering to a webhook of a deployed trigger, as the service does where too many deliveries failed.
    ///
    /// # Panics
    /// Where there is no such webhook.
    pub fn give_up_webhook(&self, webhook_id: &str) {
        let mut state = self.state();
        let now = state.now;
        match state.trigger_webhook(webhook_id) {
            Some(webhook) => webhook.given_up = Some(now),
            None => panic!("no webhook {webhook_id:?} of a trigger"),
        }
    }

    /// Adds an app to the catalogue, as the API shows it.
    pub fn add_app(&self, app: impl Into<Value>) {
        self.state().apps.push(app.into());
    }

    /// Adds a component to the catalogue, as the API shows it. The first of its props says which app it belongs to.
    pub fn add_component(&self, component: impl Into<Value>) {
        self.state().components.push(component.into());
    }

    /// Sets what runs of an action give from now on.
    pub fn action_returns(&self, component: &str, value: impl Into<Value>) {
        let run = Run::Returns(value.into());
        self.state().runs.insert(component.to_owned(), run);
    }

    /// Lets runs of an action fail from now on: a 200 whose observations hold the error, as the service does it.
    pub fn action_fails(&self, component: &str, message: &str) {
        let run = Run::Fails(message.to_owned());
        self.state().runs.insert(component.to_owned(), run);
    }

    /// Sets what target URLs with this beginning answer through the proxy; the last that fits wins.
    ///
    /// Where nothing is set, the proxy answers with what it would have sent: method, URL, headers and body.
    pub fn upstream(&self, url_beginning: &str, answer: FakeResponse) {
        let upstream = (url_beginning.to_owned(), answer);
        self.state().upstreams.push(upstream);
    }

    /// Puts a file into the file stash.
    pub fn add_file(&self, s3_key: &str, content: impl Into<Bytes>) {
        let file = File::Here(content.into());
        self.state().files.insert(s3_key.to_owned(), file);
    }

    /// Puts a file into the file stash whose download leads to another host, which takes no credentials.
    pub fn add_file_elsewhere(&self, s3_key: &str, content: impl Into<Bytes>) {
        let file = File::Elsewhere(content.into());
        self.state().files.insert(s3_key.to_owned(), file);
    }
}

/// Things that go wrong.
impl FakePipedream {
    /// Orders a fault for the next request, whatever it is; several orders are served one after the other.
    ///
    /// Requests for access tokens are left alone: order theirs with `on("createOauthToken", …)`.
    pub fn fail_next(&self, fault: impl Into<Fault>) {
        self.inner.traffic.faults().for_next(fault.into());
    }

    /// Orders a fault for the next request of an operation, by its id in the API description.
    ///
    /// # Panics
    /// Where the document has no such operation.
    pub fn on(&self, operation: &str, fault: impl Into<Fault>) {
        let mut known = crate::document::document().operations.iter();
        assert!(
            known.any(|it| it.id == operation),
            "no operation {operation:?} in the API description"
        );
        self.inner
            .traffic
            .faults()
            .for_operation(operation, fault.into());
    }

    /// From now on, one request in so many has one of these faults; the same seed gives the same sequence.
    pub fn fail_at_random(&self, seed: u64, one_in: u64, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().collect();
        self.inner.traffic.faults().at_random(seed, one_in, faults);
    }

    /// Takes back all faults on order.
    pub fn clear_faults(&self) {
        self.inner.traffic.faults().clear();
    }

    /// How many ordered faults no request has met yet.
    pub fn faults_left(&self) -> usize {
        self.inner.traffic.faults().left()
    }
}

/// What came.
impl FakePipedream {
    /// Every request so far, in the order of their coming.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.inner.traffic.record().clone()
    }

    /// Every request so far but those for access tokens.
    pub fn calls(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() != Some("createOauthToken"));
        requests
    }

    /// The requests of one operation so far.
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() == Some(operation));
        requests
    }

    /// The last request, those for access tokens left out.
    ///
    /// # Panics
    /// Where none has come.
    #[track_caller]
    pub fn last_call(&self) -> RecordedRequest {
        match self.calls().pop() {
            Some(last) => last,
            None => panic!("no request has come"),
        }
    }

    /// Forgets the requests so far; what they changed stays.
    pub fn forget_requests(&self) {
        self.inner.traffic.record().clear();
    }

    /// Asserts that these operations were called, in this order, and nothing else; requests for access tokens are left
    /// out.
    ///
    /// # Panics
    /// Otherwise, with a list of what came.
    #[track_caller]
    pub fn assert_calls<'a>(&self, operations: impl IntoIterator<Item = &'a str>) {
        record::assert_calls(&self.calls(), operations);
    }

    /// Asserts that no request was refused for not being what the API description allows, or for what is not there.
    ///
    /// # Panics
    /// Otherwise, with the reasons.
    #[track_caller]
    pub fn assert_none_refused(&self) {
        record::assert_none_refused(&self.requests());
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
