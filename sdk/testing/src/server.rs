//! The server of the fake Pipedream: routes, validates and handles requests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::{Method, header, request};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::check;
use crate::clock::Clock;
use crate::delivery::DeliveryQueue;
use crate::document::{Document, Operation, document};
use crate::handlers::{ValidRequest, count, handler, storage_response};
use crate::mcp;
use crate::response::{FakeResponse, Rejection};
use crate::route::{self, Route};
use crate::state::State;
use crate::traffic::{self, Api, ApiResponse, Traffic, locked};

/// State shared by the server and the test that holds the fake.
pub(crate) struct Inner {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) deliveries: DeliveryQueue,
    pub(crate) traffic: Traffic,
    state: Mutex<State>,
}

impl Inner {
    /// Locks the state after updating its clock.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.now = self.clock.now();
        state
    }
}

/// Binds a free port of the loopback address and serves requests on it.
pub(crate) async fn start(project: &str) -> std::io::Result<(Arc<Inner>, JoinHandle<()>)> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let clock = Clock::new();
    let inner = Arc::new(Inner {
        base_url: format!("http://{}", listener.local_addr()?),
        state: Mutex::new(State::new(clock.now(), project)),
        clock,
        deliveries: DeliveryQueue::default(),
        traffic: Traffic::default(),
    });
    let task = traffic::serve(listener, Arc::clone(&inner));
    Ok((inner, task))
}

impl Api for Arc<Inner> {
    fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    fn document(&self) -> &'static Document {
        document()
    }

    fn route(&self, head: &request::Parts, body: &Bytes) -> Route {
        if let Some(route) = mcp::route(head, body) {
            return route;
        }
        let implied = check::implied_value(&head.headers, &self.state());
        route::find(document(), &head.method, head.uri.path(), implied.as_ref())
    }

    fn respond(&self, route: &Route, head: &request::Parts, body: &Bytes) -> ApiResponse {
        let outcome = match route {
            Route::Operation(operation, _) if mcp::has_operation(&operation.id) => {
                mcp::respond(self, operation, head, body)
            }
            Route::Operation(operation, path) => carry_out(self, operation, path, head, body),
            Route::WrongMethod => Err(Rejection::new(405, "the path does not allow this method")),
            Route::Nothing => {
                let credentials = head.headers.contains_key(header::AUTHORIZATION);
                let state = self.state();
                storage_response(&state, head.uri.path(), credentials)
                    .filter(|_| head.method == Method::GET)
                    .ok_or_else(|| Rejection::new(404, "no such path"))
            }
        };
        match outcome {
            Ok(response) => response.into(),
            Err(rejection) => ApiResponse {
                rejection: Some(rejection.reason().to_owned()),
                response: rejection.into(),
            },
        }
    }
}

fn carry_out(
    inner: &Inner,
    operation: &Operation,
    path: &[(String, String)],
    head: &request::Parts,
    bytes: &Bytes,
) -> Result<FakeResponse, Rejection> {
    let query = route::query_pairs(head.uri.query().unwrap_or_default());
    let raw = check::RawRequest {
        path,
        query: &query,
        headers: &head.headers,
        body: bytes,
    };
    let mut state = inner.state();
    let caller = check::caller(operation, &raw, &state)?;
    count(&mut state, &head.headers)?;
    let body = check::request(operation, &raw)?;
    let handler = handler(&operation.id)
        .ok_or_else(|| Rejection::new(501, "the fake does not implement this operation"))?;
    let request = ValidRequest {
        path,
        query: &query,
        headers: &head.headers,
        body,
        bytes,
        method: head.method.as_str(),
        caller,
        base_url: &inner.base_url,
    };
    let outcome = handler(&mut state, &request);
    inner.deliveries.post(state.outbox.drain(..));
    let response = outcome?;
    #[cfg(test)]
    {
        let findings = check::response(operation, &response);
        assert!(findings.is_empty(), "undocumented response: {findings:?}");
    }
    Ok(response)
}
