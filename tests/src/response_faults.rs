//! Faults of responses, and what the fake sends for each of them.

use std::time::Duration;

use pipedream_sdk_testing::{FakeResponse, Fault};
use serde_json::json;

use crate::documents::{Operation, Success};
use crate::operations::CallResult;

/// A fault of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseFault {
    /// An error status with a JSON body.
    Status(u16),
    /// One 429 with `Retry-After`.
    ThrottledOnce,
    /// A 429 with `Retry-After` for every request.
    Throttled,
    /// A 502 with the HTML page of a gateway.
    Page502,
    /// A success without a body.
    EmptyBody,
    /// A success with an HTML page.
    WrongType,
    /// A success with JSON that does not match the schema.
    WrongShape,
    /// The normal response, truncated after [`PART`] bytes of the body.
    Truncated,
    /// The request is handled, but the connection closes before the first byte of the response.
    Cut,
    /// The normal response after the timeout of the client.
    Timeout,
    /// The normal response with a success status that is not documented.
    Undocumented,
    /// A 202 without a body.
    Accepted,
}

use ResponseFault::*;

/// All faults.
pub const RESPONSE_FAULTS: [ResponseFault; 17] = [
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

/// Value of `Retry-After` of a 429, in seconds.
pub const RETRY_AFTER_SECONDS: u64 = 7;
/// Number of bytes of a truncated body.
pub const PART: usize = 10;
/// Header that marks responses which replace the response of the fake.
pub const MARK: &str = "x-fault";

const PAGE: &str = "<html><head><title>Bad gateway</title></head><body>marked</body></html>";

/// The response that the caller gets in the end.
#[derive(Clone, Debug)]
pub struct ExpectedResponse {
    pub status: u16,
    pub body: Vec<u8>,
    /// A header by which the response is recognized, if it has one.
    pub header: Option<(&'static str, String)>,
}

impl ResponseFault {
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

    /// Returns the fault for the fake. All except [`ThrottledOnce`] apply to every attempt.
    pub fn fault(self, operation: &Operation, genuine: &CallResult) -> Fault {
        let fault = match self {
            ThrottledOnce => return throttled(),
            Throttled => throttled(),
            Truncated => Fault::truncated(PART),
            Cut => Fault::lost_response(),
            Timeout => Fault::delay(Duration::from_secs(3600)),
            _ => {
                let expected = self
                    .expected_response(operation, genuine)
                    .expect("a response");
                let mut response = FakeResponse::new(expected.status);
                if !expected.body.is_empty() || self == EmptyBody {
                    let content_type = if expected.body.starts_with(b"<") {
                        "text/html"
                    } else {
                        "application/json"
                    };
                    response = response.body(content_type, expected.body);
                }
                Fault::response(response.header(MARK, &self.name()))
            }
        };
        fault.times(99)
    }

    /// Returns the last response, if there is one.
    pub fn expected_response(
        self,
        operation: &Operation,
        genuine: &CallResult,
    ) -> Option<ExpectedResponse> {
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
                    (ThrottledOnce, _) | (_, Success::NoBody) => genuine.body.len(),
                    _ => PART,
                };
                return Some(ExpectedResponse {
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
        Some(ExpectedResponse {
            status,
            body,
            header: Some((MARK, self.name())),
        })
    }
}

fn throttled() -> Fault {
    Fault::throttled(RETRY_AFTER_SECONDS)
        .body("application/json", error(429))
        .header(MARK, &Throttled.name())
}

fn error(status: u16) -> Vec<u8> {
    json!({ "error": format!("marked {status}"), "more": [1, 2] })
        .to_string()
        .into_bytes()
}

/// A 204 has no body, so a fault with a body uses 200.
fn with_body(status: u16) -> u16 {
    if status == 204 { 200 } else { status }
}
