//! What goes back over the wire: answers, and the refusals that become answers.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

/// A whole HTTP answer: status, headers and body.
///
/// ```
/// use pipedream_sdk_testing::FakeResponse;
///
/// let throttled = FakeResponse::new(429).header("retry-after", "1");
/// let page = FakeResponse::new(502).body("text/html", "<h1>Bad gateway</h1>");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct FakeResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl FakeResponse {
    /// An answer with an empty body.
    ///
    /// # Panics
    /// Where `status` is no HTTP status.
    pub fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status);
        Self {
            status: status.unwrap_or_else(|_| panic!("no HTTP status")),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// The same with a JSON body.
    pub fn json(self, value: impl Into<Value>) -> Self {
        self.body("application/json", value.into().to_string())
    }

    /// The same with a body of any content type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// The same with one more header; one of that name is replaced.
    ///
    /// # Panics
    /// Where the name or the value cannot be sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.unwrap_or_else(|_| panic!("no header name"));
        let value = HeaderValue::from_str(value);
        self.headers
            .insert(name, value.unwrap_or_else(|_| panic!("no header value")));
        self
    }

    pub(crate) fn status_code(&self) -> StatusCode {
        self.status
    }

    #[cfg(test)]
    pub(crate) fn header_map(&self) -> &HeaderMap {
        &self.headers
    }

    #[cfg(test)]
    pub(crate) fn content(&self) -> &Bytes {
        &self.body
    }

    pub(crate) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers, self.body)
    }
}

/// A refused request: a status and the reason, which becomes `{"error": …}`.
#[derive(Debug)]
pub(crate) struct Rejection {
    status: StatusCode,
    reason: String,
    /// In how many seconds it may be tried again.
    retry_after: Option<u64>,
}

impl Rejection {
    pub(crate) fn new(status: impl TryInto<StatusCode>, reason: impl Into<String>) -> Self {
        Self {
            status: status.try_into().unwrap_or(StatusCode::BAD_REQUEST),
            reason: reason.into(),
            retry_after: None,
        }
    }

    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// What was asked for is not there.
    pub(crate) fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// The request cannot be meant as it came.
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// There were too many requests; in so many seconds there may be more.
    pub(crate) fn throttled(reason: impl Into<String>, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, reason)
        }
    }
}

impl From<Rejection> for FakeResponse {
    fn from(refusal: Rejection) -> Self {
        let answer = Self::new(refusal.status.as_u16()).json(json!({ "error": refusal.reason }));
        match refusal.retry_after {
            Some(seconds) => answer.header(header::RETRY_AFTER.as_str(), &seconds.to_string()),
            None => answer,
        }
    }
}
