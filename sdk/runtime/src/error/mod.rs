//! The one error of calls, streams, workflows and builders.

mod display;
mod kind;
pub(crate) mod message;
mod reported;
mod workflow;

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

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
pub use reported::{ReportedError, ReportedFailure};

/// The error of calls, streams, workflows and builders.
///
/// [`kind`](Self::kind) and the predicates tell errors apart; the accessors have what the response contained, if one
/// arrived. `Display` is one line without secrets. `Debug` is the same line followed by the causes, which is what
/// `main` prints for `Err(error)`.
///
/// It is one pointer in size, and a clone is cheap compared to the call.
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
pub struct Error(Box<Parts>);

#[derive(Clone)]
struct Parts {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    /// The request behind the operation, of a call that passes one on: `GET https://host/path through apn_1`.
    target: Option<Arc<str>>,
    step: Option<PlaceInWorkflow>,
    response: Option<ErrorResponse>,
    detail: Option<String>,
    limit: Option<TimeLimit>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    attempts: u32,
    /// `true` if another attempt was due that the client's budget did not allow.
    retry_withheld: bool,
    /// Secrets of the request. A response may echo them; the message does not.
    secrets: Vec<SecretString>,
    /// The typed error that this one was made from.
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
    /// The target of a redirect, resolved against the request's own address.
    pub(crate) location: Option<reqwest::Url>,
}

