//! What the SDK brings to those who depend on it: the crates that they see in its signatures, and those that they
//! compile.

mod rustdoc;
mod signatures;

use std::collections::BTreeSet;
use std::process::Command;

/// How many crates the default build may have, itself included.
const MOST_CRATES: usize = 130;

#[test]
fn the_default_build_has_few_crates() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--locked",
            "--package",
            "pipedream-sdk",
        ])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(tests::repository())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let tree = String::from_utf8_lossy(&output.stdout);
    let name_and_version = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let crates: BTreeSet<String> = tree.lines().map(name_and_version).collect();
    assert!(crates.len() > 50, "is this the tree?\n{tree}");
    assert!(
        crates.len() <= MOST_CRATES,
        "{} crates, {MOST_CRATES} at most: {crates:#?}",
        crates.len()
    );
}
