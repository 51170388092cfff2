//! What is sent again, and what is not.

use std::time::Duration;

use pipedream_sdk::ErrorKind;
use tests::recorder::{Play, Recorded, Recorder};

use crate::client::{builder, options};
use crate::scenarios::answers::{at_first, token};

/// A server that does this the first so many times with each request but those for tokens.
async fn failing(times: usize, play: Play) -> Recorder {
    Recorder::answering(move |request, before| at_first(times, play.clone(), request, before)).await
}

/// The requests but those for tokens.
fn calls(recorder: &Recorder) -> Vec<Recorded> {
    let mut seen = recorder.seen();
    seen.retain(|it| it.path != "/v1/oauth/token");
    seen
}

fn impatient() -> pipedream_sdk::call::CallOptions {
    options().attempt_timeout(Duration::from_millis(200))
}

#[tokio::test]
async fn an_action_that_may_have_run_is_not_run_again() {
    for play in [
        Play::empty(408),
        Play::empty(500),
        Play::empty(503),
        Play::Cut,
        Play::Silence,
    ] {
        let recorder = failing(usize::MAX, play.clone()).await;
        let pipedream = builder(&recorder).options(impatient()).build().unwrap();
        assert!(pipedream.user("u").actions().run("x").send().await.is_err());
        assert_eq!(calls(&recorder).len(), 1, "{play:?}");
    }
    // A refusal is another matter: it has not run.
    let recorder = failing(1, Play::empty(429)).await;
    let pipedream = builder(&recorder).build().unwrap();
    let _ = pipedream.user("u").actions().run("x").send().await;
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn a_read_is_repeated_after_a_broken_connection() {
    let recorder = failing(1, Play::Cut).await;
    let pipedream = builder(&recorder).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn a_read_is_repeated_after_a_time_out() {
    let recorder = failing(1, Play::Silence).await;
    let pipedream = builder(&recorder).options(impatient()).build().unwrap();
    pipedream.accounts().delete("apn_1").send().await.unwrap();
    assert_eq!(calls(&recorder).len(), 2);
}

#[tokio::test]
async fn a_conflict_is_not_repeated() {
    let recorder = failing(1, Play::empty(409)).await;
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
async fn a_wait_that_cannot_be_read_does_no_harm() {
    for (name, value) in [
        ("retry-after", "soon"),
        ("retry-after", "-1"),
        ("retry-after", "1e99"),
        ("retry-after", "99999999999999999999"),
        ("retry-after-ms", "x"),
        ("x-ratelimit-reset", "yesterday"),
        ("x-ratelimit-reset", "0"),
    ] {
        let recorder = failing(1, Play::empty(429).header(name, value)).await;
        let pipedream = builder(&recorder).build().unwrap();
        let deletion = pipedream.accounts().delete("apn_1").send();
        let waited = tokio::time::timeout(Duration::from_secs(10), deletion).await;
        waited.expect("no long wait").unwrap();
    }
}

#[tokio::test]
async fn streamed_answers_are_repeated_after_a_429() {
    let recorder = failing(1, Play::empty(429).header("retry-after", "0")).await;
    let user = builder(&recorder).build().unwrap().user("u");
    user.file_stash().download_file("k").send().await.unwrap();
    let answer = user
        .proxy_as("apn_1")
        .post("/a")
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), calls(&recorder).len()), (200, 4));
}

#[tokio::test]
async fn each_call_has_retries_of_its_own() {
    let recorder = failing(2, Play::empty(503)).await;
    let pipedream = builder(&recorder).max_retries(2).build().unwrap();
    for account in ["apn_1", "apn_2", "apn_3"] {
        pipedream.accounts().delete(account).send().await.unwrap();
    }
    assert_eq!(calls(&recorder).len(), 9);
}

#[tokio::test]
async fn a_time_out_is_a_kind_of_error() {
    let recorder = Recorder::answering(|request, before| {
        token(request, before, 3600).unwrap_or(Play::Silence)
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