/// The step of a workflow in which an error occurred.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceInWorkflow {
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
    /// Of the whole call, retries included.
    Total(Duration),
    /// Of one attempt.
    Attempt(Duration),
    /// Of a pause within a streamed body.
    Idle(Duration),
    /// Of making a connection; unknown where the HTTP client is the user's own.
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
            retry_withheld: false,
            secrets: Vec::new(),
            payload: None,
            record: None,
        }))
    }

    /// The error of a response whose status is not one of the 200s.
    pub(crate) fn of_response(response: ErrorResponse) -> Self {
        Self::new(ErrorKind::of_status(response.status)).response(response)
    }

    /// The error of a client that cannot be built.
    pub fn configuration(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration).detail(detail)
    }

    /// The error of a request that cannot be built.
    pub fn invalid_request(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest).detail(detail)
    }

    /// The error of an invalid value: the name of its parameter, and the reason.
    pub fn invalid_argument(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::invalid_request(format!("invalid value for `{name}`: {reason}"))
    }

    /// The error of a credential that cannot be obtained. For credential providers.
    pub fn credential(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Credential).detail(detail)
    }

    /// The error of a wait that ended after this time without its condition: `{what} within 30 s`.
    #[doc(hidden)]
    pub fn not_within(what: impl std::fmt::Display, time: Duration) -> Self {
        let time = display::Seconds(time);
        Self::new(ErrorKind::Timeout).detail(format!("{what} within {time}"))
    }

    /// An error of this kind that `source` explains; its message is that of `source`.
    #[doc(hidden)]
    pub fn caused(kind: ErrorKind, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(kind).detail(source.to_string()).caused_by(source)
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
        // An error of the request for a credential has its own number.
        if self.0.attempts == 0 {
            self.0.attempts = attempts;
        }
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

    pub(crate) fn at_step(mut self, context: PlaceInWorkflow) -> Self {
        self.0.step = Some(context);
        self
    }

    pub(crate) fn with_payload(mut self, payload: impl Any + Send + Sync) -> Self {
        self.0.payload = Some(Arc::new(payload));
        self
    }

    /// The error of a request for a credential, as the error of the call that needed it.
    pub(crate) fn into_credential(self) -> Self {
        if self.is_transient() {
            return self;
        }
        match self.kind() {
            // Neither tells that the credentials are wrong.
            ErrorKind::Redirect | ErrorKind::Decode => self,
            _ => self.of_kind(ErrorKind::Credential),
        }
    }

    /// Adds the operation, unless the error already has one.
    #[must_use]
    pub fn for_operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Names the request that the operation passes on: the message begins with it.
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

    /// The category.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// `true` if the requested object does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// `true` if the service rejected the credential (401).
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// `true` if the credential does not permit the call (403).
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// `true` if there were too many requests (429). [`retry_after`](Self::retry_after) has the time to wait.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// `true` if no credential could be obtained, for example because the client secret is wrong.
    pub fn is_credential(&self) -> bool {
        self.kind() == ErrorKind::Credential
    }

    /// `true` if a time limit was reached: of making the connection, of an attempt, of the whole call or of a wait. The
    /// message says which.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout || self.0.limit.is_some()
    }

    /// `true` if the service could not be reached. The request was not carried out.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// `true` if the response does not fit the documented type.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// `true` if the same call may succeed at another time: after a rate limit, an outage of the service, a timeout or a
    /// broken connection.
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

    /// The operation that failed, by its id in the API description.
    pub fn operation(&self) -> Option<&'static str> {
        match (self.0.operation, self.0.step) {
            (Some(operation), _) => Some(operation.id),
            (None, step) => step?.calls,
        }
    }

    pub(crate) fn called(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The status of the response, if one arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.as_ref().map(|response| response.status)
    }

    /// The headers of the response, if one arrived.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.response.as_ref().map(|response| &response.headers)
    }

    /// The raw response body; possibly incomplete if the connection broke, empty if no response arrived. It may contain
    /// secrets.
    ///
    /// Error bodies are kept up to [`CallOptions::error_body_limit`](crate::CallOptions::error_body_limit).
    pub fn body(&self) -> &[u8] {
        let response = self.0.response.as_ref();
        response.map_or(&[], |response| &response.body)
    }

    /// The message: that of the service where the response has one, otherwise that of the client.
    pub fn message(&self) -> Option<String> {
        if self.0.detail.is_some() {
            return self.0.detail.clone();
        }
        if let Some(reported) = self.reported() {
            return reported.message().map(str::to_owned);
        }
        let response = self.0.response.as_ref()?;
        // Hidden in the body first, because an excerpt may end within a secret; then in the words, because JSON may
        // write them with escapes.
        let body = self.hide(String::from_utf8_lossy(&response.body).into_owned());
        let words = message::of(&response.headers, body.as_bytes())?;
        Some(self.hide(words))
    }

    /// The error code of the service, where the response has one beside the message: `bad_request`.
    pub fn code(&self) -> Option<String> {
        let body = self.body_json()?;
        body.pointer("/error/code")?.as_str().map(str::to_owned)
    }

    /// The details of the service about single fields of the request, where the response has them.
    pub fn details(&self) -> Option<serde_json::Value> {
        self.body_json()?.pointer("/error/details").cloned()
    }

    fn body_json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body()).ok()
    }

    /// The id of the request at the service, for its support (header `x-request-id`).
    pub fn request_id(&self) -> Option<&str> {
        self.headers()?.get("x-request-id")?.to_str().ok()
    }

    /// The time that the service asked to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        retry::asked_for(self.headers()?, SystemTime::now())
    }

    /// The state of the rate limit, where the response has it.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.headers()?)
    }

    /// The number of times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// `true` if the request would have been sent again but for the client's exhausted
    /// [`RetryBudget`](crate::RetryBudget).
    pub fn retry_withheld(&self) -> bool {
        self.0.retry_withheld
    }

    /// The workflow that stopped, by its id in its document.
    pub fn workflow(&self) -> Option<&'static str> {
        self.0.step.map(|context| context.workflow)
    }

    /// The step at which the workflow stopped, by its id in the document.
    pub fn step(&self) -> Option<&'static str> {
        self.0.step?.step
    }

    /// The record from which the workflow that stopped can be resumed. It holds secrets in clear.
    pub fn record(&self) -> Option<&WorkflowRecord> {
        self.0.record.as_deref()
    }

    /// The typed error of a workflow, which holds the outputs of the finished steps.
    pub fn workflow_error<S: Steps>(&self) -> Option<&WorkflowError<S>> {
        self.payload()
    }

    /// The typed error of a workflow by value, to resume from its steps. Returns the error itself if it comes from
    /// something else, or if a clone of it is still held.
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

    /// The failure that a response with a status of the 200s reported, if this error was made from one.
    pub fn reported(&self) -> Option<&ReportedFailure> {
        self.payload()
    }

    fn payload<T: Any>(&self) -> Option<&T> {
        self.0.payload.as_deref()?.downcast_ref()
    }

    fn hide(&self, text: String) -> String {
        let secrets = self.0.secrets.iter().filter(|secret| !secret.is_blank());
        secrets.fold(text, |text, secret| {
            text.replace(secret.expose(), "[redacted]")
        })
    }

    /// The target of a redirect, resolved against the address of the request.
    pub(crate) fn location(&self) -> Option<&reqwest::Url> {
        self.0.response.as_ref()?.location.as_ref()
    }
}

/// For generated code. The address is removed from the error: its path or query may contain a token.
#[doc(hidden)]
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        // The order matters: a connection that was not made in time is both a connect error and a timeout.
        let found = if error.is_builder() {
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
        let deepest = display::deepest(&error);
        found.detail(deepest).caused_by(error)
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
