//! What the generator has to say about the documents it was given.
//!
//! Every stage pushes [`Diagnostic`]s into one [`Diagnostics`]; they are shown together, in the order of the
//! documents, when the run is over. A diagnostic names its place by file and JSON Pointer. Lines and columns are looked
//! up only when something has to be shown (see `position.rs`).

mod code;
mod explanation;
pub mod position;
pub mod suggestion;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

pub use self::code::{Code, Group};
pub use self::explanation::{Explanation, list, reference};
use crate::diagnostic::position::{Marked, Place};

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
/// Made with [`Diagnostic::new`], then [`label`](Self::label) and [`help`](Self::help).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of the finding.
    pub code: Code,
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
    /// A finding with the severity of its code.
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
        }
    }

    /// Lowers the severity of an error, where the document can still be used without what is wrong.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = self.severity.max(Severity::Warning);
        self
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

/// The texts of the documents of a run, by the paths that diagnostics name.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<PathBuf, Arc<str>>);

impl Sources {
    /// Remembers the text of a document.
    pub fn add(&mut self, path: &Path, text: Arc<str>) {
        self.0.insert(path.to_owned(), text);
    }

    /// The files that the findings are about and that are not here yet, because they could not be understood.
    pub fn missing<'d>(&self, diagnostics: &'d Diagnostics) -> Vec<&'d Path> {
        let files = diagnostics.iter().map(|diagnostic| &*diagnostic.file);
        files.filter(|file| !self.0.contains_key(*file)).collect()
    }

    /// The documents that were read.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

impl Diagnostics {
    /// Everything that has to be shown, as text for people: by file, then by place, errors before warnings.
    ///
    /// Notes are left out unless `verbose`; `colour` adds the escape sequences of a terminal.
    pub fn render(&self, sources: &Sources, verbose: bool, colour: bool) -> String {
        let mut files: BTreeMap<&Path, Vec<&Diagnostic>> = BTreeMap::new();
        for diagnostic in &self.0 {
            if verbose || diagnostic.severity != Severity::Note {
                files.entry(&diagnostic.file).or_default().push(diagnostic);
            }
        }
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut output = String::new();
        for (file, diagnostics) in files {
            let text = sources.0.get(file).map_or("", |text| text);
            let marked = Marked::parse(text);
            let mut placed: Vec<(Place, &Diagnostic)> = diagnostics
                .into_iter()
                .map(|diagnostic| match diagnostic.position {
                    Some(start) => (Place { start, length: 1 }, diagnostic),
                    None => (marked.find(&diagnostic.pointer), diagnostic),
                })
                .collect();
            placed.sort_by(|(a, x), (b, y)| {
                (a.start, x.severity, x.code.as_str(), &x.pointer, &x.message).cmp(&(
                    b.start,
                    y.severity,
                    y.code.as_str(),
                    &y.pointer,
                    &y.message,
                ))
            });
            // Several stages may find the same thing.
            placed.dedup();
            for (place, diagnostic) in placed {
                output.push_str(&diagnostic.render(text, place, &renderer));
                output.push_str("\n\n");
            }
        }
        output
    }

    /// What a run ends with: how many errors and warnings there were; empty when there were none.
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
}

