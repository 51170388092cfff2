//! What the generator has to say about the documents it was given.
//!
//! Every stage pushes [`Diagnostic`]s into one [`Diagnostics`]; they are shown together, in the order of the
//! documents, when the run is over. A diagnostic names its place by file and JSON Pointer. Lines and columns are looked
//! up only when something has to be shown (see `position.rs`).

use std::fmt;
use std::path::{Path, PathBuf};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Code is generated, though the document is probably not what its author meant.
    Warning,
    /// Something worth knowing, shown with `--verbose`.
    Note,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// One finding, at one place of one document.
///
/// Made with [`Diagnostic::error`], [`Diagnostic::warning`] or [`Diagnostic::note`], then [`label`](Self::label) and
/// [`help`](Self::help).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short kebab-case name of the kind of finding, such as `unknown-operation`.
    pub code: &'static str,
    pub severity: Severity,
    /// The document it is about.
    pub file: PathBuf,
    /// JSON Pointer into that document; empty for the whole of it.
    pub pointer: String,
    /// Where it is, when that is known better than by the pointer (errors of syntax).
    pub position: Option<Position>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write under the marked place; may be empty.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding that stops generation.
    pub fn error(
        code: &'static str,
        file: impl AsRef<Path>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(
            Severity::Error,
            code,
            file.as_ref(),
            pointer.into(),
            message.into(),
        )
    }

    /// A finding that does not stop generation, unless warnings are denied.
    pub fn warning(
        code: &'static str,
        file: impl AsRef<Path>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(
            Severity::Warning,
            code,
            file.as_ref(),
            pointer.into(),
            message.into(),
        )
    }

    /// A remark, shown only when asked for.
    pub fn note(
        code: &'static str,
        file: impl AsRef<Path>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(
            Severity::Note,
            code,
            file.as_ref(),
            pointer.into(),
            message.into(),
        )
    }

    fn new(
        severity: Severity,
        code: &'static str,
        file: &Path,
        pointer: String,
        message: String,
    ) -> Self {
        Self {
            code,
            severity,
            file: file.to_owned(),
            pointer,
            position: None,
            message,
            label: String::new(),
            help: None,
        }
    }

    /// Adds what is written under the marked place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Gives the exact place, for what no JSON Pointer can name.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some(Position { line, column });
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}#{}: {} [{}]",
            self.file.display(),
            self.pointer,
            self.message,
            self.code
        )
    }
}

impl std::error::Error for Diagnostic {}

/// All findings of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Keeps the value of a success and collects the finding of a failure.
    pub fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether anything stops generation.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The findings in the order in which they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Turns every warning into an error.
    pub fn deny_warnings(&mut self) {
        for diagnostic in &mut self.0 {
            if diagnostic.severity == Severity::Warning {
                diagnostic.severity = Severity::Error;
            }
        }
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Appends one step to a JSON Pointer, escaped as RFC 6901 asks.
pub fn child(pointer: &str, token: impl fmt::Display) -> String {
    let token = token.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{token}")
}
