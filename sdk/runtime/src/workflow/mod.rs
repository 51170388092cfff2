//! Workflows: what generated code implements, and the engine that runs it.
//!
//! A workflow is data (inputs, outputs of steps) and one function per workflow that makes the call of one step. The
//! [`engine`](WorkflowRun) does everything that is the same for all of them: it decides which step comes next, waits,
//! repeats, stops, and records.

pub(crate) mod call;
pub(crate) mod catalogue;
pub(crate) mod context;
pub mod criterion;
pub(crate) mod engine;
pub(crate) mod error;
pub(crate) mod macros;
pub(crate) mod nested;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod position;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod response;

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde::ser::Serialize;

use self::call::WorkflowCall;
use self::catalogue::StepInfo;
use self::context::StepContext;
use self::error::{StepError, WorkflowErrorKind};

/// A workflow of the documents. Generated code implements it.
pub trait Workflow: Sized + 'static {
    /// The client that its steps call, or a tuple of several.
    type Clients: Clone + fmt::Debug + Send + Sync + 'static;
    /// Its inputs.
    type Inputs: WorkflowInputs;
    /// Its outputs.
    type Outputs: fmt::Debug + Serialize + Send + 'static;
    /// The names of its steps.
    type Step: StepId;
    /// The outputs of its steps.
    type Steps: Steps<Step = Self::Step>;

    /// Its id in its document.
    const ID: &'static str = <Self::Step as StepId>::WORKFLOW;
    /// The version of its document.
    const VERSION: &'static str;

    /// Makes the call of one step, once, and writes the step's outputs if it succeeds.
    fn step(
        clients: &Self::Clients,
        inputs: &Self::Inputs,
        steps: &mut Self::Steps,
        at: &mut StepContext<'_, Self::Step>,
    ) -> impl Future<Output = StepResult<Self>> + Send;

    /// Collects the outputs at the end, and takes the outputs of the steps along.
    fn outputs(
        inputs: &Self::Inputs,
        steps: &mut Self::Steps,
    ) -> Result<Self::Outputs, StepError<Self::Step>>;
}

/// The builder of a workflow's call. Generated code implements it.
pub trait WorkflowBuilder: Workflow {
    /// Turns the builder into the call that it holds.
    fn into_call(self) -> WorkflowCall<Self>;
}

/// Result of one call of a step.
pub type StepResult<W> = Result<(), StepError<<W as Workflow>::Step>>;

/// The inputs of one workflow. A generated struct implements it.
pub trait WorkflowInputs:
    Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The inputs while they are being collected, each of them possibly absent.
    type Draft: Clone + fmt::Debug + Default + Send + Sync + 'static;

    /// Turns complete inputs into a draft.
    fn into_draft(self) -> Self::Draft;

    /// Completes a draft. The error is the field of a required input that is absent.
    fn complete(draft: Self::Draft) -> Result<Self, &'static str>;
}

/// The steps of one workflow, by name. A generated enum implements it.
pub trait StepId:
    Copy + Eq + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Id of the workflow that the steps belong to, as in its document.
    const WORKFLOW: &'static str;
    /// Every step, in the order of the document.
    const ALL: &'static [Self];
    /// Descriptions of the steps, in the same order.
    const INFO: &'static [StepInfo];

    /// Description of the step.
    fn info(self) -> &'static StepInfo;

    /// Id of the step in the document.
    fn id(self) -> &'static str {
        self.info().id
    }

    /// Id of the operation (or workflow) that the step calls.
    fn operation(self) -> &'static str {
        self.info().operation
    }

    /// The step of this id.
    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.id() == id)
    }

    /// The step after this one in the order of the document.
    #[doc(hidden)]
    fn following(self) -> Option<Self> {
        let mut steps = Self::ALL.iter().copied();
        steps.by_ref().find(|step| *step == self)?;
        steps.next()
    }
}

/// The outputs of a workflow's finished steps. A generated struct implements it.
pub trait Steps:
    Clone + fmt::Debug + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The names of the steps.
    type Step: StepId;

    /// `true` if the step's outputs are present.
    fn is_finished(&self, step: Self::Step) -> bool;

    /// Time at which outputs of the step become useless, if the document declares one.
    fn expires_at(&self, step: Self::Step) -> Option<DateTime<Utc>>;
}

/// The ids of the finished steps.
pub(crate) fn finished_ids<S: Steps>(steps: &S) -> Vec<&'static str> {
    let all = <S::Step as StepId>::ALL.iter();
    all.filter(|step| steps.is_finished(**step))
        .map(|step| step.id())
        .collect()
}

/// Reads a step by its id.
#[doc(hidden)]
pub fn step_of_id<'de, S: StepId, D: Deserializer<'de>>(deserializer: D) -> Result<S, D::Error> {
    let id = String::deserialize(deserializer)?;
    S::from_id(&id).ok_or_else(|| {
        let message = format!("the workflow `{}` has no step `{id}`", S::WORKFLOW);
        de::Error::custom(message)
    })
}

/// The outputs of a step that the flow has certainly been through.
#[doc(hidden)]
pub fn finished<'s, T, S>(outputs: &'s Option<T>, step: &str) -> Result<&'s T, StepError<S>> {
    let missing = || WorkflowErrorKind::missing(format!("$steps.{step}.outputs")).into();
    outputs.as_ref().ok_or_else(missing)
}

/// Types of outputs that state an expiry.
#[doc(hidden)]
pub trait Expiry {
    fn expiry(&self) -> Option<DateTime<Utc>>;
}

impl Expiry for DateTime<Utc> {
    fn expiry(&self) -> Option<DateTime<Utc>> {
        Some(*self)
    }
}

impl<T: Expiry> Expiry for Option<T> {
    fn expiry(&self) -> Option<DateTime<Utc>> {
        self.as_ref().and_then(Expiry::expiry)
    }
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub)]
pub(crate) mod tests;
