//! Transport: base URL, connections and default options that all calls to a service share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::HeaderMap;
use reqwest::Url;
use tokio::sync::{Semaphore, SemaphorePermit};
#[cfg(feature = "tower")]
use tower::{Layer, Service};

use crate::error::Error;
use crate::http::budget::RetryBudget;
#[cfg(feature = "tower")]
use crate::http::layer::{AttemptService, BoxError, Layers};
use crate::http::options::CallOptions;
use crate::http::rate_limit::RateLimit;
use crate::http::settings::HttpSettings;

/// Default maximum number of connections, well below the usual limit of 1024 open files.
const MAX_CONNECTIONS: usize = 256;

/// Base URL of a service, its connections, and the options of calls. Clones are cheap and share the connections.
#[derive(Clone)]
pub struct Transport {
    shared: Arc<Shared>,
    base: Arc<BaseUrl>,
    options: Arc<CallOptions>,
}

struct Shared {
    http: reqwest::Client,
    /// The HTTP client with the layers around it, if there are any.
    #[cfg(feature = "tower")]
    layered: Option<AttemptService>,
    /// Additional servers of the API by name.
    servers: BTreeMap<String, Arc<BaseUrl>>,
    allow_http: bool,
    /// `None` if the user supplied the HTTP client.
    connect_timeout: Option<Duration>,
    retry_budget: RetryBudget,
    /// One permit for each request that may be in progress.
    connections: Arc<Semaphore>,
    /// Rate limit of the last response that had its headers.
    rate_limit: Mutex<Option<RateLimit>>,
}

/// Base URL of a server.
pub(crate) struct BaseUrl {
    url: Url,
    /// The URL without a trailing slash.
    without_slash: String,
}

impl Transport {
    /// Returns a builder for a transport to the service at `base_url`. A path in it is a prefix of every request
    /// path.
    pub fn builder(base_url: impl Into<String>) -> TransportBuilder {
        TransportBuilder {
            base_url: base_url.into(),
            servers: BTreeMap::new(),
            allow_http: false,
            settings: HttpSettings::default(),
            user_agent: None,
            http: None,
            #[cfg(feature = "tower")]
            layers: Layers::default(),
            #[cfg(feature = "tower")]
            layered: None,
            retry_budget: RetryBudget::default(),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            options: CallOptions::new(),
        }
    }

    /// Returns the HTTP client, to build requests with. Send them with [`send`](Self::send). For generated code.
    #[doc(hidden)]
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// Sends a request once, through the layers.
    pub(crate) async fn execute(
        &self,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, Error> {
        #[cfg(feature = "tower")]
        if let Some(layered) = &self.shared.layered {
            return layered.send(request).await;
        }
        Ok(self.shared.http.execute(request).await?)
    }

    /// Returns the base URL of the service without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base.without_slash
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base.url
    }

    /// Returns the configured URL of an additional server.
    pub(crate) fn configured_server(&self, name: &str) -> Option<Arc<BaseUrl>> {
        self.shared.servers.get(name).cloned()
    }

    pub(crate) fn connect_limit(&self) -> Option<Duration> {
        self.shared.connect_timeout
    }

    pub(crate) fn allows_http(&self) -> bool {
        self.shared.allow_http
    }

    /// Returns this transport with another base URL.
    pub(crate) fn with_base_url(&self, base: Arc<BaseUrl>) -> Self {
        Self {
            base,
            ..self.clone()
        }
    }

    /// Returns this transport with these options in place of its own.
    pub(crate) fn replacing_options(&self, options: CallOptions) -> Self {
        Self {
            options: Arc::new(options),
            ..self.clone()
        }
    }

