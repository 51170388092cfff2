//! Lowering of the resources of one OpenAPI document: a handle per group of operations and a request builder per
//! operation.
//!
//! [`resource_names`](crate::openapi::description::resource_names) names the groups and methods. Operations with
//! `x-fern-ignore` are methods of the client only.

mod input;
mod paging;
mod plan;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics, child};
use crate::model::resource::Resources;
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::index::{self, Index};

/// Input of [`lower`].
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The module of the client.
    pub module: &'a str,
    /// The document's name, for diagnostics.
    pub file: &'a Path,
    /// The document as written, for descriptions.
    pub document: &'a Value,
    /// The normalized document, from which the client was generated.
    pub normalized: &'a Value,
    pub index: &'a Index,
}

/// Lowers the resources of a document; `None` if it has none.
pub fn lower(source: Source<'_>, found: &mut Diagnostics) -> Option<Resources> {
    let operations = ApiDescription::new(source.document).operations();
    let context = Context {
        module: source.module,
        file: source.file,
        as_written: operations
            .into_iter()
            .filter_map(|operation| Some((operation.id?, operation)))
            .collect(),
        written: ApiDescription::new(source.document),
        api: ApiDescription::new(source.normalized),
        index: source.index,
    };
    plan::read(&context, found)
}

/// A document in its two forms.
struct Context<'a> {
    module: &'a str,
    file: &'a Path,
    /// The document as written, and its operations by their ids.
    written: ApiDescription<'a>,
    as_written: BTreeMap<&'a str, Operation<'a>>,
    /// The normalized document, from which the client was generated.
    api: ApiDescription<'a>,
    index: &'a Index,
}

impl<'a> Context<'a> {
    /// Adds the place where the response of an operation is declared to a finding about it.
    fn about_response(&self, id: &str, finding: Diagnostic) -> Diagnostic {
        let Some(operation) = self.as_written.get(id) else {
            return finding;
        };
        let content = self.written.success(operation);
        let schema = content.and_then(|content| content.schema);
        let responses = operation.part.get("responses");
        let responses = responses.map(|responses| responses.members());
        let mut responses = responses.into_iter().flatten();
        let success = responses.find(|(status, _)| status.starts_with('2'));
        let place = match (schema, success) {
            (Some(schema), _) => self.written.schema(schema).pointer,
            (None, Some((_, response))) => self.written.resolve(response).pointer,
            (None, None) => child(&operation.part.pointer, "responses"),
        };
        finding.related(self.file, place, "the response is declared here")
    }

    /// Returns the client's operation for one of the normalized document.
    fn operation(&self, declared: &Operation<'_>) -> Option<&'a index::Operation> {
        let Some(of) = declared.variant_of() else {
            return self.index.operations.get(declared.id?);
        };
        let mut variants = self.index.operations.get(of)?.variants.iter();
        variants.find(|variant| Some(variant.key.as_str()) == declared.id)
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
