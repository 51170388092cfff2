//! A queue of workflow runs in SQLite. A run continues after the end of the process, and no request that changes
//! something is sent twice.
//!
//! ```text
//! durable_queue jobs.db add USER WORKFLOW '{"appId": "app_Openai1"}'
//! durable_queue jobs.db work
//! ```
//!
//! The file contains the runs in plain text, with tokens and keys: encrypt it, or encrypt each run. There is one worker
//! for each file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pipedream_sdk::Pipedream;
use pipedream_sdk::workflows::{JsonAdvanced, JsonRun, WorkflowSet as _};
use serde_json::Value;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

type Failure = Box<dyn std::error::Error>;

/// A job with a run, which is due at a time in milliseconds since 1970. It has ended if it has an outcome.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS jobs
    (id INTEGER PRIMARY KEY, user TEXT, workflow TEXT, run TEXT, due INTEGER, outcome TEXT)";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let pipedream = Pipedream::from_env()?;
    match arguments[..] {
        [file, "add", user, workflow, inputs] => {
            let run = pipedream.user(user).json_call(workflow)?;
            let run = run.inputs(serde_json::from_str(inputs)?).into_run()?;
            add(&open(file).await?, user, &run).await
        }
        [file, "work"] => work(&open(file).await?, &pipedream).await,
        _ => Err(
            "usage: durable_queue FILE add USER WORKFLOW INPUTS | durable_queue FILE work".into(),
        ),
    }
}

async fn open(file: &str) -> Result<SqlitePool, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    let jobs = SqlitePool::connect_with(options).await?;
    sqlx::query(TABLE).execute(&jobs).await?;
    Ok(jobs)
}

async fn add(jobs: &SqlitePool, user: &str, run: &JsonRun) -> Result<(), Failure> {
    sqlx::query("INSERT INTO jobs (user, workflow, run, due) VALUES (?, ?, ?, 0)")
        .bind(user)
        .bind(run.info().id)
        .bind(serde_json::to_string(run)?)
        .execute(jobs)
        .await?;
    Ok(())
}

/// Advances the jobs, each by one step at a time, until all have ended.
async fn work(jobs: &SqlitePool, pipedream: &Pipedream) -> Result<(), Failure> {
    const NEXT: &str =
        "SELECT id, user, workflow, run, due FROM jobs WHERE outcome IS NULL ORDER BY due";
    while let Some((id, user, workflow, run, due)) =
        sqlx::query_as::<_, (i64, String, String, String, i64)>(NEXT)
            .fetch_optional(jobs)
            .await?
    {
        let wait = u64::try_from(due - now()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let call = pipedream.user(user).json_call(&workflow)?;
        let mut run = call.restore(serde_json::from_str(&run)?)?;
        // Once this is stored, a process that reads the run knows that the step may have run.
        run.begin();
        store(jobs, id, &run, due, None).await?;
        let (delay, outcome) = match run.advance().await {
            Ok(JsonAdvanced::Finished(outputs)) => (Duration::ZERO, Some(outputs)),
            Ok(JsonAdvanced::Wait(delay)) => (delay, None),
            Ok(_) => (Duration::ZERO, None),
            // Failed jobs keep their run: clear the outcome to continue it.
            Err(error) => (Duration::ZERO, Some(error.to_json())),
        };
        let due = now().saturating_add(i64::try_from(delay.as_millis())?);
        store(jobs, id, &run, due, outcome).await?;
    }
    Ok(())
}

async fn store(
    jobs: &SqlitePool,
    id: i64,
    run: &JsonRun,
    due: i64,
    outcome: Option<Value>,
) -> Result<(), Failure> {
    sqlx::query("UPDATE jobs SET run = ?, due = ?, outcome = ? WHERE id = ?")
        .bind(serde_json::to_string(run)?)
        .bind(due)
        .bind(outcome.map(|it| it.to_string()))
        .bind(id)
        .execute(jobs)
        .await?;
    Ok(())
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
