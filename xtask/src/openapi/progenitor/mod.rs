//! Runs progenitor on a normalized document and patches the client that it prints.

pub mod patch;
pub mod run;
pub mod types;
