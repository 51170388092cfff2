//! Tests of faults: broken and huge bodies, deadlines, extreme durations, and requests that may have been carried out.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::auth::client_credentials::ClientCredentials;
use crate::error::ErrorKind;
use crate::http::decode;
use crate::http::loopback::{Behavior, Loopback, ONCE, OPEN, head, response, truncated_response};
use crate::http::operation::CredentialLocation;

static OAUTH: Scheme = Scheme {
    name: "OAuth2",
    place: CredentialLocation::Bearer,
};
static REMOVE: Operation = Operation {
    id: "removeThing",
    method: "DELETE",
    path: "/things/{id}",
    security: &[],
    idempotent: true,
    secrets: &[],
};

async fn json(
    server: &Loopback,
    options: CallOptions,
    operation: &'static Operation,
) -> Result<serde_json::Value, Error> {
    let transport = server.transport().with_options(options);
    let request = transport.request(operation).path("id", "1");
    let reply = request.json_response().await?;
    Ok(reply.into_value())
}

fn broken() -> Behavior {
    truncated_response(200, &["x-ratelimit-reset: 99999999999"], r#"{"id":"#)
}

#[tokio::test]
async fn retries_a_body_that_breaks_off_if_the_request_is_idempotent() {
    let complete = response(200, &[], r#"{"id":7}"#);
    let server = Loopback::serving([broken(), broken(), complete.clone()]).await;
    let value = json(&server, CallOptions::new(), &OPEN).await.unwrap();
    assert_eq!((&value["id"], server.requests().len()), (&7.into(), 3));

    let server = Loopback::serving([broken()]).await;
    let error = json(&server, CallOptions::new(), &OPEN).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Truncated, 3));
    assert_eq!(
        (error.status().unwrap().as_u16(), error.body()),
        (200, &br#"{"id":"#[..])
    );
    assert!(error.is_transient() && !error.may_have_run());
    assert_eq!(error.retry_after(), None);

    let server = Loopback::serving([broken(), complete]).await;
    let error = json(&server, CallOptions::new(), &ONCE).await.unwrap_err();
    assert_eq!((error.attempts(), error.may_have_run()), (1, true));
}

#[tokio::test]
async fn an_error_reports_that_the_request_may_have_been_carried_out() {
    let hang = || CallOptions::new().attempt_timeout(Duration::from_millis(50));
    for (behavior, options, may_have_run) in [
        (Behavior::Disconnect, CallOptions::new(), true),
        (Behavior::Hang, hang(), true),
        (response(500, &[], ""), CallOptions::new(), true),
        (response(408, &[], ""), CallOptions::new(), true),
        (response(200, &[], "<html>"), CallOptions::new(), true),
        (response(400, &[], ""), CallOptions::new(), false),
        (response(401, &[], ""), CallOptions::new(), false),
        (
            response(429, &["retry-after: 0"], ""),
            CallOptions::new(),
            false,
        ),
        (
            response(302, &["location: /"], ""),
            CallOptions::new(),
            false,
        ),
    ] {
        for (operation, changes_data) in [(&ONCE, true), (&REMOVE, true), (&OPEN, false)] {
            let server = Loopback::serving([behavior.clone()]).await;
            let error = json(&server, options.clone(), operation).await.unwrap_err();
            assert_eq!(
                error.may_have_run(),
                may_have_run && changes_data,
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_deletion_that_is_retried_and_not_found_may_have_been_carried_out() {
    let missing = response(404, &[], "");
    for lost in [Behavior::Disconnect, response(503, &[], "")] {
        let server = Loopback::serving([lost, missing.clone()]).await;
        let error = json(&server, CallOptions::new(), &REMOVE)
            .await
            .unwrap_err();
        assert!(error.is_not_found() && error.may_have_run(), "{error}");
        assert_eq!(
            error.to_string(),
            "removeThing: 404 Not Found (2 attempts; an earlier attempt may have been carried out)"
        );
    }
    for rejected in [missing.clone(), response(429, &["retry-after: 0"], "")] {
        let server = Loopback::serving([rejected, missing.clone()]).await;
        let error = json(&server, CallOptions::new(), &REMOVE)
            .await
            .unwrap_err();
        assert!(error.is_not_found() && !error.may_have_run(), "{error}");
    }
}

#[tokio::test]
async fn returns_the_error_at_once_if_the_requested_delay_is_too_long() {
    for (header, seconds) in [
        ("retry-after: 61", 61),
        ("retry-after-ms: 86400000", 86_400),
        ("retry-after: 18446744073709551615", u64::MAX),
    ] {
        let server = Loopback::serving([response(429, &[header], "")]).await;
        let started = Instant::now();
        let error = json(&server, CallOptions::new(), &OPEN).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::RateLimited, 1)
        );
        assert_eq!(error.retry_after().unwrap().as_secs(), seconds);
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(error.to_string().contains("retry after"), "{error}");
    }
    let fast = CallOptions::new().max_retry_delay(Duration::from_millis(100));
    let server = Loopback::serving([response(429, &["retry-after: 0.2"], "")]).await;
    let error = json(&server, fast, &OPEN).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (1, Some(Duration::from_millis(200)))
    );
}

#[tokio::test]
async fn durations_without_an_end_are_accepted() {
    // The last one is representable, but leaves no room for rounding.
    let nearly = Duration::from_secs(i64::MAX as u64 - 10_000_000_000);
    for endless in [Duration::MAX, nearly] {
        let options = CallOptions::new()
            .timeout(endless)
            .attempt_timeout(endless)
            .max_retry_delay(endless);
        let behaviors = [Behavior::Disconnect, response(200, &[], "1")];
        let server = Loopback::serving(behaviors).await;
        assert_eq!(json(&server, options.clone(), &OPEN).await.unwrap(), 1);

        // The first delay is as long as the time limit, so there is no retry.
        let options = options
            .first_delay(endless)
            .timeout(Duration::from_millis(500));
        let server = Loopback::serving([Behavior::Disconnect]).await;
        let error = json(&server, options, &OPEN).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
    let transport = Transport::builder("http://127.0.0.1:1").connect_timeout(Duration::MAX);
    let transport = transport.build().unwrap();
    let transport = transport.with_options(CallOptions::new().max_retries(0));
    let error = transport.request(&ONCE).empty_response().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}

#[tokio::test]
async fn the_deadline_of_a_call_ends_its_stream() {
    let slow = Behavior::Pause(
        head(200, &[], 8) + "cont",
        Duration::from_secs(9),
        "ents".into(),
    );
    let server = Loopback::serving([slow]).await;
    let options = CallOptions::new().timeout(Duration::from_millis(200));
    let transport = server.transport().with_options(options);
    let request = transport.request(&OPEN).path("id", "1");
    let started = Instant::now();
    let mut body = request.stream_response().await.unwrap().into_value();
    assert!(body.chunk().await.unwrap().is_some());
    let error = body.chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.to_string().contains("total limit of 200 ms"),
        "{error}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_deadline_of_a_call_covers_all_redirects() {
    let hop = head(302, &["location: /again"], 0);
    let slow = Behavior::Pause(String::new(), Duration::from_millis(150), hop);
    let server = Loopback::serving([slow]).await;
    let options = CallOptions::new().timeout(Duration::from_millis(400));
    let transport = server.transport().with_options(options);
    let request = transport.request(&OPEN).path("id", "1").follow_redirects();
    let started = Instant::now();
    let error = request.stream_response().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(
        started.elapsed() < Duration::from_millis(700),
        "{:?}",
        started.elapsed()
    );
    assert!(server.requests().len() <= 3);
}

#[tokio::test]
async fn limits_the_size_of_a_collected_body_but_not_of_a_stream() {
    let body = format!("\"{}\"", "x".repeat(1000));
    let without_length = format!("HTTP/1.1 200 X\r\nconnection: close\r\n\r\n{body}");
    for (behavior, size) in [
        (response(200, &["x-a: 1"], &body), "it has 1002 bytes"),
        (Behavior::Respond(without_length), "it has more bytes"),
    ] {
        let server = Loopback::serving([behavior]).await;
        let limited = |bytes| CallOptions::new().response_body_limit(bytes);
        let error = json(&server, limited(1001), &ONCE).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::TooLarge, 1));
        assert_eq!(error.status().unwrap(), 200);
        let message = error.to_string();
        assert!(
            message.contains(size) && message.contains("1001"),
            "{message}"
        );
        assert!(!error.is_transient() && error.may_have_run());
        assert!(json(&server, limited(1002), &ONCE).await.is_ok());

        let transport = server.transport().with_options(limited(10));
        let request = transport.request(&ONCE);
        let stream = request.stream_response().await.unwrap().into_value();
        assert_eq!(stream.collect().await.unwrap().len(), 1002);
    }
}

#[tokio::test]
async fn a_timeout_within_a_body_does_not_quote_it() {
    let part = head(200, &[], 100) + "marked-secret";
    let slow = Behavior::Pause(part, Duration::from_secs(9), String::new());
    let server = Loopback::serving([slow]).await;
    let options = CallOptions::new().timeout(Duration::from_millis(100));
    let error = json(&server, options, &OPEN).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Timeout, None));
    assert_eq!(error.body(), b"marked-secret");
    assert!(
        !format!("{error} {error:?} {error:#?}").contains("marked"),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_error_with_a_huge_body_is_displayed_quickly() {
    let body = format!("{{\"error\":\"{}\"}}", "x".repeat(20_000_000));
    let server = Loopback::serving([response(400, &[], &body)]).await;
    let options = CallOptions::new().error_body_limit(usize::MAX);
    let error = json(&server, options, &OPEN).await.unwrap_err();
    assert_eq!(error.body().len(), body.len());
    let started = std::time::Instant::now();
    assert_eq!(error.to_string(), "openThing: 400 Bad Request");
    assert!(
        started.elapsed() < Duration::from_millis(50),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_forwarded_401_does_not_renew_a_new_token() {
    static TOKEN: Operation = Operation {
        id: "createToken",
        method: "POST",
        path: "/token",
        ..ONCE_TEMPLATE
    };
    static FORWARD: Operation = Operation {
        id: "forward",
        method: "GET",
        path: "/forward",
        security: &[&[&OAUTH]],
        idempotent: true,
        secrets: &[],
    };
    const ONCE_TEMPLATE: Operation = Operation {
        id: "",
        method: "POST",
        path: "",
        security: &[],
        idempotent: false,
        secrets: &[],
    };
    let granted = response(200, &[], r#"{"access_token":"t","expires_in":3600}"#);
    let tokens = Loopback::serving([granted]).await;
    let source = ClientCredentials::new(["OAuth2"], &tokens.transport(), &TOKEN, "id", "secret");
    let app = Loopback::serving([response(401, &[], "of the app")]).await;
    let transport = app
        .transport()
        .with_options(CallOptions::new().credentials(source));
    for _ in 0..3 {
        let request = transport.http().get(app.url("/forward")).build().unwrap();
        let received = transport.forward(request, &FORWARD, None).await.unwrap();
        assert_eq!(decode::text(received).await.unwrap().value(), "of the app");
    }
    assert_eq!((app.requests().len(), tokens.requests().len()), (3, 1));
    // A 401 of the service itself renews the token.
    let request = transport.http().get(app.url("/forward")).build().unwrap();
    assert!(transport.send(request, &FORWARD).await.is_err());
    assert_eq!(tokens.requests().len(), 2);
}

#[tokio::test]
async fn requests_beyond_the_maximum_of_connections_wait() {
    let pause = Duration::from_millis(100);
    let slow = Behavior::Pause(head(200, &[], 1), pause, "1".into());
    let server = Loopback::serving([slow]).await;
    let transport = Transport::builder(server.url("")).max_connections(2);
    let transport = transport.build().unwrap();
    let started = Instant::now();
    let calls = (0..6).map(|_| transport.request(&ONCE).json_response::<u8>());
    let replies = futures_util::future::join_all(calls).await;
    assert!(replies.iter().all(Result::is_ok));
    assert!(started.elapsed() >= pause * 3, "{:?}", started.elapsed());

    // The wait counts toward the total time limit. The call that has the connection has the longer limit, so that the
    // other one still waits when its own limit is reached.
    let server = Loopback::serving([Behavior::Hang]).await;
    let transport = Transport::builder(server.url("")).max_connections(1);
    let options = CallOptions::new().max_retries(0);
    let transport = transport.options(options).build().unwrap();
    let calls = [pause * 10, pause].map(|limit| {
        let transport = transport.with_options(CallOptions::new().timeout(limit));
        async move { transport.request(&ONCE).empty_response().await }
    });
    for result in futures_util::future::join_all(calls).await {
        assert!(result.unwrap_err().is_timeout());
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn decoding_errors_have_the_path_of_the_value() {
    #[derive(Debug, serde::Deserialize)]
    struct Page {
        #[allow(dead_code)]
        data: Vec<Item>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[allow(dead_code)]
        created_at: u64,
    }
    let body = r#"{"data":[{"created_at":1},{"created_at":"marked-secret"}]}"#;
    let server = Loopback::serving([response(200, &[], body)]).await;
    let request = server.transport().request(&ONCE);
    let error = request.json_response::<Page>().await.unwrap_err();
    assert!(error.is_decode());
    let message = error.message().unwrap();
    assert!(
        message.starts_with("`data[1].created_at`: invalid type: string"),
        "{message}"
    );
    assert!(message.contains("expected u64"), "{message}");
    assert!(
        !format!("{error} {error:?}").contains("marked-secret"),
        "{error:?}"
    );
}
