//! [`WorkflowCall`], the common part of all workflow builders.

use std::fmt;

use serde_json::Value;

use crate::workflow::engine::WorkflowRun;
use crate::workflow::error::{WorkflowError, WorkflowErrorKind};
use crate::workflow::given::GivenInputs;
use crate::workflow::options::RunOptions;
use crate::workflow::record::WorkflowRecord;
use crate::workflow::{Workflow, WorkflowInputs};

/// Clients, inputs, options and record of a workflow call. The generated builder of each workflow wraps it.
pub struct WorkflowCall<W: Workflow> {
    pub(crate) clients: W::Clients,
    #[doc(hidden)]
    pub inputs: <W::Inputs as WorkflowInputs>::Draft,
    pub(crate) options: RunOptions<W::Step>,
    record: Option<WorkflowRecord>,
    pub(crate) given: GivenInputs,
}

impl<W: Workflow> Clone for WorkflowCall<W> {
    fn clone(&self) -> Self {
        Self {
            clients: self.clients.clone(),
            inputs: self.inputs.clone(),
            options: self.options.clone(),
            record: self.record.clone(),
            given: self.given.clone(),
        }
    }
}

impl<W: Workflow> fmt::Debug for WorkflowCall<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowCall")
            .field("clients", &self.clients)
            .field("inputs", &self.inputs)
            .field("options", &self.options)
            .field("record", &self.record)
            .finish()
    }
}

impl<W: Workflow> WorkflowCall<W> {
    /// Creates a call without inputs.
    pub fn new(clients: W::Clients) -> Self {
        Self {
            clients,
            inputs: Default::default(),
            options: RunOptions::default(),
            record: None,
            given: GivenInputs::default(),
        }
    }

    /// Sets all inputs.
    #[must_use]
    pub fn inputs(mut self, inputs: W::Inputs) -> Self {
        self.inputs = inputs.into_draft();
        self
    }

    /// Sets the JSON that an input was given as.
    pub(crate) fn given(mut self, name: &'static str, value: Option<Value>) -> Self {
        self.given.set::<W>(name, value);
        self
    }

    /// Sets limits, options of individual steps, and hooks.
    #[must_use]
    pub fn options(mut self, options: RunOptions<W::Step>) -> Self {
        self.options = options;
        self
    }

    /// Resumes from a record. Finished steps are not run again, unless their outputs have expired or expire within a
    /// minute.
    #[must_use]
    pub fn resume(mut self, record: WorkflowRecord) -> Self {
        self.record = Some(record);
        self
    }

    /// Creates a run that the caller advances step by step.
    pub fn into_run(self) -> Result<WorkflowRun<W>, WorkflowError<W::Steps>> {
        let inputs = W::Inputs::complete(self.inputs).map(|inputs| (inputs, self.given));
        match (inputs, self.record) {
            (Ok((inputs, given)), None) => {
                let run = WorkflowRun::new(inputs).options(self.options);
                Ok(run.with_given(given))
            }
            (Ok((inputs, given)), Some(record)) => {
                WorkflowRun::resume_with(inputs, given, record, self.options)
            }
            (Err(input), record) => {
                let kind = WorkflowErrorKind::unset(input.trim_start_matches("r#"));
                let record = record.unwrap_or_else(WorkflowRecord::empty::<W>);
                let steps = record.steps().unwrap_or_default();
                Err(WorkflowError::new(None, kind, steps, record))
            }
        }
    }

    /// Runs the workflow to its end.
    pub async fn run(self) -> Result<W::Outputs, WorkflowError<W::Steps>> {
        let clients = self.clients.clone();
        // Boxed, because futures store what they take by value more than once.
        let run = Box::new(self.into_run()?);
        run.finish(&clients).await
    }
}
