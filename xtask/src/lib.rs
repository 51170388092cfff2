//! The generator as a library: what the binary and the tests call.

// An error here is a finding about a document. It is made once and then shown; its size matters to nobody.
#![allow(clippy::result_large_err)]

pub mod arazzo;
pub mod diagnostic;
pub mod diff;
pub mod emit;
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
pub mod rust_type;
pub mod rustdoc;
