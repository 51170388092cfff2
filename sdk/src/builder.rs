//! [`PipedreamBuilder`], the builder of [`Pipedream`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "private-key-jwt")]
use pipedream_sdk_runtime::PrivateKey;
#[cfg(feature = "tower")]
use pipedream_sdk_runtime::{AttemptService, BoxError, Layers};
use pipedream_sdk_runtime::{ClientCredentials, FixedSecret, HttpSettings, Transport};
#[cfg(feature = "tower")]
use tower_layer::Layer;
#[cfg(feature = "tower")]
use tower_service::Service;

use crate::Error;
use crate::call::{CallOptions, RetryBudget};
use crate::credentials::{Credentials, SecretString};
use crate::pipedream::Pipedream;
use crate::raw::{self, operations};
use crate::types::{ConnectToken, ProjectEnvironment, ProjectId};

/// Default domain of the HTTP endpoints of workflows.
const WORKFLOW_DOMAIN: &str = "m.pipedream.net";

/// Builder for [`Pipedream`].
///
/// It requires one credential: [`client_id`](Self::client_id) with [`client_secret`](Self::client_secret) or (with
/// the feature `private-key-jwt`) a private key, an [`access_token`](Self::access_token), a
/// [`connect_token`](Self::connect_token), or a [custom source](Self::credentials).
#[derive(Clone, Debug)]
#[must_use]
pub struct PipedreamBuilder {
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    private_key: Option<SecretString>,
    key_id: Option<String>,
    scope: Option<String>,
    access_token: Option<SecretString>,
    connect_token: Option<SecretString>,
    credentials: Option<Arc<dyn Credentials>>,
    project_id: Option<ProjectId>,
    environment: ProjectEnvironment,
    base_url: BaseUrl,
    workflow_domain: String,
    #[cfg(feature = "mcp")]
    mcp_url: String,
    allow_http: bool,
    http_settings: HttpSettings,
    user_agent: Option<String>,
    http_client: Option<reqwest::Client>,
    #[cfg(feature = "tower")]
    layers: Layers,
    retry_budget: RetryBudget,
    max_connections: Option<usize>,
    options: CallOptions,
}

impl Default for PipedreamBuilder {
    fn default() -> Self {
        Self {
            client_id: None,
            client_secret: None,
            private_key: None,
            key_id: None,
            scope: None,
            access_token: None,
            connect_token: None,
            credentials: None,
            project_id: None,
            environment: ProjectEnvironment::Production,
            base_url: BaseUrl(raw::Client::BASE_URL.to_owned()),
            workflow_domain: WORKFLOW_DOMAIN.to_owned(),
            #[cfg(feature = "mcp")]
            mcp_url: crate::mcp::MCP_URL.to_owned(),
            allow_http: false,
            http_settings: HttpSettings::default(),
            user_agent: None,
            http_client: None,
            #[cfg(feature = "tower")]
            layers: Layers::default(),
            retry_budget: RetryBudget::default(),
            max_connections: None,
            options: CallOptions::new(),
        }
    }
}

impl PipedreamBuilder {
    /// Sets the id of an OAuth client of your workspace.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Sets the secret of the OAuth client.
    pub fn client_secret(mut self, client_secret: impl Into<SecretString>) -> Self {
        self.client_secret = Some(client_secret.into());
        self
    }

    /// Sets the private key of the OAuth client, instead of a secret. The key is never sent.
    ///
    /// The key is a P-256 key (signs with ES256) or an RSA key (signs with RS256), as PEM in PKCS#8 or, for RSA,
    /// PKCS#1. Line breaks may be written as `\n`. To convert an EC key in the older format
    /// (`BEGIN EC PRIVATE KEY`), run `openssl pkcs8 -topk8 -nocrypt`.
    #[cfg(feature = "private-key-jwt")]
    pub fn private_key(mut self, pem: impl Into<SecretString>) -> Self {
        self.private_key = Some(pem.into());
        self
    }

    /// Sets the id of the private key at Pipedream, for OAuth clients with several keys.
    #[cfg(feature = "private-key-jwt")]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Sets the scopes of the access token, separated by spaces. Default: all scopes of the OAuth client.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets an existing access token. It is not renewed.
    pub fn access_token(mut self, access_token: impl Into<SecretString>) -> Self {
        self.access_token = Some(access_token.into());
        self
    }

    /// Sets a Connect token, which permits the operations that users may perform, such as connecting an account.
    ///
    /// The token identifies its project, so [`project_id`](Self::project_id) is optional. Without it, paths without
    /// a project are used. Workflows still require the project. Operations that do not accept a Connect token
    /// return an error before the request is sent.
    #[doc(alias = "tokenProvider")]
    #[doc(alias = "ConnectTokenProvider")]
    pub fn connect_token(mut self, connect_token: impl Into<ConnectToken>) -> Self {
        self.connect_token = Some(connect_token.into().into());
        self
    }

