//! The tables of supported constructs cite tests that exist.

use std::fs;
use std::path::Path;

/// Collects the sources of all tests.
fn sources(folder: &Path, found: &mut String) {
    let entries = fs::read_dir(folder).unwrap();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_cited_test_exists() {
    let root = tests::repository();
    let mut all = String::new();
    for folder in ["sdk", "tests", "xtask"] {
        sources(&root.join(folder), &mut all);
    }
    for file in ["arazzo/SUPPORT.md", "openapi/SUPPORT.md"] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let rows = text
            .lines()
            .filter(|line| line.starts_with("| ") && !line.contains("| Test |"));
        let mut cited = 0;
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split(" |").collect();
            assert_eq!(cells.len(), 3, "{row}");
            let test = cells[2].trim().trim_matches('`');
            if !test.is_empty() {
                cited += 1;
                assert!(
                    all.contains(&format!("fn {test}(")),
                    "{file}: there is no test `{test}`"
                );
            }
        }
        assert!(cited > 15, "{file}: {cited}");
    }
}
