//! Faults on order: what the fake does instead of, or to, its next answer.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use crate::response::FakeResponse;

/// Something that goes wrong with one request.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use pipedream_sdk_testing::Fault;
///
/// let throttled = Fault::throttled(1).times(2);
/// let page = Fault::status(502).body("text/html", "<h1>Bad gateway</h1>");
/// let slow = Fault::delay(Duration::from_secs(3));
/// let lost = Fault::lost_answer();
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing goes wrong until it is ordered"]
pub struct Fault {
    delay: Duration,
    pub(crate) what: What,
    times: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// The genuine answer.
    Genuine,
    /// This answer; the request is not carried out.
    Instead(FakeResponse),
    /// No answer; the request is not carried out.
    Cut,
    /// The request is carried out, and the connection breaks after so many bytes of the answer, the head included.
    CutAfter(usize),
    /// The request is carried out; of the body that the head announces, only so many bytes come.
    Truncated(usize),
    /// The genuine answer, and the end of the connection.
    Closing,
    /// The request is carried out; the genuine body comes under another content type.
    Relabelled(String),
}

impl Fault {
    /// An answer with this status, and `{"error": …}` as its body where the status is an error.
    ///
    /// The request is not carried out.
    ///
    /// # Panics
    /// Where `status` is no HTTP status.
    pub fn status(status: u16) -> Self {
        let answer = FakeResponse::new(status);
        let reason = answer.status_code().canonical_reason().unwrap_or("Error");
        let body = serde_json::json!({ "error": reason });
        Self::answer(if status >= 400 {
            answer.json(body)
        } else {
            answer
        })
    }

    /// A 429 as the service sends it, with `Retry-After` and the `X-RateLimit-*` headers; the window ends in so many
    /// seconds. The request is not carried out.
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

    /// This answer, whole. The request is not carried out.
    pub fn answer(answer: FakeResponse) -> Self {
        Self::new(What::Instead(answer))
    }

    /// A 302 to this URL. The request is not carried out.
    pub fn redirect(location: &str) -> Self {
        Self::answer(FakeResponse::new(302).header("location", location))
    }

    /// A 200 whose JSON body, one long string, has this many bytes. The request is not carried out.
    pub fn oversized(bytes: usize) -> Self {
        let mut body = vec![b'x'; bytes.max(2)];
        if let [first, .., last] = body.as_mut_slice() {
            (*first, *last) = (b'"', b'"');
        }
        Self::answer(FakeResponse::new(200).body("application/json", body))
    }

    /// The connection breaks without an answer. The request is not carried out.
    pub fn cut() -> Self {
        Self::new(What::Cut)
    }

    /// The request is carried out, but the connection breaks before a byte of the answer has come.
    pub fn lost_answer() -> Self {
        Self::cut_after(0)
    }

    /// The request is carried out, and the connection breaks after this many bytes of the answer: its status line and
    /// headers count.
    pub fn cut_after(bytes: usize) -> Self {
        Self::new(What::CutAfter(bytes))
    }

    /// The request is carried out and answered, and the connection is closed after that: it can serve no other.
    pub fn close_after() -> Self {
        Self::new(What::Closing)
    }

    /// The request is carried out; of the body that the headers announce, only this many bytes come.
    pub fn truncated(bytes: usize) -> Self {
        Self::new(What::Truncated(bytes))
    }

    /// The request is carried out; its answer comes under another content type.
    pub fn relabelled(content_type: &str) -> Self {
        Self::new(What::Relabelled(content_type.to_owned()))
    }

    /// The genuine answer, late. Add it to any other fault with [`after`](Self::after).
    pub fn delay(delay: Duration) -> Self {
        Self::new(What::Genuine).after(delay)
    }

    fn new(what: What) -> Self {
        Self {
            delay: Duration::ZERO,
            what,
            times: 1,
        }
    }

