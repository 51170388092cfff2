//! What goes over the wire, how often, and what comes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::auth::credentials::{FixedSecret, SecretFn};
use crate::error::ErrorKind;
use crate::http::budget::RetryBudget;
use crate::http::decode;
use crate::http::loopback::{Loopback, ONCE, OPEN, Play, answer, broken_off, head};
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

async fn failing(plays: impl IntoIterator<Item = Play>) -> (Error, usize) {
    let server = Loopback::playing(plays).await;
    let error = call(&server, &server.transport(), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn an_answer_of_the_200s_is_given_and_the_user_agent_and_headers_are_sent() {
    let server = Loopback::playing([answer(207, &["x-a: 1"], "[]")]).await;
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
async fn an_error_answer_keeps_status_headers_and_body_whatever_the_body_is() {
    let html = "<html><title>502 Bad Gateway</title></html>";
    let (error, _) = failing([answer(502, &["content-type: text/html"], html)]).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.body(), html.as_bytes());
    assert_eq!(error.message().as_deref(), Some("502 Bad Gateway"));

    let (error, requests) = failing([answer(404, &["x-request-id: r1"], "")]).await;
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

    let (error, _) = failing([broken_off(500, &["x-a: 1"], r#"{"error":"par"#)]).await;
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Server, 500)
    );
    assert_eq!(error.body(), br#"{"error":"par"#);
    assert_eq!(error.headers().unwrap()["x-a"], "1");
}

#[tokio::test]
async fn an_error_body_is_kept_up_to_a_limit() {
    let server = Loopback::playing([answer(400, &[], &"x".repeat(100_000))]).await;
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
async fn a_refused_request_is_repeated_after_the_time_the_service_names() {
    let refusal = answer(429, &["retry-after: 1"], "");
    let server = Loopback::playing([refusal, answer(200, &[], "{}")]).await;
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
async fn what_may_have_run_is_repeated_only_when_idempotent() {
    for play in [answer(503, &[], ""), answer(408, &[], ""), Play::Cut] {
        let server = Loopback::playing([play.clone()]).await;
        let transport = server.transport();
        let error = call(&server, &transport, &OPEN)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!((server.requests().len(), error.attempts()), (3, 3));

        let server = Loopback::playing([play.clone()]).await;
        call(&server, &server.transport(), &ONCE)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.requests().len(), 1);

        let server = Loopback::playing([play]).await;
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
async fn retries_can_be_limited_and_left_to_others() {
    for options in [
        CallOptions::new().max_retries(0),
        CallOptions::new().without_retry_on(500..=599),
    ] {
        let server = Loopback::playing([answer(500, &[], "")]).await;
        let transport = server.transport().with_options(options);
        call(&server, &transport, &OPEN)
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_and_one_that_is_not_made_are_told_apart() {
    let (error, _) = failing([Play::Cut]).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Interrupted, None)
    );

    let server = Loopback::playing([Play::Cut]).await;
    // Port 1 of this machine has no server.
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
async fn an_attempt_and_a_whole_call_end_in_time() {
    let server = Loopback::playing([Play::Silence, answer(200, &[], "{}")]).await;
    let attempt = CallOptions::new().attempt_timeout(Duration::from_millis(100));
    assert_eq!(
        call(&server, &server.transport().with_options(attempt), &OPEN)
            .await
            .unwrap()
            .request
            .attempts,
        2
    );

    let server = Loopback::playing([Play::Silence]).await;
    let whole = CallOptions::new().timeout(Duration::from_millis(100));
    let error = call(&server, &server.transport().with_options(whole), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));

    // Where the wait would not fit, the answer that there was is the failure, at once.
    let server = Loopback::playing([answer(429, &["retry-after: 30"], "")]).await;
    let whole = CallOptions::new().timeout(Duration::from_secs(5));
    let started = Instant::now();
    let error = call(&server, &server.transport().with_options(whole), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_a_timeout_that_keeps_its_status() {
    let slow = Play::Pause(
        head(200, &[], 4) + "nu",
        Duration::from_secs(5),
        "ll".into(),
    );
    let server = Loopback::playing([slow]).await;
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
async fn a_redirect_is_a_failure_and_can_be_followed_without_the_credential() {
    static DOWNLOAD: Operation = Operation {
        id: "download",
        method: "GET",
        path: "/file",
        security: &[&[&OAUTH]],
        idempotent: true,
        secrets: &[],
    };
    let storage = Loopback::playing([answer(200, &[], "contents")]).await;
    let location = format!("location: {}", storage.url("/presigned?signature=1"));
    let server = Loopback::playing([answer(302, &[&location], "")]).await;
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

    // A loop ends, and what is no redirect is not followed.
    let round = Loopback::playing([answer(302, &["location: /again"], "")]).await;
    let error = call(&round, &round.transport(), &OPEN)
        .await
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        round
            .transport()
            .follow(error)
            .await
            .map(|_| ())
            .unwrap_err()
            .kind(),
        ErrorKind::Redirect
    );
    assert_eq!(round.requests().len(), 6);
}

#[tokio::test]
async fn a_401_renews_the_credential_once_and_repeats_even_what_is_not_idempotent() {
    let given = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&given);
    let provider = SecretFn::new(["OAuth2"], move |rejected: Option<crate::SecretString>| {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        assert_eq!(rejected.is_some(), number > 0);
        async move { Ok(format!("token-{number}").into()) }
    });
    let options = CallOptions::new().credentials(provider);
    let server = Loopback::playing([answer(401, &[], ""), answer(200, &[], "{}")]).await;
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

    given.store(0, Ordering::SeqCst);
    let server = Loopback::playing([answer(401, &[], "")]).await;
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
async fn a_credential_that_cannot_be_renewed_is_not_tried_again() {
    let server = Loopback::playing([answer(
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
    // An answer that repeats the secret does not get it into a log.
    assert_eq!(
        error.to_string(),
        "guardedThing: 401 Unauthorized: [redacted] is not valid (check the credential)"
    );
    assert!(!format!("{error:?}").contains("marked-secret"));
}

#[tokio::test]
async fn without_a_fitting_credential_nothing_is_sent() {
    let server = Loopback::playing([answer(200, &[], "{}")]).await;
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
async fn a_client_that_is_told_to_refuse_sends_nothing() {
    let server = Loopback::playing([answer(200, &[], "{}")]).await;
    let transport = server
        .transport()
        .with_options(CallOptions::new().refuse("the user id is blank"));
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
async fn a_request_to_another_host_is_not_sent() {
    let server = Loopback::playing([answer(200, &[], "{}")]).await;
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
async fn a_streamed_body_gets_one_attempt() {
    let server = Loopback::playing([answer(500, &[], "")]).await;
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
async fn the_future_of_a_call_can_go_to_another_thread() {
    let server = Loopback::playing([answer(200, &[], "null")]).await;
    let transport = server.transport();
    let request = transport.http().get(server.url("/x")).build().unwrap();
    let task = tokio::spawn(async move {
        let received = transport.send(request, &OPEN).await?;
        decode::json::<()>(received).await
    });
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_outage_is_not_multiplied_by_all_who_call() {
    let server = Loopback::playing([answer(503, &[], "")]).await;
    let transport = Transport::builder(server.url(""))
        .options(CallOptions::new().first_delay(Duration::from_millis(1)))
        .retry_budget(RetryBudget::new(0, 20))
        .build()
        .unwrap();
    let mut withheld = 0;
    for _ in 0..50 {
        // The budget is that of all clones, whatever their options.
        let clone = transport.with_options(CallOptions::new().max_retries(2));
        let error = call(&server, &clone, &OPEN).await.map(|_| ()).unwrap_err();
        assert_eq!(error.status().unwrap(), 503);
        if error.retry_withheld() {
            withheld += 1;
            assert!(error.to_string().contains("budget"), "{error}");
        }
    }
    // A fifth more requests than calls, where it would have been three times as many.
    assert_eq!(server.requests().len(), 60);
    assert!(withheld >= 40, "{withheld}");

    let server = Loopback::playing([answer(503, &[], "")]).await;
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
async fn the_last_figures_of_the_rate_limit_are_kept_for_all_clones() {
    let figures = |remaining: &str| {
        let remaining = format!("x-ratelimit-remaining: {remaining}");
        let headers = ["x-ratelimit-limit: 100", &remaining];
        answer(200, &headers, "{}")
    };
    let server = Loopback::playing([
        answer(200, &[], "{}"),
        figures("7"),
        answer(404, &["x-ratelimit-remaining: 6"], ""),
        answer(200, &[], "{}"),
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
        // An answer that says nothing of it changes nothing.
        assert_eq!(transport.rate_limit().unwrap().remaining, Some(6));
    }
}

#[tokio::test]
async fn calls_one_after_the_other_share_a_connection() {
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
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(answer).await.unwrap();
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
