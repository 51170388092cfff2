//! `suites/reported`: inputs from public bug reports and other providers' documents. Each compiles.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tests::reference;
use xtask::pipeline::Documents;

use super::workspace::{Built, Subject, documents_below};
use super::{Expected, Verdict, judge};

const SUITE: &str = "suites/reported";

/// Inputs that are not handled correctly. This list may only get shorter.
const EXPECTED: Expected = Expected {
    // It refers to a file that is not part of the input.
    rejected: &["C-f4-operation-ref"],
    wrong: &[],
    does_not_compile: &[],
};

/// Returns name and path of each input. Some are texts without a document.
fn inputs() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(reference(SUITE)).unwrap();
    let mut inputs: Vec<(String, PathBuf)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "md"))
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                path,
            )
        })
        .collect();
    inputs.sort();
    inputs
}

fn subjects() -> Vec<Subject> {
    let subject = |(name, path): (String, PathBuf)| Subject {
        name: name.to_lowercase(),
        documents: match path.is_dir() {
            true => documents_below(&path),
            false => Documents {
                openapi: vec![path],
                ..Documents::default()
            },
        },
        runs: false,
    };
    inputs().into_iter().map(subject).collect()
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn reported_inputs_are_generated_and_compile() {
    let built = Built::of("reported", subjects());
    let row = |(name, _): (String, PathBuf)| {
        let failure = built.failure(&name.to_lowercase());
        (
            name,
            (String::new(), failure.cloned().unwrap_or(Verdict::Right)),
        )
    };
    let rows: BTreeMap<_, _> = inputs().into_iter().map(row).collect();
    judge("reported", &rows, &EXPECTED);
}
