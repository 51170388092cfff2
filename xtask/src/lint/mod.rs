//! Checks of the documents by themselves: references, requests, responses and the flow of the steps.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::arazzo::document::Description;
use crate::arazzo::sources::Sources;
use crate::diagnostic::{Diagnostic, Diagnostics};

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

/// Properties of request bodies that the API description does not declare, by their places.
///
/// The documents do not tell whether such a property is sent: that depends on the type of the body in the client. So
/// they are not reported at once. Lowering takes out those that it reports itself, as not sent; [`report`](Self::report)
/// reports the rest.
#[derive(Debug, Default)]
pub struct UndeclaredProperties(RefCell<BTreeMap<(PathBuf, String), Diagnostic>>);

impl UndeclaredProperties {
    fn add(&self, finding: Diagnostic) {
        let place = (finding.file.clone(), finding.pointer.clone());
        self.0.borrow_mut().insert(place, finding);
    }

    /// Takes out the one at this place.
    pub fn take(&self, file: &Path, pointer: &str) {
        let place = (file.to_owned(), pointer.to_owned());
        self.0.borrow_mut().remove(&place);
    }

    /// Reports those that were not taken out.
    pub fn report(self, found: &mut Diagnostics) {
        found.extend(self.0.into_inner().into_values());
    }
}

/// Checks everything that the documents alone decide: references, requests, responses and the flow of the steps.
///
/// What depends on the types of the generated client is checked where those are known.
pub fn check(
    description: &Description,
    sources: &Sources<'_>,
    undeclared: &UndeclaredProperties,
    found: &mut Diagnostics,
) {
    references::check(description, sources, found);
    cycles::check(description, found);
    requests::check(description, sources, undeclared, found);
    responses::check(description, sources, found);
    reachability::check(description, found);
}

#[cfg(test)]
mod tests;
