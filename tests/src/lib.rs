//! Shared test support: clients of fakes, recorded requests, and runs of the generator.

pub mod bare;
pub mod consumer;
pub mod documents;
pub mod fuzz;
pub mod generator;
pub mod instances;
pub mod named;
pub mod operations;
pub mod recorder;
pub mod response_faults;
pub mod schemas;
pub mod scratch_crates;
pub mod sent;
pub mod spans;
pub mod synthetic;
pub mod types;
pub mod workflows;
pub mod world;

use std::path::PathBuf;

/// Returns the root of this repository.
pub fn repository() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().map(PathBuf::from).unwrap_or(tests)
}

/// Returns the path of a reference file or folder. Only tests that are ignored by default need it.
pub fn reference(path: &str) -> PathBuf {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    PathBuf::from(root).join(path)
}

/// Compiles the programs in the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
