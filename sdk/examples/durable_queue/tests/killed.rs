//! Kills the worker of the queue at every request and at many other times. No request that changes something is sent
//! twice, and every job ends with outputs or with a step that may have run.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use pipedream_sdk_testing::{FakePipedream, Fault};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

/// The operations of the workflow `deploy-trigger`, and whether each changes something.
const OPERATIONS: [(&str, bool); 4] = [
    ("listTriggers", false),
    ("retrieveTrigger", false),
    ("deployTrigger", true),
    ("listDeployedTriggers", false),
];

struct Queue {
    fake: FakePipedream,
    folder: tempfile::TempDir,
}

impl Queue {
    /// Creates a queue with one job.
    async fn with_job() -> Self {
        let queue = Self {
            fake: FakePipedream::start().await,
            folder: tempfile::tempdir().unwrap(),
        };
        let inputs = r#"{"app":"gitlab","componentId":"gitlab-new-issue"}"#;
        let add = ["add", "user-42", "deploy-trigger", inputs];
        let added = queue.command().args(add).status().unwrap();
        assert!(added.success());
        queue
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_durable_queue"));
        command
            .arg(self.file())
            .envs(self.fake.environment_variables());
        command
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("jobs.db")
    }

    fn work(&self) -> Child {
        self.command().arg("work").spawn().unwrap()
    }

    async fn work_to_end(&self) {
        let mut worker = self.work();
        let done = tokio::task::spawn_blocking(move || worker.wait().unwrap());
        let done = tokio::time::timeout(Duration::from_secs(60), done).await;
        assert!(done.expect("the queue is empty in time").unwrap().success());
    }

    fn sent(&self) -> Vec<usize> {
        let of = |operation| self.fake.requests_of(operation).len();
        OPERATIONS
            .iter()
            .map(|(operation, _)| of(operation))
            .collect()
    }
}

async fn outcome(file: &Path) -> Value {
    let options = SqliteConnectOptions::new().filename(file);
    let mut jobs = SqliteConnection::connect_with(&options).await.unwrap();
    let text: String = sqlx::query_scalar("SELECT outcome FROM jobs")
        .fetch_one(&mut jobs)
        .await
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_to_its_end() {
    let queue = Queue::with_job().await;
    queue.work_to_end().await;
    assert_eq!(queue.sent(), [1, 1, 1, 1]);
    assert!(outcome(&queue.file()).await["deployedTriggers"].is_array());
}

/// The fake has received the request, but has not sent a response.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_is_repeated_only_if_it_reads() {
    for (number, (operation, changes)) in OPERATIONS.into_iter().enumerate() {
        let queue = Queue::with_job().await;
        queue
            .fake
            .on(operation, Fault::delay(Duration::from_secs(30)));
        let mut worker = queue.work();
        while queue.fake.requests_of(operation).is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        worker.kill().unwrap();
        worker.wait().unwrap();
        queue.work_to_end().await;
        let outcome = outcome(&queue.file()).await;
        let mut expected = vec![1; OPERATIONS.len()];
        if changes {
            expected.truncate(number + 1);
            expected.resize(OPERATIONS.len(), 0);
            assert_eq!(outcome["mayHaveRun"], true, "{operation}: {outcome}");
        } else {
            expected[number] += 1;
            assert!(
                outcome["deployedTriggers"].is_array(),
                "{operation}: {outcome}"
            );
        }
        assert_eq!(queue.sent(), expected, "{operation}");
    }
}

/// Kills after more and more time, until a worker ends by itself.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_done_twice_whenever_the_worker_is_killed() {
    let (mut killed, mut finished, mut uncertain) = (0, 0, 0);
    for step in 0.. {
        let queue = Queue::with_job().await;
        let mut worker = queue.work();
        tokio::time::sleep(Duration::from_millis(3 * step)).await;
        let is_running = worker.try_wait().unwrap().is_none();
        let _ = worker.kill();
        worker.wait().unwrap();
        queue.work_to_end().await;
        let (outcome, sent) = (outcome(&queue.file()).await, queue.sent());
        let deployed = sent[2];
        if outcome["mayHaveRun"] == true {
            uncertain += 1;
            assert!(deployed <= 1, "{sent:?}");
        } else {
            finished += 1;
            assert!(outcome["deployedTriggers"].is_array(), "{outcome}");
            assert_eq!(deployed, 1, "{sent:?}");
        }
        assert!(sent.iter().all(|times| *times <= 2), "{sent:?}");
        if !is_running {
            break;
        }
        killed += 1;
    }
    println!("{killed} workers killed: {finished} jobs finished, {uncertain} may have run");
    assert!(killed > 5 && finished > 0);
}
