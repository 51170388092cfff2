//! Generation that leaves out what is wrong: an operation, a schema, a workflow or a document.
//!
//! The parts with errors are removed, and the stage runs again, until no error is left. What depends on a removed
//! part then has an error of its own and is removed in the next round.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::inputs::{self, Loaded};
use super::{Api, Checked, Request, client, workflows};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, unescape};
use crate::lint;
use crate::load::Document;
use crate::openapi::description::METHODS;
use crate::openapi::extensions::LEFT_OUT;

/// Maximum number of rounds of a stage.
const MAX_ROUNDS: usize = 40;

/// Part of a document that nothing is generated for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// Path of the document.
    pub file: PathBuf,
    /// JSON Pointer; empty for the document itself.
    pub pointer: String,
    /// Description, such as "operation `GET /pets`".
    pub part: String,
    /// The errors.
    pub reasons: Vec<Reason>,
}

/// Error in a part that is left out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reason {
    /// Code of the diagnostic.
    pub code: String,
    /// JSON Pointer of the diagnostic.
    pub pointer: String,
    /// Message of the diagnostic.
    pub message: String,
}

/// Generates everything that has no error. Returns `None` if an error cannot be assigned to a part.
pub(super) fn check(
    loaded: &mut Loaded,
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
) -> Option<Checked> {
    let mut apis = Vec::new();
    let modules = inputs::module_names(&loaded.apis);
    for (number, module) in modules.into_iter().enumerate() {
        let document = loaded.apis.get_mut(number)?;
        apis.extend(api(document, number, &module, left_out, found));
    }
    for _ in 0..MAX_ROUNDS {
        let mut problems = Diagnostics::new();
        let program = workflows(loaded, &apis, &mut problems);
        lint::fold::fold(&mut problems);
        if !problems.has_errors() {
            found.extend(problems);
            return Some(Checked { apis, program });
        }
        let parts = Parts::of(&problems, workflow_part);
        if !parts.remove_from(&mut loaded.flows, remove_workflow, left_out, found) {
            found.extend(problems);
            return None;
        }
    }
    None
}

/// Generates the client of a document without its invalid parts; `None` if the document itself is left out.
fn api(
    document: &mut Document,
    number: usize,
    module: &str,
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
) -> Option<Api> {
    for _ in 0..MAX_ROUNDS {
        let mut problems = Diagnostics::new();
        let api = client(document, number, module.to_owned(), &mut problems);
        match api {
            Some(api) if !problems.has_errors() => {
                found.extend(problems);
                return Some(api);
            }
            _ => {}
        }
        let parts = Parts::of(&problems, api_part);
        let whole = parts
            .0
            .contains_key(&(document.path.clone(), String::new()));
        let mut documents = vec![document.clone()];
        let removed = parts.remove_from(&mut documents, remove_api_part, left_out, found);
        match documents.pop() {
            Some(reduced) if removed && !whole && reduced.value != document.value => {
                *document = reduced;
            }
            _ => return None,
        }
    }
    None
}

/// Errors by the part of a document that they are in: its file and pointer.
struct Parts(BTreeMap<(PathBuf, String), Vec<Diagnostic>>);

impl Parts {
    fn of(problems: &Diagnostics, part: fn(&str) -> String) -> Self {
        let mut parts: BTreeMap<_, Vec<Diagnostic>> = BTreeMap::new();
        let errors = problems.iter().filter(|it| it.severity == Severity::Error);
        for error in errors {
            let key = (error.file.clone(), part(&error.pointer));
            parts.entry(key).or_default().push(error.clone());
        }
        Self(parts)
    }

    /// Removes the parts, and reports their errors as warnings. Returns `false` if an error is in none of the
    /// documents.
    fn remove_from(
        &self,
        documents: &mut Vec<Document>,
        remove: fn(&mut Value, &str) -> bool,
        left_out: &mut Vec<LeftOut>,
        found: &mut Diagnostics,
    ) -> bool {
        for ((file, pointer), errors) in &self.0 {
            let Some(number) = documents.iter().position(|document| document.path == *file) else {
                return false;
            };
            let part = describe(&documents[number].value, pointer, file);
            let is_removed = !pointer.is_empty() && remove(&mut documents[number].value, pointer);
            if !is_removed && !pointer.is_empty() {
                return false;
            }
            if pointer.is_empty() {
                documents.remove(number);
            }
            record(file, pointer, part, errors, left_out, found);
        }
        true
    }
}

