use std::path::{Path, PathBuf};

use super::*;
use crate::diagnostic::{Code, Diagnostics, Severity};

fn read(path: &Path) -> (Option<Description>, Diagnostics) {
    let mut found = Diagnostics::new();
    let document = load::load(path).unwrap();
    let description = Description::read(&document, &mut found);
    (description, found)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    let mut files = Vec::new();
    let mut folders = vec![Path::new(&root).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|kind| kind == "yml" || kind == "yaml" || kind == "json")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn agrees_with_the_schema_suite() {
    for path in files("suites/oai-schema-1.0/pass") {
        let (description, found) = read(&path);
        assert!(description.is_some(), "{}", path.display());
        // One of them has a payload that is not valid JSON, which a schema of Arazzo does not see.
        let mut errors = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        assert!(
            errors.all(|finding| finding.code == Code::InvalidValue),
            "{}: {found:#?}",
            path.display()
        );
    }
    for path in files("suites/oai-schema-1.0/fail") {
        assert!(read(&path).1.has_errors(), "{}", path.display());
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn reads_every_reference_document() {
    let mut workflows = 0;
    for path in [
        "suites/oai-examples-1.0",
        "upstream/pipedream/arazzo",
        "corpora",
    ]
    .into_iter()
    .flat_map(files)
    {
        if load::load(&path).is_ok_and(|document| document.value.get("arazzo").is_none()) {
            continue;
        }
        let (description, found) = read(&path);
        for finding in &found {
            println!("{finding} {:?}", finding.help);
        }
        assert!(
            found
                .iter()
                .all(|finding| finding.severity != Severity::Error),
            "{}",
            path.display()
        );
        workflows += description.unwrap().workflows.len();
    }
    assert!(workflows >= 18, "{workflows}");
}