    /// Sets a custom source of credentials.
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Sets the project. Its id begins with `proj_`.
    pub fn project_id(mut self, project_id: impl Into<ProjectId>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Sets the environment of the project. Default: production.
    pub fn environment(mut self, environment: ProjectEnvironment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the base URL of the API. A path in it is kept as a prefix. Default: the public API.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = BaseUrl(base_url.into());
        self
    }

    /// Sets the domain of the HTTP endpoints that [`invoke`](Pipedream::invoke) calls. Default: `m.pipedream.net`.
    pub fn workflow_domain(mut self, domain: impl Into<String>) -> Self {
        self.workflow_domain = domain.into();
        self
    }

    /// Sets the URL of the MCP server that [`mcp`](Pipedream::mcp) connects to. Default: Pipedream's server.
    #[cfg(feature = "mcp")]
    pub fn mcp_url(mut self, url: impl Into<String>) -> Self {
        self.mcp_url = url.into();
        self
    }

    /// Allows an `http` base URL for hosts other than the local machine.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sets the total time limit of a call, including retries. Default: none.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the time limit of one attempt of a call. Default: 60 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// Sets the time limit for establishing a connection. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http_settings.connect_timeout = Some(timeout);
        self
    }

    /// Trusts a root certificate, for example that of a company's proxy, in addition to those of the system.
    ///
    /// ```no_run
    /// use pipedream_sdk::{Pipedream, reqwest};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let certificate = reqwest::Certificate::from_pem(&std::fs::read("company.pem")?)?;
    /// let pipedream = Pipedream::builder()
    ///     .access_token("…")
    ///     .root_certificate(certificate)
    ///     .proxy(reqwest::Proxy::all("http://proxy.company.example:3128")?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    pub fn root_certificate(mut self, certificate: reqwest::Certificate) -> Self {
        self.http_settings.root_certificates.push(certificate);
        self
    }

    /// Sets the certificate and private key that the client identifies itself with (mutual TLS).
    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    #[doc(alias = "mtls")]
    #[doc(alias = "client_certificate")]
    pub fn identity(mut self, identity: reqwest::Identity) -> Self {
        self.http_settings.identity = Some(identity);
        self
    }

    /// Adds an HTTP proxy, which replaces the proxies of the system. The first one that matches a URL is used.
    ///
    /// Default: the proxies of the system, for example those in the environment variable `HTTPS_PROXY`.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.http_settings.proxies.push(proxy);
        self
    }

    /// Ignores the proxies of the system, and removes those added before.
    pub fn no_proxy(mut self) -> Self {
        self.http_settings.proxies.clear();
        self.http_settings.no_proxy = true;
        self
    }

    /// Sets the maximum number of idle connections that are kept open per host. Default: no limit.
    ///
    /// See [`max_connections`](Self::max_connections) for the limit of requests in progress.
    pub fn max_idle_connections(mut self, max: usize) -> Self {
        self.http_settings.max_idle_connections = Some(max);
        self
    }

    /// Sets the time after which an idle connection is closed. Default: 90 seconds.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http_settings.idle_timeout = Some(timeout);
        self
    }

    /// Sets whether compressed responses are requested. Default: they are, with the feature `gzip`.
    ///
    /// Bodies are decompressed while they are read. The limit of the size of a body applies to the decompressed
    /// bytes.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, enabled: bool) -> Self {
        self.http_settings.gzip = Some(enabled);
        self
    }

    /// Sets the maximum number of requests in progress, each of which may need a connection. Default: 256.
    ///
    /// Further requests wait for their turn, so that many concurrent calls do not exceed the limit of open files.
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = Some(max);
        self
    }

    /// Sets the maximum number of retries. Default: 2.
    pub fn max_retries(mut self, max: u32) -> Self {
        self.options = self.options.max_retries(max);
        self
    }

    /// Sets the retry budget, which the client shares with its clones. [`RetryBudget::unlimited`] removes the
    /// limit.
    ///
    /// Default: 10 retries per second, and 20 per hundred calls.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// Appends the name and version of your program to the `User-Agent` header.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Sets the HTTP client, for settings that this builder does not have, or to share connections with other code.
    ///
    /// Build it with the version of `reqwest` that this crate exports as [`reqwest`](crate::reqwest). The client must
    /// not follow redirects: the SDK follows the documented ones itself, without the credential. Timeouts of calls,
    /// retries and [`max_connections`](Self::max_connections) remain those of this builder. Settings of the HTTP client
    /// belong on that client; setting them here too is an error of [`build`](Self::build):
    /// [`connect_timeout`](Self::connect_timeout), [`user_agent`](Self::user_agent), [`proxy`](Self::proxy),
    /// [`no_proxy`](Self::no_proxy), [`max_idle_connections`](Self::max_idle_connections),
    /// [`idle_timeout`](Self::idle_timeout), `root_certificate`, `identity` and `gzip`.
    ///
    /// ```
    /// use pipedream_sdk::{Pipedream, reqwest};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .user_agent("my-product/1.0")
    ///     .pool_max_idle_per_host(8)
    ///     .build()?;
    /// let pipedream = Pipedream::builder().access_token("…").http_client(http).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, http_client: reqwest::Client) -> Self {
        self.http_client = Some(http_client);
        self
    }

    /// Wraps a [`tower::Layer`](tower_layer::Layer) around each attempt of a request, inside of the layers added
    /// before.
    ///
    /// The layer sees every request of the client, including those for access tokens, with the credential and all
    /// headers. Retries and time limits are outside: each attempt passes the layers again. Requests, responses and
    /// errors are those of [`AttemptService`]. The error of a layer becomes the cause of an [`Error`], and the
    /// request is retried like after a broken connection: only if it is idempotent, or if the HTTP client could not
    /// connect.
    ///
    /// A layer must not log the headers and URLs that it sees: they contain credentials.
    ///
    /// ```
    /// use pipedream_sdk::{Pipedream, reqwest};
    /// use tower::ServiceBuilder;
    ///
    /// # fn example() -> Result<(), pipedream_sdk::Error> {
    /// let trace = ServiceBuilder::new().map_request(|mut request: http::Request<reqwest::Body>| {
    ///     let id = http::HeaderValue::from_static("my-trace");
    ///     request.headers_mut().insert("x-trace-id", id);
    ///     request
    /// });
    /// let pipedream = Pipedream::builder().access_token("…").layer(trace).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tower")]
    #[doc(alias = "middleware")]
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<AttemptService> + Send + Sync + 'static,
        L::Service: Service<http::Request<reqwest::Body>, Response = http::Response<B>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<http::Request<reqwest::Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<reqwest::Body>>>::Future: Send + 'static,
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<bytes::Bytes>,
        B::Error: Into<BoxError>,
    {
        self.layers.push(layer);
        self
    }

    /// Sets the options of all calls, replacing those that were set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Builds the client. The error names every missing or invalid setting.
    pub fn build(self) -> Result<Pipedream, Error> {
        let errors = self.errors();
        if !errors.is_empty() {
            return Err(Error::configuration(errors.join("; ")));
        }
        let transport = self.transport()?;
        let options = CallOptions::new();
        let options = match self.source(&transport)? {
            Some(source) => options.credentials(source),
            None => options,
        };
        let client = raw::Client::new(transport.with_options(options));
        let domain = self.workflow_domain.into();
        let pipedream = Pipedream::new(client, self.project_id, self.environment, domain);
        #[cfg(feature = "mcp")]
        let pipedream = pipedream.with_mcp_url(self.mcp_url);
        Ok(pipedream)
    }

    fn errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        let secret =
            |secret: &Option<SecretString>| secret.as_ref().is_some_and(SecretString::is_blank);
        for (name, blank) in [
            ("client_id", self.client_id.as_deref().is_some_and(is_blank)),
            ("client_secret", secret(&self.client_secret)),
            ("private_key", secret(&self.private_key)),
            ("key_id", self.key_id.as_deref().is_some_and(is_blank)),
            ("workflow_domain", is_blank(&self.workflow_domain)),
            ("access_token", secret(&self.access_token)),
            ("connect_token", secret(&self.connect_token)),
            (
                "project_id",
                self.project_id
                    .as_ref()
                    .is_some_and(|id| is_blank(id.as_str())),
            ),
        ] {
            if blank {
                errors.push(format!("`{name}` is blank"));
            }
        }
        errors.extend(self.http_client_errors());
        errors.extend(self.client_error());
        #[cfg(feature = "private-key-jwt")]
        errors.extend(self.key_error());
        let kinds = [
            (
                "`client_id` with `client_secret`",
                self.client_id.is_some()
                    || self.client_secret.is_some()
                    || self.private_key.is_some(),
            ),
            ("`access_token`", self.access_token.is_some()),
            ("`connect_token`", self.connect_token.is_some()),
            ("`credentials`", self.credentials.is_some()),
        ];
        let provided: Vec<&str> = kinds
            .iter()
            .filter(|(_, is_set)| *is_set)
            .map(|(name, _)| *name)
            .collect();
        match provided.as_slice() {
            [] => {
                let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                errors.push(format!("no credential: set one of {}", names.join(", ")));
            }
            [_] => {}
            several => errors.push(format!(
                "more than one credential: set only one of {}",
                several.join(", ")
            )),
        }
        errors
    }

    /// Returns an error for each setting that belongs to the supplied HTTP client.
    fn http_client_errors(&self) -> Vec<String> {
        if self.http_client.is_none() {
            return Vec::new();
        }
        let user_agent = self.user_agent.as_ref().map(|_| "user_agent");
        let mut names = self.http_settings.names();
        names.extend(user_agent);
        names
            .into_iter()
            .map(|name| format!("`{name}` has no effect with `http_client`: set it on that client"))
            .collect()
    }

    /// Returns an error about the combination of the settings of the OAuth client.
    fn client_error(&self) -> Option<String> {
        let private_key = self.private_key.as_ref();
        let message = match (&self.client_id, &self.client_secret, private_key) {
            (_, Some(_), Some(_)) => {
                "both `client_secret` and `private_key` are set: set only one of them"
            }
            (Some(_), None, None) => "`client_id` is set without `client_secret`",
            (None, Some(_), None) => "`client_secret` is set without `client_id`",
            (None, None, Some(_)) => "`private_key` is set without `client_id`",
            (_, _, None) if self.key_id.is_some() => "`key_id` is set without `private_key`",
            _ => return None,
        };
        Some(message.to_owned())
    }

    #[cfg(feature = "private-key-jwt")]
    fn key_error(&self) -> Option<String> {
        let pem = self.private_key.as_ref().filter(|pem| !pem.is_blank())?;
        let error = PrivateKey::from_pem(pem.expose()).err()?;
        Some(format!("`private_key`: {error}"))
    }

    fn transport(&self) -> Result<Transport, Error> {
        let user_agent = user_agent(self.user_agent.as_deref());
        let mut transport = Transport::builder(&*self.base_url.0)
            .allow_http(self.allow_http)
            .user_agent(user_agent)
            .http_settings(self.http_settings.clone())
            .retry_budget(self.retry_budget.clone())
            .options(self.options.clone());
        #[cfg(feature = "tower")]
        {
            transport = transport.layers(self.layers.clone());
        }
        if let Some(max) = self.max_connections {
            transport = transport.max_connections(max);
        }
        if let Some(http_client) = &self.http_client {
            transport = transport.http(http_client.clone());
        }
        transport.build()
    }

    /// Returns the configured credential. Token requests are sent through the transport of the calls.
    fn source(&self, transport: &Transport) -> Result<Option<Arc<dyn Credentials>>, Error> {
        let oauth = operations::SCHEME_OAUTH2.name;
        if let Some(token) = &self.access_token {
            return Ok(Some(Arc::new(FixedSecret::new([oauth], token.clone()))));
        }
        if let Some(token) = &self.connect_token {
            let scheme = operations::SCHEME_CONNECT_TOKEN.name;
            return Ok(Some(Arc::new(FixedSecret::new([scheme], token.clone()))));
        }
        let Some(source) = self.client_credentials(transport)? else {
            return Ok(self.credentials.clone());
        };
        Ok(Some(Arc::new(match &self.scope {
            Some(scope) => source.scope(scope),
            None => source,
        })))
    }

    fn client_credentials(
        &self,
        transport: &Transport,
    ) -> Result<Option<ClientCredentials>, Error> {
        let Some(id) = &self.client_id else {
            return Ok(None);
        };
        let scheme = [operations::SCHEME_OAUTH2.name];
        let operation = &operations::CREATE_OAUTH_TOKEN;
        #[cfg(feature = "private-key-jwt")]
        if let Some(pem) = &self.private_key {
            let mut key = PrivateKey::from_pem(pem.expose())
                .map_err(|error| Error::configuration(format!("`private_key`: {error}")))?;
            if let Some(key_id) = &self.key_id {
                key = key.with_id(key_id);
            }
            let source = ClientCredentials::with_private_key(scheme, transport, operation, id, key);
            return Ok(Some(source));
        }
        let secret = self.client_secret.clone();
        Ok(secret.map(|secret| ClientCredentials::new(scheme, transport, operation, id, secret)))
    }
}

/// A base URL. `Debug` omits a user name and password, although they make the URL invalid.
#[derive(Clone)]
pub(crate) struct BaseUrl(pub(crate) String);

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.rsplit_once('@') {
            Some((_, host)) => write!(f, "\"[redacted]@{host}\""),
            None => self.0.fmt(f),
        }
    }
}

/// Returns the name and version of this crate, followed by the suffix of the program.
pub(crate) fn user_agent(suffix: Option<&str>) -> String {
    let own = concat!("pipedream-sdk-rust/", env!("CARGO_PKG_VERSION"));
    match suffix {
        Some(suffix) => format!("{own} {suffix}"),
        None => own.to_owned(),
    }
}

fn is_blank(value: &str) -> bool {
    value.trim().is_empty()
}

#[cfg(test)]
mod tests;
