//! Tests of the dependencies of the SDK: the crates in its public signatures, and the crates in its build.

mod rustdoc;
mod signatures;
mod words;

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Maximum number of crates in the default build, including the SDK.
const MOST_CRATES: usize = 130;

/// Features that select the TLS implementation and change no signature.
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
    assert!(crates.len() > 50, "unexpected dependency tree:\n{tree}");
    assert!(
        crates.len() <= MOST_CRATES,
        "{} crates, {MOST_CRATES} at most: {crates:#?}",
        crates.len()
    );
}

/// Returns the features of the SDK that add API.
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

/// Returns the output of cargo in this workspace.
fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .arg("--locked")
        .current_dir(tests::repository())
        .output()
        .expect("cargo runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).expect("text")
}
