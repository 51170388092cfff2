//! Prints the model as Rust source.

pub mod borrowed;
pub mod client;
pub mod diagram;
pub mod docs;
pub mod example;
pub mod file;
pub mod flow;
pub mod handle;
pub mod judge;
pub mod literal;
pub mod pattern;
pub mod reads;
pub mod resources;
pub mod structs;
pub mod ty;
pub mod value;
pub mod workflow;
pub mod workflows;
