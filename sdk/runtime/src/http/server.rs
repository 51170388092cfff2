//! Additional servers of an API, for operations that declare a server of their own.

use std::sync::Arc;

use reqwest::Url;

use crate::error::Error;
use crate::http::transport::{BaseUrl, Transport};

/// A server that an API description declares for some of its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The name in the API description, or the documented URL if it has no name.
    pub name: &'static str,
    /// The documented address: a URL, or a path on the host of the base URL.
    pub url: &'static str,
}

impl Transport {
    /// Returns a transport to another server of the API, with the same connections and options.
    ///
    /// Uses the URL configured with [`TransportBuilder::server`](crate::TransportBuilder::server) for the name of
    /// the server, or else the documented one. Only credentials for the security schemes of the operation are sent.
    pub fn server(&self, server: &Server) -> Result<Self, Error> {
        if let Some(base) = self.configured_server(server.name) {
            return Ok(self.with_base_url(base));
        }
        let documented = match server.url.contains("://") {
            true => Url::parse(server.url),
            false => self.base().join(server.url),
        };
        let base = documented
            .map_err(|error| error.to_string())
            .and_then(|url| {
                BaseUrl::new(url.as_str(), self.allows_http()).map_err(|error| error.to_string())
            })
            .map_err(|reason| {
                Error::invalid_request(format!(
                    "invalid URL of the server `{}`: {reason}",
                    server.name
                ))
            })?;
        Ok(self.with_base_url(Arc::new(base)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Server = Server {
        name: "files",
        url: "https://files.example/v2/",
    };
    const UPLOADS: Server = Server {
        name: "/uploads",
        url: "/uploads",
    };

    #[test]
    fn uses_the_configured_url_of_a_server_or_the_documented_one() {
        let plain = Transport::builder("https://api.example/base")
            .build()
            .unwrap();
        let files = plain.server(&FILES).unwrap();
        assert_eq!(files.base_url(), "https://files.example/v2");
        assert_eq!(
            plain.server(&UPLOADS).unwrap().base_url(),
            "https://api.example/uploads"
        );
        let configured = Transport::builder("https://api.example")
            .server("files", "http://localhost:8080/x/")
            .build()
            .unwrap();
        let files = configured.server(&FILES).unwrap();
        assert_eq!(files.base_url(), "http://localhost:8080/x");
        assert_eq!(configured.base_url(), "https://api.example");
        // The transport of a server keeps the configured URLs.
        assert_eq!(files.server(&FILES).unwrap().base_url(), files.base_url());
    }

    #[test]
    fn rejects_an_invalid_server_url() {
        let rejected = Transport::builder("https://api.example")
            .server("files", "http://files.example")
            .build();
        let message = rejected.unwrap_err().to_string();
        assert!(
            message.contains("`files`") && message.contains("not https"),
            "{message}"
        );
        let invalid = Server {
            name: "invalid",
            url: "ftp://files.example",
        };
        let plain = Transport::builder("https://api.example").build().unwrap();
        let message = plain.server(&invalid).unwrap_err().to_string();
        assert!(message.contains("`invalid`"), "{message}");
    }
}
