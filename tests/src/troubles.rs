//! The things that go wrong with an answer, and what the service sends when they do.

use std::time::Duration;

use pipedream_sdk_testing::{FakeResponse, Fault};
use serde_json::json;

use crate::described::{Operation, Success};
use crate::operations::Seen;

/// Something that goes wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// An error status with a JSON body.
    Status(u16),
    /// A 429 that names a wait, once.
    ThrottledOnce,
    /// The same for as long as the client asks.
    Throttled,
    /// A 502 with the page of a gateway.
    Page502,
    /// A success without a body.
    EmptyBody,
    /// A success with an HTML page.
    WrongType,
    /// A success with JSON of another shape.
    WrongShape,
    /// The genuine answer, of which only [`PART`] bytes come.
    Truncated,
    /// The request is carried out, and the connection breaks before a byte of the answer.
    Cut,
    /// The genuine answer, far too late.
    Timeout,
    /// The genuine answer under a status of success that the document does not have.
    Undocumented,
    /// A 202 without a body.
    Accepted,
}

use Trouble::*;

/// All of them.
pub const TROUBLES: [Trouble; 17] = [
    Status(400),
    Status(401),
    Status(403),
    Status(404),
    Status(409),
    ThrottledOnce,
    Throttled,
    Status(500),
    Page502,
    EmptyBody,
    WrongType,
    WrongShape,
    Truncated,
    Cut,
    Timeout,
    Undocumented,
    Accepted,
];

/// How long a 429 asks to wait.
pub const ASKED: u64 = 7;
/// How much of a truncated body comes.
pub const PART: usize = 10;
/// The header by which answers that the fake does not give by itself are recognized.
pub const MARK: &str = "x-trouble";

const PAGE: &str = "<html><head><title>Bad gateway</title></head><body>marked</body></html>";

/// What comes of an answer.
#[derive(Clone, Debug)]
pub struct Comes {
    pub status: u16,
    pub body: Vec<u8>,
    /// A header that came with it, if there is one to tell it by.
    pub header: Option<(&'static str, String)>,
}

impl Trouble {
    pub fn name(self) -> String {
        match self {
            Status(status) => status.to_string(),
            ThrottledOnce => "429 recovered".to_owned(),
            Throttled => "429 exhausted".to_owned(),
            Page502 => "HTML 502".to_owned(),
            EmptyBody => "empty body".to_owned(),
            WrongType => "wrong content type".to_owned(),
            WrongShape => "wrong shape".to_owned(),
            Truncated => "truncated body".to_owned(),
            Cut => "cut connection".to_owned(),
            Timeout => "timeout".to_owned(),
            Undocumented => "undocumented 2xx".to_owned(),
            Accepted => "202".to_owned(),
        }
    }

    /// The order for the fake. All but the one that passes last as long as the client asks.
    pub fn fault(self, operation: &Operation, genuine: &Seen) -> Fault {
        let fault = match self {
            ThrottledOnce => return throttled(),
            Throttled => throttled(),
            Truncated => Fault::truncated(PART),
            Cut => Fault::lost_answer(),
            Timeout => Fault::delay(Duration::from_secs(3600)),
            _ => {
                let comes = self.comes(operation, genuine).expect("an answer");
                let mut answer = FakeResponse::new(comes.status);
                if !comes.body.is_empty() || self == EmptyBody {
                    let content_type = if comes.body.starts_with(b"<") {
                        "text/html"
                    } else {
                        "application/json"
                    };
                    answer = answer.body(content_type, comes.body);
                }
                Fault::answer(answer.header(MARK, &self.name()))
            }
        };
        fault.times(99)
    }

    /// What comes of the last answer, if one comes.
    pub fn comes(self, operation: &Operation, genuine: &Seen) -> Option<Comes> {
        let (status, body) = match self {
            Status(status) => (status, error(status)),
            Throttled => (429, error(429)),
            Page502 => (502, PAGE.as_bytes().to_vec()),
            EmptyBody => (operation.status, Vec::new()),
            WrongType => (with_body(operation.status), PAGE.as_bytes().to_vec()),
            WrongShape => (with_body(operation.status), b"\"marked\"".to_vec()),
            Undocumented => (203, genuine.body.to_vec()),
            Accepted => (202, Vec::new()),
            ThrottledOnce | Truncated => {
                let part = match (self, operation.success) {
                    (ThrottledOnce, _) | (_, Success::Nothing) => genuine.body.len(),
                    _ => PART,
                };
                return Some(Comes {
                    status: operation.status,
                    body: genuine.body[..part].to_vec(),
                    header: genuine
                        .headers
                        .get("content-type")
                        .map(|value| ("content-type", value.to_str().expect("text").to_owned())),
                });
            }
            Cut | Timeout => return None,
        };
        Some(Comes {
            status,
            body,
            header: Some((MARK, self.name())),
        })
    }
}

fn throttled() -> Fault {
    Fault::throttled(ASKED)
        .body("application/json", error(429))
        .header(MARK, &Throttled.name())
}

fn error(status: u16) -> Vec<u8> {
    json!({ "error": format!("marked {status}"), "more": [1, 2] })
        .to_string()
        .into_bytes()
}

/// A 204 has no body, so a body comes under a 200.
fn with_body(status: u16) -> u16 {
    if status == 204 { 200 } else { status }
}
