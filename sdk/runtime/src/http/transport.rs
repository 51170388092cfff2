//! The connection to one service: what every call through it shares.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use http::header::{HeaderMap, USER_AGENT};
use reqwest::Url;

use crate::error::Error;
use crate::http::budget::RetryBudget;
use crate::http::options::CallOptions;
use crate::http::rate_limit::RateLimit;

/// How long making a connection may take, unless said otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A service's address, the connections to it, and how to call it. A clone is cheap and shares all of that.
#[derive(Clone)]
pub struct Transport {
    shared: Arc<Shared>,
    base: Arc<Base>,
    options: Arc<CallOptions>,
}

struct Shared {
    http: reqwest::Client,
    /// Other servers of the API, by their names.
    servers: BTreeMap<String, Arc<Base>>,
    allow_http: bool,
    /// Unknown where the HTTP client is the user's own.
    connect_timeout: Option<Duration>,
    retry_budget: RetryBudget,
    /// What the last answer that said anything of it said.
    rate_limit: Mutex<Option<RateLimit>>,
}

/// The address of a server.
pub(crate) struct Base {
    url: Url,
    /// The same, without a slash at the end.
    text: String,
}

impl Transport {
    /// Begins a transport to the service at this address; a path in it is kept as a prefix of every path.
    pub fn builder(base_url: impl Into<String>) -> TransportBuilder {
        TransportBuilder {
            base_url: base_url.into(),
            servers: BTreeMap::new(),
            allow_http: false,
            connect_timeout: CONNECT_TIMEOUT,
            user_agent: None,
            http: None,
            retry_budget: RetryBudget::default(),
            options: CallOptions::new(),
        }
    }

    /// The HTTP client, to build requests with: for generated code. Requests go out through [`send`](Self::send).
    #[doc(hidden)]
    pub fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    /// The address of the service, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base.text
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base.url
    }

    /// The address that was given for the server of this name.
    pub(crate) fn given_server(&self, name: &str) -> Option<Arc<Base>> {
        self.shared.servers.get(name).cloned()
    }

    pub(crate) fn connect_limit(&self) -> Option<Duration> {
        self.shared.connect_timeout
    }

    pub(crate) fn allows_http(&self) -> bool {
        self.shared.allow_http
    }

    /// The same transport, towards another address.
    pub(crate) fn at(&self, base: Arc<Base>) -> Self {
        Self {
            base,
            ..self.clone()
        }
    }

    /// The same transport with other options where these say so. For one call, or for all that follow.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            options: Arc::new(options.over(&self.options)),
            ..self.clone()
        }
    }

    /// The budget from which the retries of all calls are drawn.
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.shared.retry_budget
    }

    /// How much may still be asked, by the last answer that said anything of it: whichever clone asked, and for
    /// whatever operation. Services may well limit each operation for itself.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        *self
            .shared
            .rate_limit
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes down what an answer says of how much may still be asked.
    pub(crate) fn note_rate_limit(&self, headers: &HeaderMap) {
        if let Some(said) = RateLimit::of(headers) {
            let last = self.shared.rate_limit.lock();
            *last.unwrap_or_else(PoisonError::into_inner) = Some(said);
        }
    }

    /// The options in force.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base.text)
            .field("options", &self.options)
            .finish()
    }
}

/// Makes a [`Transport`].
#[must_use]
pub struct TransportBuilder {
    base_url: String,
    servers: BTreeMap<String, String>,
    allow_http: bool,
    connect_timeout: Duration,
    user_agent: Option<String>,
    http: Option<reqwest::Client>,
    retry_budget: RetryBudget,
    options: CallOptions,
}

impl TransportBuilder {
    /// The address of another server of the API, by the name that its description gives it.
    pub fn server(mut self, name: impl Into<String>, base_url: impl Into<String>) -> Self {
        self.servers.insert(name.into(), base_url.into());
        self
    }

    /// Allows an address without encryption on a host other than this machine.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// How long making a connection may take; 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The `User-Agent` to send.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// A client of your own; the user agent and the connect timeout are then its matter, and so are redirects: it
    /// should follow none.
    pub fn http(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// The budget for the retries of all calls together. By default one of its own, as [`RetryBudget`] says; it can
    /// also be that of another transport.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.retry_budget = budget;
        self
    }

    /// The options of every call that does not have others.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options.over(&self.options);
        self
    }

    /// The transport, unless its address cannot be one.
    pub fn build(self) -> Result<Transport, Error> {
        let base = Base::new(&self.base_url, self.allow_http)?;
        let mut servers = BTreeMap::new();
        for (name, url) in self.servers {
            let base = Base::new(&url, self.allow_http)
                .map_err(|error| Error::configuration(format!("the server `{name}`: {error}")))?;
            servers.insert(name, Arc::new(base));
        }
        let connect_timeout = self.http.is_none().then_some(self.connect_timeout);
        let http = match self.http {
            Some(http) => http,
            None => client(self.user_agent.as_deref(), self.connect_timeout)?,
        };
        Ok(Transport {
            shared: Arc::new(Shared {
                http,
                servers,
                allow_http: self.allow_http,
                connect_timeout,
                retry_budget: self.retry_budget,
                rate_limit: Mutex::default(),
            }),
            base: Arc::new(base),
            options: Arc::new(self.options),
        })
    }
}

impl Base {
    pub(crate) fn new(base_url: &str, allow_http: bool) -> Result<Self, Error> {
        let url = Url::parse(base_url.trim())
            .map_err(|error| Error::configuration(format!("the base URL is not a URL: {error}")))?;
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return Err(Error::configuration(
                "the base URL has to begin with https://",
            ));
        }
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err(Error::configuration(
                "the base URL is not https, and its host is not this machine",
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::configuration(
                "the base URL holds a user or a password",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Error::configuration(
                "the base URL has a query or a fragment",
            ));
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }
}

/// Redirects are never followed: the credential would go with them, or a POST become a GET.
fn client(user_agent: Option<&str>, connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    // The HTTP client would panic.
    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(Error::configuration(
            "no cryptography for TLS: install a rustls CryptoProvider as the process's default, \
             or use the feature `rustls`",
        ));
    }
    let mut headers = HeaderMap::new();
    if let Some(user_agent) = user_agent {
        let value = HeaderValue::from_str(user_agent).map_err(|_| {
            Error::configuration("the user agent has characters that a header cannot hold")
        })?;
        headers.insert(USER_AGENT, value);
    }
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect_timeout)
        .default_headers(headers)
        .build()
        .map_err(|error| {
            Error::configuration(format!(
                "the HTTP client cannot be made: {}",
                error.without_url()
            ))
        })
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
    fn a_base_url_keeps_its_path_and_loses_its_last_slash() {
        assert_eq!(built("https://host").unwrap(), "https://host");
        assert_eq!(built("https://host/").unwrap(), "https://host");
        assert_eq!(
            built(" https://host:8443/base/prefix/ ").unwrap(),
            "https://host:8443/base/prefix"
        );
    }

    #[test]
    fn only_this_machine_is_called_without_encryption_unless_asked_for() {
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
    fn what_is_no_base_url_is_an_error() {
        for wrong in [
            "",
            "host",
            "ftp://host",
            "https://",
            "https://u:p@host",
            "https://host/?a=b",
            "https://host/#x",
        ] {
            assert!(built(wrong).is_err(), "{wrong}");
        }
    }
}
