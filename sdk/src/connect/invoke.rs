//! Calls to the HTTP endpoints of workflows built in Pipedream.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use pipedream_sdk_runtime::{FixedSecret, Operation, header_value};
use serde::Serialize;

use super::endpoint::Endpoint;
use super::response::HttpResponse;
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;
use crate::credentials::SecretString;
use crate::raw::operations::SCHEME_OAUTH2;

static UNAUTHENTICATED: Operation = Operation {
    id: "invokeWorkflow",
    method: "POST",
    path: "/",
    security: &[],
    idempotent: false,
    secrets: &[],
};
static AUTHENTICATED: Operation = Operation {
    security: &[&[&SCHEME_OAUTH2]],
    ..UNAUTHENTICATED
};

impl Pipedream {
    /// Calls a workflow at its HTTP endpoint.
    ///
    /// `workflow` is the id of the endpoint (`en1abc`, `eo2def`), its host, or a URL with path and query. The host
    /// must be in the workflow domain, so that credentials are not sent to other hosts. The domain is
    /// `m.pipedream.net`, unless [`workflow_domain`](crate::PipedreamBuilder::workflow_domain) sets another.
    ///
    /// ```no_run
    /// # async fn run(pipedream: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// use pipedream_sdk::connect::InvokeAuth;
    ///
    /// let invocation = pipedream.invoke("en1abc").auth(InvokeAuth::Bearer("static-token".into()));
    /// let response = invocation.json(&["anything"]).send().await?;
    /// println!("{}: {}", response.status(), response.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// On the handle of a user, the workflow runs for this user, and [`InvokeAuth::OAuth`] is the default.
    #[doc(alias = "invokeWorkflow")]
    #[doc(alias = "invokeForExternalUser")]
    #[doc(alias = "http_endpoint")]
    pub fn invoke(&self, workflow: impl Into<String>) -> Invocation {
        Invocation {
            pipedream: self.clone(),
            workflow: workflow.into(),
            method: Method::POST,
            auth: match self.external_user_id() {
                Some(_) => InvokeAuth::OAuth,
                None => InvokeAuth::None,
            },
            headers: HeaderMap::new(),
            body: Bytes::new(),
            options: CallOptions::new(),
            error: None,
        }
    }
}

/// Authentication at a workflow's endpoint. The settings of the endpoint determine which is required.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum InvokeAuth {
    /// No authentication.
    None,
    /// A static token, configured at the endpoint.
    Bearer(SecretString),
    /// The access token of this client.
    OAuth,
}

/// Builder for a call of a workflow. Call [`send`](Self::send) to send it.
#[derive(Clone)]
#[must_use = "nothing is sent until `send` is called"]
pub struct Invocation {
    pipedream: Pipedream,
    workflow: String,
    method: Method,
    auth: InvokeAuth,
    headers: HeaderMap,
    body: Bytes,
    options: CallOptions,
    /// The first error of a setter, which `send` returns.
    error: Option<Error>,
}

impl Invocation {
    /// Sets the method. Default: POST.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Sets the authentication.
    pub fn auth(mut self, auth: InvokeAuth) -> Self {
        self.auth = auth;
        self
    }

    /// Sets a header, replacing other values of this name. For credentials, use [`auth`](Self::auth).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let header = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_str(value).ok());
        match header {
            Some((name, mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            None => {
                let reason =
                    "its name or value contains characters that are not allowed in a header";
                let error = Error::invalid_argument("header", reason);
                self.error = self.error.or(Some(error));
            }
        }
        self
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => {
                self.body = json.into();
                let content_type = self.headers.entry(CONTENT_TYPE);
                content_type.or_insert(HeaderValue::from_static("application/json"));
            }
            // The error may quote the value.
            Err(_) => {
                let error = Error::invalid_argument("json", "it cannot be serialized as JSON");
                self.error = self.error.or(Some(error));
            }
        }
        self
    }

    /// Sets a body of any bytes.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the options of this call, replacing those that were set before.
    ///
    /// Time limits and retries are inherited from the client. Its headers, query parameters and rate limit are not
    /// sent, because the endpoint is on another host.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the total time limit of the call, including retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the maximum number of retries.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// Sends the request and returns the response of the workflow, with any status.
    ///
    /// The request is retried after status 429, and after statuses of the 500s if the method is idempotent.
    pub async fn send(self) -> Result<HttpResponse, Error> {
        let sent = self.invoke().await;
        sent.map_err(|error| error.for_operation(&UNAUTHENTICATED))
    }

    async fn invoke(self) -> Result<HttpResponse, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let endpoint = Endpoint::parse(&self.workflow, self.pipedream.workflow_domain())
            .map_err(|reason| Error::invalid_argument("workflow", reason))?;
        let client = self.pipedream.client_for_handle();
        let transport = client
            .transport()
            .other_host(endpoint.origin())
            .build()
            .map_err(|error| Error::invalid_argument("workflow", error))?;
        let idempotent = CallOptions::new().idempotent(self.method.is_idempotent());
        let mut transport = transport
            .with_options(idempotent)
            .with_options(self.options);
        let operation = match self.auth {
            InvokeAuth::None => &UNAUTHENTICATED,
            InvokeAuth::OAuth => &AUTHENTICATED,
            InvokeAuth::Bearer(token) if token.is_blank() => {
                return Err(Error::invalid_argument("auth", "the token is blank"));
            }
            InvokeAuth::Bearer(token) => {
                let token = FixedSecret::new([SCHEME_OAUTH2.name], token);
                transport = transport.with_options(CallOptions::new().credentials(token));
                &AUTHENTICATED
            }
        };

        let environment = self.pipedream.current_environment();
        let mut request = transport
            .http()
            .request(self.method, endpoint.url())
            .headers(self.headers)
            .header(
                "x-pd-environment",
                header_value("x-pd-environment", environment)?,
            );
        if let Some(user) = self.pipedream.external_user_id() {
            let name = "x-pd-external-user-id";
            request = request.header(name, header_value(name, user)?);
        }
        if !self.body.is_empty() {
            request = request.body(self.body);
        }
        let response = transport.forward(request.build()?, operation, None).await?;
        Ok(HttpResponse::new(response))
    }
}

/// Omits URL, headers and body, because they may contain secrets.
impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("method", &self.method)
            .field("auth", &self.auth)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Sends the request, as [`send`](Invocation::send) does.
impl IntoFuture for Invocation {
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
