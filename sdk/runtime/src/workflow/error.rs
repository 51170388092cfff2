//! The error of a workflow, and what generated code passes through `?`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::Failure;
use crate::workflow::nested::NestedRun;
use crate::workflow::record::{RecordError, WorkflowRecord};
use crate::workflow::{StepId, Steps};

/// The error of a workflow that stopped before its end, with what it had reached.
///
/// It is one pointer in size. [`kind`](Self::kind) is the reason, [`steps`](Self::steps) has the outputs of the finished
/// steps, and [`record`](Self::record) is what another run can resume from.
pub struct WorkflowError<S: Steps>(Box<Inner<S>>);

struct Inner<S: Steps> {
    step: Option<S::Step>,
    kind: WorkflowErrorKind,
    steps: S,
    record: WorkflowRecord,
}

/// Reasons for which a workflow stops.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkflowErrorKind {
    /// The call failed: no connection, an error status, or an unreadable body.
    Call(Failure),
    /// The service responded with success, and a condition of the document does not hold for the response.
    Criterion(UnmetCriterion),
    /// A value that the next request requires is absent. That request was not sent.
    Missing(MissingValue),
    /// A value cannot be converted to what the request requires. That request was not sent.
    Invalid(UnusableValue),
    /// A failure action of the document ended the workflow. Holds the failure that it applies to.
    Ended(Box<WorkflowErrorKind>),
    /// A workflow that this one runs stopped.
    Workflow(Box<dyn std::error::Error + Send + Sync>),
    /// The run took more steps than [`RunOptions::max_visits`](crate::RunOptions::max_visits) allows.
    Limit(u32),
    /// The run took longer than [`RunOptions::deadline`](crate::RunOptions::deadline) allows.
    Deadline(Duration),
    /// The record to resume from is of another workflow, of another version, or of a run with other inputs. Nothing was
    /// sent.
    Record(RecordError),
    /// The hook of [`RunOptions::on_record`](crate::RunOptions::on_record) could not store the record of a finished step.
    NotRecorded(Box<dyn std::error::Error + Send + Sync>),
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

    /// The failure of the call, if a call failed.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Ended(kind) => kind.failure(),
            _ => None,
        }
    }

    fn unmet(&self) -> Option<&UnmetCriterion> {
        match self {
            Self::Criterion(unmet) => Some(unmet),
            Self::Ended(kind) => kind.unmet(),
            _ => None,
        }
    }

    /// Status code of the response, if the service responded.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure()
            .and_then(Failure::status)
            .or_else(|| self.unmet().map(UnmetCriterion::status))
    }

    /// Raw body of the response; empty without a response.
    pub fn body(&self) -> &[u8] {
        match (self.failure(), self.unmet()) {
            (Some(failure), _) => failure.body(),
            (_, Some(unmet)) => unmet.body(),
            _ => &[],
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(failure) => Some(failure),
            Self::Ended(kind) => kind.source(),
            Self::Workflow(error) | Self::NotRecorded(error) => Some(error.as_ref()),
            Self::Record(error) => Some(error),
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
                write!(
                    f,
                    "`{value}` has no value and the request needs it; nothing was sent"
                )?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ": {hint}"))
            }
            Self::Invalid(UnusableValue { value, reason }) => {
                write!(f, "`{value}` cannot be sent: {reason}")
            }
            Self::Ended(kind) => write!(f, "ended by the workflow's own failure action: {kind}"),
            Self::Workflow(error) => write!(f, "{error}"),
            Self::Limit(limit) => {
                write!(
                    f,
                    "{limit} steps were run without reaching the end; raise `max_visits` if it needs that many"
                )
            }
            Self::Deadline(limit) => {
                write!(
                    f,
                    "not finished within the deadline of {limit:?}; resume from the record"
                )
            }
            Self::Record(error) => write!(f, "cannot resume: {error}; nothing was sent"),
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
        kind: WorkflowErrorKind,
        steps: S,
        record: WorkflowRecord,
    ) -> Self {
        Self(Box::new(Inner {
            step,
            kind,
            steps,
            record,
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
    pub fn kind(&self) -> &WorkflowErrorKind {
        &self.0.kind
    }

    /// The failure of the call, if a call failed.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.kind.failure()
    }

    /// Status code of the failed step's response, if the service responded.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.kind.status()
    }

    /// Raw body of the failed step's response; empty without a response.
    pub fn body(&self) -> &[u8] {
        self.0.kind.body()
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
        self.0.record
    }

    /// The failed step, the reason, and the outputs of the finished steps.
    pub fn into_parts(self) -> (Option<S::Step>, WorkflowErrorKind, S) {
        let Inner {
            step, kind, steps, ..
        } = *self.0;
        (step, kind, steps)
    }
}

impl<S: Steps> fmt::Display for WorkflowError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.step {
            Some(step) => write!(
                f,
                "step `{step}` of workflow `{}`: {}",
                self.workflow(),
                self.0.kind
            ),
            None => write!(f, "workflow `{}`: {}", self.workflow(), self.0.kind),
        }
    }
}

/// The finished steps are named, their outputs are not shown: they may hold secrets.
impl<S: Steps> fmt::Debug for WorkflowError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowError")
            .field("workflow", &self.workflow())
            .field("step", &self.0.step.map(StepId::id))
            .field("kind", &self.0.kind)
            .field("finished", &super::finished_ids(&self.0.steps))
            .finish()
    }
}

impl<S: Steps> std::error::Error for WorkflowError<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.kind.source()
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
