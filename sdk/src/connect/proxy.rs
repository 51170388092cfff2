//! Requests to an app with a user's account.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use pipedream_sdk_runtime::{Operation, optional_text, required_text};
use serde::Serialize;

use super::response::HttpResponse;
use super::target::{described, is_restricted, url_64};
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;
use crate::raw::{self, Variables, operations};
use crate::types::{AccountId, ProjectId};

impl Pipedream {
    /// Requests to an app with an account of this user: Pipedream puts the account's credentials in.
    ///
    /// ```no_run
    /// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// use serde_json::{Value, json};
    ///
    /// let slack = user.proxy_as("apn_1");
    /// let message = json!({"channel": "C0123", "text": "Hello"});
    /// let answer = slack.post("https://slack.com/api/chat.postMessage").json(&message).send().await?;
    /// let answer: Value = answer.error_for_status().await?.json().await?;
    /// # let _ = answer;
    /// # Ok(())
    /// # }
    /// ```
    pub fn proxy_as(&self, account_id: impl Into<AccountId>) -> AccountProxy {
        AccountProxy {
            client: self.client_for_handle(),
            variables: self.variables(),
            account_id: account_id.into(),
        }
    }
}

/// Requests to an app with a user's account: made by [`Pipedream::proxy_as`]. A clone is cheap.
#[derive(Clone, Debug)]
pub struct AccountProxy {
    client: raw::Client,
    variables: Variables,
    account_id: AccountId,
}

impl AccountProxy {
    /// A request to this address: a whole one, or a path, for apps whose host depends on the account. A query that it
    /// has stays as it is.
    ///
    /// The proxy takes GET, POST, PUT, PATCH and DELETE; another method is an error when the request is sent.
    pub fn request(&self, method: Method, url: impl Into<String>) -> ProxyRequest {
        ProxyRequest {
            proxy: self.clone(),
            options: CallOptions::new(),
            method,
            url: url.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            problem: None,
        }
    }

    /// A GET to this address; see [`request`](Self::request).
    pub fn get(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::GET, url)
    }

    /// A POST to this address; see [`request`](Self::request).
    pub fn post(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::POST, url)
    }

    /// A PUT to this address; see [`request`](Self::request).
    pub fn put(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::PUT, url)
    }

    /// A PATCH to this address; see [`request`](Self::request).
    pub fn patch(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::PATCH, url)
    }

    /// A DELETE to this address; see [`request`](Self::request).
    pub fn delete(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::DELETE, url)
    }
}

/// A request to an app that is being put together; [`send`](Self::send) makes it.
#[must_use = "nothing is sent until `send` is called"]
pub struct ProxyRequest {
    proxy: AccountProxy,
    options: CallOptions,
    method: Method,
    url: String,
    query: Vec<(String, String)>,
    /// Without the prefix that makes the proxy pass them on.
    headers: HeaderMap,
    body: Option<reqwest::Body>,
    /// The first thing that was wrong.
    problem: Option<Error>,
}

/// What marks a header as one that the proxy passes on.
const PREFIX: &str = "x-pd-proxy-";

