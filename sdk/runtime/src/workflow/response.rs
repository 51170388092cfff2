//! Responses of steps, for criteria and outputs.

use std::cell::OnceCell;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{ErrorResponse, Seconds};
use crate::http::decode::without_bom;
use crate::http::retry;
use crate::workflow::error::{UnmetCriterion, WorkflowErrorKind};
use crate::workflow::position::Retried;
use crate::{Error, ErrorKind, Response};

/// The response of a step, for criteria.
pub struct StepResponse<'a, T> {
    /// Status code; 0 without a response, see [`is_received`](Self::is_received).
    pub status: u16,
    /// Headers; empty without a response.
    pub headers: &'a HeaderMap,
    /// Raw body; incomplete if the connection broke.
    pub body: &'a [u8],
    /// URL of the request; `None` without a response.
    pub url: Option<&'a str>,
    /// Typed value of a decoded success.
    pub value: Option<&'a T>,
    json: OnceCell<Option<Value>>,
    is_complete: bool,
    retried: &'a [Retried],
}

impl<T> StepResponse<'_, T> {
    /// Returns `true` if the service responded.
    pub fn is_received(&self) -> bool {
        self.status != 0
    }

    /// Returns the status code as an operand of a condition.
    pub fn status_value(&self) -> Option<Value> {
        self.is_received().then(|| self.status.into())
    }

    /// Returns the body as JSON. A body of a media type other than JSON that is text is a JSON string.
    ///
    /// Returns `None` for a body that is empty, incomplete or not UTF-8, and for invalid JSON.
    pub fn json(&self) -> Option<&Value> {
        let read = || match self.is_complete {
            true => json_or_text(self.headers, self.body),
            false => serde_json::from_slice(without_bom(self.body)).ok(),
        };
        self.json.get_or_init(read).as_ref()
    }

    /// Returns the part of the body at a JSON Pointer.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.json()?.pointer(pointer)
    }

    /// Returns the value of a header, if it is present and valid text. Several fields of the name are joined.
    pub fn header(&self, name: &str) -> Option<String> {
        header_text(self.headers, name)
    }

    /// Returns `true` if the retry rule of the document allows another retry of the step.
    pub fn may_retry(&self, rule: usize, limit: u32) -> bool {
        let used = self.retried.iter().find(|retried| retried.rule == rule);
        used.map_or(0, |retried| retried.times) < limit
    }
}

/// A response that meets the success criteria. It may be one that the success type cannot represent.
#[derive(Debug)]
pub enum AcceptedResponse<T> {
    /// A documented success, decoded.
    Typed(Response<T>),
    /// An error status, or a body that the success type cannot represent.
    Untyped(Error),
}

