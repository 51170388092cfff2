//! Tests of third-party documents: generated, or rejected with diagnostics.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tests::generator::{Folder, codes, shown};
use tests::scratch_crates::Crates;
use tests::{reference, repository};
use xtask::diff;
use xtask::pipeline::Documents;

const UPSTREAM: &str = "upstream/pipedream";

fn upstream() -> Documents {
    Documents {
        openapi: vec![reference(UPSTREAM).join("openapi/pipedream-openapi.yml")],
        arazzo: vec![reference(UPSTREAM).join("arazzo")],
        ..Documents::default()
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn upstream_documents_generate_a_crate_that_compiles() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "upstream");
    let run = crates.add("pipedream-upstream", upstream());
    let output = run
        .output
        .as_ref()
        .unwrap_or_else(|| panic!("{}", shown(&run)));
    let files: Vec<&str> = output.files().map(|(path, _)| path).collect();
    let workflows = files
        .iter()
        .filter(|path| path.starts_with("src/workflows/") && path.ends_with(".rs"));
    // The module also contains the catalog, the handle and the module file.
    assert_eq!(workflows.count(), 18 + 3);
    // Defects are reported.
    let codes: BTreeSet<&str> = codes(&run).into_iter().collect();
    for code in ["nonstandard", "required-undeclared"] {
        assert!(codes.contains(code), "{codes:?}");
    }
    crates.check();
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn documents_match_the_upstream_facts() {
    let pairs = [
        (
            "openapi/pipedream-openapi.yml",
            repository().join("openapi/pipedream-openapi.yml"),
        ),
        ("arazzo", repository().join("arazzo")),
    ];
    for (theirs, ours) in pairs {
        let mut comparison = diff::compare(&reference(UPSTREAM).join(theirs), &ours);
        // The folder also contains workflows of other APIs.
        if theirs == "arazzo" {
            comparison.allow_added();
        }
        assert!(comparison.is_same(), "{}", comparison.render());
    }
}

#[test]
fn changed_fact_is_reported_with_both_locations() {
    let ours = repository().join("openapi/pipedream-openapi.yml");
    let folder = Folder::new();
    let text = fs::read_to_string(&ours).unwrap();
    assert!(text.contains("\n        - sort_key") || text.contains("name: sort_key"));
    let changed = folder.write(
        "changed.yml",
        &text.replacen("- featured_weight\n", "- weight\n", 1),
    );
    let comparison = diff::compare(&ours, &changed);
    let shown = comparison.render();
    assert!(!comparison.is_same());
    assert!(
        shown.contains("pipedream-openapi.yml:") && shown.contains("changed.yml:"),
        "{shown}"
    );
    assert!(
        shown.contains("\"featured_weight\"") && shown.contains("\"weight\""),
        "{shown}"
    );
}

/// Collects every document of these types below a folder.
fn documents(folder: &Path, found: &mut Documents) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            documents(&path, found);
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

/// Each collection is generated as a unit, or rejected with diagnostics that have a location. At least one
/// compiles.
#[test]
#[ignore = "needs REFERENCE_DIR"]
fn third_party_collections_generate_crates_or_errors() {
    let mut folders: Vec<PathBuf> = fs::read_dir(reference("corpora"))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "corpora");
    let mut generated = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut found = Documents::default();
        documents(&folder, &mut found);
        assert!(
            !found.openapi.is_empty() && !found.arazzo.is_empty(),
            "{name}"
        );
        let run = crates.add(&name, found);
        println!(
            "{name}: {} {}",
            run.output.is_some(),
            run.diagnostics.summary()
        );
        println!("{}", shown(&run));
        match &run.output {
            Some(_) => generated.push(name),
            None => assert!(
                run.diagnostics.has_errors(),
                "{name} is rejected without a reason"
            ),
        }
        for finding in &run.diagnostics {
            assert!(
                !finding.message.is_empty() && finding.file.exists(),
                "{finding}"
            );
        }
    }
    assert!(!generated.is_empty());
    crates.check();
}
