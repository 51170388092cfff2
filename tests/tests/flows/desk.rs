//! A test server with sessions that expire, orders that are kept, returned or missing, and refunds.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use pipedream_sdk_runtime::Transport;
use serde_json::json;

use super::openapi::Client;

/// State of the server and the received requests.
#[derive(Default)]
struct DeskState {
    log: Vec<String>,
    sessions: usize,
    closed: usize,
    second_rejected: bool,
    refunds_rejected: bool,
}

/// A server that runs as long as the test.
pub(super) struct Desk {
    base: String,
    seen: Arc<Mutex<DeskState>>,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let seen = Arc::new(Mutex::new(DeskState::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(Arc::clone(&seen));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, seen }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(Transport::builder(&self.base).build().unwrap())
    }

    /// Expires the first sessions before they are used.
    pub(super) fn close_sessions(&self, how_many: usize) {
        self.seen.lock().unwrap().closed = how_many;
    }

    pub(super) fn reject_the_second_session(&self) {
        self.seen.lock().unwrap().second_rejected = true;
    }

    pub(super) fn reject_refunds(&self) {
        self.seen.lock().unwrap().refunds_rejected = true;
    }

    /// Returns all requests in their order.
    pub(super) fn log(&self) -> Vec<String> {
        self.seen.lock().unwrap().log.clone()
    }
}

async fn handle(State(seen): State<Arc<Mutex<DeskState>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = to_bytes(body, 10_000).await.unwrap();
    let mut seen = seen.lock().unwrap();
    let target = parts.uri.to_string();
    let refund = target == "/refunds";
    let attachment = target == "/attachments";
    let sent = if refund || attachment {
        format!(" {}", with_fixed_boundary(&parts.headers, &body))
    } else {
        String::new()
    };
    seen.log.push(format!("{} {target}{sent}", parts.method));
    if parts.method == Method::POST && parts.uri.path() == "/sessions" {
        seen.sessions += 1;
        return match seen.second_rejected && seen.sessions == 2 {
            true => StatusCode::FORBIDDEN.into_response(),
            false => json(
                StatusCode::OK,
                json!({ "token": format!("s{}", seen.sessions) }),
            ),
        };
    }
    if attachment {
        return StatusCode::NO_CONTENT.into_response();
    }
    if refund {
        return match seen.refunds_rejected {
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

/// Returns a body as text, with `B` in place of the boundary of its parts.
fn with_fixed_boundary(headers: &HeaderMap, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let media_type = headers.get("content-type").and_then(|it| it.to_str().ok());
    match media_type.and_then(|it| it.strip_prefix("multipart/form-data; boundary=")) {
        Some(boundary) => body.replace(boundary, "B"),
        None => body.into_owned(),
    }
}

fn json(status: StatusCode, body: serde_json::Value) -> Response {
    (status, axum::Json(body)).into_response()
}