/// Records a part that is left out, with its errors as warnings.
pub(super) fn record(
    file: &Path,
    pointer: &str,
    part: String,
    errors: &[Diagnostic],
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
) {
    let reason = |error: &Diagnostic| Reason {
        code: error.code.as_str().to_owned(),
        pointer: error.pointer.clone(),
        message: error.message.clone(),
    };
    for error in errors {
        found.push(
            error
                .clone()
                .as_warning()
                .label(format!("the {part} is left out")),
        );
    }
    left_out.push(LeftOut {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        part,
        reasons: errors.iter().map(reason).collect(),
    });
}

/// Returns the pointer of the operation or component that a pointer is in; empty for another part of the document.
fn api_part(pointer: &str) -> String {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    let length = match tokens.as_slice() {
        ["paths", _, method, ..] if METHODS.contains(method) => 3,
        ["paths", _, ..] => 2,
        ["components", _, _, ..] => 3,
        _ => 0,
    };
    tokens[..length]
        .iter()
        .map(|token| format!("/{token}"))
        .collect()
}

/// Returns the pointer of the workflow that a pointer is in; empty for another part of the document.
fn workflow_part(pointer: &str) -> String {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    match tokens.as_slice() {
        ["workflows", number, ..] => format!("/workflows/{number}"),
        _ => String::new(),
    }
}

/// Removes an operation, a path item or a component. A schema becomes any JSON value.
fn remove_api_part(document: &mut Value, pointer: &str) -> bool {
    let Some((outer, last)) = pointer.rsplit_once('/') else {
        return false;
    };
    let Some(members) = document.pointer_mut(outer).and_then(Value::as_object_mut) else {
        return false;
    };
    let last = unescape(last);
    if outer == "/components/schemas" {
        let any = json!({});
        return members.insert(last, any.clone()) != Some(any);
    }
    members.shift_remove(&last).is_some()
}

/// Marks a workflow as left out, so that the pointers of the others stay valid.
fn remove_workflow(document: &mut Value, pointer: &str) -> bool {
    let Some(workflow) = document.pointer_mut(pointer) else {
        return false;
    };
    let marker = json!({ LEFT_OUT: true });
    let is_new = *workflow != marker;
    *workflow = marker;
    is_new
}

/// Describes a part by its kind and name.
fn describe(document: &Value, pointer: &str, file: &Path) -> String {
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["paths", path, method] => format!("operation `{} {path}`", method.to_uppercase()),
        ["paths", path] => format!("path `{path}`"),
        ["components", "schemas", name] => format!("schema `{name}`"),
        ["components", kind, name] => format!("component `{kind}/{name}`"),
        ["workflows", number] => {
            let id = document
                .pointer(pointer)
                .and_then(|it| it.get("workflowId"));
            format!(
                "workflow `{}`",
                id.and_then(Value::as_str).unwrap_or(number)
            )
        }
        _ => format!(
            "document `{}`",
            file.file_name().unwrap_or_default().to_string_lossy()
        ),
    }
}

/// Returns the list of what is left out as documentation of the crate; empty if nothing is.
pub(super) fn documentation(request: &Request, left_out: &[LeftOut]) -> String {
    if left_out.is_empty() || !request.keep_going {
        return String::new();
    }
    let mut text =
        "//! # Left out\n//!\n//! These parts of the documents have errors:\n//!\n".to_owned();
    for part in left_out {
        let file = part.file.file_name().unwrap_or_default().to_string_lossy();
        let reason = part.reasons.first();
        let message = reason.map_or("", |reason| reason.message.as_str());
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = message
            .replace('[', "\\[")
            .replace(']', "\\]")
            .replace('<', "\\<");
        let more = match part.reasons.len() {
            0 | 1 => String::new(),
            number => format!(" ({} more)", number - 1),
        };
        text += &format!("//! - {file}: {}: {message}{more}\n", part.part);
    }
    text + "//!\n"
}
