//! The generator as a library: what the binary and the tests call.

pub mod arazzo;
pub mod diagnostic;
pub mod diff;
pub mod load;
pub mod openapi;
pub mod overlay;
pub mod position;
