//! What arrives at the app, and what comes back.

use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use serde_json::{Value, json};

use super::*;
use crate::ErrorKind;

/// A fake on which `user-42` has an account, and the proxy as it.
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
async fn every_method_arrives_with_address_query_headers_and_body() {
    let (fake, proxy) = slack().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = proxy
            .request(method.parse().unwrap(), "https://slack.com/api/x?a=%2F+b")
            .query("c", "d e")
            .header("X-Mine", "1")
            .json(&json!({"k": [1, null]}))
            .send()
            .await
            .unwrap();
        let seen: Value = answer.json().await.unwrap();
        assert_eq!(seen["method"], method);
        assert_eq!(seen["url"], "https://slack.com/api/x?a=%2F+b&c=d%20e");
        assert_eq!(seen["headers"]["x-mine"], "1");
        assert_eq!(seen["headers"]["content-type"], "application/json");
        assert_eq!(seen["body"], json!({"k": [1, null]}));
    }
    let call = fake.last_call();
    assert_eq!(call.header("x-pd-proxy-x-mine"), Some("1"));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.query_parameter("external_user_id"), Some("user-42"));
    fake.assert_none_refused();
}

#[tokio::test]
async fn a_path_goes_to_the_apps_own_host_and_bytes_and_streams_as_they_are() {
    let (_fake, proxy) = slack().await;
    let answer = proxy
        .put("/files/1")
        .body(&b"\x00\xff"[..])
        .send()
        .await
        .unwrap();
    let seen: Value = answer.json().await.unwrap();
    assert_eq!(
        (&seen["url"], &seen["body"]["base64"]),
        (&json!("/files/1"), &json!("AP8="))
    );
    assert_eq!(seen["headers"]["content-type"], "application/octet-stream");

    let chunks = [
        Ok::<_, std::io::Error>(Bytes::from("a,b\n")),
        Ok(Bytes::from("1,2\n")),
    ];
    let answer = proxy
        .post("/import")
        .header("content-type", "text/csv")
        .body_stream(futures_util::stream::iter(chunks))
        .send()
        .await
        .unwrap();
    let seen: Value = answer.json().await.unwrap();
    assert_eq!(seen["body"], "a,b\n1,2\n");
    assert_eq!(seen["headers"]["content-type"], "text/csv");
}

#[tokio::test]
async fn the_status_of_the_app_is_data_until_it_is_asked_for_as_an_error() {
    let (fake, proxy) = slack().await;
    let body = "x".repeat(200_000);
    let teapot = FakeResponse::new(418).body("text/plain", body.clone());
    fake.upstream("https://tea.example", teapot);
    let answer = proxy.get("https://tea.example").send().await.unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert_eq!(answer.text().await.unwrap(), body);

    let answer = proxy.get("https://tea.example").send().await.unwrap();
    let error = answer.error_for_status().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Rejected, 418)
    );
    assert_eq!(error.operation(), Some("retrieveProxy"));

    let moved = FakeResponse::new(302).header("location", "https://elsewhere.example");
    fake.upstream("https://moved.example", moved);
    let answer = proxy.get("https://moved.example").send().await.unwrap();
    assert_eq!(answer.headers()["location"], "https://elsewhere.example");
}

#[tokio::test]
async fn an_answer_can_be_read_as_it_comes() {
    let (fake, proxy) = slack().await;
    let file = FakeResponse::new(200).body("application/pdf", vec![7; 100_000]);
    fake.upstream("https://files.example", file);
    let answer = proxy.get("https://files.example/1").send().await.unwrap();
    let mut stream = answer.stream().await.unwrap();
    let mut length = 0;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, 100_000);
}

/// A server in the place of the proxy that answers with what it is sent, as it comes.
async fn echo() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(|body: axum::body::Body| async { body });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn neither_body_is_waited_for_as_a_whole() {
    let pipedream = Pipedream::builder()
        .base_url(echo().await)
        .access_token("t")
        .project_id("proj_1")
        .build()
        .unwrap();
    let (chunks, given) = tokio::sync::mpsc::unbounded_channel::<&'static str>();
    let body = futures_util::stream::unfold(given, |mut given| async {
        let chunk = Bytes::from(given.recv().await?);
        Some((Ok::<_, std::io::Error>(chunk), given))
    });
    let proxy = pipedream.user("user-42").proxy_as("apn_1");
    let exchange = async {
        chunks.send("first").unwrap();
        let request = proxy.post("/echo").body_stream(body);
        let mut answer = request.send().await.unwrap().stream().await.unwrap();
        assert_eq!(answer.chunk().await.unwrap().unwrap(), "first");
        // What comes now is not there before the first part has gone both ways.
        chunks.send("second").unwrap();
        assert_eq!(answer.chunk().await.unwrap().unwrap(), "second");
        drop(chunks);
        assert!(answer.chunk().await.unwrap().is_none());
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), exchange).await;
    in_time.expect("the bodies go chunk by chunk");
}

#[tokio::test]
async fn only_what_does_no_harm_is_repeated() {
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
async fn what_cannot_be_sent_is_an_error_before_the_request() {
    let (fake, proxy) = slack().await;
    let mut variables = Variables::default();
    variables.environment = proxy.variables.environment;
    variables.external_user_id = proxy.variables.external_user_id.clone();
    let nobody = AccountProxy {
        variables,
        ..proxy.clone()
    };
    for (request, words) in [
        (proxy.get("/x").header("Cookie", "marked"), "`cookie`"),
        (proxy.get("/x").header("x-a", "marked\r\nb: c"), "`x-a`"),
        (proxy.get("/x").header("x a", "marked"), "header name"),
        (proxy.get("//marked.example"), "`url`"),
        (proxy.request(Method::HEAD, "/x"), "`method`"),
        (
            proxy.request(Method::OPTIONS, "/x"),
            "GET, POST, PUT, PATCH and DELETE",
        ),
        (nobody.get("/x"), "`project_id`"),
    ] {
        assert!(!format!("{request:?}").contains("marked"));
        let error = request.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains("marked"), "{error}");
    }
    assert!(fake.requests().is_empty());
}
