//! What the tests of the whole share: a client as a user has it, what it sent, and the generator as it is called.

pub mod bare;
pub mod consumer;
pub mod described;
pub mod generator;
pub mod instances;
pub mod named;
pub mod operations;
pub mod recorder;
pub mod schemas;
pub mod scratch_crates;
pub mod sent;
pub mod troubles;
pub mod types;
pub mod workflows;
pub mod world;

use std::path::PathBuf;

/// The root of this repository.
pub fn repository() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().map(PathBuf::from).unwrap_or(tests)
}

/// A file or folder of the reference material, which tests that are ignored by default are about.
pub fn reference(path: &str) -> PathBuf {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    PathBuf::from(root).join(path)
}

/// The programs in the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
