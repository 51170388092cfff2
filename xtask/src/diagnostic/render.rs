//! Rendering of findings as text, with the lines of the documents.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::locate::Located;
use super::{Diagnostics, Severity, Sources, TextSpan};

/// Options of rendered findings. The default is plain text without notes.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderOptions {
    /// `true` if notes are included.
    pub notes: bool,
    /// `true` if the text contains escape sequences for terminal colors.
    pub color: bool,
    /// Columns of the terminal; longer lines of documents are cut.
    pub width: Option<usize>,
}

impl Diagnostics {
    /// Renders the findings ordered by file and position, errors before warnings.
    pub fn render(&self, sources: &Sources, options: RenderOptions) -> String {
        let renderer = if options.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let renderer = match options.width {
            Some(width) => renderer.term_width(width),
            None => renderer,
        };
        let located = match options.notes {
            true => self.located(sources),
            false => self.located_without_notes(sources),
        };
        let mut lines = Lines {
            sources,
            split: BTreeMap::new(),
        };
        let mut output = String::new();
        for located in &located {
            output.push_str(&render(located, &mut lines, &renderer));
            output.push_str("\n\n");
        }
        output
    }
}

/// Lines of the documents, each of which is split at its first finding.
struct Lines<'s> {
    sources: &'s Sources,
    split: BTreeMap<PathBuf, Vec<Line<'s>>>,
}

impl<'s> Lines<'s> {
    /// Returns the line with this number, counted from one.
    fn line(&mut self, file: &Path, number: usize) -> Option<&mut Line<'s>> {
        if !self.split.contains_key(file) {
            let lines = self.sources.text(file).lines().map(Line::new).collect();
            self.split.insert(file.to_owned(), lines);
        }
        let lines = self.split.get_mut(file)?;
        lines.get_mut(number.checked_sub(1)?)
    }
}

/// Number of characters between two marks of a line.
const STRIDE: usize = 1_000;

/// Line of a document.
struct Line<'s> {
    text: &'s str,
    /// Byte offsets of every [`STRIDE`]th character, counted when the first offset is asked for.
    marks: Vec<usize>,
}

impl<'s> Line<'s> {
    fn new(text: &'s str) -> Self {
        Self {
            text,
            marks: Vec::new(),
        }
    }

    /// Returns the byte offset of a character by its index, or the end of the line.
    fn byte_offset(&mut self, character: usize) -> usize {
        if self.marks.is_empty() {
            let offsets = self.text.char_indices().map(|(offset, _)| offset);
            self.marks = offsets.step_by(STRIDE).collect();
        }
        let found = self.marks.get(character / STRIDE).and_then(|mark| {
            let mut rest = self.text[*mark..].char_indices();
            rest.nth(character % STRIDE)
                .map(|(offset, _)| mark + offset)
        });
        found.unwrap_or(self.text.trim_end().len())
    }
}

fn render(located: &Located<'_>, lines: &mut Lines<'_>, renderer: &Renderer) -> String {
    let Located {
        diagnostic,
        span,
        related,
    } = located;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let path = diagnostic.file.display().to_string();
    let mut group = match annotated(lines, &diagnostic.file, *span) {
        Some(Annotated {
            line,
            range,
            is_whole,
        }) => {
            let label = (!diagnostic.label.is_empty()).then_some(diagnostic.label.as_str());
            let annotation = AnnotationKind::Primary.span(range).label(label);
            let snippet = Snippet::source(line).line_start(span.start.line);
            let snippet = snippet.annotation(annotation);
            match is_whole {
                true => title.element(snippet.path(path)),
                // The renderer would count the column from the beginning of the excerpt.
                false => {
                    let origin = Origin::path(path).line(span.start.line);
                    title
                        .element(origin.char_column(span.start.column))
                        .element(snippet)
                }
            }
        }
        None => {
            let origin = Origin::path(path);
            title.element(match diagnostic.position {
                Some(at) => origin.line(at.line).char_column(at.column),
                None => origin,
            })
        }
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![group];
    for (related, span) in related {
        let title = Level::NOTE.secondary_title(related.label.as_str());
        let path = related.file.display().to_string();
        groups.push(match annotated(lines, &related.file, *span) {
            Some(Annotated { line, range, .. }) => {
                let snippet = Snippet::source(line).line_start(span.start.line).path(path);
                title.element(snippet.annotation(AnnotationKind::Context.span(range)))
            }
            None => title.element(Origin::path(path)),
        });
    }
    renderer.render(&groups)
}

/// Line of a span.
struct Annotated<'t> {
    /// The line, or the part of it around the span.
    line: &'t str,
    /// The range of the span in bytes.
    range: Range<usize>,
    is_whole: bool,
}

/// Returns the line of a span.
///
/// Only one line is passed to the renderer: a document can have several megabytes.
fn annotated<'s>(lines: &mut Lines<'s>, file: &Path, span: TextSpan) -> Option<Annotated<'s>> {
    let line = lines.line(file, span.start.line)?;
    let first = span.start.column - 1;
    let start = line.byte_offset(first);
    let last = span.length.map(|length| first.saturating_add(length));
    let end = line.byte_offset(last.unwrap_or(usize::MAX)).max(start);
    let line = line.text;
    let shown = excerpt(line, start..end);
    Some(Annotated {
        line: &line[shown.clone()],
        range: start - shown.start..end.min(shown.end) - shown.start,
        is_whole: shown.len() == line.len(),
    })
}

/// Maximum number of bytes before and after a span that are passed to the renderer, which shows fewer of them. A
/// document can consist of one line of several megabytes, with many findings.
const CONTEXT: usize = 1_000;

