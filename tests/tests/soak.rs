//! Load tests. With faults: 300 workers, 5 % of the requests fail, and no run may be lost. Without: 10,000 runs at once
//! with 1,024 open files.
//!
//! `cargo test -p tests --test soak -- --ignored --nocapture` runs for about two minutes and prints the numbers of runs.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
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
/// Time between two revocations of the access token, each of which causes a token request. Longer than a call, which
/// renews its token only once.
const REVOKE_EVERY: Duration = Duration::from_secs(2);
/// Time limit of a call. A run of several calls that takes much longer is lost.
const LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Counts {
    started: AtomicU64,
    succeeded: AtomicU64,
    failed: AtomicU64,
    lost: AtomicU64,
    /// Number of failures of each kind.
    kinds: Mutex<BTreeMap<String, u64>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes a minute"]
async fn every_run_ends_with_a_value_or_an_error() {
    // The number of successes depends on the load of the machine.
    assert!(soak(WORKERS, DURATION).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_load_with_faults_loses_no_run() {
    soak(20, Duration::from_millis(500)).await;
}

/// Runs workers for a time. No run may be lost. Returns the number of runs that succeeded.
async fn soak(workers: u64, duration: Duration) -> u64 {
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
    let revoked = revoke_tokens(&fake, end).await;
    for worker in workers {
        worker.await.expect("no worker panics");
    }
    let tokens = fake.requests_of("createOauthToken").len();
    println!("{tokens} token requests after {revoked} revocations");
    // On a busy machine, one request can follow two revocations.
    assert!(2 * tokens >= revoked, "{tokens} token requests");
    let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let (started, succeeded) = (count(&counts.started), count(&counts.succeeded));
    let (failed, lost) = (count(&counts.failed), count(&counts.lost));
    println!("{started} started, {succeeded} succeeded, {failed} failed, {lost} lost");
    println!(
        "failures: {:?}",
        counts.kinds.lock().expect("no worker panics")
    );
    assert_eq!(lost, 0, "runs without an end");
    assert_eq!(started, succeeded + failed);
    succeeded
}

/// Revokes the access token again and again. Two of three revocations come with a fault at the token endpoint.
///
/// Workers do not schedule these faults: they share one token request, so theirs would pile up, and no request would
/// ever get past them.
async fn revoke_tokens(fake: &FakePipedream, end: Instant) -> usize {
    let mut revoked = 0;
    while Instant::now() < end {
        tokio::time::sleep(REVOKE_EVERY.min(end - Instant::now())).await;
        if revoked % 3 < 2 {
            fake.on("createOauthToken", fault(revoked as u64));
        }
        fake.revoke_tokens();
        revoked += 1;
    }
    revoked
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
                let mut kinds = counts.kinds.lock().expect("no worker panics");
                *kinds.entry(format!("{:?}", error.kind())).or_default() += 1;
                &counts.failed
            }
            Err(_) => &counts.lost,
        };
        outcome.fetch_add(1, Ordering::Relaxed);
    }
}

fn fault(number: u64) -> Fault {
    match number % 7 {
        0 => Fault::status(500),
        1 => Fault::status(503),
        2 => Fault::throttled(0),
        3 => Fault::cut(),
        4 => Fault::lost_response(),
        5 => Fault::truncated(10),
        _ => Fault::delay(Duration::from_secs(1)),
    }
}

fn schedule_fault(fake: &FakePipedream, number: u64) {
    let operation = match number % 3 {
        0 => "listAccounts",
        1 => "createToken",
        _ => "validateToken",
    };
    fake.on(operation, fault(number));
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

/// Starts this many runs at once. Every run must succeed, although there are fewer files than runs.
async fn start_at_once(runs: usize, max_connections: usize) {
    let fake = FakePipedream::start().await;
    fake.add_account(USER, "slack");
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(PROJECT)
        .max_connections(max_connections)
        .max_retries(0)
        .build()
        .expect("a client");
    let started: Vec<_> = (0..runs)
        .map(|number| {
            let user = pipedream.user(USER);
            tokio::spawn(async move { run(&user, number as u64).await })
        })
        .collect();
    let (mut succeeded, mut most_files) = (0, 0);
    for run in started {
        match run.await.expect("no run panics") {
            Ok(()) => succeeded += 1,
            Err(error) => println!("{error:?}"),
        }
        most_files = most_files.max(open_files());
    }
    println!("{runs} started, {succeeded} succeeded, at most {most_files} open files");
    assert_eq!(succeeded, runs);
}

/// Number of open files of this process; 0 if the system does not show it.
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Runs an ignored test of this file in a process that can open this many files.
fn with_open_files(limit: usize, test: &str) {
    let script = format!("ulimit -n {limit} && exec \"$0\" --ignored --exact --nocapture {test}");
    let this = std::env::current_exe().expect("the path of the tests");
    let mut command = Command::new("bash");
    let output = command.args(["-c", &script]).arg(this).output();
    let output = output.expect("bash");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    println!("{printed}");
    assert!(output.status.success(), "{printed}\n{errors}");
    assert!(printed.contains("1 passed"), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs a limit on open files"]
async fn ten_thousand_runs() {
    start_at_once(10_000, 256).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs a limit on open files"]
async fn five_hundred_runs() {
    start_at_once(500, 24).await;
}

/// The fake runs in the same process, so each connection needs two files.
#[test]
#[ignore = "takes half a minute"]
fn ten_thousand_runs_at_once_need_no_more_than_1024_files() {
    with_open_files(1024, "ten_thousand_runs");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "counts files as Linux does")]
fn runs_wait_for_a_connection_instead_of_opening_too_many_files() {
    with_open_files(96, "five_hundred_runs");
}
