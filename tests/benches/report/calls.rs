//! One call of a resource, and one workflow of two steps, beside the same requests written by hand with reqwest: same
//! server, responses and types.

use std::future::Future;
use std::time::Instant;

use axum::Router;
use axum::routing::{get, post};
use pipedream_sdk::Pipedream;
use pipedream_sdk::types::{CreateTokenResponse, ListAccountsResponse, ValidateTokenResponse};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::child;
use crate::table::{Row, Unit};

const TOKEN: &str = "access-token";
const PROJECT: &str = "proj_1";
const USER: &str = "user-42";
const APP: &str = "slack";
const ACCOUNTS: usize = 10;
/// Calls that warm connections and caches up, and are not measured.
const WARM_UP: usize = 200;
/// Calls of which the instructions are counted.
const COUNTED: usize = 1000;
/// Rounds of calls that are timed. Each round takes both variants in turn.
const ROUNDS: usize = 60;
const CALLS_PER_ROUND: usize = 50;

/// A work to be measured: its name for the child process, and its description.
const WORKS: [(&str, &str); 2] = [
    ("list", "List 10 accounts through a resource"),
    ("workflow", "Workflow of two steps"),
];

pub(crate) fn rows() -> Vec<Row> {
    let server = Server::start();
    let mut rows = Vec::new();
    for (work, description) in WORKS {
        let counted = |variant| instructions(&server.url, variant, work);
        if let (Some(ours), Some(by_hand)) = (counted("ours"), counted("by_hand")) {
            let what = format!("{description}, instructions per run; peer: reqwest by hand");
            rows.push(Row::ratio(
                &what,
                ours,
                by_hand,
                Unit::Instructions,
                "at most 1.05",
            ));
        }
        let medians = child::numbers(&["calls", "time", work, &server.url]);
        let what = format!("{description}, time per run (median)");
        rows.push(Row::ratio(
            &what,
            medians[0],
            medians[1],
            Unit::Micros,
            "at most 1.05",
        ));
        let allocated = child::numbers(&["calls", "allocations", work, &server.url]);
        let what = format!("{description}, allocations per run");
        rows.push(Row::ratio(
            &what,
            allocated[0],
            allocated[1],
            Unit::Count,
            "",
        ));
        let what = format!("{description}, bytes allocated per run");
        rows.push(Row::ratio(
            &what,
            allocated[2],
            allocated[3],
            Unit::Bytes,
            "",
        ));
    }
    rows
}

/// Returns the instructions of one run, without those of starting up.
fn instructions(url: &str, variant: &str, work: &str) -> Option<f64> {
    let run = |times: usize| {
        let times = times.to_string();
        child::instructions(&child::this(&[
            "calls", "count", variant, work, &times, url,
        ]))
    };
    Some((run(WARM_UP + COUNTED)? - run(WARM_UP)?) / COUNTED as f64)
}

/// Runs one measurement of this section in a process without the server.
pub(crate) fn child(arguments: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match arguments {
        ["count", variant, work, times, url] => {
            let clients = Clients::new(url);
            let times = times.parse().expect("a number of calls");
            runtime.block_on(clients.repeat(variant, work, times));
        }
        ["time", work, url] => {
            let clients = Clients::new(url);
            let [ours, by_hand] = runtime.block_on(clients.time(work));
            println!("{ours} {by_hand}");
        }
        ["allocations", work, url] => {
            let clients = Clients::new(url);
            let [ours, by_hand] = ["ours", "by_hand"].map(|variant| {
                runtime.block_on(clients.repeat(variant, work, WARM_UP));
                allocation_counter::measure(|| {
                    runtime.block_on(clients.repeat(variant, work, COUNTED));
                })
            });
            let per_run = |total: u64| total as f64 / COUNTED as f64;
            println!(
                "{} {} {} {}",
                per_run(ours.count_total),
                per_run(by_hand.count_total),
                per_run(ours.bytes_total),
                per_run(by_hand.bytes_total)
            );
        }
        _ => panic!("unknown measurement {arguments:?}"),
    }
}

/// Both clients of the same server.
struct Clients {
    user: Pipedream,
    http: reqwest::Client,
    url: String,
}

impl Clients {
    fn new(url: &str) -> Self {
        let pipedream = Pipedream::builder().access_token(TOKEN).project_id(PROJECT);
        let pipedream = pipedream.base_url(url).build().expect("a client");
        Self {
            user: pipedream.user(USER),
            http: reqwest::Client::new(),
            url: url.to_owned(),
        }
    }

