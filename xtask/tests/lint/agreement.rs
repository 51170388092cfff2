//! `lint` and `codegen` report the same errors at the same locations.

use std::path::Path;

use xtask::diagnostic::Severity;
use xtask::pipeline::Run;

use crate::documents::{any, codegen, documents_below, lint, reference, repository};

/// Returns the code and the location of each error.
fn errors(run: &Run) -> Vec<String> {
    let errors = run.diagnostics.iter();
    let errors = errors.filter(|it| it.severity == Severity::Error);
    let mut errors: Vec<String> = errors
        .map(|it| format!("{} {}#{}", it.code, it.file.display(), it.pointer))
        .collect();
    errors.sort();
    errors
}

fn assert_agreement(folder: &Path) {
    let documents = documents_below(folder);
    assert!(!documents.is_empty(), "{}", folder.display());
    for document in documents {
        let (checked, generated) = (lint(any(&document)), codegen(any(&document)));
        assert_eq!(
            errors(&checked),
            errors(&generated),
            "{}",
            document.display()
        );
        assert_eq!(
            errors(&checked).is_empty(),
            generated.output.is_some(),
            "{}",
            document.display()
        );
    }
}

#[test]
fn lint_and_codegen_agree_on_the_fixtures() {
    assert_agreement(&repository().join("tests/fixtures"));
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn lint_and_codegen_agree_on_the_suites() {
    assert_agreement(&reference().join("suites"));
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn lint_and_codegen_agree_on_the_corpora() {
    assert_agreement(&reference().join("corpora"));
}
