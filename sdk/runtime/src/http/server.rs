//! The servers of an API that has more than one: an operation with a server of its own is sent there.

use std::sync::Arc;

use reqwest::Url;

use crate::error::Error;
use crate::http::transport::{Base, Transport};

/// A server that an API description gives to some of its operations, in place of the one that serves the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The name that the description gives it, or its documented address where it gives none.
    pub name: &'static str,
    /// Its documented address: a URL, or a path on the service's own host.
    pub url: &'static str,
}

impl Transport {
    /// The same connections and options, towards another server of the API: at the address that the transport was
    /// given for its name, or else at the documented one.
    ///
    /// What a request may carry there is up to the operation's security schemes: a credential for another scheme is
    /// not sent.
    pub fn server(&self, server: &Server) -> Result<Self, Error> {
        if let Some(base) = self.given_server(server.name) {
            return Ok(self.at(base));
        }
        let documented = match server.url.contains("://") {
            true => Url::parse(server.url),
            false => self.base().join(server.url),
        };
        let base = documented
            .map_err(|error| error.to_string())
            .and_then(|url| {
                Base::new(url.as_str(), self.allows_http()).map_err(|error| error.to_string())
            })
            .map_err(|why| {
                Error::invalid_request(format!(
                    "the server `{}` has no usable address: {why}",
                    server.name
                ))
            })?;
        Ok(self.at(Arc::new(base)))
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
    fn a_server_is_where_the_transport_was_told_or_else_where_it_is_documented() {
        let plain = Transport::builder("https://api.example/base")
            .build()
            .unwrap();
        let files = plain.server(&FILES).unwrap();
        assert_eq!(files.base_url(), "https://files.example/v2");
        assert_eq!(
            plain.server(&UPLOADS).unwrap().base_url(),
            "https://api.example/uploads"
        );
        let moved = Transport::builder("https://api.example")
            .server("files", "http://localhost:8080/x/")
            .build()
            .unwrap();
        let files = moved.server(&FILES).unwrap();
        assert_eq!(files.base_url(), "http://localhost:8080/x");
        assert_eq!(moved.base_url(), "https://api.example");
        // From there, too, the address that was given is known.
        assert_eq!(files.server(&FILES).unwrap().base_url(), files.base_url());
    }

    #[test]
    fn an_address_that_cannot_be_one_is_told_before_anything_is_sent() {
        let refused = Transport::builder("https://api.example")
            .server("files", "http://files.example")
            .build();
        let told = refused.unwrap_err().to_string();
        assert!(
            told.contains("`files`") && told.contains("not https"),
            "{told}"
        );
        let odd = Server {
            name: "odd",
            url: "ftp://files.example",
        };
        let plain = Transport::builder("https://api.example").build().unwrap();
        let told = plain.server(&odd).unwrap_err().to_string();
        assert!(told.contains("`odd`"), "{told}");
    }
}