impl Diagnostic {
    fn render(&self, text: &str, place: Place, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level
            .primary_title(self.message.as_str())
            .id(self.code.as_str());
        let path = self.file.display().to_string();
        // Only the one line is handed over: documents have megabytes, and diagnostics come in dozens.
        let mut group = match text.lines().nth(place.start.line - 1) {
            Some(line) if !text.is_empty() => {
                let start = byte_offset(line, place.start.column - 1);
                let end = byte_offset(line, (place.start.column - 1).saturating_add(place.length));
                let label = (!self.label.is_empty()).then_some(self.label.as_str());
                title.element(
                    Snippet::source(line)
                        .line_start(place.start.line)
                        .path(path)
                        .annotation(
                            AnnotationKind::Primary
                                .span(start..end.max(start))
                                .label(label),
                        ),
                )
            }
            _ => {
                let origin = Origin::path(path);
                title.element(match self.position {
                    Some(at) => origin.line(at.line).char_column(at.column),
                    None => origin,
                })
            }
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// Where the character with that number begins; the end of the line for those beyond it.
fn byte_offset(line: &str, characters: usize) -> usize {
    line.char_indices()
        .nth(characters)
        .map_or(line.trim_end().len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: Ünlü\n";

    fn render(diagnostics: &[Diagnostic], verbose: bool) -> String {
        let mut sources = Sources::default();
        sources.add(Path::new("api.yml"), TEXT.into());
        diagnostics
            .iter()
            .cloned()
            .collect::<Diagnostics>()
            .render(&sources, verbose, false)
    }

    #[test]
    fn a_finding_shows_place_line_label_and_help() {
        let finding = Diagnostic::new(
            Code::InvalidName,
            "api.yml",
            "/paths/~1a/get/operationId",
            "this name is bad",
        )
        .label("not ASCII")
        .help("use letters that Rust takes");
        assert_eq!(
            render(&[finding], false),
            "\
error[invalid-name]: this name is bad
 --> api.yml:5:20
  |
5 |       operationId: Ünlü
  |                    ^^^^ not ASCII
  |
  = help: use letters that Rust takes

"
        );
    }

    #[test]
    fn a_finding_about_an_unreadable_file_shows_its_path() {
        let finding = Diagnostic::new(Code::UnreadableFile, "gone.yml", "", "cannot read the file");
        assert_eq!(
            render(&[finding], false),
            "error[unreadable-file]: cannot read the file\n--> gone.yml\n\n"
        );
    }

    #[test]
    fn findings_come_in_the_order_of_the_document() {
        let shown = render(
            &[
                Diagnostic::new(Code::OperationLeftOut, "api.yml", "/paths/~1a/get", "c"),
                Diagnostic::new(Code::Malformed, "api.yml", "/paths", "b"),
                Diagnostic::new(Code::OpenApiVersion, "api.yml", "/openapi", "a"),
            ],
            false,
        );
        let at = |code: &str| shown.find(code).unwrap();
        assert!(
            at("openapi-version") < at("malformed") && at("malformed") < at("operation-left-out"),
            "{shown}"
        );
    }

    #[test]
    fn the_same_finding_is_shown_once() {
        let finding = Diagnostic::new(Code::Malformed, "api.yml", "/paths", "said by two stages");
        let both: Diagnostics = [finding.clone(), finding.clone()].into_iter().collect();
        assert_eq!(both.summary(), "1 error");
        assert_eq!(
            render(&[finding.clone(), finding], false)
                .matches("malformed")
                .count(),
            1
        );
    }

    #[test]
    fn notes_are_for_verbose_runs() {
        let note = Diagnostic::new(Code::Normalized, "api.yml", "", "something was rewritten");
        assert_eq!(render(std::slice::from_ref(&note), false), "");
        assert!(render(&[note], true).contains("note[normalized]: something was rewritten"));
    }

    #[test]
    fn places_beyond_the_text_do_no_harm() {
        for (line, column) in [(1, 500), (999, 1), (5, 21)] {
            let shown = render(
                &[Diagnostic::new(Code::Syntax, "api.yml", "", "odd").at(line, column)],
                false,
            );
            assert!(shown.contains("api.yml"), "{shown}");
        }
    }

    #[test]
    fn denied_warnings_are_errors() {
        let mut all = Diagnostics::new();
        all.push(Diagnostic::new(Code::UnusedInput, "api.yml", "", "x"));
        assert!(!all.has_errors());
        assert_eq!(all.summary(), "1 warning");
        all.deny_warnings();
        assert!(all.has_errors());
        assert_eq!(all.summary(), "1 error");
    }

    #[test]
    fn a_pointer_step_is_escaped() {
        assert_eq!(child("/paths", "/a/{b~c}"), "/paths/~1a~1{b~0c}");
    }
}