/// Returns the part of a line around a span.
fn excerpt(line: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.saturating_sub(CONTEXT);
    while !line.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.start.saturating_add(CONTEXT).min(line.len());
    while !line.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};

    const TEXT: &str = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: Ünlü\n";

    fn render(diagnostics: &[Diagnostic], notes: bool) -> String {
        let mut sources = Sources::default();
        sources.add(Path::new("api.yml"), TEXT.into());
        diagnostics.iter().cloned().collect::<Diagnostics>().render(
            &sources,
            RenderOptions {
                notes,
                ..RenderOptions::default()
            },
        )
    }

    #[test]
    fn renders_location_line_label_and_help() {
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
    fn renders_both_locations_of_a_contradiction() {
        let finding = Diagnostic::new(Code::OpenApiVersion, "api.yml", "/openapi", "unknown")
            .help("write another version")
            .related("api.yml", "/paths/~1a/get/operationId", "used here")
            .related("gone.yml", "/a", "declared here");
        assert_eq!(
            render(&[finding], false),
            "\
error[openapi-version]: unknown
 --> api.yml:1:10
  |
1 | openapi: 3.0.3
  |          ^^^^^
  |
  = help: write another version
note: used here
 --> api.yml:5:20
  |
5 |       operationId: Ünlü
  |                    ----
note: declared here
 --> gone.yml

"
        );
    }

    #[test]
    fn cuts_lines_at_the_width_of_the_terminal() {
        let text = format!("openapi: 3.0.3 # {}\n", "long ".repeat(60));
        let mut sources = Sources::default();
        sources.add(Path::new("api.yml"), text.into());
        let finding = Diagnostic::new(Code::OpenApiVersion, "api.yml", "/openapi", "unknown");
        let found: Diagnostics = [finding].into_iter().collect();
        let longest = |width| {
            let options = RenderOptions {
                width,
                ..RenderOptions::default()
            };
            let shown = found.render(&sources, options);
            shown.lines().map(|line| line.chars().count()).max()
        };
        assert!(longest(Some(60)) <= Some(60), "{:?}", longest(Some(60)));
        assert!(longest(Some(100)) > Some(60) && longest(Some(100)) <= Some(100));
    }

    #[test]
    fn renders_the_path_of_an_unreadable_file() {
        let finding = Diagnostic::new(Code::UnreadableFile, "gone.yml", "", "cannot read the file");
        assert_eq!(
            render(&[finding], false),
            "error[unreadable-file]: cannot read the file\n--> gone.yml\n\n"
        );
    }

    #[test]
    fn renders_findings_in_the_order_of_the_document() {
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
    fn renders_a_duplicate_finding_once() {
        let finding = Diagnostic::new(
            Code::Malformed,
            "api.yml",
            "/paths",
            "reported by two stages",
        );
        let both: Diagnostics = [finding.clone(), finding.clone()].into_iter().collect();
        assert_eq!(both.summary(), "1 error");
        assert_eq!(
            render(&[finding.clone(), finding], false)
                .matches("malformed")
                .count(),
            1
        );
    }

    /// The renderer takes time for every character that it is given.
    #[test]
    fn renders_many_findings_in_one_long_line_in_linear_time() {
        let items: Vec<String> = (0..20_000)
            .map(|index| format!("\"item {index} ü\""))
            .collect();
        let text = format!("[{}]", items.join(", "));
        let mut sources = Sources::default();
        sources.add(Path::new("a.json"), text.as_str().into());
        let found: Diagnostics = (0..1_000)
            .map(|index| {
                let pointer = format!("/{}", index * 20);
                Diagnostic::new(Code::Syntax, "a.json", pointer, format!("finding {index}"))
            })
            .collect();
        let begun = std::time::Instant::now();
        let options = RenderOptions {
            notes: true,
            color: false,
            width: None,
        };
        let rendered = found.render(&sources, options);
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        assert_eq!(rendered.matches("finding ").count(), 1_000);
        let column = text[..text.find("\"item 2000 ").unwrap()].chars().count() + 1;
        assert!(rendered.contains(&format!("a.json:1:{column}")), "{column}");
        let line = rendered
            .lines()
            .find(|line| line.contains("\"item 2000 ü\""));
        assert!(line.is_some_and(|line| line.len() < 400), "{line:?}");
    }

    #[test]
    fn renders_notes_only_if_enabled() {
        let note = Diagnostic::new(Code::Normalized, "api.yml", "", "something was rewritten");
        assert_eq!(render(std::slice::from_ref(&note), false), "");
        assert!(render(&[note], true).contains("note[normalized]: something was rewritten"));
    }

    #[test]
    fn values_of_several_lines_are_marked_to_the_end_of_their_first_line() {
        let text = "info:\n  description: |\n    one two\n    three\n";
        let mut sources = Sources::default();
        sources.add(Path::new("api.yml"), text.into());
        let finding = Diagnostic::new(Code::Syntax, "api.yml", "/info/description", "odd");
        let found: Diagnostics = [finding.label("here")].into_iter().collect();
        let shown = found.render(&sources, RenderOptions::default());
        assert!(
            shown.contains("3 |     one two\n  |     ^^^^^^^ here\n"),
            "{shown}"
        );
        // Numbers beyond the precision of JSON would not be read back.
        assert!(!found.to_json(&sources).contains("end_column"));
        assert!(
            !found
                .to_sarif(&sources, Path::new(""))
                .contains("endColumn")
        );
    }

    #[test]
    fn renders_positions_beyond_the_text() {
        for (line, column) in [(1, 500), (999, 1), (5, 21)] {
            let shown = render(
                &[Diagnostic::new(Code::Syntax, "api.yml", "", "odd").at(line, column)],
                false,
            );
            assert!(shown.contains("api.yml"), "{shown}");
        }
    }
}
