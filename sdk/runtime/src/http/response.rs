//! Replies of successful calls.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Url;

use crate::http::rate_limit::RateLimit;

/// A decoded response with its status, headers and raw body.
#[derive(Clone)]
#[doc(alias = "with_raw_response")]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    url: Option<Box<str>>,
}

/// The result of an operation that may succeed without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The operation finished with this result.
    Finished(T),
    /// The operation was accepted without a result: it continues in the background (status 202), it has none (status
    /// 204), or it has not changed (status 304).
    Accepted,
}

impl<T> Response<T> {
    /// Creates a response from its parts.
    pub fn new(value: T, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            value,
            status,
            headers,
            body,
            url: None,
        }
    }

    /// Sets the URL of the request.
    pub(crate) fn with_url(mut self, url: Url) -> Self {
        self.url = Some(String::from(url).into_boxed_str());
        self
    }

    /// Returns the URL of the request, which may contain secrets. `None` for a response that was not received from a
    /// server.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Returns the decoded value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Converts the response into its decoded value.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the status, which is one of the 200s.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the rate limit from the headers, if the response has them.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(&self.headers)
    }

    /// Returns the raw body, including undeclared properties. Empty if the body is streamed.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Converts the value. Status, headers and body stay the same.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
            url: self.url,
        }
    }
}

impl<T> Outcome<T> {
    /// Returns the result, or `None` if the operation was accepted.
    pub fn finished(self) -> Option<T> {
        match self {
            Self::Finished(value) => Some(value),
            Self::Accepted => None,
        }
    }

    /// Returns `true` if the operation was accepted without a result.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }

    /// Converts the result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Finished(value) => Outcome::Finished(change(value)),
            Self::Accepted => Outcome::Accepted,
        }
    }

    /// Returns the outcome with a reference to the result.
    pub fn as_ref(&self) -> Outcome<&T> {
        match self {
            Self::Finished(value) => Outcome::Finished(value),
            Self::Accepted => Outcome::Accepted,
        }
    }
}

/// Shows the value, whose `Debug` hides secrets. The raw body may contain secrets, so only its size is shown.
impl<T: std::fmt::Debug> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("value", &self.value)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
