//! Tests of the requests that are retried and of those that are not.

use std::time::Duration;

use pipedream_sdk::ErrorKind;
use tests::recorder::{ReceivedRequest, Recorder, ServerAction};

use crate::client::{builder, options};
use crate::scenarios::responses::{at_first, token};

/// Starts a server that takes this action for the first `times` requests, except token requests.
async fn failing(times: usize, play: ServerAction) -> Recorder {
    Recorder::with_handler(move |request, before| at_first(times, play.clone(), request, before))
        .await
}

/// Returns the requests except token requests.
fn calls(recorder: &Recorder) -> Vec<ReceivedRequest> {
    let mut seen = recorder.requests();
    seen.retain(|it| it.path != "/v1/oauth/token");
    seen
}

fn impatient() -> pipedream_sdk::call::CallOptions {
    options().attempt_timeout(Duration::from_millis(200))
}

#[tokio::test]
async fn does_not_retry_an_action_that_may_have_run() {
    for play in [
        ServerAction::empty(408),
        ServerAction::empty(500),
        ServerAction::empty(503),
        ServerAction::Disconnect,
        ServerAction::Hang,
    ] {
        let recorder = failing(usize::MAX, play.clone()).await;
        let pipedream = builder(&recorder).options(impatient()).build().unwrap();
        assert!(pipedream.user("u").actions().run("x").send().await.is_err());
        assert_eq!(calls(&recorder).len(), 1, "{play:?}");
    }
    // A rate-limited action has not run, so it is retried.
    let recorder = failing(1, ServerAction::empty(429)).await;
    let pipedream = builder(&recorder).build().unwrap();
    let _ = pipedream.user("u").actions().run("x").send().await;
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn retries_a_read_after_a_lost_connection() {
    let recorder = failing(1, ServerAction::Disconnect).await;
    let pipedream = builder(&recorder).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn retries_a_read_after_a_timeout() {
    let recorder = failing(1, ServerAction::Hang).await;
    let pipedream = builder(&recorder).options(impatient()).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn does_not_retry_a_conflict() {
    let recorder = failing(1, ServerAction::empty(409)).await;
    let pipedream = builder(&recorder).build().unwrap();
    let error = pipedream
        .accounts()
        .delete("apn_1")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        (error.status().unwrap().as_u16(), calls(&recorder).len()),
        (409, 1)
    );
}

#[tokio::test]
async fn ignores_an_invalid_retry_after() {
    for (name, value) in [
        ("retry-after", "soon"),
        ("retry-after", "-1"),
        ("retry-after", "1e99"),
        ("retry-after-ms", "x"),
        ("x-ratelimit-reset", "yesterday"),
        ("x-ratelimit-reset", "0"),
    ] {
        let recorder = failing(1, ServerAction::empty(429).header(name, value)).await;
        let pipedream = builder(&recorder).build().unwrap();
        let deletion = pipedream.accounts().delete("apn_1").send();
        let waited = tokio::time::timeout(Duration::from_secs(10), deletion).await;
        waited.expect("no long wait").unwrap();
    }
}

#[tokio::test]
async fn retries_a_streamed_response_after_a_429() {
    let recorder = failing(1, ServerAction::empty(429).header("retry-after", "0")).await;
    let user = builder(&recorder).build().unwrap().user("u");
    user.file_stash().download_file("k").send().await.unwrap();
    let response = user
        .proxy_as("apn_1")
        .post("/a")
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), calls(&recorder).len()),
        (200, 4)
    );
}

#[tokio::test]
async fn counts_retries_per_call() {
    let recorder = failing(2, ServerAction::empty(503)).await;
    let pipedream = builder(&recorder).max_retries(2).build().unwrap();
    for account in ["apn_1", "apn_2", "apn_3"] {
        pipedream.accounts().delete(account).send().await.unwrap();
    }
    assert_eq!(calls(&recorder).len(), 9);
}

#[tokio::test]
async fn timeout_has_an_error_kind() {
    let recorder = Recorder::with_handler(|request, before| {
        token(request, before, 3600).unwrap_or(ServerAction::Hang)
    })
    .await;
    let options = impatient().max_retries(0);
    let pipedream = builder(&recorder).options(options).build().unwrap();
    let user = pipedream.user("u");
    let error = user.actions().run("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.is_transient());
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("runAction"), 1)
    );
}
