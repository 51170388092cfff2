//! A test server that records each request in one line.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pipedream_sdk_runtime::{CallOptions, Transport};
use serde_json::{Value, json};

use super::openapi::Client;

/// State of the server.
#[derive(Default)]
struct EchoState {
    log: Vec<String>,
    /// Body of the response for a thing that is gone.
    error: Option<Value>,
}

type Shared = Arc<Mutex<EchoState>>;

/// A server that runs as long as the test.
pub(super) struct Echo {
    pub(super) base: String,
    state: Shared,
}

impl Echo {
    pub(super) async fn start() -> Self {
        let state = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, state }
    }

    pub(super) fn client(&self) -> Client {
        let options = CallOptions::new().max_retries(0);
        let transport = Transport::builder(&self.base).options(options);
        Client::new(transport.build().unwrap())
    }

    /// Sets the body of the response for a thing that is gone.
    pub(super) fn answer_errors_with(&self, body: Value) {
        self.state.lock().unwrap().error = Some(body);
    }

    /// Returns all requests in their order: method, target, recorded headers and body.
    pub(super) fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }
}

/// Returns `true` if the last request contains a text.
fn line_contains(state: &EchoState, text: &str) -> bool {
    state.log.last().is_some_and(|line| line.contains(text))
}

/// Returns the body of the last request.
fn line_body(state: &EchoState) -> String {
    let line = state.log.last().cloned().unwrap_or_default();
    line.split_once(" {")
        .map_or(String::new(), |(_, body)| format!("{{{body}"))
}

async fn handle(State(state): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 10_000).await.unwrap();
    let has_body = !body.is_empty();
    let mut line = format!("{} {}", parts.method, parts.uri);
    for name in ["x-names", "x-at", "cookie", "content-type"] {
        if let Some(value) = parts.headers.get(name) {
            line += &format!(" {name}={}", value.to_str().unwrap());
        }
    }
    let accept = parts.headers.get("accept");
    if let Some(value) = accept.filter(|value| value.as_bytes().ends_with(b"+json")) {
        line += &format!(" accept={}", value.to_str().unwrap());
    }
    if !body.is_empty() {
        line += &format!(" {}", String::from_utf8_lossy(&body));
    }
    let mut state = state.lock().unwrap();
    state.log.push(line);
    let thing = |state: &str| axum::Json(json!({ "state": state, "list": ["a", "b"] }));
    let user = |id: &str| axum::Json(json!({ "id": id, "name": "Grace" }));
    match parts.uri.path() {
        "/text" => "hello".into_response(),
        "/anything" if line_contains(&state, "\"sent\"") => {
            let sent: Value = serde_json::from_str(&line_body(&state)).unwrap();
            axum::Json(json!([sent])).into_response()
        }
        "/things" => (StatusCode::SEE_OTHER, [("location", "/things/t")]).into_response(),
        "/anything" => axum::Json(json!({ "none": null })).into_response(),
        "/xml" => {
            let xml = [("content-type", "application/xml")];
            (xml, "<r><n>3</n><n>4</n></r>").into_response()
        }
        "/marks/unavailable" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        "/things/gone" => {
            let body = state.error.clone();
            let body = body.unwrap_or_else(|| json!({ "reason": "it was deleted" }));
            (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
        }
        "/users" if line_contains(&state, "taken") => {
            (StatusCode::CONFLICT, axum::Json(json!({ "holder": "Ada" }))).into_response()
        }
        "/users" => (StatusCode::CREATED, user("new")).into_response(),
        "/users/unchanged" => StatusCode::NOT_MODIFIED.into_response(),
        "/users/gone" => {
            let problem = json!({ "title": "It is gone", "kind": "merged" });
            (StatusCode::NOT_FOUND, axum::Json(problem)).into_response()
        }
        "/users/old" => user("old").into_response(),
        "/users/later" => StatusCode::ACCEPTED.into_response(),
        "/users/new" => (StatusCode::CREATED, axum::Json(json!({ "receipt": 7 }))).into_response(),
        "/odd" if has_body => {
            let sent = line_body(&state);
            let mut odd: Value = serde_json::from_str(&sent).unwrap();
            odd["states"] = json!([{ "state": "ready", "at": "now" }, { "state": "lost" }]);
            odd["parts"] = json!([{ "text": "a" }, { "sound": "b" }]);
            odd["further"] = json!("property");
            axum::Json(odd).into_response()
        }
        "/odd" => axum::Json(json!({ "+1": 1.0 })).into_response(),
        "/parcels/p" if !has_body => axum::Json(json!({
            "id": "p", "sent": "2026-01-02T03:04:05.50+02:00", "note": null,
            "box": { "size": 1, "lid": true }, "weight": 1.5
        }))
        .into_response(),
        "/shapes" if line_contains(&state, "PUT") => StatusCode::NOT_MODIFIED.into_response(),
        "/shapes" if line_contains(&state, " {}") => StatusCode::NO_CONTENT.into_response(),
        "/shapes" if has_body => {
            let sent: Value = serde_json::from_str(&line_body(&state)).unwrap();
            axum::Json(sent).into_response()
        }
        "/profiles/nobody" => axum::Json(Value::Null).into_response(),
        "/profiles/p" if !has_body => axum::Json(json!({
            "name": "Grace", "contact": { "phone": "1", "later": true },
            "team": { "owner": { "name": "Ada" } }
        }))
        .into_response(),
        "/things/unchanged" => StatusCode::NO_CONTENT.into_response(),
        "/things/pending" if state.log.len() < 3 => thing("pending").into_response(),
        "/things/waiting" => thing("waiting").into_response(),
        path if path.starts_with("/things/") => thing("done").into_response(),
        _ => StatusCode::OK.into_response(),
    }
}
