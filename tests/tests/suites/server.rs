//! The recording server for the documents of `suites/arazzo-features`.
//!
//! It has the routes and the log format that these documents expect: each request is one line, and the lines are
//! compared with the expected ones in their order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use serde_json::{Value, json};

/// Maximum size of a body.
const BODY_LIMIT: usize = 10_000_000;

/// Headers that a line of the log shows, in this order.
const SHOWN: [&str; 5] = ["X-Probe", "X-Arr", "X-Extra", "id", "Cookie"];

/// A running server.
pub(super) struct Server {
    pub(super) address: String,
    log: Arc<Log>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Log {
    entries: Mutex<Vec<(Instant, String)>>,
    counts: Mutex<HashMap<String, usize>>,
}

impl Log {
    fn record(&self, entry: impl Into<String>) {
        let mut entries = self.entries.lock().unwrap();
        entries.push((Instant::now(), entry.into()));
    }

    /// Counts a request, and returns the number of requests with this key.
    fn count(&self, key: &str) -> usize {
        let mut counts = self.counts.lock().unwrap();
        let count = counts.entry(key.to_owned()).or_default();
        *count += 1;
        *count
    }
}

impl Server {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let log = Arc::new(Log::default());
        let router = Router::new().fallback(respond).with_state(Arc::clone(&log));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, log, task }
    }

    /// Resets the requests and all counters.
    pub(super) fn reset(&self) {
        self.log.entries.lock().unwrap().clear();
        self.log.counts.lock().unwrap().clear();
    }

    /// Returns the requests since the last reset, with the time of each.
    pub(super) fn log(&self) -> Vec<(Instant, String)> {
        self.log.entries.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(State(log): State<Arc<Log>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let query = query_of(&parts.uri);
    let one = |name: &str| query.get(name).map(String::as_str);
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments.as_slice() {
        ["mark", name] => {
            let value = one("v").map(|v| format!("={v}")).unwrap_or_default();
            log.record(format!("mark:{name}{value}"));
            ok(&json!({ "mark": name }))
        }
        ["flaky", key] => {
            let method = match parts.method.as_str() {
                "GET" => String::new(),
                other => format!("{other} "),
            };
            let count = log.count(key);
            log.record(format!("{method}flaky:{key}"));
            let fails = one("fails").and_then(|n| n.parse().ok()).unwrap_or(0);
            if count > fails {
                return ok(&json!({ "ok": true, "count": count }));
            }
            let mut response = status(503, &json!({ "error": "busy" }));
            if let Some(after) = one("ra") {
                let after = match after {
                    "date" => chrono::DateTime::<chrono::Utc>::from(
                        SystemTime::now() + Duration::from_secs(3),
                    )
                    .format("%a, %d %b %Y %H:%M:%S GMT")
                    .to_string(),
                    seconds => seconds.to_owned(),
                };
                let after = after.parse().expect("a header value");
                response.headers_mut().insert(header::RETRY_AFTER, after);
            }
            response
        }
        [kind @ ("seq" | "seqv"), codes] if is_sequence(codes) => {
            let codes: Vec<u16> = codes.split('-').filter_map(|c| c.parse().ok()).collect();
            let at = log.count(&path).min(codes.len());
            let code = codes.get(at - 1).copied().unwrap_or(200);
            let value = one("v").filter(|_| *kind == "seqv");
            let value = value.map(|v| format!("={v}")).unwrap_or_default();
            log.record(format!("seq:{code}{value}"));
            status(code, &json!({ "code": code }))
        }
        ["poll", key] => {
            let count = log.count(&path);
            log.record(format!("poll:{key}"));
            let state = if count >= 3 { "done" } else { "pending" };
            ok(&json!({ "status": state, "count": count }))
        }
        ["item" | "typed", id] => {
            log.record(format!("item:{id}"));
            let mut response = ok(&item());
            let trace = header::HeaderValue::from_static("t-1");
            response.headers_mut().insert("X-Trace", trace);
            response
        }
        ["status" | "tstatus", code] if code.parse::<u16>().is_ok() => {
            log.record(format!("status:{code}"));
            let code = code.parse().unwrap_or(200);
            status(code, &json!({ "code": code }))
        }
        ["slow", milliseconds] if milliseconds.parse::<u64>().is_ok() => {
            log.record(format!("slow:{milliseconds}"));
            let milliseconds = milliseconds.parse().unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            ok(&json!({ "slept": milliseconds }))
        }
        ["text"] => {
            log.record("text");
            typed("text/plain", "hello")
        }
        ["xml"] => {
            log.record("xml");
            typed("application/xml", "<r><n>3</n></r>")
        }
        ["empty"] => {
            log.record("empty");
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        ["x", ..] => {
            log.record(line(&parts.method, &parts.uri, &parts.headers, &body));
            ok(&json!({ "ok": true }))
        }
        _ => {
            log.record(format!("404:{}", target(&parts.uri)));
            status(404, &json!({}))
        }
    }
}

/// Returns the line of a request: target, some headers, media type and body.
fn line(method: &axum::http::Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> String {
    let text = |name: &str| Some(headers.get(name)?.to_str().unwrap_or_default());
    let mut line = format!("{method} {}", target(uri));
    for name in SHOWN {
        if let Some(value) = text(name) {
            line += &format!("|{name}={value}");
        }
    }
    let media_type = text("content-type");
    if body.is_empty() && media_type.is_none() {
        return line;
    }
    let media_type = media_type.unwrap_or_default();
    let body = String::from_utf8_lossy(body);
    if let Some((kind, parameters)) = media_type.split_once("boundary=") {
        let boundary = parameters.trim_matches('"');
        let kind = kind.split(';').next().unwrap_or_default();
        return format!("{line}|{kind}|{}", parts_of(&body, boundary));
    }
    let body = match media_type.contains("json") {
        // Properties are sorted by name, because their order in a body has no meaning.
        true => match serde_json::from_str::<Value>(&body) {
            Ok(value) => sorted(&value).to_string(),
            Err(_) => format!("BADJSON:{body}"),
        },
        false => body.into_owned(),
    };
    format!("{line}|{media_type}|{body}")
}

/// Returns name and value of each part of a multipart body.
fn parts_of(body: &str, boundary: &str) -> String {
    let sections: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    let inner = sections.get(1..sections.len() - 1).unwrap_or_default();
    let parts = inner.iter().map(|section| {
        let section = section.trim_matches(['\r', '\n']);
        let (head, value) = section.split_once("\r\n\r\n").unwrap_or((section, ""));
        let name = head
            .split_once("name=\"")
            .and_then(|(_, rest)| rest.split('"').next());
        format!(
            "{}={}",
            name.unwrap_or("?"),
            value.trim_matches(['\r', '\n'])
        )
    });
    parts.collect::<Vec<_>>().join(";")
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, inner)| (name.clone(), sorted(inner)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// Returns path and query, also if the request came through a proxy.
fn target(uri: &Uri) -> String {
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

fn query_of(uri: &Uri) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let pairs = uri.query().unwrap_or_default().split('&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        found.entry(decoded(name)).or_insert_with(|| decoded(value));
    }
    found
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = (byte == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        rest = if code.is_some() { &after[2..] } else { after };
        bytes.push(code.unwrap_or(if byte == b'+' { b' ' } else { byte }));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_sequence(codes: &str) -> bool {
    !codes.is_empty()
        && codes
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn ok(body: &Value) -> Response<Body> {
    status(200, body)
}

fn status(code: u16, body: &Value) -> Response<Body> {
    let mut response = typed("application/json", &body.to_string());
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::OK);
    response
}

fn typed(media_type: &'static str, body: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_owned()));
    let media_type = header::HeaderValue::from_static(media_type);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

fn item() -> Value {
    json!({
        "id": "i1", "status": "Active", "pets": [1, 2], "name": "O'Neil", "n": "5", "num": 7, "flag": true,
        "nothing": null, "nested": {"a": [{"b": 42}]}, "data": [{"id": "d0"}, {"id": "d1"}], "a/b": "slash",
        "m~n": "tilde", "amp": "a && b", "code": "200", "trace": "t-1"
    })
}
