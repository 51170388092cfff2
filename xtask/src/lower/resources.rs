//! Resources of one OpenAPI document: a handle for each group of operations, and a request builder for each operation.
//!
//! Groups and methods have the names that the document gives them for SDKs (`x-fern-sdk-group-name` and
//! `x-fern-sdk-method-name`). Operations without these names, or with `x-fern-ignore`, are the client's alone; a
//! document that names none of its operations has no resources.

mod input;
mod paging;
mod plan;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::model::resource::Resources;
use crate::openapi::description::{ApiDescription, Operation};
use crate::openapi::index::Index;

/// What resources are lowered from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The module of the client.
    pub module: &'a str,
    /// The document's name, for diagnostics.
    pub file: &'a Path,
    /// The document as its author sees it.
    pub document: &'a Value,
    /// The document that the client was made from.
    pub normalized: &'a Value,
    pub index: &'a Index,
}

/// Reads the resources of a document; `None` if it has none.
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
    /// The document as its author sees it, and its operations by their ids.
    written: ApiDescription<'a>,
    as_written: BTreeMap<&'a str, Operation<'a>>,
    /// The document that the client was made from.
    api: ApiDescription<'a>,
    index: &'a Index,
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
