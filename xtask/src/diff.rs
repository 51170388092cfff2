//! Semantic comparison of two OpenAPI or Arazzo documents.
//!
//! Compares machine-readable facts. In OpenAPI: operations, parameters, schemas, status codes, headers, security,
//! servers and extensions. In Arazzo: workflows, steps, values, criteria, outputs and sources.
//!
//! Ignores prose (titles, summaries, descriptions, examples, links to documentation) and order without meaning.
//! Also ignores factoring: `$ref`s are followed, and path parameters count as parameters of each operation. A
//! component used by operations may have any name.
//!
//! Each document is converted to a tree of `facts` with JSON Pointers but without prose. The trees are compared.
//!
//! [`classify`](classify()) tells for each change if it breaks callers, and which generated names it affects.

mod arazzo;
mod classify;
mod compare;
mod facts;
mod openapi;
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diagnostic::position::Marked;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use crate::load::{self, Document};

pub use self::classify::{Options, change};
pub use self::compare::Difference;
pub use self::report::{Format, Report, classify};

/// Result of comparing two files or two folders.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Pairs of documents that differ, and documents without a counterpart.
    pub files: Vec<FileComparison>,
    /// Documents that exist only in the new folder, if [`allow_added`](Self::allow_added) was called.
    pub added: Vec<PathBuf>,
    /// Errors from reading the documents.
    pub diagnostics: Diagnostics,
    pub sources: Sources,
}

/// Differences between a pair of documents.
#[derive(Debug)]
pub struct FileComparison {
    old: Side,
    new: Side,
    pub differences: Vec<Difference>,
}

/// Old or new document of a pair. `document` is `None` if there is no file at `path`.
#[derive(Debug)]
struct Side {
    path: PathBuf,
    document: Option<Document>,
}

impl Comparison {
    /// Returns `true` if there are no differences and no errors.
    pub fn is_same(&self) -> bool {
        self.files.is_empty() && !self.diagnostics.has_errors()
    }

    /// Stops treating documents that exist only in the new folder as differences.
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

    /// Formats the differences with both source positions.
    pub fn render(&self) -> String {
        let mut output = String::new();
        for path in &self.added {
            output += &format!("{} has no counterpart (allowed)\n", path.display());
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
        for (missing, existing) in [(&self.old, &self.new), (&self.new, &self.old)] {
            if missing.document.is_none() {
                *output += &format!(
                    "{}\n  has no counterpart {}\n\n",
                    existing.path.display(),
                    missing.path.display()
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

/// Compares two documents, or documents with the same name in two folders.
pub fn compare(old: &Path, new: &Path) -> Comparison {
    let Pairs {
        pairs,
        diagnostics,
        sources,
    } = Pairs::read(old, new);
    let mut comparison = Comparison {
        diagnostics,
        sources,
        ..Comparison::default()
    };
    for (old, new) in pairs {
        let mut differences = Vec::new();
        if let (Some(a), Some(b)) = (&old.document, &new.document) {
            let (Some(x), Some(y)) = (facts_of(&a.value), facts_of(&b.value)) else {
                continue;
            };
            differences = compare::compare(&x, &y);
            if differences.is_empty() {
                continue;
            }
        }
        comparison.files.push(FileComparison {
            old,
            new,
            differences,
        });
    }
    comparison
}

/// Pairs of documents with the same format.
struct Pairs {
    pairs: Vec<(Side, Side)>,
    diagnostics: Diagnostics,
    sources: Sources,
}

impl Pairs {
    /// Reads two documents, or the documents of two folders.
    fn read(old: &Path, new: &Path) -> Self {
        let mut pairs = Self {
            pairs: Vec::new(),
            diagnostics: Diagnostics::default(),
            sources: Sources::default(),
        };
        if old.is_dir() && new.is_dir() {
            pairs.read_folders(old, new);
            return pairs;
        }
        let mut read = |path: &Path| {
            let document = pairs.diagnostics.ok(load::load(path))?;
            pairs.sources.add(path, document.text.clone());
            Some(document)
        };
        if let (Some(a), Some(b)) = (read(old), read(new)) {
            let side = |path: &Path, document| Side {
                path: path.to_owned(),
                document: Some(document),
            };
            pairs.add(side(old, a), side(new, b));
        }
        pairs
    }

    fn read_folders(&mut self, old: &Path, new: &Path) {
        let mut found: BTreeMap<PathBuf, [Option<Document>; 2]> = BTreeMap::new();
        for (index, folder) in [old, new].into_iter().enumerate() {
            for document in self.read_folder(folder) {
                let name = document
                    .path
                    .file_name()
                    .map(PathBuf::from)
                    .unwrap_or_default();
                found.entry(name).or_default()[index] = Some(document);
            }
        }
        for (name, [a, b]) in found {
            let side = |folder: &Path, document| Side {
                path: folder.join(&name),
                document,
            };
            self.add(side(old, a), side(new, b));
        }
    }

    /// Reads the OpenAPI and Arazzo documents in a folder. Skips overlays and other files.
    fn read_folder(&mut self, folder: &Path) -> Vec<Document> {
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
            if format_key(&document.value).is_some() {
                documents.push(document);
            }
        }
        documents
    }

    /// Adds a pair, unless its documents cannot be compared.
    fn add(&mut self, old: Side, new: Side) {
        if let (Some(a), Some(b)) = (&old.document, &new.document) {
            let (x, y) = (format_key(&a.value), format_key(&b.value));
            if x.is_none() || x != y {
                let file = if x.is_none() { &a.path } else { &b.path };
                let message = "cannot compare: pass two OpenAPI documents or two Arazzo documents";
                let diagnostic = Diagnostic::new(Code::NotComparable, file, "", message);
                return self.diagnostics.push(diagnostic);
            }
        }
        self.pairs.push((old, new));
    }
}

fn format_key(document: &Value) -> Option<&'static str> {
    ["openapi", "arazzo"]
        .into_iter()
        .find(|key| document.get(key).is_some())
}

fn facts_of(document: &Value) -> Option<facts::Facts> {
    match format_key(document)? {
        "openapi" => Some(openapi::facts(document)),
        _ => Some(arazzo::facts(document)),
    }
}

#[cfg(test)]
mod tests;