    /// Runs one variant of a work some times.
    async fn repeat(&self, variant: &str, work: &str, times: usize) {
        match (variant, work) {
            ("ours", "list") => repeat(times, || self.list()).await,
            ("by_hand", "list") => repeat(times, || self.list_by_hand()).await,
            ("ours", _) => repeat(times, || self.workflow()).await,
            _ => repeat(times, || self.workflow_by_hand()).await,
        }
    }

    /// Returns the median times of a run of both variants, in microseconds.
    async fn time(&self, work: &str) -> [f64; 2] {
        let mut times = [Vec::new(), Vec::new()];
        for variant in ["ours", "by_hand"] {
            self.repeat(variant, work, WARM_UP).await;
        }
        for _ in 0..ROUNDS {
            for (times, variant) in times.iter_mut().zip(["ours", "by_hand"]) {
                let start = Instant::now();
                self.repeat(variant, work, CALLS_PER_ROUND).await;
                times.push(start.elapsed().as_secs_f64() * 1e6 / CALLS_PER_ROUND as f64);
            }
        }
        times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
    }

    async fn list(&self) {
        let accounts = self.user.accounts().list().app(APP).send().await;
        let accounts = accounts.expect("a page");
        assert_eq!(accounts.data.len(), ACCOUNTS);
    }

    async fn list_by_hand(&self) {
        let accounts: ListAccountsResponse = self
            .http
            .get(format!("{}/v1/connect/{PROJECT}/accounts", self.url))
            .bearer_auth(TOKEN)
            .header("x-pd-environment", "production")
            .query(&[("app", APP), ("external_user_id", USER)])
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a response")
            .json()
            .await
            .expect("a page");
        assert_eq!(accounts.data.len(), ACCOUNTS);
    }

    async fn workflow(&self) {
        let workflows = self.user.workflows();
        let done = workflows.token_mint_and_validate(APP).run().await;
        assert!(done.expect("a finished run").validation.success);
    }

    async fn workflow_by_hand(&self) {
        let created: CreateTokenResponse = self
            .http
            .post(format!("{}/v1/connect/{PROJECT}/tokens", self.url))
            .bearer_auth(TOKEN)
            .header("x-pd-environment", "production")
            .json(&json!({ "external_user_id": USER, "project_id": PROJECT }))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a response")
            .json()
            .await
            .expect("a token");
        let token = created.token.expose();
        let validated: ValidateTokenResponse = self
            .http
            .get(format!("{}/v1/connect/tokens/{token}/validate", self.url))
            .query(&[("app_id", APP)])
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("a response")
            .json()
            .await
            .expect("a validation");
        assert!(validated.success);
    }
}

async fn repeat<F: Future<Output = ()>>(times: usize, run: impl Fn() -> F) {
    for _ in 0..times {
        run().await;
    }
}

/// A server with fixed responses, in this process.
pub(crate) struct Server {
    pub(crate) url: String,
    /// Stops the server when it is dropped.
    _runtime: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let json = |body: String| ([("content-type", "application/json")], body);
        let account = |number: usize| {
            json!({
                "id": format!("apn_{number}"),
                "name": "Sales workspace",
                "external_id": USER,
                "healthy": true,
                "dead": false,
                "created_at": "2026-01-02T03:04:05.000Z",
                "updated_at": "2026-01-02T03:04:05.000Z",
                "app": { "id": "app_1", "name_slug": APP, "name": "Slack", "auth_type": "oauth" },
            })
        };
        let accounts: Vec<_> = (0..ACCOUNTS).map(account).collect();
        let page = json!({ "data": accounts, "page_info": { "count": ACCOUNTS, "total_count": ACCOUNTS } });
        let created = json!({
            "token": "ctok_00112233445566778899aabbccddeeff",
            "expires_at": "2126-11-22T04:00:00Z",
            "connect_link_url": "https://pipedream.com/c?token=ctok_00112233445566778899aabbccddeeff",
        });
        let validated = json!({
            "success": true,
            "error": null,
            "project_id": PROJECT,
            "app": { "id": "app_1", "name_slug": APP, "name": "Slack" },
        });
        let [page, created, validated] = [page, created, validated].map(|body| body.to_string());
        let router = Router::new()
            .route(
                "/v1/connect/{project}/accounts",
                get(move || async move { json(page) }),
            )
            .route(
                "/v1/connect/{project}/tokens",
                post(move || async move { json(created) }),
            )
            .route(
                "/v1/connect/tokens/{token}/validate",
                get(move || async move { json(validated) }),
            );
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)));
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            url: format!("http://{address}"),
            _runtime: runtime,
        }
    }
}
