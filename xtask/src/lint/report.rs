//! Diagnostics of the checks for one document.

use std::path::Path;

use crate::arazzo::sources::UnresolvedReference;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Collects the diagnostics for one document.
pub(crate) struct Report<'c> {
    pub(crate) file: &'c Path,
    pub(crate) found: &'c mut Diagnostics,
    /// Document and location of the called operation, which a request or an expression contradicts.
    pub(crate) declared: Option<(&'c Path, String)>,
}

impl<'c> Report<'c> {
    /// Returns a report about this document.
    pub(crate) fn new(file: &'c Path, found: &'c mut Diagnostics) -> Self {
        Self {
            file,
            found,
            declared: None,
        }
    }

    pub(crate) fn add(
        &mut self,
        code: Code,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::new(code, self.file, at, message).label(label),
            help,
        );
    }

    /// Adds a diagnostic as a warning, although its code is an error by default.
    pub(crate) fn add_as_warning(
        &mut self,
        code: Code,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::new(code, self.file, at, message)
                .as_warning()
                .label(label),
            help,
        );
    }

    /// Adds a diagnostic for a reference without a target or with several.
    pub(crate) fn unknown(&mut self, at: &str, unknown: UnresolvedReference) {
        let label = match unknown.code {
            Code::AmbiguousOperation => "ambiguous",
            _ => "not found",
        };
        let finding = Diagnostic::new(unknown.code, self.file, at, unknown.message).label(label);
        self.push(finding.about(unknown.name.as_deref()), unknown.help);
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic, help: Option<String>) {
        let diagnostic = self.with_declaration(diagnostic);
        self.found.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }

    /// Adds the location of the called operation, unless the finding has another location already.
    pub(crate) fn with_declaration(&self, diagnostic: Diagnostic) -> Diagnostic {
        match &self.declared {
            Some((file, pointer)) if diagnostic.related.is_empty() => {
                diagnostic.related(file, pointer, "the operation is declared here")
            }
            _ => diagnostic,
        }
    }
}
