//! For tests: a server on this machine that gives prepared answers, one per connection, and keeps the requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::http::operation::Operation;
use crate::http::options::CallOptions;
use crate::http::transport::Transport;

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Play {
    /// Sends these bytes and closes the connection.
    Answer(String),
    /// Sends these bytes, pauses, sends those, and closes.
    Pause(String, Duration, String),
    /// Closes the connection without a word.
    Cut,
    /// Answers with this status, and the body of the request as its error.
    #[cfg_attr(not(feature = "private-key-jwt"), allow(dead_code))]
    Echo(u16),
    /// Says nothing.
    Silence,
}

pub(crate) struct Loopback {
    base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// An answer with its length told.
pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> Play {
    Play::Answer(head(status, headers, body.len()) + body)
}

/// An answer that tells a longer body than it has.
pub(crate) fn broken_off(status: u16, headers: &[&str], body: &str) -> Play {
    Play::Answer(head(status, headers, body.len() + 100) + body)
}

pub(crate) fn head(status: u16, headers: &[&str], length: usize) -> String {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")
}

impl Loopback {
    /// A server that plays these in turn, and the last one again and again.
    pub(crate) async fn playing(plays: impl IntoIterator<Item = Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let plays: Vec<Play> = plays.into_iter().collect();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for turn in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let play = plays[usize::min(turn, plays.len() - 1)].clone();
                tokio::spawn(serve(stream, play, Arc::clone(&seen)));
            }
        });
        Self { base, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A transport to this server that waits next to nothing before a retry.
    pub(crate) fn transport(&self) -> Transport {
        let options = CallOptions::new().first_delay(Duration::from_millis(1));
        Transport::builder(&*self.base)
            .user_agent("test/1")
            .options(options)
            .build()
            .unwrap()
    }

    /// The requests that came, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, play: Play, seen: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_complete(&request) {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => break,
        }
    }
    seen.lock()
        .unwrap()
        .push(String::from_utf8_lossy(&request).into_owned());
    match play {
        Play::Answer(bytes) => drop(stream.write_all(bytes.as_bytes()).await),
        Play::Pause(first, pause, second) => {
            drop(stream.write_all(first.as_bytes()).await);
            tokio::time::sleep(pause).await;
            drop(stream.write_all(second.as_bytes()).await);
        }
        Play::Echo(status) => {
            let text = String::from_utf8_lossy(&request).into_owned();
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let body = serde_json::json!({ "error": body }).to_string();
            let answer = head(status, &[], body.len()) + &body;
            drop(stream.write_all(answer.as_bytes()).await);
        }
        Play::Cut => {}
        Play::Silence => std::future::pending().await,
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

/// An operation without a credential.
pub(crate) static OPEN: Operation = Operation {
    id: "openThing",
    method: "GET",
    path: "/things/{id}",
    security: &[],
    idempotent: true,
    secrets: &[],
};

/// One that is not to be repeated.
pub(crate) static ONCE: Operation = Operation {
    id: "doThing",
    method: "POST",
    path: "/things",
    security: &[],
    idempotent: false,
    secrets: &[],
};
