//! Tests of requesting, caching and renewing access tokens.

use std::time::Duration;

use futures_util::future::join_all;

use super::*;
use crate::error::ErrorKind;
use crate::http::loopback::{Behavior, Loopback, head, response, truncated_response};

static TOKEN: Operation = Operation {
    id: "createToken",
    method: "POST",
    path: "/oauth/token",
    security: &[],
    idempotent: false,
    secrets: &[],
};

fn granted(token: &str, expires_in: u64) -> Behavior {
    response(
        200,
        &[],
        &format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{expires_in}}}"#),
    )
}

fn source(server: &Loopback) -> ClientCredentials {
    ClientCredentials::new(
        ["OAuth2"],
        &server.transport(),
        &TOKEN,
        "id",
        "marked-secret",
    )
}

/// Advances the clock. It is paused only meanwhile, because the tests use real sockets.
async fn advance(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn sends_a_json_request_with_the_scope_only_if_set() {
    let server = Loopback::serving([granted("t", 3600)]).await;
    assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
    source(&server)
        .scope("connect:*")
        .token(None)
        .await
        .unwrap();
    let requests = server.requests();
    assert!(
        requests[0].starts_with("POST /oauth/token HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    assert!(!requests[0].contains("authorization:"));
    let body =
        r#"{"client_id":"id","client_secret":"marked-secret","grant_type":"client_credentials"}"#;
    assert!(requests[0].ends_with(body), "{}", requests[0]);
    assert!(requests[1].contains(r#""scope":"connect:*""#));
}

#[tokio::test]
async fn concurrent_callers_share_one_request() {
    let body = r#"{"access_token":"t","expires_in":3600}"#;
    let slow = Behavior::Pause(
        head(200, &[], body.len()),
        Duration::from_millis(50),
        body.into(),
    );
    let server = Loopback::serving([slow]).await;
    let source = source(&server);
    let tokens = join_all((0..20).map(|_| source.token(None))).await;
    assert!(
        tokens
            .into_iter()
            .all(|token| token.unwrap().expose() == "t")
    );
    assert_eq!(server.requests().len(), 1);
    source.token(None).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_an_error_and_the_next_call_retries() {
    let body = r#"{"error":"no such client"}"#;
    let rejection = Behavior::Pause(
        head(401, &[], body.len()),
        Duration::from_millis(50),
        body.into(),
    );
    let server = Loopback::serving([rejection, granted("t", 3600)]).await;
    let source = source(&server);
    let results = join_all((0..20).map(|_| source.token(None))).await;
    for result in results {
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.status().unwrap().as_u16()),
            (ErrorKind::Credential, 401)
        );
        assert_eq!(error.body(), body.as_bytes());
        let shown = error.to_string();
        assert_eq!(
            shown,
            "createToken: the request for a credential failed (status 401): no such client"
        );
    }
    assert_eq!(server.requests().len(), 1);
    assert_eq!(source.token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn a_canceled_caller_does_not_cancel_the_request_for_others() {
    let body = r#"{"access_token":"t","expires_in":3600}"#;
    let slow = Behavior::Pause(
        head(200, &[], body.len()),
        Duration::from_millis(100),
        body.into(),
    );
    let server = Loopback::serving([slow]).await;
    let source = source(&server);
    let (canceled, waiting) = (source.clone(), source.clone());
    let canceled = tokio::spawn(async move { canceled.token(None).await });
    // The first caller polls the request.
    while server.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let waiting = tokio::spawn(async move { waiting.token(None).await });
    tokio::time::sleep(Duration::from_millis(10)).await;
    canceled.abort();
    assert_eq!(waiting.await.unwrap().unwrap().expose(), "t");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn drops_a_request_that_no_caller_waits_for() {
    let server = Loopback::serving([Behavior::Hang, granted("t", 3600)]).await;
    let source = source(&server);
    let abandoned = tokio::time::timeout(Duration::from_millis(50), source.token(None)).await;
    assert!(abandoned.is_err());
    assert_eq!(source.token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn renews_a_token_two_minutes_before_it_expires() {
    let server = Loopback::serving([granted("first", 3600), granted("second", 3600)]).await;
    let source = source(&server);
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    advance(3400).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    advance(90).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "second");
}

#[tokio::test]
async fn caches_a_short_lived_token_for_half_of_its_lifetime() {
    let server = Loopback::serving([granted("first", 100), granted("second", 100)]).await;
    let source = source(&server);
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    advance(40).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    advance(15).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "second");
    assert_eq!(
        cache_time(Duration::from_secs(240)),
        Duration::from_secs(120)
    );
    assert_eq!(
        cache_time(Duration::from_secs(241)),
        Duration::from_secs(121)
    );
}

#[tokio::test]
async fn renews_a_rejected_token_once_for_all_callers() {
    let server = Loopback::serving([granted("first", 3600), granted("second", 3600)]).await;
    let source = source(&server);
    let first = source.token(None).await.unwrap();
    let renewed = join_all((0..20).map(|_| source.token(Some(&first)))).await;
    assert!(
        renewed
            .into_iter()
            .all(|token| token.unwrap().expose() == "second")
    );
    assert_eq!(source.token(Some(&first)).await.unwrap().expose(), "second");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn rejects_an_invalid_token_response_without_showing_it() {
    for body in [
        "",
        "<html>",
        r#"{"access_token":["marked-secret"]}"#,
        r#"{"access_token":" "}"#,
        r#"{"expires_in":1}"#,
    ] {
        let server = Loopback::serving([response(200, &[], body)]).await;
        let error = source(&server).token(None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(
            !format!("{error} {error:?}").contains("marked-secret"),
            "{error}"
        );
    }
    for lifetime in ["1e300", "-1", "0", "\"soon\"", "null", "[]"] {
        let server = Loopback::serving([response(
            200,
            &[],
            &format!(r#"{{"access_token":"t","expires_in":{lifetime}}}"#),
        )])
        .await;
        assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
    }
}

#[tokio::test]
async fn reads_a_lifetime_sent_as_a_string() {
    let first = r#"{"access_token":"first","expires_in":"100"}"#;
    let server = Loopback::serving([response(200, &[], first), granted("second", 100)]).await;
    let source = source(&server);
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    advance(55).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "second");
}

#[tokio::test]
async fn only_a_rejection_of_the_client_is_a_credential_error() {
    for (behavior, kind, is_transient) in [
        (response(400, &[], ""), ErrorKind::Credential, false),
        (response(401, &[], ""), ErrorKind::Credential, false),
        (response(403, &[], ""), ErrorKind::Credential, false),
        (response(404, &[], ""), ErrorKind::UnexpectedStatus, false),
        (response(408, &[], ""), ErrorKind::Rejected, true),
        (
            response(429, &["retry-after: 90"], ""),
            ErrorKind::RateLimited,
            true,
        ),
        (response(500, &[], ""), ErrorKind::Server, true),
        (
            response(503, &["retry-after: 90"], ""),
            ErrorKind::Server,
            true,
        ),
        (Behavior::Disconnect, ErrorKind::Interrupted, true),
        (
            truncated_response(200, &[], r#"{"access"#),
            ErrorKind::Truncated,
            true,
        ),
        (response(200, &[], "<html>"), ErrorKind::Decode, false),
    ] {
        let asks_to_wait = matches!(&behavior, Behavior::Respond(it) if it.contains("retry-after"));
        let server = Loopback::serving([behavior]).await;
        let error = source(&server).token(None).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            (kind, is_transient),
            "{error}"
        );
        assert_eq!(error.is_rate_limited(), kind == ErrorKind::RateLimited);
        let requested = asks_to_wait.then_some(Duration::from_secs(90));
        assert_eq!(error.retry_after(), requested);
        // The call that needed the token has not been sent.
        assert!(!error.may_have_run(), "{error}");
    }
    let unreachable = Transport::builder("http://127.0.0.1:1").build().unwrap();
    let unreachable = unreachable.with_options(CallOptions::new().max_retries(0));
    let source = ClientCredentials::new(["OAuth2"], &unreachable, &TOKEN, "id", "marked-secret");
    let error = source.token(None).await.unwrap_err();
    assert!(error.is_connect() && error.is_transient(), "{error}");
}

#[tokio::test]
async fn retries_a_token_response_whose_body_breaks_off() {
    let broken = truncated_response(200, &[], r#"{"access_token":"t""#);
    let server = Loopback::serving([broken, granted("t", 3600)]).await;
    assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn retries_the_token_request_although_it_is_a_post() {
    let server = Loopback::serving([response(500, &[], ""), granted("t", 3600)]).await;
    assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn debug_hides_secrets() {
    let server = Loopback::serving([granted("marked-secret", 3600)]).await;
    let source = source(&server);
    source.token(None).await.unwrap();
    let transport = server
        .transport()
        .with_options(CallOptions::new().credentials(source.clone()));
    assert!(!format!("{source:?} {transport:?}").contains("marked-secret"));
}
