//! Whether two documents state the same facts, and where they do not.
//!
//! Facts are what a program sees: operations, parameters, schemas, statuses, headers, security, servers and extensions
//! of an OpenAPI document; workflows, steps, values, criteria, outputs and sources of an Arazzo document. Aside are
//! left prose (titles, summaries, descriptions, examples, links to documentation), the order of what has no order, and
//! how a document is factored: `$ref`s are followed, parameters of a path belong to its operations, and a component
//! that operations use may have any name.
//!
//! A document becomes a tree of `facts`, which knows places but neither prose nor order; two trees are compared.

mod arazzo;
mod compare;
mod facts;
mod openapi;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diagnostic::position::Marked;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::load::{self, Document};

pub use self::compare::Difference;

/// What comparing two files, or two folders, came to.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The pairs of documents that differ, and the documents without a counterpart.
    pub files: Vec<FileComparison>,
    /// The documents of the new folder that the old one lacks, where that is no difference.
    pub added: Vec<PathBuf>,
    /// What could not be read.
    pub diagnostics: Diagnostics,
    pub sources: Sources,
}

/// The differences of one pair of documents.
#[derive(Debug)]
pub struct FileComparison {
    old: Side,
    new: Side,
    pub differences: Vec<Difference>,
}

/// One of the two, or where it would be.
#[derive(Debug)]
struct Side {
    path: PathBuf,
    document: Option<Document>,
}

impl Comparison {
    /// Whether the same facts are stated.
    pub fn is_same(&self) -> bool {
        self.files.is_empty() && !self.diagnostics.has_errors()
    }

    /// Counts documents that only the new folder has as no difference.
    pub fn allow_added(&mut self) {
        let is_added = |file: &FileComparison| file.old.document.is_none();
        let (added, rest) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(is_added);
        self.files = rest;
        let added: Vec<FileComparison> = added;
        self.added
            .extend(added.into_iter().map(|file| file.new.path));
    }

    /// Each difference with both places, for people.
    pub fn render(&self) -> String {
        let mut output = String::new();
        for path in &self.added {
            output += &format!("{} has no counterpart, as it may\n", path.display());
        }
        let mut count = 0;
        for file in &self.files {
            count += file.differences.len().max(1);
            file.render(&mut output);
        }
        if count > 0 {
            output += &format!("{count} difference{}\n", if count == 1 { "" } else { "s" });
        }
        output
    }
}

impl FileComparison {
    fn render(&self, output: &mut String) {
        for (here, there) in [(&self.old, &self.new), (&self.new, &self.old)] {
            if here.document.is_none() {
                *output += &format!(
                    "{}\n  has no counterpart {}\n\n",
                    there.path.display(),
                    here.path.display()
                );
            }
        }
        let marked = |side: &'_ Side| side.document.as_ref().map(|d| d.text.clone());
        let (old_text, new_text) = (marked(&self.old), marked(&self.new));
        let old = Marked::parse(old_text.as_deref().unwrap_or_default());
        let new = Marked::parse(new_text.as_deref().unwrap_or_default());
        for difference in &self.differences {
            *output += &format!("{difference}\n");
            for (side, marked, pointer) in [
                (&self.old, &old, &difference.old_pointer),
                (&self.new, &new, &difference.new_pointer),
            ] {
                let start = marked.find(pointer).start;
                *output += &format!(
                    "  {}:{}:{}\n",
                    side.path.display(),
                    start.line,
                    start.column
                );
            }
            output.push('\n');
        }
    }
}

/// Compares two documents, or the documents of the same name in two folders.
pub fn compare(old: &Path, new: &Path) -> Comparison {
    let mut comparison = Comparison::default();
    if old.is_dir() && new.is_dir() {
        let mut pairs: BTreeMap<PathBuf, [Option<Document>; 2]> = BTreeMap::new();
        for (index, folder) in [old, new].into_iter().enumerate() {
            for document in comparison.folder(folder) {
                let name = document
                    .path
                    .file_name()
                    .map(PathBuf::from)
                    .unwrap_or_default();
                pairs.entry(name).or_default()[index] = Some(document);
            }
        }
        for (name, [a, b]) in pairs {
            let side = |folder: &Path, document| Side {
                path: folder.join(&name),
                document,
            };
            comparison.pair(side(old, a), side(new, b));
        }
    } else {
        let mut read = |path: &Path| {
            let document = comparison.diagnostics.ok(load::load(path))?;
            comparison.sources.add(path, document.text.clone());
            Some(document)
        };
        if let (Some(a), Some(b)) = (read(old), read(new)) {
            let side = |path: &Path, document| Side {
                path: path.to_owned(),
                document: Some(document),
            };
            comparison.pair(side(old, a), side(new, b));
        }
    }
    comparison
}

impl Comparison {
    /// The descriptions in a folder; overlays and other files that lie there are none.
    fn folder(&mut self, folder: &Path) -> Vec<Document> {
        let files = match load::list_files(folder) {
            Ok(files) => files,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return Vec::new();
            }
        };
        let mut documents = Vec::new();
        for file in files {
            let Some(document) = self.diagnostics.ok(load::load(&file)) else {
                continue;
            };
            self.sources.add(&file, document.text.clone());
            if facts_of(&document.value).is_some() {
                documents.push(document);
            }
        }
        documents
    }

    fn pair(&mut self, old: Side, new: Side) {
        let mut differences = Vec::new();
        if let (Some(a), Some(b)) = (&old.document, &new.document) {
            match (facts_of(&a.value), facts_of(&b.value)) {
                (Some(x), Some(y)) if kind(&a.value) == kind(&b.value) => {
                    differences = compare::compare(&x, &y);
                    if differences.is_empty() {
                        return;
                    }
                }
                (x, _) => {
                    let file = if x.is_none() { &a.path } else { &b.path };
                    let message =
                        "only two OpenAPI documents, or two Arazzo documents, can be compared";
                    self.diagnostics
                        .push(Diagnostic::new(Code::NotComparable, file, "", message));
                    return;
                }
            }
        }
        self.files.push(FileComparison {
            old,
            new,
            differences,
        });
    }
}

fn kind(document: &Value) -> Option<&'static str> {
    ["openapi", "arazzo"]
        .into_iter()
        .find(|key| document.get(key).is_some())
}

fn facts_of(document: &Value) -> Option<facts::Facts> {
    match kind(document)? {
        "openapi" => Some(openapi::facts(document)),
        _ => Some(arazzo::facts(document)),
    }
}

#[cfg(test)]
mod tests;
