//! The server of the desk: sessions that end, orders that are kept, returned or gone, and refunds.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use pipedream_sdk_runtime::Transport;
use serde_json::json;

use super::openapi::Client;

/// What the server knows and was sent.
#[derive(Default)]
struct Seen {
    log: Vec<String>,
    sessions: usize,
    closed: usize,
    second_refused: bool,
    refunds_refused: bool,
}

/// A server on this machine, as long as the test runs.
pub(super) struct Desk {
    base: String,
    seen: Arc<Mutex<Seen>>,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&seen));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, seen }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(Transport::builder(&self.base).build().unwrap())
    }

    /// The first sessions are over before they are used.
    pub(super) fn close_sessions(&self, how_many: usize) {
        self.seen.lock().unwrap().closed = how_many;
    }

    pub(super) fn refuse_the_second_session(&self) {
        self.seen.lock().unwrap().second_refused = true;
    }

    pub(super) fn refuse_refunds(&self) {
        self.seen.lock().unwrap().refunds_refused = true;
    }

    /// Every request in its order.
    pub(super) fn log(&self) -> Vec<String> {
        self.seen.lock().unwrap().log.clone()
    }
}

async fn answer(State(seen): State<Arc<Mutex<Seen>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = to_bytes(body, 10_000).await.unwrap();
    let mut seen = seen.lock().unwrap();
    let target = parts.uri.to_string();
    let refund = target == "/refunds";
    let sent = if refund {
        format!(" {}", String::from_utf8_lossy(&body))
    } else {
        String::new()
    };
    seen.log.push(format!("{} {target}{sent}", parts.method));
    if parts.method == Method::POST && parts.uri.path() == "/sessions" {
        seen.sessions += 1;
        return match seen.second_refused && seen.sessions == 2 {
            true => StatusCode::FORBIDDEN.into_response(),
            false => json(
                StatusCode::OK,
                json!({ "token": format!("s{}", seen.sessions) }),
            ),
        };
    }
    if refund {
        return match seen.refunds_refused {
            true => StatusCode::CONFLICT.into_response(),
            false => json(StatusCode::CREATED, json!({ "id": 7 })),
        };
    }
    let session = parts
        .uri
        .query()
        .unwrap_or_default()
        .trim_start_matches("session=s");
    let over = session
        .parse::<usize>()
        .is_ok_and(|session| session <= seen.closed);
    let id = parts.uri.path().trim_start_matches("/orders/");
    match id {
        _ if over => StatusCode::UNAUTHORIZED.into_response(),
        "o_gone" => StatusCode::NOT_FOUND.into_response(),
        "o_broken" => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        "o_returned" => json(StatusCode::OK, json!({ "id": id, "state": "returned" })),
        _ => json(StatusCode::OK, json!({ "id": id, "state": "kept" })),
    }
}

fn json(status: StatusCode, body: serde_json::Value) -> Response {
    (status, axum::Json(body)).into_response()
}
