//! Ten thousand workflow runs at once on one client: memory per run, and the time of the last beside that of the
//! median.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use pipedream_sdk::Pipedream;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::child;
use crate::table::{Row, Unit};

const RUNS: usize = 10_000;
/// Few enough for the usual limit of 1,024 open files.
const CONNECTIONS: usize = 256;
/// Time that the server takes for each response.
const LATENCY: Duration = Duration::from_millis(20);

pub(crate) fn rows() -> Vec<Row> {
    let runtime = Runtime::new().expect("a runtime");
    let url = runtime.block_on(serve());
    let numbers = child::numbers(&["many", &url]);
    let [memory, median, last] = numbers.as_slice() else {
        panic!("the child prints three numbers");
    };
    let runs = format!("{RUNS} runs of two steps over {CONNECTIONS} connections");
    vec![
        Row::figure(
            &format!("{runs}, memory"),
            *memory,
            Unit::Bytes,
            "under 200 MB",
        ),
        Row::figure(
            &format!("{runs}, memory per run"),
            memory / RUNS as f64,
            Unit::Bytes,
            "",
        ),
        Row::figure(
            &format!("{runs}, completion of the last against the median"),
            last / median,
            Unit::Ratio,
            "under 1.5",
        ),
    ]
}

/// Starts the runs and prints the memory that they take at most, and when the median and the last one end.
pub(crate) fn child(arguments: &[&str]) {
    let [url] = arguments else {
        panic!("an address is expected");
    };
    let runtime = Runtime::new().expect("a runtime");
    let [memory, median, last] = runtime.block_on(run(url));
    println!("{memory} {median} {last}");
}

async fn run(url: &str) -> [f64; 3] {
    let pipedream = Pipedream::builder()
        .access_token("t")
        .project_id("proj_1")
        .base_url(url)
        .max_connections(CONNECTIONS)
        .timeout(Duration::from_secs(120))
        .max_retries(0)
        .build()
        .expect("a client");
    let before = child::memory();
    let start = Instant::now();
    let runs: Vec<_> = (0..RUNS)
        .map(|_| {
            let user = pipedream.user("user-42");
            tokio::spawn(async move {
                let workflows = user.workflows();
                let done = workflows.token_mint_and_validate("slack").run().await;
                assert!(done.expect("a finished run").validation.success);
                start.elapsed().as_secs_f64()
            })
        })
        .collect();
    let mut ends = Vec::with_capacity(RUNS);
    for run in runs {
        ends.push(run.await.expect("no run panics"));
    }
    ends.sort_by(f64::total_cmp);
    [
        child::peak_memory() - before,
        ends[RUNS / 2],
        ends[RUNS - 1],
    ]
}

async fn serve() -> String {
    async fn slowly(body: &'static str) -> impl axum::response::IntoResponse {
        tokio::time::sleep(LATENCY).await;
        ([("content-type", "application/json")], body)
    }
    let router = Router::new()
        .route(
            "/v1/connect/{project}/tokens",
            post(|| slowly(r#"{"token":"ctok_1","expires_at":"2126-11-22T04:00:00Z","connect_link_url":"https://pipedream.com/c?token=ctok_1"}"#)),
        )
        .route(
            "/v1/connect/tokens/{token}/validate",
            get(|| slowly(r#"{"success":true,"error":null,"project_id":"proj_1"}"#)),
        );
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
