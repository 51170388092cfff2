//! Tests of proxied requests against the fake.

use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use serde_json::{Value, json};

use super::*;
use crate::ErrorKind;

/// Starts a fake with an account of `user-42`, and returns a proxy for the account.
async fn slack() -> (FakePipedream, AccountProxy) {
    let fake = FakePipedream::start().await;
    let account = fake.add_account("user-42", "slack");
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .options(CallOptions::new().first_delay(Duration::from_millis(1)))
        .build()
        .unwrap();
    let proxy = pipedream.user("user-42").proxy_as(account);
    (fake, proxy)
}

#[tokio::test]
async fn sends_every_method_with_url_query_headers_and_body() {
    let (fake, proxy) = slack().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let response = proxy
            .request(method.parse().unwrap(), "https://slack.com/api/x?a=%2F+b")
            .query("c", "d e")
            .header("X-Mine", "1")
            .json(&json!({"k": [1, null]}))
            .send()
            .await
            .unwrap();
        let received: Value = response.json().await.unwrap();
        assert_eq!(received["method"], method);
        assert_eq!(received["url"], "https://slack.com/api/x?a=%2F+b&c=d%20e");
        assert_eq!(received["headers"]["x-mine"], "1");
        assert_eq!(received["headers"]["content-type"], "application/json");
        assert_eq!(received["body"], json!({"k": [1, null]}));
    }
    let call = fake.last_call();
    assert_eq!(call.header("x-pd-proxy-x-mine"), Some("1"));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.query_parameter("external_user_id"), Some("user-42"));
    fake.assert_none_rejected();
}

#[tokio::test]
async fn sends_paths_bytes_and_streams_unchanged() {
    let (_fake, proxy) = slack().await;
    let response = proxy
        .put("/files/1")
        .body(&b"\x00\xff"[..])
        .send()
        .await
        .unwrap();
    let received: Value = response.json().await.unwrap();
    assert_eq!(
        (&received["url"], &received["body"]["base64"]),
        (&json!("/files/1"), &json!("AP8="))
    );
    assert_eq!(
        received["headers"]["content-type"],
        "application/octet-stream"
    );

    let chunks = [
        Ok::<_, std::io::Error>(Bytes::from("a,b\n")),
        Ok(Bytes::from("1,2\n")),
    ];
    let response = proxy
        .post("/import")
        .header("content-type", "text/csv")
        .body_stream(futures_util::stream::iter(chunks))
        .send()
        .await
        .unwrap();
    let received: Value = response.json().await.unwrap();
    assert_eq!(received["body"], "a,b\n1,2\n");
    assert_eq!(received["headers"]["content-type"], "text/csv");
}

#[tokio::test]
async fn returns_any_status_and_converts_it_on_request() {
    let (fake, proxy) = slack().await;
    let body = "x".repeat(200_000);
    let teapot = FakeResponse::new(418).body("text/plain", body.clone());
    fake.upstream("https://tea.example", teapot);
    let response = proxy.get("https://tea.example").send().await.unwrap();
    assert_eq!(response.status(), 418);
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert_eq!(response.text().await.unwrap(), body);

    let response = proxy.get("https://tea.example").send().await.unwrap();
    let error = response.error_for_status().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Rejected, 418)
    );
    assert_eq!(error.operation(), Some("retrieveProxy"));

    let moved = FakeResponse::new(302).header("location", "https://elsewhere.example");
    fake.upstream("https://moved.example", moved);
    let response = proxy.get("https://moved.example").send().await.unwrap();
    assert_eq!(response.headers()["location"], "https://elsewhere.example");
}

#[tokio::test]
async fn reads_a_response_as_a_stream() {
    let (fake, proxy) = slack().await;
    let file = FakeResponse::new(200).body("application/pdf", vec![7; 100_000]);
    fake.upstream("https://files.example", file);
    let response = proxy.get("https://files.example/1").send().await.unwrap();
    let mut stream = response.stream().await.unwrap();
    let mut length = 0;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, 100_000);
}

