//! Checks of workflows against the API descriptions that they build upon.

use crate::arazzo::document::Description;
use crate::diagnostic::Diagnostics;

pub mod api;
mod literal;
pub mod reachability;
mod references;
mod requests;
mod responses;
pub mod schema;
pub mod sources;

pub use sources::Sources;

/// Checks everything that the documents alone decide: references, requests, responses and the flow of the steps.
///
/// What depends on the types of the generated client is checked where those are known.
pub fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    references::check(description, sources, found);
    requests::check(description, sources, found);
    responses::check(description, sources, found);
    reachability::check(description, found);
}

#[cfg(test)]
mod tests;
