//! Tests of calls to workflow endpoints against a local server.

use std::sync::{Arc, Mutex};

use pipedream_sdk_testing::FakePipedream;
use serde_json::{Value, json};

use super::*;
use crate::ErrorKind;

/// Starts a server that returns status 418 and the received request as JSON.
async fn workflow() -> (String, Arc<Mutex<usize>>) {
    let calls = Arc::new(Mutex::new(0));
    let count = Arc::clone(&calls);
    let echo = move |method: Method, uri: http::Uri, headers: HeaderMap, body: Bytes| async move {
        *count.lock().unwrap() += 1;
        let headers: serde_json::Map<String, Value> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
            .collect();
        let body = String::from_utf8_lossy(&body).into_owned();
        let request = json!({
            "method": method.as_str(), "uri": uri.to_string(), "headers": headers, "body": body,
        });
        (http::StatusCode::IM_A_TEAPOT, request.to_string())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(echo);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, calls)
}

fn pipedream(fake: &FakePipedream) -> Pipedream {
    Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .workflow_domain("127.0.0.1")
        .build()
        .unwrap()
}

async fn received(invocation: Invocation) -> Value {
    let response = invocation.send().await.unwrap();
    assert_eq!(response.status(), 418);
    response.json().await.unwrap()
}

#[tokio::test]
async fn invokes_a_workflow_without_a_credential_by_default() {
    let fake = FakePipedream::start().await;
    let (url, _) = workflow().await;
    let invocation = pipedream(&fake).invoke(format!("{url}/Mixed/Path?Q=1"));
    let request = received(invocation.header("x-mine", "1").json(&json!({"a": 1}))).await;
    assert_eq!(
        (&request["method"], &request["uri"]),
        (&json!("POST"), &json!("/Mixed/Path?Q=1"))
    );
    assert_eq!(request["body"], r#"{"a":1}"#);
    let headers = &request["headers"];
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["x-mine"], "1");
    assert_eq!(headers["x-pd-environment"], "production");
    assert!(headers["authorization"].is_null() && headers["x-pd-external-user-id"].is_null());
    assert!(fake.requests().is_empty(), "no token is requested");
}

#[tokio::test]
async fn sends_each_kind_of_authentication() {
    let fake = FakePipedream::start().await;
    let (url, _) = workflow().await;
    let pipedream = pipedream(&fake);
    let bearer = InvokeAuth::Bearer("static-token".into());
    let as_bearer = received(pipedream.invoke(&url).auth(bearer)).await;
    assert_eq!(as_bearer["headers"]["authorization"], "Bearer static-token");
    assert!(fake.requests().is_empty());

    let as_user = received(pipedream.user("user-42").invoke(&url).method(Method::GET)).await;
    assert_eq!(as_user["method"], "GET");
    assert_eq!(as_user["headers"]["x-pd-external-user-id"], "user-42");
    let authorization = as_user["headers"]["authorization"].as_str().unwrap();
    assert!(authorization.starts_with("Bearer ") && !authorization.contains("static"));
    assert_eq!(fake.requests_of("createOauthToken").len(), 1);

    let unauthenticated = received(
        pipedream
            .user("user-42")
            .invoke(&url)
            .auth(InvokeAuth::None),
    )
    .await;
    assert!(unauthenticated["headers"]["authorization"].is_null());
}

#[tokio::test]
async fn does_not_send_the_headers_query_and_rate_limit_of_the_client() {
    let fake = FakePipedream::start().await;
    let (url, _) = workflow().await;
    let options = CallOptions::new().query("marked-query", "1");
    let options = options.header("x-marked", "marked-header").unwrap();
    let client = Pipedream::builder()
        .access_token("marked-token")
        .base_url(fake.base_url())
        .workflow_domain("127.0.0.1")
        .options(options)
        .build()
        .unwrap()
        .with_rate_limit("marked-limit");
    let own = CallOptions::new().header("x-own", "own").unwrap();
    let own = own.query("own", "1");
    let request = received(client.invoke(format!("{url}/path")).options(own)).await;
    assert!(!request.to_string().contains("marked"), "{request}");
    assert_eq!(request["headers"]["x-own"], "own");
    assert_eq!(request["uri"], "/path?own=1");
}

#[tokio::test]
async fn errors_of_a_response_redact_the_sent_headers() {
    let (url, _) = workflow().await;
    let client = Pipedream::builder()
        .access_token("t")
        .workflow_domain("127.0.0.1")
        .build()
        .unwrap();
    let invocation = client
        .invoke(&url)
        .header("x-api-key", "marked-key")
        .auth(InvokeAuth::Bearer("marked-token".into()));
    // The endpoint echoes all headers, in a body that is too long to be quoted.
    let response = invocation.send().await.unwrap();
    let error = response.error_for_status().await.unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("marked"),
        "{error:?}"
    );
    assert!(String::from_utf8_lossy(error.body()).contains("marked-key"));
}

#[tokio::test]
async fn rejects_other_hosts_plain_http_and_blank_users() {
    let fake = FakePipedream::start().await;
    let (url, calls) = workflow().await;
    let here = pipedream(&fake);
    let elsewhere = Pipedream::builder()
        .access_token("marked-token")
        .build()
        .unwrap();
    for (invocation, expected) in [
        (elsewhere.invoke(&url), "workflow domain"),
        (elsewhere.invoke("http://en1.m.pipedream.net"), "https"),
        (
            elsewhere.invoke("https://evilm.pipedream.net/marked"),
            "workflow domain",
        ),
        (here.user(" ").invoke(&url), "blank"),
        (
            here.invoke(&url).auth(InvokeAuth::Bearer(" ".into())),
            "blank",
        ),
        (
            here.invoke(&url).header("x-a", "marked\r\nx-b: c"),
            "header",
        ),
    ] {
        let error = invocation.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("marked"), "{error}");
    }
    assert_eq!(*calls.lock().unwrap(), 0);
}
