//! What the SDK brings to those who depend on it: the crates that they see in its signatures, and those that they
//! compile.

mod rustdoc;
mod signatures;
mod words;

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// How many crates the default build may have, itself included.
const MOST_CRATES: usize = 130;

/// What the choice of TLS is made by: it changes no signature.
const TLS: [&str; 4] = ["default", "rustls", "rustls-no-provider", "native-tls"];

#[test]
fn the_default_build_has_few_crates() {
    let tree = cargo(&[
        "tree",
        "--package",
        "pipedream-sdk",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let name_and_version = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let crates: BTreeSet<String> = tree.lines().map(name_and_version).collect();
    assert!(crates.len() > 50, "is this the tree?\n{tree}");
    assert!(
        crates.len() <= MOST_CRATES,
        "{} crates, {MOST_CRATES} at most: {crates:#?}",
        crates.len()
    );
}

/// The features of the SDK that add something to it.
fn features() -> Vec<String> {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let sdk = packages.find(|it| it["name"] == "pipedream-sdk");
    let features = sdk.expect("the package")["features"].as_object();
    let names = features.expect("its features").keys();
    let adding = names.filter(|name| !TLS.contains(&name.as_str()));
    adding.map(|name| format!("pipedream-sdk/{name}")).collect()
}

/// What cargo prints, about this workspace.
fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(tests::repository())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("text")
}
