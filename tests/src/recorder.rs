//! A server that remembers every request as it came over the wire, and answers as a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    pub method: String,
    /// Still percent-encoded, without the query.
    pub path: String,
    /// Decoded pairs, in their order.
    pub query: Vec<(String, String)>,
    /// By names in lower case; values that are no text are read as far as they are.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Recorded {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The segments of the path as their receiver understands them.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').map(decoded).collect()
    }

    /// The first value of a query parameter.
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Play {
    FakeResponse {
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    },
    /// It closes the connection without a word.
    Cut,
    /// It says nothing.
    Silence,
}

impl Play {
    /// An answer with a body of JSON.
    pub fn json(status: u16, body: impl Into<Value>) -> Self {
        let body: Value = body.into();
        Self::text(status, "application/json", &body.to_string())
    }

    /// An answer with a body of this content type.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self::FakeResponse {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self::FakeResponse {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same with one more header, where it is an answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::FakeResponse { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A running server; it stops when it is dropped.
#[derive(Debug)]
pub struct Recorder {
    base_url: String,
    seen: Seen,
    task: JoinHandle<()>,
}

type Seen = Arc<Mutex<Vec<Recorded>>>;

impl Recorder {
    /// Answers 404 to everything.
    pub async fn start() -> Self {
        Self::answering(|_, _| Play::empty(404)).await
    }

    /// Answers by a request, and by how many with its method and path came before it.
    pub async fn answering(
        answers: impl Fn(&Recorded, usize) -> Play + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Seen::default();
        let (answers, record) = (Arc::new(answers), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&record)));
            }
        });
        Self {
            base_url: format!("http://{address}"),
            seen,
            task,
        }
    }

    /// Where it listens.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Recorded> {
        lock(&self.seen).clone()
    }

    /// The requests since the last call of this.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut lock(&self.seen))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(seen: &Mutex<Vec<Recorded>>) -> MutexGuard<'_, Vec<Recorded>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The requests of one connection, one after the other.
async fn serve(mut stream: TcpStream, answers: Arc<impl Fn(&Recorded, usize) -> Play>, seen: Seen) {
    while let Some(request) = receive(&mut stream).await {
        let play = {
            let mut seen = lock(&seen);
            let is_like = |it: &&Recorded| it.method == request.method && it.path == request.path;
            let before = seen.iter().filter(is_like).count();
            let play = answers(&request, before);
            seen.push(request);
            play
        };
        match play {
            Play::FakeResponse {
                status,
                headers,
                body,
            } => {
                let mut answer = format!("HTTP/1.1 {status} X\r\n");
                for (name, value) in headers {
                    answer.push_str(&format!("{name}: {value}\r\n"));
                }
                if status != 204 {
                    answer.push_str(&format!("content-length: {}\r\n", body.len()));
                }
                answer.push_str("\r\n");
                let mut answer = answer.into_bytes();
                answer.extend(body);
                if stream.write_all(&answer).await.is_err() {
                    return;
                }
            }
            Play::Cut => return,
            Play::Silence => tokio::time::sleep(Duration::from_secs(600)).await,
        }
    }
}

/// A request whose body has a length; none where the connection ends before it is whole.
async fn receive(stream: &mut TcpStream) -> Option<Recorded> {
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

fn read_head(head: &str) -> Option<Recorded> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?, first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Some(Recorded {
        method: method.to_owned(),
        path: path.to_owned(),
        query: pairs.map(pair).collect(),
        headers: headers
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect(),
        body: Vec::new(),
    })
}

/// A pair of a query, where a plus may stand for a space.
fn pair(pair: &str) -> (String, String) {
    let spaced = |text: &str| decoded(&text.replace('+', " "));
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (spaced(name), spaced(value))
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
