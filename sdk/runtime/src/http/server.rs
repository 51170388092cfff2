//! Additional servers of an API, for operations that declare a server of their own.

use std::sync::Arc;

use reqwest::Url;

use crate::error::Error;
use crate::http::send::same_origin;
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
    /// Headers and query parameters in the options of this transport are only sent to its own host; another host
    /// receives those of the call.
    pub fn server(&self, server: &Server) -> Result<Self, Error> {
        let base = match self.configured_server(server.name) {
            Some(base) => base,
            None => Arc::new(self.documented_server(server)?),
        };
        let transport = self.with_base_url(base);
        match same_origin(transport.base(), self.base()) {
            true => Ok(transport),
            false => Ok(transport.replacing_options(self.options().for_other_server())),
        }
    }

    fn documented_server(&self, server: &Server) -> Result<BaseUrl, Error> {
        let documented = match server.url.contains("://") {
            true => Url::parse(server.url),
            false => self.base().join(server.url),
        };
        documented
            .map_err(|error| error.to_string())
            .and_then(|url| {
                BaseUrl::new(url.as_str(), self.allows_http()).map_err(|error| error.to_string())
            })
            .map_err(|reason| {
                Error::invalid_request(format!(
                    "invalid URL of the server `{}`: {reason}",
                    server.name
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credentials::FixedSecret;
    use crate::http::loopback::{Loopback, OPEN, response};
    use crate::http::operation::{CredentialLocation, Operation, Scheme};
    use crate::http::options::CallOptions;

    static TOKEN: Scheme = Scheme {
        name: "Token",
        place: CredentialLocation::Bearer,
    };

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

    #[tokio::test]
    async fn another_host_only_receives_what_was_set_for_the_call() {
        static GUARDED: Operation = Operation {
            id: "guardedThing",
            security: &[&[&TOKEN]],
            ..OPEN
        };
        let own = Loopback::serving([response(200, &[], "")]).await;
        let other = Loopback::serving([response(200, &[], "")]).await;
        let client = CallOptions::new()
            .credentials(FixedSecret::new(["Token"], "t-secret"))
            .header("x-client", "1")
            .and_then(|options| options.secret_header("x-pd-rate-limit", "2"))
            .and_then(|options| options.header("x-both", "client"))
            .unwrap()
            .query("client", "3")
            .query("both", "client");
        let call = CallOptions::new()
            .header("x-call", "4")
            .and_then(|options| options.header("x-both", "call"))
            .unwrap()
            .query("call", "5")
            .query("both", "call");
        let transport = Transport::builder(own.url("/base"))
            .server("files", other.url("/v2"))
            .server("/uploads", own.url("/uploads"))
            .options(client)
            .build()
            .unwrap()
            .with_options(
                CallOptions::new()
                    .max_retries(0)
                    .header("x-handle", "6")
                    .unwrap(),
            )
            .with_options(call.for_call());
        for server in [&FILES, &UPLOADS] {
            let request = transport.request(&GUARDED).path("id", 1).server(server);
            let sent = request.query("own", "7").empty_response().await;
            sent.unwrap();
        }
        let received = other.requests().remove(0);
        assert!(
            received.starts_with("GET /v2/things/1?own=7&call=5&both=call HTTP"),
            "{received}"
        );
        for part in ["bearer t-secret", "x-call: 4", "x-both: call"] {
            assert!(received.to_lowercase().contains(part), "{part}: {received}");
        }
        for part in ["x-client", "rate-limit", "x-handle"] {
            assert!(!received.contains(part), "{part}: {received}");
        }
        let received = own.requests().remove(0);
        assert!(
            received.starts_with("GET /uploads/things/1?own=7&call=5&both=call&client=3 HTTP"),
            "{received}"
        );
        for part in [
            "x-client: 1",
            "x-pd-rate-limit: 2",
            "x-handle: 6",
            "x-call: 4",
        ] {
            assert!(received.contains(part), "{part}: {received}");
        }
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
