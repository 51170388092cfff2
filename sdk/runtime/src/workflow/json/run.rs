//! Runs of any workflow that advance by one step, with inputs and outputs as JSON.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer, ser};
use serde_json::Value;

use super::{Secrets, check, described, parse, redact};
use crate::workflow::call::WorkflowCall;
use crate::workflow::catalog::{StepInfo, WorkflowInfo};
use crate::workflow::engine::{Advanced, WorkflowRun};
use crate::workflow::given::GivenInputs;
use crate::workflow::record::RecordError;
use crate::workflow::{StepId as _, Workflow};
use crate::{Error, ErrorKind};

/// A run of any workflow that advances by one step. [`JsonCall::into_run`](super::JsonCall::into_run) creates it.
///
/// It is a [`WorkflowRun`] without the types of its workflow, together with the clients. It serializes as that run
/// does, and [`JsonCall::restore`](super::JsonCall::restore) reads it. **The serialized form is a secret.**
pub struct JsonRun {
    info: &'static WorkflowInfo,
    run: Box<dyn ErasedRun>,
    secrets: Secrets,
}

/// Result of [`JsonRun::advance`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JsonAdvanced {
    /// The step's call was made. Advance again.
    Step(&'static StepInfo),
    /// Wait, then advance again.
    Wait(Duration),
    /// The workflow has reached its end, with these outputs.
    Finished(Value),
}

impl fmt::Debug for JsonRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonRun")
            .field("workflow", &self.info.id)
            .field("next", &self.next().map(|step| step.id))
            .field("may_have_run", &self.may_have_run())
            .finish_non_exhaustive()
    }
}

/// Serializes the [`WorkflowRun`].
impl Serialize for JsonRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let run = self.run.to_value().map_err(ser::Error::custom)?;
        run.serialize(serializer)
    }
}

impl JsonRun {
    pub(super) fn new(
        info: &'static WorkflowInfo,
        run: Box<dyn ErasedRun>,
        secrets: Secrets,
    ) -> Self {
        Self { info, run, secrets }
    }

    /// Returns the description of the workflow, with its JSON Schemas.
    pub fn info(&self) -> &'static WorkflowInfo {
        self.info
    }

    /// Returns the step that [`advance`](Self::advance) runs next; `None` if only the outputs remain to be collected.
    pub fn next(&self) -> Option<&'static StepInfo> {
        self.run.next()
    }

    /// Marks the next step as begun. See [`WorkflowRun::begin`].
    pub fn begin(&mut self) {
        self.run.begin();
    }

    /// Marks the next step as begun by an earlier attempt. See [`WorkflowRun::mark_uncertain`].
    pub fn mark_uncertain(&mut self) {
        self.run.mark_uncertain();
    }

    /// Returns `true` if an earlier attempt began the next step. See [`WorkflowRun::may_have_run`].
    pub fn may_have_run(&self) -> bool {
        self.run.may_have_run()
    }

    /// Runs the next step: makes at most one call. See [`WorkflowRun::advance`].
    pub async fn advance(&mut self) -> Result<JsonAdvanced, Error> {
        let schema = parse(self.info, "inputs", self.info.inputs)?;
        let inputs = self.run.inputs();
        let mut secrets = Vec::new();
        redact::collect(&schema, &inputs, &mut secrets);
        let result = self.run.advance().await;
        let mut advanced = result.map_err(|error| error.hiding(&secrets))?;
        if let (JsonAdvanced::Finished(outputs), Secrets::Redacted) = (&mut advanced, self.secrets)
        {
            let schema = parse(self.info, "outputs", self.info.outputs)?;
            redact::redact(&schema, outputs, secrets);
        }
        Ok(advanced)
    }
}

type Advance<'r> = Pin<Box<dyn Future<Output = Result<JsonAdvanced, Error>> + Send + 'r>>;

/// A run of any workflow and its clients, without their types.
pub(super) trait ErasedRun: Send + Sync {
    fn next(&self) -> Option<&'static StepInfo>;
    fn begin(&mut self);
    fn mark_uncertain(&mut self);
    fn may_have_run(&self) -> bool;
    fn inputs(&self) -> Value;
    fn to_value(&self) -> Result<Value, serde_json::Error>;
    fn advance(&mut self) -> Advance<'_>;
}

struct Run<W: Workflow> {
    run: WorkflowRun<W>,
    clients: W::Clients,
}

/// Creates a run from its serialized form.
pub(super) fn restore<W: Workflow>(
    call: WorkflowCall<W>,
    stored: Value,
    now: SystemTime,
) -> Result<Box<dyn ErasedRun>, Error> {
    let (clients, options) = (call.clients, call.options);
    let run = match stored {
        Value::Object(members) => WorkflowRun::<W>::restore(members, now),
        _ => Err(RecordError::Unreadable {
            reason: "it is not an object".to_owned(),
        }),
    };
    let run = run.map_err(|error| {
        let detail = format!("the run of the workflow `{}` cannot be read", W::ID);
        Error::invalid_request(format!("{detail}: {error}")).caused_by(error)
    })?;
    let run = run.options(options);
    Ok(Box::new(Run { run, clients }))
}

/// Creates a run from a call.
pub(super) fn start<W: Workflow>(call: WorkflowCall<W>) -> Result<Box<dyn ErasedRun>, Error> {
    let clients = call.clients.clone();
    let run = call.into_run()?;
    Ok(Box::new(Run { run, clients }))
}

/// Checks inputs that were read from JSON, and sets them.
pub(super) fn with_inputs<W: Workflow>(
    call: WorkflowCall<W>,
    inputs: &Value,
) -> Result<WorkflowCall<W>, Error> {
    let typed = check::typed::<W::Inputs>(inputs)
        .map_err(|violation| check::error(&described(W::ID), vec![violation]))?;
    let mut call = call.inputs(typed);
    call.given = GivenInputs::of::<W>(inputs);
    Ok(call)
}

impl<W: Workflow> ErasedRun for Run<W> {
    fn next(&self) -> Option<&'static StepInfo> {
        self.run.next().map(|step| step.info())
    }

    fn begin(&mut self) {
        self.run.begin();
    }

    fn mark_uncertain(&mut self) {
        self.run.mark_uncertain();
    }

    fn may_have_run(&self) -> bool {
        self.run.may_have_run()
    }

    fn inputs(&self) -> Value {
        self.run.inputs_json().unwrap_or_default()
    }

    fn to_value(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(&self.run)
    }

    fn advance(&mut self) -> Advance<'_> {
        Box::pin(async move {
            Ok(match self.run.advance(&self.clients).await? {
                Advanced::Step(step) => JsonAdvanced::Step(step.info()),
                Advanced::Wait(delay) => JsonAdvanced::Wait(delay),
                Advanced::Finished(outputs) => {
                    let outputs = serde_json::to_value(&outputs)
                        .map_err(|error| Error::caused(ErrorKind::Workflow, error))?;
                    JsonAdvanced::Finished(outputs)
                }
            })
        })
    }
}
