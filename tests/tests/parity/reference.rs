//! The requests that the official SDKs sent to a local server, as they were written down.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tests::recorder::{Recorded, decoded};

/// An official SDK. The two clients of the one for Python send the same.
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

/// A request in the form in which requests are compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Each segment as its receiver understands it.
    pub(crate) segments: Vec<String>,
    /// By names; the order of those with one name stays.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Request {
    /// One of ours, with the headers that the reference has for requests as well.
    pub(crate) fn ours(request: &Recorded) -> Self {
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

    /// What it is, in a line.
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

/// An assertion is another one each time, so the reference has a placeholder for it.
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
            // What is no JSON stands there as text.
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

/// What each SDK sent in each scenario.
pub(crate) type Reference = BTreeMap<String, BTreeMap<Sdk, Vec<Request>>>;

/// Reads it.
pub(crate) fn read() -> Reference {
    let text = std::fs::read_to_string(tests::reference("wire/wire-reference.json"));
    let written: BTreeMap<String, BTreeMap<String, Vec<Written>>> =
        serde_json::from_str(&text.expect("the wire reference")).expect("its form");
    let scenarios = written.into_iter().map(|(name, clients)| {
        let mut sent: BTreeMap<Sdk, Vec<Request>> = BTreeMap::new();
        for (client, requests) in clients {
            let requests: Vec<Request> = requests.into_iter().map(Request::from).collect();
            let known = sent.entry(Sdk::of(&client)).or_insert(requests.clone());
            assert_eq!(*known, requests, "{name}: the clients of one SDK differ");
        }
        (name, sent)
    });
    scenarios.collect()
}
