//! A load test with faults: 300 workers, 5 % of the requests fail, and no run may be lost.
//!
//! `cargo test -p tests --test soak -- --ignored --nocapture` runs for 60 seconds and prints the numbers of runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pipedream_sdk::call::{CallOptions, RetryBudget};
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::{FakePipedream, Fault};
use tests::consumer::{PROJECT, USER};
use tokio::time::{Instant, timeout};

const WORKERS: u64 = 300;
const DURATION: Duration = Duration::from_secs(60);
/// One of this many requests meets a fault.
const FAULT_EVERY: u64 = 20;
/// Time limit of a call. A run of several calls that takes much longer is lost.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Counts {
    started: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    lost: AtomicU64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes a minute"]
async fn every_run_ends_with_a_value_or_an_error() {
    soak(WORKERS, DURATION).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_load_with_faults_loses_no_run() {
    soak(20, Duration::from_millis(500)).await;
}

async fn soak(workers: u64, duration: Duration) {
    let fake = Arc::new(FakePipedream::start().await);
    fake.add_account(USER, "slack");
    let options = CallOptions::new()
        .first_delay(Duration::from_millis(5))
        .attempt_timeout(Duration::from_millis(500))
        .timeout(LIMIT);
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(PROJECT)
        .retry_budget(RetryBudget::unlimited())
        .options(options)
        .build()
        .expect("a client");
    let counts = Arc::new(Counts::default());
    let end = Instant::now() + duration;
    let workers: Vec<_> = (0..workers)
        .map(|worker| {
            let (fake, counts) = (Arc::clone(&fake), Arc::clone(&counts));
            tokio::spawn(work(worker, fake, pipedream.user(USER), counts, end))
        })
        .collect();
    for worker in workers {
        worker.await.expect("no worker panics");
    }
    let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let (started, succeeded) = (count(&counts.started), count(&counts.succeeded));
    let (failed, lost) = (count(&counts.failed), count(&counts.lost));
    println!("{started} started, {succeeded} succeeded, {failed} failed, {lost} lost");
    assert_eq!(lost, 0, "runs without an end");
    assert_eq!(started, succeeded + failed);
    assert!(
        succeeded > started / 2,
        "{succeeded} of {started} succeeded"
    );
}

async fn work(
    worker: u64,
    fake: Arc<FakePipedream>,
    user: Pipedream,
    counts: Arc<Counts>,
    end: Instant,
) {
    // A linear congruential generator: the same faults in every run.
    let mut random = worker.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    while Instant::now() < end {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let number = random >> 33;
        if number.is_multiple_of(FAULT_EVERY) {
            schedule_fault(&fake, number / FAULT_EVERY);
        }
        counts.started.fetch_add(1, Ordering::Relaxed);
        let outcome = match timeout(LIMIT * 4, run(&user, number)).await {
            Ok(Ok(())) => &counts.succeeded,
            Ok(Err(error)) => {
                assert!(
                    error.kind() != pipedream_sdk::ErrorKind::InvalidRequest,
                    "{error}"
                );
                &counts.failed
            }
            Err(_) => &counts.lost,
        };
        outcome.fetch_add(1, Ordering::Relaxed);
    }
}

fn schedule_fault(fake: &FakePipedream, number: u64) {
    let fault = match number % 7 {
        0 => Fault::status(500),
        1 => Fault::status(503),
        2 => Fault::throttled(0),
        3 => Fault::cut(),
        4 => Fault::lost_response(),
        5 => Fault::truncated(10),
        _ => Fault::delay(Duration::from_secs(1)),
    };
    // Not `createOauthToken`: all workers share one request, so its faults would only pile up.
    let operation = match number % 3 {
        0 => "listAccounts",
        1 => "createToken",
        _ => "validateToken",
    };
    fake.on(operation, fault);
}

async fn run(user: &Pipedream, number: u64) -> Result<(), Error> {
    match number % 3 {
        0 => user.accounts().list().send().await.map(drop),
        1 => user.tokens().create().send().await.map(drop),
        _ => {
            let workflows = user.workflows();
            let run = workflows.token_mint_and_validate("slack").run().await;
            run.map(drop)
        }
    }
}
