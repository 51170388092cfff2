//! Responses, and rejections that are converted to responses.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

/// An HTTP response: status code, headers and body.
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
    /// Creates a response with an empty body.
    ///
    /// # Panics
    /// Panics if `status` is not a valid status code.
    pub fn new(status: u16) -> Self {
        let code = StatusCode::from_u16(status);
        Self {
            status: code.unwrap_or_else(|_| panic!("{status} is not a valid status code")),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Sets a JSON body.
    pub fn json(self, value: impl Into<Value>) -> Self {
        self.body("application/json", value.into().to_string())
    }

    /// Sets a body with this content type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    /// Sets a header, replacing any other of that name.
    ///
    /// # Panics
    /// Panics if the name or the value is not valid in a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let key = HeaderName::from_bytes(name.as_bytes())
            .unwrap_or_else(|_| panic!("{name:?} is not a valid header name"));
        let value = HeaderValue::from_str(value)
            .unwrap_or_else(|_| panic!("invalid value of the header {name:?}"));
        self.headers.insert(key, value);
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

/// Rejection of a request: a status code and a reason, which is sent as `{"error": …}`.
#[derive(Debug)]
pub(crate) struct Rejection {
    status: StatusCode,
    reason: String,
    /// Value of `Retry-After`, in seconds.
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

    /// The requested object does not exist.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{name} not found"))
    }

    /// The request is not valid.
    pub(crate) fn invalid(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// The rate limit is exceeded; the client may retry after this many seconds.
    pub(crate) fn throttled(reason: impl Into<String>, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, reason)
        }
    }
}

impl From<Rejection> for FakeResponse {
    fn from(rejection: Rejection) -> Self {
        let response =
            Self::new(rejection.status.as_u16()).json(json!({ "error": rejection.reason }));
        match rejection.retry_after {
            Some(seconds) => response.header(header::RETRY_AFTER.as_str(), &seconds.to_string()),
            None => response,
        }
    }
}
