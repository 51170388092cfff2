//! Names that files of workflows use from elsewhere. What a document names must not hide them.

use super::PRELUDE;

/// Types, traits, modules, functions and macros of the runtime.
const RUNTIME: &[&str] = &[
    "FixedSecret",
    "Number",
    "OrderedMap",
    "RunOptions",
    "SecretString",
    "StepContext",
    "StepError",
    "StepId",
    "StepOutcome",
    "StepResponse",
    "StepResult",
    "Steps",
    "Workflow",
    "WorkflowCall",
    "WorkflowError",
    "WorkflowRecord",
    "WorkflowRun",
    "criterion",
    "expect_status",
    "expect_success",
    "finished",
    "header_text",
    "impl_steps",
    "impl_workflow",
];

/// Types of other crates, and of the module that all workflows share.
const IMPORTED: &[&str] = &["Bytes", "Duration", "Map", "Value", "Variables"];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static str> {
    let lists = [RUNTIME, IMPORTED, PRELUDE];
    lists.into_iter().flatten().copied()
}
