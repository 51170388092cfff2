//! Findings in the documents of the repository (none), and in the reference collection (as reviewed).

use std::collections::BTreeSet;
use std::path::Path;

use xtask::diagnostic::Severity;
use xtask::pipeline::{Documents, Run};

use crate::documents::{any, documents_below, lint, reference, repository};

/// Reviewed findings: file, line and code, sorted.
const REVIEWED: &str = include_str!("reviewed.txt");

/// Returns the errors and warnings of a run, with paths relative to a folder.
fn findings(run: &Run, root: &Path) -> BTreeSet<String> {
    let located = run.diagnostics.located(&run.sources);
    let shown = located
        .iter()
        .filter(|it| it.diagnostic.severity != Severity::Note);
    let line = |it: &xtask::diagnostic::locate::Located<'_>| {
        let file = it
            .diagnostic
            .file
            .strip_prefix(root)
            .unwrap_or(&it.diagnostic.file);
        let (severity, code) = (it.diagnostic.severity, it.diagnostic.code);
        format!(
            "{}:{} {severity} {code}",
            file.display(),
            it.span.start.line
        )
    };
    shown.map(line).collect()
}

#[test]
fn the_documents_of_the_repository_have_no_findings() {
    let run = lint(Documents::of(&repository()));
    assert_eq!(findings(&run, &repository()), BTreeSet::new());
}

/// `UPDATE_REVIEWED=1` writes the list. Every new line has to be read in the document: a false alarm is a defect.
#[test]
#[ignore = "needs REFERENCE_DIR"]
fn findings_in_the_reference_collection_are_reviewed() {
    let root = reference();
    let mut found = BTreeSet::new();
    for folder in ["upstream", "suites", "corpora"] {
        for document in documents_below(&root.join(folder)) {
            found.extend(findings(&lint(any(&document)), &root));
        }
    }
    if std::env::var_os("UPDATE_REVIEWED").is_some() {
        let text: String = found.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(repository().join("xtask/tests/lint/reviewed.txt"), text).unwrap();
        return;
    }
    let reviewed: BTreeSet<String> = REVIEWED.lines().map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&reviewed).collect();
    let gone: Vec<_> = reviewed.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "new: {new:#?}\ngone: {gone:#?}"
    );
}
