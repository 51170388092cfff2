//! Requests to apps through the proxy, with the account of a user.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use pipedream_sdk_runtime::{Operation, optional_text, required_text};
use serde::Serialize;

use super::response::HttpResponse;
use super::target::{describe, is_restricted, url_64};
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;
use crate::raw::{self, Variables, operations};
use crate::types::{AccountId, ProjectId};

impl Pipedream {
    /// Returns a client for requests to an app with an account of this user. Pipedream adds the account's
    /// credentials.
    ///
    /// ```no_run
    /// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// use serde_json::{Value, json};
    ///
    /// let slack = user.proxy_as("apn_1");
    /// let message = json!({"channel": "C0123", "text": "Hello"});
    /// let response = slack.post("https://slack.com/api/chat.postMessage").json(&message).send().await?;
    /// let message: Value = response.error_for_status().await?.json().await?;
    /// # let _ = message;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "makeProxyRequest")]
    #[doc(alias = "passthrough")]
    pub fn proxy_as(&self, account_id: impl Into<AccountId>) -> AccountProxy {
        AccountProxy {
            client: self.client_for_handle(),
            variables: self.variables(),
            account_id: account_id.into(),
        }
    }
}

/// Client for requests to an app with a user's account. [`Pipedream::proxy_as`] creates it. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct AccountProxy {
    client: raw::Client,
    variables: Variables,
    account_id: AccountId,
}

impl AccountProxy {
    /// Creates a request to an absolute URL, or to a path for apps whose host depends on the account.
    ///
    /// An existing query is not changed. The proxy supports GET, POST, PUT, PATCH and DELETE. For other methods,
    /// [`send`](ProxyRequest::send) returns an error.
    pub fn request(&self, method: Method, url: impl Into<String>) -> ProxyRequest {
        ProxyRequest {
            proxy: self.clone(),
            options: CallOptions::new(),
            method,
            url: url.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            error: None,
        }
    }

    /// Creates a GET request. See [`request`](Self::request).
    pub fn get(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::GET, url)
    }

    /// Creates a POST request. See [`request`](Self::request).
    pub fn post(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::POST, url)
    }

    /// Creates a PUT request. See [`request`](Self::request).
    pub fn put(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::PUT, url)
    }

    /// Creates a PATCH request. See [`request`](Self::request).
    pub fn patch(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::PATCH, url)
    }

    /// Creates a DELETE request. See [`request`](Self::request).
    pub fn delete(&self, url: impl Into<String>) -> ProxyRequest {
        self.request(Method::DELETE, url)
    }
}

/// Builder for a proxied request. Call [`send`](Self::send) to send it.
#[must_use = "nothing is sent until `send` is called"]
pub struct ProxyRequest {
    proxy: AccountProxy,
    options: CallOptions,
    method: Method,
    url: String,
    query: Vec<(String, String)>,
    /// Headers for the app, without [`FORWARD_PREFIX`].
    headers: HeaderMap,
    body: Option<reqwest::Body>,
    /// The first error of a setter, which `send` returns.
    error: Option<Error>,
}

/// Prefix of headers that the proxy forwards to the app.
const FORWARD_PREFIX: &str = "x-pd-proxy-";

