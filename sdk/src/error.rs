//! The one error of this crate.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::call::{Failure, FailureKind, RateLimit};
use crate::connect::ReportedFailure;
use crate::webhooks::WebhookError;
use crate::workflows::{StepId, Steps, WorkflowError, WorkflowErrorKind};

/// Why something could not be done.
///
/// `Display` is one line that a person can act on and that holds no secret. It is one pointer in size.
pub struct Error(Box<Cause>);

enum Cause {
    Configuration(String),
    /// Something that was waited for did not come about.
    Timeout(String),
    Call(Failure),
    Workflow(Stopped),
    Webhook(WebhookError),
    /// What an answer with a status of the 200s says.
    Reported(ReportedFailure),
}

/// A workflow that stopped: what all of them have in common, and the typed error with the outputs of its steps.
struct Stopped {
    kind: ErrorKind,
    workflow: &'static str,
    step: Option<&'static str>,
    operation: Option<&'static str>,
    status: Option<StatusCode>,
    failure: Option<Failure>,
    /// The answer that did not meet a condition of the workflow.
    unmet: Option<(HeaderMap, Bytes)>,
    typed: Box<dyn std::error::Error + Send + Sync>,
}

/// The reasons that programs tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was given something wrong, or lacks something: nothing was sent.
    Configuration,
    /// A value with which no request can be made: nothing was sent.
    InvalidRequest,
    /// No credential for the call could be had.
    Credential,
    /// The service refused the credential (401).
    Unauthorized,
    /// The credential does not allow it (403).
    Forbidden,
    /// It does not exist (404).
    NotFound,
    /// Too many requests (429), also after the retries.
    RateLimited,
    /// The service refused the request for another reason (the rest of the 400s).
    Rejected,
    /// The service failed (the 500s).
    Server,
    /// The service answered with something that it does not document.
    UnexpectedAnswer,
    /// No complete answer came in time, or what was waited for did not come about.
    Timeout,
    /// The service was not reached, or the connection broke.
    Connection,
    /// A workflow stopped although its calls were answered: an answer did not meet its conditions, or it took more
    /// steps than it may.
    Workflow,
    /// A delivery to a webhook was not accepted: it is not genuine, or cannot be read.
    Webhook,
    /// The service answered with a status of the 200s, and its answer says that what was asked for failed. Only
    /// [`error_for_failure`](crate::connect::ReportsFailure::error_for_failure) makes an error of that.
    Reported,
}

impl Error {
    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self(Box::new(Cause::Configuration(what.into())))
    }

    pub(crate) fn timeout(what: impl Into<String>) -> Self {
        Self(Box::new(Cause::Timeout(what.into())))
    }

    pub(crate) fn invalid_argument(name: &str, why: &str) -> Self {
        Self::from(Failure::invalid_argument(name, why))
    }

    /// The reason.
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Cause::Configuration(_) => ErrorKind::Configuration,
            Cause::Timeout(_) => ErrorKind::Timeout,
            Cause::Call(failure) => kind_of(failure),
            Cause::Workflow(stopped) => stopped.kind,
            Cause::Webhook(_) => ErrorKind::Webhook,
            Cause::Reported(_) => ErrorKind::Reported,
        }
    }

    /// Whether what was asked for does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the service refused the credential (401).
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Whether there were too many requests (429).
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether no complete answer came in time, or what was waited for did not come about.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether the same call may succeed at another time.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Connection
        ) || self.status() == Some(StatusCode::REQUEST_TIMEOUT)
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.0 {
            Cause::Workflow(stopped) => stopped.status,
            _ => self.failure()?.status(),
        }
    }

    /// The headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self.unmet() {
            Some((headers, _)) => Some(headers),
            None => self.failure()?.headers(),
        }
    }

    /// Whatever of the answer's body came, as it came. It may hold secrets.
    pub fn body(&self) -> &[u8] {
        match self.unmet() {
            Some((_, body)) => body,
            None => self.failure().map_or(&[], |failure| failure.body()),
        }
    }

    /// The words with which the service, or this crate, says what was wrong.
    pub fn message(&self) -> Option<String> {
        match &*self.0 {
            Cause::Configuration(what) | Cause::Timeout(what) => Some(what.clone()),
            Cause::Call(failure) => failure.message(),
            Cause::Workflow(stopped) => match &stopped.failure {
                Some(failure) => failure.message(),
                None => Some(stopped.typed.to_string()),
            },
            Cause::Webhook(error) => Some(error.to_string()),
            Cause::Reported(reported) => reported.message().map(str::to_owned),
        }
    }

    /// The short name of what was wrong, where the service gives one beside its words: `bad_request`.
    pub fn code(&self) -> Option<String> {
        let body = self.body_json()?;
        body.pointer("/error/code")?.as_str().map(str::to_owned)
    }

    /// What the service says of single fields of the request, where it does, as it says it.
    pub fn details(&self) -> Option<serde_json::Value> {
        self.body_json()?.pointer("/error/details").cloned()
    }

    fn body_json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(self.body()).ok()
    }

    /// The operation that failed, by its id in the description of the API.
    pub fn operation(&self) -> Option<&'static str> {
        match &*self.0 {
            Cause::Workflow(stopped) => stopped.operation,
            _ => self.failure()?.operation().map(|operation| operation.id),
        }
    }

    /// How long the service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure()?.retry_after()
    }

    /// How much may still be asked, where the answer said so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.headers()?)
    }

    /// The id under which the service knows the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.headers()?.get("x-request-id")?.to_str().ok()
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.failure().map_or(0, Failure::attempts)
    }

    /// The call that failed, if a call did.
    pub fn failure(&self) -> Option<&Failure> {
        match &*self.0 {
            Cause::Call(failure) => Some(failure),
            Cause::Workflow(stopped) => stopped.failure.as_ref(),
            Cause::Configuration(_)
            | Cause::Timeout(_)
            | Cause::Webhook(_)
            | Cause::Reported(_) => None,
        }
    }

    /// What an answer with a status of the 200s said had failed, if that is what this error was made of.
    pub fn reported(&self) -> Option<&ReportedFailure> {
        match &*self.0 {
            Cause::Reported(reported) => Some(reported),
            _ => None,
        }
    }

    /// The workflow that stopped, if one did, by its id in its document.
    pub fn workflow(&self) -> Option<&'static str> {
        self.stopped().map(|stopped| stopped.workflow)
    }

    /// The step at which the workflow stopped, by its id in the document.
    pub fn step(&self) -> Option<&'static str> {
        self.stopped()?.step
    }

    /// The typed error of a workflow, which holds the outputs of the steps that had finished.
    ///
    /// ```
    /// # use pipedream_sdk::{Error, workflows::ConnectAccountOnboardingSteps};
    /// # fn connected(error: &Error) -> Option<String> {
    /// let stopped = error.workflow_error::<ConnectAccountOnboardingSteps>()?;
    /// let account = stopped.steps().connect_account.as_ref()?;
    /// Some(account.account_id.to_string())
    /// # }
    /// ```
    pub fn workflow_error<S: Steps>(&self) -> Option<&WorkflowError<S>> {
        self.stopped()?.typed.downcast_ref()
    }

    fn stopped(&self) -> Option<&Stopped> {
        match &*self.0 {
            Cause::Workflow(stopped) => Some(stopped),
            _ => None,
        }
    }

    fn unmet(&self) -> Option<&(HeaderMap, Bytes)> {
        self.stopped()?.unmet.as_ref()
    }
}

