//! Changes an OpenAPI document into a form that progenitor accepts: one small pass per cause.
//!
//! Each pass changes the JSON of the document after its overlays, and records what it changed. The document keeps its
//! meaning for callers of the API. What no pass can change is a [`Diagnostic`] with its place. Passes that report come
//! first, while JSON Pointers are still those of the file.

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
mod string_parameters;
mod walk;

#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// A change that a pass made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON Pointer into the document.
    pub pointer: String,
    /// The change, as a verb phrase in the past tense: "removed …".
    pub description: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.description)
    }
}

/// An operation for which no method is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub operation_id: String,
    pub pointer: String,
    pub reason: String,
}

/// A documented response.
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

/// Facts about an operation that the generated method does not express.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationNotes {
    /// The `operationId` of the document, if it had to be replaced.
    pub declared_id: Option<String>,
    pub method: String,
    pub path: String,
    /// JSON Pointer of the operation.
    pub pointer: String,
    /// `true` if a 202 without a body is documented beside a success with one.
    pub accepted: bool,
    /// All documented responses, including those that the client does not decode.
    pub answers: Vec<Answer>,
    /// Alternatives, each a list of schemes that are required together.
    pub security: Vec<Vec<String>>,
}

/// Facts that the passes collected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// By `operationId` of the normalized document.
    pub operations: BTreeMap<String, OperationNotes>,
    pub left_out: Vec<LeftOut>,
    /// Components that were inline schemas.
    pub hoisted: BTreeSet<String>,
    pub changes: Vec<Change>,
}

impl Notes {
    /// `true` if the operation documents a 202 beside its success.
    pub fn accepted(&self, operation_id: &str) -> bool {
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.accepted)
    }

    /// `true` if the operation documents a redirect. A 304 is not one.
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

/// The context of a pass.
struct Context<'a> {
    file: &'a Path,
    diagnostics: &'a mut Diagnostics,
    notes: Notes,
}

impl Context<'_> {
    fn changed(&mut self, pointer: impl Into<String>, description: impl Into<String>) {
        self.notes.changes.push(Change {
            pointer: pointer.into(),
            description: description.into(),
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

    /// Drops an operation that cannot be generated, and reports it.
    fn leave_out(&mut self, operation_id: &str, pointer: &str, reason: impl Into<String>) {
        let reason = reason.into();
        self.notes.operations.remove(operation_id);
        self.report(
            self.diagnostic(
                Code::OperationLeftOut,
                pointer,
                format!("no method is generated for `{operation_id}`: {reason}"),
            )
            .help("a workflow that uses this operation cannot be generated"),
        );
        self.notes.left_out.push(LeftOut {
            operation_id: operation_id.to_owned(),
            pointer: pointer.to_owned(),
            reason,
        });
    }
}

type Pass = fn(&mut Value, &mut Context<'_>);

/// All passes in the order in which they run. A pass relies on those before it; after a pass that reports an error, the
/// others do not run.
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
    string_parameters::run,
    properties::run,
    nullable::run,
    prune::run,
    hoist::run,
];

/// Runs all passes on a document.
///
/// The result is only usable if no errors were reported.
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
