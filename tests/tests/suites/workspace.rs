//! The documents of a suite as crates of one workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tests::generator::{codes_of_errors, shown};
use tests::scratch_crates::Crates;
use xtask::pipeline::{Documents, Run};

use super::{Verdict, shim};

/// A document, or a set of related documents, and the crate generated from it.
pub(super) struct Subject {
    /// Name of the crate, unique among the suites.
    pub(super) name: String,
    pub(super) documents: Documents,
    /// `true` if its workflow `main` is run.
    pub(super) runs: bool,
}

/// The compiled crates.
pub(super) struct Built {
    /// Verdicts on crates that are not generated or do not compile.
    failures: BTreeMap<String, Verdict>,
    /// Path of the program that runs the workflows.
    pub(super) driver: PathBuf,
}

impl Built {
    /// Generates and compiles the crates of a suite. The suites share compiled dependencies.
    pub(super) fn of(suite: &str, subjects: Vec<Subject>) -> Self {
        let mut crates = Crates::keep(env!("CARGO_TARGET_TMPDIR"), &format!("suites/{suite}"));
        let mut failures = BTreeMap::new();
        let mut runnable = Vec::new();
        for subject in subjects {
            let run = crates.add(&subject.name, subject.documents);
            match rejection(&run) {
                Some(verdict) => drop(failures.insert(subject.name, verdict)),
                None if subject.runs => {
                    shim::add(&crates.folder(&subject.name));
                    runnable.push(subject.name);
                }
                None => {}
            }
        }
        for (name, errors) in crates.build() {
            let verdict = Verdict::DoesNotCompile(errors.join("\n"));
            failures.insert(name, verdict);
        }
        runnable.retain(|name| !failures.contains_key(name));
        if !runnable.is_empty() {
            let runtime = tests::repository().join("sdk/runtime");
            crates.add_files("driver", &shim::driver(&runnable, &runtime));
            let errors = crates.build();
            let errors = errors.get("driver").map(|errors| errors.join("\n"));
            assert!(errors.is_none(), "{}", errors.unwrap_or_default());
        }
        Self {
            failures,
            driver: crates.target().join("debug/driver"),
        }
    }

    /// Returns the verdict on a subject that cannot be run, or `None` if it compiles.
    pub(super) fn failure(&self, name: &str) -> Option<&Verdict> {
        self.failures.get(name)
    }
}

/// Returns the verdict on documents for which nothing was generated.
pub(super) fn rejection(run: &Run) -> Option<Verdict> {
    if run.output.is_some() {
        return None;
    }
    let codes = codes_of_errors(run);
    let located = run.diagnostics.iter().all(|finding| finding.file.exists());
    assert!(
        located && !codes.is_empty(),
        "rejected without a reason: {}",
        shown(run)
    );
    Some(Verdict::Rejected(codes.join(" ")))
}

/// Returns the documents below a folder by type, sorted by name.
pub(super) fn documents_below(folder: &Path) -> Documents {
    let mut found = Documents::default();
    collect(folder, &mut found);
    found
}

fn collect(folder: &Path, found: &mut Documents) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            collect(&path, found);
        } else if ["yml", "yaml", "json"].contains(&extension.as_str())
            && let Ok(document) = xtask::load::load(&path)
        {
            if document.value.get("arazzo").is_some() {
                found.arazzo.push(path);
            } else if document.value.get("openapi").is_some() {
                found.openapi.push(path);
            }
        }
    }
}
