//! Runtime crate of generated code: its name and its source.

use std::path::{Path, PathBuf};

use super::manifest;

/// Published package of the runtime.
const PACKAGE: &str = "pipedream-sdk-runtime";

/// Runtime crate that generated code is compiled against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Name of the dependency in the generated crate.
    name: String,
    /// Name of the package.
    package: String,
    pub(super) source: RuntimeSource,
}

/// Source of the runtime in the manifest of a generated crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeSource {
    /// Version requirement of the published package.
    Version(String),
    /// Folder of the package.
    Path(PathBuf),
}

impl Runtime {
    /// Creates a dependency on the published package.
    pub fn version(requirement: impl Into<String>) -> Self {
        Self {
            name: PACKAGE.to_owned(),
            package: PACKAGE.to_owned(),
            source: RuntimeSource::Version(requirement.into()),
        }
    }

    /// Creates a dependency on the package in a folder, with the name from its manifest.
    pub fn path(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let package = manifest::package_in(&folder).unwrap_or_else(|| PACKAGE.to_owned());
        Self {
            name: package.clone(),
            package,
            source: RuntimeSource::Path(folder),
        }
    }

    /// Parses `--runtime`: `[NAME=]VERSION` or `[NAME=]FOLDER`, where NAME renames the dependency.
    ///
    /// A value that begins with a digit, after optional comparison operators, is a version requirement.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, source) = match text.split_once('=') {
            Some((name, source)) if is_dependency_name(name) => (Some(name), source),
            _ => (None, text),
        };
        let requirement = source.trim_start_matches(['=', '^', '~', '>', '<', ' ']);
        let mut runtime = match requirement.starts_with(|c: char| c.is_ascii_digit()) {
            true => Self::version(source),
            false => Self::path(source),
        };
        if let Some(name) = name {
            if syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err() {
                return Err(format!("`{name}` is not a valid crate name"));
            }
            runtime.name = name.to_owned();
        }
        Ok(runtime)
    }

    /// Returns the name of the crate in Rust code.
    pub fn crate_name(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Returns the name of the dependency in the manifest.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Prints the dependency as a line of the manifest in the folder `out`.
    pub(super) fn dependency(&self, out: &Path, features: &[&str]) -> String {
        let source = match &self.source {
            RuntimeSource::Version(version) => ("version", manifest::quoted(version)),
            RuntimeSource::Path(path) => {
                let path = crate::paths::relative(path, out)
                    .to_string_lossy()
                    .replace('\\', "/");
                ("path", manifest::quoted(&path))
            }
        };
        let mut fields = Vec::new();
        if self.package != self.name {
            fields.push(("package", manifest::quoted(&self.package)));
        }
        fields.push(source);
        if !features.is_empty() {
            let features: Vec<String> = features.iter().map(|it| manifest::quoted(it)).collect();
            fields.push(("features", format!("[{}]", features.join(", "))));
        }
        match fields.as_slice() {
            [("version", version)] => format!("{} = {version}", self.name),
            fields => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect();
                format!("{} = {{ {} }}", self.name, fields.join(", "))
            }
        }
    }
}

/// Returns `true` for letters, digits, `-` and `_`, with a letter first.
fn is_dependency_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishes_a_version_from_a_folder() {
        for version in ["0.1.0", "=0.1.0", "^1", ">= 1.2"] {
            assert_eq!(Runtime::parse(version), Ok(Runtime::version(version)));
        }
        for path in ["../sdk/runtime", "/x", "runtime", "./1", "./a=b"] {
            assert_eq!(Runtime::parse(path), Ok(Runtime::path(path)));
        }
    }

    #[test]
    fn renames_the_dependency() {
        for (text, dependency) in [
            ("=0.1.0", "pipedream-sdk-runtime = \"=0.1.0\""),
            (
                "my-runtime==0.1.0",
                "my-runtime = { package = \"pipedream-sdk-runtime\", version = \"=0.1.0\" }",
            ),
            (
                "rt=/y/runtime",
                "rt = { package = \"pipedream-sdk-runtime\", path = \"../y/runtime\" }",
            ),
        ] {
            let runtime = Runtime::parse(text).unwrap();
            assert_eq!(runtime.dependency(Path::new("/x"), &[]), dependency);
        }
        let renamed = Runtime::parse("my-runtime=0.1").unwrap();
        assert_eq!(renamed.crate_name(), "my_runtime");
        let line = renamed.dependency(Path::new("/x"), &["jsonpath"]);
        assert!(
            line.ends_with("version = \"0.1\", features = [\"jsonpath\"] }"),
            "{line}"
        );
        assert!(Runtime::parse("self=0.1").is_err());
    }

    #[test]
    fn reads_the_name_of_a_vendored_package_from_its_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "[package]\nname = \"acme-runtime\"\n";
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let runtime = Runtime::path(folder.path());
        assert_eq!(runtime.crate_name(), "acme_runtime");
        let line = runtime.dependency(folder.path(), &[]);
        assert_eq!(line, "acme-runtime = { path = \".\" }");
    }
}
