//! Rules for the expected result, based on the fault, the method of the operation and its documented response.
//!
//! - An error response has the kind of its status. A success that does not match the document is a `Decode` error
//!   if a value is required; otherwise it is a success.
//! - A 429 is always retried, after the delay in `Retry-After`, because the request was not handled. Other requests
//!   are only retried if the operation is idempotent: after a 5xx, a lost connection, a timeout or a truncated body.
//!   There are at most three attempts.
//! - A complete response is never retried because of its body.
//! - A workflow stops at a step whose call fails or whose status does not match the criterion. A body that cannot
//!   be decoded only stops it if an output is read from the body.

use std::time::Duration;

use pipedream_sdk_runtime::ErrorKind;
use tests::documents::{Operation, Step, Success};
use tests::operations::CallResult;
use tests::response_faults::{ExpectedResponse, RETRY_AFTER_SECONDS, ResponseFault};

use crate::observed::{Observed, Outcome};

/// Expected observations.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) outcome: Outcome,
    pub(crate) response: Option<ExpectedResponse>,
    pub(crate) requests: usize,
    pub(crate) waited: (Duration, Duration),
    pub(crate) finished: Vec<String>,
}

/// The clock has a resolution of a millisecond, and each wait is rounded up.
const ROUNDING: Duration = Duration::from_millis(20);

pub(crate) fn for_call(
    fault: ResponseFault,
    operation: &Operation,
    genuine: &CallResult,
) -> Expected {
    Expected {
        outcome: outcome(fault, operation.success),
        response: fault.expected_response(operation, genuine),
        requests: requests(fault, operation),
        waited: waited(fault, operation),
        finished: Vec::new(),
    }
}

pub(crate) fn for_step(fault: ResponseFault, step: &Step, genuine: &CallResult) -> Expected {
    let mut expected = for_call(fault, &step.operation, genuine);
    let status = expected.response.as_ref().map(|response| response.status);
    let criterion_holds = status == Some(step.criterion);
    expected.outcome = match expected.outcome {
        Outcome::Failed(_) if criterion_holds && !step.reads_body => Outcome::Value,
        Outcome::Value | Outcome::Accepted if !criterion_holds => Outcome::Criterion,
        other => other,
    };
    expected.finished = match expected.outcome {
        Outcome::Value => {
            // After a complete run, the response of the step is not available.
            expected.response = None;
            step.all.clone()
        }
        _ => step.all[..step.position].to_vec(),
    };
    expected
}

fn outcome(fault: ResponseFault, success: Success) -> Outcome {
    let value_is_due = matches!(success, Success::Json | Success::JsonOrAccepted);
    match fault {
        ResponseFault::Status(status) => Outcome::Failed(kind_of(status)),
        ResponseFault::Throttled => Outcome::Failed(ErrorKind::RateLimited),
        ResponseFault::Page502 => Outcome::Failed(ErrorKind::Server),
        ResponseFault::EmptyBody | ResponseFault::WrongType | ResponseFault::WrongShape
            if value_is_due =>
        {
            Outcome::Failed(ErrorKind::Decode)
        }
        ResponseFault::Truncated if success != Success::NoBody => {
            Outcome::Failed(ErrorKind::Truncated)
        }
        ResponseFault::Cut => Outcome::Failed(ErrorKind::Interrupted),
        ResponseFault::Timeout => Outcome::Failed(ErrorKind::Timeout),
        ResponseFault::Accepted if success == Success::JsonOrAccepted => Outcome::Accepted,
        ResponseFault::Accepted if value_is_due => Outcome::Failed(ErrorKind::Decode),
        ResponseFault::ThrottledOnce
        | ResponseFault::EmptyBody
        | ResponseFault::WrongType
        | ResponseFault::WrongShape
        | ResponseFault::Truncated
        | ResponseFault::Undocumented
        | ResponseFault::Accepted => Outcome::Value,
    }
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        400..=499 => ErrorKind::Rejected,
        _ => ErrorKind::Server,
    }
}

