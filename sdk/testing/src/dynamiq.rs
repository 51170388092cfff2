//! A fake Dynamiq: an App and the management host, stateful, and as strict about requests as the API description.
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
//! // The user goes to the page and connects an account.
//! let page = open.link.expect("something is missing");
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
use self::state::Need;
use crate::connecting::Connection;
use crate::fake::FakePipedream;
use crate::fault::Fault;
use crate::record::{self, RecordedRequest};
use crate::route;

/// A running fake Dynamiq: the host of one App and the management host, each on a port of its own. It stops when this is
/// dropped.
///
/// Requirements for accounts are fulfilled through a fake Pipedream that belongs to it, as they are through Dynamiq's
/// own project: [`pipedream`](Self::pipedream).
pub struct FakeDynamiq {
    inner: Arc<Inner>,
    tasks: [JoinHandle<()>; 2],
    pipedream: FakePipedream,
}

impl FakeDynamiq {
    /// The access key that a private App takes.
    pub const ACCESS_KEY: &'static str = "fake-access-key";
    /// A credential for the management host alone that is no Connect token: an App answers 403 to it.
    pub const PERSONAL_ACCESS_TOKEN: &'static str = "fake-personal-access-token";

    /// Starts a fake whose App is private, on free ports of the loopback address, on the tokio runtime of the caller.
    ///
    /// # Panics
    /// Outside a tokio runtime, and where no port can be had.
    pub async fn start() -> Self {
        Self::start_app(true).await
    }

    /// The same with a public App, which takes no credential.
    ///
    /// # Panics
    /// Where [`start`](Self::start) does.
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
            Err(error) => panic!("no port for the fake Dynamiq: {error}"),
        }
    }

    /// Where the App listens, without a slash at the end.
    pub fn app_url(&self) -> &str {
        &self.inner.app_url
    }

    /// Where the management host listens, without a slash at the end.
    pub fn management_url(&self) -> &str {
        &self.inner.management_url
    }

    /// The Pipedream in which accounts for requirements are connected.
    pub fn pipedream(&self) -> &FakePipedream {
        &self.pipedream
    }

    /// Puts the clocks forward, this fake's and that of its Pipedream: tokens expire by it.
    pub fn advance(&self, by: Duration) {
        self.pipedream.advance(by);
    }
}

/// What the App needs of its users, and users who give it.
impl FakeDynamiq {
    /// From now on the App requires an account of an app, by its slug; gives the id of the requirement.
    pub fn require_account(&self, app_slug: &str) -> String {
        self.require(Need::Account(app_slug.to_owned()))
    }

    /// From now on the App requires credentials for a connection of this class, such as
    /// `dynamiq.connections.HttpApiKey`; gives the id of the requirement.
    pub fn require_credentials(&self, class: &str) -> String {
        self.require(Need::Credentials(class.to_owned()))
    }

    /// From now on the App requires a connection of this class that is authorized through OAuth 2; gives the id of the
    /// requirement.
    pub fn require_oauth2(&self, class: &str) -> String {
        self.require(Need::OAuth2(class.to_owned()))
    }

    fn require(&self, need: Need) -> String {
        self.inner.state().require(need)
    }

    /// Does what a user does on the page of an authorization through Pipedream: connects an account of the app that the
    /// link names, with the token that it holds.
    pub async fn connect(&self, link: &str) -> Connection {
        let query = link.split_once('?').map_or("", |(_, query)| query);
        let pairs = route::query_pairs(query);
        let of = |name: &str| {
            let pair = pairs.iter().find(|(other, _)| other == name);
            pair.map_or("", |(_, value)| value.as_str())
        };
        self.pipedream.connect(of("token"), of("app")).await
    }

    /// Does what a user does on a provider's page: grants what was asked for. Whether something was asked for.
    pub fn grant_oauth2(&self, user: &str, requirement: &str) -> bool {
        self.inner.state().grant(user, requirement)
    }
}

/// Things that go wrong.
impl FakeDynamiq {
    /// Orders a fault for the next request, whatever it is; several orders are served one after the other.
    pub fn fail_next(&self, fault: impl Into<Fault>) {
        self.inner.traffic.faults().for_next(fault.into());
    }

    /// Orders a fault for the next request of an operation, by its id in the API description.
    ///
    /// # Panics
    /// Where the document has no such operation.
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

/// What came.
impl FakeDynamiq {
    /// Every request so far, to either host, in the order of their coming.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.inner.traffic.record().clone()
    }

    /// The requests of one operation so far.
    pub fn requests_of(&self, operation: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|it| it.operation() == Some(operation));
        requests
    }

    /// Asserts that these operations were called, in this order, and nothing else.
    ///
    /// # Panics
    /// Otherwise, with a list of what came.
    #[track_caller]
    pub fn assert_calls<'a>(&self, operations: impl IntoIterator<Item = &'a str>) {
        record::assert_calls(&self.requests(), operations);
    }

    /// Asserts that no request was refused.
    ///
    /// # Panics
    /// Otherwise, with the reasons.
    #[track_caller]
    pub fn assert_none_refused(&self) {
        record::assert_none_refused(&self.requests());
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
