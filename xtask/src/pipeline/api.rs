//! The client of one OpenAPI document, from the document to the model that is printed.
//!
//! Progenitor works on a thread of its own, so the client is begun and finished: the caller does other work meanwhile.

use std::rc::Rc;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::load::Document;
use crate::lower::{self, Client, features};
use crate::model;
use crate::model::cfg_attribute;
use crate::model::resource::Resources;
use crate::openapi::declared::declared;
use crate::openapi::extensions::CARGO_FEATURE;
use crate::openapi::index::Index;
use crate::openapi::normalize::{self, Notes};
use crate::openapi::progenitor::patch::{self, PatchedClient, Purpose};
use crate::openapi::progenitor::run;

/// An OpenAPI document and its generated client.
pub(super) struct Api {
    /// Index of the document.
    pub(super) document: usize,
    /// Module of the client in the generated crate.
    pub(super) module: String,
    /// Cargo feature that enables the client.
    pub(super) feature: Option<String>,
    pub(super) patched: PatchedClient,
    pub(super) index: Index,
    pub(super) client: model::client::Client,
    pub(super) resources: Option<Resources>,
}

impl Api {
    /// Returns the `cfg` attribute of the client.
    pub(super) fn attribute(&self) -> String {
        cfg_attribute(&self.feature.iter().cloned().collect())
    }

    /// Returns the client for the lowering of workflows.
    pub(super) fn client(&self) -> Client<'_> {
        Client {
            module: &self.module,
            feature: self.feature.as_deref(),
            index: &self.index,
        }
    }
}

/// A client that progenitor generates.
pub(super) struct BegunClient<'d> {
    document: &'d Document,
    number: usize,
    module: String,
    feature: Option<String>,
    normalized: Rc<Value>,
    notes: Notes,
    run: run::Started,
    purpose: Purpose,
}

impl<'d> BegunClient<'d> {
    /// Normalizes the document, and starts progenitor. Returns `None` if there is an error.
    pub(super) fn begin(
        document: &'d Document,
        number: usize,
        module: String,
        purpose: Purpose,
        found: &mut Diagnostics,
    ) -> Option<Self> {
        let file = &document.path;
        let feature = feature(document, found);
        let mut normalized = document.value.clone();
        let mut problems = Diagnostics::new();
        let notes = normalize::normalize(&mut normalized, file, &mut problems);
        let stopped = problems.has_errors();
        for problem in problems.iter_mut() {
            let is_declared = document.value.pointer(&problem.pointer).is_some();
            if let (false, Some(pointer)) =
                (is_declared, declared(&document.value, &problem.pointer))
            {
                problem.pointer = pointer;
            }
        }
        found.extend(problems);
        for change in &notes.changes {
            found.push(Diagnostic::new(
                Code::Normalized,
                file,
                &change.pointer,
                &change.description,
            ));
        }
        if stopped {
            return None;
        }
        Some(Self {
            document,
            number,
            module,
            feature: feature.map(str::to_owned),
            run: run::start(&normalized, purpose),
            normalized: Rc::new(normalized),
            notes,
            purpose,
        })
    }

    /// Returns the index of the document.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Returns the size of the document in bytes, which the time of its client depends on.
    pub(super) fn size(&self) -> usize {
        self.document.text.len()
    }

    /// Adapts the generated client. Returns `None` if there is an error.
    pub(super) fn finish(self, found: &mut Diagnostics) -> Option<Api> {
        let Self {
            document,
            module,
            normalized,
            notes,
            purpose,
            ..
        } = self;
        let file = &document.path;
        let patched = self.run.finish(&normalized, file).and_then(|client| {
            let source = patch::Source {
                file,
                document: &normalized,
                notes: &notes,
            };
            patch::patch_with(client, source, purpose)
        });
        match patched {
            Ok(patched) => {
                let index = Index::read(&patched, &normalized, &notes);
                let source = lower::client::Source {
                    module: &module,
                    file,
                    document: &normalized,
                    patched: &patched,
                };
                let client = lower::client::lower(source, found);
                let source = lower::resources::Source {
                    module: &module,
                    file,
                    document: &document.value,
                    normalized: &normalized,
                    index: &index,
                };
                let resources = lower::resources::lower(source, found);
                Some(Api {
                    document: self.number,
                    module,
                    feature: self.feature,
                    patched,
                    index,
                    client,
                    resources,
                })
            }
            Err(problems) => {
                found.extend(problems);
                None
            }
        }
    }
}

/// Returns the Cargo feature that enables a document's client.
fn feature<'d>(document: &'d Document, found: &mut Diagnostics) -> Option<&'d str> {
    let name = document.value.get(CARGO_FEATURE)?;
    let valid = name.as_str().filter(|name| features::is_feature_name(name));
    if valid.is_none() {
        let pointer = format!("/{CARGO_FEATURE}");
        let message = format!("`{CARGO_FEATURE}` is not a valid Cargo feature name");
        let finding = Diagnostic::new(Code::InvalidFeature, &document.path, pointer, message);
        found.push(finding.help(
            "write a name that begins with a letter and consists of letters, digits, `-` and `_`",
        ));
    }
    valid
}
