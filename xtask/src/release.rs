//! Packages of a release: a copy of the repository with its public address in manifests and pages, and the command
//! that packages it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Published crates, each after those it depends on.
const CRATES: [(&str, &str); 4] = [
    ("pipedream-sdk-runtime", "sdk/runtime"),
    ("pipedream-sdk-generated", "generated"),
    ("pipedream-sdk-testing", "sdk/testing"),
    ("pipedream-sdk", "sdk"),
];

/// Pages in packages and documentation whose relative links are made absolute.
const PAGES: [&str; 3] = ["README.md", "sdk/COMPARISON.md", "sdk/testing/README.md"];

/// Public address of the repository, with the version that links point to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    repository: String,
    version: String,
}

impl Address {
    /// Reads the address from the manifest of the workspace.
    pub fn of(manifest: &str) -> Result<Self, String> {
        let repository = field(manifest, "repository").ok_or(
            "no `repository` in `[workspace.package]` of Cargo.toml: set it to the public address of the \
             repository, because the packages would have dead links without it",
        )?;
        if !repository.starts_with("https://") {
            return Err(format!(
                "`repository` in Cargo.toml is `{repository}`: it must begin with https://"
            ));
        }
        let version = field(manifest, "version")
            .ok_or("no `version` in `[workspace.package]` of Cargo.toml")?;
        Ok(Self {
            repository: repository.trim_end_matches('/').to_owned(),
            version: version.to_owned(),
        })
    }

    /// Makes the relative links of a Markdown page absolute. `folder` is that of the page, relative to the root.
    pub fn absolute_links(&self, page: &str, folder: &str) -> String {
        let mut text = String::with_capacity(page.len());
        let mut rest = page;
        while let Some(start) = rest.find("](") {
            let (before, link) = rest.split_at(start + 2);
            text.push_str(before);
            let end = link.find(')').unwrap_or(link.len());
            let (target, after) = link.split_at(end);
            let is_image = is_image(before);
            text.push_str(&self.absolute(target, folder, is_image));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn absolute(&self, target: &str, folder: &str, is_image: bool) -> String {
        let is_absolute = target.contains("://") || target.starts_with('#');
        if is_absolute || target.is_empty() {
            return target.to_owned();
        }
        let path = crate::paths::clean(&Path::new(folder).join(target));
        let kind = if is_image { "raw" } else { "blob" };
        let Self {
            repository,
            version,
        } = self;
        format!("{repository}/{kind}/v{version}/{}", path.display())
    }
}

/// Returns `true` if the text before a target belongs to an image: `![…](`.
fn is_image(before: &str) -> bool {
    let opening = before.rfind('[').unwrap_or_default();
    before[..opening].ends_with('!')
}

/// Returns a text field of `[workspace.package]`.
fn field<'a>(manifest: &'a str, name: &str) -> Option<&'a str> {
    let (_, section) = manifest.split_once("[workspace.package]")?;
    let section = section.split("\n[").next()?;
    section.lines().find_map(|line| {
        let value = line.strip_prefix(name)?.trim_start().strip_prefix('=')?;
        value.trim().strip_prefix('"')?.split('"').next()
    })
}

/// Adds `homepage` to the manifest of the workspace, which is the repository if it has none.
fn workspace_manifest(manifest: &str, address: &Address) -> String {
    if field(manifest, "homepage").is_some() {
        return manifest.to_owned();
    }
    let homepage = format!("[workspace.package]\nhomepage = \"{}\"", address.repository);
    manifest.replacen("[workspace.package]", &homepage, 1)
}

/// Lets the manifest of a member inherit the address.
fn member_manifest(manifest: &str) -> String {
    let inherited = "[package]\nrepository.workspace = true\nhomepage.workspace = true";
    manifest.replacen("[package]", inherited, 1)
}

