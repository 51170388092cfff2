//! The error of a workflow, and what generated code passes through `?`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, PlaceInWorkflow, Seconds};
use crate::workflow::nested::NestedRun;
use crate::workflow::record::{RecordError, WorkflowRecord};
use crate::workflow::{StepId, Steps};

/// The error of a workflow that stopped before its end, with what it had reached.
///
/// It is one pointer in size and dereferences to [`Error`], which has what all errors have in common: `kind`, predicates,
/// `status`, `message`, `body`. [`reason`](Self::reason) says more about workflows, [`steps`](Self::steps) has the outputs
/// of the finished steps, and [`record`](Self::record) is what another run can resume from.
pub struct WorkflowError<S: Steps>(Box<Inner<S>>);

struct Inner<S: Steps> {
    step: Option<S::Step>,
    reason: WorkflowErrorKind,
    steps: S,
    record: Arc<WorkflowRecord>,
    /// The same without types.
    error: Error,
}

/// Reasons for which a workflow stops.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkflowErrorKind {
    /// The call failed: no connection, an error status, or an unreadable body.
    Call(Error),
    /// The service responded with success, and a condition of the document does not hold for the response.
    Criterion(UnmetCriterion),
    /// A value that the next request requires is absent. That request was not sent.
    Missing(MissingValue),
    /// A value cannot be converted to what the request requires. That request was not sent.
    Invalid(UnusableValue),
    /// A failure action of the document ended the workflow. Holds the failure that it applies to.
    Ended(Box<WorkflowErrorKind>),
    /// A workflow that this one runs stopped.
    Workflow(Error),
    /// The run took more steps than [`RunOptions::max_visits`](crate::RunOptions::max_visits) allows.
    Limit(u32),
    /// The run took longer than [`RunOptions::deadline`](crate::RunOptions::deadline) allows.
    Deadline(Duration),
    /// The record to resume from is of another workflow, of another version, or of a run with other inputs. Nothing was
    /// sent.
    Record(RecordError),
    /// The hook of [`RunOptions::on_record`](crate::RunOptions::on_record) could not store the record of a finished step.
    NotRecorded(Arc<dyn std::error::Error + Send + Sync>),
}

/// A condition that does not hold, and the response it does not hold for.
pub struct UnmetCriterion {
    pub(crate) condition: Cow<'static, str>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl UnmetCriterion {
    /// Condition, as in the document.
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// Status code of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Raw body of the response.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Only the size of the body is shown: a response may hold a secret.
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
    /// Name of the value: an expression of the document, or the name of an input.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Remedy, if one is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// A value that cannot be converted to what a request requires.
#[derive(Clone, Debug)]
pub struct UnusableValue {
    value: &'static str,
    reason: String,
}

impl UnusableValue {
    /// Name of the value: an expression of the document.
    pub fn value(&self) -> &'static str {
        self.value
    }

    /// Reason for which it cannot be converted.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl WorkflowErrorKind {
    /// Error for a value that is absent.
    pub fn missing(value: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing(MissingValue {
            value: value.into(),
            hint: None,
        })
    }

    /// Error for a value that cannot be converted.
    pub fn invalid(value: &'static str, reason: impl fmt::Display) -> Self {
        Self::Invalid(UnusableValue {
            value,
            reason: reason.to_string(),
        })
    }

    /// Error for a required input that was set neither on the call nor on the handle.
    pub(crate) fn unset(input: &str) -> Self {
        let hint = format!("call `.{input}(…)` on the workflow, or set it once for all workflows");
        Self::Missing(MissingValue {
            value: input.to_owned().into(),
            hint: Some(hint.into()),
        })
    }

    /// The error of the call, if a call failed.
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
                write!(f, "`{value}` has no value, and the request needs it")?;
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
                    "{limit} steps were run without reaching the end; raise `max_visits` if it needs that many"
                )
            }
            Self::Deadline(limit) => {
                let limit = Seconds(*limit);
                write!(
                    f,
                    "not finished within the deadline of {limit}; resume from the record"
                )
            }
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
        let place = PlaceInWorkflow {
            workflow: <S::Step as StepId>::WORKFLOW,
            step: step.map(StepId::id),
            calls: step.map(StepId::operation),
            ended_by_action: false,
        };
        let record = Arc::new(record);
        let error = Error::of_workflow(&reason, place).with_record(Arc::clone(&record));
        Self(Box::new(Inner {
            step,
            reason,
            steps,
            record,
            error,
        }))
    }

    /// Id of the workflow, as in its document.
    pub fn workflow(&self) -> &'static str {
        <S::Step as StepId>::WORKFLOW
    }

    /// The step that did not finish; `None` if the workflow stopped before its first request or after its last.
    pub fn step(&self) -> Option<S::Step> {
        self.0.step
    }

    /// Reason for which the workflow stopped.
    pub fn reason(&self) -> &WorkflowErrorKind {
        &self.0.reason
    }

    /// Outputs of the finished steps.
    pub fn steps(&self) -> &S {
        &self.0.steps
    }

    /// Outputs of the finished steps, by value.
    pub fn into_steps(self) -> S {
        self.0.steps
    }

    /// Record to resume from, in this process or another one. It holds secrets in clear.
    pub fn record(&self) -> &WorkflowRecord {
        &self.0.record
    }

    /// Record to resume from, by value.
    pub fn into_record(self) -> WorkflowRecord {
        let Inner { record, error, .. } = *self.0;
        drop(error);
        Arc::unwrap_or_clone(record)
    }

    /// The failed step, the reason, and the outputs of the finished steps.
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

/// Everything that errors have in common.
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

/// `Debug` of [`Error`] and the ids of the finished steps. Their outputs are not shown: they may hold secrets.
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

/// Way out of a step that has no outputs. Generated code passes it through `?`.
pub struct StepError<S>(Box<StepExit<S>>);

/// Ways out of a step that has not succeeded.
#[derive(Debug)]
pub(crate) enum StepExit<S> {
    /// The workflow stops.
    Stop(WorkflowErrorKind),
    /// A failure action leads to another step.
    Goto(S),
    /// A failure action repeats the step.
    Retry {
        rule: usize,
        after: Duration,
        first: Option<S>,
        status: Option<u16>,
    },
    /// The workflow that the step runs has not ended, and may have to wait first.
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
