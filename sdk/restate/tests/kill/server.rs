//! A fake shop that records its requests, and kills the worker during one of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Number of times that a bank is busy in the workflow `retries`.
const BUSY: usize = 2;
/// Number of times that a job is running.
const RUNNING: usize = 2;

type Kill = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct ShopState {
    /// Requests by the id of their run.
    requests: BTreeMap<String, Vec<String>>,
    /// Number of the request in the run at which `kill` is called.
    plan: Option<(String, usize)>,
    kill: Option<Kill>,
    /// Time before each response.
    delay: Duration,
}

/// The shop, as long as the test runs.
#[derive(Clone)]
pub(super) struct Shop {
    pub(super) base: String,
    state: Arc<Mutex<ShopState>>,
}

impl Shop {
    pub(super) async fn open() -> Self {
        let state = Arc::new(Mutex::new(ShopState::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, state }
    }

    /// Calls `kill` when the request with this number, from 0, of a run has been received. The request gets no response.
    pub(super) fn kill_at(
        &self,
        run: &str,
        number: usize,
        kill: impl Fn() + Send + Sync + 'static,
    ) {
        let mut state = self.state.lock().unwrap();
        state.plan = Some((run.to_owned(), number));
        state.kill = Some(Box::new(kill));
    }

    /// Sets the time before each response.
    pub(super) fn answer_after(&self, delay: Duration) {
        self.state.lock().unwrap().delay = delay;
    }

    /// Returns the requests of a run.
    pub(super) fn requests(&self, run: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.requests.get(run).cloned().unwrap_or_default()
    }

    /// Returns `true` if the planned request was received.
    pub(super) fn is_done(&self) -> bool {
        self.state.lock().unwrap().plan.is_none()
    }
}

async fn handle(State(state): State<Arc<Mutex<ShopState>>>, request: Request) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut segments = path.trim_start_matches("/runs/").splitn(2, '/');
    let run = segments.next().unwrap_or_default().to_owned();
    let rest = segments.next().unwrap_or_default().to_owned();
    let line = format!("{method} {rest}");
    let (earlier, is_last, delay) = {
        let mut state = state.lock().unwrap();
        let state = &mut *state;
        let requests = state.requests.entry(run.clone()).or_default();
        let number = requests.len();
        let earlier = requests.iter().filter(|other| **other == line).count();
        requests.push(line);
        let is_last = state.plan == Some((run.clone(), number));
        if is_last {
            state.plan = None;
            if let Some(kill) = state.kill.take() {
                kill();
            }
        }
        (earlier, is_last, state.delay)
    };
    if is_last {
        // The process that would receive a response has been killed.
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    tokio::time::sleep(delay).await;
    answer(&method, &run, &rest, earlier)
}

fn answer(method: &Method, run: &str, path: &str, earlier: usize) -> Response {
    let is_post = method == Method::POST;
    match (is_post, path) {
        (true, "payments") if run.starts_with("retries") && earlier < BUSY => {
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        (_, "payments") => body(json!({ "id": "p_1" })),
        (false, "jobs") if earlier < RUNNING => body(json!({ "state": "running" })),
        (_, "jobs" | "results") => body(json!({ "state": "done" })),
        (true, "orders") => body(json!({ "id": "o_1", "state": "open" })),
        (false, "orders/o_1") => body(json!({ "id": "o_1", "state": "open" })),
        (true, "orders/o_1/confirmation") => body(json!({ "id": "o_1", "state": "confirmed" })),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn body(value: Value) -> Response {
    axum::Json(value).into_response()
}
