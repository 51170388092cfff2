//! [`WorkflowError`], its kinds, and the error of a single step.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, Seconds, WorkflowLocation};
use crate::workflow::nested::NestedRun;
use crate::workflow::record::{RecordError, WorkflowRecord};
use crate::workflow::{StepId, Steps};

/// The error of a workflow that stopped before its end.
///
/// It dereferences to [`Error`], which has `kind`, predicates, `status`, `message` and `body`.
/// [`reason`](Self::reason) is the reason specific to workflows, [`steps`](Self::steps) has the outputs of the
/// finished steps, and [`record`](Self::record) allows another run to resume. The size of the error is one pointer.
pub struct WorkflowError<S: Steps>(Box<Inner<S>>);

struct Inner<S: Steps> {
    step: Option<S::Step>,
    reason: WorkflowErrorKind,
    steps: S,
    record: Arc<WorkflowRecord>,
    /// The untyped form of this error.
    error: Error,
}

/// Reasons for which a workflow stops.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkflowErrorKind {
    /// The call failed: no connection, an error status, or an invalid body.
    Call(Error),
    /// The call succeeded, but the response does not meet a condition of the document.
    Criterion(UnmetCriterion),
    /// A value that the next request requires is absent. The request was not sent.
    Missing(MissingValue),
    /// A value cannot be converted to the type that the request requires. The request was not sent.
    Invalid(UnusableValue),
    /// A failure action of the document ended the workflow. Contains the original failure.
    Ended(Box<WorkflowErrorKind>),
    /// A nested workflow stopped.
    Workflow(Error),
    /// The run took more steps than [`RunOptions::max_visits`](crate::RunOptions::max_visits) allows.
    Limit(u32),
    /// The run took longer than [`RunOptions::deadline`](crate::RunOptions::deadline) allows.
    Deadline(Duration),
    /// The step is not idempotent, and an earlier attempt began its call without recording the outcome. Nothing was
    /// sent. See [`WorkflowRun::may_have_run`](crate::WorkflowRun::may_have_run).
    MayHaveRun {
        /// Id of the workflow of the step. A step that runs another workflow reports the step of that workflow.
        workflow: &'static str,
        /// Id of the step.
        step: &'static str,
    },
    /// The record is of another workflow, another version, or a run with other inputs. Nothing was sent.
    Record(RecordError),
    /// The [`RunOptions::on_record`](crate::RunOptions::on_record) hook failed to store the record of a finished
    /// step.
    NotRecorded(Arc<dyn std::error::Error + Send + Sync>),
}

/// An unmet condition, with the response that does not meet it.
pub struct UnmetCriterion {
    pub(crate) condition: Cow<'static, str>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl UnmetCriterion {
    /// Returns the condition, as in the document.
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// Returns the status code of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the raw body of the response.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Writes only the size of the body, because a response may contain secrets.
impl fmt::Debug for UnmetCriterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnmetCriterion")
            .field("condition", &self.condition)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A required value that is absent.
#[derive(Clone, Debug)]
pub struct MissingValue {
    value: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
}

impl MissingValue {
    /// Returns the name of the value: an expression of the document, or the name of an input.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns a hint about how to set the value, if one is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// A value that cannot be converted to the type that a request requires.
#[derive(Clone, Debug)]
pub struct UnusableValue {
    value: &'static str,
    reason: String,
}

impl UnusableValue {
    /// Returns the name of the value: an expression of the document.
    pub fn value(&self) -> &'static str {
        self.value
    }

    /// Returns the reason for which the value cannot be converted.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl WorkflowErrorKind {
    /// Creates the error for an absent value.
    pub fn missing(value: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing(MissingValue {
            value: value.into(),
            hint: None,
        })
    }

    /// Creates the error for a value that cannot be converted.
    pub fn invalid(value: &'static str, reason: impl fmt::Display) -> Self {
        Self::Invalid(UnusableValue {
            value,
            reason: reason.to_string(),
        })
    }

    /// Creates the error for a required input that is set neither on the call nor on the handle.
    pub(crate) fn unset(input: &str) -> Self {
        let hint = format!("call `.{input}(…)` on the workflow, or set it once for all workflows");
        Self::Missing(MissingValue {
            value: input.to_owned().into(),
            hint: Some(hint.into()),
        })
    }

    /// Returns the error of the call, if a call failed.
    pub fn failure(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            Self::Ended(kind) => kind.failure(),
            _ => None,
        }
    }
}

