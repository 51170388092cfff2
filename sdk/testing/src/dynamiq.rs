//! A fake Dynamiq: an App and the management host. Stateful, and as strict about requests as the API description.
//!
//! ```
//! # async fn example() -> Result<(), pipedream_sdk::Error> {
//! # use pipedream_sdk_testing::FakeDynamiq;
//! use pipedream_sdk::dynamiq::App;
//!
//! let fake = FakeDynamiq::start().await;
//! fake.require_account("slack");
//! let app = App::with_access_key(fake.app_url(), FakeDynamiq::ACCESS_KEY)
//!     .management_url(fake.management_url())
//!     .build()?;
//! let user = app.user("user-42");
//! let open = user.requirement_link().run().await?;
//! // The user opens the page and connects an account.
//! let page = open.link.expect("an unfulfilled requirement");
//! fake.connect(page.expose()).await;
//! user.wait_until_complete().wait().await?;
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```

mod handlers;
mod server;
mod state;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use self::server::Inner;
use self::state::RequirementKind;
use crate::connecting::Connection;
use crate::fake::FakePipedream;
use crate::fault::Fault;
use crate::record::{self, RecordedRequest};
use crate::route;

/// A running fake Dynamiq: the host of one App and the management host, each on its own port. Stops when it is
/// dropped.
///
/// Requirements for accounts are fulfilled through a fake Pipedream, [`pipedream`](Self::pipedream), just as
/// Dynamiq uses a Pipedream project of its own.
pub struct FakeDynamiq {
    inner: Arc<Inner>,
    tasks: [JoinHandle<()>; 2],
    pipedream: FakePipedream,
}

impl FakeDynamiq {
    /// Access key of the private App.
    pub const ACCESS_KEY: &'static str = "fake-access-key";
    /// A credential of the management host that is not a Connect token. An App responds to it with 403.
    pub const PERSONAL_ACCESS_TOKEN: &'static str = "fake-personal-access-token";

    /// Starts a fake with a private App on free local ports, on the tokio runtime of the caller.
    ///
    /// # Panics
    /// Panics outside a tokio runtime, or if no port is available.
    pub async fn start() -> Self {
        Self::start_app(true).await
    }

    /// Starts a fake with a public App, which needs no credential.
    ///
    /// # Panics
    /// Panics under the conditions of [`start`](Self::start).
    pub async fn start_public() -> Self {
        Self::start_app(false).await
    }

    async fn start_app(private: bool) -> Self {
        let pipedream = FakePipedream::start().await;
        match server::start(Arc::clone(&pipedream.inner), private).await {
            Ok((inner, tasks)) => Self {
                inner,
                tasks,
                pipedream,
            },
            Err(error) => panic!("cannot bind a port for the fake Dynamiq: {error}"),
        }
    }

    /// Base URL of the App, without a trailing slash.
    pub fn app_url(&self) -> &str {
        &self.inner.app_url
    }

    /// Base URL of the management host, without a trailing slash.
    pub fn management_url(&self) -> &str {
        &self.inner.management_url
    }

    /// The fake Pipedream in which accounts for requirements are connected.
    pub fn pipedream(&self) -> &FakePipedream {
        &self.pipedream
    }

    /// Moves the clocks of this fake and of its Pipedream forward, so that tokens expire.
    pub fn advance(&self, by: Duration) {
        self.pipedream.advance(by);
    }
}

/// Requirements of the App, and users who fulfill them.
impl FakeDynamiq {
    /// Adds a requirement for an account of an app (slug), and returns the ID of the requirement.
    pub fn require_account(&self, app_slug: &str) -> String {
        self.require(RequirementKind::Account(app_slug.to_owned()))
    }

    /// Adds a requirement for credentials of a connection class, such as `dynamiq.connections.HttpApiKey`, and
    /// returns the ID of the requirement.
    pub fn require_credentials(&self, class: &str) -> String {
        self.require(RequirementKind::Credentials(class.to_owned()))
    }

    /// Adds a requirement for a connection of this class that is authorized through OAuth 2, and returns the ID of
    /// the requirement.
    pub fn require_oauth2(&self, class: &str) -> String {
        self.require(RequirementKind::OAuth2(class.to_owned()))
    }

    fn require(&self, kind: RequirementKind) -> String {
        self.inner.state().require(kind)
    }

    /// Acts as the user on a page for authorization through Pipedream: connects an account of the app in the link,
    /// with the token in the link.
    pub async fn connect(&self, link: &str) -> Connection {
        let query = link.split_once('?').map_or("", |(_, query)| query);
        let pairs = route::query_pairs(query);
        let of = |name: &str| {
            let pair = pairs.iter().find(|(other, _)| other == name);
            pair.map_or("", |(_, value)| value.as_str())
        };
        self.pipedream.connect(of("token"), of("app")).await
    }

    /// Acts as the user on the page of an OAuth 2 provider. Returns `true` if an authorization had been started.
    pub fn grant_oauth2(&self, user: &str, requirement: &str) -> bool {
        self.inner.state().complete_authorization(user, requirement)
    }
}

/// Faults.
impl FakeDynamiq {
    /// Schedules a fault for the next request of any operation. Several faults apply one after the other.
    pub fn fail_next(&self, fault: impl Into<Fault>) {
        self.inner.traffic.faults().for_next(fault.into());
    }

    /// Schedules a fault for the next request of an operation, by its ID in the API description.
    ///
    /// # Panics
    /// Panics if the document has no such operation.
    pub fn on(&self, operation: &str, fault: impl Into<Fault>) {
        let mut known = server::document().operations.iter();
        assert!(
            known.any(|it| it.id == operation),
            "no operation {operation:?} in the API description"
        );
        self.inner
            .traffic
            .faults()
            .for_operation(operation, fault.into());
    }
}

/// Recorded requests.
impl FakeDynamiq {
    /// Returns every request to either host so far, in the order received.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.inner.traffic.record().clone()
    }

    /// Returns the requests of one operation so far.
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() == Some(operation));
        requests
    }

    /// Asserts that exactly these operations were called, in this order.
    ///
    /// # Panics
    /// Panics otherwise, with a list of the requests.
    #[track_caller]
    pub fn assert_calls<'a>(&self, operations: impl IntoIterator<Item = &'a str>) {
        record::assert_calls(&self.requests(), operations);
    }

    /// Asserts that no request was rejected.
    ///
    /// # Panics
    /// Panics otherwise, with the reasons.
    #[track_caller]
    pub fn assert_none_rejected(&self) {
        record::assert_none_rejected(&self.requests());
    }
}

impl Drop for FakeDynamiq {
    fn drop(&mut self) {
        self.inner.traffic.stop();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl fmt::Debug for FakeDynamiq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeDynamiq")
            .field("app_url", &self.app_url())
            .field("management_url", &self.management_url())
            .finish_non_exhaustive()
    }
}
