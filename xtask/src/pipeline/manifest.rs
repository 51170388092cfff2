//! The manifest of a generated crate that has none yet.

use std::collections::BTreeSet;
use std::path::Path;

use super::Runtime;
use crate::output::Output;

/// What generated code may use beside the runtime: the crate, the path in the code that shows its use, and what the
/// manifest says. The same versions stand in the workspace's manifest, see the test.
const DEPENDENCIES: [(&str, &str, &str); 7] = [
    ("bytes", "bytes::", r#""1""#),
    (
        "chrono",
        "chrono::",
        r#"{ version = "0.4", default-features = false, features = ["std", "serde"] }"#,
    ),
    ("regress", "regress::", r#""0.12""#),
    (
        "reqwest",
        "reqwest::",
        r#"{ version = "0.13", default-features = false, features = ["http2", "json", "query", "stream", "system-proxy"] }"#,
    ),
    (
        "serde",
        "serde::",
        r#"{ version = "1", features = ["derive"] }"#,
    ),
    ("serde_json", "serde_json::", r#""1""#),
    (
        "uuid",
        "uuid::",
        r#"{ version = "1", features = ["serde"] }"#,
    ),
];

/// The text of `Cargo.toml` for the crate in that folder.
pub(super) fn text(
    out: &Path,
    runtime: &Runtime,
    features: &BTreeSet<&str>,
    output: &Output,
) -> String {
    let used = |probe: &str| {
        output.files().any(|(path, text)| {
            path.ends_with(".rs")
                && std::str::from_utf8(text).is_ok_and(|text| text.contains(probe))
        })
    };
    let mut lines: Vec<String> = DEPENDENCIES
        .iter()
        .filter(|(_, probe, _)| used(probe))
        .map(|(name, _, value)| format!("{name} = {value}"))
        .collect();
    // Queries that are more than a path are left to a library that nothing else needs.
    let of_runtime: &[&str] = match used("criterion::selects") {
        true => &["jsonpath"],
        false => &[],
    };
    lines.push(runtime.dependency(out, of_runtime));
    lines.sort();
    let features = match features.is_empty() {
        true => String::new(),
        false => {
            let lines: Vec<String> = features
                .iter()
                .map(|name| format!("{} = []\n", quoted(name)))
                .collect();
            format!("[features]\n{}\n", lines.concat())
        }
    };
    format!(
        "\
# Written once by `cargo xtask codegen`, because there was none. It is yours now.
[package]
name = {}
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.88\"
publish = false

{features}[dependencies]
{}

# The crate stands alone; remove this to make it a member of a workspace around it.
[workspace]
",
        quoted(&package_name(out)),
        lines.join("\n")
    )
}

/// The name of the package in a folder: the one in its manifest, or the one that a new manifest gets.
pub(super) fn package(out: &Path) -> String {
    package_in(out).unwrap_or_else(|| package_name(out))
}

/// The name of the package that the manifest in a folder gives.
pub(super) fn package_in(folder: &Path) -> Option<String> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let package = manifest
        .lines()
        .skip_while(|line| line.trim() != "[package]")
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with('['));
    package
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "name")
        .and_then(|(_, value)| value.trim().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
}

/// A text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The folder's name, as far as a package may be called so.
fn package_name(out: &Path) -> String {
    let folder = crate::paths::absolute(out);
    let folder = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let words: Vec<&str> = folder
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join("-");
    // Names of packages begin with a letter, and must be no word that Rust uses otherwise.
    let usable = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_ok()
        && !matches!(name.as_str(), "test" | "core" | "std" | "alloc");
    if usable {
        name
    } else {
        format!("api-{name}").trim_end_matches('-').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_used_is_a_dependency() {
        let mut output = Output::new("/x/my api");
        output
            .add("src/lib.rs", "use serde::Serialize; type Id = uuid::Uuid;")
            .unwrap();
        output.add("openapi/api.json", "chrono::").unwrap();
        let text = text(
            Path::new("/x/my api"),
            &Runtime::path("/y/runtime"),
            &BTreeSet::from(["extra"]),
            &output,
        );
        assert!(text.contains("name = \"my-api\""), "{text}");
        assert!(
            text.contains("pipedream-sdk-runtime = { path = \"../../y/runtime\" }\n"),
            "{text}"
        );
        assert!(
            text.contains("\nserde = ") && text.contains("\nuuid = "),
            "{text}"
        );
        assert!(
            !text.contains("chrono") && !text.contains("serde_json"),
            "{text}"
        );
        assert!(text.contains("\n[workspace]\n"), "{text}");
        assert!(
            text.contains("[features]\n\"extra\" = []\n\n[dep"),
            "{text}"
        );
    }

    #[test]
    fn packages_have_names_that_cargo_takes() {
        for (folder, name) in [
            ("/x/API client", "api-client"),
            ("/x/3d", "api-3d"),
            ("/x/self", "api-self"),
            ("/", "api"),
        ] {
            assert_eq!(package_name(Path::new(folder)), name);
        }
    }

    #[test]
    fn versions_are_those_of_the_workspace() {
        let workspace =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml")).unwrap();
        for (name, _, value) in DEPENDENCIES {
            if name != "uuid" {
                let line = format!("{name} = {value}");
                assert!(workspace.lines().any(|l| l == line), "{line}");
            }
        }
    }
}
