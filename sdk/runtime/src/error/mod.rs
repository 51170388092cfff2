//! [`Error`], the error type of calls, streams, workflows and builders.

mod display;
mod json;
mod kind;
#[cfg(feature = "mcp")]
mod mcp;
pub(crate) mod message;
pub(crate) mod redact;
mod reported;
pub(crate) mod reports;
mod workflow;

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::http::operation::Operation;
use crate::http::rate_limit::RateLimit;
use crate::http::retry;
use crate::values::secret::SecretString;
use crate::values::string_newtype::InvalidValue;
use crate::workflow::Steps;
use crate::workflow::error::WorkflowError;
use crate::workflow::record::WorkflowRecord;

pub(crate) use display::Seconds;
pub use kind::ErrorKind;
pub(crate) use redact::hide;
pub use reported::{ReportedError, ReportedFailure};

/// Maximum number of bytes of a body in which a message is searched.
const MESSAGE_LIMIT: usize = 64 * 1024;

/// The error type of calls, streams, workflows and builders.
///
/// [`kind`](Self::kind) and the predicates tell errors apart. Other methods return parts of the response, if one
/// was received. `Display` writes one line without secrets. `Debug` writes the same line followed by the causes,
/// which is what `main` prints for `Err(error)`.
///
/// The size of an error is one pointer. Cloning it is cheap compared to a call.
///
/// ```
/// # fn example(error: &pipedream_sdk_runtime::Error) {
/// if error.is_not_found() {
///     println!("it does not exist");
/// } else if error.is_transient() {
///     println!("try again in {:?}", error.retry_after());
/// } else {
///     println!("{error} (request id {:?})", error.request_id());
/// }
/// # }
/// ```
#[derive(Clone)]
#[doc(alias = "ApiError")]
pub struct Error(Box<Parts>);

#[derive(Clone)]
struct Parts {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    /// The forwarded request, of a call that forwards one: `GET https://host/path through apn_1`.
    target: Option<Arc<str>>,
    step: Option<WorkflowLocation>,
    response: Option<ErrorResponse>,
    detail: Option<String>,
    limit: Option<TimeLimit>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    attempts: u32,
    /// `true` if the request changes data and may have been carried out.
    may_have_run: bool,
    /// `true` if a retry was skipped because the client's retry budget is exhausted.
    retry_withheld: bool,
    /// `true` if a layer around the request failed, or wrapped the error of the HTTP client.
    in_layer: bool,
    /// Secrets of the request. They are removed from the message, because a response may echo them.
    secrets: Vec<SecretString>,
    /// The typed error that this error was converted from.
    payload: Option<Arc<dyn Any + Send + Sync>>,
    /// The record of the workflow that stopped.
    record: Option<Arc<WorkflowRecord>>,
}

/// The part of a response that an error keeps.
#[derive(Clone)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The URL of the request, which is not shown: it may contain secrets.
    pub(crate) url: Option<reqwest::Url>,
    /// The target of a redirect, resolved against the URL of the request.
    pub(crate) location: Option<reqwest::Url>,
}

/// The step of a workflow in which an error occurred.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkflowLocation {
    pub(crate) workflow: &'static str,
    pub(crate) step: Option<&'static str>,
    /// The operation or workflow that the step calls.
    pub(crate) calls: Option<&'static str>,
    /// `true` if a failure action of the document ended the workflow.
    pub(crate) ended_by_action: bool,
}

/// The time limit that a call exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeLimit {
    /// For the call, including retries.
    Total(Duration),
    /// For one attempt.
    Attempt(Duration),
    /// Between two chunks of a streamed body.
    Idle(Duration),
    /// For establishing a connection; `None` if the user supplied the HTTP client.
    Connect(Option<Duration>),
}

