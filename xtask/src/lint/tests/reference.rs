//! Tests of the checks on documents of the reference folder.

use super::*;

/// Loads the documents of a folder below `REFERENCE_DIR`.
fn documents(folder: &str) -> Vec<load::Document> {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    let mut files = Vec::new();
    let mut folders = vec![Path::new(&root).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let text = |path: &Path| {
        path.extension()
            .is_some_and(|kind| ["yml", "yaml", "json"].iter().any(|known| kind == *known))
    };
    files
        .iter()
        .filter(|path| text(path))
        .filter_map(|path| load::load(path).ok())
        .collect()
}

fn findings_of(folder: &str) -> Vec<Diagnostic> {
    let (apis, others): (Vec<_>, Vec<_>) = documents(folder)
        .into_iter()
        .partition(|document| document.value.get("arazzo").is_none());
    let apis: Vec<_> = apis
        .into_iter()
        .filter(|api| api.value.get("openapi").is_some() || api.value.get("swagger").is_some())
        .collect();
    let mut found = Diagnostics::new();
    let descriptions: Vec<_> = others
        .iter()
        .filter_map(|document| Description::read(document, &mut found))
        .collect();
    for description in &descriptions {
        let documents = with_children(&apis);
        let apis = Apis::read(documents.iter().map(Cow::as_ref));
        let sources = Sources::find(description, &apis, &descriptions, &mut found);
        let undeclared = UndeclaredProperties::default();
        check(description, &sources, &undeclared, &mut found);
        undeclared.report(&mut found);
    }
    found.into_iter().collect()
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn upstream_workflows_have_only_warnings() {
    let found = findings_of("upstream/pipedream");
    for finding in &found {
        println!("{finding} {:?}", finding.help);
    }
    let severe = found
        .iter()
        .filter(|finding| finding.severity != Severity::Note);
    let severe: Vec<_> = severe.collect();
    assert!(
        severe
            .iter()
            .all(|finding| finding.severity == Severity::Warning)
    );
    let mut codes: Vec<_> = severe.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    // `unsatisfied-security`: a step needs the token that another step creates.
    assert_eq!(
        codes,
        [
            "nonstandard",
            "redundant-goto",
            "unchecked-deletion",
            "unsatisfied-security"
        ]
    );
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn checks_documents_of_other_providers() {
    for folder in [
        "corpora/gitlab",
        "corpora/ipinfo",
        "corpora/jentic-circleci",
        "corpora/notion",
        "corpora/redocly-museum",
        "suites/oai-examples-1.0",
    ] {
        for finding in findings_of(folder) {
            println!("{:?} {finding} {:?}", finding.severity, finding.help);
        }
    }
}
