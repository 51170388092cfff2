//! Tests of documents in unusual styles, which are accepted, some of them with warnings.

use std::collections::BTreeSet;

use tests::generator::{codegen, codes, documents_in, fixtures, read, shown};
use tests::reference;
use tests::scratch_crates::Crates;
use xtask::diagnostic::Severity;
use xtask::pipeline::Documents;

#[test]
fn unusual_documents_generate_a_crate_that_compiles() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "odd");
    let run = crates.add("odd", documents_in(&fixtures("odd")));
    assert!(run.output.is_some(), "{}", shown(&run));
    // Deviations are reported.
    let codes: BTreeSet<&str> = codes(&run).into_iter().collect();
    for code in [
        "credential-parameter",
        "duplicate-operation-id",
        "nonstandard",
        "openapi-version",
        "unknown-parameter",
        "unknown-response-property",
    ] {
        assert!(codes.contains(code), "{code} is not in {codes:?}");
    }
    crates.check();
}

/// Errors in documents of the reference collection for which no code can be generated.
const REJECTED: [(&str, &[&str]); 5] = [
    ("notion-comment-thread-reply", &["missing-property"]),
    ("notion-create-database-page-content", &["missing-property"]),
    ("notion-create-page-read-children", &["missing-property"]),
    ("notion-search-page-comment", &["missing-property"]),
    ("workflows.arazzo", &["type-mismatch"]),
];

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn third_party_workflows_are_generated_or_rejected() {
    let mut taken = 0;
    for (apis, flows) in [
        ("gitlab/openapi", "gitlab/arazzo"),
        ("ipinfo/openapi", "ipinfo/arazzo"),
        ("notion/openapi", "notion/arazzo"),
        ("redocly-museum/resources", "redocly-museum/resources"),
        (
            "jentic-circleci/apis/openapi/circleci.com/main/v1",
            "jentic-circleci/workflows/circleci.com",
        ),
    ] {
        let folder = |name: &str| reference("corpora").join(name);
        let files = |name: &str| -> Vec<_> {
            let entries = std::fs::read_dir(folder(name)).unwrap();
            let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            files.sort();
            files
        };
        for flow in files(flows) {
            let text = read(&flow);
            // The folders also contain API descriptions and indexes.
            if !text.starts_with("arazzo:") && !text.contains("\"arazzo\":") {
                continue;
            }
            // The documents refer to URLs, so the files are passed explicitly.
            let named = |file: &std::path::PathBuf| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                !name.contains(".arazzo.") && (text.contains(&*name) || files(apis).len() == 1)
            };
            let documents = Documents {
                openapi: files(apis).into_iter().filter(named).collect(),
                arazzo: vec![flow.clone()],
                ..Documents::default()
            };
            let run = codegen(documents, &std::env::temp_dir().join("nothing-is-written"));
            let name = flow.file_name().unwrap_or_default().to_string_lossy();
            let expected = REJECTED.iter().find(|(start, _)| name.starts_with(start));
            let errors: BTreeSet<&str> = run
                .diagnostics
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.code.as_str())
                .collect();
            let expected: BTreeSet<&str> = expected
                .into_iter()
                .flat_map(|(_, codes)| codes.iter().copied())
                .collect();
            assert_eq!(errors, expected, "{name}:\n{}", shown(&run));
            taken += usize::from(run.output.is_some());
        }
    }
    assert!(taken > 35, "only {taken} are generated");
}