impl TimeLimit {
    pub(crate) fn duration(self) -> Option<Duration> {
        match self {
            Self::Total(limit) | Self::Attempt(limit) | Self::Idle(limit) => Some(limit),
            Self::Connect(limit) => limit,
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Parts {
            kind,
            operation: None,
            target: None,
            step: None,
            response: None,
            detail: None,
            limit: None,
            source: None,
            attempts: 0,
            may_have_run: false,
            retry_withheld: false,
            in_layer: false,
            secrets: Vec::new(),
            payload: None,
            record: None,
        }))
    }

    /// Creates the error for a response whose status is not one of the 200s.
    pub(crate) fn of_response(response: ErrorResponse) -> Self {
        Self::new(ErrorKind::of_status(response.status)).response(response)
    }

    /// Creates the error for a client that cannot be built.
    pub fn configuration(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration).detail(detail)
    }

    /// Creates the error for a request that cannot be built.
    pub fn invalid_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest).detail(detail)
    }

    /// Creates the error for an invalid value, from the name of its parameter and the reason.
    pub fn invalid_argument(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::invalid_request(format!("invalid value for `{name}`: {reason}"))
    }

    /// Creates the error for a credential that cannot be obtained. For credential providers.
    pub fn credential(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credential).detail(detail)
    }

    /// Creates the error for a wait that timed out: `{what} within 30 s`.
    #[doc(hidden)]
    pub fn not_within(what: impl std::fmt::Display, time: Duration) -> Self {
        let time = display::Seconds(time);
        Self::new(ErrorKind::Timeout).detail(format!("{what} within {time}"))
    }

    /// Creates an error of this kind with `source` as its cause and the message of `source`.
    #[doc(hidden)]
    pub fn caused(kind: ErrorKind, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(kind).detail(source.to_string()).caused_by(source)
    }

    /// Creates the error for a layer that failed instead of returning a response.
    #[cfg(feature = "tower")]
    pub(crate) fn of_layer(
        kind: ErrorKind,
        source: Arc<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        let mut error = Self::new(kind).detail(display::root_cause(&*source));
        error.0.in_layer = true;
        error.caused_by_shared(source)
    }

    pub(crate) fn time_limit(limit: TimeLimit) -> Self {
        let kind = match limit {
            TimeLimit::Connect(_) => ErrorKind::Connect,
            _ => ErrorKind::Timeout,
        };
        Self::new(kind).limit(limit)
    }

    pub(crate) fn limit(mut self, limit: TimeLimit) -> Self {
        self.0.limit = Some(limit);
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn response(mut self, response: ErrorResponse) -> Self {
        self.0.response = Some(response);
        self
    }

    pub(crate) fn attempts_made(mut self, attempts: u32) -> Self {
        // An error of the token request already has its own number of attempts.
        if self.0.attempts == 0 {
            self.0.attempts = attempts;
        }
        self
    }

    pub(crate) fn maybe_carried_out(mut self, may_have_run: bool) -> Self {
        self.0.may_have_run = may_have_run;
        self
    }

    pub(crate) fn withhold_retry(mut self) -> Self {
        self.0.retry_withheld = true;
        self
    }

    pub(crate) fn hiding(mut self, secrets: &[SecretString]) -> Self {
        self.0.secrets.extend_from_slice(secrets);
        self
    }

    pub(crate) fn of_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Adds the record that the workflow can be resumed from.
    pub(crate) fn with_record(mut self, record: Arc<WorkflowRecord>) -> Self {
        self.0.record = Some(record);
        self
    }

    pub(crate) fn at_step(mut self, context: WorkflowLocation) -> Self {
        self.0.step = Some(context);
        self
    }

    pub(crate) fn with_payload(mut self, payload: impl Any + Send + Sync) -> Self {
        self.0.payload = Some(Arc::new(payload));
        self
    }

    /// Converts the error of a token request into the error of the call that needed the token.
    pub(crate) fn into_credential(self) -> Self {
        // The call itself has not been sent.
        let error = self.maybe_carried_out(false);
        match error.kind() {
            _ if error.is_transient() => error,
            // Neither means that the credentials are wrong.
            ErrorKind::Redirect | ErrorKind::Decode | ErrorKind::TooLarge => error,
            _ => match error.status().map(|status| status.as_u16()) {
                None | Some(400 | 401 | 403) => error.of_kind(ErrorKind::Credential),
                // For example a 404 of a wrong base URL, which must not be taken for that of the call.
                Some(_) => error.of_kind(ErrorKind::UnexpectedStatus),
            },
        }
    }

    /// Adds the operation, unless the error already has one.
    #[must_use]
    pub fn for_operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Sets the forwarded request, which the message begins with.
    #[doc(hidden)]
    #[must_use]
    pub fn for_target(mut self, target: &Arc<str>) -> Self {
        self.0.target.get_or_insert_with(|| Arc::clone(target));
        self
    }

    pub(crate) fn caused_by_shared(
        mut self,
        source: Arc<dyn std::error::Error + Send + Sync>,
    ) -> Self {
        self.0.source = Some(source);
        self
    }

    /// Adds the underlying error.
    #[must_use]
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Returns the category of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns `true` if the requested object does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns `true` if the service rejected the credential (401).
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Returns `true` if the credential does not permit the call (403).
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// Returns `true` if there were too many requests (429). See [`retry_after`](Self::retry_after) for the time to
    /// wait.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Returns `true` if no credential could be obtained, for example because the client secret is wrong.
    pub fn is_credential(&self) -> bool {
        self.kind() == ErrorKind::Credential
    }

    /// Returns `true` if a time limit was reached: of the connection, an attempt, the call or a wait.
    ///
    /// The message names the limit.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.0.limit.is_some()
    }

    /// Returns `true` if the service could not be reached. The request was not carried out.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Returns `true` if the response does not match the documented type.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns `true` if the same call may succeed later: after a rate limit, an outage, a timeout or a broken
    /// connection.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Timeout
                | ErrorKind::Truncated
                | ErrorKind::Connect
                | ErrorKind::Interrupted
        ) || (self.kind() == ErrorKind::Rejected
            && self.status() == Some(StatusCode::REQUEST_TIMEOUT))
    }

    /// Returns `true` if the request may have been carried out although the call failed.
    ///
    /// For requests that change data: after a timeout, a lost connection, status 408 or one of the 500s, or a success
    /// whose body is broken or unexpected. Also if that happened to an earlier attempt: a DELETE that was retried and
    /// then failed with status 404 may have deleted the object itself. `false` for requests that only read.
    ///
    /// Also for a step of a workflow that an [earlier attempt](crate::WorkflowRun::may_have_run) began without
    /// recording its outcome.
    pub fn may_have_run(&self) -> bool {
        self.0.may_have_run
    }

    /// Returns the id of the operation that failed, as in the API description.
    pub fn operation(&self) -> Option<&'static str> {
        match (self.0.operation, self.0.step) {
            (Some(operation), _) => Some(operation.id),
            (None, step) => step?.calls,
        }
    }

    pub(crate) fn called(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns the status of the response, if one was received.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// Returns the URL of the request, if a response was received.
    pub(crate) fn url(&self) -> Option<&str> {
        Some(self.0.response.as_ref()?.url.as_ref()?.as_str())
    }

    /// Returns the headers of the response, if one was received.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.response.as_ref().map(|response| &response.headers)
    }

    /// Returns the raw response body, which may contain secrets.
    ///
    /// It may be incomplete if the connection broke, and is empty if no response was received.
    ///
    /// Error bodies are kept up to [`CallOptions::error_body_limit`](crate::CallOptions::error_body_limit).
    pub fn body(&self) -> &[u8] {
        let response = self.0.response.as_ref();
        response.map_or(&[], |response| &response.body)
    }

    /// Decodes the response body as JSON, for example to the type that a method documents for an error.
    ///
    /// # Errors
    ///
    /// If no response was received, or its body is not JSON of this type. The error names the place in the body.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body();
        // A typed error text is printed, unlike the raw body.
        let response = self.0.response.as_ref();
        let hidden =
            response.and_then(|response| reports::hide_in_reports(&response.body, &self.0.secrets));
        serde_json::from_slice(hidden.as_deref().unwrap_or(body)).map_err(|error| {
            let detail = match body.is_empty() {
                true => "the error has no response body".to_owned(),
                false => message::located::<T>(body, &error),
            };
            Error::new(ErrorKind::Decode).detail(detail)
        })
    }

    /// Returns the error message of the service, or of the client if the response has none.
    pub fn message(&self) -> Option<String> {
        if let Some(detail) = &self.0.detail {
            return Some(self.hide(detail));
        }
        if let Some(reported) = self.reported() {
            return reported.message().map(str::to_owned);
        }
        let response = self.0.response.as_ref()?;
        // The body of a success is data, not a message.
        if response.status.is_success() {
            return None;
        }
        let beginning = &response.body[..response.body.len().min(MESSAGE_LIMIT)];
        let body = redact::hide_in_body(&String::from_utf8_lossy(beginning), &self.0.secrets);
        let message = message::of(&response.headers, body.as_bytes())?;
        // Once more, because JSON may contain the secret with escapes.
        Some(self.hide(&message))
    }

    /// Returns the error code of the service, if the response has one: `bad_request`.
    pub fn code(&self) -> Option<String> {
        let body = self.body_json()?;
        let code = body.pointer("/error/code")?.as_str()?;
        Some(self.hide(code))
    }

    /// Returns details about individual fields of the request, if the response has them.
    pub fn details(&self) -> Option<serde_json::Value> {
        self.body_json()?.pointer("/error/details").cloned()
    }

    fn body_json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body()).ok()
    }

    /// Returns the service's id of the request (header `x-request-id`), to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.headers()?.get("x-request-id")?.to_str().ok()
    }

    /// Returns the time to wait before the next attempt, if the response specifies it.
    pub fn retry_after(&self) -> Option<Duration> {
        let now = SystemTime::now();
        match self.status() {
            // A success with the headers of a rate limit requests no delay.
            Some(status) if status.is_success() => retry::retry_after(self.headers()?, now),
            Some(_) => retry::requested_delay(self.headers()?, now),
            None => self.nested_workflow()?.retry_after(),
        }
    }

    /// Returns the error of the workflow that the failed step ran.
    pub(crate) fn nested_workflow(&self) -> Option<&Self> {
        let source = self.0.source.as_deref()?;
        source
            .downcast_ref()
            .filter(|_| self.kind() == ErrorKind::Workflow)
    }

    /// Returns the state of the rate limit, if the response has it.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.headers()?)
    }

    /// Returns the number of times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns `true` if a retry was skipped because the client's [`RetryBudget`](crate::RetryBudget) is exhausted.
    pub fn retry_withheld(&self) -> bool {
        self.0.retry_withheld
    }

    /// Returns the id of the workflow that stopped, as in its document.
    pub fn workflow(&self) -> Option<&'static str> {
        self.0.step.map(|context| context.workflow)
    }

    /// Returns the id of the step at which the workflow stopped, as in the document.
    pub fn step(&self) -> Option<&'static str> {
        self.0.step?.step
    }

    /// Returns the record from which the stopped workflow can be resumed. It contains secrets in plain text.
    pub fn record(&self) -> Option<&WorkflowRecord> {
        self.0.record.as_deref()
    }

    /// Returns the typed error of a workflow, which has the outputs of the finished steps.
    pub fn workflow_error<S: Steps>(&self) -> Option<&WorkflowError<S>> {
        self.payload()
    }

    /// Converts the error into the typed error of a workflow, to resume from its steps.
    ///
    /// Returns the error itself if it is not an error of this workflow, or if a clone of it still exists.
    pub fn into_workflow_error<S: Steps + Sync>(mut self) -> Result<WorkflowError<S>, Self> {
        match self.0.payload.take().map(Arc::downcast::<WorkflowError<S>>) {
            Some(Ok(typed)) => Arc::try_unwrap(typed).map_err(|typed| {
                self.0.payload = Some(typed);
                self
            }),
            Some(Err(payload)) => {
                self.0.payload = Some(payload);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// Returns the failure that a response with a status of the 200s reported, if this error was created from one.
    pub fn reported(&self) -> Option<&ReportedFailure> {
        self.payload()
    }

    fn payload<T: Any>(&self) -> Option<&T> {
        self.0.payload.as_deref()?.downcast_ref()
    }

    pub(crate) fn hide(&self, text: &str) -> String {
        redact::hide(text, &self.0.secrets)
    }

    /// Returns the target of a redirect, resolved against the URL of the request.
    pub(crate) fn location(&self) -> Option<&reqwest::Url> {
        self.0.response.as_ref()?.location.as_ref()
    }
}

/// For generated code. The URL is removed from the error: its path or query may contain a token.
#[doc(hidden)]
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        // The order matters: a connection that timed out is both a connect error and a timeout.
        let converted = if error.is_builder() {
            Self::new(ErrorKind::InvalidRequest)
        } else if error.is_connect() && error.is_timeout() {
            return Self::time_limit(TimeLimit::Connect(None)).caused_by(error);
        } else if error.is_connect() {
            Self::new(ErrorKind::Connect)
        } else if error.is_timeout() {
            Self::new(ErrorKind::Timeout)
        } else if error.is_decode() || error.is_body() {
            Self::new(ErrorKind::Truncated)
        } else {
            Self::new(ErrorKind::Interrupted)
        };
        let root_cause = display::root_cause(&error);
        converted.detail(root_cause).caused_by(error)
    }
}

impl From<http::header::InvalidHeaderValue> for Error {
    fn from(error: http::header::InvalidHeaderValue) -> Self {
        Self::invalid_request("a header value has characters that a header cannot contain")
            .caused_by(error)
    }
}

impl From<InvalidValue> for Error {
    fn from(error: InvalidValue) -> Self {
        Self::caused(ErrorKind::InvalidRequest, error)
    }
}

#[cfg(test)]
mod tests;
