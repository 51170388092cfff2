//! Findings as JSON, described by `xtask/schemas/findings.schema.json`.

use serde::Serialize;

use super::locate::Located;
use super::{Diagnostics, Severity, Sources, TextSpan};

/// Version of the format. A new version is a breaking change.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'d> {
    version: u32,
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: Vec<Finding<'d>>,
}

#[derive(Serialize)]
struct Finding<'d> {
    code: &'static str,
    severity: String,
    message: &'d str,
    #[serde(flatten)]
    location: Location<'d>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'d>>,
}

#[derive(Serialize)]
struct Location<'d> {
    file: String,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    pointer: &'d str,
}

#[derive(Serialize)]
struct Related<'d> {
    #[serde(flatten)]
    location: Location<'d>,
    label: &'d str,
}

impl Diagnostics {
    /// Returns the findings as JSON, in the order of the documents.
    pub fn to_json(&self, sources: &Sources) -> String {
        let located = self.located(sources);
        let count = |severity| {
            let of_severity = located
                .iter()
                .filter(|it| it.diagnostic.severity == severity);
            of_severity.count()
        };
        let report = Report {
            version: FORMAT_VERSION,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            findings: located.iter().map(finding).collect(),
        };
        // Serializing strings and numbers never fails.
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    }
}

fn finding<'d>(located: &Located<'d>) -> Finding<'d> {
    let diagnostic = located.diagnostic;
    Finding {
        code: diagnostic.code.as_str(),
        severity: diagnostic.severity.to_string(),
        message: &diagnostic.message,
        location: location(&diagnostic.file, &diagnostic.pointer, located.span),
        label: (!diagnostic.label.is_empty()).then_some(&diagnostic.label),
        help: diagnostic.help.as_deref(),
        related: located
            .related
            .iter()
            .map(|(related, span)| Related {
                location: location(&related.file, &related.pointer, *span),
                label: &related.label,
            })
            .collect(),
    }
}

fn location<'d>(file: &std::path::Path, pointer: &'d str, span: TextSpan) -> Location<'d> {
    Location {
        file: file.display().to_string(),
        line: span.start.line,
        column: span.start.column,
        end_column: span.end_column(),
        pointer,
    }
}
