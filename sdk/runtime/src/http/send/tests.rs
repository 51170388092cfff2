//! Tests of sending: requests, retries, time limits, credentials and errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::auth::credentials::{FixedSecret, SecretFn};
use crate::error::ErrorKind;
use crate::http::budget::RetryBudget;
use crate::http::decode;
use crate::http::loopback::{Behavior, Loopback, ONCE, OPEN, head, response, truncated_response};
use crate::http::operation::CredentialLocation;

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

async fn call(
    server: &Loopback,
    transport: &Transport,
    operation: &'static Operation,
) -> Result<RawResponse, Error> {
    let method = operation.method.parse().unwrap();
    let request = transport
        .http()
        .request(method, server.url("/things/secret-id"))
        .body("payload")
        .build()
        .unwrap();
    transport.send(request, operation).await
}

async fn failing(behaviors: impl IntoIterator<Item = Behavior>) -> (Error, usize) {
    let server = Loopback::serving(behaviors).await;
    let error = call(&server, &server.transport(), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn sends_user_agent_and_headers_and_returns_a_response_of_the_200s() {
    let server = Loopback::serving([response(207, &["x-a: 1"], "[]")]).await;
    let transport = server
        .transport()
        .with_options(CallOptions::new().header("x-mine", "yes").unwrap());
    let received = call(&server, &transport, &OPEN).await.unwrap();
    assert_eq!(
        (received.status().as_u16(), &received.headers()["x-a"]),
        (207, &"1".parse().unwrap())
    );
    let requests = server.requests();
    assert!(
        requests[0].starts_with("GET /things/secret-id HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    assert!(
        requests[0].contains("user-agent: test/1\r\n") && requests[0].contains("x-mine: yes\r\n")
    );
}

#[tokio::test]
async fn an_error_keeps_status_headers_and_any_body() {
    let html = "<html><title>502 Bad Gateway</title></html>";
    let (error, _) = failing([response(502, &["content-type: text/html"], html)]).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.body(), html.as_bytes());
    assert_eq!(error.message().as_deref(), Some("502 Bad Gateway"));

    let (error, requests) = failing([response(404, &["x-request-id: r1"], "")]).await;
    assert_eq!(
        (
            error.status().unwrap().as_u16(),
            error.body().len(),
            requests
        ),
        (404, 0, 1)
    );
    assert_eq!(error.headers().unwrap()["x-request-id"], "r1");
    assert_eq!(error.to_string(), "openThing: 404 Not Found");

    let (error, _) = failing([truncated_response(500, &["x-a: 1"], r#"{"error":"par"#)]).await;
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Server, 500)
    );
    assert_eq!(error.body(), br#"{"error":"par"#);
    assert_eq!(error.headers().unwrap()["x-a"], "1");
}

#[tokio::test]
async fn keeps_an_error_body_up_to_the_limit() {
    let server = Loopback::serving([response(400, &[], &"x".repeat(100_000))]).await;
    let error = call(&server, &server.transport(), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.body().len(), 64 * 1024);
    let transport = server
        .transport()
        .with_options(CallOptions::new().error_body_limit(10));
    let error = call(&server, &transport, &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.body().len(), 10);
}

#[tokio::test]
async fn retries_a_rate_limited_request_after_the_requested_delay() {
    let rate_limited = response(429, &["retry-after: 1"], "");
    let server = Loopback::serving([rate_limited, response(200, &[], "{}")]).await;
    let started = Instant::now();
    let received = call(&server, &server.transport(), &ONCE).await.unwrap();
    assert!(
        started.elapsed() >= Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(received.request.attempts, 2);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.ends_with("payload")));
}

#[tokio::test]
async fn retries_a_request_that_may_have_been_carried_out_only_if_idempotent() {
    for behavior in [
        response(503, &[], ""),
        response(408, &[], ""),
        Behavior::Disconnect,
    ] {
        let server = Loopback::serving([behavior.clone()]).await;
        let transport = server.transport();
        let error = call(&server, &transport, &OPEN)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!((server.requests().len(), error.attempts()), (3, 3));

        let server = Loopback::serving([behavior.clone()]).await;
        call(&server, &server.transport(), &ONCE)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.requests().len(), 1);

        let server = Loopback::serving([behavior]).await;
        let transport = server
            .transport()
            .with_options(CallOptions::new().idempotent(true));
        call(&server, &transport, &ONCE)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn limits_retries_and_excludes_statuses() {
    for options in [
        CallOptions::new().max_retries(0),
        CallOptions::new().without_retry_on(500..=599),
    ] {
        let server = Loopback::serving([response(500, &[], "")]).await;
        let transport = server.transport().with_options(options);
        call(&server, &transport, &OPEN)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn distinguishes_a_broken_connection_from_a_failed_one() {
    let (error, _) = failing([Behavior::Disconnect]).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Interrupted, None)
    );

    let server = Loopback::serving([Behavior::Disconnect]).await;
    // No server listens on port 1.
    let options = CallOptions::new().first_delay(Duration::from_millis(1));
    let transport = Transport::builder("http://127.0.0.1:1")
        .options(options)
        .build()
        .unwrap();
    let request = transport
        .http()
        .post("http://127.0.0.1:1/x")
        .build()
        .unwrap();
    let error = transport
        .send(request, &ONCE)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn limits_the_time_of_an_attempt_and_of_a_call() {
    let server = Loopback::serving([Behavior::Hang, response(200, &[], "{}")]).await;
    let attempt = CallOptions::new().attempt_timeout(Duration::from_millis(100));
    assert_eq!(
        call(&server, &server.transport().with_options(attempt), &OPEN)
            .await
            .unwrap()
            .request
            .attempts,
        2
    );

    let server = Loopback::serving([Behavior::Hang]).await;
    let total = CallOptions::new().timeout(Duration::from_millis(100));
    let error = call(&server, &server.transport().with_options(total), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));

    // If the delay exceeds the deadline, the last error is returned immediately.
    let server = Loopback::serving([response(429, &["retry-after: 30"], "")]).await;
    let total = CallOptions::new().timeout(Duration::from_secs(5));
    let started = Instant::now();
    let error = call(&server, &server.transport().with_options(total), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_timeout_while_reading_the_body_keeps_the_status() {
    let slow = Behavior::Pause(
        head(200, &[], 4) + "nu",
        Duration::from_secs(5),
        "ll".into(),
    );
    let server = Loopback::serving([slow]).await;
    let options = CallOptions::new().attempt_timeout(Duration::from_millis(100));
    let received = call(&server, &server.transport().with_options(options), &OPEN)
        .await
        .unwrap();
    let error = decode::json::<()>(received).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Timeout, 200)
    );
    assert_eq!(error.body(), b"nu");
}

#[tokio::test]
async fn follows_a_redirect_only_on_request_and_without_the_credential() {
    static DOWNLOAD: Operation = Operation {
        id: "download",
        method: "GET",
        path: "/file",
        security: &[&[&OAUTH]],
        idempotent: true,
        secrets: &[],
    };
    let storage = Loopback::serving([response(200, &[], "contents")]).await;
    let location = format!("location: {}", storage.url("/presigned?signature=1"));
    let server = Loopback::serving([response(302, &[&location], "")]).await;
    let options = CallOptions::new()
        .credentials(FixedSecret::new(["OAuth2"], "t"))
        .header("x-mine", "1")
        .unwrap();
    let transport = server.transport().with_options(options);
    let error = call(&server, &transport, &DOWNLOAD)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Redirect, 302)
    );
    assert!(server.requests()[0].contains("authorization: Bearer t\r\n"));
    assert!(storage.requests().is_empty());

    let received = transport.follow(error).await.unwrap();
    assert_eq!(decode::text(received).await.unwrap().value(), "contents");
    let request = &storage.requests()[0];
    assert!(
        request.starts_with("GET /presigned?signature=1 "),
        "{request}"
    );
    assert!(
        !request.contains("authorization") && !request.contains("x-mine"),
        "{request}"
    );

    // A redirect loop ends after five redirects.
    let looping = Loopback::serving([response(302, &["location: /again"], "")]).await;
    let error = call(&looping, &looping.transport(), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        looping
            .transport()
            .follow(error)
            .await
            .map(|_| ())
            .unwrap_err()
            .kind(),
        ErrorKind::Redirect
    );
    assert_eq!(looping.requests().len(), 6);
}

#[tokio::test]
async fn renews_the_credential_once_after_a_401_and_retries_any_request() {
    let supplied = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&supplied);
    let provider = SecretFn::new(["OAuth2"], move |rejected: Option<crate::SecretString>| {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        assert_eq!(rejected.is_some(), number > 0);
        async move { Ok(format!("token-{number}").into()) }
    });
    let options = CallOptions::new().credentials(provider);
    let server = Loopback::serving([response(401, &[], ""), response(200, &[], "{}")]).await;
    call(
        &server,
        &server.transport().with_options(options.clone()),
        &GUARDED,
    )
    .await
    .unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("Bearer token-0") && requests[1].contains("Bearer token-1"));
    assert_eq!(requests.len(), 2);

    supplied.store(0, Ordering::SeqCst);
    let server = Loopback::serving([response(401, &[], "")]).await;
    let error = call(&server, &server.transport().with_options(options), &GUARDED)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), server.requests().len()),
        (401, 2)
    );
}

