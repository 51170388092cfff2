//! Names that generated workflow files import. Names from a document must not shadow them.

use super::PRELUDE;

/// Types, traits, modules, functions and macros of the runtime.
const RUNTIME: &[&str] = &[
    "Error",
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

/// Types of other crates and of the module shared by all workflows.
const IMPORTED: &[&str] = &["Bytes", "Duration", "Map", "Value", "Variables"];

/// Returns all reserved names.
pub fn all() -> impl Iterator<Item = &'static str> {
    let lists = [RUNTIME, IMPORTED, PRELUDE];
    lists.into_iter().flatten().copied()
}

/// Names that no generated module may have.
///
/// They are files with a special meaning, keywords that cannot be escaped, and primitive types and crates, which a
/// module of the same name would shadow.
pub const MODULES: &[&str] = &[
    "alloc",
    "bin",
    "bool",
    "bytes",
    "char",
    "chrono",
    "core",
    "crate",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "lib",
    "main",
    "mod",
    "regress",
    "reqwest",
    "self",
    "serde",
    "serde_json",
    "std",
    "str",
    "super",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
    "uuid",
];