    /// The same, but only after this delay. What is carried out is carried out after it.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same for this many requests.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// The same with one more header on the answer that comes instead.
    ///
    /// # Panics
    /// Where the name or the value cannot be sent.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.map(|answer| answer.header(name, value))
    }

    /// The same with this body on the answer that comes instead.
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.map(|answer| answer.body(content_type, body))
    }

    /// The same with this JSON body on the answer that comes instead.
    pub fn json(self, value: impl Into<Value>) -> Self {
        self.map(|answer| answer.json(value))
    }

    /// The same with no body at all, but with the content type of JSON.
    pub fn empty(self) -> Self {
        self.body("application/json", "")
    }

    /// # Panics
    /// Where no answer comes instead: there is nothing to change.
    fn map(mut self, change: impl FnOnce(FakeResponse) -> FakeResponse) -> Self {
        self.what = match self.what {
            What::Instead(answer) => What::Instead(change(answer)),
            other => panic!("{other:?} sends no answer of its own that could be changed"),
        };
        self
    }

    pub(crate) fn waits(&self) -> Duration {
        self.delay
    }
}

impl From<FakeResponse> for Fault {
    fn from(answer: FakeResponse) -> Self {
        Self::answer(answer)
    }
}

/// The faults that are on order.
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

/// Requests for access tokens are not what "the next request" means to a test: only an order by name reaches them.
const TOKEN_ENDPOINT: &str = "createOauthToken";

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

    /// Forgets everything on order.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many faults of the queues are still to come.
    pub(crate) fn left(&self) -> usize {
        let queues = self.by_operation.values().chain([&self.next]);
        let times = queues.flatten().map(|fault| fault.times);
        // A test may order a fault for ever.
        times.fold(0, usize::saturating_add)
    }

    /// The fault of this request, if there is one: an order for the operation comes first.
    pub(crate) fn take(&mut self, operation: Option<&str>) -> Option<Fault> {
        if let Some(fault) = operation
            .and_then(|id| self.by_operation.get_mut(id))
            .and_then(taken)
        {
            return Some(fault);
        }
        if operation == Some(TOKEN_ENDPOINT) {
            return None;
        }
        taken(&mut self.next).or_else(|| self.random.as_mut()?.draw())
    }
}

fn taken(queue: &mut VecDeque<Fault>) -> Option<Fault> {
    while let Some(fault) = queue.front_mut() {
        let used_up = fault.times <= 1;
        let taken = fault.times > 0;
        fault.times = fault.times.saturating_sub(1);
        let fault = fault.clone();
        if used_up {
            queue.pop_front();
        }
        if taken {
            return Some(fault);
        }
    }
    None
}

impl Random {
    fn draw(&mut self) -> Option<Fault> {
        let hit = crate::ids::scrambled(&mut self.state).is_multiple_of(self.one_in);
        let count = u64::try_from(self.faults.len()).ok()?;
        if !hit || count == 0 {
            return None;
        }
        let index = usize::try_from(crate::ids::scrambled(&mut self.state) % count).ok()?;
        self.faults.get(index).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(fault: Option<Fault>) -> Option<u16> {
        match fault?.what {
            What::Instead(answer) => Some(answer.status_code().as_u16()),
            _ => None,
        }
    }

    #[test]
    fn an_order_for_an_operation_comes_before_one_for_the_next_request() {
        let mut faults = Faults::default();
        faults.for_next(Fault::status(500));
        faults.for_operation("listApps", Fault::status(429).times(2));
        assert_eq!(faults.left(), 3);
        assert_eq!(status(faults.take(Some("listApps"))), Some(429));
        assert_eq!(status(faults.take(Some("listApps"))), Some(429));
        assert_eq!(status(faults.take(Some(TOKEN_ENDPOINT))), None);
        assert_eq!(status(faults.take(Some("listApps"))), Some(500));
        assert_eq!(status(faults.take(Some("listApps"))), None);
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
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