#[tokio::test]
async fn does_not_retry_a_401_with_a_credential_that_cannot_be_renewed() {
    let server = Loopback::serving([response(
        401,
        &[],
        r#"{"error":"marked-secret is not valid"}"#,
    )])
    .await;
    let options = CallOptions::new().credentials(FixedSecret::new(["OAuth2"], "marked-secret"));
    let error = call(&server, &server.transport().with_options(options), &GUARDED)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(server.requests().len(), 1);
    // The secret is redacted if the response echoes it.
    assert_eq!(
        error.to_string(),
        "guardedThing: 401 Unauthorized: [redacted] is not valid (check the credential)"
    );
    assert!(!format!("{error:?}").contains("marked-secret"));
}

#[tokio::test]
async fn sends_nothing_without_an_accepted_credential() {
    let server = Loopback::serving([response(200, &[], "{}")]).await;
    let error = call(&server, &server.transport(), &GUARDED)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credential, 0));
    let options = CallOptions::new().credentials(FixedSecret::new(["Other"], "t"));
    let error = call(&server, &server.transport().with_options(options), &GUARDED)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_client_with_a_rejection_reason_sends_nothing() {
    let server = Loopback::serving([response(200, &[], "{}")]).await;
    let transport = server
        .transport()
        .with_options(CallOptions::new().reject("the user id is blank"));
    let error = call(&server, &transport, &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "openThing: request not sent: the user id is blank"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn does_not_send_a_request_to_another_host() {
    let server = Loopback::serving([response(200, &[], "{}")]).await;
    let transport = Transport::builder("https://api.example.com")
        .build()
        .unwrap();
    let error = call(&server, &transport, &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn sends_a_streamed_body_only_once() {
    let server = Loopback::serving([response(500, &[], "")]).await;
    let transport = server.transport();
    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("streamed")]);
    let body = reqwest::Body::wrap_stream(chunks);
    let request = transport
        .http()
        .put(server.url("/x"))
        .body(body)
        .build()
        .unwrap();
    let error = transport
        .send(request, &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), server.requests().len()),
        (500, 1)
    );
}

