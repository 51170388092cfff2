//! Findings of one workflow, and a token that proves that an error was reported.

use std::cell::RefCell;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Severity};

/// Proof that an error was reported.
///
/// Only [`Reports::error`] creates it, so a value that cannot be lowered is never silently omitted or replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported(());

/// The findings of one workflow.
pub(crate) struct Reports<'a> {
    file: &'a Path,
    found: RefCell<Vec<Diagnostic>>,
}

impl<'a> Reports<'a> {
    /// Returns an empty list of findings for this document.
    pub(crate) fn new(file: &'a Path) -> Self {
        Self {
            file,
            found: RefCell::default(),
        }
    }

    /// Returns a location in the document.
    pub(crate) fn at<'p>(&self, pointer: &'p str) -> DocumentLocation<'p>
    where
        'a: 'p,
    {
        DocumentLocation {
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

    /// Reports a warning, which does not stop generation.
    pub(crate) fn warn(&self, finding: Diagnostic) {
        self.found.borrow_mut().push(finding.as_warning());
    }

    /// Returns the number of findings.
    pub(crate) fn len(&self) -> usize {
        self.found.borrow().len()
    }

    /// Removes the findings after the first `number`.
    pub(crate) fn forget_since(&self, number: usize) {
        self.found.borrow_mut().truncate(number);
    }

    /// Turns the findings after the first `number` into warnings, with the consequence as their label.
    pub(crate) fn soften_since(&self, number: usize, consequence: &str) {
        for finding in self.found.borrow_mut().iter_mut().skip(number) {
            *finding = finding.clone().as_warning().label(consequence);
        }
    }

    /// Returns the findings in the order they were reported.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }
}

/// A location in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentLocation<'a> {
    pub file: &'a Path,
    pub pointer: &'a str,
}

impl DocumentLocation<'_> {
    pub(crate) fn diagnostic(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.file, self.pointer, message)
    }

    pub(crate) fn unsupported(&self, construct: &str) -> Diagnostic {
        self.diagnostic(
            Code::NotSupported,
            format!("{construct} is not supported yet"),
        )
    }
}

/// Collects all values, or returns the first error. All results are evaluated, so that all errors are reported.
pub(crate) fn all<T>(
    results: impl IntoIterator<Item = Result<T, Reported>>,
) -> Result<Vec<T>, Reported> {
    let results: Vec<_> = results.into_iter().collect();
    results.into_iter().collect()
}

/// Returns a list of names for a help line.
pub(crate) fn choices(label: &str, names: &[&str]) -> String {
    match names {
        [] => "there are none".to_owned(),
        names => format!("{label} {}", names.join(", ")),
    }
}