/// Copies the tracked files of the repository to `folder`, with the address in manifests and pages.
pub fn prepare(root: &Path, folder: &Path) -> Result<Address, String> {
    let address = Address::of(&read(&root.join("Cargo.toml"))?)?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| at(folder, &error))?;
    }
    for file in tracked(root)? {
        let (from, to) = (root.join(&file), folder.join(&file));
        let parent = to.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| at(parent, &error))?;
        fs::copy(&from, &to).map_err(|error| at(&from, &error))?;
    }
    edit(&folder.join("Cargo.toml"), |text| {
        workspace_manifest(text, &address)
    })?;
    for (_, member) in CRATES {
        edit(&folder.join(member).join("Cargo.toml"), member_manifest)?;
    }
    for page in PAGES {
        let below = Path::new(page).parent().unwrap_or(Path::new(""));
        let below = below.to_string_lossy();
        edit(&folder.join(page), |text| {
            address.absolute_links(text, &below)
        })?;
    }
    Ok(address)
}

/// Returns the command that packages and checks all crates in order, without uploading them.
pub fn dry_run(root: &Path, folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .args(["publish", "--dry-run", "--locked"]);
    for (name, _) in CRATES {
        command.args(["--package", name]);
    }
    command
}

/// Returns the tracked files. A change that is not committed is an error.
fn tracked(root: &Path) -> Result<Vec<PathBuf>, String> {
    let changed = git(root, &["status", "--porcelain"])?;
    if !changed.trim().is_empty() {
        return Err(format!(
            "changes are not committed: commit or revert them\n{changed}"
        ));
    }
    let files = git(root, &["ls-files", "-z"])?;
    let files = files.split('\0').filter(|file| !file.is_empty());
    Ok(files.map(PathBuf::from).collect())
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .current_dir(root)
        .args(arguments)
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| at(path, &error))
}

fn edit(path: &Path, change: impl Fn(&str) -> String) -> Result<(), String> {
    fs::write(path, change(&read(path)?)).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace]\nresolver = \"3\"\n\n[workspace.package]\nversion = \"1.2.3\"\n\
        repository = \"https://host/owner/name/\"\n\n[workspace.dependencies]\nversion = \"9\"\n";

    fn address() -> Address {
        Address::of(MANIFEST).unwrap()
    }

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn requires_an_address() {
        let without = MANIFEST.replace("repository", "other");
        let error = Address::of(&without).unwrap_err();
        assert!(error.starts_with("no `repository`"), "{error}");
        let insecure = MANIFEST.replace("https:", "http:");
        assert!(Address::of(&insecure).unwrap_err().contains("https://"));
        // A field of another section does not count.
        let elsewhere = format!("{without}\n[package]\nrepository = \"https://x\"\n");
        assert!(Address::of(&elsewhere).is_err());
    }

    #[test]
    fn makes_relative_links_absolute_and_no_others() {
        let page = "![a](b/c.svg) [d](../e.rs) [f](https://g) [h](#i) [`j`](k) [";
        assert_eq!(
            address().absolute_links(page, "sdk"),
            "![a](https://host/owner/name/raw/v1.2.3/sdk/b/c.svg) \
             [d](https://host/owner/name/blob/v1.2.3/e.rs) [f](https://g) [h](#i) \
             [`j`](https://host/owner/name/blob/v1.2.3/sdk/k) ["
        );
    }

    #[test]
    fn pages_link_only_existing_files() {
        for page in PAGES {
            let text = read(&root().join(page)).unwrap();
            let folder = Path::new(page).parent().unwrap().to_string_lossy();
            let prefix = "](https://host/owner/name/";
            let text = address().absolute_links(&text, &folder);
            for link in text.split(prefix).skip(1) {
                let link = link.split(')').next().unwrap();
                let path = link.split_once("/v1.2.3/").unwrap().1;
                assert!(root().join(path).exists(), "{page}: {path}");
            }
        }
    }

    #[test]
    fn manifests_of_all_crates_get_the_address() {
        let manifest = workspace_manifest(MANIFEST, &address());
        assert_eq!(
            field(&manifest, "homepage"),
            Some("https://host/owner/name")
        );
        assert_eq!(workspace_manifest(&manifest, &address()), manifest);
        for (name, member) in CRATES {
            let manifest = read(&root().join(member).join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{name}\"")));
            let manifest = member_manifest(&manifest);
            assert_eq!(manifest.matches("repository.workspace = true").count(), 1);
            assert_eq!(manifest.matches("homepage.workspace = true").count(), 1);
        }
    }
}
