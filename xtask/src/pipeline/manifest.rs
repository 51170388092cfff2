//! Manifest of a new generated crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

use super::Runtime;
use crate::output::Output;

/// Crates that generated code can use besides the runtime: name, code that shows its use, requirement.
///
/// A test asserts that the versions match the manifest of the workspace.
const DEPENDENCIES: [(&str, &[&str], &str); 7] = [
    ("bytes", &["bytes::"], r#""1""#),
    (
        "chrono",
        &["chrono::"],
        r#"{ version = "0.4", default-features = false, features = ["std", "serde"] }"#,
    ),
    ("regress", &["regress::"], r#""0.12""#),
    (
        "reqwest",
        &["reqwest::"],
        r#"{ version = "0.13", default-features = false, features = ["http2", "json", "query", "stream", "system-proxy"] }"#,
    ),
    (
        "serde",
        // The types of workflows derive its traits in the macro.
        &["serde::", "impl_workflow!"],
        r#"{ version = "1", features = ["derive"] }"#,
    ),
    ("serde_json", &["serde_json::"], r#""1""#),
    (
        "uuid",
        &["uuid::"],
        r#"{ version = "1", features = ["serde"] }"#,
    ),
];

/// The dependencies that generated code needs.
struct Needs {
    /// Lines for crates besides the runtime, by name.
    crates: Vec<(&'static str, &'static str)>,
    /// Features of the runtime.
    of_runtime: Vec<&'static str>,
}

impl Needs {
    fn of(output: &Output) -> Self {
        let used = |probe: &str| {
            output.files().any(|(path, text)| {
                path.ends_with(".rs")
                    && std::str::from_utf8(text).is_ok_and(|text| text.contains(probe))
            })
        };
        let crates = DEPENDENCIES.iter();
        let crates = crates
            .filter(|(_, probes, _)| probes.iter().any(|probe| used(probe)))
            .map(|(name, _, value)| (*name, *value));
        // Only JSONPath queries that are not plain paths need the JSONPath library.
        let of_runtime = [
            ("criterion::selects", "jsonpath"),
            ("criterion::json_path", "jsonpath"),
            ("criterion::xpath", "xpath"),
        ];
        let of_runtime = of_runtime.iter().filter(|(probe, _)| used(probe));
        let of_runtime: BTreeSet<&str> = of_runtime.map(|(_, feature)| *feature).collect();
        Self {
            crates: crates.collect(),
            of_runtime: of_runtime.into_iter().collect(),
        }
    }

    fn lines(&self, out: &Path, runtime: &Runtime) -> Vec<String> {
        let crates = self.crates.iter();
        let mut lines: Vec<String> = crates
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        lines.push(runtime.dependency(out, &self.of_runtime));
        lines.sort();
        lines
    }
}

/// Manifest of the crate in the folder `out`.
pub(super) struct Manifest<'a> {
    out: &'a Path,
    runtime: &'a Runtime,
    /// Features of the crate.
    features: &'a BTreeSet<&'a str>,
    needs: Needs,
}

impl<'a> Manifest<'a> {
    pub(super) fn of(
        out: &'a Path,
        runtime: &'a Runtime,
        features: &'a BTreeSet<&'a str>,
        output: &Output,
    ) -> Self {
        Self {
            out,
            runtime,
            features,
            needs: Needs::of(output),
        }
    }

    /// Prints a new manifest.
    pub(super) fn text(&self) -> String {
        let lines = self.needs.lines(self.out, self.runtime);
        let features = match self.features.is_empty() {
            true => String::new(),
            false => {
                let lines: Vec<String> = self
                    .features
                    .iter()
                    .map(|name| format!("{} = []\n", quoted(name)))
                    .collect();
                format!("[features]\n{}\n", lines.concat())
            }
        };
        format!(
            "\
# Created by `cargo xtask codegen`, which does not change it again. Edit it as needed.
[package]
name = {}
version = \"0.1.0\"
edition = \"2024\"
rust-version = \"1.88\"
publish = false

{features}[dependencies]
{}

# Makes the crate a workspace of its own. Remove this section to add the crate to another workspace.
[workspace]
",
            quoted(&package_name(self.out)),
            lines.join("\n")
        )
    }

    /// Returns the lines that the present manifest lacks. Empty if there is none, or if Cargo cannot read it either.
    pub(super) fn missing_lines(&self) -> Vec<String> {
        let Self {
            out,
            runtime,
            features,
            needs,
        } = self;
        let Some(manifest) = manifest_in(out) else {
            return Vec::new();
        };
        let kept = dependencies(&manifest);
        let crates = needs.crates.iter();
        let mut missing: Vec<String> = crates
            .filter(|(name, _)| !kept.contains_key(name))
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let declared = [runtime.name(), &runtime.crate_name()];
        let declared = declared.iter().find_map(|name| kept.get(*name));
        if !declared.is_some_and(|declared| has_features(declared, &needs.of_runtime)) {
            missing.push(runtime.dependency(out, &needs.of_runtime));
        }
        let declared = manifest.get("features").and_then(Value::as_table);
        for feature in *features {
            if !declared.is_some_and(|declared| declared.contains_key(*feature)) {
                missing.push(format!("{} = []", quoted(feature)));
            }
        }
        missing
    }
}

/// Returns the manifest in a folder, if there is a valid one.
fn manifest_in(folder: &Path) -> Option<Table> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    manifest.parse().ok()
}

/// Returns the dependencies of a manifest by name, those of a platform as well.
fn dependencies(manifest: &Table) -> BTreeMap<&str, &Value> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values);
    let tables = platforms.filter_map(Value::as_table).chain([manifest]);
    let dependencies = tables.filter_map(|table| table.get("dependencies")?.as_table());
    let all = dependencies.flat_map(Table::iter);
    all.map(|(name, value)| (name.as_str(), value)).collect()
}

