//! Recorded requests of the official SDKs to a local server.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tests::recorder::{ReceivedRequest, decoded};

/// An official SDK. The two Python clients send the same requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sdk {
    TypeScript,
    Python,
}

impl Sdk {
    fn of(client: &str) -> Self {
        if client.starts_with("ts-") {
            Self::TypeScript
        } else {
            Self::Python
        }
    }
}

/// A request in a form that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Decoded segments of the path.
    pub(crate) segments: Vec<String>,
    /// Sorted by name; values of the same name keep their order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Request {
    /// Converts one of our requests, keeping the headers that the reference records.
    pub(crate) fn ours(request: &ReceivedRequest) -> Self {
        let body = match request.body.as_slice() {
            [] => Value::Null,
            body => serde_json::from_slice(body)
                .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body))),
        };
        let headers = request.headers.iter();
        Self {
            method: request.method.clone(),
            segments: request.segments(),
            query: sorted(request.query.clone()),
            headers: headers
                .filter(|(name, _)| !PLUMBING.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            body: without_assertion(body),
        }
    }

    pub(crate) fn path(&self) -> String {
        self.segments.join("/")
    }

    pub(crate) fn is_for_token(&self) -> bool {
        self.path().ends_with("/v1/oauth/token")
    }

    /// Returns a description on one line.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path())
    }
}

/// Headers of the connection and of the HTTP client.
const PLUMBING: [&str; 5] = [
    "accept",
    "accept-encoding",
    "content-length",
    "host",
    "user-agent",
];

fn sorted(mut query: Vec<(String, String)>) -> Vec<(String, String)> {
    query.sort_by(|(one, _), (other, _)| one.cmp(other));
    query
}

/// An assertion is different each time, so the reference has a placeholder for it.
fn without_assertion(mut body: Value) -> Value {
    if let Some(assertion) = body.get_mut("client_assertion") {
        *assertion = Value::from("<jwt>");
    }
    body
}

#[derive(Deserialize)]
struct Written {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl From<Written> for Request {
    fn from(written: Written) -> Self {
        let mut headers = written.headers;
        headers.remove("accept");
        let body = match written.body {
            // A body that is not JSON is recorded as a string.
            Value::Object(mut fields) if fields.contains_key("$raw") => {
                fields.remove("$raw").unwrap_or_default()
            }
            body => body,
        };
        Self {
            method: written.method,
            segments: written.path.split('/').map(decoded).collect(),
            query: sorted(written.query),
            headers,
            body,
        }
    }
}

/// Requests by scenario and SDK.
pub(crate) type Reference = BTreeMap<String, BTreeMap<Sdk, Vec<Request>>>;

/// Reads the reference.
pub(crate) fn read() -> Reference {
    let text = std::fs::read_to_string(tests::reference("wire/wire-reference.json"));
    let written: BTreeMap<String, BTreeMap<String, Vec<Written>>> =
        serde_json::from_str(&text.expect("the wire reference")).expect("its form");
    let scenarios = written.into_iter().map(|(name, clients)| {
        let mut sent: BTreeMap<Sdk, Vec<Request>> = BTreeMap::new();
        for (client, requests) in clients {
            let requests: Vec<Request> = requests.into_iter().map(Request::from).collect();
            let known = sent.entry(Sdk::of(&client)).or_insert(requests.clone());
            assert_eq!(*known, requests, "{name}: the clients of the SDK differ");
        }
        (name, sent)
    });
    scenarios.collect()
}
