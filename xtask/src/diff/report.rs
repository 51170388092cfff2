//! Classified changes of all documents, and their forms: text, JSON and Markdown.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::{Value, json};

use super::classify::change::{Breaks, Change, ChangeCode, ChangeKind, Names, VersionStep};
use super::classify::{self, Options, Workflows};
use super::{Pairs, Side, format_key};
use crate::diagnostic::position::Marked;
use crate::diagnostic::{Diagnostics, Position, Sources};
use crate::load;

/// Form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Text,
    /// One object, as `xtask/schemas/diff.json` describes it.
    Json,
    Markdown,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "markdown" => Ok(Self::Markdown),
            _ => Err("pass `text`, `json` or `markdown`".to_owned()),
        }
    }
}

/// Result of classifying the changes between two files or two folders.
#[derive(Debug)]
pub struct Report {
    /// Pairs of documents that differ.
    pub documents: Vec<DocumentReport>,
    /// Errors from reading the documents.
    pub diagnostics: Diagnostics,
    pub sources: Sources,
}

/// Changes between a pair of documents. A path is `None` if only the other folder has the document.
#[derive(Debug)]
pub struct DocumentReport {
    pub old: Option<PathBuf>,
    pub new: Option<PathBuf>,
    pub changes: Vec<LocatedChange>,
}

/// Change with its positions in the files.
#[derive(Debug)]
pub struct LocatedChange {
    pub change: Change,
    pub old: Option<Position>,
    pub new: Option<Position>,
}

/// Classifies the changes between two documents, or between documents with the same name in two folders.
///
/// `arazzo` are files and folders with workflows that may call changed operations, in addition to those in the
/// compared folders.
pub fn classify(old: &Path, new: &Path, arazzo: &[PathBuf], options: Options) -> Report {
    let Pairs {
        pairs,
        diagnostics,
        sources,
    } = Pairs::read(old, new);
    let mut report = Report {
        documents: Vec::new(),
        diagnostics,
        sources,
    };
    let workflows = report.workflows(&pairs, arazzo);
    for (old, new) in &pairs {
        let changes = changes(old, new, &workflows, options);
        if changes.is_empty() {
            continue;
        }
        report.documents.push(DocumentReport {
            changes: located(old, new, changes),
            old: old.document.as_ref().map(|_| old.path.clone()),
            new: new.document.as_ref().map(|_| new.path.clone()),
        });
    }
    report
}

fn changes(old: &Side, new: &Side, workflows: &Workflows, options: Options) -> Vec<Change> {
    match (&old.document, &new.document) {
        (Some(a), Some(b)) if format_key(&a.value) == Some("openapi") => {
            classify::openapi(&a.value, &b.value, workflows, options)
        }
        (Some(a), Some(b)) => classify::arazzo(&a.value, &b.value, options),
        (Some(a), None) => {
            let breaks = match format_key(&a.value) {
                Some("openapi") => Breaks::Wire,
                _ => Breaks::Code,
            };
            let id = (ChangeCode::DocumentRemoved, ChangeKind::Removed, breaks);
            vec![whole_document(id, &old.path, "was removed")]
        }
        (None, _) => {
            let id = (
                ChangeCode::DocumentAdded,
                ChangeKind::Added,
                Breaks::Nothing,
            );
            vec![whole_document(id, &new.path, "was added")]
        }
    }
}

fn whole_document(
    (code, kind, breaks): (ChangeCode, ChangeKind, Breaks),
    path: &Path,
    message: &str,
) -> Change {
    let name = path.file_name().unwrap_or_default();
    Change::new(
        (code, kind, breaks),
        (String::new(), String::new()),
        name.to_string_lossy().into_owned(),
        message.to_owned(),
    )
}

/// Finds the lines of changes.
fn located(old: &Side, new: &Side, changes: Vec<Change>) -> Vec<LocatedChange> {
    let text = |side: &Side| side.document.as_ref().map(|document| document.text.clone());
    let (old_text, new_text) = (text(old), text(new));
    let old_marks = old_text.as_deref().map(Marked::parse);
    let new_marks = new_text.as_deref().map(Marked::parse);
    let find = |marks: &Option<Marked<'_>>, pointer: &str| {
        marks.as_ref().map(|marks| marks.find(pointer).start)
    };
    let changes = changes.into_iter().map(|change| LocatedChange {
        old: find(&old_marks, &change.old),
        new: find(&new_marks, &change.new),
        change,
    });
    changes.collect()
}

