//! Scheduled faults, which replace or alter the next response of the fake.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use crate::response::FakeResponse;

/// A fault that applies to one request.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use pipedream_sdk_testing::Fault;
///
/// let throttled = Fault::throttled(1).times(2);
/// let page = Fault::status(502).body("text/html", "<h1>Bad gateway</h1>");
/// let slow = Fault::delay(Duration::from_secs(3));
/// let lost = Fault::lost_response();
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault has no effect until it is scheduled"]
pub struct Fault {
    delay: Duration,
    pub(crate) action: FaultAction,
    times: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum FaultAction {
    /// Handles the request and sends its response.
    Handle,
    /// Sends this response without handling the request.
    Respond(FakeResponse),
    /// Closes the connection without a response and without handling the request.
    Disconnect,
    /// Handles the request and closes the connection after this many bytes of the response, including its head.
    DisconnectAfter(usize),
    /// Handles the request and sends only this many bytes of the announced body.
    Truncated(usize),
    /// Handles the request, sends its response and closes the connection.
    Close,
    /// Handles the request and sends its response with another content type.
    ContentType(String),
}

impl Fault {
    /// Responds with this status, and with `{"error": …}` as the body of an error status.
    ///
    /// The request is not handled.
    ///
    /// # Panics
    /// Panics if `status` is not a valid status code.
    pub fn status(status: u16) -> Self {
        let response = FakeResponse::new(status);
        let reason = response.status_code().canonical_reason().unwrap_or("Error");
        let body = serde_json::json!({ "error": reason });
        Self::response(if status >= 400 {
            response.json(body)
        } else {
            response
        })
    }

    /// Responds with 429 as the service does, with `Retry-After` and the `X-RateLimit-*` headers.
    ///
    /// The rate limit window ends after this many seconds. The request is not handled.
    pub fn throttled(seconds: u64) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let reset = now.unwrap_or_default().as_secs().saturating_add(seconds);
        Self::status(429)
            .header("retry-after", &seconds.to_string())
            .header("x-ratelimit-limit", "100")
            .header("x-ratelimit-remaining", "0")
            .header("x-ratelimit-reset", &reset.to_string())
            .json(serde_json::json!({ "error": "Throttled" }))
    }

    /// Responds as the token endpoint does to a request it rejects, with an error code of OAuth 2.0 such as
    /// `invalid_client`. The status is 401 for `invalid_client`, and 400 for other codes.
    ///
    /// The request is not handled.
    pub fn oauth_error(code: &str) -> Self {
        let status = match code {
            "invalid_client" => 401,
            _ => 400,
        };
        Self::status(status).json(serde_json::json!({
            "error": code,
            "error_description": "The fake rejects this request.",
        }))
    }

    /// Responds with this response. The request is not handled.
    pub fn response(response: FakeResponse) -> Self {
        Self::new(FaultAction::Respond(response))
    }

    /// Responds with a 302 to this URL. The request is not handled.
    pub fn redirect(location: &str) -> Self {
        Self::response(FakeResponse::new(302).header("location", location))
    }

    /// Responds with a 200 whose JSON body, one long string, has this many bytes. The request is not handled.
    pub fn oversized(bytes: usize) -> Self {
        let mut body = vec![b'x'; bytes.max(2)];
        if let [first, .., last] = body.as_mut_slice() {
            (*first, *last) = (b'"', b'"');
        }
        Self::response(FakeResponse::new(200).body("application/json", body))
    }

    /// Closes the connection without a response. The request is not handled.
    pub fn cut() -> Self {
        Self::new(FaultAction::Disconnect)
    }

    /// Handles the request, but closes the connection before the first byte of the response.
    pub fn lost_response() -> Self {
        Self::cut_after(0)
    }

    /// Handles the request and closes the connection after this many bytes of the response. The status line and the
    /// headers count.
    pub fn cut_after(bytes: usize) -> Self {
        Self::new(FaultAction::DisconnectAfter(bytes))
    }

    /// Handles the request, sends its response and closes the connection, so that it cannot be reused.
    pub fn close_after() -> Self {
        Self::new(FaultAction::Close)
    }

    /// Handles the request, but sends only this many bytes of the announced body.
    pub fn truncated(bytes: usize) -> Self {
        Self::new(FaultAction::Truncated(bytes))
    }

    /// Handles the request and sends its response with another content type.
    pub fn content_type(content_type: &str) -> Self {
        Self::new(FaultAction::ContentType(content_type.to_owned()))
    }

    /// Delays the response. Add a delay to any other fault with [`after`](Self::after).
    pub fn delay(delay: Duration) -> Self {
        Self::new(FaultAction::Handle).after(delay)
    }

    fn new(action: FaultAction) -> Self {
        Self {
            delay: Duration::ZERO,
            action,
            times: 1,
        }
    }