/// Returns `true` if a dependency enables these features, or if the workspace may enable them.
fn has_features(dependency: &Value, needed: &[&str]) -> bool {
    let enabled = dependency.get("features").and_then(Value::as_array);
    dependency.get("workspace").is_some()
        || needed.iter().all(|feature| {
            let mut enabled = enabled.into_iter().flatten();
            enabled.any(|it| it.as_str() == Some(feature))
        })
}

/// Returns the package name from the manifest in a folder, or the name for a new manifest.
pub(super) fn package(out: &Path) -> String {
    package_in(out).unwrap_or_else(|| package_name(out))
}

/// Returns the package name from the manifest in a folder.
pub(super) fn package_in(folder: &Path) -> Option<String> {
    let manifest = manifest_in(folder)?;
    let name = manifest.get("package")?.get("name")?;
    name.as_str().map(str::to_owned)
}

/// Quotes a string for TOML.
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

/// Returns a valid package name made from the name of the folder.
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
    // A package name begins with a letter, and must not be a keyword or a name of the standard library.
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
    fn the_macro_of_workflows_needs_serde() {
        let mut output = Output::new("/x/api");
        output
            .add("src/workflows/a.rs", "impl_workflow! { pub struct A; }")
            .unwrap();
        let runtime = Runtime::path("/y/runtime");
        let features = BTreeSet::new();
        let text = Manifest::of(Path::new("/x/api"), &runtime, &features, &output).text();
        assert!(text.contains("\nserde = "), "{text}");
    }

    #[test]
    fn adds_only_used_dependencies() {
        let mut output = Output::new("/x/my api");
        output
            .add("src/lib.rs", "use serde::Serialize; type Id = uuid::Uuid;")
            .unwrap();
        output.add("openapi/api.json", "chrono::").unwrap();
        let (runtime, features) = (Runtime::path("/y/runtime"), BTreeSet::from(["extra"]));
        let text = Manifest::of(Path::new("/x/my api"), &runtime, &features, &output).text();
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
    fn names_the_lines_that_a_kept_manifest_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        let mut output = Output::new(out);
        let code = "chrono:: serde:: uuid:: serde_json:: criterion::xpath criterion::selects";
        output.add("src/lib.rs", code).unwrap();
        let runtime = Runtime::path(out.join("runtime"));
        let missing = |manifest: &str| {
            std::fs::write(out.join("Cargo.toml"), manifest).unwrap();
            let features = BTreeSet::from(["extra"]);
            let lines = Manifest::of(out, &runtime, &features, &output).missing_lines();
            let names = lines.iter().filter_map(|line| line.split(" = ").next());
            names.map(str::to_owned).collect::<Vec<_>>().join(" ")
        };
        for (manifest, expected) in [
            (
                "[dependencies]\n",
                "chrono serde serde_json uuid pipedream-sdk-runtime \"extra\"",
            ),
            (
                "[features]\nextra = []\n[dependencies]\nchrono.workspace = true\n\"serde\" = \"1\" # serde_json = 1\n\
                 pipedream-sdk-runtime = { version = \"0.1\", features = [\n  \"xpath\",\n] }\n\
                 [target.'cfg(unix)'.dependencies.uuid]\nversion = \"1\"\n",
                "serde_json pipedream-sdk-runtime",
            ),
            (
                "[package]\nname = \"[dependencies]\"\n[features]\nextra = []\n[dev-dependencies]\nuuid = \"1\"\n[dependencies]\n\
                 'chrono' = \"0.4\"\nserde = \"1\"\njson = { package = \"serde_json\", version = \"1\" }\n\
                 pipedream-sdk-runtime.version = \"0.1\"\npipedream-sdk-runtime.features = ['jsonpath', 'xpath']\n",
                "serde_json uuid",
            ),
            (
                "[features]\n\"extra\" = [\"serde\"]\n[dependencies]\nchrono = \"0.4\"\nserde = \"1\"\nserde_json = \"1\"\n\
                 uuid = \"1\"\n[dependencies.pipedream-sdk-runtime]\nversion = \"0.1\"\nfeatures = [\"jsonpath\", \"xpath\"]\n",
                "",
            ),
        ] {
            assert_eq!(missing(manifest), expected, "{manifest}");
        }
        std::fs::remove_file(out.join("Cargo.toml")).unwrap();
        let features = BTreeSet::new();
        let manifest = Manifest::of(out, &runtime, &features, &output);
        assert!(manifest.missing_lines().is_empty());
    }

    #[test]
    fn makes_package_names_that_cargo_accepts() {
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
    fn uses_the_versions_of_the_workspace() {
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
