//! What is known about a workflow without running it, for menus, documentation and tools that choose one.

/// A workflow of the documents.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WorkflowInfo {
    /// Its name.
    pub id: &'static str,
    /// The title of its document.
    pub title: &'static str,
    /// The version of its document.
    pub version: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What it does, at length.
    pub description: &'static str,
    /// Its steps, in the order of the document.
    pub steps: &'static [StepInfo],
    /// The API descriptions that its operations come from.
    pub sources: &'static [&'static str],
    /// A self-contained JSON Schema of its inputs.
    pub inputs: &'static str,
    /// A self-contained JSON Schema of its outputs.
    pub outputs: &'static str,
}

/// A step of a workflow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StepInfo {
    /// Its name.
    pub id: &'static str,
    /// What it does.
    pub description: &'static str,
    /// The operation that it calls.
    pub operation: &'static str,
}

impl StepInfo {
    /// A step.
    pub const fn new(id: &'static str, description: &'static str, operation: &'static str) -> Self {
        Self {
            id,
            description,
            operation,
        }
    }
}

impl WorkflowInfo {
    /// A workflow without steps, sources and schemas.
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

    /// The same with a summary and a description.
    #[must_use]
    pub const fn about(mut self, summary: &'static str, description: &'static str) -> Self {
        self.summary = summary;
        self.description = description;
        self
    }

    /// The same with steps, and the sources of their operations.
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

    /// The same with JSON Schemas.
    #[must_use]
    pub const fn schemas(mut self, inputs: &'static str, outputs: &'static str) -> Self {
        self.inputs = inputs;
        self.outputs = outputs;
        self
    }
}
