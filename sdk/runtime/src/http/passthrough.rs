//! Operations that forward a request: any status of the response is a success of the call.

use std::sync::Arc;

use reqwest::Request;

use crate::error::{Error, ErrorResponse};
use crate::http::decode::RawResponse;
use crate::http::operation::Operation;
use crate::http::send::{RequestSender, error_of_response};
use crate::http::transport::Transport;

impl Transport {
    /// Sends a request and returns the response of any status. For operations that forward a request.
    ///
    /// Retries as [`send`](Self::send) does, including a 401, because it may come from the service itself. Returns
    /// the last response, with an unread body. `target` describes the forwarded request in errors. For generated
    /// code.
    #[doc(hidden)]
    pub async fn forward(
        &self,
        request: Request,
        operation: &'static Operation,
        target: Option<Arc<str>>,
    ) -> Result<RawResponse, Error> {
        RequestSender::new(self, operation)
            .forwarding(target)
            .run(Box::new(request))
            .await
    }
}

impl RawResponse {
    /// Returns an error if the status is not one of the 200s.
    ///
    /// The error has the body, up to the limit in the options of the call.
    pub async fn error_for_status(self) -> Result<Self, Error> {
        if self.status().is_success() {
            return Ok(self);
        }
        let url = self.response.url().clone();
        let error = error_of_response(self.response, &url, self.deadline, self.error_limit).await;
        Err(self.request.describe(error))
    }

    /// Creates the error for this response without its body, to decide whether to retry.
    pub(crate) fn unread_error(&self) -> Error {
        Error::of_response(ErrorResponse {
            status: self.status(),
            headers: self.headers().clone(),
            body: bytes::Bytes::new(),
            url: None,
            location: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::auth::credentials::{FixedSecret, SecretFn};
    use crate::error::ErrorKind;
    use crate::http::loopback::{Behavior, Loopback, ONCE, OPEN, response};
    use crate::http::operation::{CredentialLocation, Scheme};
    use crate::http::options::CallOptions;
    use crate::{SecretString, decode};

    static OAUTH: Scheme = Scheme {
        name: "OAuth2",
        place: CredentialLocation::Bearer,
    };
    static GUARDED: Operation = Operation {
        id: "guardedThing",
        method: "POST",
        path: "/guarded",
        security: &[&[&OAUTH]],
        idempotent: false,
        secrets: &[],
    };

    async fn forwarded(
        server: &Loopback,
        operation: &'static Operation,
        options: CallOptions,
    ) -> Result<RawResponse, Error> {
        let transport = server.transport().with_options(options);
        let method = operation.method.parse().unwrap();
        let request = transport.http().request(method, server.url("/things/1"));
        transport
            .forward(request.build().unwrap(), operation, None)
            .await
    }

    #[tokio::test]
    async fn returns_a_response_of_any_status_with_its_full_body() {
        let long = "x".repeat(100_000);
        for status in [204, 302, 404, 418, 422] {
            let body = if status == 204 { "" } else { &long };
            let server = Loopback::serving([response(status, &["x-a: 1"], body)]).await;
            let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
            assert_eq!(
                (
                    received.status().as_u16(),
                    &received.headers()["x-a"] == "1"
                ),
                (status, true)
            );
            assert_eq!(decode::text(received).await.unwrap().value(), body);
            assert_eq!(server.requests().len(), 1);
        }
    }

    #[tokio::test]
    async fn retries_like_other_calls_and_returns_the_last_response() {
        let server = Loopback::serving([
            response(503, &[], "a"),
            Behavior::Disconnect,
            response(429, &["retry-after: 0"], "b"),
            response(500, &[], "the last"),
        ])
        .await;
        let options = CallOptions::new().max_retries(3);
        let received = forwarded(&server, &OPEN, options).await.unwrap();
        assert_eq!(received.status(), 500);
        assert_eq!(decode::text(received).await.unwrap().value(), "the last");
        assert_eq!(server.requests().len(), 4);

        // Not retried: a request that may have been carried out, and a delay beyond the deadline.
        let server = Loopback::serving([response(503, &[], "")]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        assert_eq!(
            (received.status().as_u16(), server.requests().len()),
            (503, 1)
        );
        let server = Loopback::serving([response(429, &["retry-after: 60"], "kept")]).await;
        let options = CallOptions::new().timeout(Duration::from_secs(5));
        let received = forwarded(&server, &OPEN, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "kept");
    }

    #[tokio::test]
    async fn renews_the_credential_once_after_a_401_and_returns_the_next_401() {
        let source = SecretFn::new(["OAuth2"], |rejected: Option<SecretString>| {
            let secret = if rejected.is_some() { "new" } else { "old" };
            async move { Ok(SecretString::from(secret)) }
        });
        let server =
            Loopback::serving([response(401, &[], "mine"), response(401, &[], "theirs")]).await;
        let options = CallOptions::new().credentials(source);
        let received = forwarded(&server, &GUARDED, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "theirs");
        assert!(server.requests()[1].contains("Bearer new"));

        let server = Loopback::serving([response(401, &[], "theirs")]).await;
        let options = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], "fixed"));
        let received = forwarded(&server, &GUARDED, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "theirs");
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn error_for_status_returns_an_error_for_an_error_status() {
        let server = Loopback::serving([response(404, &[], r#"{"error":"gone"}"#)]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        let error = received.error_for_status().await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.to_string(), "doThing: 404 Not Found: gone");
        let server = Loopback::serving([response(200, &[], "fine")]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        assert!(received.error_for_status().await.is_ok());
    }
}
