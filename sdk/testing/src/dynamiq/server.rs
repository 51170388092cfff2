//! The two hosts of the fake Dynamiq: route, validate and handle requests.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use axum::http::request;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::FakeDynamiq;
use super::handlers::{ValidRequest, handler};
use super::state::State;
use crate::check;
use crate::document::{Document, Operation};
use crate::response::{FakeResponse, Rejection};
use crate::route::{self, Route};
use crate::server;
use crate::traffic::{self, Api, ApiResponse, Traffic, locked};

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| Document::parse(pipedream_sdk_generated::DYNAMIQ_DOCUMENT));

/// Returns the resolved OpenAPI document, parsed once per process.
pub(super) fn document() -> &'static Document {
    &DOCUMENT
}

/// Name of the management host in the document.
const MANAGEMENT: &str = "management";

/// State shared by the servers and the test that holds the fake.
pub(super) struct Inner {
    pub(super) app_url: String,
    pub(super) management_url: String,
    pub(super) traffic: Traffic,
    pipedream: Arc<server::Inner>,
    state: Mutex<State>,
}

impl Inner {
    /// Locks the state after updating its clock.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.now = self.pipedream.clock.now();
        state
    }
}

/// Rejection of a request, in the error format of Dynamiq.
#[derive(Debug)]
pub(super) struct DynamiqError {
    status: u16,
    code: &'static str,
    message: String,
    details: Map<String, Value>,
}

impl DynamiqError {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Map::new(),
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "bad_request", message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "not_found", message)
    }

    fn unauthorized(message: &str) -> Self {
        Self::new(401, "unauthorized", message)
    }

    /// Adds the error of one field.
    pub(super) fn detail(mut self, field: &str, message: &str) -> Self {
        self.details.insert(field.to_owned(), message.into());
        self
    }

    fn into_response(self) -> FakeResponse {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.details.is_empty() {
            error["details"] = Value::Object(self.details);
        }
        FakeResponse::new(self.status).json(json!({ "error": error }))
    }
}

impl From<Rejection> for DynamiqError {
    fn from(rejection: Rejection) -> Self {
        Self::bad_request(rejection.reason())
    }
}

/// One of the two hosts.
#[derive(Clone)]
struct Host {
    inner: Arc<Inner>,
    is_management: bool,
}

/// Binds two free ports of the loopback address and serves requests on them.
pub(super) async fn start(
    pipedream: Arc<server::Inner>,
    private: bool,
) -> std::io::Result<(Arc<Inner>, [JoinHandle<()>; 2])> {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let (app, management) = (
        TcpListener::bind(free).await?,
        TcpListener::bind(free).await?,
    );
    let inner = Arc::new(Inner {
        app_url: format!("http://{}", app.local_addr()?),
        management_url: format!("http://{}", management.local_addr()?),
        state: Mutex::new(State::new(pipedream.clock.now(), private)),
        pipedream,
        traffic: Traffic::default(),
    });
    let served = |listener: TcpListener, is_management: bool| {
        let inner = Arc::clone(&inner);
        let host = Host {
            inner,
            is_management,
        };
        traffic::serve(listener, host)
    };
    let tasks = [served(app, false), served(management, true)];
    Ok((inner, tasks))
}

impl Api for Host {
    fn traffic(&self) -> &Traffic {
        &self.inner.traffic
    }

    fn document(&self) -> &'static Document {
        document()
    }

    /// Paths of the other host do not exist on this one.
    fn route(&self, head: &request::Parts, _: &Bytes) -> Route {
        match route::find(document(), &head.method, head.uri.path(), None) {
            Route::Operation(operation, _) if self.is_management != is_managed(operation) => {
                Route::Nothing
            }
            route => route,
        }
    }

    fn respond(&self, route: &Route, head: &request::Parts, body: &Bytes) -> ApiResponse {
        match self.carry_out(route, head, body) {
            Ok(response) => response.into(),
            Err(problem) => ApiResponse {
                rejection: Some(problem.message.clone()),
                response: problem.into_response(),
            },
        }
    }
}

impl Host {
    fn carry_out(
        &self,
        route: &Route,
        head: &request::Parts,
        body: &Bytes,
    ) -> Result<FakeResponse, DynamiqError> {
        let (operation, path) = match route {
            Route::Operation(operation, path) => (*operation, path),
            Route::WrongMethod => {
                let message = "the path does not allow this method";
                return Err(DynamiqError::new(405, "method_not_allowed", message));
            }
            Route::Nothing => return Err(DynamiqError::not_found("no such path on this host")),
        };
        let query = route::query_pairs(head.uri.query().unwrap_or_default());
        let raw = check::RawRequest {
            path,
            query: &query,
            headers: &head.headers,
            body,
        };
        let mut state = self.inner.state();
        let user = self.caller(&state, check::bearer(&head.headers))?;
        let body = check::request(operation, &raw)?;
        let handler = handler(&operation.id)
            .ok_or_else(|| DynamiqError::not_found("the fake does not implement this operation"))?;
        let mut pipedream = self.inner.pipedream.state();
        let mut request = ValidRequest {
            path,
            query: &query,
            body,
            user,
            pipedream: &mut pipedream,
        };
        let response = handler(&mut state, &mut request)?;
        #[cfg(test)]
        {
            let findings = check::response(operation, &response);
            assert!(findings.is_empty(), "undocumented response: {findings:?}");
        }
        Ok(response)
    }

    /// Authenticates the caller, and returns the user of a Connect token. Each host accepts only its own type of
    /// credential.
    fn caller(&self, state: &State, bearer: Option<&str>) -> Result<Option<String>, DynamiqError> {
        if self.is_management {
            let token =
                bearer.ok_or_else(|| DynamiqError::unauthorized("missing Connect token"))?;
            return match state.user_of_token(token) {
                Some(user) => Ok(Some(user.to_owned())),
                None => Err(DynamiqError::unauthorized(
                    "the Connect token is unknown or has expired",
                )),
            };
        }
        match bearer {
            Some(FakeDynamiq::ACCESS_KEY) => Ok(None),
            Some(FakeDynamiq::PERSONAL_ACCESS_TOKEN) => Err(DynamiqError::new(
                403,
                "forbidden",
                "an App does not accept Personal Access Tokens",
            )),
            None if !state.private => Ok(None),
            None => Err(DynamiqError::unauthorized("missing access key")),
            Some(_) => Err(DynamiqError::unauthorized("the access key is unknown")),
        }
    }
}

fn is_managed(operation: &Operation) -> bool {
    operation.server.as_deref() == Some(MANAGEMENT)
}
