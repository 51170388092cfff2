//! Workflows that are called by their id, with inputs and outputs as JSON.

pub(crate) mod check;
pub(crate) mod redact;
pub(crate) mod run;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use crate::workflow::call::WorkflowCall;
use crate::workflow::catalog::{StepInfo, WorkflowInfo};
use crate::workflow::options::{OnUncertain, RunOptions};
use crate::workflow::progress::Progress;
use crate::workflow::record::WorkflowRecord;
use crate::workflow::{StepId as _, Workflow, WorkflowBuilder};
use crate::{Error, ErrorKind};

use self::run::{ErasedRun, JsonRun};

/// Workflows that can be called by their id. Generated handles implement it.
pub trait WorkflowSet {
    /// Returns the descriptions of the workflows.
    fn catalog(&self) -> &'static [WorkflowInfo];

    /// Returns the call of the workflow with this id, with the values of the handle as inputs.
    #[doc(hidden)]
    fn any_call(&self, id: &str) -> Option<AnyCall>;

    /// Creates a call of the workflow with this id, as in its document. The values of the handle, such as project and
    /// user, are inputs that [`JsonCall::inputs`] can replace.
    ///
    /// Returns an error if there is no such workflow.
    fn json_call(&self, id: &str) -> Result<JsonCall, Error> {
        let info = self.catalog().iter().find(|info| info.id == id);
        match (info, self.any_call(id)) {
            (Some(info), Some(call)) => Ok(JsonCall::new(info, call)),
            _ => {
                let ids: Vec<_> = self.catalog().iter().map(|info| info.id).collect();
                Err(Error::invalid_request(format!(
                    "there is no workflow `{id}`: use one of {}",
                    ids.join(", ")
                )))
            }
        }
    }
}

/// Runs the workflow with this id, with inputs and outputs as JSON.
///
/// The inputs are an object. Those that the handle sets, such as project and user, can be omitted. They are checked
/// before any request is sent, and [`Error::input_violations`] lists what is wrong with them. Secrets in the outputs
/// are replaced by `[redacted]`. [`JsonCall`] has more options.
pub async fn run_json(
    workflows: &(impl WorkflowSet + ?Sized),
    id: &str,
    inputs: Value,
) -> Result<Value, Error> {
    workflows.json_call(id)?.inputs(inputs).run().await
}

impl WorkflowInfo {
    /// Runs the workflow with inputs and outputs as JSON. See [`run_json`].
    pub async fn run_json(
        &self,
        workflows: &(impl WorkflowSet + ?Sized),
        inputs: Value,
    ) -> Result<Value, Error> {
        run_json(workflows, self.id, inputs).await
    }
}

/// A call of a workflow with inputs and outputs as JSON.
#[must_use = "nothing is sent until `run` is called"]
pub struct JsonCall {
    info: &'static WorkflowInfo,
    call: AnyCall,
    inputs: Value,
    secrets: Secrets,
    options: AnyOptions,
}

/// Treatment of secrets in outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secrets {
    Redacted,
    Exposed,
}

/// Options of a run that do not depend on the type of its steps.
#[derive(Default)]
struct AnyOptions {
    deadline: Option<Duration>,
    progress: Option<AnyProgress>,
    record: Option<WorkflowRecord>,
    on_uncertain: OnUncertain,
}

type AnyProgress = Arc<dyn Fn(Progress<&'static StepInfo>) + Send + Sync>;

/// Writes neither inputs nor the record, because they may be secrets.
impl fmt::Debug for JsonCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonCall")
            .field("workflow", &self.info.id)
            .field("secrets", &self.secrets)
            .field("deadline", &self.options.deadline)
            .finish_non_exhaustive()
    }
}

impl JsonCall {
    fn new(info: &'static WorkflowInfo, call: AnyCall) -> Self {
        Self {
            info,
            call,
            inputs: Value::Object(Map::new()),
            secrets: Secrets::Redacted,
            options: AnyOptions::default(),
        }
    }

