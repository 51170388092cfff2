//! Request handling that is shared by the fake servers: recording, faults and responses.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State as Shared};
use axum::http::{header, request};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::document::Document;
use crate::fault::{FaultAction, Faults};
use crate::record::RecordedRequest;
use crate::response::FakeResponse;
use crate::route::Route;
use crate::wire::{LimitedListener, WriteLimit};

/// Recorded requests and scheduled faults of a server, and whether it has stopped.
#[derive(Default)]
pub(crate) struct Traffic {
    faults: Mutex<Faults>,
    record: Mutex<Vec<RecordedRequest>>,
    stopped: AtomicBool,
}

impl Traffic {
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        locked(&self.record)
    }

    /// Stops responding to requests, including those on open connections.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Records a request before anything is decided about it, and returns its position.
    fn receive(&self, received: RecordedRequest) -> usize {
        let mut record = self.record();
        record.push(received);
        record.len() - 1
    }

    /// Records the response to a request, unless the requests have been cleared since.
    fn record_response(&self, number: usize, response: &FakeResponse, rejection: Option<&str>) {
        if let Some(request) = self.record().get_mut(number) {
            request.record_response(response, rejection);
        }
    }
}

/// Locks a mutex. A lock is only poisoned by a failed assertion of the test, so the data behind it is valid.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The parts of a server that depend on its API.
pub(crate) trait Api: Clone + Send + Sync + 'static {
    /// Requests and faults of the server.
    fn traffic(&self) -> &Traffic;

    /// The document that requests are validated against.
    fn document(&self) -> &'static Document;

    /// Routes a request.
    fn route(&self, head: &request::Parts, body: &Bytes) -> Route;

    /// Validates and handles a request, ignoring faults.
    fn respond(&self, route: &Route, head: &request::Parts, body: &Bytes) -> ApiResponse;
}

/// A response, and for the record the reason if the request was rejected.
pub(crate) struct ApiResponse {
    pub(crate) response: FakeResponse,
    pub(crate) rejection: Option<String>,
}

impl From<FakeResponse> for ApiResponse {
    fn from(response: FakeResponse) -> Self {
        Self {
            response,
            rejection: None,
        }
    }
}

/// Serves requests until the task is aborted.
pub(crate) fn serve<A: Api>(listener: TcpListener, api: A) -> JoinHandle<()> {
    let service = Router::new()
        .fallback(handle::<A>)
        .with_state(api)
        .into_make_service_with_connect_info::<WriteLimit>();
    tokio::spawn(async move {
        let _ = axum::serve(LimitedListener(listener), service).await;
    })
}

async fn handle<A: Api>(
    Shared(api): Shared<A>,
    ConnectInfo(write_limit): ConnectInfo<WriteLimit>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let traffic = api.traffic();
    if traffic.stopped.load(Ordering::SeqCst) {
        write_limit.cut_after(0);
        return Response::default();
    }
    let route = api.route(&head, &body);
    let number = traffic.receive(RecordedRequest::new(api.document(), &head, &body, &route));
    let operation = match &route {
        Route::Operation(operation, _) => Some(operation.id.as_str()),
        _ => None,
    };
    let fault = traffic.faults().take(operation);
    let action = match fault {
        None => FaultAction::Handle,
        Some(fault) => {
            sleep(fault.delay_time()).await;
            fault.action
        }
    };
    let handle_request = || {
        let ApiResponse {
            response,
            rejection,
        } = api.respond(&route, &head, &body);
        if let Some(reason) = &rejection {
            traffic.record_response(number, &response, Some(reason));
        }
        response
    };
    perform(action, &write_limit, handle_request, |response| {
        traffic.record_response(number, response, None);
    })
}

/// Responds as the fault requires. `handle_request` handles the request; `record_response` records the response.
fn perform(
    action: FaultAction,
    write_limit: &WriteLimit,
    handle_request: impl FnOnce() -> FakeResponse,
    record_response: impl FnOnce(&FakeResponse),
) -> Response {
    let response = match action {
        FaultAction::Handle => handle_request(),
        FaultAction::Respond(response) => response,
        FaultAction::Disconnect => {
            write_limit.cut_after(0);
            return Response::default();
        }
        FaultAction::DisconnectAfter(bytes) => {
            let response = handle_request();
            write_limit.cut_after(bytes);
            return http_response(response);
        }
        FaultAction::Truncated(bytes) => {
            let response = handle_request();
            record_response(&response);
            return truncated(response, bytes);
        }
        FaultAction::Close => handle_request().header(header::CONNECTION.as_str(), "close"),
        FaultAction::ContentType(content_type) => {
            handle_request().header(header::CONTENT_TYPE.as_str(), &content_type)
        }
    };
    record_response(&response);
    http_response(response)
}

fn http_response(fake: FakeResponse) -> Response {
    let (status, headers, body) = fake.into_parts();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Builds a response that announces its full body and breaks off within it.
fn truncated(fake: FakeResponse, bytes: usize) -> Response {
    let (status, mut headers, body) = fake.into_parts();
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    let part = body.slice(..bytes.min(body.len()));
    let steps = [Some(part), None];
    let pieces = stream::unfold(steps.into_iter(), |mut steps| async move {
        match steps.next()? {
            Some(part) => Some((Ok(part), steps)),
            None => {
                // An error drops buffered data, so the part before it must be sent first.
                tokio::task::yield_now().await;
                let error = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
                Some((Err(error), steps))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
