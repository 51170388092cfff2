//! Tests that each line of the comparison with the official SDKs names an existing test.

use tests::named::NamedTest;

/// Returns the cells of each line of the tables.
fn lines() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(tests::repository().join("sdk/COMPARISON.md")).unwrap();
    let is_line = |line: &&str| {
        line.starts_with('|') && !line.starts_with("| |") && !line.starts_with("|---")
    };
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    page.lines().filter(is_line).map(cells).collect()
}

/// Returns the test that a cell links: its name, and its file relative to the page.
fn named(cell: &str) -> Option<NamedTest<String>> {
    let (function, path) = cell
        .strip_prefix("[`")?
        .strip_suffix(')')?
        .split_once("`](")?;
    let file = match path.strip_prefix("../") {
        Some(from_root) => from_root.to_owned(),
        None => format!("sdk/{path}"),
    };
    let function = function.to_owned();
    Some(NamedTest { file, function })
}

#[test]
fn every_line_names_an_existing_test() {
    let lines = lines();
    assert!(lines.len() > 40, "{}", lines.len());
    for line in lines {
        assert_eq!(line.len(), 5, "{line:?}");
        assert!(line.iter().all(|cell| !cell.is_empty()), "{line:?}");
        let test = named(&line[4]).unwrap_or_else(|| panic!("no test: {line:?}"));
        assert!(test.exists(), "{}: no test {test:?}", line[0]);
    }
}

#[test]
fn crate_readme_is_not_the_comparison() {
    let manifest = std::fs::read_to_string(tests::repository().join("sdk/Cargo.toml")).unwrap();
    assert!(manifest.contains("readme = \"../README.md\""));
    // cargo packs the file beside the manifest instead of the linked one.
    assert!(!tests::repository().join("sdk/README.md").exists());
}
