//! Checked descriptions to Rust source.

pub mod client;
pub mod docs;
pub mod handle;
pub mod judge;
pub mod ty;
pub mod value;
pub mod workflow;
pub mod workflows;

#[cfg(test)]
mod tests;
