//! Rendering of findings as text, with the lines of the documents.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::position::Marked;
use super::{Diagnostic, Diagnostics, Severity, Sources, TextSpan};

/// Options of rendered findings. The default is plain text without notes.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderOptions {
    /// `true` if notes are included.
    pub notes: bool,
    /// `true` if the text contains escape sequences for terminal colors.
    pub color: bool,
}

impl Diagnostics {
    /// Renders the findings ordered by file and position, errors before warnings.
    pub fn render(&self, sources: &Sources, options: RenderOptions) -> String {
        let mut files: BTreeMap<&Path, Vec<&Diagnostic>> = BTreeMap::new();
        for diagnostic in &self.0 {
            if options.notes || diagnostic.severity != Severity::Note {
                files.entry(&diagnostic.file).or_default().push(diagnostic);
            }
        }
        let renderer = if options.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut output = String::new();
        for (file, diagnostics) in files {
            let text = sources.text(file);
            let marked = Marked::parse(text);
            let mut located: Vec<(TextSpan, &Diagnostic)> = diagnostics
                .into_iter()
                .map(|diagnostic| match diagnostic.position {
                    Some(start) => (TextSpan { start, length: 1 }, diagnostic),
                    None => (marked.find(&diagnostic.pointer), diagnostic),
                })
                .collect();
            located.sort_by(|(a, x), (b, y)| {
                (a.start, x.severity, x.code.as_str(), &x.pointer, &x.message).cmp(&(
                    b.start,
                    y.severity,
                    y.code.as_str(),
                    &y.pointer,
                    &y.message,
                ))
            });
            // Several stages may report the same finding.
            located.dedup();
            for (span, diagnostic) in located {
                output.push_str(&diagnostic.render(text, span, &renderer));
                output.push_str("\n\n");
            }
        }
        output
    }
}

impl Diagnostic {
    fn render(&self, text: &str, span: TextSpan, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level
            .primary_title(self.message.as_str())
            .id(self.code.as_str());
        let path = self.file.display().to_string();
        // Only one line is passed to the renderer: a document can have several megabytes.
        let mut group = match text.lines().nth(span.start.line - 1) {
            Some(line) if !text.is_empty() => {
                let start = byte_offset(line, span.start.column - 1);
                let end = start + byte_offset(&line[start..], span.length);
                let label = (!self.label.is_empty()).then_some(self.label.as_str());
                let shown = excerpt(line, start..end);
                let marked = start - shown.start..end.min(shown.end) - shown.start;
                let snippet = Snippet::source(&line[shown.clone()])
                    .line_start(span.start.line)
                    .annotation(AnnotationKind::Primary.span(marked).label(label));
                match shown.len() == line.len() {
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

/// Returns the byte offset of a character by its index, or the end of the line.
fn byte_offset(line: &str, characters: usize) -> usize {
    let before = line.as_bytes().get(..characters);
    if before.is_some_and(<[u8]>::is_ascii) && characters < line.len() {
        return characters;
    }
    line.char_indices()
        .nth(characters)
        .map_or(line.trim_end().len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    const TEXT: &str = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: Ünlü\n";

    fn render(diagnostics: &[Diagnostic], notes: bool) -> String {
        let mut sources = Sources::default();
        sources.add(Path::new("api.yml"), TEXT.into());
        diagnostics.iter().cloned().collect::<Diagnostics>().render(
            &sources,
            RenderOptions {
                notes,
                color: false,
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
