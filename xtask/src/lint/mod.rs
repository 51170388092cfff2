//! Checks of documents that need no generated client: references, cycles, requests, bodies, responses, security, flow.

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

/// Runs all checks on a workflow document.
///
/// Checks that need the types of the client are part of [`lower`](crate::lower).
pub fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    references::check(description, sources, found);
    cycles::check(description, found);
    requests::check(description, sources, found);
    responses::check(description, sources, found);
    reachability::check(description, found);
}

#[cfg(test)]
mod tests;
