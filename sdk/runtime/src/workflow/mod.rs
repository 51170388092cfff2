//! What a workflow gives back when it does not reach its end, and the names its steps have.

pub(crate) mod catalogue;
pub mod criterion;
pub(crate) mod engine;

use std::{borrow::Cow, fmt, ops::Deref};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::Error;
use crate::error::StepContext;

/// The steps of one workflow, by name: a generated enum implements it.
pub trait StepId: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The workflow that the steps belong to, as its document spells it.
    const WORKFLOW: &'static str;
    /// Every step, in the order of the document.
    const ALL: &'static [Self];
    /// The step's name in the document.
    fn id(self) -> &'static str;
    /// The operation (or workflow) that the step calls.
    fn operation(self) -> &'static str;
}

/// The outputs of a workflow's finished steps: a generated struct implements it.
pub trait Steps: fmt::Debug + Send + 'static {
    /// The names of the steps.
    type Step: StepId;
    /// Whether the step's outputs are there.
    fn is_finished(&self, step: Self::Step) -> bool;
}

/// A workflow that stopped before its end, with everything that had been reached until then.
///
/// It is one pointer wide. [`why`](Self::why) tells what stopped it, [`steps`](Self::steps) has the outputs of the
/// steps that had finished, so that what they created can still be used, continued from, or removed.
pub struct WorkflowError<S: Steps>(Box<Inner<S>>);

struct Inner<S: Steps> {
    step: Option<S::Step>,
    why: Why,
    steps: S,
    /// The same without types: what is common to all errors.
    error: Error,
}

/// What stopped a workflow.
#[derive(Debug)]
#[non_exhaustive]
pub enum Why {
    /// The call gave no answer that the step could go on with: no connection, an error status, an unreadable body.
    Call(Error),
    /// The call was answered, and a condition of the document does not hold for the answer.
    Criterion(Unmet),
    /// Something the next request needs has no value; that request was not sent.
    Missing(Missing),
    /// A value cannot be turned into what the request needs; that request was not sent.
    Invalid(Invalid),
    /// A failure action of the document ended the workflow. Holds what it reacted to.
    Ended(Box<Why>),
    /// A workflow that this one calls stopped.
    Workflow(Error),
    /// More steps were run than [`RunOptions::max_visits`](crate::RunOptions::max_visits) allows.
    Limit(u32),
}

/// A condition that does not hold, and the answer it does not hold for.
pub struct Unmet {
    pub(crate) condition: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Unmet {
    /// The condition as the document states it.
    pub fn condition(&self) -> &'static str {
        self.condition
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body of the answer, byte for byte.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Only the size of the body is shown: an answer may hold a secret.
impl fmt::Debug for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unmet")
            .field("condition", &self.condition)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A value that is not there.
#[derive(Clone, Debug)]
pub struct Missing {
    pub(crate) value: Cow<'static, str>,
    pub(crate) hint: Option<Cow<'static, str>>,
}

impl Missing {
    /// The value's name: an expression of the document, or the name of a variable.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// A value of the wrong kind.
#[derive(Clone, Debug)]
pub struct Invalid {
    pub(crate) value: &'static str,
    pub(crate) reason: String,
}

impl Invalid {
    /// The value's name: an expression of the document.
    pub fn value(&self) -> &'static str {
        self.value
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Why {
    /// A value that is not there.
    pub fn missing(value: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing(Missing {
            value: value.into(),
            hint: None,
        })
    }

    /// A value that cannot be used.
    pub fn invalid(value: &'static str, reason: impl fmt::Display) -> Self {
        Self::Invalid(Invalid {
            value,
            reason: reason.to_string(),
        })
    }

    /// The failure of the call, if a call failed.
    pub fn failure(&self) -> Option<&Error> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Ended(why) => why.failure(),
            _ => None,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(failure) => write!(f, "{failure}"),
            Self::Criterion(unmet) => {
                write!(
                    f,
                    "the answer with status {} does not meet `{}`",
                    unmet.status.as_u16(),
                    unmet.condition
                )
            }
            Self::Missing(Missing { value, hint }) => {
                write!(f, "`{value}` has no value, and the request needs it")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ": {hint}"))
            }
            Self::Invalid(Invalid { value, reason }) => {
                write!(f, "`{value}` cannot be sent: {reason}")
            }
            Self::Ended(why) => write!(f, "ended by a failure action of the workflow: {why}"),
            Self::Workflow(error) => write!(f, "{error}"),
            Self::Limit(limit) => {
                write!(
                    f,
                    "{limit} steps were run without reaching the end; raise `max_visits` if it needs that many"
                )
            }
        }
    }
}

