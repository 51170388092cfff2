//! Normalization of an OpenAPI document to a form that progenitor accepts, with one pass per cause.
//!
//! Passes run after the overlays. Each changes the JSON of the document and records its changes. The document keeps
//! its meaning for callers of the API. A problem that no pass can solve is a [`Diagnostic`] with its location.
//! Passes that report diagnostics come first, while JSON Pointers still match the file.

mod component_names;
mod composition;
mod constraints;
mod defaults;
mod dialect;
mod directions;
mod enums;
mod hoist;
mod inheritance;
mod limits;
mod naming;
mod nullable;
mod operations;
mod origin;
mod parameters;
mod parts;
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
mod variants;
mod walk;

#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

pub use inheritance::{Unions, unions_of_children};
pub use parts::Part;
pub use properties::renamed;

/// Change made by a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// JSON Pointer into the document.
    pub pointer: String,
    /// Description of the change, as a verb phrase in the past tense: "removed …".
    pub description: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.description)
    }
}

/// Operation for which no method is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub operation_id: String,
    pub pointer: String,
    pub reason: String,
}

/// Documented response of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseNotes {
    /// `200`, `4XX` or `default`.
    pub status: String,
    pub description: String,
    /// Media types and their schemas, in document order.
    pub content: Vec<(String, Value)>,
    /// Header names and their header objects.
    pub headers: Vec<(String, Value)>,
}

/// Media type of a request body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestBody {
    /// Name that distinguishes it from the operation's other media types, such as `form`.
    pub name: String,
    /// Media type that is sent.
    pub media_type: String,
    /// Media type that progenitor receives.
    pub passed_as: &'static str,
    /// Properties of a form with a style of their own: name and variant of the runtime's `ParameterStyle`.
    pub form_styles: Vec<(String, &'static str)>,
    /// Declared parts of a `multipart/form-data` body; `None` for every other body.
    pub parts: Option<Vec<Part>>,
}

/// Facts about an operation that the generated method does not express.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationNotes {
    /// `operationId` declared in the document, if it was replaced.
    pub declared_id: Option<String>,
    pub method: String,
    pub path: String,
    /// JSON Pointer of the operation.
    pub pointer: String,
    /// Media types of the request body. The method sends the first one; the others have methods of their own.
    pub bodies: Vec<RequestBody>,
    /// Other media types for the same bytes.
    pub synonyms: Vec<String>,
    /// `true` if the operation documents a success without a body, such as 202, in addition to one with a body.
    pub accepted: bool,
    /// `true` if the operation documents a 304, which is not an error.
    pub not_modified: bool,
    /// `true` if the body of the decoded response is text.
    pub is_text: bool,
    /// Media types of the JSON that the client decodes, for the header `accept`; `None` for `application/json`.
    pub accept: Option<String>,
    /// All documented responses, including those that the client does not decode.
    pub responses: Vec<ResponseNotes>,
    /// Alternative security requirements, each a list of schemes that are required together.
    pub security: Vec<Vec<String>>,
}

/// Facts collected by the passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Notes by `operationId` of the normalized document.
    pub operations: BTreeMap<String, OperationNotes>,
    pub left_out: Vec<LeftOut>,
    /// Names of components that were inline schemas.
    pub hoisted: BTreeSet<String>,
    pub changes: Vec<Change>,
}

impl Notes {
    /// Returns the properties of the form with a style of their own.
    pub fn form_styles(&self, operation_id: &str) -> &[(String, &'static str)] {
        let body = self.body(operation_id);
        body.map_or(&[], |body| body.form_styles.as_slice())
    }

    fn body(&self, operation_id: &str) -> Option<&RequestBody> {
        self.operations.get(operation_id)?.bodies.first()
    }

    /// Returns the declared parts of the request body, if it is `multipart/form-data`.
    pub fn parts(&self, operation_id: &str) -> Option<&[Part]> {
        self.body(operation_id)?.parts.as_deref()
    }

    /// Returns the media type of the request body, if the operation has a body.
    pub fn request_media_type(&self, operation_id: &str) -> Option<&str> {
        Some(self.body(operation_id)?.media_type.as_str())
    }

    /// Returns `true` if the operation documents a success without a value in addition to one with a value.
    pub fn accepted(&self, operation_id: &str) -> bool {
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.accepted)
    }

    /// Returns `true` if the operation documents a 304.
    pub fn not_modified(&self, operation_id: &str) -> bool {
        let notes = self.operations.get(operation_id);
        notes.is_some_and(|operation| operation.not_modified)
    }

    /// Returns `true` if the body of the decoded response is text.
    pub fn is_text(&self, operation_id: &str) -> bool {
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.is_text)
    }

    /// Returns the header `accept` of an operation, unless it is `application/json` or any media type.
    pub fn accept(&self, operation_id: &str) -> Option<&str> {
        self.operations.get(operation_id)?.accept.as_deref()
    }

    /// Returns `true` if the operation documents a redirect. A 304 is not a redirect.
    pub fn redirects(&self, operation_id: &str) -> bool {
        let is_redirect = |response: &ResponseNotes| {
            matches!(
                response.status.as_str(),
                "301" | "302" | "303" | "307" | "308" | "3XX"
            )
        };
        self.operations
            .get(operation_id)
            .is_some_and(|operation| operation.responses.iter().any(is_redirect))
    }
}

/// Context of a pass.
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

    /// Records and reports an operation that cannot be generated.
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

/// All passes, in execution order. A pass relies on the passes before it. After a pass reports an error, the
/// remaining passes do not run.
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
    inheritance::run,
    recursion::run,
    composition::run,
    string_parameters::run,
    properties::run,
    nullable::run,
    prune::run,
    hoist::run,
    directions::run,
    variants::run,
];

/// Returns the name of the argument that progenitor generates for a parameter.
pub fn argument_name(parameter: &str) -> String {
    naming::snake(parameter)
}

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
