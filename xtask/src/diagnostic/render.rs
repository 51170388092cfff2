//! Rendering of findings as text, with the lines of the documents.

use std::collections::BTreeMap;
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
                let end = byte_offset(line, (span.start.column - 1).saturating_add(span.length));
                let label = (!self.label.is_empty()).then_some(self.label.as_str());
                title.element(
                    Snippet::source(line)
                        .line_start(span.start.line)
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

/// Returns the byte offset of a character by its index, or the end of the line.
fn byte_offset(line: &str, characters: usize) -> usize {
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
