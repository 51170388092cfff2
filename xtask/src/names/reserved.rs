//! Names that files of workflows use from elsewhere. What a document names must not hide them.

/// Types, traits, modules and functions of the runtime.
pub const RUNTIME: &[&str] = &[
    "Error",
    "FixedSecret",
    "Number",
    "OrderedMap",
    "Outcome",
    "Run",
    "RunOptions",
    "SecretString",
    "Seen",
    "StepId",
    "Steps",
    "Stop",
    "To",
    "Verdict",
    "Visit",
    "Why",
    "WorkflowError",
    "criterion",
    "header_text",
    "nested",
];

/// Types of `serde_json`.
pub const JSON: &[&str] = &["Map", "Value"];

/// Types of the standard library that are imported.
pub const STANDARD: &[&str] = &["Duration"];

/// Types of the prelude, and of the module that all workflows share.
const IN_SCOPE: &[&str] = &[
    "Box",
    "Bytes",
    "Default",
    "Err",
    "From",
    "Into",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Variables",
    "Vec",
];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static str> {
    let lists = [RUNTIME, JSON, STANDARD, IN_SCOPE];
    lists.into_iter().flatten().copied()
}

/// Names that no module has: those of files with another meaning, words that cannot be escaped, primitive types and
/// crates, which a module of the same name would hide.
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
    "pipedream_sdk_runtime",
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
