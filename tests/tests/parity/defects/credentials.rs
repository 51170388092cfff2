//! Tokens: how often they are asked for, and where they go.

use futures_util::future::join_all;
use serde_json::json;
use tests::recorder::{Play, Recorder};

use crate::client::builder;
use crate::scenarios::answers::{token, usual};

/// How many of the requests were for a token.
fn token_requests(recorder: &Recorder) -> usize {
    let seen = recorder.seen();
    seen.iter()
        .filter(|it| it.path == "/v1/oauth/token")
        .count()
}

#[tokio::test]
async fn twenty_cold_calls_make_one_token_request() {
    let recorder = Recorder::answering(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let calls = (0..20).map(|number| {
        let user = pipedream.user(format!("user-{number}"));
        async move { user.accounts().delete("apn_1").send().await }
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!((token_requests(&recorder), recorder.seen().len()), (1, 21));
}

#[tokio::test]
async fn a_short_lived_token_serves_more_than_one_call() {
    for seconds in [3, 100, 120, 240] {
        let recorder = Recorder::answering(move |request, before| {
            token(request, before, seconds).unwrap_or_else(|| Play::empty(204))
        })
        .await;
        let pipedream = builder(&recorder).build().unwrap();
        for _ in 0..3 {
            pipedream.accounts().delete("apn_1").send().await.unwrap();
        }
        assert_eq!(token_requests(&recorder), 1, "{seconds}");
    }
}

#[tokio::test]
async fn after_a_401_the_token_is_renewed_and_the_call_succeeds() {
    let recorder = Recorder::answering(|request, before| {
        match (
            token(request, before, 3600),
            request.header("authorization"),
        ) {
            (Some(token), _) => token,
            (None, Some("Bearer tok-2")) => Play::empty(204),
            (None, _) => Play::json(401, json!({ "error": "revoked" })),
        }
    })
    .await;
    let pipedream = builder(&recorder).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(token_requests(&recorder), 2);
}

#[tokio::test]
async fn a_token_request_that_failed_is_not_kept() {
    let recorder = Recorder::answering(|request, before| match (request.path.as_str(), before) {
        ("/v1/oauth/token", 0) => Play::json(401, json!({ "error": "not yet" })),
        _ => usual(request, before),
    })
    .await;
    let pipedream = builder(&recorder).build().unwrap();
    let delete = || pipedream.accounts().delete("apn_1").send();
    assert!(delete().await.is_err());
    delete().await.unwrap();
}

#[tokio::test]
async fn the_access_token_is_there_before_the_first_call() {
    let recorder = Recorder::answering(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let token = pipedream.access_token().await.unwrap();
    assert_eq!(token.expose(), "tok-1");
    // It is the one that calls use, and is not shown.
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(token_requests(&recorder), 1);
    assert!(!format!("{token:?}").contains("tok-1"));

    let connect = pipedream_sdk::Pipedream::builder().connect_token("ctok_1");
    let connect = connect.base_url(recorder.base_url()).build().unwrap();
    assert!(connect.access_token().await.is_err());
}

#[tokio::test]
async fn a_scope_is_asked_for() {
    let recorder = Recorder::answering(usual).await;
    let pipedream = builder(&recorder).scope("connect:accounts:read");
    pipedream.build().unwrap().access_token().await.unwrap();
    assert_eq!(recorder.seen()[0].json()["scope"], "connect:accounts:read");
}

#[tokio::test]
async fn an_operation_that_takes_no_credential_gets_none() {
    let recorder = Recorder::answering(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let validate = pipedream.tokens().validate("ctok_1", "app_1");
    let _ = validate.send().await;
    let seen = recorder.seen();
    assert_eq!((seen.len(), seen[0].header("authorization")), (1, None));
}
