//! OpenAPI Overlay 1.0 and 1.1: corrections that leave the source documents unchanged.
//!
//! An overlay applies to the documents that its `extends` names: a file, or a folder for all documents in it,
//! relative to the overlay. Without `extends` it applies to the documents in its own folder. If there are none, it
//! applies to the OpenAPI documents of the run. An action that matches or changes nothing in all of them is an
//! error, so that a correction is removed once the source has been fixed.
//!
//! Both versions merge as 1.1 specifies: objects are merged, arrays concatenated, primitives replaced, and other
//! combinations are errors. The `copy` action, and primitives as targets of `update`, require `overlay: 1.1.0`.

mod action;
mod budget;
mod change;
mod error;
mod query;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::action::Action;
pub use self::budget::Budget;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load::Document;
use crate::paths::absolute;

/// Validated overlay document.
#[derive(Debug)]
pub struct Overlay {
    path: PathBuf,
    extends: Option<String>,
    actions: Vec<Action>,
}

impl Overlay {
    /// Parses an overlay document.
    pub fn parse(document: &Document) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let syntax_error = |pointer: &str, message: String| {
            Diagnostic::new(Code::OverlaySyntax, &document.path, pointer, message)
        };
        let version = document.value.get("overlay").and_then(Value::as_str);
        let is_1_1 = match version.map(|v| v.split('.').take(2).collect::<Vec<_>>()) {
            Some(parts) if parts == ["1", "0"] => false,
            Some(parts) if parts == ["1", "1"] => true,
            Some(_) => {
                let message = format!(
                    "overlay version `{}` is not supported",
                    version.unwrap_or_default()
                );
                found.push(
                    syntax_error("/overlay", message)
                        .help("write `overlay: 1.0.0` or `overlay: 1.1.0`"),
                );
                true
            }
            None => {
                let message =
                    "missing `overlay` version: the document is not an overlay".to_owned();
                found.push(
                    syntax_error("", message).help("write `overlay: 1.0.0` or `overlay: 1.1.0`"),
                );
                true
            }
        };
        let extends = match document.value.get("extends") {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                found.push(syntax_error(
                    "/extends",
                    "`extends` must be a string".to_owned(),
                ));
                None
            }
        };
        let listed = document.value.get("actions").and_then(Value::as_array);
        if listed.is_none_or(Vec::is_empty) {
            found.push(syntax_error(
                "/actions",
                "`actions` must be an array of at least one action".to_owned(),
            ));
        }
        let mut actions = Vec::new();
        for (index, action) in listed.into_iter().flatten().enumerate() {
            let pointer = format!("/actions/{index}");
            match Action::parse(action, &pointer, is_1_1) {
                Ok(action) => actions.push(action),
                Err(error) => {
                    let pointer = format!("{pointer}{}", error.pointer);
                    let mut diagnostic = syntax_error(&pointer, error.message);
                    diagnostic.help = error.help;
                    found.push(diagnostic);
                }
            }
        }
        if found.has_errors() {
            return Err(found);
        }
        Ok(Self {
            path: document.path.clone(),
            extends,
            actions,
        })
    }

    /// Returns the indexes of the documents that this overlay applies to.
    pub fn documents(&self, documents: &[&mut Document]) -> Result<BTreeSet<usize>, Diagnostic> {
        let indexes = |test: &dyn Fn(&Document) -> bool| -> BTreeSet<usize> {
            documents
                .iter()
                .enumerate()
                .filter(|(_, d)| test(d))
                .map(|(index, _)| index)
                .collect()
        };
        let folder = absolute(&self.path)
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let Some(extends) = &self.extends else {
            let siblings = indexes(&|d| absolute(&d.path).parent() == Some(folder.as_path()));
            let found = if siblings.is_empty() {
                indexes(&|d| d.value.get("openapi").is_some())
            } else {
                siblings
            };
            return if found.is_empty() {
                Err(self.without_document(""))
            } else {
                Ok(found)
            };
        };
        let found = if extends.contains("://") {
            // A downloaded document keeps its file name.
            let name = extends.rsplit('/').next().unwrap_or_default();
            indexes(&|d| d.path.file_name().is_some_and(|n| n == name))
        } else {
            let named = absolute(&folder.join(extends));
            indexes(&|d| absolute(&d.path).starts_with(&named))
        };
        if found.is_empty() {
            Err(self.without_document("/extends"))
        } else {
            Ok(found)
        }
    }

    fn without_document(&self, pointer: &str) -> Diagnostic {
        Diagnostic::new(
            Code::OverlayWithoutDocument,
            &self.path,
            pointer,
            "the overlay applies to no document of this run",
        )
        .help("set `extends` to a document or a folder, relative to the overlay")
    }

    /// Applies all actions in order, with a budget for this overlay alone.
    pub fn apply(&self, documents: &mut [&mut Document]) -> Diagnostics {
        let mut budget = Budget::new(documents.iter().map(|document| &document.value));
        self.apply_within(documents, &mut budget)
    }

    /// Applies all actions in order, within the budget of the run.
    pub fn apply_within(
        &self,
        documents: &mut [&mut Document],
        budget: &mut Budget,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        for action in &self.actions {
            let mut matched = 0;
            let mut changed = false;
            for document in documents.iter_mut() {
                match action.apply(&mut document.value, budget) {
                    Ok(outcome) => {
                        matched += outcome.matched;
                        changed |= outcome.changed;
                    }
                    Err(error) => {
                        let code = match error.is_limit {
                            true => Code::OverlayTooCostly,
                            false => Code::OverlayConflict,
                        };
                        let pointer = format!("{}{}", action.pointer, error.pointer);
                        let message = format!("{} (in {})", error.message, document.path.display());
                        let mut diagnostic = Diagnostic::new(code, &self.path, pointer, message);
                        diagnostic.help = error.help;
                        found.push(match error.place {
                            Some(place) => {
                                diagnostic.related(&document.path, place, "selected here")
                            }
                            None => diagnostic,
                        });
                        if error.is_limit {
                            return found;
                        }
                        // Suppresses the findings that it matches or changes nothing.
                        (matched, changed) = (matched + 1, true);
                    }
                }
            }
            let pointer = child(&action.pointer, "target");
            if matched == 0 {
                found.push(action.matches_nothing(documents, &self.path, budget));
            } else if !changed {
                found.push(
                    Diagnostic::new(
                        Code::OverlayChangesNothing,
                        &self.path,
                        pointer,
                        "the action changes nothing",
                    )
                    .label(format!("{matched} selected, all unchanged"))
                    .help("if the document has been fixed at its source, remove the action"),
                );
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
