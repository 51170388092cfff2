//! The one error of this crate.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::call::{Failure, FailureKind};

/// Why something could not be done.
///
/// `Display` is one line that a person can act on and that holds no secret. It is one pointer in size.
pub struct Error(Box<Cause>);

enum Cause {
    Configuration(String),
    Call(Failure),
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
    /// No complete answer came in time.
    Timeout,
    /// The service was not reached, or the connection broke.
    Connection,
}

impl Error {
    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self(Box::new(Cause::Configuration(what.into())))
    }

    /// The reason.
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Cause::Configuration(_) => ErrorKind::Configuration,
            Cause::Call(failure) => kind_of(failure),
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

    /// Whether no complete answer came in time.
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
        self.failure()?.status()
    }

    /// The headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.failure()?.headers()
    }

    /// Whatever of the answer's body came, as it came. It may hold secrets.
    pub fn body(&self) -> &[u8] {
        self.failure().map_or(&[], |failure| failure.body())
    }

    /// The words with which the service, or this crate, says what was wrong.
    pub fn message(&self) -> Option<String> {
        match &*self.0 {
            Cause::Configuration(what) => Some(what.clone()),
            Cause::Call(failure) => failure.message(),
        }
    }

    /// The operation that failed, by its id in the description of the API.
    pub fn operation(&self) -> Option<&'static str> {
        self.failure()?.operation().map(|operation| operation.id)
    }

    /// How long the service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure()?.retry_after()
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
            Cause::Configuration(_) => None,
            Cause::Call(failure) => Some(failure),
        }
    }
}

fn kind_of(failure: &Failure) -> ErrorKind {
    match failure.kind() {
        FailureKind::Status => match failure.status().map(|status| status.as_u16()) {
            Some(401) => ErrorKind::Unauthorized,
            Some(403) => ErrorKind::Forbidden,
            Some(404) => ErrorKind::NotFound,
            Some(429) => ErrorKind::RateLimited,
            Some(400..=499) => ErrorKind::Rejected,
            Some(500..=599) => ErrorKind::Server,
            _ => ErrorKind::UnexpectedAnswer,
        },
        FailureKind::Timeout => ErrorKind::Timeout,
        FailureKind::Connect | FailureKind::Interrupted => ErrorKind::Connection,
        FailureKind::Credential => ErrorKind::Credential,
        FailureKind::InvalidRequest => ErrorKind::InvalidRequest,
        _ => ErrorKind::UnexpectedAnswer,
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
            Cause::Configuration(what) => f.write_str(what),
            Cause::Call(failure) => failure.fmt(f),
        }
    }
}

/// Shows what `Display` shows, the kind, and no more than sizes of what may hold secrets.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("text", &format_args!("{self}"))
            .field("body", &format_args!("{} bytes", self.body().len()))
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Cause::Configuration(_) => None,
            // The failure's own text is this error's text already.
            Cause::Call(failure) => std::error::Error::source(failure),
        }
    }
}
