//! The runtime crate that generated code is compiled against: its name and its source.

use std::path::{Path, PathBuf};

use super::manifest;

/// The package that this project publishes.
const PACKAGE: &str = "pipedream-sdk-runtime";

/// The runtime crate that generated code is compiled against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The name under which the generated crate depends on it.
    name: String,
    /// The name of its package.
    package: String,
    pub(super) source: RuntimeSource,
}

/// The source of the runtime in the manifest of a generated crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeSource {
    /// A version requirement of the published package.
    Version(String),
    /// The folder of the package.
    Path(PathBuf),
}

impl Runtime {
    /// The published package in this version.
    pub fn version(requirement: impl Into<String>) -> Self {
        Self {
            name: PACKAGE.to_owned(),
            package: PACKAGE.to_owned(),
            source: RuntimeSource::Version(requirement.into()),
        }
    }

    /// The package in this folder, under the name that its manifest gives.
    pub fn path(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let package = manifest::package_in(&folder).unwrap_or_else(|| PACKAGE.to_owned());
        Self {
            name: package.clone(),
            package,
            source: RuntimeSource::Path(folder),
        }
    }

    /// Reads `--runtime`: `[NAME=]VERSION` or `[NAME=]FOLDER`, where NAME renames the dependency.
    ///
    /// Whatever begins like a version requirement is one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, source) = match text.split_once('=') {
            Some((name, source)) if is_like_a_name(name) => (Some(name), source),
            _ => (None, text),
        };
        let requirement = source.trim_start_matches(['=', '^', '~', '>', '<', ' ']);
        let mut runtime = match requirement.starts_with(|c: char| c.is_ascii_digit()) {
            true => Self::version(source),
            false => Self::path(source),
        };
        if let Some(name) = name {
            if syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err() {
                return Err(format!("`{name}` cannot be the name of a crate"));
            }
            runtime.name = name.to_owned();
        }
        Ok(runtime)
    }

    /// The name of the crate in Rust code.
    pub fn crate_name(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The dependency as a line of the manifest in the folder `out`.
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

/// `true` for letters, digits, `-` and `_`, with a letter first: neither a version requirement nor a path that says so.
fn is_like_a_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_and_a_folder_are_told_apart() {
        for version in ["0.1.0", "=0.1.0", "^1", ">= 1.2"] {
            assert_eq!(Runtime::parse(version), Ok(Runtime::version(version)));
        }
        for path in ["../sdk/runtime", "/x", "runtime", "./1", "./a=b"] {
            assert_eq!(Runtime::parse(path), Ok(Runtime::path(path)));
        }
    }

    #[test]
    fn a_dependency_can_be_renamed() {
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
    fn a_vendored_package_is_known_by_the_name_in_its_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "[package]\nname = \"acme-runtime\"\n";
        std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let runtime = Runtime::path(folder.path());
        assert_eq!(runtime.crate_name(), "acme_runtime");
        let line = runtime.dependency(folder.path(), &[]);
        assert_eq!(line, "acme-runtime = { path = \".\" }");
    }
}