impl fmt::Display for WorkflowErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(failure) => write!(f, "{failure}"),
            Self::Criterion(unmet) => {
                write!(
                    f,
                    "the response with status {} does not meet `{}`",
                    unmet.status.as_u16(),
                    unmet.condition
                )
            }
            Self::Missing(MissingValue { value, hint }) => {
                write!(f, "missing value for `{value}`")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ": {hint}"))
            }
            Self::Invalid(UnusableValue { value, reason }) => {
                write!(f, "`{value}` cannot be sent: {reason}")
            }
            Self::Ended(kind) => write!(f, "ended by a failure action of the workflow: {kind}"),
            Self::Workflow(error) => write!(f, "{error}"),
            Self::Limit(limit) => {
                write!(
                    f,
                    "not finished after {limit} steps: raise `max_visits` if the workflow needs more"
                )
            }
            Self::Deadline(limit) => {
                let limit = Seconds(*limit);
                write!(
                    f,
                    "not finished within the deadline of {limit}: resume from the record"
                )
            }
            Self::MayHaveRun { workflow, step } => write!(
                f,
                "the outcome of the request of step `{step}` of workflow `{workflow}` was not recorded: check its \
                 effect, then advance with `OnUncertain::Repeat` if it has none"
            ),
            Self::Record(error) => write!(f, "cannot resume: {error}"),
            Self::NotRecorded(error) => write!(
                f,
                "the step finished, but its record could not be stored: {error}"
            ),
        }
    }
}

impl<S: Steps> WorkflowError<S> {
    pub(crate) fn new(
        step: Option<S::Step>,
        reason: WorkflowErrorKind,
        steps: S,
        record: WorkflowRecord,
    ) -> Self {
        let location = WorkflowLocation {
            workflow: <S::Step as StepId>::WORKFLOW,
            step: step.map(StepId::id),
            calls: step.map(StepId::operation),
            ended_by_action: false,
        };
        let record = Arc::new(record);
        let error = Error::of_workflow(&reason, location).with_record(Arc::clone(&record));
        Self(Box::new(Inner {
            step,
            reason,
            steps,
            record,
            error,
        }))
    }

    /// Returns the id of the workflow, as in its document.
    pub fn workflow(&self) -> &'static str {
        <S::Step as StepId>::WORKFLOW
    }

    /// Returns the step that did not finish; `None` if the workflow stopped before its first request or after its
    /// last.
    pub fn step(&self) -> Option<S::Step> {
        self.0.step
    }

    /// Returns the reason for which the workflow stopped.
    pub fn reason(&self) -> &WorkflowErrorKind {
        &self.0.reason
    }

    /// Returns the outputs of the finished steps.
    pub fn steps(&self) -> &S {
        &self.0.steps
    }

    /// Converts the error into the outputs of the finished steps.
    pub fn into_steps(self) -> S {
        self.0.steps
    }

    /// Returns the record to resume from, in this or another process. It contains secrets in plain text.
    pub fn record(&self) -> &WorkflowRecord {
        &self.0.record
    }

    /// Converts the error into the record to resume from.
    pub fn into_record(self) -> WorkflowRecord {
        let Inner { record, error, .. } = *self.0;
        drop(error);
        Arc::unwrap_or_clone(record)
    }

    /// Converts the error into the failed step, the reason, and the outputs of the finished steps.
    pub fn into_parts(self) -> (Option<S::Step>, WorkflowErrorKind, S) {
        let Inner {
            step,
            reason,
            steps,
            ..
        } = *self.0;
        (step, reason, steps)
    }
}

/// Dereferences to the untyped error.
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

/// Writes `Debug` of [`Error`] and the ids of the finished steps. Outputs are omitted, because they may be secrets.
impl<S: Steps> fmt::Debug for WorkflowError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)?;
        let finished = super::finished_ids(&self.0.steps);
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

/// The reason for which a step has no outputs. Generated code returns it with `?`.
pub struct StepError<S>(Box<StepExit<S>>);

/// Reasons for which a step has no outputs.
#[derive(Debug)]
pub(crate) enum StepExit<S> {
    /// The workflow stops.
    Stop(WorkflowErrorKind),
    /// A failure action continues with another step.
    Goto(S),
    /// A failure action retries the step.
    Retry {
        rule: usize,
        after: Duration,
        first: Option<S>,
        status: Option<u16>,
    },
    /// The nested workflow has not ended. It advances again after this time, if any.
    Nested(NestedRun, Option<Duration>),
}

impl<S> StepError<S> {
    pub(crate) fn into_exit(self) -> StepExit<S> {
        *self.0
    }
}

impl<S: fmt::Debug> fmt::Debug for StepError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S> From<StepExit<S>> for StepError<S> {
    fn from(exit: StepExit<S>) -> Self {
        Self(Box::new(exit))
    }
}

impl<S> From<WorkflowErrorKind> for StepError<S> {
    fn from(kind: WorkflowErrorKind) -> Self {
        StepExit::Stop(kind).into()
    }
}
