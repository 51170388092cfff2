//! The record of what came: each request with typed access, and assertions that show what came instead.

use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt;

use axum::http::{HeaderMap, Method, header, request};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::document::{Document, Operation, Segment, TARGET};
use crate::response::FakeResponse;
use crate::route::{self, Route};

/// A request that the fake received, as it came over the wire.
///
/// Its `Debug` shows method, path, operation and body, with secrets as `[redacted]`.
#[derive(Clone)]
pub struct RecordedRequest {
    /// The API description that it is held against.
    document: &'static Document,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) path_parameters: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
    pub(crate) status: Option<u16>,
    pub(crate) refusal: Option<String>,
}

impl RecordedRequest {
    /// A request that nothing has been decided about.
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
            at: Instant::now(),
            status: None,
            refusal: None,
        }
    }

    /// Writes down what was answered, and why if it was refused.
    pub(crate) fn note(&mut self, answer: &FakeResponse, refusal: Option<&str>) {
        self.status = Some(answer.status_code().as_u16());
        if let Some(refusal) = refusal {
            self.refusal = Some(refusal.to_owned());
        }
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as it came, still percent-encoded, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The id of the operation in the API description; nothing where the path belongs to none.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation.map(|it| it.id.as_str())
    }

    /// A path parameter, decoded.
    pub fn path_parameter(&self, name: &str) -> Option<&str> {
        find(&self.path_parameters, name)
    }

    /// The path parameters, decoded, in their order.
    pub fn path_parameters(&self) -> &[(String, String)] {
        &self.path_parameters
    }

    /// The first value of a query parameter, decoded.
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// The pairs of the query, decoded, in their order.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The bearer token of the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        self.header(header::AUTHORIZATION.as_str())?
            .strip_prefix("Bearer ")
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a type, such as one of the generated ones.
    ///
    /// # Panics
    /// Where it does not fit the type, with the reason and the request.
    #[track_caller]
    pub fn body_as<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(body) => body,
            Err(error) => panic!("the body is no {}: {error}\n  {self:?}", type_name::<T>()),
        }
    }

    /// When it came, on the tokio clock: the difference of two is what a client waited.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The status that was answered; nothing while it is not answered, or where the connection was cut instead.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Why the fake refused it, if it did.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known == name)?;
    Some(&found.1)
}

const REDACTED: &str = "[redacted]";

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.shown_path())?;
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
            write!(f, " {}", self.shown_body())?;
        }
        match (&self.refusal, self.status) {
            (Some(refusal), Some(status)) => write!(f, " -> {status}: {refusal}"),
            (_, Some(status)) => write!(f, " -> {status}"),
            (_, None) => write!(f, " -> no answer"),
        }
    }
}

impl RecordedRequest {
    fn is_secret(&self, name: &str) -> bool {
        self.document.secrets.contains(name)
    }

    fn shown_path(&self) -> String {
        let Some(operation) = self.operation else {
            return self.path.clone();
        };
        let mut shown = String::new();
        for (segment, came) in operation.path.iter().zip(self.path.split('/').skip(1)) {
            shown.push('/');
            shown.push_str(match segment {
                // A target URL is shown as little: its query may hold anything.
                Segment::Parameter(name) if self.is_secret(name) || name == TARGET => REDACTED,
                _ => came,
            });
        }
        shown
    }

    /// Whether it is for a foreign host, with a body that nothing is known of.
    fn is_forwarded(&self) -> bool {
        self.operation.is_some_and(Operation::forwards)
    }

    fn shown_body(&self) -> String {
        match serde_json::from_slice(&self.body) {
            Ok(mut value) if !self.is_forwarded() => {
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

/// Asserts that these operations were called, in this order, and nothing else.
#[track_caller]
pub(crate) fn assert_calls<'a>(
    requests: &[RecordedRequest],
    operations: impl IntoIterator<Item = &'a str>,
) {
    let came: Vec<&str> = requests
        .iter()
        .map(|it| it.operation().unwrap_or("no operation"))
        .collect();
    let expected: Vec<&str> = operations.into_iter().collect();
    assert!(
        came == expected,
        "expected calls: {expected:?}\n  what came: {came:?}\n{}",
        Shown(requests)
    );
}

/// Asserts that no request was refused.
#[track_caller]
pub(crate) fn assert_none_refused(requests: &[RecordedRequest]) {
    let mut refused = requests.to_vec();
    refused.retain(|it| it.refusal().is_some());
    assert!(refused.is_empty(), "refused requests:\n{}", Shown(&refused));
}

/// Requests as lines of a failing test's message.
struct Shown<'a>(&'a [RecordedRequest]);

impl fmt::Display for Shown<'_> {
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
