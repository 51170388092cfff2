//! Checks of the documents by themselves: references, requests, responses and the flow of the steps.

use crate::arazzo::document::Description;
use crate::arazzo::sources::Sources;
use crate::diagnostic::Diagnostics;

mod bodies;
mod cycles;
pub(crate) mod literal;
pub mod reachability;
mod references;
mod report;
mod requests;
mod responses;
pub mod schema;
mod security;

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
