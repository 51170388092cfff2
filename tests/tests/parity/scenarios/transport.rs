//! Scenarios of retries, timeouts and errors.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tests::recorder::{ReceivedRequest, ServerAction};

use super::responses::at_first;
use crate::client;
use crate::replay::Stage;

super::scenarios! {
    conn_drop [TypeScript: ReadsAreRetried] cut_once, |it| { retrieve(it).await; }

    error_200_nonjson [] no_json, |it| {
        let read = it.pipedream().accounts().retrieve("apn_1").send().await;
        assert_eq!(read.unwrap_err().body(), b"<h1>Hello</h1>");
    }

    error_400 [] status_400, |it| { retrieve(it).await; }

    error_400_components [] status_400, |it| {
        let _ = it.pipedream().components().list().send().await;
    }

    error_401 [
        TypeScript: TokenIsRenewedOnce, Python: TokenIsRenewedOnce
    ] status_401, |it| { retrieve(it).await; }

    error_403 [] status_403, |it| { retrieve(it).await; }
    error_404 [] status_404, |it| { retrieve(it).await; }

    error_404_projects [] status_404, |it| {
        let _ = it.pipedream().projects().list().send().await;
    }

    error_422 [] status_422, |it| { retrieve(it).await; }

    max_retries_0 [] throttled, |it| {
        let read = it.pipedream().accounts().retrieve("apn_1");
        let _ = read.max_retries(0).send().await;
    }

    retry_408 [] status_408_once, |it| { retrieve(it).await; }
    retry_409 [Python: ConflictsAreNotRetried] status_409_once, |it| { retrieve(it).await; }
    retry_429_exhausted [] throttled, |it| { retrieve(it).await; }
    retry_429_no_header [] status_429_once, |it| { create_token(it).await; }
    retry_429_ratelimit_reset_3 [] reset_once, |it| { create_token(it).await; }
    retry_429_retry_after_2 [] throttled_once, |it| { create_token(it).await; }

    retry_500_post [
        TypeScript: ActionsAreNotRetried, Python: ActionsAreNotRetried
    ] status_500_once, |it| {
        let _ = it.user("u").actions().run("x").send().await;
    }

    retry_503_get [] status_503_once, |it| { retrieve(it).await; }

    timeout_1s [TypeScript: ReadsAreRetried, Python: ReadsAreRetried] silence, |it| {
        let options = client::options().attempt_timeout(Duration::from_millis(200));
        let pipedream = it.builder().options(options).build().unwrap();
        let read = pipedream.accounts().retrieve("apn_1").send().await;
        assert!(read.unwrap_err().is_timeout());
    }
}

async fn retrieve(stage: &Stage) {
    let _ = stage.pipedream().accounts().retrieve("apn_1").send().await;
}

async fn create_token(stage: &Stage) {
    let _ = stage.user("u").tokens().create().send().await;
}

macro_rules! failing {
    ($($name:ident: $times:expr, $play:expr;)*) => {$(
        fn $name(request: &ReceivedRequest, before: usize) -> ServerAction {
            at_first($times, $play, request, before)
        }
    )*};
}

fn error(status: u16) -> ServerAction {
    ServerAction::json(status, json!({ "error": "no" }))
}

failing! {
    status_400: usize::MAX, error(400);
    status_401: usize::MAX, error(401);
    status_403: usize::MAX, error(403);
    status_404: usize::MAX, error(404);
    status_422: usize::MAX, error(422);
    status_408_once: 1, error(408);
    status_409_once: 1, error(409);
    status_429_once: 1, error(429);
    status_500_once: 1, error(500);
    status_503_once: 1, error(503);
    throttled: usize::MAX, error(429).header("retry-after", "0");
    throttled_once: 1, error(429).header("retry-after", "1");
    reset_once: 1, error(429).header("x-ratelimit-reset", &soon());
    cut_once: 1, ServerAction::Disconnect;
    silence: usize::MAX, ServerAction::Hang;
}

fn no_json(request: &ReceivedRequest, before: usize) -> ServerAction {
    let page = ServerAction::text(200, "text/html", "<h1>Hello</h1>");
    at_first(usize::MAX, page, request, before)
}

/// Returns the next second as a Unix timestamp.
fn soon() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = now.map_or(0, |it| it.as_secs());
    (seconds + 1).to_string()
}
