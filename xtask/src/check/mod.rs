//! From documents to a checked program: what the documents alone decide, then names, flow and types.

use crate::arazzo::document::Description;
use crate::diagnostic::Diagnostics;

pub mod api;
mod bodies;
mod cycles;
pub mod flow;
mod literal;
pub mod reachability;
mod references;
mod report;
mod requests;
mod resolve;
mod responses;
pub mod schema;
mod security;
pub mod sources;
pub mod types;

pub use resolve::{Client, Linked, program};
pub use sources::Sources;

/// Checks everything that the documents alone decide: references, requests, responses and the flow of the steps.
///
/// What depends on the types of the generated client is checked where those are known.
pub fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    references::check(description, sources, found);
    cycles::check(description, found);
    requests::check(description, sources, found);
    responses::check(description, sources, found);
    reachability::check(description, found);
}

#[cfg(test)]
mod tests;
