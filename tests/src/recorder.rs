//! A server that records every request and responds as a test requires.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A received request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceivedRequest {
    pub method: String,
    /// Path without the query, percent-encoded.
    pub path: String,
    /// Query parameters, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Headers by lowercase name. Values that are not UTF-8 are decoded lossily.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns the decoded segments of the path.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').map(decoded).collect()
    }

    /// Returns the first value of a query parameter.
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// Returns the body as JSON, or null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Reaction of the server to a request.
#[derive(Clone, Debug)]
pub enum ServerAction {
    Respond {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// Closes the connection without a response.
    Disconnect,
    /// Sends no response and keeps the connection open.
    Hang,
}

impl ServerAction {
    /// Responds with a JSON body.
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        let body: Value = body.into();
        Self::text(status, "application/json", &body.to_string())
    }

    /// Responds with a body of this content type.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self::Respond {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// Responds without a body.
    pub fn empty(status: u16) -> Self {
        Self::Respond {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header to a response.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Respond { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A running server. Stops when it is dropped.
#[derive(Debug)]
pub struct Recorder {
    base_url: String,
    requests: RequestLog,
    task: JoinHandle<()>,
}

type RequestLog = Arc<Mutex<Vec<ReceivedRequest>>>;

impl Recorder {
    /// Starts a server that responds to everything with 404.
    pub async fn start() -> Self {
        Self::with_handler(|_, _| ServerAction::empty(404)).await
    }

    /// Starts a server with a handler, which gets the request and the number of earlier requests with the same
    /// method and path.
    pub async fn with_handler(
        handler: impl Fn(&ReceivedRequest, usize) -> ServerAction + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = RequestLog::default();
        let (handler, record) = (Arc::new(handler), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&record)));
            }
        });
        Self {
            base_url: format!("http://{address}"),
            requests,
            task,
        }
    }

    /// Base URL of the server.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.requests).clone()
    }

    /// Returns and removes the requests so far.
    pub fn take(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut lock(&self.requests))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(requests: &Mutex<Vec<ReceivedRequest>>) -> MutexGuard<'_, Vec<ReceivedRequest>> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves the requests of one connection in sequence.
async fn serve(
    mut stream: TcpStream,
    handler: Arc<impl Fn(&ReceivedRequest, usize) -> ServerAction>,
    requests: RequestLog,
) {
    while let Some(request) = receive(&mut stream).await {
        let action = {
            let mut requests = lock(&requests);
            let is_like =
                |it: &&ReceivedRequest| it.method == request.method && it.path == request.path;
            let before = requests.iter().filter(is_like).count();
            let action = handler(&request, before);
            requests.push(request);
            action
        };
        match action {
            ServerAction::Respond {
                status,
                headers,
                body,
            } => {
                let mut response = format!("HTTP/1.1 {status} X\r\n");
                for (name, value) in headers {
                    response.push_str(&format!("{name}: {value}\r\n"));
                }
                if status != 204 {
                    response.push_str(&format!("content-length: {}\r\n", body.len()));
                }
                response.push_str("\r\n");
                let mut response = response.into_bytes();
                response.extend(body);
                if stream.write_all(&response).await.is_err() {
                    return;
                }
            }
            ServerAction::Disconnect => return,
            ServerAction::Hang => tokio::time::sleep(Duration::from_secs(600)).await,
        }
    }
}

/// Reads a request with a `content-length`. Returns `None` if the connection ends early.
async fn receive(stream: &mut TcpStream) -> Option<ReceivedRequest> {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(END.len()).position(|it| it == END) {
            let mut request = read_head(&String::from_utf8_lossy(&bytes[..head]))?;
            let length = request.header("content-length");
            let length: usize = length.and_then(|it| it.parse().ok()).unwrap_or(0);
            let body = &bytes[head + END.len()..];
            if body.len() >= length {
                request.body = body.to_vec();
                return Some(request);
            }
        }
        let mut chunk = [0; 8192];
        let read = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
}

fn read_head(head: &str) -> Option<ReceivedRequest> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?, first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Some(ReceivedRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: pairs.map(pair).collect(),
        headers: headers
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect(),
        body: Vec::new(),
    })
}

/// Decodes a pair of a query, in which `+` is a space.
fn pair(pair: &str) -> (String, String) {
    let spaced = |text: &str| decoded(&text.replace('+', " "));
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (spaced(name), spaced(value))
}

/// Percent-decodes a path segment.
pub fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [byte, after @ ..] = rest {
        let hex = std::str::from_utf8(after.get(..2).unwrap_or_default());
        match hex.ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) if *byte == b'%' => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
