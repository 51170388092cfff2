//! Settings of the HTTP client that a transport builds.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use http::header::{HeaderMap, USER_AGENT};

use crate::error::Error;
use crate::http::deadline::LONGEST;

/// Default time limit for establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Settings of an HTTP client. `Debug` omits proxies and keys.
#[doc(hidden)]
#[derive(Clone, Default)]
pub struct HttpSettings {
    /// Time limit for establishing a connection. 10 seconds by default.
    pub connect_timeout: Option<Duration>,
    /// Certificates that are trusted in addition to those of the system.
    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    pub root_certificates: Vec<reqwest::Certificate>,
    /// Certificate and key that the client identifies itself with.
    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    pub identity: Option<reqwest::Identity>,
    /// Proxies, instead of those of the system.
    pub proxies: Vec<reqwest::Proxy>,
    /// `true` if the proxies of the system are ignored.
    pub no_proxy: bool,
    /// Maximum number of idle connections per host.
    pub max_idle_connections: Option<usize>,
    /// Time after which an idle connection is closed.
    pub idle_timeout: Option<Duration>,
    /// `false` if compressed responses are not requested.
    #[cfg(feature = "gzip")]
    pub gzip: Option<bool>,
}

impl HttpSettings {
    /// Returns the names of the settings that were set.
    pub fn names(&self) -> Vec<&'static str> {
        #[allow(unused_mut)]
        let mut settings = vec![
            ("connect_timeout", self.connect_timeout.is_some()),
            ("proxy", !self.proxies.is_empty()),
            ("no_proxy", self.no_proxy),
            ("max_idle_connections", self.max_idle_connections.is_some()),
            ("idle_timeout", self.idle_timeout.is_some()),
        ];
        #[cfg(any(
            feature = "rustls",
            feature = "rustls-no-provider",
            feature = "native-tls"
        ))]
        settings.extend([
            ("root_certificate", !self.root_certificates.is_empty()),
            ("identity", self.identity.is_some()),
        ]);
        #[cfg(feature = "gzip")]
        settings.push(("gzip", self.gzip.is_some()));
        let set = settings.into_iter().filter(|(_, is_set)| *is_set);
        set.map(|(name, _)| name).collect()
    }

    pub(crate) fn connect_limit(&self) -> Duration {
        self.connect_timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    /// Builds the HTTP client. It follows no redirects: they could leak the credential, or turn a POST into a GET.
    pub(crate) fn build(
        &self,
        user_agent: Option<&str>,
        max_connections: usize,
    ) -> Result<reqwest::Client, Error> {
        // Without a provider the HTTP client panics.
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(Error::configuration(
                "no TLS crypto provider: install a rustls `CryptoProvider` as the process default, \
                 or enable the feature `rustls`",
            ));
        }
        let mut headers = HeaderMap::new();
        if let Some(user_agent) = user_agent {
            let value = HeaderValue::from_str(user_agent).map_err(|_| {
                Error::configuration(
                    "the user agent contains characters that are not allowed in a header",
                )
            })?;
            headers.insert(USER_AGENT, value);
        }
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect_limit().min(LONGEST))
            // A request takes over an idle connection while its own is being established, which then becomes idle.
            .pool_max_idle_per_host(max_connections.div_ceil(2))
            .default_headers(headers);
        self.apply(client).build().map_err(|error| {
            // The cause tells which certificate or key is invalid.
            let error = error.without_url();
            let mut message = format!("the HTTP client cannot be built: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                message = format!("{message}: {error}");
                cause = error.source();
            }
            Error::configuration(message)
        })
    }

    fn apply(&self, mut client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        if self.no_proxy {
            client = client.no_proxy();
        }
        for proxy in &self.proxies {
            client = client.proxy(proxy.clone());
        }
        if let Some(max) = self.max_idle_connections {
            client = client.pool_max_idle_per_host(max);
        }
        if let Some(timeout) = self.idle_timeout {
            client = client.pool_idle_timeout(timeout.min(LONGEST));
        }
        #[cfg(any(
            feature = "rustls",
            feature = "rustls-no-provider",
            feature = "native-tls"
        ))]
        {
            if !self.root_certificates.is_empty() {
                client = client.tls_certs_merge(self.root_certificates.iter().cloned());
            }
            if let Some(identity) = &self.identity {
                client = client.identity(identity.clone());
            }
        }
        #[cfg(feature = "gzip")]
        if let Some(enabled) = self.gzip {
            client = client.gzip(enabled);
        }
        client
    }
}

impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("set", &self.names())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;
    use crate::http::loopback::{Loopback, OPEN, response};
    use crate::http::transport::Transport;

    #[tokio::test]
    async fn requests_pass_the_proxy_and_its_password_is_not_printed() {
        let proxy = Loopback::serving([response(200, &[], "from the proxy")]).await;
        let url = proxy.url("").replace("http://", "http://name:marked@");
        let settings = HttpSettings {
            proxies: vec![reqwest::Proxy::all(url).unwrap()],
            max_idle_connections: Some(2),
            idle_timeout: Some(Duration::MAX),
            ..HttpSettings::default()
        };
        assert!(!format!("{settings:?}").contains("marked"), "{settings:?}");
        let transport = Transport::builder("http://api.example")
            .allow_http(true)
            .user_agent("test/1")
            .http_settings(settings)
            .build()
            .unwrap();
        let request = transport.http().get("http://api.example/things/1");
        let request = request.build().unwrap();
        let received = transport.send(request, &OPEN).await.unwrap();
        let body = decode::text(received).await.unwrap();
        assert_eq!(body.value(), "from the proxy");
        let request = &proxy.requests()[0];
        assert!(
            request.starts_with("GET http://api.example/things/1 HTTP/1.1"),
            "{request}"
        );
        assert!(request.contains("proxy-authorization: Basic "), "{request}");
        assert!(request.contains("user-agent: test/1"), "{request}");
    }

    #[cfg(feature = "rustls")]
    #[test]
    fn an_invalid_certificate_is_named() {
        let certificate = reqwest::Certificate::from_der(b"not a certificate").unwrap();
        let settings = HttpSettings {
            root_certificates: vec![certificate],
            ..HttpSettings::default()
        };
        assert_eq!(settings.names(), ["root_certificate"]);
        let transport = Transport::builder("https://api.example").http_settings(settings);
        let error = transport.build().map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        let message = error.to_string();
        assert!(message.to_lowercase().contains("certificate"), "{message}");
    }
}
