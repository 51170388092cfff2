//! Checks of documents that do not need the generated client: references, cycles, requests, bodies, responses,
//! credentials and flow.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::arazzo::document::Description;
use crate::arazzo::sources::Sources;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Document;
use crate::openapi::normalize::unions_of_children;

pub mod api;
mod bodies;
mod comparisons;
mod cycles;
pub(crate) mod defaults;
mod deletions;
pub mod fold;
mod jsonpath;
pub(crate) mod literal;
pub mod reachability;
mod references;
mod report;
mod requests;
mod responses;
pub mod schema;
mod security;
mod unbraced;
mod unused_inputs;

/// Properties of request bodies that the API description does not declare, by file and pointer.
///
/// The type of the body in the client determines whether such a property is sent. Lowering [takes](Self::take) the
/// properties that it reports as not sent. [`report`](Self::report) reports the others.
#[derive(Debug, Default)]
pub struct UndeclaredProperties(RefCell<BTreeMap<(PathBuf, String), Diagnostic>>);

impl UndeclaredProperties {
    fn add(&self, finding: Diagnostic) {
        let pointer = finding.pointer.clone();
        self.add_at(pointer, finding);
    }

    /// Adds a property whose location in the payload is not the one of its finding.
    fn add_at(&self, pointer: String, finding: Diagnostic) {
        let location = (finding.file.clone(), pointer);
        self.0.borrow_mut().insert(location, finding);
    }

    /// Returns `true` if the property at this location is undeclared.
    pub fn contains(&self, file: &Path, pointer: &str) -> bool {
        let location = (file.to_owned(), pointer.to_owned());
        self.0.borrow().contains_key(&location)
    }

    /// Removes the property at this location.
    pub fn take(&self, file: &Path, pointer: &str) {
        let location = (file.to_owned(), pointer.to_owned());
        self.0.borrow_mut().remove(&location);
    }

    /// Reports the properties that were not taken.
    pub fn report(self, found: &mut Diagnostics) {
        found.extend(self.0.into_inner().into_values());
    }
}

/// Returns the API descriptions as requests and responses have them: a value of a parent with a discriminator is a
/// value of one of its children.
pub fn with_children(apis: &[Document]) -> Vec<Cow<'_, Document>> {
    let apis = apis.iter();
    apis.map(|api| match unions_of_children(&api.value) {
        Some(unions) => Cow::Owned(Document {
            value: unions.document,
            ..api.clone()
        }),
        None => Cow::Borrowed(api),
    })
    .collect()
}

/// Runs all checks of this module on a workflow document.
///
/// Checks that need the types of the client are part of [`lower`](crate::lower).
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
    deletions::check(description, sources, found);
}

#[cfg(test)]
mod tests;
