//! Generation that leaves out what is wrong: an operation, a schema, a workflow or a document.
//!
//! The parts with errors are removed, and the stage runs again, until no error is left. A part that depends on a
//! removed one then has an error of its own and is removed in the next round.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::api::{Api, BegunClient};
use super::inputs::{self, Loaded};
use super::{Checked, Request, check_apis, workflows};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, unescape};
use crate::lint;
use crate::load::Document;
use crate::openapi::description::METHODS;
use crate::openapi::extensions::{FILES, LEFT_OUT};
use crate::openapi::progenitor::patch::Purpose;

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

/// Generates everything that has no error. Returns `None` if an error is in none of the documents.
pub(super) fn check(
    loaded: &mut Loaded,
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
) -> Option<Checked> {
    let mut apis = Vec::new();
    let modules = inputs::module_names(&loaded.apis);
    for ((number, document), module) in loaded.apis.iter_mut().enumerate().zip(modules) {
        apis.extend(api(document, number, &module, left_out, found));
    }
    check_apis(&loaded.apis, found);
    let mut problems = Diagnostics::new();
    for _ in 0..MAX_ROUNDS {
        problems = Diagnostics::new();
        let program = workflows(loaded, &apis, &mut problems);
        lint::fold::fold(&mut problems);
        if !problems.has_errors() {
            found.extend(problems);
            return Some(Checked { apis, program });
        }
        let by_file = errors_by(&problems, |error| error.file.clone());
        let is_flow = |file: &PathBuf| loaded.flows.iter().any(|flow| flow.path == *file);
        if !by_file.keys().all(is_flow) {
            break;
        }
        loaded.flows.retain_mut(|flow| {
            let errors = by_file.get(&flow.path);
            errors.is_none_or(|errors| WORKFLOWS.remove(flow, errors, left_out, found))
        });
    }
    found.extend(problems);
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
    let mut errors = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let mut problems = Diagnostics::new();
        let (module, purpose) = (module.to_owned(), Purpose::Print);
        let begun = BegunClient::begin(document, number, module, purpose, &mut problems);
        let api = begun.and_then(|client| client.finish(&mut problems));
        match api {
            Some(api) if !problems.has_errors() => {
                found.extend(problems);
                return Some(api);
            }
            _ => {}
        }
        let found_errors = problems
            .into_iter()
            .filter(|it| it.severity == Severity::Error);
        errors = found_errors.collect();
        if !API_PARTS.remove(document, &errors, left_out, found) {
            return None;
        }
    }
    record_document(&document.path, &errors, left_out, found);
    None
}

/// Parts of a kind of document that can be removed.
struct Removal {
    /// Returns the pointer of the part that a pointer is in; empty for the rest of the document.
    part: fn(&str) -> String,
    /// Removes a part. Returns `false` if the document has no such part.
    remove: fn(&mut Value, &str) -> bool,
}

const API_PARTS: Removal = Removal {
    part: api_part,
    remove: remove_api_part,
};

const WORKFLOWS: Removal = Removal {
    part: workflow_part,
    remove: remove_workflow,
};

impl Removal {
    /// Removes the parts with errors, and reports the errors as warnings.
    ///
    /// Returns `false` if the document itself is left out, because an error is in no part that can be removed.
    fn remove(
        &self,
        document: &mut Document,
        errors: &[Diagnostic],
        left_out: &mut Vec<LeftOut>,
        found: &mut Diagnostics,
    ) -> bool {
        let own = |error: &Diagnostic| match error.file == document.path {
            true => (self.part)(&error.pointer),
            false => String::new(),
        };
        let by_part = errors_by(errors, own);
        let mut reduced = document.value.clone();
        let mut parts = by_part.keys();
        let is_reduced = parts.all(|part| !part.is_empty() && (self.remove)(&mut reduced, part));
        if by_part.is_empty() || !is_reduced {
            record_document(&document.path, errors, left_out, found);
            return false;
        }
        for (pointer, errors) in &by_part {
            let part = describe(&document.value, pointer);
            record((&document.path, pointer), part, errors, left_out, found);
        }
        document.value = reduced;
        true
    }
}

/// Groups the errors among the findings. An error that two stages find at one place counts once.
fn errors_by<'f, K: Ord>(
    findings: impl IntoIterator<Item = &'f Diagnostic>,
    key: impl Fn(&Diagnostic) -> K,
) -> BTreeMap<K, Vec<Diagnostic>> {
    let mut groups: BTreeMap<K, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        if finding.severity == Severity::Error {
            let group = groups.entry(key(finding)).or_default();
            let is_same = |it: &Diagnostic| {
                it.code == finding.code && it.file == finding.file && it.pointer == finding.pointer
            };
            if !group.iter().any(is_same) {
                group.push(finding.clone());
            }
        }
    }
    groups
}

/// Records a document that is left out.
pub(super) fn record_document(
    file: &Path,
    errors: &[Diagnostic],
    left_out: &mut Vec<LeftOut>,
    found: &mut Diagnostics,
) {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    record(
        (file, ""),
        format!("document `{name}`"),
        errors,
        left_out,
        found,
    );
}

/// Records a part that is left out, with its errors as warnings.
fn record(
    (file, pointer): (&Path, &str),
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
        let warning = error.clone().as_warning();
        found.push(warning.label(format!("the {part} is left out")));
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
        [FILES, _, ..] => 2,
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

/// Removes an operation, a path item or a component. A schema becomes any JSON value, as does the content of a file
/// that the document refers to.
fn remove_api_part(document: &mut Value, pointer: &str) -> bool {
    let Some((outer, last)) = pointer.rsplit_once('/') else {
        return false;
    };
    let Some(members) = document.pointer_mut(outer).and_then(Value::as_object_mut) else {
        return false;
    };
    let last = unescape(last);
    if outer == "/components/schemas" || outer.strip_prefix('/') == Some(FILES) {
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
fn describe(document: &Value, pointer: &str) -> String {
    let tokens: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["paths", path, method] => format!("operation `{} {path}`", method.to_uppercase()),
        ["paths", path] => format!("path `{path}`"),
        ["components", "schemas", name] => format!("schema `{name}`"),
        ["components", kind, name] => format!("component `{kind}/{name}`"),
        [FILES, name] => format!("file `{name}`"),
        ["workflows", number] => {
            let workflow = document.pointer(pointer);
            let id = workflow.and_then(|it| it.get("workflowId"));
            format!(
                "workflow `{}`",
                id.and_then(Value::as_str).unwrap_or(number)
            )
        }
        _ => format!("part `{pointer}`"),
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