#[tokio::test]
async fn the_future_of_a_call_is_send() {
    let server = Loopback::serving([response(200, &[], "null")]).await;
    let transport = server.transport();
    let request = transport.http().get(server.url("/x")).build().unwrap();
    let task = tokio::spawn(async move {
        let received = transport.send(request, &OPEN).await?;
        decode::json::<()>(received).await
    });
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_retry_budget_limits_retries_during_an_outage() {
    let server = Loopback::serving([response(503, &[], "")]).await;
    let transport = Transport::builder(server.url(""))
        .options(CallOptions::new().first_delay(Duration::from_millis(1)))
        .retry_budget(RetryBudget::new(0, 20))
        .build()
        .unwrap();
    let mut withheld = 0;
    for _ in 0..50 {
        // All clones share the budget, also with other options.
        let clone = transport.with_options(CallOptions::new().max_retries(2));
        let error = call(&server, &clone, &OPEN).await.map(|_| ()).unwrap_err();
        assert_eq!(error.status().unwrap(), 503);
        if error.retry_withheld() {
            withheld += 1;
            assert!(error.to_string().contains("budget"), "{error}");
        }
    }
    // 20 % more requests than calls; without a budget there would be 150.
    assert_eq!(server.requests().len(), 60);
    assert!(withheld >= 40, "{withheld}");

    let server = Loopback::serving([response(503, &[], "")]).await;
    let unlimited = Transport::builder(server.url(""))
        .options(CallOptions::new().first_delay(Duration::from_millis(1)))
        .retry_budget(RetryBudget::unlimited())
        .build()
        .unwrap();
    for _ in 0..5 {
        let error = call(&server, &unlimited, &OPEN).await.map(|_| ());
        assert!(!error.unwrap_err().retry_withheld());
    }
    assert_eq!(server.requests().len(), 15);
}

#[tokio::test]
async fn keeps_the_last_rate_limit_for_all_clones() {
    let limited = |remaining: &str| {
        let remaining = format!("x-ratelimit-remaining: {remaining}");
        let headers = ["x-ratelimit-limit: 100", &remaining];
        response(200, &headers, "{}")
    };
    let server = Loopback::serving([
        response(200, &[], "{}"),
        limited("7"),
        response(404, &["x-ratelimit-remaining: 6"], ""),
        response(200, &[], "{}"),
    ])
    .await;
    let transport = server.transport();
    let clone = transport.with_options(CallOptions::new());
    call(&server, &clone, &OPEN).await.unwrap();
    assert_eq!(transport.rate_limit(), None);
    call(&server, &clone, &OPEN).await.unwrap();
    let limit = transport.rate_limit().unwrap();
    assert_eq!((limit.limit, limit.remaining), (Some(100), Some(7)));
    for _ in 0..2 {
        let _ = call(&server, &clone, &OPEN).await;
        // A response without the headers does not change the rate limit.
        assert_eq!(transport.rate_limit().unwrap().remaining, Some(6));
    }
}

#[tokio::test]
async fn reuses_a_connection_for_consecutive_calls() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut chunk = [0; 4096];
                while stream.read(&mut chunk).await.is_ok_and(|read| read > 0) {
                    let response = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(response).await.unwrap();
                }
            });
        }
    });
    let transport = Transport::builder(&*base).build().unwrap();
    for _ in 0..5 {
        let clone = transport.with_options(CallOptions::new().max_retries(1));
        let request = clone.http().get(&base).build().unwrap();
        let received = clone.send(request, &OPEN).await.unwrap();
        decode::json::<serde_json::Value>(received).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[test]
fn cookies_of_the_options_are_sent_beside_those_of_the_request() {
    let joined = |a: &'static str, b: &'static str| {
        let value =
            super::joined_cookies(&HeaderValue::from_static(a), &HeaderValue::from_static(b));
        value.to_str().unwrap().to_owned()
    };
    assert_eq!(joined("a=1", "b=2; c=3"), "a=1; b=2; c=3");
    assert_eq!(joined("a=1; b=1", "b=2"), "a=1; b=2");
}
