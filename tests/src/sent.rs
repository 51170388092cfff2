//! A request in a form that can be compared: everything that an SDK decides about it.

use pipedream_sdk_testing::{FakePipedream, RecordedRequest};
use serde_json::Value;

/// Headers that the HTTP client sets and no test is about.
const PLUMBING: [&str; 5] = [
    "accept",
    "authorization",
    "content-length",
    "host",
    "user-agent",
];

/// Who a request says it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The workspace, by its access token.
    AccessToken,
    /// The holder of this token.
    Bearer(String),
    /// Nobody.
    None,
}

/// A request that was sent, or should have been.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub credential: Credential,
    /// Every other header, by name.
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl Sent {
    /// A request in the production environment of the project; `{p}` stands for the project's path.
    fn new(method: &str, path: &str) -> Self {
        let project = format!("/v1/connect/{}", FakePipedream::PROJECT_ID);
        Self {
            method: method.to_owned(),
            path: path.replace("{p}", &project),
            query: Vec::new(),
            credential: Credential::AccessToken,
            headers: vec![("x-pd-environment".to_owned(), "production".to_owned())],
            body: None,
        }
    }

    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub fn delete(path: &str) -> Self {
        Self::new("DELETE", path)
    }

    pub fn post(path: &str, body: Value) -> Self {
        Self::new("POST", path).body(body)
    }

    /// A POST that has nothing to say.
    pub fn bare_post(path: &str) -> Self {
        Self::new("POST", path)
    }

    pub fn put(path: &str, body: Value) -> Self {
        Self::new("PUT", path).body(body)
    }

    pub fn patch(path: &str, body: Value) -> Self {
        Self::new("PATCH", path).body(body)
    }

    fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self.headers.insert(
            0,
            ("content-type".to_owned(), "application/json".to_owned()),
        );
        self
    }

    /// The same with one more pair in the query; their order counts.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same from somebody else.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = credential;
        self
    }

    /// The same in no environment: operations on the workspace have none.
    #[must_use]
    pub fn of_workspace(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "x-pd-environment");
        self
    }

    /// A request as it came over the wire.
    pub fn read(request: &RecordedRequest, access_token: &str) -> Self {
        let credential = match (request.bearer(), request.header("authorization")) {
            (Some(token), _) if token == access_token => Credential::AccessToken,
            (Some(token), _) => Credential::Bearer(token.to_owned()),
            (None, Some(other)) => Credential::Bearer(other.to_owned()),
            (None, None) => Credential::None,
        };
        let mut headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .filter(|(name, _)| !PLUMBING.contains(&name.as_str()))
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        headers.sort();
        Self {
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query().to_vec(),
            credential,
            headers,
            body: (!request.body().is_empty()).then(|| request.json()),
        }
    }
}