impl ProxyRequest {
    /// A pair more in the query of the address, encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A header for the app, beside others of that name.
    ///
    /// The proxy passes most headers on, but none about the connection, no cookies, and none that begin with `proxy-` or
    /// `sec-`: with one of those, `send` fails and sends nothing.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match parsed(name, value) {
            Ok((name, value)) => self.header_value(name, value),
            Err(failure) => {
                self.problem = self.problem.or(Some(failure));
                self
            }
        }
    }

    pub(super) fn header_value(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        if is_restricted(&name) {
            let why = "the proxy does not pass this header on";
            let failure = Error::invalid_argument(name.as_str(), why);
            self.problem = self.problem.or(Some(failure));
            return self;
        }
        // It may be a credential; nobody needs to see it in a log.
        value.set_sensitive(true);
        self.headers.append(name, value);
        self
    }

    /// A body of JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.with_body(reqwest::Body::from(json), "application/json"),
            // The error may quote the value.
            Err(_) => {
                let failure = Error::invalid_argument("json", "it cannot be made JSON");
                self.problem = self.problem.or(Some(failure));
                self
            }
        }
    }

    /// A body of any bytes. Say what they are by `header("content-type", …)`; otherwise they are
    /// `application/octet-stream`.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.with_body(reqwest::Body::from(body.into()), "application/octet-stream")
    }

    /// A body that is sent as it comes. It cannot be sent twice, so the request is not repeated.
    pub fn body_stream<S, E>(self, body: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let body = reqwest::Body::wrap_stream(body);
        self.with_body(body, "application/octet-stream")
    }

    /// A body of the kind that HTTP clients have.
    #[cfg(feature = "tower")]
    pub(super) fn http_body<B>(self, body: B) -> Self
    where
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.with_body(reqwest::Body::wrap(body), "application/octet-stream")
    }

    /// Options of this one call, in place of those that were set before. Headers among them are for Pipedream itself.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How long the call may take over all, with its retries. The proxy waits 30 seconds for the app.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// How often the call is repeated at most; 0 for never.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// Whether the call may be repeated although it may have been carried out.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.options = self.options.idempotent(idempotent);
        self
    }

    fn with_body(mut self, body: reqwest::Body, content_type: &'static str) -> Self {
        self.body = Some(body);
        let given = self.headers.entry(CONTENT_TYPE);
        given.or_insert(HeaderValue::from_static(content_type));
        self
    }

    /// Sends the request, and gives what the app answered, whatever its status.
    ///
    /// It is repeated as other calls are: after a 429, and where the method allows it after statuses of the 500s. Errors
    /// that the proxy itself answers look like the app's; with a 401, which may mean either, the access token is renewed
    /// and the request repeated once.
    pub async fn send(self) -> Result<HttpResponse, Error> {
        let operation = operation(&self.method).ok_or_else(|| {
            let why = "the proxy takes GET, POST, PUT, PATCH and DELETE";
            Error::invalid_argument("method", why)
        })?;
        let target = described(&self.method, &self.url, self.proxy.account_id.as_str());
        self.send_to(operation, &target)
            .await
            .map_err(|error| error.for_target(&target).for_operation(operation))
    }

    async fn send_to(
        self,
        operation: &'static Operation,
        target: &Arc<str>,
    ) -> Result<HttpResponse, Error> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let AccountProxy {
            client,
            variables,
            account_id,
        } = self.proxy;
        let client = client.with_options(self.options);
        let transport = client.transport();
        let project_id = optional_text("project_id", variables.project_id, operation)?;
        let environment = required_text("environment", variables.environment, operation)?;
        let user = required_text("external_user_id", variables.external_user_id, operation)?;
        let account_id = required_text("account_id", Some(account_id), operation)?;
        let url_64 =
            url_64(&self.url, &self.query).map_err(|why| Error::invalid_argument("url", why))?;
        let mut request = transport
            .request(operation)
            // A Connect token implies the project.
            .variable::<ProjectId>(
                "project_id",
                project_id,
                &[&operations::SCHEME_CONNECT_TOKEN],
            )
            .path("url_64", url_64)
            .query("account_id", &account_id)
            .query("external_user_id", &user)
            .header("x-pd-environment", environment)
            .build()?;
        let headers = request.headers_mut();
        // The body's own type is said to the proxy as well.
        if let Some(content_type) = self.headers.get(CONTENT_TYPE) {
            headers.append(CONTENT_TYPE, content_type.clone());
        }
        for (name, value) in &self.headers {
            let (name, _) = parsed(&format!("{PREFIX}{name}"), "")?;
            headers.append(name, value.clone());
        }
        *request.body_mut() = self.body;
        let target = Some(Arc::clone(target));
        let received = transport.forward(request, operation, target).await?;
        Ok(HttpResponse::new(received))
    }
}

fn parsed(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::invalid_argument("header", "it is not a header name"))?;
    let value = HeaderValue::from_str(value).map_err(|_| {
        let why = "it has characters that a header cannot hold";
        Error::invalid_argument(name.as_str(), why)
    })?;
    Ok((name, value))
}

fn operation(method: &Method) -> Option<&'static Operation> {
    Some(match *method {
        Method::GET => &operations::RETRIEVE_PROXY,
        Method::POST => &operations::POST_PROXY,
        Method::PUT => &operations::PUT_PROXY,
        Method::PATCH => &operations::PATCH_PROXY,
        Method::DELETE => &operations::DELETE_PROXY,
        _ => return None,
    })
}

/// Shows what it is for, and neither address nor contents, which may hold secrets.
impl fmt::Debug for ProxyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyRequest")
            .field("method", &self.method)
            .field("account_id", &self.proxy.account_id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