fn kind_of_status(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::UnexpectedAnswer,
    }
}

fn kind_of(failure: &Failure) -> ErrorKind {
    match failure.kind() {
        FailureKind::Status => failure
            .status()
            .map_or(ErrorKind::UnexpectedAnswer, kind_of_status),
        FailureKind::Timeout => ErrorKind::Timeout,
        FailureKind::Connect | FailureKind::Interrupted => ErrorKind::Connection,
        FailureKind::Credential => ErrorKind::Credential,
        FailureKind::InvalidRequest => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnexpectedAnswer,
    }
}

/// An answer that does not meet a condition is first of all what its status says.
fn kind_of_workflow(kind: &WorkflowErrorKind) -> ErrorKind {
    match kind {
        WorkflowErrorKind::Call(failure) => kind_of(failure),
        WorkflowErrorKind::Criterion(unmet) => match kind_of_status(unmet.status()) {
            ErrorKind::UnexpectedAnswer => ErrorKind::Workflow,
            kind => kind,
        },
        WorkflowErrorKind::Missing(_)
        | WorkflowErrorKind::Invalid(_)
        | WorkflowErrorKind::Record(_) => ErrorKind::InvalidRequest,
        WorkflowErrorKind::Deadline(_) => ErrorKind::Timeout,
        WorkflowErrorKind::Ended(kind) => kind_of_workflow(kind),
        _ => ErrorKind::Workflow,
    }
}

fn unmet(kind: &WorkflowErrorKind) -> Option<(HeaderMap, Bytes)> {
    match kind {
        WorkflowErrorKind::Criterion(unmet) => {
            Some((unmet.headers().clone(), unmet.body().clone()))
        }
        WorkflowErrorKind::Ended(kind) => self::unmet(kind),
        _ => None,
    }
}

impl<S: Steps + Sync> From<WorkflowError<S>> for Error {
    fn from(error: WorkflowError<S>) -> Self {
        Self(Box::new(Cause::Workflow(Stopped {
            kind: kind_of_workflow(error.kind()),
            workflow: error.workflow(),
            step: error.step().map(StepId::id),
            operation: error.step().map(StepId::operation),
            status: error.status(),
            failure: error.failure().cloned(),
            unmet: unmet(error.kind()),
            typed: Box::new(error),
        })))
    }
}

impl From<WebhookError> for Error {
    fn from(error: WebhookError) -> Self {
        Self(Box::new(Cause::Webhook(error)))
    }
}

impl From<ReportedFailure> for Error {
    fn from(reported: ReportedFailure) -> Self {
        Self(Box::new(Cause::Reported(reported)))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self(Box::new(Cause::Call(failure)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Cause::Configuration(what) | Cause::Timeout(what) => f.write_str(what),
            Cause::Call(failure) => failure.fmt(f),
            Cause::Workflow(stopped) => stopped.typed.fmt(f),
            Cause::Webhook(error) => error.fmt(f),
            Cause::Reported(reported) => reported.fmt(f),
        }
    }
}

/// Shows what `Display` shows, the kind, and no more than sizes of what may hold secrets.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &self.kind());
        shown.field("text", &format_args!("{self}"));
        // `main` shows an error so; many have nothing to do with an answer.
        if !self.body().is_empty() {
            shown.field("body", &format_args!("{} bytes", self.body().len()));
        }
        shown.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Cause::Configuration(_)
            | Cause::Timeout(_)
            | Cause::Webhook(_)
            | Cause::Reported(_) => None,
            // The text of the error beneath is this error's text already, so it is passed over.
            Cause::Call(failure) => std::error::Error::source(failure),
            Cause::Workflow(stopped) => match &stopped.failure {
                Some(failure) => std::error::Error::source(failure),
                None => stopped.typed.source(),
            },
        }
    }
}
