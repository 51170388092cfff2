//! Makes any OpenAPI 3.0 document fit for progenitor: one small pass per defect that it would stumble over.
//!
//! Each pass works on the JSON of the (overlaid) document, says what it changed, and leaves behind a document that means
//! the same to a caller of the API. What no pass can mend is a [`Diagnostic`] with its place. Passes that read the
//! document as written come first, so that places are still those of the file.

mod component_names;
mod composition;
mod constraints;
mod defaults;
mod dialect;
mod enums;
mod hoist;
mod limits;
mod naming;
mod nullable;
mod operations;
mod origin;
mod parameters;
mod properties;
mod prune;
mod recursion;
mod references;
mod request_bodies;
mod required;
mod responses;
mod security;
mod shape;
mod texts;
mod walk;

#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Something that a pass changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON Pointer into the document.
    pub pointer: String,
    /// What was done there, as a sentence without its subject: "took away …".
    pub what: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.what)
    }
}

/// An operation for which no method is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub operation_id: String,
    pub pointer: String,
    pub why: String,
}

/// An answer that the document describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// `200`, `4XX` or `default`.
    pub status: String,
    pub description: String,
    /// Media type and schema, in the document's order.
    pub content: Vec<(String, Value)>,
    /// Header name and header object.
    pub headers: Vec<(String, Value)>,
}

/// What the document says about an operation beyond what the generated method can show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationNotes {
    /// The operationId as the document has it, where that could not be kept.
    pub declared_id: Option<String>,
    pub method: String,
    pub path: String,
    /// JSON Pointer to the operation.
    pub pointer: String,
    /// Whether a 202 without a value is documented beside the success that has one.
    pub accepted: bool,
    /// Every documented answer, also those that the client does not decode.
    pub answers: Vec<Answer>,
    /// Alternatives, each a list of schemes that are needed together.
    pub security: Vec<Vec<String>>,
}

/// What normalizing found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Keyed by operationId, as the normalized document has it.
    pub operations: BTreeMap<String, OperationNotes>,
    pub left_out: Vec<LeftOut>,
    /// Components that were made out of inline schemas.
    pub hoisted: BTreeSet<String>,
    pub changes: Vec<Change>,
}

impl Notes {
    /// Whether the operation documents a 202 beside its success.
    pub fn accepted(&self, operation_id: &str) -> bool {
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.accepted)
    }

    /// Whether the operation documents that what is asked for may lie elsewhere. A 304 says something else.
    pub fn redirects(&self, operation_id: &str) -> bool {
        let is_redirect = |answer: &Answer| {
            matches!(
                answer.status.as_str(),
                "301" | "302" | "303" | "307" | "308" | "3XX"
            )
        };
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.answers.iter().any(is_redirect))
    }
}

/// What every pass is given beside the document.
struct Context<'a> {
    file: &'a Path,
    diagnostics: &'a mut Diagnostics,
    notes: Notes,
}

impl Context<'_> {
    fn changed(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        self.notes.changes.push(Change {
            pointer: pointer.into(),
            what: what.into(),
        });
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn diagnostic(
        &self,
        code: Code,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.file, pointer, message)
    }

    /// Drops an operation that cannot be generated, and says so.
    fn leave_out(&mut self, operation_id: &str, pointer: &str, why: impl Into<String>) {
        let why = why.into();
        self.notes.operations.remove(operation_id);
        self.report(
            self.diagnostic(
                Code::OperationLeftOut,
                pointer,
                format!("no method is generated for `{operation_id}`: {why}"),
            )
            .help("a workflow that uses this operation cannot be generated"),
        );
        self.notes.left_out.push(LeftOut {
            operation_id: operation_id.to_owned(),
            pointer: pointer.to_owned(),
            why,
        });
    }
}

type Pass = fn(&mut Value, &mut Context<'_>);

/// In the order in which they run. A pass may rely on what those before it have done; after a pass that has found an
/// error in the document, the rest do not run.
const PASSES: &[Pass] = &[
    limits::run,
    dialect::run,
    shape::run,
    references::run,
    component_names::run,
    security::run,
    operations::run,
    parameters::run,
    request_bodies::run,
    responses::run,
    origin::run,
    enums::run,
    constraints::run,
    required::run,
    defaults::run,
    recursion::run,
    composition::run,
    texts::run,
    properties::run,
    nullable::run,
    prune::run,
    hoist::run,
];

/// Makes the document fit for progenitor.
///
/// The document is only of use where `diagnostics` has no errors afterwards.
pub fn normalize(document: &mut Value, file: &Path, diagnostics: &mut Diagnostics) -> Notes {
    let mut found = Diagnostics::new();
    let mut context = Context {
        file,
        diagnostics: &mut found,
        notes: Notes::default(),
    };
    for pass in PASSES {
        pass(document, &mut context);
        if context.diagnostics.has_errors() {
            break;
        }
    }
    let notes = context.notes;
    diagnostics.extend(found);
    notes
}