impl Report {
    /// Reads the workflows that may call changed operations.
    fn workflows(&mut self, pairs: &[(Side, Side)], arazzo: &[PathBuf]) -> Workflows {
        let mut workflows = Workflows::default();
        let compared = pairs.iter().flat_map(|(old, new)| [old, new]);
        for document in compared.filter_map(|side| side.document.as_ref()) {
            workflows.add(&document.value);
        }
        for path in arazzo {
            let files = match path.is_dir() {
                true => self
                    .diagnostics
                    .ok(load::list_files(path))
                    .unwrap_or_default(),
                false => vec![path.clone()],
            };
            for file in files {
                if let Some(document) = self.diagnostics.ok(load::load(&file)) {
                    workflows.add(&document.value);
                }
            }
        }
        workflows
    }

    /// Returns all changes.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        let documents = self.documents.iter();
        documents.flat_map(|document| document.changes.iter().map(|located| &located.change))
    }

    /// Returns the version step that the changes require.
    pub fn step(&self) -> VersionStep {
        classify::step(self.changes())
    }

    /// Returns the numbers of breaking and of compatible changes.
    pub fn counts(&self) -> (usize, usize) {
        let breaking = self.changes().filter(|change| change.is_breaking()).count();
        (breaking, self.changes().count() - breaking)
    }

    /// Returns 0 without changes, 1 for compatible changes, 2 for breaking changes, and 3 after errors.
    pub fn exit_code(&self) -> u8 {
        match (self.diagnostics.has_errors(), self.counts()) {
            (true, _) => 3,
            (false, (0, 0)) => 0,
            (false, (0, _)) => 1,
            _ => 2,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.counts() {
            (0, 0) => "same",
            (0, _) => "compatible",
            _ => "breaking",
        }
    }

    /// Formats the report.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => self.text(),
            Format::Json => format!("{:#}\n", self.json()),
            Format::Markdown => self.markdown(),
        }
    }

    fn text(&self) -> String {
        let mut output = String::new();
        for document in &self.documents {
            for located in &document.changes {
                output += &document.text(located);
                output.push('\n');
            }
        }
        if self.documents.is_empty() {
            return output;
        }
        let (breaking, compatible) = self.counts();
        output += &format!(
            "{breaking} breaking, {compatible} compatible; version step: {}\n",
            self.step().as_str()
        );
        output
    }

    fn json(&self) -> Value {
        let (breaking, compatible) = self.counts();
        let documents: Vec<Value> = self.documents.iter().map(DocumentReport::json).collect();
        json!({
            "version": 1,
            "verdict": self.verdict(),
            "version_step": self.step().as_str(),
            "breaking": breaking,
            "compatible": compatible,
            "documents": documents,
        })
    }

    fn markdown(&self) -> String {
        let (breaking, compatible) = self.counts();
        if breaking + compatible == 0 {
            return "No changes.\n".to_owned();
        }
        let mut output = format!(
            "**{breaking} breaking, {compatible} compatible.** Version step: **{}**.\n",
            self.step().as_str()
        );
        for document in &self.documents {
            let path = document.new.as_ref().or(document.old.as_ref());
            if let Some(path) = path {
                output += &format!("\n## {}\n", code_span(&path.to_string_lossy()));
            }
            for (title, is_breaking) in [("Breaking", true), ("Compatible", false)] {
                let changes = document.changes.iter();
                let of_kind = changes.filter(|it| it.change.is_breaking() == is_breaking);
                let items: Vec<String> = of_kind.map(|it| document.markdown(it)).collect();
                if !items.is_empty() {
                    output += &format!("\n### {title}\n\n{}", items.concat());
                }
            }
        }
        output
    }
}

impl DocumentReport {
    fn text(&self, located: &LocatedChange) -> String {
        let change = &located.change;
        let verdict = if change.is_breaking() {
            "breaking"
        } else {
            "compatible"
        };
        let mut output = format!(
            "{verdict}[{}]: {}: {}\n",
            change.code, change.subject, change.message
        );
        for (name, path, position) in [
            ("old", &self.old, located.old),
            ("new", &self.new, located.new),
        ] {
            if let (Some(path), Some(at)) = (path, position) {
                output += &format!("  {name}: {}:{}:{}\n", path.display(), at.line, at.column);
            }
        }
        for (title, entries) in details(change) {
            output += &format!("  {title}: {}\n", entries.join(", "));
        }
        output
    }

