//! How often a token is asked for, and what those who wait for it are told.

use std::time::Duration;

use futures_util::future::join_all;

use super::*;
use crate::error::ErrorKind;
use crate::http::loopback::{Loopback, Play, answer, head};

static TOKEN: Operation = Operation {
    id: "createToken",
    method: "POST",
    path: "/oauth/token",
    security: &[],
    idempotent: false,
    secrets: &[],
};

fn granted(token: &str, expires_in: u64) -> Play {
    answer(
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

/// Lets time pass without waiting. The clock only stands still meanwhile: the sockets are real.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn the_request_is_json_and_the_scope_is_only_sent_when_set() {
    let server = Loopback::playing([granted("t", 3600)]).await;
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
async fn twenty_callers_make_one_request() {
    let body = r#"{"access_token":"t","expires_in":3600}"#;
    let slow = Play::Pause(
        head(200, &[], body.len()),
        Duration::from_millis(50),
        body.into(),
    );
    let server = Loopback::playing([slow]).await;
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
async fn all_who_wait_are_told_of_the_failure_and_the_next_asks_anew() {
    let body = r#"{"error":"no such client"}"#;
    let refusal = Play::Pause(
        head(401, &[], body.len()),
        Duration::from_millis(50),
        body.into(),
    );
    let server = Loopback::playing([refusal, granted("t", 3600)]).await;
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
async fn a_caller_that_stops_waiting_does_not_stop_the_others() {
    let body = r#"{"access_token":"t","expires_in":3600}"#;
    let slow = Play::Pause(
        head(200, &[], body.len()),
        Duration::from_millis(100),
        body.into(),
    );
    let server = Loopback::playing([slow]).await;
    let source = source(&server);
    let (impatient, patient) = (source.clone(), source.clone());
    let impatient = tokio::spawn(async move { impatient.token(None).await });
    // The first caller is the one that drives the request.
    while server.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let patient = tokio::spawn(async move { patient.token(None).await });
    tokio::time::sleep(Duration::from_millis(10)).await;
    impatient.abort();
    assert_eq!(patient.await.unwrap().unwrap().expose(), "t");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_request_for_which_nobody_waits_any_more_is_given_up() {
    let server = Loopback::playing([Play::Silence, granted("t", 3600)]).await;
    let source = source(&server);
    let left = tokio::time::timeout(Duration::from_millis(50), source.token(None)).await;
    assert!(left.is_err());
    assert_eq!(source.token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn a_token_is_renewed_two_minutes_before_it_expires() {
    let server = Loopback::playing([granted("first", 3600), granted("second", 3600)]).await;
    let source = source(&server);
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    pass(3400).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    pass(90).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "second");
}

#[tokio::test]
async fn a_short_lived_token_is_used_for_half_of_its_life() {
    let server = Loopback::playing([granted("first", 100), granted("second", 100)]).await;
    let source = source(&server);
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    pass(40).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "first");
    pass(15).await;
    assert_eq!(source.token(None).await.unwrap().expose(), "second");
    assert_eq!(usable(Duration::from_secs(240)), Duration::from_secs(120));
    assert_eq!(usable(Duration::from_secs(241)), Duration::from_secs(121));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_for_all_who_were_rejected() {
    let server = Loopback::playing([granted("first", 3600), granted("second", 3600)]).await;
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
async fn what_is_no_token_is_a_failure_that_does_not_tell_it() {
    for body in [
        "",
        "<html>",
        r#"{"access_token":["marked-secret"]}"#,
        r#"{"access_token":" "}"#,
        r#"{"expires_in":1}"#,
    ] {
        let server = Loopback::playing([answer(200, &[], body)]).await;
        let error = source(&server).token(None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(
            !format!("{error} {error:?}").contains("marked-secret"),
            "{error}"
        );
    }
    for odd in ["1e300", "-1", "0"] {
        let server = Loopback::playing([answer(
            200,
            &[],
            &format!(r#"{{"access_token":"t","expires_in":{odd}}}"#),
        )])
        .await;
        assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
    }
}

#[tokio::test]
async fn the_request_is_repeated_although_it_is_a_post() {
    let server = Loopback::playing([answer(500, &[], ""), granted("t", 3600)]).await;
    assert_eq!(source(&server).token(None).await.unwrap().expose(), "t");
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let server = Loopback::playing([granted("marked-secret", 3600)]).await;
    let source = source(&server);
    source.token(None).await.unwrap();
    let transport = server
        .transport()
        .with_options(CallOptions::new().credentials(source.clone()));
    assert!(!format!("{source:?} {transport:?}").contains("marked-secret"));
}
