//! A server that takes every request, and remembers the paths as they came over the wire.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running server; it answers 404 to everything, and stops when it is dropped.
#[derive(Debug)]
pub struct CatchAll {
    base_url: String,
    paths: Paths,
    task: JoinHandle<()>,
}

type Paths = Arc<Mutex<Vec<String>>>;

impl CatchAll {
    /// Listens on a free port of this machine.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let paths = Paths::default();
        let router = Router::new()
            .fallback(remember)
            .with_state(Arc::clone(&paths));
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("to be served");
        });
        Self {
            base_url: format!("http://{address}"),
            paths,
            task,
        }
    }

    /// Where it listens.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The paths of the requests since the last call, still percent-encoded.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.paths))
    }
}

impl Drop for CatchAll {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn remember(State(paths): State<Paths>, request: Request) -> StatusCode {
    lock(&paths).push(request.uri().path().to_owned());
    StatusCode::NOT_FOUND
}

fn lock(paths: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    paths.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path's segment as its receiver understands it.
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
