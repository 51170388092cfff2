//! Findings as text for people, with the lines of the documents.

use std::collections::BTreeMap;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::position::Marked;
use super::{Diagnostic, Diagnostics, Severity, Sources, TextSpan};

/// The form of rendered findings. The default is plain text without notes.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderOptions {
    /// Includes notes.
    pub notes: bool,
    /// Adds the escape sequences of a terminal.
    pub color: bool,
}

impl Diagnostics {
    /// The findings as text for people, by file and position, errors before warnings.
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
            let mut placed: Vec<(TextSpan, &Diagnostic)> = diagnostics
                .into_iter()
                .map(|diagnostic| match diagnostic.position {
                    Some(start) => (TextSpan { start, length: 1 }, diagnostic),
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
            // Several stages may report the same finding.
            placed.dedup();
            for (place, diagnostic) in placed {
                output.push_str(&diagnostic.render(text, place, &renderer));
                output.push_str("\n\n");
            }
        }
        output
    }
}

impl Diagnostic {
    fn render(&self, text: &str, place: TextSpan, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level
            .primary_title(self.message.as_str())
            .id(self.code.as_str());
        let path = self.file.display().to_string();
        // Only one line is passed on: documents can be several megabytes long.
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

/// The offset of a character by its number; the end of the line for numbers beyond it.
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
}
