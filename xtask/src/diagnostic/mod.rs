//! Findings about the documents of a run.
//!
//! Every stage pushes [`Diagnostic`]s into one [`Diagnostics`]. They are shown together at the end of the run, in
//! the order of the documents. A diagnostic has a location as file and JSON Pointer; lines and columns are looked
//! up only when it is shown (see `position.rs` and `render.rs`).

mod code;
mod explanation;
pub mod json;
pub mod locate;
pub mod position;
pub mod render;
pub mod sarif;
pub mod suggestion;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::code::{Code, Group};
pub use self::explanation::{Explanation, list, reference};

/// Effect of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Code is generated, but the document probably contains a mistake.
    Warning,
    /// Information, shown with `--verbose`.
    Note,
}

/// A line and a column, both counted from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A range of characters on one line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextSpan {
    pub start: Position,
    /// Number of characters; `None` if the value continues on the next line.
    pub length: Option<usize>,
}

impl TextSpan {
    /// Returns the column after the last character; `None` if the value continues on the next line.
    pub(crate) fn end_column(self) -> Option<usize> {
        let length = self.length?.max(1);
        Some(self.start.column.saturating_add(length))
    }
}

/// A finding at a location in a document.
///
/// Created with [`Diagnostic::new`], and completed with [`label`](Self::label) and [`help`](Self::help).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kind of the finding.
    pub code: Code,
    pub severity: Severity,
    /// Path of the document.
    pub file: PathBuf,
    /// JSON Pointer into the document; empty for the whole document.
    pub pointer: String,
    /// Exact position, for a syntax error that has no JSON Pointer.
    pub position: Option<Position>,
    /// Problem, with the name or value in question: lower case, without a full stop.
    pub message: String,
    /// Label of the marked span; may be empty.
    pub label: String,
    /// Change that resolves the finding.
    pub help: Option<String>,
    /// Other locations that the finding is about, such as the declaration that a value contradicts.
    pub related: Vec<RelatedLocation>,
    /// Name that findings with the same cause share; not printed.
    pub subject: Option<String>,
}

/// Another location of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedLocation {
    pub file: PathBuf,
    /// JSON Pointer into the document.
    pub pointer: String,
    /// Role of the location, such as "declared here".
    pub label: String,
}

impl Diagnostic {
    /// Creates a finding with the severity of its code.
    pub fn new(
        code: Code,
        file: impl AsRef<Path>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: code.severity(),
            file: file.as_ref().to_owned(),
            pointer: pointer.into(),
            position: None,
            message: message.into(),
            label: String::new(),
            help: None,
            related: Vec::new(),
            subject: None,
        }
    }

    /// Lowers an error to a warning, if the document can be used without the part in question.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = self.severity.max(Severity::Warning);
        self
    }

    /// Sets the label of the marked span.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets the change that resolves the finding.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another location that the finding is about.
    #[must_use]
    pub fn related(
        mut self,
        file: impl AsRef<Path>,
        pointer: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        self.related.push(RelatedLocation {
            file: file.as_ref().to_owned(),
            pointer: pointer.into(),
            label: label.into(),
        });
        self
    }

    /// Returns the names in the message, which are in backticks.
    pub fn mentioned(&self) -> impl Iterator<Item = &str> {
        names_in(&self.message)
    }

    /// Sets the name that findings with the same cause share.
    #[must_use]
    pub fn about(mut self, subject: Option<&str>) -> Self {
        self.subject = subject.map(str::to_owned);
        self
    }

    /// Sets the exact position, for a location without a JSON Pointer.
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
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Returns the value of `Ok`, and adds the finding of `Err`.
    pub fn ok<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Returns `true` if there is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Returns `true` if there are no findings.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of findings.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Iterates over the findings in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Iterates over the findings, to change them.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }

    /// Returns the number of errors and warnings as the last line of a run, or an empty string if there are none.
    pub fn summary(&self) -> String {
        let mut unique: Vec<&Diagnostic> = self.0.iter().collect();
        unique.sort_by_key(|d| {
            (
                &d.file, &d.pointer, d.position, d.code, d.severity, &d.message,
            )
        });
        unique.dedup();
        let count = |severity| unique.iter().filter(|d| d.severity == severity).count();
        let plural = |n: usize, what| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        match (count(Severity::Error), count(Severity::Warning)) {
            (0, 0) => String::new(),
            (0, warnings) => plural(warnings, "warning"),
            (errors, 0) => plural(errors, "error"),
            (errors, warnings) => format!(
                "{}, {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            ),
        }
    }

    /// Returns the errors and warnings.
    pub fn without_notes(&self) -> Self {
        let shown = self.0.iter().filter(|it| it.severity != Severity::Note);
        shown.cloned().collect()
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

/// Returns the names in a text, which are in backticks.
pub fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns the name that a token of a JSON Pointer stands for.
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Length up to which a token of a JSON Pointer is appended without another allocation, in bytes.
const TYPICAL_TOKEN: usize = 16;

/// Appends a token to a JSON Pointer, escaped by RFC 6901.
pub fn child(pointer: &str, token: impl fmt::Display) -> String {
    let mut text = String::with_capacity(pointer.len() + 1 + TYPICAL_TOKEN);
    text.push_str(pointer);
    text.push('/');
    let start = text.len();
    // Writing to a string never fails.
    let _ = write!(text, "{token}");
    let written = text.get(start..).unwrap_or_default();
    if written.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        let escaped = written.replace('~', "~0").replace('/', "~1");
        text.truncate(start);
        text.push_str(&escaped);
    }
    text
}

/// Texts of the documents of a run, by path.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<PathBuf, Arc<str>>);

impl Sources {
    /// Returns the text of a document, or an empty string if it was not added.
    fn text(&self, path: &Path) -> &str {
        self.0.get(path).map_or("", |text| text)
    }

    /// Returns the path and the text of a document, if it was added.
    fn get(&self, path: &Path) -> Option<(&Path, &str)> {
        let (path, text) = self.0.get_key_value(path)?;
        Some((path, text))
    }

    /// Adds the text of a document.
    pub fn add(&mut self, path: &Path, text: Arc<str>) {
        self.0.insert(path.to_owned(), text);
    }

    /// Returns the files with findings whose text was not added because they could not be parsed.
    pub fn missing<'d>(&self, diagnostics: &'d Diagnostics) -> Vec<&'d Path> {
        let files = diagnostics.iter().flat_map(|diagnostic| {
            let related = diagnostic.related.iter().map(|related| &*related.file);
            std::iter::once(&*diagnostic.file).chain(related)
        });
        files.filter(|file| !self.0.contains_key(*file)).collect()
    }

    /// Iterates over the paths of all documents.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_denied_warnings_into_errors() {
        let mut all = Diagnostics::new();
        all.push(Diagnostic::new(Code::UnusedInput, "api.yml", "", "x"));
        assert!(!all.has_errors());
        assert_eq!(all.summary(), "1 warning");
        all.deny_warnings();
        assert!(all.has_errors());
        assert_eq!(all.summary(), "1 error");
    }

    #[test]
    fn escapes_a_token_of_a_pointer() {
        assert_eq!(child("/paths", "/a/{b~c}"), "/paths/~1a~1{b~0c}");
    }
}