    /// Returns the description of the workflow, with its JSON Schemas.
    pub fn info(&self) -> &'static WorkflowInfo {
        self.info
    }

    /// Sets the inputs: an object with the names of the document. It replaces the values of the handle.
    pub fn inputs(mut self, inputs: Value) -> Self {
        self.inputs = inputs;
        self
    }

    /// Returns secrets in the outputs in plain text. Default: `[redacted]`.
    pub fn expose_secrets(mut self) -> Self {
        self.secrets = Secrets::Exposed;
        self
    }

    /// Sets the time limit of the run. See [`RunOptions::deadline`].
    pub fn deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.options.deadline = deadline.into();
        self
    }

    /// Sets a function that receives progress events. See [`RunOptions::progress`].
    pub fn progress(
        mut self,
        hook: impl Fn(Progress<&'static StepInfo>) + Send + Sync + 'static,
    ) -> Self {
        self.options.progress = Some(Arc::new(hook));
        self
    }

    /// Resumes from the record of an earlier run with the same inputs.
    pub fn resume(mut self, record: WorkflowRecord) -> Self {
        self.options.record = Some(record);
        self
    }

    /// Sets the treatment of a step that may have run in an earlier attempt. See [`RunOptions::on_uncertain`].
    pub fn on_uncertain(mut self, on_uncertain: OnUncertain) -> Self {
        self.options.on_uncertain = on_uncertain;
        self
    }

    /// Checks the inputs and creates a run that the caller advances step by step. Nothing is sent.
    pub fn into_run(self) -> Result<JsonRun, Error> {
        let schema = parse(self.info, "inputs", self.info.inputs)?;
        let inputs = self.checked(&schema)?;
        let run = self.call.0.start(inputs, self.options)?;
        Ok(JsonRun::new(self.info, run, self.secrets))
    }

    /// Reads a serialized [`JsonRun`] or [`WorkflowRun`](crate::WorkflowRun), which contains its inputs.
    ///
    /// Returns an error if the run is of another workflow or of another version of its document.
    pub fn restore(self, run: Value) -> Result<JsonRun, Error> {
        self.restore_at(run, SystemTime::now())
    }

    /// Reads a run as [`restore`](Self::restore) does, at a given time. Steps whose outputs have expired at that time
    /// are run again. For workflow engines, whose replays must not depend on the clock.
    pub fn restore_at(self, run: Value, now: SystemTime) -> Result<JsonRun, Error> {
        let run = self.call.0.restore(run, self.options, now)?;
        Ok(JsonRun::new(self.info, run, self.secrets))
    }

    /// Returns the JSON Schema of the inputs. Those that the handle sets are not required.
    pub fn inputs_schema(&self) -> Result<Value, Error> {
        let mut schema = parse(self.info, "inputs", self.info.inputs)?;
        let filled = self.call.0.filled().unwrap_or_default();
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            let is_set = |name: &Value| name.as_str().is_some_and(|it| filled.get(it).is_some());
            required.retain(|name| !is_set(name));
        }
        Ok(schema)
    }

    /// Checks the inputs without running the workflow. Returns them with the values of the handle and the defaults.
    ///
    /// With the feature `json`, all violations of the JSON Schema are found. Without it, the names are checked against
    /// the schema, and of the invalid values only the first one is found.
    pub fn check(&self) -> Result<Value, Error> {
        let schema = parse(self.info, "inputs", self.info.inputs)?;
        self.checked(&schema)
    }

    fn checked(&self, schema: &Value) -> Result<Value, Error> {
        let filled = self.call.0.filled();
        let inputs = check::inputs(&self.info.describe(), schema, filled, &self.inputs)?;
        self.call
            .0
            .check(&inputs)
            .map_err(|violation| check::error(&self.info.describe(), vec![violation]))?;
        Ok(inputs)
    }

    /// Checks the inputs, runs the workflow and returns its outputs: an object with the names of the document.
    ///
    /// Nothing is sent if the inputs are invalid: see [`check`](Self::check) and [`Error::input_violations`].
    /// [`Error::to_json`] converts the error into JSON.
    pub async fn run(self) -> Result<Value, Error> {
        let schema = parse(self.info, "inputs", self.info.inputs)?;
        let inputs = self.checked(&schema)?;
        let mut secrets = Vec::new();
        redact::collect(&schema, &inputs, &mut secrets);
        let result = self.call.0.run(inputs, self.options).await;
        let mut outputs = result.map_err(|error| error.hiding(&secrets))?;
        if self.secrets == Secrets::Redacted {
            let schema = parse(self.info, "outputs", self.info.outputs)?;
            redact::redact(&schema, &mut outputs, secrets);
        }
        Ok(outputs)
    }
}

