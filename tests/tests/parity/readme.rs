//! The table that compares this SDK with the official ones: each of its lines names a test that exists.

use tests::named::NamedTest;

/// The lines of the tables, by their cells.
fn lines() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(tests::repository().join("sdk/README.md")).unwrap();
    let is_line = |line: &&str| {
        line.starts_with('|') && !line.starts_with("| |") && !line.starts_with("|---")
    };
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    page.lines().filter(is_line).map(cells).collect()
}

/// The test that a cell links: its name, and the file from the page on.
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
fn every_line_names_a_test_that_exists() {
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
fn the_crate_is_published_with_the_first_page_and_not_with_this_one() {
    let manifest = std::fs::read_to_string(tests::repository().join("sdk/Cargo.toml")).unwrap();
    assert!(manifest.contains("readme = \"../README.md\""));
    assert!(manifest.contains("exclude = [\"/README.md\"]"));
}
