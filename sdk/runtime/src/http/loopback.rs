//! Loopback server for tests: sends prepared responses, one per connection, and records the requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::http::operation::Operation;
use crate::http::options::CallOptions;
use crate::http::transport::Transport;

/// Behavior of the server for one request.
#[derive(Clone)]
pub(crate) enum Behavior {
    /// Sends these bytes and closes the connection.
    Respond(String),
    /// Sends the first bytes, pauses, sends the second bytes and closes the connection.
    Pause(String, Duration, String),
    /// Closes the connection without a response.
    Disconnect,
    /// Sends this status with the body of the request as the error message.
    #[cfg_attr(not(feature = "private-key-jwt"), allow(dead_code))]
    Echo(u16),
    /// Keeps the connection open without a response.
    Hang,
}

pub(crate) struct Loopback {
    base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// Returns a response with its `content-length`.
pub(crate) fn response(status: u16, headers: &[&str], body: &str) -> Behavior {
    Behavior::Respond(head(status, headers, body.len()) + body)
}

/// Returns a response whose `content-length` is longer than its body.
pub(crate) fn truncated_response(status: u16, headers: &[&str], body: &str) -> Behavior {
    Behavior::Respond(head(status, headers, body.len() + 100) + body)
}

pub(crate) fn head(status: u16, headers: &[&str], length: usize) -> String {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")
}

impl Loopback {
    /// Starts a server with one behavior per connection. The last one is used for all further connections.
    pub(crate) async fn serving(behaviors: impl IntoIterator<Item = Behavior>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let behaviors: Vec<Behavior> = behaviors.into_iter().collect();
        let recorded = Arc::clone(&requests);
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let behavior = behaviors[usize::min(number, behaviors.len() - 1)].clone();
                tokio::spawn(serve(stream, behavior, Arc::clone(&recorded)));
            }
        });
        Self { base, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Returns a transport to this server with a first retry delay of 1 ms.
    pub(crate) fn transport(&self) -> Transport {
        let options = CallOptions::new().first_delay(Duration::from_millis(1));
        Transport::builder(&*self.base)
            .user_agent("test/1")
            .options(options)
            .build()
            .unwrap()
    }

    /// Returns the received requests, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, behavior: Behavior, requests: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_complete(&request) {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => break,
        }
    }
    requests
        .lock()
        .unwrap()
        .push(String::from_utf8_lossy(&request).into_owned());
    match behavior {
        Behavior::Respond(bytes) => drop(stream.write_all(bytes.as_bytes()).await),
        Behavior::Pause(first, pause, second) => {
            drop(stream.write_all(first.as_bytes()).await);
            tokio::time::sleep(pause).await;
            drop(stream.write_all(second.as_bytes()).await);
        }
        Behavior::Echo(status) => {
            let text = String::from_utf8_lossy(&request).into_owned();
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let body = serde_json::json!({ "error": body }).to_string();
            let response = head(status, &[], body.len()) + &body;
            drop(stream.write_all(response.as_bytes()).await);
        }
        Behavior::Disconnect => {}
        Behavior::Hang => std::future::pending().await,
    }
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    body.len() >= length.unwrap_or(0)
}

/// An idempotent operation without a credential.
pub(crate) static OPEN: Operation = Operation {
    id: "openThing",
    method: "GET",
    path: "/things/{id}",
    security: &[],
    idempotent: true,
    secrets: &[],
};

/// An operation that is not idempotent, without a credential.
pub(crate) static ONCE: Operation = Operation {
    id: "doThing",
    method: "POST",
    path: "/things",
    security: &[],
    idempotent: false,
    secrets: &[],
};
