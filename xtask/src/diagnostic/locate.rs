//! Findings with their positions in the documents, in the order in which they are shown.

use std::collections::BTreeMap;
use std::path::Path;

use super::position::Marked;
use super::{Diagnostic, Diagnostics, Position, RelatedLocation, Severity, Sources, TextSpan};

/// A finding with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<'d> {
    pub diagnostic: &'d Diagnostic,
    pub span: TextSpan,
    /// Other locations of the finding, with their positions.
    pub related: Vec<(&'d RelatedLocation, TextSpan)>,
}

impl Diagnostics {
    /// Returns the findings ordered by file and position, errors before warnings. Duplicates are removed.
    pub fn located<'d>(&'d self, sources: &Sources) -> Vec<Located<'d>> {
        located(self.iter(), sources)
    }

    /// Returns the errors and warnings like [`located`](Self::located). Notes get no positions.
    pub fn located_without_notes<'d>(&'d self, sources: &Sources) -> Vec<Located<'d>> {
        let shown = self.iter().filter(|it| it.severity != Severity::Note);
        located(shown, sources)
    }
}

fn located<'d>(
    findings: impl Iterator<Item = &'d Diagnostic>,
    sources: &Sources,
) -> Vec<Located<'d>> {
    let mut marked = MarkedDocuments {
        sources,
        documents: BTreeMap::new(),
    };
    let mut located: Vec<Located<'d>> = findings
        .map(|diagnostic| Located {
            diagnostic,
            span: match diagnostic.position {
                Some(start) => TextSpan {
                    start,
                    length: Some(1),
                },
                None => marked.find(&diagnostic.file, &diagnostic.pointer),
            },
            related: Vec::new(),
        })
        .collect();
    located.sort_by(|a, b| a.key().cmp(&b.key()));
    // Several stages may report the same finding.
    located.dedup();
    for finding in &mut located {
        let related = finding.diagnostic.related.iter();
        finding.related = related
            .map(|related| (related, marked.find(&related.file, &related.pointer)))
            .collect();
    }
    located
}

impl Located<'_> {
    fn key(&self) -> (&Path, Position, Severity, &'static str, &str, &str) {
        let Diagnostic {
            file,
            severity,
            code,
            pointer,
            message,
            ..
        } = self.diagnostic;
        (
            file,
            self.span.start,
            *severity,
            code.as_str(),
            pointer,
            message,
        )
    }
}

/// Documents that are parsed at their first finding.
struct MarkedDocuments<'s> {
    sources: &'s Sources,
    documents: BTreeMap<&'s Path, Marked<'s>>,
}

impl MarkedDocuments<'_> {
    fn find(&mut self, file: &Path, pointer: &str) -> TextSpan {
        let Some((path, text)) = self.sources.get(file) else {
            return Marked::parse("").find(pointer);
        };
        let marked = self.documents.entry(path);
        marked.or_insert_with(|| Marked::parse(text)).find(pointer)
    }
}