    /// Delays the fault. The request is handled after the delay, if at all.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Applies the fault to this many requests.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Sets a header of the response that the fault sends.
    ///
    /// # Panics
    /// Panics if the name or the value is not valid in a header, or if the fault sends no response of its own.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.map(|response| response.header(name, value))
    }

    /// Sets the body of the response that the fault sends.
    ///
    /// # Panics
    /// Panics if the fault sends no response of its own.
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.map(|response| response.body(content_type, body))
    }

    /// Sets the JSON body of the response that the fault sends.
    ///
    /// # Panics
    /// Panics if the fault sends no response of its own.
    pub fn json(self, value: impl Into<Value>) -> Self {
        self.map(|response| response.json(value))
    }

    /// Sets an empty body with the JSON content type.
    ///
    /// # Panics
    /// Panics if the fault sends no response of its own.
    pub fn empty(self) -> Self {
        self.body("application/json", "")
    }

    /// # Panics
    /// Panics if the fault sends no response of its own.
    fn map(mut self, change: impl FnOnce(FakeResponse) -> FakeResponse) -> Self {
        self.action = match self.action {
            FaultAction::Respond(response) => FaultAction::Respond(change(response)),
            other => panic!("{other:?} has no response to change"),
        };
        self
    }

    pub(crate) fn delay_time(&self) -> Duration {
        self.delay
    }
}

impl From<FakeResponse> for Fault {
    fn from(response: FakeResponse) -> Self {
        Self::response(response)
    }
}

/// Scheduled faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    next: VecDeque<Fault>,
    by_operation: BTreeMap<String, VecDeque<Fault>>,
    random: Option<Random>,
}

#[derive(Debug)]
struct Random {
    state: u64,
    one_in: u64,
    faults: Vec<Fault>,
}

/// A test does not expect "the next request" to be one for an access token, so only [`Faults::for_operation`]
/// affects them.
pub(crate) const TOKEN_ENDPOINT: &str = "createOauthToken";

impl Faults {
    pub(crate) fn for_next(&mut self, fault: Fault) {
        self.next.push_back(fault);
    }

    pub(crate) fn for_operation(&mut self, operation: &str, fault: Fault) {
        let queue = self.by_operation.entry(operation.to_owned()).or_default();
        queue.push_back(fault);
    }

    pub(crate) fn at_random(&mut self, seed: u64, one_in: u64, faults: Vec<Fault>) {
        self.random = Some(Random {
            state: seed,
            one_in: one_in.max(1),
            faults,
        });
    }

    /// Removes all scheduled faults.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Number of faults left in the queues.
    pub(crate) fn remaining(&self) -> usize {
        let queues = self.by_operation.values().chain([&self.next]);
        let times = queues.flatten().map(|fault| fault.times);
        // Saturates because a test may repeat a fault `usize::MAX` times.
        times.fold(0, usize::saturating_add)
    }

    /// Takes the fault of this request, if there is one. A fault for the operation has priority.
    pub(crate) fn take(&mut self, operation: Option<&str>) -> Option<Fault> {
        if let Some(fault) = operation
            .and_then(|id| self.by_operation.get_mut(id))
            .and_then(take_from)
        {
            return Some(fault);
        }
        if operation == Some(TOKEN_ENDPOINT) {
            return None;
        }
        take_from(&mut self.next).or_else(|| self.random.as_mut()?.draw())
    }
}

fn take_from(queue: &mut VecDeque<Fault>) -> Option<Fault> {
    while let Some(fault) = queue.front_mut() {
        let used_up = fault.times <= 1;
        let is_left = fault.times > 0;
        fault.times = fault.times.saturating_sub(1);
        let fault = fault.clone();
        if used_up {
            queue.pop_front();
        }
        if is_left {
            return Some(fault);
        }
    }
    None
}

impl Random {
    fn draw(&mut self) -> Option<Fault> {
        let hit = crate::ids::splitmix64(&mut self.state).is_multiple_of(self.one_in);
        let count = u64::try_from(self.faults.len()).ok()?;
        if !hit || count == 0 {
            return None;
        }
        let index = usize::try_from(crate::ids::splitmix64(&mut self.state) % count).ok()?;
        self.faults.get(index).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(fault: Option<Fault>) -> Option<u16> {
        match fault?.action {
            FaultAction::Respond(response) => Some(response.status_code().as_u16()),
            _ => None,
        }
    }

    #[test]
    fn fault_for_an_operation_precedes_fault_for_the_next_request() {
        let mut faults = Faults::default();
        faults.for_next(Fault::status(500));
        faults.for_operation("listApps", Fault::status(429).times(2));
        assert_eq!(faults.remaining(), 3);
        assert_eq!(status(faults.take(Some("listApps"))), Some(429));
        assert_eq!(status(faults.take(Some("listApps"))), Some(429));
        assert_eq!(status(faults.take(Some(TOKEN_ENDPOINT))), None);
        assert_eq!(status(faults.take(Some("listApps"))), Some(500));
        assert_eq!(status(faults.take(Some("listApps"))), None);
    }

    #[test]
    fn same_seed_produces_same_faults() {
        let drawn = |seed| {
            let mut faults = Faults::default();
            faults.at_random(seed, 3, vec![Fault::status(500), Fault::status(503)]);
            let draws = (0..60).map(|_| status(faults.take(Some("listApps"))));
            draws.collect::<Vec<_>>()
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        assert!(drawn(7).contains(&Some(500)) && drawn(7).contains(&None));
    }
}