/// What generated code hands through `?`: the step that stopped, and why.
#[derive(Debug)]
#[doc(hidden)]
pub struct Stop<S> {
    pub step: Option<S>,
    pub why: Box<Why>,
}

impl<S> Stop<S> {
    /// Stops at a step.
    pub fn at(step: S, why: Why) -> Self {
        Self {
            step: Some(step),
            why: Box::new(why),
        }
    }

    /// Stops where no step is being run.
    pub fn outside(why: Why) -> Self {
        Self {
            step: None,
            why: Box::new(why),
        }
    }
}

impl<S: Steps> WorkflowError<S> {
    /// A workflow that stopped, with what had been reached.
    #[doc(hidden)]
    pub fn new(stop: Stop<S::Step>, steps: S) -> Self {
        let context = StepContext {
            workflow: <S::Step as StepId>::WORKFLOW,
            step: stop.step.map(StepId::id),
            calls: stop.step.map(StepId::operation),
            ended_by_action: false,
        };
        Self(Box::new(Inner {
            error: Error::of_workflow(&stop.why, context),
            step: stop.step,
            why: *stop.why,
            steps,
        }))
    }

    /// A workflow whose input was set neither for the call nor on the handle that it was called from.
    #[doc(hidden)]
    pub fn unset(input: &'static str, steps: S) -> Self {
        let hint = format!("call `.{input}(…)` on the workflow, or set it once for all workflows");
        let why = Why::Missing(Missing {
            value: input.into(),
            hint: Some(hint.into()),
        });
        Self::new(Stop::outside(why), steps)
    }

    /// The workflow's name in its document.
    pub fn workflow(&self) -> &'static str {
        <S::Step as StepId>::WORKFLOW
    }

    /// The step that did not finish; none if the workflow stopped before its first request or after its last.
    pub fn step(&self) -> Option<S::Step> {
        self.0.step
    }

    /// What stopped the workflow.
    pub fn why(&self) -> &Why {
        &self.0.why
    }

    /// The outputs of the steps that had finished.
    pub fn steps(&self) -> &S {
        &self.0.steps
    }

    /// The outputs of the steps that had finished, by value: what a workflow can be continued from.
    pub fn into_steps(self) -> S {
        self.0.steps
    }

    /// The failing step, what stopped it, and the outputs of the steps that had finished.
    pub fn into_parts(self) -> (Option<S::Step>, Why, S) {
        let Inner {
            step, why, steps, ..
        } = *self.0;
        (step, why, steps)
    }
}

/// What all errors have in common: `kind`, predicates, `status`, `message`, `body` and the rest.
impl<S: Steps> Deref for WorkflowError<S> {
    type Target = Error;

    fn deref(&self) -> &Error {
        &self.0.error
    }
}

impl<S: Steps> fmt::Display for WorkflowError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

/// As the `Debug` of [`Error`], and the names of the finished steps. Their outputs are not shown: they may hold secrets.
impl<S: Steps> fmt::Debug for WorkflowError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finished: Vec<&str> = <S::Step as StepId>::ALL
            .iter()
            .filter(|step| self.0.steps.is_finished(**step))
            .map(|step| step.id())
            .collect();
        self.0.error.fmt(f)?;
        match finished.is_empty() {
            true => Ok(()),
            false => write!(f, "\n\nFinished steps: {}", finished.join(", ")),
        }
    }
}

impl<S: Steps> std::error::Error for WorkflowError<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.0.error)
    }
}

#[cfg(test)]
pub(crate) mod tests;
