//! Tests of the fake over HTTP with a plain client. Every response is validated against the document.

mod catalog;
mod configuring;
mod connecting;
mod delivering;
mod failing;
mod project;
mod rejecting;
mod triggers;
mod typed;

use reqwest::Method;
use serde_json::Value;

use crate::FakePipedream;

/// A plain HTTP client of one fake, whose requests carry a bearer token and an environment.
struct Client<'a> {
    fake: &'a FakePipedream,
    token: String,
    environment: &'static str,
}

impl<'a> Client<'a> {
    /// Creates a client with a new access token, in production.
    fn new(fake: &'a FakePipedream) -> Self {
        Self::with_token(fake, &fake.access_token())
    }

    fn with_token(fake: &'a FakePipedream, token: &str) -> Self {
        Self {
            fake,
            token: token.to_owned(),
            environment: "production",
        }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await
    }

    async fn delete(&self, path: &str) -> u16 {
        self.send(Method::DELETE, path, None).await.0
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends a request. `{p}` in the path stands for `/v1/connect/` and the project.
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.request(method, path, body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    fn request(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::RequestBuilder {
        let project = format!("/v1/connect/{}", FakePipedream::PROJECT_ID);
        let url = format!("{}{}", self.fake.base_url(), path.replace("{p}", &project));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = http
            .request(method, url)
            .header("x-pd-environment", self.environment);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }
}

/// Returns the `data` array of a response.
fn data(response: &Value) -> &Vec<Value> {
    response["data"].as_array().unwrap()
}
