//! The server: takes a request apart, lets the faults at it, and answers.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State as Shared};
use axum::http::{Method, header, request};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::answer::{Answer, Refusal};
use crate::check;
use crate::clock::Clock;
use crate::delivery::Mail;
use crate::document::{Operation, document};
use crate::fault::{Faults, What};
use crate::handlers::{Call, count, handler, stored};
use crate::record::Received;
use crate::route::{self, Route};
use crate::state::State;
use crate::wire::{Knife, Wires};

/// What the server and the test that holds the fake share.
pub(crate) struct Inner {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) mail: Mail,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    record: Mutex<Vec<Received>>,
    stopped: AtomicBool,
}

impl Inner {
    /// The state, with the clock set.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = locked(&self.state);
        state.now = self.clock.now();
        state
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Vec<Received>> {
        locked(&self.record)
    }

    /// From now on no request is answered, on connections that are kept alive neither.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }
}

/// A panic while the lock was held was a failing assertion of the test; what is behind it is whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Binds a free port of the loopback address and serves there.
pub(crate) async fn start(project: &str) -> std::io::Result<(Arc<Inner>, JoinHandle<()>)> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let clock = Clock::new();
    let inner = Arc::new(Inner {
        base_url: format!("http://{}", listener.local_addr()?),
        state: Mutex::new(State::new(clock.now(), project)),
        clock,
        mail: Mail::default(),
        faults: Mutex::default(),
        record: Mutex::default(),
        stopped: AtomicBool::new(false),
    });
    let app = Router::new()
        .fallback(serve)
        .with_state(Arc::clone(&inner))
        .into_make_service_with_connect_info::<Knife>();
    let task = tokio::spawn(async move {
        // It only ends when the task is aborted.
        let _ = axum::serve(Wires(listener), app).await;
    });
    Ok((inner, task))
}

async fn serve(
    Shared(inner): Shared<Arc<Inner>>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if inner.stopped.load(Ordering::SeqCst) {
        knife.cut_after(0);
        return Response::default();
    }
    let said = check::said(&head.headers, &inner.state());
    let route = route::find(document(), &head.method, head.uri.path(), said.as_ref());
    let number = record(&inner, &head, &body, &route);
    let operation = match &route {
        Route::Operation(operation, _) => Some(operation.id.as_str()),
        _ => None,
    };
    let fault = inner.faults().take(operation);
    let what = match fault {
        None => What::Genuine,
        Some(fault) => {
            sleep(fault.waits()).await;
            fault.what
        }
    };
    let genuine = || answer(&inner, number, &route, &head, &body);
    perform(what, &knife, genuine, |answer| {
        note(&inner, number, answer, None);
    })
}

/// Answers as the fault on order has it. `genuine` carries the request out; `note` writes down what was answered.
pub(crate) fn perform(
    what: What,
    knife: &Knife,
    genuine: impl FnOnce() -> Answer,
    note: impl FnOnce(&Answer),
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

/// Writes a request down before anything is decided about it.
fn record(inner: &Inner, head: &request::Parts, body: &Bytes, route: &Route) -> usize {
    let mut record = inner.record();
    record.push(Received::new(document(), head, body, route));
    record.len() - 1
}

/// Writes down what became of a request; it may have been forgotten meanwhile.
fn note(inner: &Inner, number: usize, answer: &Answer, refusal: Option<&str>) {
    if let Some(request) = inner.record().get_mut(number) {
        request.note(answer, refusal);
    }
}

/// The genuine answer: the request is checked, carried out, and answered.
fn answer(
    inner: &Inner,
    number: usize,
    route: &Route,
    head: &request::Parts,
    body: &Bytes,
) -> Answer {
    let outcome = match route {
        Route::Operation(operation, path) => carry_out(inner, operation, path, head, body),
        Route::WrongMethod => Err(Refusal::new(405, "the path does not take this method")),
        Route::Nothing => {
            let credentials = head.headers.contains_key(header::AUTHORIZATION);
            let state = inner.state();
            let path = head.uri.path();
            match stored(&state, path, credentials).filter(|_| head.method == Method::GET) {
                Some(answer) => Ok(answer),
                None => Err(Refusal::new(404, "no such path")),
            }
        }
    };
    match outcome {
        Ok(answer) => answer,
        Err(refusal) => {
            let reason = refusal.reason().to_owned();
            let answer = Answer::from(refusal);
            note(inner, number, &answer, Some(&reason));
            answer
        }
    }
}

fn carry_out(
    inner: &Inner,
    operation: &Operation,
    path: &[(String, String)],
    head: &request::Parts,
    bytes: &Bytes,
) -> Result<Answer, Refusal> {
    let query = route::query_pairs(head.uri.query().unwrap_or_default());
    let raw = check::Raw {
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
        .ok_or_else(|| Refusal::new(501, "the fake does not know this operation"))?;
    let call = Call {
        path,
        query: &query,
        headers: &head.headers,
        body,
        bytes,
        method: head.method.as_str(),
        caller,
        base_url: &inner.base_url,
    };
    let outcome = handler(&mut state, &call);
    inner.mail.post(state.outbox.drain(..));
    let answer = outcome?;
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

fn response(answer: Answer) -> Response {
    let (status, headers, body) = answer.into_parts();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// An answer that announces its whole body and breaks off within it.
fn truncated(answer: Answer, bytes: usize) -> Response {
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
