//! Client generation: runs progenitor on a normalized document and patches the generated client.

pub mod arguments;
pub mod patch;
pub mod run;
mod trim;
pub mod types;
