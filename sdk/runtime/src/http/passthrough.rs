//! Answers whose status is not the service's own: those of others, which it passes on.

use std::sync::Arc;

use reqwest::Request;

use crate::error::{Error, ErrorResponse};
use crate::http::decode::RawResponse;
use crate::http::operation::Operation;
use crate::http::send::{Call, refused};
use crate::http::transport::Transport;

impl Transport {
    /// Sends a request and gives its answer, whatever its status: for operations that pass on what others answer.
    ///
    /// It is sent again as [`send`](Self::send) does it, a 401 included, since the service itself may have answered; the
    /// last answer is given. Its body has not been read. `target` names the request that is passed on, for errors.
    /// For generated code, and code like it.
    #[doc(hidden)]
    pub async fn forward(
        &self,
        request: Request,
        operation: &'static Operation,
        target: Option<Arc<str>>,
    ) -> Result<RawResponse, Error> {
        Call::new(self, operation)
            .forwarding(target)
            .run(request)
            .await
    }
}

impl RawResponse {
    /// The same answer if its status is one of the 200s; otherwise the failure that it is, with its body as far as
    /// the options of the call have error bodies kept.
    pub async fn error_for_status(self) -> Result<Self, Error> {
        if self.status().is_success() {
            return Ok(self);
        }
        let asked = self.response.url().clone();
        let error = refused(self.response, &asked, self.deadline, self.error_limit).await;
        Err(self.request.describe(error))
    }

    /// The failure that this answer would be, to decide by whether to send the request again.
    pub(crate) fn unread_error(&self) -> Error {
        Error::of_response(ErrorResponse {
            status: self.status(),
            headers: self.headers().clone(),
            body: bytes::Bytes::new(),
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
    use crate::http::loopback::{Loopback, ONCE, OPEN, Play, answer};
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
    async fn any_status_is_an_answer_with_its_whole_body() {
        let long = "x".repeat(100_000);
        for status in [204, 302, 404, 418, 422] {
            let body = if status == 204 { "" } else { &long };
            let server = Loopback::playing([answer(status, &["x-a: 1"], body)]).await;
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
    async fn it_is_repeated_as_any_call_and_the_last_answer_given() {
        let server = Loopback::playing([
            answer(503, &[], "a"),
            Play::Cut,
            answer(429, &["retry-after: 0"], "b"),
            answer(500, &[], "the last"),
        ])
        .await;
        let options = CallOptions::new().max_retries(3);
        let received = forwarded(&server, &OPEN, options).await.unwrap();
        assert_eq!(received.status(), 500);
        assert_eq!(decode::text(received).await.unwrap().value(), "the last");
        assert_eq!(server.requests().len(), 4);

        // What may have been carried out is not repeated, and neither is what cannot wait.
        let server = Loopback::playing([answer(503, &[], "")]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        assert_eq!(
            (received.status().as_u16(), server.requests().len()),
            (503, 1)
        );
        let server = Loopback::playing([answer(429, &["retry-after: 60"], "kept")]).await;
        let options = CallOptions::new().timeout(Duration::from_secs(5));
        let received = forwarded(&server, &OPEN, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "kept");
    }

    #[tokio::test]
    async fn a_401_renews_the_credential_once_and_is_an_answer_then() {
        let source = SecretFn::new(["OAuth2"], |rejected: Option<SecretString>| {
            let secret = if rejected.is_some() { "new" } else { "old" };
            async move { Ok(SecretString::from(secret)) }
        });
        let server =
            Loopback::playing([answer(401, &[], "mine"), answer(401, &[], "theirs")]).await;
        let options = CallOptions::new().credentials(source);
        let received = forwarded(&server, &GUARDED, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "theirs");
        assert!(server.requests()[1].contains("Bearer new"));

        let server = Loopback::playing([answer(401, &[], "theirs")]).await;
        let options = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], "fixed"));
        let received = forwarded(&server, &GUARDED, options).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "theirs");
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn an_error_status_is_a_failure_on_request() {
        let server = Loopback::playing([answer(404, &[], r#"{"error":"gone"}"#)]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        let error = received.error_for_status().await.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.to_string(), "doThing: 404 Not Found: gone");
        let server = Loopback::playing([answer(200, &[], "fine")]).await;
        let received = forwarded(&server, &ONCE, CallOptions::new()).await.unwrap();
        assert!(received.error_for_status().await.is_ok());
    }
}
