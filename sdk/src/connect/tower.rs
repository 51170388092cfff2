//! The proxy as a `tower::Service`, for clients of apps that bring everything but the transport.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream as _;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TE, TRANSFER_ENCODING,
};
use http::{Request, Response};
use http_body::{Body, Frame};
use tower_service::Service;

use super::proxy::AccountProxy;
use crate::Error;
use crate::call::ByteStream;

/// What an HTTP client says about its own connection. It does not concern the app, so it is left out.
const OWN: [HeaderName; 6] = [
    ACCEPT_ENCODING,
    CONNECTION,
    CONTENT_LENGTH,
    HOST,
    TE,
    TRANSFER_ENCODING,
];

/// Requests of any client go through the user's account: the address of the request is the app's, its headers and body
/// are sent on as those of [`ProxyRequest`](super::ProxyRequest) are, and the answer has the app's status. The answer to
/// a redirect is for the client to follow.
///
/// A request with a body is not repeated, since the body cannot be read twice.
impl<B> Service<Request<B>> for AccountProxy
where
    B: Body + Send + Sync + 'static,
    B::Data: Into<Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<ResponseBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (head, body) = request.into_parts();
        let mut call = self.request(head.method, head.uri.to_string());
        for (name, value) in &head.headers {
            if !OWN.contains(name) {
                call = call.header_value(name.clone(), value.clone());
            }
        }
        if !body.is_end_stream() {
            call = call.http_body(body);
        }
        Box::pin(async move {
            let answer = call.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = Response::new(ResponseBody(answer.stream().await?));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

/// The body of an answer, as it comes.
pub struct ResponseBody(ByteStream);

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let chunk = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResponseBody").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http_body_util::{BodyExt as _, Empty, Full};
    use pipedream_sdk_testing::{FakePipedream, FakeResponse};
    use serde_json::Value;

    use super::*;
    use crate::{ErrorKind, Pipedream};

    async fn slack() -> (FakePipedream, AccountProxy) {
        let fake = FakePipedream::start().await;
        let account = fake.add_account("user-42", "slack");
        let pipedream = Pipedream::builder()
            .base_url(fake.base_url())
            .access_token(fake.access_token())
            .project_id(FakePipedream::PROJECT_ID)
            .build()
            .unwrap();
        let proxy = pipedream.user("user-42").proxy_as(account);
        (fake, proxy)
    }

    #[tokio::test]
    async fn a_request_of_another_client_goes_through_the_account() {
        let (fake, mut proxy) = slack().await;
        let request = Request::put("https://slack.com/api/x?a=%2F")
            .header("host", "slack.com")
            .header("content-length", "4")
            .header("accept-encoding", "gzip")
            .header("content-type", "text/plain")
            .header("x-mine", "1")
            .body(Full::new(Bytes::from("body")))
            .unwrap();
        let answer = proxy.call(request).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let seen: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(seen["method"], "PUT");
        assert_eq!(seen["url"], "https://slack.com/api/x?a=%2F");
        assert_eq!(seen["body"], "body");
        let passed_on = serde_json::json!({"content-type": "text/plain", "x-mine": "1"});
        assert_eq!(seen["headers"], passed_on);
        fake.assert_none_refused();
    }

    #[tokio::test]
    async fn the_apps_status_is_the_answers_and_a_restricted_header_an_error() {
        let (fake, mut proxy) = slack().await;
        let gone = FakeResponse::new(410)
            .header("x-a", "1")
            .body("text/plain", "gone");
        fake.upstream("https://gone.example", gone);
        let request = Request::get("https://gone.example/").body(Empty::<Bytes>::new());
        let answer = proxy.call(request.unwrap()).await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()["x-a"] == "1"),
            (StatusCode::GONE, true)
        );

        let request = Request::get("https://gone.example/").header("cookie", "marked");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let error = proxy.call(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!error.to_string().contains("marked"), "{error}");
    }
}