/// Returns `true` if the request may have been handled.
fn may_have_been_carried_out(fault: ResponseFault) -> bool {
    !matches!(
        fault,
        ResponseFault::Throttled | ResponseFault::ThrottledOnce | ResponseFault::Status(400..=499)
    )
}

fn requests(fault: ResponseFault, operation: &Operation) -> usize {
    let idempotent = operation.idempotent;
    match fault {
        // A download is streamed: part of it may have been used already.
        ResponseFault::Truncated if idempotent && operation.success != Success::Bytes => {
            match outcome(fault, operation.success) {
                Outcome::Failed(_) => 3,
                _ => 1,
            }
        }
        ResponseFault::ThrottledOnce => 2,
        ResponseFault::Throttled => 3,
        ResponseFault::Status(500)
        | ResponseFault::Page502
        | ResponseFault::Cut
        | ResponseFault::Timeout
            if idempotent =>
        {
            3
        }
        _ => 1,
    }
}

/// The backoff is 0.5 s, then 1 s, each plus a random jitter of up to the same time.
fn waited(fault: ResponseFault, operation: &Operation) -> (Duration, Duration) {
    let seconds = Duration::from_secs_f64;
    let asked = Duration::from_secs(RETRY_AFTER_SECONDS);
    let attempts = requests(fault, operation);
    let (least, most) = match fault {
        ResponseFault::ThrottledOnce => (asked, asked),
        ResponseFault::Throttled => (asked * 2, asked * 2),
        ResponseFault::Timeout if attempts == 1 => (seconds(60.0), seconds(60.0)),
        ResponseFault::Timeout => (seconds(181.5), seconds(183.0)),
        _ if attempts == 1 => (Duration::ZERO, Duration::ZERO),
        _ => (seconds(1.5), seconds(3.0)),
    };
    (least, most + ROUNDING)
}

impl Expected {
    /// Returns the deviations of the observations.
    pub(crate) fn deviations(
        &self,
        fault: ResponseFault,
        idempotent: bool,
        observed: &Observed,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |matches: bool, deviation: String| {
            if !matches {
                wrong.push(deviation);
            }
        };
        check(
            observed.outcome == self.outcome,
            format!("{:?} instead of {:?}", observed.outcome, self.outcome),
        );
        let status = self.response.as_ref().map(|response| response.status);
        check(
            observed.status == status,
            format!("status {:?} instead of {status:?}", observed.status),
        );
        let body = self
            .response
            .as_ref()
            .map_or(&[][..], |response| &response.body);
        // The response contains the time at which it was created.
        let same = match fault {
            ResponseFault::ThrottledOnce => undated(&observed.body) == undated(body),
            _ => observed.body == body,
        };
        check(
            same,
            format!(
                "a body of {} bytes instead of {}",
                observed.body.len(),
                body.len()
            ),
        );
        if let Some((name, value)) = self
            .response
            .as_ref()
            .and_then(|response| response.header.as_ref())
        {
            check(
                observed
                    .headers
                    .get(*name)
                    .is_some_and(|received| received == value),
                format!("the header {name} is missing"),
            );
        }
        check(
            observed.requests == self.requests,
            format!(
                "{} requests instead of {}",
                observed.requests, self.requests
            ),
        );
        check(
            !may_have_been_carried_out(fault) || idempotent || observed.requests == 1,
            "retried although it may have been handled".to_owned(),
        );
        check(
            (self.waited.0..=self.waited.1).contains(&observed.waited),
            format!("waited {:?} instead of {:?}", observed.waited, self.waited),
        );
        check(
            observed.finished == self.finished,
            format!(
                "finished {:?} instead of {:?}",
                observed.finished, self.finished
            ),
        );
        if let Some(stopped_at) = &observed.stopped_at {
            check(
                stopped_at.0 == stopped_at.1,
                format!("stopped at {stopped_at:?}"),
            );
        }
        wrong
    }
}

/// Replaces all digits with zeros.
fn undated(body: &[u8]) -> Vec<u8> {
    let digits = body.iter();
    digits
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte })
        .collect()
}
