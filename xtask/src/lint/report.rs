//! Reports of the checks about one document.

use std::path::Path;

use crate::arazzo::sources::Unknown;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Collects what the checks find in one document.
pub(crate) struct Report<'c> {
    pub(crate) file: &'c Path,
    pub(crate) found: &'c mut Diagnostics,
}

impl Report<'_> {
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::error(code, self.file, at, message).label(label),
            help,
        );
    }

    pub(crate) fn warn(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::warning(code, self.file, at, message).label(label),
            help,
        );
    }

    /// A reference that leads nowhere, or to several things.
    pub(crate) fn unknown(&mut self, at: &str, unknown: Unknown) {
        let label = match unknown.code {
            "ambiguous-operation" => "which of them?",
            _ => "not found",
        };
        self.error(unknown.code, at, unknown.message, label, unknown.help);
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic, help: Option<String>) {
        self.found.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}
