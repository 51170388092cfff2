//! Findings of one workflow, and the proof that something was reported.

use std::cell::RefCell;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Severity};

/// Proof that an error was reported.
///
/// Only [`Reports::error`] makes one, so that nothing that could not be lowered is left out or replaced without a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported(());

/// The findings of one workflow.
pub(crate) struct Reports<'a> {
    file: &'a Path,
    found: RefCell<Vec<Diagnostic>>,
}

impl<'a> Reports<'a> {
    /// No findings yet in this document.
    pub(crate) fn new(file: &'a Path) -> Self {
        Self {
            file,
            found: RefCell::default(),
        }
    }

    /// A place in the document.
    pub(crate) fn at<'p>(&self, pointer: &'p str) -> Location<'p>
    where
        'a: 'p,
    {
        Location {
            file: self.file,
            pointer,
        }
    }

    /// Reports an error.
    pub(crate) fn error(&self, mut finding: Diagnostic) -> Reported {
        finding.severity = Severity::Error;
        self.found.borrow_mut().push(finding);
        Reported(())
    }

    /// Reports something that generation goes on from.
    pub(crate) fn warn(&self, finding: Diagnostic) {
        self.found.borrow_mut().push(finding.as_warning());
    }

    /// The findings in the order in which they were made.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Location<'a> {
    pub file: &'a Path,
    pub pointer: &'a str,
}

impl Location<'_> {
    pub(crate) fn diagnostic(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.file, self.pointer, message)
    }

    pub(crate) fn unsupported(&self, what: &str) -> Diagnostic {
        self.diagnostic(Code::NotSupported, format!("{what} is not supported yet"))
    }
}

/// All values, or the proof that one of them is missing. Each is worked out, so that all errors are reported.
pub(crate) fn all<T>(
    results: impl IntoIterator<Item = Result<T, Reported>>,
) -> Result<Vec<T>, Reported> {
    let results: Vec<_> = results.into_iter().collect();
    results.into_iter().collect()
}

/// A list of names for a help line.
pub(crate) fn choices(what: &str, names: &[&str]) -> String {
    match names {
        [] => "there is none".to_owned(),
        names => format!("{what} {}", names.join(", ")),
    }
}
