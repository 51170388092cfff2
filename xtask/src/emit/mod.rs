//! Checked descriptions to Rust source.

pub mod client;
