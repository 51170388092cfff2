//! Recorded requests with typed access, and assertions whose messages list the requests.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt;

use axum::http::{HeaderMap, Method, header, request};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::document::{Document, Operation, PROXY_TARGET, Segment};
use crate::response::FakeResponse;
use crate::route::{self, Route};

/// A request that the fake received.
///
/// Its `Debug` output shows method, path, operation and body, with secrets as `[redacted]`.
#[derive(Clone)]
pub struct RecordedRequest {
    /// API description that the request is validated against.
    document: &'static Document,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) path_parameters: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) received_at: Instant,
    pub(crate) status: Option<u16>,
    pub(crate) rejection: Option<String>,
}

impl RecordedRequest {
    /// Creates a record of a request that has no response yet.
    pub(crate) fn new(
        document: &'static Document,
        head: &request::Parts,
        body: &Bytes,
        route: &Route,
    ) -> Self {
        let (operation, path_parameters) = match route {
            Route::Operation(operation, parameters) => (Some(*operation), parameters.clone()),
            _ => (None, Vec::new()),
        };
        Self {
            document,
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            operation,
            path_parameters,
            query: route::query_pairs(head.uri.query().unwrap_or_default()),
            headers: head.headers.clone(),
            body: body.clone(),
            received_at: Instant::now(),
            status: None,
            rejection: None,
        }
    }

    /// Records the response, and the reason if the request was rejected.
    pub(crate) fn record_response(&mut self, response: &FakeResponse, rejection: Option<&str>) {
        self.status = Some(response.status_code().as_u16());
        if let Some(rejection) = rejection {
            self.rejection = Some(rejection.to_owned());
        }
    }

    /// HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Path without the query, percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// ID of the operation in the API description; `None` if the path matches no operation.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation.map(|it| it.id.as_str())
    }

    /// Value of a path parameter, decoded.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        find(&self.path_parameters, name)
    }

    /// Path parameters, decoded, in their order.
    pub fn path_parameters(&self) -> &[(String, String)] {
        &self.path_parameters
    }

    /// First value of a query parameter, decoded.
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Query parameters, decoded, in their order.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// Value of a header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Bearer token of the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        self.header(header::AUTHORIZATION.as_str())?
            .strip_prefix("Bearer ")
    }

    /// Raw body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Body as JSON; null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Body as a type, such as one of the generated types.
    ///
    /// # Panics
    /// Panics if the body does not match the type, with the reason and the request.
    #[track_caller]
    pub fn body_as<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(body) => body,
            Err(error) => panic!(
                "the body is not a valid {}: {error}\n  {self:?}",
                type_name::<T>()
            ),
        }
    }

    /// Time of receipt on the tokio clock. The difference between two requests is the time that a client waited.
    pub fn received_at(&self) -> Instant {
        self.received_at
    }

    /// Status code of the response; `None` if there is no response yet, or if the connection was closed instead.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Reason for the rejection, if the fake rejected the request.
    pub fn rejection(&self) -> Option<&str> {
        self.rejection.as_deref()
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known == name)?;
    Some(&found.1)
}

const REDACTED: &str = "[redacted]";

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.redacted_path())?;
        for (position, (name, value)) in self.query.iter().enumerate() {
            let sign = if position == 0 { '?' } else { '&' };
            let value = if self.is_secret(name) {
                REDACTED
            } else {
                value
            };
            write!(f, "{sign}{name}={value}")?;
        }
        write!(f, " ({})", self.operation().unwrap_or("no operation"))?;
        if !self.body.is_empty() {
            write!(f, " {}", self.redacted_body())?;
        }
        match (&self.rejection, self.status) {
            (Some(rejection), Some(status)) => write!(f, " -> {status}: {rejection}"),
            (_, Some(status)) => write!(f, " -> {status}"),
            (_, None) => write!(f, " -> no response"),
        }
    }
}

impl RecordedRequest {
    fn is_secret(&self, name: &str) -> bool {
        self.document.secrets.contains(name)
    }

    fn redacted_path(&self) -> String {
        let Some(operation) = self.operation else {
            return self.path.clone();
        };
        let mut shown = String::new();
        for (segment, received) in operation.path.iter().zip(self.path.split('/').skip(1)) {
            shown.push('/');
            shown.push_str(match segment {
                // The query of a target URL may contain secrets.
                Segment::Parameter(name) if self.is_secret(name) || name == PROXY_TARGET => {
                    REDACTED
                }
                _ => received,
            });
        }
        shown
    }

    /// `true` if the request is for a proxied host, whose body is not described by the document.
    fn is_proxied(&self) -> bool {
        self.operation.is_some_and(Operation::is_proxy)
    }

    fn redacted_body(&self) -> String {
        match serde_json::from_slice(&self.body) {
            Ok(mut value) if !self.is_proxied() => {
                redact(&mut value, &self.document.secrets);
                value.to_string()
            }
            _ => format!("({} bytes)", self.body.len()),
        }
    }
}

fn redact(value: &mut Value, secrets: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if secrets.contains(name) {
                    *field = Value::from(REDACTED);
                } else {
                    redact(field, secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, secrets)),
        _ => {}
    }
}

/// Asserts that exactly these operations were called, in this order.
#[track_caller]
pub(crate) fn assert_calls<'a>(
    requests: &[RecordedRequest],
    operations: impl IntoIterator<Item = &'a str>,
) {
    let received: Vec<&str> = requests
        .iter()
        .map(|it| it.operation().unwrap_or("no operation"))
        .collect();
    let expected: Vec<&str> = operations.into_iter().collect();
    assert!(
        received == expected,
        "expected calls: {expected:?}\n  actual calls: {received:?}\n{}",
        RequestList(requests)
    );
}

/// Asserts that no request was rejected.
#[track_caller]
pub(crate) fn assert_none_rejected(requests: &[RecordedRequest]) {
    let mut rejected = requests.to_vec();
    rejected.retain(|it| it.rejection().is_some());
    assert!(
        rejected.is_empty(),
        "rejected requests:\n{}",
        RequestList(&rejected)
    );
}

/// A numbered list of requests for the message of a failed assertion.
struct RequestList<'a>(&'a [RecordedRequest]);

impl fmt::Display for RequestList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return write!(f, "  (none)");
        }
        for (position, request) in self.0.iter().enumerate() {
            let end = if position + 1 == self.0.len() {
                ""
            } else {
                "\n"
            };
            write!(f, "  {}. {request:?}{end}", position + 1)?;
        }
        Ok(())
    }
}
