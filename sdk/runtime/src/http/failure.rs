//! What a call that gave no typed value gives: a [`Failure`], which keeps all that came.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::http::operation::Operation;
use crate::http::rate_limit::RateLimit;
use crate::http::{error_message, retry};
use crate::values::secret::SecretString;

/// A call that gave no typed value: why, and whatever of an answer there was.
///
/// It is one pointer in size. `Display` is one line for a person; the body, which may hold secrets, is only given by
/// [`body`](Self::body).
#[derive(Clone)]
pub struct Failure(Box<Parts>);

#[derive(Clone)]
struct Parts {
    kind: FailureKind,
    operation: Option<&'static Operation>,
    answer: Option<Answer>,
    detail: Option<String>,
    source: Option<Arc<dyn Error + Send + Sync>>,
    attempts: u32,
    /// Whether another attempt was due that the client's budget did not allow.
    retry_withheld: bool,
    /// What the request was authorized with; should the answer repeat it, it is not repeated any further.
    secrets: Vec<SecretString>,
}

/// What came of an answer.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Where a redirect leads, resolved against the request's own address.
    pub(crate) location: Option<reqwest::Url>,
}

/// The reason of a [`Failure`], as far as programs distinguish reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The service answered with an error status.
    Status,
    /// The service answered with a redirect, which is not followed with a credential.
    Redirect,
    /// The service answered with success, but with a body of another shape than the documented one.
    Decode,
    /// The service answered with success, but the body broke off.
    Truncated,
    /// No complete answer came in time. The request may have been carried out.
    Timeout,
    /// The service was not reached. The request was not carried out.
    Connect,
    /// The connection broke before an answer came. The request may have been carried out.
    Interrupted,
    /// No credential for the call could be had; the request was not sent.
    Credential,
    /// The request could not be made from the given values; it was not sent.
    InvalidRequest,
    /// A workflow that a step of another one runs did not reach its end; the error of that workflow is the source.
    Workflow,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind) -> Self {
        Self(Box::new(Parts {
            kind,
            operation: None,
            answer: None,
            detail: None,
            source: None,
            attempts: 0,
            retry_withheld: false,
            secrets: Vec::new(),
        }))
    }

    /// A request that cannot be made, and why.
    pub fn invalid_request(detail: impl Into<String>) -> Self {
        Self::new(FailureKind::InvalidRequest).detail(detail)
    }

    /// A value with which no request can be made: the name of its parameter, and why.
    pub fn invalid_argument(name: &str, why: impl fmt::Display) -> Self {
        Self::invalid_request(format!("invalid value for `{name}`: {why}"))
    }

    /// A credential that cannot be had, and why. For credential providers.
    pub fn credential(detail: impl Into<String>) -> Self {
        Self::new(FailureKind::Credential).detail(detail)
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn answer(mut self, answer: Answer) -> Self {
        self.0.answer = Some(answer);
        self
    }

    pub(crate) fn attempts_made(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
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

    /// The failure of a request for a credential as a failure to have one.
    pub(crate) fn into_credential(mut self) -> Self {
        if self.0.detail.is_none() && self.0.answer.is_none() {
            self.0.detail = Some(self.summary());
        }
        self.of_kind(FailureKind::Credential)
    }

    pub(crate) fn of_kind(mut self, kind: FailureKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure, said to be of this operation, unless it is known to be of another.
    #[must_use]
    pub fn for_operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// The same failure with the error beneath it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The reason.
    pub fn kind(&self) -> FailureKind {
        self.0.kind
    }

    /// Whether what was asked for does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the service refused the credential (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether there were too many requests (429).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether no complete answer came in time.
    pub fn is_timeout(&self) -> bool {
        self.kind() == FailureKind::Timeout
    }

    /// The operation that was called, where it is known.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.answer.as_ref().map(|answer| &answer.headers)
    }

    /// Whatever of the answer's body came. Error bodies are kept up to
    /// [`CallOptions::error_body_limit`](crate::CallOptions::error_body_limit).
    pub fn body(&self) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        self.0.answer.as_ref().map_or(&NONE, |answer| &answer.body)
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asked to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        retry::asked_for(self.headers()?, SystemTime::now())
    }

    /// How much may still be asked, where the answer said so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(self.headers()?)
    }

    /// Whether the request would have been sent again if the client had not spent its
    /// [`RetryBudget`](crate::RetryBudget).
    pub fn retry_withheld(&self) -> bool {
        self.0.retry_withheld
    }

    /// What was wrong, in words: the service's own where it gave some.
    pub fn message(&self) -> Option<String> {
        if self.0.detail.is_some() {
            return self.0.detail.clone();
        }
        let answer = self.0.answer.as_ref()?;
        // Hidden in the body first, because an excerpt may end within a secret; then in the words, because JSON may
        // write them with escapes.
        let body = self.hide(String::from_utf8_lossy(&answer.body).into_owned());
        let words = error_message::of(&answer.headers, body.as_bytes())?;
        Some(self.hide(words))
    }

    fn hide(&self, text: String) -> String {
        let secrets = self.0.secrets.iter().filter(|secret| !secret.is_blank());
        secrets.fold(text, |text, secret| {
            text.replace(secret.expose(), "[redacted]")
        })
    }

    /// The location of a redirect, resolved against the address that was asked.
    pub(crate) fn location(&self) -> Option<&reqwest::Url> {
        self.0.answer.as_ref()?.location.as_ref()
    }

    fn summary(&self) -> String {
        if let Some(status) = self.status() {
            let phrase = match self.0.kind {
                FailureKind::Decode => Some("the answer is not as documented"),
                FailureKind::Truncated => Some("the answer broke off"),
                FailureKind::Timeout => Some("the answer did not come in time"),
                FailureKind::Redirect => Some("the redirect was not followed"),
                FailureKind::Credential => Some("no credential could be had"),
                _ => None,
            };
            let reason = status
                .canonical_reason()
                .map(|reason| format!(" {reason}"))
                .unwrap_or_default();
            return match phrase {
                Some(phrase) => format!("{phrase} (status {})", status.as_u16()),
                None => format!("{}{reason}", status.as_u16()),
            };
        }
        match self.0.kind {
            FailureKind::Timeout => "no answer in time".to_owned(),
            FailureKind::Connect => "no connection".to_owned(),
            FailureKind::Interrupted => "the connection broke before an answer came".to_owned(),
            FailureKind::Credential => "no credential for this call".to_owned(),
            FailureKind::InvalidRequest => "the request was not sent".to_owned(),
            FailureKind::Workflow => "the workflow did not reach its end".to_owned(),
            other => format!("{other:?}"),
        }
    }

    fn hint(&self) -> Option<String> {
        if let Some(wait) = self.retry_after() {
            return Some(format!("try again in {} s", wait.as_secs().max(1)));
        }
        let hint = match (self.0.kind, self.status()?.as_u16()) {
            (FailureKind::Status, 401) => "check the credential",
            (FailureKind::Status, 403) => "the credential lacks the permission",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{}: ", operation.id)?;
        }
        f.write_str(&self.summary())?;
        if let Some(message) = self.message() {
            write!(f, ": {}", error_message::one_line(&message))?;
        }
        let attempts = match self.0.attempts {
            0 | 1 => None,
            attempts => Some(format!("{attempts} attempts were made")),
        };
        let withheld = self
            .retry_withheld()
            .then(|| "no retry: the client has spent its budget for them".to_owned());
        let remarks: Vec<String> = [self.hint(), attempts, withheld]
            .into_iter()
            .flatten()
            .collect();
        match remarks.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", remarks.join("; ")),
        }
    }
}

/// Names the parts without their contents: an answer's headers and body may hold secrets.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation.map(|operation| operation.id))
            .field("status", &self.status())
            .field(
                "message",
                &self
                    .message()
                    .map(|message| error_message::one_line(&message)),
            )
            .field("body", &format_args!("{} bytes", self.body().len()))
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// For generated code. The address is taken out of the error: its path or query may hold a token.
#[doc(hidden)]
impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        // The order matters: a connection that was not made in time is both a connect error and a timeout.
        let kind = if error.is_builder() {
            FailureKind::InvalidRequest
        } else if error.is_connect() {
            FailureKind::Connect
        } else if error.is_timeout() {
            FailureKind::Timeout
        } else if error.is_decode() || error.is_body() {
            FailureKind::Truncated
        } else {
            FailureKind::Interrupted
        };
        let deepest = deepest(&error);
        Self::new(kind).detail(deepest).caused_by(error)
    }
}

impl From<http::header::InvalidHeaderValue> for Failure {
    fn from(error: http::header::InvalidHeaderValue) -> Self {
        Self::invalid_request("a header value has characters that a header cannot hold")
            .caused_by(error)
    }
}

/// The last error of a chain is the one that says what happened; those above it say "error sending request".
fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests;
