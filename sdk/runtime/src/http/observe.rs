//! Observation of calls and workflows: `tracing` spans, and the waits before retries.
//!
//! No field contains a URL: its path or query may contain a token.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use reqwest::Request;
use tracing::{Instrument as _, Span, field};

use crate::error::{Error, ErrorKind, redact};
use crate::http::decode::RawResponse;
use crate::http::operation::Operation;
use crate::http::transport::Transport;
use crate::values::secret::SecretString;

/// Retry of a request, before the wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Retry {
    /// Number of the retry, starting at 1.
    pub(crate) attempt: u32,
    /// Delay before the retry.
    pub(crate) after: Duration,
    /// Kind of the error of the last attempt.
    pub(crate) kind: ErrorKind,
    /// Status of the response of the last attempt.
    pub(crate) status: Option<StatusCode>,
    /// `true` if the response requested the delay.
    pub(crate) is_requested: bool,
}

/// Function that receives the retries of a call.
pub(crate) type RetryHook = Arc<dyn Fn(Retry) + Send + Sync>;

impl Retry {
    pub(crate) fn new(attempt: u32, after: Duration, error: &Error) -> Self {
        Self {
            attempt,
            after,
            kind: error.kind(),
            status: error.status(),
            is_requested: error.retry_after().is_some() && !after.is_zero(),
        }
    }

    /// Emits an event and calls the hook.
    pub(crate) fn report(self, operation: &Operation, hook: Option<&RetryHook>) {
        tracing::info!(
            operation = operation.id,
            retry = self.attempt,
            wait_ms = milliseconds(self.after),
            requested = self.is_requested,
            http.response.status_code = self.status.map(|status| status.as_u16()),
            error.kind = ?self.kind,
            "waiting before a retry of the request"
        );
        if let Some(hook) = hook {
            hook(self);
        }
    }
}

pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Runs a call in its span, which ends with the headers of a streamed response, else with the body.
///
/// Boxes the call, because a future that awaits another one with a span is at least twice as large as that one.
pub(crate) async fn in_call_span(
    transport: &Transport,
    operation: &'static Operation,
    call: Pin<&mut impl Future<Output = Result<RawResponse, Error>>>,
) -> Result<RawResponse, Error> {
    let span = tracing::info_span!(
        "call",
        otel.name = operation.id,
        otel.kind = "internal",
        operation = operation.id,
        http.request.method = operation.method,
        url.template = operation.path,
        server.address = transport.base().host_str(),
        http.response.status_code = field::Empty,
        request_id = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    );
    let result = call.instrument(span.clone()).await;
    record_result(&span, &result, &[]);
    result
}

/// Creates the span of an attempt, with the OpenTelemetry attributes of HTTP clients.
pub(crate) fn attempt_span(operation: &'static Operation, request: &Request, earlier: u32) -> Span {
    tracing::info_span!(
        "attempt",
        otel.name = format_args!("{} {}", operation.method, operation.path),
        otel.kind = "client",
        attempt = earlier.saturating_add(1),
        http.request.method = operation.method,
        http.request.resend_count = (earlier > 0).then_some(earlier),
        http.response.status_code = field::Empty,
        server.address = request.url().host_str(),
        server.port = request.url().port_or_known_default(),
        url.scheme = request.url().scheme(),
        url.template = operation.path,
        request_id = field::Empty,
        error.type = field::Empty,
        otel.status_code = field::Empty,
    )
}

/// Records the status of the response or the kind of the error. `secrets` are those of the request.
pub(crate) fn record_result(
    span: &Span,
    result: &Result<RawResponse, Error>,
    secrets: &[SecretString],
) {
    match result {
        Ok(received) => {
            record_status(span, received.status());
            let secrets = &received.request.secrets;
            record_request_id(span, received.headers(), |id| redact::hide(id, secrets));
        }
        Err(error) => {
            record_error(span, error);
            if let Some(headers) = error.headers() {
                record_request_id(span, headers, |id| redact::hide(&error.hide(id), secrets));
            }
        }
    }
}

/// Records the status. As specified by OpenTelemetry for clients, a status of 400 and above is an error.
fn record_status(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_client_error() || status.is_server_error() {
        span.record("error.type", status.as_str());
        span.record("otel.status_code", "ERROR");
    }
}

fn record_error(span: &Span, error: &Error) {
    match error.status() {
        Some(status) => {
            record_status(span, status);
            // For example a body that cannot be decoded.
            if status.is_success() {
                record_kind(span, error.kind());
            }
        }
        None => record_kind(span, error.kind()),
    }
}

/// Records the result of a step.
pub(crate) fn record_step(span: &Span, status: Option<StatusCode>, is_ok: bool) {
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if !is_ok {
        span.record("otel.status_code", "ERROR");
    }
}

fn record_kind(span: &Span, kind: ErrorKind) {
    span.record("error.type", field::debug(kind));
    span.record("otel.status_code", "ERROR");
}

/// Records the service's ID of the request, without secrets of the request that it repeats.
fn record_request_id(span: &Span, headers: &HeaderMap, hide: impl Fn(&str) -> String) {
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    if let Some(id) = id.filter(|_| !span.is_disabled()) {
        span.record("request_id", &*hide(id));
    }
}
