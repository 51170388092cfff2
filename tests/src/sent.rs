//! Requests in a form that can be compared: everything that an SDK determines.

use pipedream_sdk_testing::{FakePipedream, RecordedRequest};
use serde_json::Value;

/// Headers that the HTTP client sets and that the tests ignore.
const PLUMBING: [&str; 5] = [
    "accept",
    "authorization",
    "content-length",
    "host",
    "user-agent",
];

/// Credential of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The access token of the workspace.
    AccessToken,
    /// Another bearer token.
    Bearer(String),
    /// No credential.
    None,
}

/// A request that was sent, or that a test expects.
#[derive(Clone, Debug, PartialEq)]
pub struct SentRequest {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub credential: Credential,
    /// All other headers, sorted by name.
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl SentRequest {
    /// Creates a request in the production environment of the project. `{p}` stands for the path of the project.
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

    /// Creates a POST without a body.
    pub fn post_without_body(path: &str) -> Self {
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

    /// Adds a query parameter. The order of parameters is compared.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the credential.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = credential;
        self
    }

    /// Removes the environment header, which operations on the workspace do not have.
    #[must_use]
    pub fn of_workspace(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "x-pd-environment");
        self
    }

    /// Converts a recorded request.
    pub fn from_recorded(request: &RecordedRequest, access_token: &str) -> Self {
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
