//! Descriptions of workflows and their steps, for menus, documentation and tools.

use crate::Operation;

/// Description of a workflow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WorkflowInfo {
    /// Id of the workflow in its document.
    pub id: &'static str,
    /// Title of its document.
    pub title: &'static str,
    /// Version of its document.
    pub version: &'static str,
    /// One-line summary.
    pub summary: &'static str,
    /// Description.
    pub description: &'static str,
    /// Steps, in the order of the document.
    pub steps: &'static [StepInfo],
    /// Names of the source descriptions of the operations.
    pub sources: &'static [&'static str],
    /// Self-contained JSON Schema of the inputs.
    pub inputs: &'static str,
    /// Self-contained JSON Schema of the outputs.
    pub outputs: &'static str,
}

/// Description of a step of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepInfo {
    /// Id of the step in the document.
    pub id: &'static str,
    /// Description; empty if there is none.
    pub description: &'static str,
    /// Id of the operation (or workflow) that the step calls.
    pub operation: &'static str,
    /// `true` if running the step several times has the same effect as running it once.
    pub is_idempotent: bool,
}

impl StepInfo {
    /// Creates the description of a step that calls an operation.
    pub const fn of_operation(
        id: &'static str,
        description: &'static str,
        operation: &'static Operation,
    ) -> Self {
        Self {
            id,
            description: description.trim_ascii(),
            operation: operation.id,
            is_idempotent: operation.idempotent,
        }
    }

    /// Creates the description of a step that runs another workflow. It is idempotent if all steps of that workflow
    /// are.
    pub const fn of_workflow(
        id: &'static str,
        description: &'static str,
        workflow: &'static str,
        steps: &[StepInfo],
    ) -> Self {
        let mut is_idempotent = true;
        let mut rest = steps;
        while let [step, others @ ..] = rest {
            is_idempotent = is_idempotent && step.is_idempotent;
            rest = others;
        }
        Self {
            id,
            description: description.trim_ascii(),
            operation: workflow,
            is_idempotent,
        }
    }
}

impl WorkflowInfo {
    /// Creates a description without steps, sources and schemas.
    pub const fn new(id: &'static str, title: &'static str, version: &'static str) -> Self {
        Self {
            id,
            title,
            version,
            summary: "",
            description: "",
            steps: &[],
            sources: &[],
            inputs: "{}",
            outputs: "{}",
        }
    }

    /// Sets the summary and the description.
    #[must_use]
    pub const fn about(mut self, summary: &'static str, description: &'static str) -> Self {
        self.summary = summary;
        self.description = description;
        self
    }

    /// Sets the steps and the sources of their operations.
    #[must_use]
    pub const fn steps(
        mut self,
        steps: &'static [StepInfo],
        sources: &'static [&'static str],
    ) -> Self {
        self.steps = steps;
        self.sources = sources;
        self
    }

    /// Sets the JSON Schemas of inputs and outputs.
    #[must_use]
    pub const fn schemas(mut self, inputs: &'static str, outputs: &'static str) -> Self {
        self.inputs = inputs;
        self.outputs = outputs;
        self
    }
}
