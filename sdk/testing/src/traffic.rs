//! What each fake server does with a request, whatever API it speaks: writes it down, lets the faults at it, and answers.

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
use crate::fault::{Faults, What};
use crate::record::RecordedRequest;
use crate::response::FakeResponse;
use crate::route::Route;
use crate::wire::{Knife, Wires};

/// The requests that came, the faults on order, and whether the server still answers.
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

    /// From now on no request is answered, on connections that are kept alive neither.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    /// Writes a request down before anything is decided about it.
    fn receive(&self, received: RecordedRequest) -> usize {
        let mut record = self.record();
        record.push(received);
        record.len() - 1
    }

    /// Writes down what became of a request; it may have been forgotten meanwhile.
    fn note(&self, number: usize, answer: &FakeResponse, refusal: Option<&str>) {
        if let Some(request) = self.record().get_mut(number) {
            request.note(answer, refusal);
        }
    }
}

/// A panic while the lock was held was a failing assertion of the test; what is behind it is whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is served: everything that is particular to one API.
pub(crate) trait Api: Clone + Send + Sync + 'static {
    /// What came so far.
    fn traffic(&self) -> &Traffic;

    /// The document that requests are held against.
    fn document(&self) -> &'static Document;

    /// What a request leads to.
    fn route(&self, head: &request::Parts) -> Route;

    /// The genuine answer: the request is checked, carried out, and answered.
    fn answer(&self, route: &Route, head: &request::Parts, body: &Bytes) -> Answered;
}

/// An answer, and for the record why the request was refused, if it was.
pub(crate) struct Answered {
    pub(crate) answer: FakeResponse,
    pub(crate) refusal: Option<String>,
}

impl From<FakeResponse> for Answered {
    fn from(answer: FakeResponse) -> Self {
        Self {
            answer,
            refusal: None,
        }
    }
}

/// Serves until the task is aborted.
pub(crate) fn serve<A: Api>(listener: TcpListener, api: A) -> JoinHandle<()> {
    let service = Router::new()
        .fallback(answer::<A>)
        .with_state(api)
        .into_make_service_with_connect_info::<Knife>();
    tokio::spawn(async move {
        let _ = axum::serve(Wires(listener), service).await;
    })
}

async fn answer<A: Api>(
    Shared(api): Shared<A>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let traffic = api.traffic();
    if traffic.stopped.load(Ordering::SeqCst) {
        knife.cut_after(0);
        return Response::default();
    }
    let route = api.route(&head);
    let number = traffic.receive(RecordedRequest::new(api.document(), &head, &body, &route));
    let operation = match &route {
        Route::Operation(operation, _) => Some(operation.id.as_str()),
        _ => None,
    };
    let fault = traffic.faults().take(operation);
    let what = match fault {
        None => What::Genuine,
        Some(fault) => {
            sleep(fault.waits()).await;
            fault.what
        }
    };
    let genuine = || {
        let Answered { answer, refusal } = api.answer(&route, &head, &body);
        if let Some(reason) = &refusal {
            traffic.note(number, &answer, Some(reason));
        }
        answer
    };
    perform(what, &knife, genuine, |answer| {
        traffic.note(number, answer, None);
    })
}

/// Answers as the fault on order has it. `genuine` carries the request out; `note` writes down what was answered.
fn perform(
    what: What,
    knife: &Knife,
    genuine: impl FnOnce() -> FakeResponse,
    note: impl FnOnce(&FakeResponse),
) -> Response {
    let answer = match what {
        What::Genuine => genuine(),
        What::Instead(answer) => answer,
        What::Cut => {
            knife.cut_after(0);
            return Response::default();
        }
        What::CutAfter(bytes) => {
            let answer = genuine();
            knife.cut_after(bytes);
            return response(answer);
        }
        What::Truncated(bytes) => {
            let answer = genuine();
            note(&answer);
            return truncated(answer, bytes);
        }
        What::Closing => genuine().header(header::CONNECTION.as_str(), "close"),
        What::Relabelled(content_type) => {
            genuine().header(header::CONTENT_TYPE.as_str(), &content_type)
        }
    };
    note(&answer);
    response(answer)
}

fn response(answer: FakeResponse) -> Response {
    let (status, headers, body) = answer.into_parts();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// An answer that announces its whole body and breaks off within it.
fn truncated(answer: FakeResponse, bytes: usize) -> Response {
    let (status, mut headers, body) = answer.into_parts();
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    let part = body.slice(..bytes.min(body.len()));
    let steps = [Some(part), None];
    let pieces = stream::unfold(steps.into_iter(), |mut steps| async move {
        match steps.next()? {
            Some(part) => Some((Ok(part), steps)),
            None => {
                // Lets what came before reach the wire: an error drops what is still buffered.
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
