//! Decisions of the document about the response to a step's call.

use std::borrow::Cow;
use std::time::Duration;

use crate::workflow::response::StepResponse;

/// Decision about the response to a step's call, by the document's criteria and actions.
#[derive(Clone, Debug, PartialEq)]
pub enum StepOutcome<S> {
    /// The success criteria hold; the next step of the document follows.
    Success,
    /// The success criteria hold; a success action leads to this step.
    SuccessGoto(S),
    /// The success criteria hold; a success action ends the workflow.
    SuccessEnd,
    /// This condition does not hold, and the workflow stops.
    Failure(Cow<'static, str>),
    /// This condition does not hold, and a failure action ends the workflow.
    End(Cow<'static, str>),
    /// A success criterion does not hold, and a failure action leads to this step.
    Goto(S),
    /// A success criterion does not hold, and a failure action repeats the step.
    Retry {
        /// Index of the failure action in the step.
        rule: usize,
        /// Delay before the repetition. A `Retry-After` header of the response takes precedence.
        after: Duration,
        /// Step to run before the repetition.
        first: Option<S>,
    },
}

impl<S> StepOutcome<S> {
    /// Stops the workflow at a condition that does not hold.
    pub fn fail(condition: impl Into<Cow<'static, str>>) -> Self {
        Self::Failure(condition.into())
    }

    /// Ends the workflow by a failure action.
    pub fn end(condition: impl Into<Cow<'static, str>>) -> Self {
        Self::End(condition.into())
    }

    /// Repeats the step after a delay.
    pub fn retry(rule: usize, after: Duration) -> Self {
        Self::Retry {
            rule,
            after,
            first: None,
        }
    }

    /// Repeats the step after a delay, once another step has been run.
    pub fn retry_from(first: S, rule: usize, after: Duration) -> Self {
        Self::Retry {
            rule,
            after,
            first: Some(first),
        }
    }
}

/// Success criterion `$statusCode == …`.
pub fn expect_status<T, S>(status: u16) -> impl Fn(&StepResponse<'_, T>) -> StepOutcome<S> {
    move |response| {
        if response.status == status {
            StepOutcome::Success
        } else {
            StepOutcome::fail(format!("$statusCode == {status}"))
        }
    }
}

/// Success criterion of a step that declares none: a documented success, decoded.
pub fn expect_success<T, S>(response: &StepResponse<'_, T>) -> StepOutcome<S> {
    if response.value.is_some() {
        StepOutcome::Success
    } else {
        StepOutcome::fail("a documented success status")
    }
}
