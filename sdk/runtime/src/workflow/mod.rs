//! Traits that generated workflows implement, and the engine that runs them.
//!
//! A workflow consists of data (inputs, outputs of steps) and a function that makes the call of one step. The
//! [`engine`](crate::WorkflowRun) implements everything that workflows have in common: order of steps, waits,
//! retries, and records.

pub(crate) mod call;
pub(crate) mod catalog;
pub(crate) mod context;
pub mod criterion;
pub(crate) mod engine;
pub(crate) mod error;
pub(crate) mod given;
pub(crate) mod json;
pub(crate) mod macros;
pub(crate) mod nested;
pub(crate) mod options;
pub(crate) mod outcome;
pub(crate) mod position;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod response;
pub(crate) mod stored;

use std::fmt;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
};

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde::ser::Serialize;

use self::call::WorkflowCall;
use self::catalog::StepInfo;
use self::context::StepContext;
use self::error::{StepError, WorkflowErrorKind};

/// A workflow that an Arazzo document describes. Generated code implements it.
pub trait Workflow: Sized + 'static {
    /// Client that the steps call, or a tuple of several clients.
    type Clients: Clone + fmt::Debug + Send + Sync + 'static;
    /// Inputs of the workflow.
    type Inputs: WorkflowInputs;
    /// Outputs of the workflow.
    type Outputs: fmt::Debug + Serialize + Send + 'static;
    /// Names of the steps.
    type Step: StepId;
    /// Outputs of the steps.
    type Steps: Steps<Step = Self::Step>;

    /// Id of the workflow in its document.
    const ID: &'static str = <Self::Step as StepId>::WORKFLOW;
    /// Version of the document.
    const VERSION: &'static str;
    /// Digest of the workflow in the document: of everything but prose.
    const DIGEST: &'static str;
    /// Inputs whose JSON is sent as it was given, because their types do not keep all of it.
    const AS_GIVEN: &'static [&'static str] = &[];

    /// Makes the call of one step once and stores the step's outputs if it succeeds.
    fn step(
        clients: &Self::Clients,
        inputs: &Self::Inputs,
        steps: &mut Self::Steps,
        context: &mut StepContext<'_, Self::Step>,
    ) -> impl Future<Output = StepResult<Self>> + Send;

    /// Collects the outputs of the workflow, including those of its steps.
    fn outputs(
        inputs: &Self::Inputs,
        steps: &mut Self::Steps,
    ) -> Result<Self::Outputs, StepError<Self::Step>>;
}

/// The builder of a workflow call. Generated code implements it.
pub trait WorkflowBuilder: Workflow {
    /// Returns the call that the builder configures.
    fn into_call(self) -> WorkflowCall<Self>;
}

/// Result of one call of a step.
pub type StepResult<W> = Result<(), StepError<<W as Workflow>::Step>>;

/// The inputs of one workflow. A generated struct implements it.
pub trait WorkflowInputs:
    Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Incomplete inputs, each of which may be absent.
    type Draft: Clone + fmt::Debug + Default + Serialize + Send + Sync + 'static;

    /// Converts complete inputs into a draft.
    fn into_draft(self) -> Self::Draft;

    /// Converts a draft into complete inputs. The error is the field of a missing required input.
    fn complete(draft: Self::Draft) -> Result<Self, &'static str>;
}

/// The steps of one workflow, by name. A generated enum implements it.
pub trait StepId:
    Copy + Eq + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Id of the workflow that the steps belong to, as in its document.
    const WORKFLOW: &'static str;
    /// All steps, in the order of the document.
    const ALL: &'static [Self];
    /// Descriptions of the steps, in the order of [`ALL`](Self::ALL).
    const INFO: &'static [StepInfo];

    /// Returns the description of the step.
    fn info(self) -> &'static StepInfo;

    /// Returns the id of the step in the document.
    fn id(self) -> &'static str {
        self.info().id
    }

    /// Returns the id of the operation (or workflow) that the step calls.
    fn operation(self) -> &'static str {
        self.info().operation
    }

    /// Returns `true` if running the step several times has the same effect as running it once.
    fn is_idempotent(self) -> bool {
        self.info().is_idempotent
    }

    /// Returns the step with this id.
    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.id() == id)
    }

    /// Returns the next step in the order of the document.
    #[doc(hidden)]
    fn following(self) -> Option<Self> {
        let mut steps = Self::ALL.iter().copied();
        steps.by_ref().find(|step| *step == self)?;
        steps.next()
    }

    /// Returns the steps that read the outputs of the step, if those are replaced after an expiry.
    #[doc(hidden)]
    fn readers(self) -> &'static [Self] {
        &[]
    }
}

/// The outputs of a workflow's finished steps. A generated struct implements it.
pub trait Steps:
    Clone + fmt::Debug + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Names of the steps.
    type Step: StepId;

    /// Returns `true` if the step's outputs are present.
    fn is_finished(&self, step: Self::Step) -> bool;

    /// Returns the expiry of the step's outputs, if the document declares one.
    fn expires_at(&self, step: Self::Step) -> Option<DateTime<Utc>>;
}

/// Returns the ids of the finished steps.
pub(crate) fn finished_ids<S: Steps>(steps: &S) -> Vec<&'static str> {
    let all = <S::Step as StepId>::ALL.iter();
    all.filter(|step| steps.is_finished(**step))
        .map(|step| step.id())
        .collect()
}

/// Deserializes a step from its id.
#[doc(hidden)]
pub fn step_of_id<'de, S: StepId, D: Deserializer<'de>>(deserializer: D) -> Result<S, D::Error> {
    let id = String::deserialize(deserializer)?;
    S::from_id(&id).ok_or_else(|| {
        let message = format!("the workflow `{}` has no step `{id}`", S::WORKFLOW);
        de::Error::custom(message)
    })
}

/// Returns the outputs of a step that has certainly run.
#[doc(hidden)]
pub fn finished<'s, T, S>(outputs: &'s Option<T>, step: &str) -> Result<&'s T, StepError<S>> {
    let missing = || WorkflowErrorKind::missing(format!("$steps.{step}.outputs")).into();
    outputs.as_ref().ok_or_else(missing)
}

/// Output types that can be an expiry.
#[doc(hidden)]
pub trait Expiry {
    /// Returns the expiry; `None` if it is absent or beyond the representable times.
    fn expiry(&self) -> Option<DateTime<Utc>>;
}

impl Expiry for DateTime<Utc> {
    fn expiry(&self) -> Option<DateTime<Utc>> {
        Some(*self)
    }
}

/// Implements [`Expiry`] for integers: seconds since 1970.
macro_rules! impl_expiry {
    ($($Integer:ty, $NonZero:ty;)*) => {$(
        impl Expiry for $Integer {
            fn expiry(&self) -> Option<DateTime<Utc>> {
                DateTime::from_timestamp(i64::try_from(*self).ok()?, 0)
            }
        }

        impl Expiry for $NonZero {
            fn expiry(&self) -> Option<DateTime<Utc>> {
                self.get().expiry()
            }
        }
    )*};
}

impl_expiry! {
    i8, NonZeroI8; i16, NonZeroI16; i32, NonZeroI32; i64, NonZeroI64;
    u8, NonZeroU8; u16, NonZeroU16; u32, NonZeroU32; u64, NonZeroU64;
}

impl<T: Expiry> Expiry for Option<T> {
    fn expiry(&self) -> Option<DateTime<Utc>> {
        self.as_ref().and_then(Expiry::expiry)
    }
}

#[cfg(test)]
#[allow(dead_code, unreachable_pub)]
pub(crate) mod tests;