    fn json(&self) -> Value {
        let path = |path: &Option<PathBuf>| {
            path.as_ref()
                .map(|path| path.to_string_lossy().into_owned())
        };
        let changes: Vec<Value> = self
            .changes
            .iter()
            .map(|located| {
                let change = &located.change;
                let place = |path: Option<String>, pointer: &str, position: Option<Position>| {
                    let (path, at) = (path?, position?);
                    Some(json!({
                        "file": path, "pointer": pointer, "line": at.line, "column": at.column,
                    }))
                };
                json!({
                    "code": change.code.as_str(),
                    "kind": change.kind.as_str(),
                    "breaking": change.is_breaking(),
                    "breaks": change.breaks.as_str(),
                    "direction": change.direction.map(|direction| direction.as_str()),
                    "version_step": change.step().as_str(),
                    "subject": change.subject,
                    "message": change.message,
                    "note": change.note,
                    "old": place(path(&self.old), &change.old, located.old),
                    "new": place(path(&self.new), &change.new, located.new),
                    "operations": change.operations,
                    "names": names_json(&change.names),
                })
            })
            .collect();
        json!({ "old": path(&self.old), "new": path(&self.new), "changes": changes })
    }

    fn markdown(&self, located: &LocatedChange) -> String {
        let change = &located.change;
        // A subject with names of its own needs no code span around it.
        let subject = match change.subject.contains('`') {
            true => escaped(&change.subject),
            false => code_span(&change.subject),
        };
        let direction = change
            .direction
            .map_or_else(String::new, |it| format!(", {}", it.as_str()));
        let mut output = format!(
            "- {subject}: {} ({}{direction})\n",
            escaped(&change.message),
            code_span(change.code.as_str()),
        );
        for (title, entries) in details(change) {
            let is_prose = |entry: &str| entry.starts_with("and ");
            let text = match title {
                "direction" => continue,
                "note" | "breaks" => escaped(&entries.concat()),
                _ => {
                    let shown = entries.iter().map(|entry| match is_prose(entry) {
                        true => entry.clone(),
                        false => code_span(entry),
                    });
                    shown.collect::<Vec<_>>().join(", ")
                }
            };
            output += &format!("  - {title}: {text}\n");
        }
        let places = [
            ("old", &self.old, located.old),
            ("new", &self.new, located.new),
        ];
        let places = places.into_iter().filter_map(|(name, path, position)| {
            let (path, at) = (path.as_ref()?, position?);
            Some(format!(
                "{name} {}",
                code_span(&format!("{}:{}", path.display(), at.line))
            ))
        });
        output += &format!("  - {}\n", places.collect::<Vec<_>>().join(", "));
        output
    }
}

fn names_json(names: &Names) -> Value {
    json!({
        "functions": names.functions,
        "builders": names.builders,
        "types": names.types,
        "workflows": names.workflows,
    })
}

/// Returns the lines below the message: direction, operations, names and note, each as a list of entries.
fn details(change: &Change) -> Vec<(&'static str, Vec<String>)> {
    /// Longer lists are cut. The JSON form has all entries.
    const SHOWN: usize = 12;
    let list = |entries: &std::collections::BTreeSet<String>| {
        let mut shown: Vec<String> = entries.iter().take(SHOWN).cloned().collect();
        if entries.len() > SHOWN {
            shown.push(format!("and {} more", entries.len() - SHOWN));
        }
        shown
    };
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let breaks = match change.breaks {
        Breaks::Code => Some("code that uses the generated names"),
        _ => None,
    };
    let names = &change.names;
    let lines = [
        ("breaks", one(breaks)),
        ("direction", one(change.direction.map(|it| it.as_str()))),
        ("operations", list(&change.operations)),
        ("functions", list(&names.functions)),
        ("builders", list(&names.builders)),
        ("types", list(&names.types)),
        ("workflows", list(&names.workflows)),
        ("note", one(change.note)),
    ];
    let lines = lines.into_iter();
    lines.filter(|(_, entries)| !entries.is_empty()).collect()
}

/// Returns a Markdown code span.
fn code_span(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// Escapes Markdown outside of code spans.
fn escaped(text: &str) -> String {
    let mut output = String::new();
    let mut is_code = false;
    let is_balanced = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        is_code ^= c == '`' && is_balanced;
        if !is_code && matches!(c, '*' | '_' | '<' | '[' | '\\' | '|' | '#')
            || c == '`' && !is_balanced
        {
            output.push('\\');
        }
        output.push(if c == '\n' { ' ' } else { c });
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code_span("a.b"), "`a.b`");
        assert_eq!(code_span("parameter `x`"), "`` parameter `x` ``");
    }

    #[test]
    fn text_outside_of_code_is_escaped() {
        assert_eq!(escaped("a*b `c*d` <e>"), "a\\*b `c*d` \\<e>");
        assert_eq!(escaped("one ` only"), "one \\` only");
    }
}
