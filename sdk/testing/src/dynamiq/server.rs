//! The two hosts of the fake Dynamiq: a request is taken apart, held against the document, and carried out.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use axum::http::request;
use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::FakeDynamiq;
use super::handlers::{Call, handler};
use super::state::State;
use crate::check;
use crate::document::{Document, Operation};
use crate::response::{FakeResponse, Rejection};
use crate::route::{self, Route};
use crate::server;
use crate::traffic::{self, Answered, Api, Traffic, locked};

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| Document::parse(pipedream_sdk_generated::DYNAMIQ_DOCUMENT));

/// The resolved OpenAPI document, parsed once for all fakes of a process.
pub(super) fn document() -> &'static Document {
    &DOCUMENT
}

/// The name that the document gives to the host of the fulfilling operations.
const MANAGEMENT: &str = "management";

/// What the servers and the test that holds the fake share.
pub(super) struct Inner {
    pub(super) app_url: String,
    pub(super) management_url: String,
    pub(super) traffic: Traffic,
    pipedream: Arc<server::Inner>,
    state: Mutex<State>,
}

impl Inner {
    /// The state, with the clock set.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.now = self.pipedream.clock.now();
        state
    }
}

/// Why a request is refused, as Dynamiq words it.
#[derive(Debug)]
pub(super) struct Problem {
    status: u16,
    code: &'static str,
    message: String,
    details: Map<String, Value>,
}

impl Problem {
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

    /// The same, with what is wrong with one field.
    pub(super) fn detail(mut self, field: &str, what: &str) -> Self {
        self.details.insert(field.to_owned(), what.into());
        self
    }

    fn answer(self) -> FakeResponse {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.details.is_empty() {
            error["details"] = Value::Object(self.details);
        }
        FakeResponse::new(self.status).json(json!({ "error": error }))
    }
}

impl From<Rejection> for Problem {
    fn from(refusal: Rejection) -> Self {
        Self::bad_request(refusal.reason())
    }
}

/// One of the two hosts.
#[derive(Clone)]
struct Host {
    inner: Arc<Inner>,
    is_management: bool,
}

/// Binds two free ports of the loopback address and serves there.
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

    /// Paths of the other host are not there.
    fn route(&self, head: &request::Parts) -> Route {
        match route::find(document(), &head.method, head.uri.path(), None) {
            Route::Operation(operation, _) if self.is_management != is_managed(operation) => {
                Route::Nothing
            }
            route => route,
        }
    }

    fn answer(&self, route: &Route, head: &request::Parts, body: &Bytes) -> Answered {
        match self.carry_out(route, head, body) {
            Ok(answer) => answer.into(),
            Err(problem) => Answered {
                refusal: Some(problem.message.clone()),
                answer: problem.answer(),
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
    ) -> Result<FakeResponse, Problem> {
        let (operation, path) = match route {
            Route::Operation(operation, path) => (*operation, path),
            Route::WrongMethod => {
                let message = "the path does not take this method";
                return Err(Problem::new(405, "method_not_allowed", message));
            }
            Route::Nothing => return Err(Problem::not_found("no such path on this host")),
        };
        let query = route::query_pairs(head.uri.query().unwrap_or_default());
        let raw = check::Raw {
            path,
            query: &query,
            headers: &head.headers,
            body,
        };
        let mut state = self.inner.state();
        let user = self.caller(&state, check::bearer(&head.headers))?;
        let body = check::request(operation, &raw)?;
        let handler = handler(&operation.id)
            .ok_or_else(|| Problem::not_found("the fake does not know this operation"))?;
        let mut pipedream = self.inner.pipedream.state();
        let mut call = Call {
            path,
            query: &query,
            body,
            user,
            pipedream: &mut pipedream,
        };
        let answer = handler(&mut state, &mut call)?;
        #[cfg(test)]
        {
            let findings = check::answer(operation, &answer);
            assert!(
                findings.is_empty(),
                "an answer that the document does not have: {findings:?}"
            );
        }
        Ok(answer)
    }

    /// Who is calling: each host knows its own kind of credential and no other. Gives the user of a Connect token.
    fn caller(&self, state: &State, bearer: Option<&str>) -> Result<Option<String>, Problem> {
        if self.is_management {
            let token = bearer.ok_or_else(|| Problem::unauthorized("no Connect token"))?;
            return match state.user_of(token) {
                Some(user) => Ok(Some(user.to_owned())),
                None => Err(Problem::unauthorized(
                    "the Connect token is unknown or has expired",
                )),
            };
        }
        match bearer {
            Some(FakeDynamiq::ACCESS_KEY) => Ok(None),
            Some(FakeDynamiq::PERSONAL_ACCESS_TOKEN) => Err(Problem::new(
                403,
                "forbidden",
                "an App takes no Personal Access Token",
            )),
            None if !state.private => Ok(None),
            None => Err(Problem::unauthorized("no access key")),
            Some(_) => Err(Problem::unauthorized("the access key is unknown")),
        }
    }
}

fn is_managed(operation: &Operation) -> bool {
    operation.server.as_deref() == Some(MANAGEMENT)
}
