#![doc = include_str!("../README.md")]
#![warn(missing_docs, missing_debug_implementations)]

mod handler;
mod journal;
mod service;

pub use service::{Workflows, workflow, workflows};