    /// Returns this transport with these options on top of its own. Use it for one call or for several.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            options: Arc::new(options.over(&self.options)),
            ..self.clone()
        }
    }

    /// Returns the retry budget that all calls share.
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.shared.retry_budget
    }

    /// Returns a builder for a transport to another host that shares the connections and the retry budget.
    ///
    /// Its options are those of this transport without headers and query parameters, which are meant for this host.
    #[doc(hidden)]
    pub fn other_host(&self, base_url: impl Into<String>) -> TransportBuilder {
        let mut builder = Self::builder(base_url)
            .http(self.shared.http.clone())
            .retry_budget(self.shared.retry_budget.clone())
            .options(self.options.for_other_host());
        builder.connections = Arc::clone(&self.shared.connections);
        #[cfg(feature = "tower")]
        {
            builder.layered = self.shared.layered.clone();
        }
        builder
    }

    /// Waits until another request may be in progress. `None` if the semaphore is closed, which does not happen.
    pub(crate) async fn connection(&self) -> Option<SemaphorePermit<'_>> {
        self.shared.connections.acquire().await.ok()
    }

    /// Returns the rate limit of the last response that had its headers.
    ///
    /// All clones and all operations share this value, but a service may have a separate limit for each operation.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        *self
            .shared
            .rate_limit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the rate limit of a response, if it has the headers.
    pub(crate) fn record_rate_limit(&self, headers: &HeaderMap) {
        if let Some(limit) = RateLimit::of(headers) {
            let last = self.shared.rate_limit.lock();
            *last.unwrap_or_else(PoisonError::into_inner) = Some(limit);
        }
    }

    /// Returns the effective options.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base.without_slash)
            .field("options", &self.options)
            .finish()
    }
}

/// Builder for a [`Transport`].
#[must_use]
pub struct TransportBuilder {
    base_url: String,
    servers: BTreeMap<String, String>,
    allow_http: bool,
    settings: HttpSettings,
    user_agent: Option<String>,
    http: Option<reqwest::Client>,
    #[cfg(feature = "tower")]
    layers: Layers,
    /// The layered HTTP client of the transport that this one shares its connections with.
    #[cfg(feature = "tower")]
    layered: Option<AttemptService>,
    retry_budget: RetryBudget,
    connections: Arc<Semaphore>,
    options: CallOptions,
}

impl TransportBuilder {
    /// Sets the URL of an additional server, by its name in the API description.
    pub fn server(mut self, name: impl Into<String>, base_url: impl Into<String>) -> Self {
        self.servers.insert(name.into(), base_url.into());
        self
    }

