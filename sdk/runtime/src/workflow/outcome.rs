//! Outcomes of steps, as the criteria and actions of the document determine them.

use std::borrow::Cow;
use std::time::Duration;

use crate::workflow::response::StepResponse;

/// Outcome of a step, as the criteria and actions of the document determine it.
#[derive(Clone, Debug, PartialEq)]
pub enum StepOutcome<S> {
    /// The success criteria hold, and the next step of the document follows.
    Success,
    /// The success criteria hold, and a success action continues with this step.
    SuccessGoto(S),
    /// The success criteria hold, and a success action ends the workflow.
    SuccessEnd,
    /// This condition does not hold, and the workflow stops.
    Failure(Cow<'static, str>),
    /// This condition does not hold, and a failure action ends the workflow.
    End(Cow<'static, str>),
    /// A success criterion does not hold, and a failure action continues with this step.
    Goto(S),
    /// A success criterion does not hold, and a failure action retries the step.
    Retry {
        /// Index of the failure action in the step.
        rule: usize,
        /// Delay before the retry. A `Retry-After` header of the response takes precedence.
        after: Duration,
        /// Step to run before the retry.
        first: Option<S>,
    },
}

impl<S> StepOutcome<S> {
    /// Stops the workflow because of an unmet condition.
    pub fn fail(condition: impl Into<Cow<'static, str>>) -> Self {
        Self::Failure(condition.into())
    }

    /// Ends the workflow by a failure action.
    pub fn end(condition: impl Into<Cow<'static, str>>) -> Self {
        Self::End(condition.into())
    }

    /// Retries the step after a delay.
    pub fn retry(rule: usize, after: Duration) -> Self {
        Self::Retry {
            rule,
            after,
            first: None,
        }
    }

    /// Runs another step, then retries the step after a delay.
    pub fn retry_from(first: S, rule: usize, after: Duration) -> Self {
        Self::Retry {
            rule,
            after,
            first: Some(first),
        }
    }
}

/// Returns the success criterion `$statusCode == …`.
pub fn expect_status<T, S>(status: u16) -> impl Fn(&StepResponse<'_, T>) -> StepOutcome<S> {
    move |response| {
        if response.status == status {
            StepOutcome::Success
        } else {
            StepOutcome::fail(format!("$statusCode == {status}"))
        }
    }
}

/// Evaluates the success criterion of a step that declares none: a documented and decoded success.
pub fn expect_success<T, S>(response: &StepResponse<'_, T>) -> StepOutcome<S> {
    if response.value.is_some() {
        StepOutcome::Success
    } else {
        StepOutcome::fail("a documented success status")
    }
}