impl<T> AcceptedResponse<T> {
    /// Returns the status code, if the service responded.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Typed(reply) => Some(reply.status()),
            Self::Untyped(failure) => failure.status(),
        }
    }

    /// Returns the status code as a number; 0 without a response.
    pub fn status_code(&self) -> u16 {
        self.status().map_or(0, |status| status.as_u16())
    }

    /// Returns the typed value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Typed(reply) => Some(reply.value()),
            Self::Untyped(_) => None,
        }
    }

    /// Returns the raw body.
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Typed(reply) => reply.body(),
            Self::Untyped(failure) => failure.body(),
        }
    }

    /// Returns the URL of the request; `None` without a response.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Typed(reply) => reply.url(),
            Self::Untyped(failure) => failure.url(),
        }
    }

    /// Returns the headers; empty without a response.
    pub fn headers(&self) -> &HeaderMap {
        static EMPTY: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        match self {
            Self::Typed(reply) => reply.headers(),
            Self::Untyped(failure) => failure.headers().unwrap_or(&EMPTY),
        }
    }

    /// Decodes the part at a JSON Pointer of a body that was not decoded, such as that of an accepted error. Returns
    /// `None` if it is absent or null, and an error if it has another type.
    pub fn undecoded<V: DeserializeOwned>(
        &self,
        pointer: &str,
    ) -> Result<Option<V>, serde_json::Error> {
        let body = json_or_text(self.headers(), self.body());
        let part = body.and_then(|mut body| body.pointer_mut(pointer).map(Value::take));
        let part = part.filter(|part| !part.is_null());
        part.map(serde_json::from_value).transpose()
    }

    /// Returns `true` unless the body is cut off.
    fn is_complete(&self) -> bool {
        match self {
            Self::Typed(_) => true,
            Self::Untyped(failure) => !matches!(
                failure.kind(),
                ErrorKind::Truncated | ErrorKind::TooLarge | ErrorKind::Timeout
            ),
        }
    }

    pub(crate) fn response<'a>(&'a self, retried: &'a [Retried]) -> StepResponse<'a, T> {
        StepResponse {
            status: self.status_code(),
            headers: self.headers(),
            body: self.body(),
            url: self.url(),
            value: self.value(),
            json: OnceCell::new(),
            is_complete: self.is_complete(),
            retried,
        }
    }

    /// Converts a response that fails its criteria into an error: the failed call, or the unmet criterion of a
    /// success.
    pub(crate) fn unmet(self, condition: std::borrow::Cow<'static, str>) -> WorkflowErrorKind {
        match self {
            Self::Untyped(failure) if failure.kind() == ErrorKind::Workflow => {
                WorkflowErrorKind::Workflow(failure)
            }
            Self::Untyped(failure) => WorkflowErrorKind::Call(failure),
            Self::Typed(reply) => WorkflowErrorKind::Criterion(UnmetCriterion {
                condition,
                status: reply.status(),
                headers: reply.headers().clone(),
                body: reply.body().clone(),
            }),
        }
    }

    /// Returns the delay that the response requests before a retry.
    pub(crate) fn requested_delay(&self) -> Option<Duration> {
        let now = SystemTime::now();
        match self {
            Self::Typed(reply) => retry::retry_after(reply.headers(), now),
            Self::Untyped(failure) => retry::delay_before_retry(failure, now),
        }
    }

    /// Converts a response that requests a longer delay than the limit into an error.
    pub(crate) fn postponed(self, delay: Duration, limit: Duration) -> WorkflowErrorKind {
        match self {
            Self::Untyped(failure) if failure.kind() == ErrorKind::Workflow => {
                WorkflowErrorKind::Workflow(failure)
            }
            Self::Untyped(failure) => WorkflowErrorKind::Call(failure),
            Self::Typed(reply) => {
                let status = reply.status();
                let (delay, limit) = (Seconds(delay), Seconds(limit));
                let detail = format!(
                    "the response with status {} requests a delay of {delay} before the retry, and the limit is \
                     {limit} (`RunOptions::max_retry_delay`)",
                    status.as_u16()
                );
                let response = ErrorResponse {
                    status,
                    headers: reply.headers().clone(),
                    body: reply.body().clone(),
                    url: reply.url().and_then(|url| url.parse().ok()),
                    location: None,
                };
                let error = Error::new(ErrorKind::Workflow).detail(detail);
                WorkflowErrorKind::Call(error.response(response))
            }
        }
    }
}

/// Returns the value of a header, if it is present and valid text.
///
/// Several fields of the name are one value, as RFC 9110 section 5.3 combines them: `a, b`.
pub fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    let fields = headers.get_all(name).iter();
    let fields: Vec<&str> = fields
        .map(|field| field.to_str())
        .collect::<Result<_, _>>()
        .ok()?;
    (!fields.is_empty()).then(|| fields.join(", "))
}

/// Returns a body as JSON, or as a JSON string if it is text.
pub(crate) fn json_or_text(headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let body = without_bom(body);
    match serde_json::from_slice(body).ok() {
        // A text such as `1e3` or `null` that is not declared as JSON is itself.
        None | Some(Value::Null | Value::Bool(_) | Value::Number(_)) => {
            text_of(headers, body).or_else(|| serde_json::from_slice(body).ok())
        }
        json => json,
    }
}

/// Returns a body of text as a JSON string, unless its media type says that it is JSON.
fn text_of(headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let media_type = header_text(headers, "content-type").unwrap_or_default();
    if body.is_empty() || media_type.is_empty() || media_type.contains("json") {
        return None;
    }
    Some(Value::from(std::str::from_utf8(body).ok()?))
}