impl IntoFuture for JsonCall {
    type Output = Result<Value, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl WorkflowInfo {
    fn describe(&self) -> String {
        described(self.id)
    }
}

/// Names a workflow in an error.
fn described(id: &str) -> String {
    format!("workflow `{id}`")
}

/// Reads a schema of the catalog.
fn parse(info: &WorkflowInfo, which: &str, schema: &str) -> Result<Value, Error> {
    serde_json::from_str(schema).map_err(|error| {
        let id = info.id;
        Error::configuration(format!(
            "the schema of the {which} of the workflow `{id}` is not JSON: {error}"
        ))
    })
}

/// A call of any workflow, without its type.
#[doc(hidden)]
pub struct AnyCall(Box<dyn Erased>);

impl fmt::Debug for AnyCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyCall").finish_non_exhaustive()
    }
}

impl AnyCall {
    /// Creates a call from the builder of a workflow.
    pub fn new(builder: impl WorkflowBuilder) -> Self {
        Self(Box::new(builder.into_call()))
    }
}

type Outputs = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

trait Erased: Send + Sync {
    /// Returns the inputs that the handle has set.
    fn filled(&self) -> Result<Value, serde_json::Error>;
    /// Checks that the inputs can be converted to the types of the workflow.
    fn check(&self, inputs: &Value) -> Result<(), check::InputViolation>;
    /// Runs the workflow.
    fn run(self: Box<Self>, inputs: Value, options: AnyOptions) -> Outputs;
    /// Creates a run.
    fn start(
        self: Box<Self>,
        inputs: Value,
        options: AnyOptions,
    ) -> Result<Box<dyn ErasedRun>, Error>;
    /// Creates a run from its serialized form.
    fn restore(
        self: Box<Self>,
        run: Value,
        options: AnyOptions,
        now: SystemTime,
    ) -> Result<Box<dyn ErasedRun>, Error>;
}

impl AnyOptions {
    /// Sets the options of a call.
    fn apply<W: Workflow>(self, call: WorkflowCall<W>) -> WorkflowCall<W> {
        let mut options = RunOptions::default()
            .deadline(self.deadline)
            .on_uncertain(self.on_uncertain);
        if let Some(hook) = self.progress {
            options = options.progress(move |progress: Progress<W::Step>| {
                hook(progress.map(|it| it.info()));
            });
        }
        let call = call.options(options);
        match self.record {
            Some(record) => call.resume(record),
            None => call,
        }
    }
}

impl<W: Workflow> Erased for WorkflowCall<W> {
    fn filled(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(&self.inputs)
    }

    fn check(&self, inputs: &Value) -> Result<(), check::InputViolation> {
        check::typed::<W::Inputs>(inputs).map(drop)
    }

    fn run(self: Box<Self>, inputs: Value, options: AnyOptions) -> Outputs {
        Box::pin(async move {
            let call = options.apply(run::with_inputs(*self, &inputs)?);
            let outputs = call.run().await?;
            serde_json::to_value(&outputs)
                .map_err(|error| Error::caused(ErrorKind::Workflow, error))
        })
    }

    fn start(
        self: Box<Self>,
        inputs: Value,
        options: AnyOptions,
    ) -> Result<Box<dyn ErasedRun>, Error> {
        run::start(options.apply(run::with_inputs(*self, &inputs)?))
    }

    fn restore(
        self: Box<Self>,
        run: Value,
        options: AnyOptions,
        now: SystemTime,
    ) -> Result<Box<dyn ErasedRun>, Error> {
        run::restore(options.apply(*self), run, now)
    }
}

#[cfg(test)]
mod tests;
