//! [`AccountProxy`] as a `tower::Service`, the transport of other HTTP clients.

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

/// Headers about the connection of the HTTP client, which are not sent to the app.
const CONNECTION_HEADERS: [HeaderName; 6] = [
    ACCEPT_ENCODING,
    CONNECTION,
    CONTENT_LENGTH,
    HOST,
    TE,
    TRANSFER_ENCODING,
];

/// Sends the requests of any HTTP client with the user's account.
///
/// The URL of the request is that of the app. Headers and body are forwarded like those of
/// [`ProxyRequest`](super::ProxyRequest). The response has the status of the app. Redirects are not followed.
///
/// A request with a body is not retried, because the body cannot be read twice.
///
/// [`ResponseBody`] is `Send` and `Sync`, as clients such as `octocrab` require. The example
/// `octocrab_through_account` in the repository builds one on an account.
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
            if !CONNECTION_HEADERS.contains(name) {
                call = call.header_value(name.clone(), value.clone());
            }
        }
        if !body.is_end_stream() {
            call = call.http_body(body);
        }
        Box::pin(async move {
            let received = call.send().await?;
            let (status, headers) = (received.status(), received.headers().clone());
            let mut response = Response::new(ResponseBody(received.stream().await?));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

/// Streamed response body.
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

    #[test]
    fn a_response_body_can_be_shared_between_threads() {
        fn assert<T: Send + Sync + Unpin + 'static>() {}
        assert::<ResponseBody>();
        assert::<ByteStream>();
    }

    #[tokio::test]
    async fn sends_a_request_of_another_client_through_the_account() {
        let (fake, mut proxy) = slack().await;
        let request = Request::put("https://slack.com/api/x?a=%2F")
            .header("host", "slack.com")
            .header("content-length", "4")
            .header("accept-encoding", "gzip")
            .header("content-type", "text/plain")
            .header("x-mine", "1")
            .body(Full::new(Bytes::from("body")))
            .unwrap();
        let response = proxy.call(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let request: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(request["method"], "PUT");
        assert_eq!(request["url"], "https://slack.com/api/x?a=%2F");
        assert_eq!(request["body"], "body");
        let forwarded = serde_json::json!({"content-type": "text/plain", "x-mine": "1"});
        assert_eq!(request["headers"], forwarded);
        fake.assert_none_rejected();
    }

    #[tokio::test]
    async fn returns_the_status_of_the_app_and_rejects_a_restricted_header() {
        let (fake, mut proxy) = slack().await;
        let gone = FakeResponse::new(410)
            .header("x-a", "1")
            .body("text/plain", "gone");
        fake.upstream("https://gone.example", gone);
        let request = Request::get("https://gone.example/").body(Empty::<Bytes>::new());
        let response = proxy.call(request.unwrap()).await.unwrap();
        assert_eq!(
            (response.status(), &response.headers()["x-a"] == "1"),
            (StatusCode::GONE, true)
        );

        let request = Request::get("https://gone.example/").header("cookie", "marked");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let error = proxy.call(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!error.to_string().contains("marked"), "{error}");
    }
}
