//! Library of the generator, used by the binary and the tests.

// An error is a finding about a document, which is created rarely, so its size does not matter.
#![allow(clippy::result_large_err)]

pub mod arazzo;
pub mod diagnostic;
pub mod diff;
pub mod emit;
pub mod graph;
pub mod jsonpath;
pub mod lint;
pub mod load;
pub mod lower;
pub mod model;
pub mod names;
pub mod openapi;
pub mod output;
pub mod overlay;
pub mod paths;
pub mod pipeline;
pub mod release;
pub mod rust_type;
pub mod rustdoc;