#[tokio::test]
async fn errors_of_a_response_redact_what_the_request_carried() {
    let (fake, proxy) = slack().await;
    let echo = "the keys marked-key, marked%2Ftoken and YTptYXJrZWQtcGFzcw==";
    let echo = FakeResponse::new(403).json(serde_json::json!({ "error": echo }));
    fake.upstream("https://echo.example", echo);
    let request = proxy
        .get("https://echo.example")
        .header("x-api-key", "marked-key")
        .header("authorization", "Bearer marked/token")
        .header("x-other-token", "Basic YTptYXJrZWQtcGFzcw==");
    let response = request.send().await.unwrap();
    let error = response.error_for_status().await.unwrap_err();
    let message = error.message().unwrap();
    assert!(message.starts_with("the keys [redacted], "), "{message}");
    let shown = format!("{error} {error:?} {message}");
    assert!(
        !shown.contains("YTpt") && !shown.contains("marked"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_401_of_the_app_does_not_renew_the_token() {
    let (fake, proxy) = slack().await;
    fake.upstream("https://closed.example", FakeResponse::new(401));
    for _ in 0..3 {
        let response = proxy.get("https://closed.example").send().await.unwrap();
        assert_eq!(response.status(), 401);
    }
    assert_eq!(fake.requests_of("retrieveProxy").len(), 3);
    assert_eq!(fake.requests_of("createOauthToken").len(), 1);
}

/// Starts a server that streams the request body back.
async fn echo() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(|body: axum::body::Body| async { body });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn streams_both_bodies_chunk_by_chunk() {
    let pipedream = Pipedream::builder()
        .base_url(echo().await)
        .access_token("t")
        .project_id("proj_1")
        .build()
        .unwrap();
    let (chunks, receiver) = tokio::sync::mpsc::unbounded_channel::<&'static str>();
    let body = futures_util::stream::unfold(receiver, |mut receiver| async {
        let chunk = Bytes::from(receiver.recv().await?);
        Some((Ok::<_, std::io::Error>(chunk), receiver))
    });
    let proxy = pipedream.user("user-42").proxy_as("apn_1");
    let exchange = async {
        chunks.send("first").unwrap();
        let request = proxy.post("/echo").body_stream(body);
        let mut response = request.send().await.unwrap().stream().await.unwrap();
        assert_eq!(response.chunk().await.unwrap().unwrap(), "first");
        // The second chunk is sent after the first one has been received.
        chunks.send("second").unwrap();
        assert_eq!(response.chunk().await.unwrap().unwrap(), "second");
        drop(chunks);
        assert!(response.chunk().await.unwrap().is_none());
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), exchange).await;
    in_time.expect("both bodies are streamed");
}

#[tokio::test]
async fn retries_only_idempotent_requests_and_rate_limits() {
    let (fake, proxy) = slack().await;
    fake.on("retrieveProxy", Fault::status(503));
    assert_eq!(proxy.get("/x").send().await.unwrap().status(), 200);
    assert_eq!(fake.requests_of("retrieveProxy").len(), 2);
    fake.on("postProxy", Fault::status(503));
    assert_eq!(proxy.post("/x").send().await.unwrap().status(), 503);
    assert_eq!(fake.requests_of("postProxy").len(), 1);
    fake.on("postProxy", Fault::status(429).header("retry-after", "0"));
    assert_eq!(proxy.post("/x").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn rejects_invalid_requests_before_sending() {
    let (fake, proxy) = slack().await;
    let mut variables = Variables::default();
    variables.environment = proxy.variables.environment;
    variables.external_user_id = proxy.variables.external_user_id.clone();
    let without_project = AccountProxy {
        variables,
        ..proxy.clone()
    };
    for (request, expected) in [
        (proxy.get("/x").header("Cookie", "marked"), "`cookie`"),
        (proxy.get("/x").header("x-a", "marked\r\nb: c"), "`x-a`"),
        (proxy.get("/x").header("x a", "marked"), "header name"),
        (proxy.get("//marked.example"), "`url`"),
        (proxy.request(Method::HEAD, "/x"), "`method`"),
        (
            proxy.request(Method::OPTIONS, "/x"),
            "GET, POST, PUT, PATCH and DELETE",
        ),
        (without_project.get("/x"), "`project_id`"),
    ] {
        assert!(!format!("{request:?}").contains("marked"));
        let error = request.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("marked"), "{error}");
    }
    assert!(fake.requests().is_empty());
}
