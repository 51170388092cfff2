//! Tests of token requests: their number, and the hosts that receive a token.

use futures_util::future::join_all;
use serde_json::json;
use tests::recorder::{Recorder, ServerAction};

use crate::client::builder;
use crate::scenarios::responses::{token, usual};

/// Counts the token requests.
fn token_requests(recorder: &Recorder) -> usize {
    let seen = recorder.requests();
    seen.iter()
        .filter(|it| it.path == "/v1/oauth/token")
        .count()
}

#[tokio::test]
async fn concurrent_calls_share_one_token_request() {
    let recorder = Recorder::with_handler(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let calls = (0..20).map(|number| {
        let user = pipedream.user(format!("user-{number}"));
        async move { user.accounts().delete("apn_1").send().await }
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(
        (token_requests(&recorder), recorder.requests().len()),
        (1, 21)
    );
}

#[tokio::test]
async fn caches_a_short_lived_token() {
    for seconds in [3, 100, 120, 240] {
        let recorder = Recorder::with_handler(move |request, before| {
            token(request, before, seconds).unwrap_or_else(|| ServerAction::empty(204))
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
async fn renews_the_token_after_a_401() {
    let recorder = Recorder::with_handler(|request, before| {
        match (
            token(request, before, 3600),
            request.header("authorization"),
        ) {
            (Some(token), _) => token,
            (None, Some("Bearer tok-2")) => ServerAction::empty(204),
            (None, _) => ServerAction::json(401, json!({ "error": "revoked" })),
        }
    })
    .await;
    let pipedream = builder(&recorder).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(token_requests(&recorder), 2);
}

#[tokio::test]
async fn does_not_cache_a_failed_token_request() {
    let recorder =
        Recorder::with_handler(|request, before| match (request.path.as_str(), before) {
            ("/v1/oauth/token", 0) => ServerAction::json(401, json!({ "error": "not yet" })),
            _ => usual(request, before),
        })
        .await;
    let pipedream = builder(&recorder).build().unwrap();
    let delete = || pipedream.accounts().delete("apn_1").send();
    assert!(delete().await.is_err());
    delete().await.unwrap();
}

#[tokio::test]
async fn provides_the_access_token_before_the_first_call() {
    let recorder = Recorder::with_handler(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let token = pipedream.access_token().await.unwrap();
    assert_eq!(token.expose(), "tok-1");
    // Calls use this token, but it is not shown.
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(token_requests(&recorder), 1);
    assert!(!format!("{token:?}").contains("tok-1"));

    let connect = pipedream_sdk::Pipedream::builder().connect_token("ctok_1");
    let connect = connect.base_url(recorder.base_url()).build().unwrap();
    assert!(connect.access_token().await.is_err());
}

#[tokio::test]
async fn requests_the_configured_scope() {
    let recorder = Recorder::with_handler(usual).await;
    let pipedream = builder(&recorder).scope("connect:accounts:read");
    pipedream.build().unwrap().access_token().await.unwrap();
    assert_eq!(
        recorder.requests()[0].json()["scope"],
        "connect:accounts:read"
    );
}

#[tokio::test]
async fn sends_no_credential_to_a_public_operation() {
    let recorder = Recorder::with_handler(usual).await;
    let pipedream = builder(&recorder).build().unwrap();
    let validate = pipedream.tokens().validate("ctok_1", "app_1");
    let _ = validate.send().await;
    let seen = recorder.requests();
    assert_eq!((seen.len(), seen[0].header("authorization")), (1, None));
}
