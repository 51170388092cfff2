//! What a call that succeeded gives.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::http::rate_limit::RateLimit;

/// A typed answer with everything it came with.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The answer of an operation that may also be accepted for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It ran, and this is its result.
    Finished(T),
    /// It was accepted (status 202) and goes on by itself; the answer has no result.
    Accepted,
}

impl<T> Response<T> {
    /// An answer of these parts.
    pub fn new(value: T, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            value,
            status,
            headers,
            body,
        }
    }

    /// The typed value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The typed value alone, for those who need nothing else.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The status, of the 200s.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How much may still be asked, where the answer said so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::of(&self.headers)
    }

    /// The body as it came, with the fields that the type does not know. Empty where it is streamed.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
            body: self.body,
        }
    }
}

impl<T> Outcome<T> {
    /// The result, unless it was only accepted.
    pub fn finished(self) -> Option<T> {
        match self {
            Self::Finished(value) => Some(value),
            Self::Accepted => None,
        }
    }

    /// Whether it was accepted for later.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }

    /// The same outcome with another result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Finished(value) => Outcome::Finished(change(value)),
            Self::Accepted => Outcome::Accepted,
        }
    }

    /// A view of the result by reference.
    pub fn as_ref(&self) -> Outcome<&T> {
        match self {
            Self::Finished(value) => Outcome::Finished(value),
            Self::Accepted => Outcome::Accepted,
        }
    }
}

/// Shows the value, whose own `Debug` hides its secrets, and not the body, which hides nothing.
impl<T: std::fmt::Debug> std::fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("value", &self.value)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
