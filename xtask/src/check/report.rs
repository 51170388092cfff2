//! Reports of the checks about one document.

use std::path::Path;

use super::sources::Unknown;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Collects what the checks find in one document.
pub(super) struct Report<'c> {
    pub(super) file: &'c Path,
    pub(super) found: &'c mut Diagnostics,
}

impl Report<'_> {
    pub(super) fn error(
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

    pub(super) fn warn(
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
    pub(super) fn unknown(&mut self, at: &str, unknown: Unknown) {
        let label = match unknown.code {
            "ambiguous-operation" => "which of them?",
            _ => "not found",
        };
        self.error(unknown.code, at, unknown.message, label, unknown.help);
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic, help: Option<String>) {
        self.found.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}
