//! What a caller may expect, by rules: from the fault, the operation's method and what its answer is documented to be.
//!
//! - A response that is an error has the kind of its status; one of success that is not what the document says
//!   is `Decode` where a value is due, and a reply where none is.
//! - A 429 is a refusal: anything may be sent again, after the wait that it names. What may have been carried out is
//!   sent again only where the method is idempotent: after a 5xx, a lost connection, a timeout. Three attempts in all.
//! - An answer that came is never asked for again: not because of its body, and not because that broke off.
//! - A workflow's step stops the run where its call fails, or where the status is not the one that its criterion asks
//!   for. A body that cannot be read stops it only where an output is read from it.

use std::time::Duration;

use pipedream_sdk_runtime::ErrorKind;
use tests::described::{Operation, Step, Success};
use tests::operations::Seen;
use tests::troubles::{ASKED, Comes, Trouble};

use crate::observed::{Observed, Outcome};

/// What has to be observed.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) outcome: Outcome,
    pub(crate) comes: Option<Comes>,
    pub(crate) requests: usize,
    pub(crate) waited: (Duration, Duration),
    pub(crate) finished: Vec<String>,
}

/// The clock counts in milliseconds, and each wait is rounded up.
const ROUNDING: Duration = Duration::from_millis(20);

pub(crate) fn for_call(trouble: Trouble, operation: &Operation, genuine: &Seen) -> Expected {
    Expected {
        outcome: outcome(trouble, operation.success),
        comes: trouble.comes(operation, genuine),
        requests: requests(trouble, operation.idempotent),
        waited: waited(trouble, operation.idempotent),
        finished: Vec::new(),
    }
}

pub(crate) fn for_step(trouble: Trouble, step: &Step, genuine: &Seen) -> Expected {
    let mut expected = for_call(trouble, &step.operation, genuine);
    let status = expected.comes.as_ref().map(|comes| comes.status);
    let criterion_holds = status == Some(step.criterion);
    expected.outcome = match expected.outcome {
        Outcome::Failed(_) if criterion_holds && !step.reads_body => Outcome::Value,
        Outcome::Value | Outcome::Accepted if !criterion_holds => Outcome::Criterion,
        other => other,
    };
    expected.finished = match expected.outcome {
        Outcome::Value => {
            // The run reached its end: nothing is left of the step's answer to look at.
            expected.comes = None;
            step.all.clone()
        }
        _ => step.all[..step.place].to_vec(),
    };
    expected
}

fn outcome(trouble: Trouble, success: Success) -> Outcome {
    let value_is_due = matches!(success, Success::Json | Success::JsonOrAccepted);
    match trouble {
        Trouble::Status(status) => Outcome::Failed(kind_of(status)),
        Trouble::Throttled => Outcome::Failed(ErrorKind::RateLimited),
        Trouble::Page502 => Outcome::Failed(ErrorKind::Server),
        Trouble::EmptyBody | Trouble::WrongType | Trouble::WrongShape if value_is_due => {
            Outcome::Failed(ErrorKind::Decode)
        }
        Trouble::Truncated if success != Success::Nothing => Outcome::Failed(ErrorKind::Truncated),
        Trouble::Cut => Outcome::Failed(ErrorKind::Interrupted),
        Trouble::Timeout => Outcome::Failed(ErrorKind::Timeout),
        Trouble::Accepted if success == Success::JsonOrAccepted => Outcome::Accepted,
        Trouble::Accepted if value_is_due => Outcome::Failed(ErrorKind::Decode),
        Trouble::ThrottledOnce
        | Trouble::EmptyBody
        | Trouble::WrongType
        | Trouble::WrongShape
        | Trouble::Truncated
        | Trouble::Undocumented
        | Trouble::Accepted => Outcome::Value,
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

/// Whether the request may have been carried out when this comes back.
fn may_have_been_carried_out(trouble: Trouble) -> bool {
    !matches!(
        trouble,
        Trouble::Throttled | Trouble::ThrottledOnce | Trouble::Status(400..=499)
    )
}

fn requests(trouble: Trouble, idempotent: bool) -> usize {
    match trouble {
        Trouble::ThrottledOnce => 2,
        Trouble::Throttled => 3,
        Trouble::Status(500) | Trouble::Page502 | Trouble::Cut | Trouble::Timeout if idempotent => {
            3
        }
        _ => 1,
    }
}

/// The back-off is half a second, then a second, each with as much again at random.
fn waited(trouble: Trouble, idempotent: bool) -> (Duration, Duration) {
    let seconds = Duration::from_secs_f64;
    let asked = Duration::from_secs(ASKED);
    let attempts = requests(trouble, idempotent);
    let (least, most) = match trouble {
        Trouble::ThrottledOnce => (asked, asked),
        Trouble::Throttled => (asked * 2, asked * 2),
        Trouble::Timeout if attempts == 1 => (seconds(60.0), seconds(60.0)),
        Trouble::Timeout => (seconds(181.5), seconds(183.0)),
        _ if attempts == 1 => (Duration::ZERO, Duration::ZERO),
        _ => (seconds(1.5), seconds(3.0)),
    };
    (least, most + ROUNDING)
}

impl Expected {
    /// What of an observation is not as expected.
    pub(crate) fn complaints(
        &self,
        trouble: Trouble,
        idempotent: bool,
        observed: &Observed,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: String| {
            if !holds {
                wrong.push(what);
            }
        };
        check(
            observed.outcome == self.outcome,
            format!("{:?} instead of {:?}", observed.outcome, self.outcome),
        );
        let status = self.comes.as_ref().map(|comes| comes.status);
        check(
            observed.status == status,
            format!("status {:?} instead of {status:?}", observed.status),
        );
        let body = self.comes.as_ref().map_or(&[][..], |comes| &comes.body);
        // A genuine answer is dated when it is given.
        let same = match trouble {
            Trouble::ThrottledOnce => undated(&observed.body) == undated(body),
            _ => observed.body == body,
        };
        check(
            same,
            format!(
                "a body of {} bytes instead of one of {}",
                observed.body.len(),
                body.len()
            ),
        );
        if let Some((name, value)) = self.comes.as_ref().and_then(|comes| comes.header.as_ref()) {
            check(
                observed
                    .headers
                    .get(*name)
                    .is_some_and(|came| came == value),
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
            !may_have_been_carried_out(trouble) || idempotent || observed.requests == 1,
            "repeated although it may have been carried out".to_owned(),
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

/// A body whose digits are all alike.
fn undated(body: &[u8]) -> Vec<u8> {
    let digits = body.iter();
    digits
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte })
        .collect()
}
