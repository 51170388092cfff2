//! Calling workflows that are built at Pipedream and have an HTTP endpoint.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use pipedream_sdk_runtime::{FixedSecret, Operation, Transport, header_value};
use serde::Serialize;

use super::endpoint::Endpoint;
use super::response::HttpResponse;
use crate::Error;
use crate::Pipedream;
use crate::call::CallOptions;
use crate::credentials::SecretString;
use crate::raw::operations::SCHEME_OAUTH2;

static OPEN: Operation = Operation {
    id: "invokeWorkflow",
    method: "POST",
    path: "/",
    security: &[],
    idempotent: false,
    secrets: &[],
};
static GUARDED: Operation = Operation {
    security: &[&[&SCHEME_OAUTH2]],
    ..OPEN
};

impl Pipedream {
    /// Calls a workflow of yours at its HTTP endpoint.
    ///
    /// It is given by the id of the endpoint (`en1abc`, `eo2def`), by its host, or by an address with path and query.
    /// The host has to lie in the workflow domain (`m.pipedream.net`, unless the builder was given another), so that no
    /// credential goes anywhere else.
    ///
    /// ```no_run
    /// # async fn run(pipedream: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
    /// use pipedream_sdk::connect::InvokeAuth;
    ///
    /// let invocation = pipedream.invoke("en1abc").auth(InvokeAuth::Bearer("a key of mine".into()));
    /// let answer = invocation.json(&["anything"]).send().await?;
    /// println!("{}: {}", answer.status(), answer.text().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// On the handle of a user, the workflow runs for that user, and [`InvokeAuth::OAuth`] is the default.
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
            problem: None,
        }
    }
}

/// How a workflow's endpoint is to know who calls it; the endpoint's own settings say which.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum InvokeAuth {
    /// Not at all.
    None,
    /// By a token that the endpoint was given.
    Bearer(SecretString),
    /// By the access token of this client.
    OAuth,
}

/// A call of a workflow that is being put together; [`send`](Self::send) makes it.
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
    /// The first thing that was wrong.
    problem: Option<Error>,
}

impl Invocation {
    /// The method; POST by default.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// How the endpoint is to know who calls.
    pub fn auth(mut self, auth: InvokeAuth) -> Self {
        self.auth = auth;
        self
    }

    /// A header, in place of one of that name. Credentials are given by [`auth`](Self::auth).
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
                let why = "the name or the value has characters that a header cannot hold";
                let failure = Error::invalid_argument("header", why);
                self.problem = self.problem.or(Some(failure));
            }
        }
        self
    }

    /// A body of JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => {
                self.body = json.into();
                let given = self.headers.entry(CONTENT_TYPE);
                given.or_insert(HeaderValue::from_static("application/json"));
            }
            // The error may quote the value.
            Err(_) => {
                let failure = Error::invalid_argument("json", "it cannot be made JSON");
                self.problem = self.problem.or(Some(failure));
            }
        }
        self
    }

    /// A body of any bytes.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Options of this one call, in place of those that were set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How long the call may take over all, with its retries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// How often the call is repeated at most; 0 for never.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// Sends the request, and gives what the workflow answered, whatever its status.
    ///
    /// It is repeated as other calls are: after a 429, and after statuses of the 500s where the method allows it.
    pub async fn send(self) -> Result<HttpResponse, Error> {
        let sent = self.invoke().await;
        sent.map_err(|error| error.for_operation(&OPEN))
    }

    async fn invoke(self) -> Result<HttpResponse, Error> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let endpoint = Endpoint::find(&self.workflow, self.pipedream.workflow_domain())
            .map_err(|why| Error::invalid_argument("workflow", why))?;
        let client = self.pipedream.client_for_handle();
        // Same connections, options and budget for retries, another host.
        let transport = Transport::builder(endpoint.origin())
            .http(client.transport().http().clone())
            .retry_budget(client.transport().retry_budget().clone())
            .options(client.transport().options().clone())
            .build()
            .map_err(|error| Error::invalid_argument("workflow", error))?;
        let idempotent = CallOptions::new().idempotent(self.method.is_idempotent());
        let mut transport = transport
            .with_options(idempotent)
            .with_options(self.options);
        let operation = match self.auth {
            InvokeAuth::None => &OPEN,
            InvokeAuth::OAuth => &GUARDED,
            InvokeAuth::Bearer(token) if token.is_blank() => {
                return Err(Error::invalid_argument("auth", "the token is blank"));
            }
            InvokeAuth::Bearer(token) => {
                let token = FixedSecret::new([SCHEME_OAUTH2.name], token);
                transport = transport.with_options(CallOptions::new().credentials(token));
                &GUARDED
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
        let received = transport.forward(request.build()?, operation, None).await?;
        Ok(HttpResponse::new(received))
    }
}

/// Shows neither the address, which may be a secret, nor contents.
impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("method", &self.method)
            .field("auth", &self.auth)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