    /// Allows http URLs of hosts other than the loopback address.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sets the time limit for establishing a connection. 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = Some(timeout);
        self
    }

    /// Sets the settings of the HTTP client, replacing those that were set before.
    #[doc(hidden)]
    pub fn http_settings(mut self, settings: HttpSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets the `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Sets the HTTP client.
    ///
    /// The user agent, the connect timeout and other settings of connections of this builder are then ignored. The
    /// client must not follow redirects.
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Wraps a layer around each attempt of a request, inside of the layers added before.
    ///
    /// See [`AttemptService`] for the requests, responses and errors of a layer. If a layer returns an error, the
    /// request is retried like after a broken connection: only if it is idempotent, or if the HTTP client could not
    /// connect.
    #[cfg(feature = "tower")]
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

    /// Wraps several layers around each attempt, inside of the layers added before.
    #[cfg(feature = "tower")]
    #[doc(hidden)]
    pub fn layers(mut self, layers: Layers) -> Self {
        self.layers.append(layers);
        self
    }

    /// Sets the retry budget of all calls together. It can be shared with another transport.
    ///
    /// Defaults to a new budget with the defaults of [`RetryBudget`].
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// Sets the maximum number of requests in progress, each of which may need a connection. 256 by default.
    ///
    /// Further requests wait for their turn. This time counts toward the total time limit of a call, not toward that
    /// of an attempt. Streamed bodies are not counted. Up to half as many further connections to a host are kept idle.
    pub fn max_connections(mut self, max: usize) -> Self {
        let max = max.clamp(1, Semaphore::MAX_PERMITS);
        self.connections = Arc::new(Semaphore::new(max));
        self
    }

    /// Sets the default options of calls.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }

    /// Builds the transport. Returns an error if a URL or the user agent is invalid.
    pub fn build(self) -> Result<Transport, Error> {
        let base = BaseUrl::new(&self.base_url, self.allow_http)?;
        let mut servers = BTreeMap::new();
        for (name, url) in self.servers {
            let base = BaseUrl::new(&url, self.allow_http)
                .map_err(|error| Error::configuration(format!("server `{name}`: {error}")))?;
            servers.insert(name, Arc::new(base));
        }
        let connect_timeout = match self.http {
            None => Some(self.settings.connect_limit()),
            Some(_) => None,
        };
        let http = match self.http {
            Some(http) => http,
            None => {
                require_tls(&base.url)?;
                let max_connections = self.connections.available_permits();
                self.settings
                    .build(self.user_agent.as_deref(), max_connections)?
            }
        };
        Ok(Transport {
            shared: Arc::new(Shared {
                #[cfg(feature = "tower")]
                layered: self.layered.or_else(|| self.layers.around(&http)),
                http,
                servers,
                allow_http: self.allow_http,
                connect_timeout,
                retry_budget: self.retry_budget,
                connections: self.connections,
                rate_limit: Mutex::default(),
            }),
            base: Arc::new(base),
            options: Arc::new(self.options),
        })
    }
}

impl BaseUrl {
    pub(crate) fn new(base_url: &str, allow_http: bool) -> Result<Self, Error> {
        let url = Url::parse(base_url.trim())
            .map_err(|error| Error::configuration(format!("the base URL is invalid: {error}")))?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return Err(Error::configuration(
                "the base URL must start with https://",
            ));
        }
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err(Error::configuration(
                "the base URL is not https: use https, or set `allow_http`",
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::configuration(
                "the base URL must not contain a user name or a password",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::configuration(
                "the base URL must not contain a query or a fragment",
            ));
        }
        let without_slash = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, without_slash })
    }
}

/// Returns an error if the URL requires TLS and the crate was compiled without it.
fn require_tls(url: &Url) -> Result<(), Error> {
    let has_tls = cfg!(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ));
    match has_tls || url.scheme() != "https" {
        true => Ok(()),
        false => Err(Error::configuration(
            "compiled without TLS, which an https URL requires: enable the feature `rustls`, \
             `rustls-no-provider` or `native-tls`",
        )),
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) if host.ends_with(".localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(base_url: &str) -> Result<String, String> {
        let built = Transport::builder(base_url).build();
        built
            .map(|transport| transport.base_url().to_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn keeps_the_path_of_a_base_url_without_its_trailing_slash() {
        assert_eq!(built("https://host").unwrap(), "https://host");
        assert_eq!(built("https://host/").unwrap(), "https://host");
        assert_eq!(
            built(" https://host:8443/base/prefix/ ").unwrap(),
            "https://host:8443/base/prefix"
        );
    }

    #[test]
    fn accepts_http_only_for_loopback_hosts_unless_allowed() {
        for local in [
            "http://localhost:1",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:3/",
            "http://a.localhost",
        ] {
            assert!(built(local).is_ok(), "{local}");
        }
        for remote in [
            "http://host",
            "http://localhost.evil.com",
            "http://10.0.0.1",
            "http://127.0.0.1.evil.com",
        ] {
            assert!(built(remote).unwrap_err().contains("not https"), "{remote}");
            assert!(Transport::builder(remote).allow_http(true).build().is_ok());
        }
    }

    #[test]
    fn rejects_an_invalid_base_url() {
        for invalid in [
            "",
            "host",
            "ftp://host",
            "https://",
            "https://u:p@host",
            "https://host/?a=b",
            "https://host/#x",
        ] {
            assert!(built(invalid).is_err(), "{invalid}");
        }
    }
}