impl ProxyRequest {
    /// Appends a query parameter to the URL. Name and value are percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Appends a header for the app. Other values of the same name are kept.
    ///
    /// The proxy does not forward cookies, connection headers, and headers that begin with `proxy-` or `sec-`. If
    /// one of them is set, [`send`](Self::send) returns an error.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match parse_header(name, value) {
            Ok((name, value)) => self.header_value(name, value),
            Err(error) => {
                self.error = self.error.or(Some(error));
                self
            }
        }
    }

    pub(super) fn header_value(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        if is_restricted(&name) {
            let reason = "the proxy does not forward this header";
            let error = Error::invalid_argument(name.as_str(), reason);
            self.error = self.error.or(Some(error));
            return self;
        }
        // The value may be a credential.
        value.set_sensitive(true);
        self.headers.append(name, value);
        self
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.with_body(reqwest::Body::from(json), "application/json"),
            // The error may quote the value.
            Err(_) => {
                let error = Error::invalid_argument("json", "it cannot be serialized as JSON");
                self.error = self.error.or(Some(error));
                self
            }
        }
    }

    /// Sets a body of any bytes.
    ///
    /// The content type is `application/octet-stream`, unless the header `content-type` is set.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.with_body(reqwest::Body::from(body.into()), "application/octet-stream")
    }

    /// Sets a streamed body. A stream cannot be sent twice, so the request is not retried.
    pub fn body_stream<S, E>(self, body: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let body = reqwest::Body::wrap_stream(body);
        self.with_body(body, "application/octet-stream")
    }

    /// Sets an [`http_body::Body`].
    #[cfg(feature = "tower")]
    pub(super) fn http_body<B>(self, body: B) -> Self
    where
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.with_body(reqwest::Body::wrap(body), "application/octet-stream")
    }

    /// Sets the options of this call, replacing those that were set before. Their headers are sent to Pipedream
    /// only.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the total time limit of the call, including retries. The proxy waits 30 seconds for the app.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the maximum number of retries.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// Sets whether the request is idempotent, so that it can be retried although it may have been carried out.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.options = self.options.idempotent(idempotent);
        self
    }

    fn with_body(mut self, body: reqwest::Body, content_type: &'static str) -> Self {
        self.body = Some(body);
        let content_type_header = self.headers.entry(CONTENT_TYPE);
        content_type_header.or_insert(HeaderValue::from_static(content_type));
        self
    }

    /// Sends the request and returns the response of the app, with any status.
    ///
    /// The request is retried after status 429, and after statuses of the 500s if the method is idempotent. Errors
    /// of the proxy cannot be distinguished from those of the app. After status 401, which may come from either,
    /// the access token is renewed and the request is retried once, unless the token was issued in the last minutes.
    ///
    /// A body that breaks off while it is read is not retried, because the response has been returned already.
    pub async fn send(self) -> Result<HttpResponse, Error> {
        let operation = operation(&self.method).ok_or_else(|| {
            let reason = "the proxy supports only GET, POST, PUT, PATCH and DELETE";
            Error::invalid_argument("method", reason)
        })?;
        let target = describe(&self.method, &self.url, self.proxy.account_id.as_str());
        self.send_to(operation, &target)
            .await
            .map_err(|error| error.for_target(&target).for_operation(operation))
    }

    async fn send_to(
        self,
        operation: &'static Operation,
        target: &Arc<str>,
    ) -> Result<HttpResponse, Error> {
        if let Some(error) = self.error {
            return Err(error);
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
        let url_64 = url_64(&self.url, &self.query)
            .map_err(|reason| Error::invalid_argument("url", reason))?;
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
        // The proxy needs the content type of the body too.
        if let Some(content_type) = self.headers.get(CONTENT_TYPE) {
            headers.append(CONTENT_TYPE, content_type.clone());
        }
        for (name, value) in &self.headers {
            let (name, _) = parse_header(&format!("{FORWARD_PREFIX}{name}"), "")?;
            headers.append(name, value.clone());
        }
        *request.body_mut() = self.body;
        let target = Some(Arc::clone(target));
        let response = transport.forward(request, operation, target).await?;
        Ok(HttpResponse::new(response))
    }
}

fn parse_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::invalid_argument("header", "it is not a header name"))?;
    let value = HeaderValue::from_str(value).map_err(|_| {
        let reason = "it contains characters that are not allowed in a header";
        Error::invalid_argument(name.as_str(), reason)
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

/// Omits URL, headers and body, because they may contain secrets.
impl fmt::Debug for ProxyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyRequest")
            .field("method", &self.method)
            .field("account_id", &self.proxy.account_id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Sends the request, as [`send`](ProxyRequest::send) does.
impl IntoFuture for ProxyRequest {
    type Output = Result<HttpResponse, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    // Inlined, so that programs compile the calls that they make: boxing one instantiates all of it.
    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(test)]
mod tests;
