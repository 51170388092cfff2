//! JSON and SARIF of real findings fit their schemas.

use std::path::Path;

use serde_json::Value;
use xtask::diagnostic::{Code, Diagnostic, Diagnostics, Sources};
use xtask::pipeline::Documents;

use crate::documents::{documents_below, lint, repository};

const FINDINGS: &str = include_str!("../../schemas/findings.schema.json");

/// Reads a log into the types that `serde-sarif` generates from the schema of SARIF 2.1.0.
///
/// # Panics
/// Panics if a property is missing, unknown or of another type.
fn assert_sarif(document: &str) -> Value {
    let written: Value = serde_json::from_str(document).unwrap();
    let log: serde_sarif::sarif::Sarif = serde_json::from_value(written.clone()).unwrap();
    // Unknown properties are lost on the way.
    assert_eq!(serde_json::to_value(log).unwrap(), written);
    written
}

fn assert_valid(schema: &str, document: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
    document
}

/// Returns the findings of all fixtures, and one with every optional part.
fn findings() -> (Diagnostics, Sources) {
    let run = lint(Documents {
        any: documents_below(&repository().join("tests/fixtures")),
        ..Documents::default()
    });
    let mut found = run.diagnostics;
    assert!(found.len() > 20, "{} findings", found.len());
    let file = repository().join("tests/fixtures/shop/arazzo.yml");
    let full = Diagnostic::new(Code::TypeMismatch, &file, "/workflows/0", "a \"problem\"")
        .label("here")
        .help("change it")
        .related(&file, "/workflows/0/workflowId", "declared here")
        .related("gone.yml", "/a~1b", "used here");
    found.push(full);
    found.push(Diagnostic::new(
        Code::UnreadableFile,
        "gone.yml",
        "",
        "cannot read the file",
    ));
    found.push(Diagnostic::new(Code::Syntax, &file, "", "bad").at(3, 4));
    (found, run.sources)
}

#[test]
fn json_fits_its_schema() {
    let (found, sources) = findings();
    let report = assert_valid(FINDINGS, &found.to_json(&sources));
    let items = report["findings"].as_array().unwrap();
    let count = |name: &str| report[name].as_u64().unwrap();
    let total = count("errors") + count("warnings") + count("notes");
    assert_eq!(items.len() as u64, total);
    let full = items.iter().find(|it| it["message"] == "a \"problem\"");
    let full = full.unwrap();
    assert_eq!(full["label"], "here");
    assert_eq!(full["help"], "change it");
    assert_eq!(full["related"][1]["pointer"], "/a~1b");
    assert_eq!(full["related"][0]["line"], 10);
    let empty = Diagnostics::new().to_json(&Sources::default());
    assert_eq!(
        assert_valid(FINDINGS, &empty)["findings"],
        serde_json::json!([])
    );
}

#[test]
fn sarif_fits_its_schema() {
    let (found, sources) = findings();
    let root = repository();
    let log = assert_sarif(&found.to_sarif(&sources, &root));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Code::ALL.len());
    let results = run["results"].as_array().unwrap();
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let address = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            address == "gone.yml" || Path::new(&root).join(address).is_file(),
            "{address}"
        );
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
        assert!(
            fingerprints.insert(result["partialFingerprints"].to_string()),
            "{result}"
        );
    }
    let full = results
        .iter()
        .find(|it| it["message"]["text"] == "a \"problem\"\nhelp: change it");
    let related = &full.unwrap()["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "declared here");
    let region = &related["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 10);
    let empty = Diagnostics::new().to_sarif(&Sources::default(), &root);
    assert_eq!(
        assert_sarif(&empty)["runs"][0]["results"],
        serde_json::json!([])
    );
}
