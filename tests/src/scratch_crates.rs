//! Compilation of generated crates in one workspace, so that their dependencies are compiled once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::pipeline::{Documents, Run};

use crate::generator::{codegen, read};

/// A workspace of generated crates in a folder that is kept between runs.
#[derive(Debug)]
pub struct Crates {
    root: PathBuf,
    target: PathBuf,
    members: Vec<String>,
}

impl Crates {
    /// Creates an empty workspace in cargo's temporary folder.
    pub fn new(temporary: &str, name: &str) -> Self {
        let root = Path::new(temporary).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("the folder of an earlier run goes");
        }
        Self {
            root,
            target: Path::new(temporary).join("target"),
            members: Vec::new(),
        }
    }

    /// Opens the workspace of the previous run, so that unchanged files are not compiled again.
    pub fn keep(temporary: &str, name: &str) -> Self {
        Self {
            root: Path::new(temporary).join(name),
            target: Path::new(temporary).join("target"),
            members: Vec::new(),
        }
    }

    /// Returns the folder of a member.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Returns the target folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Adds a member of handwritten files. Only writes files that have changed.
    pub fn add_files(&mut self, name: &str, files: &[(&str, String)]) {
        for (path, text) in files {
            write_changed(&self.folder(name).join(path), text);
        }
        self.members.push(name.to_owned());
    }

    /// Generates a crate from documents and adds it, unless the generator fails.
    pub fn add(&mut self, name: &str, documents: Documents) -> Run {
        let folder = self.root.join(name);
        let manifest = folder.join("Cargo.toml");
        let kept = fs::read_to_string(&manifest).ok();
        if kept.is_some() {
            fs::remove_file(&manifest).expect("a manifest that can be removed");
        }
        let run = codegen(documents, &folder);
        if let Some(output) = &run.output {
            output.write().expect("a crate that can be written");
            // The crate is a workspace member here, and does not need TLS.
            let text = read(&manifest).replace("\n[workspace]\n", "\n").replace(
                "pipedream-sdk-runtime = { ",
                "pipedream-sdk-runtime = { default-features = false, ",
            );
            fs::write(&manifest, text).expect("a manifest that can be written");
            self.members.push(name.to_owned());
        }
        run
    }

    /// Compiles all members as far as possible.
    ///
    /// Returns the errors of the compiler for each member that does not compile.
    pub fn build(&self) -> BTreeMap<String, Vec<String>> {
        let output = self
            .cargo(
                &["build", "--keep-going", "--message-format=json"],
                "[profile.dev]\ndebug = false\n",
            )
            .output()
            .expect("cargo runs");
        let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in output.stdout.split(|byte| *byte == b'\n') {
            let Ok(message) = serde_json::from_slice::<serde_json::Value>(line) else {
                continue;
            };
            let is_error = message["reason"] == "compiler-message"
                && message["message"]["level"].as_str() == Some("error");
            let folder = message["manifest_path"].as_str().map(Path::new);
            let member = folder.and_then(|path| path.parent()?.file_name());
            if let (true, Some(member)) = (is_error, member) {
                let text = message["message"]["rendered"].as_str().unwrap_or_default();
                let member = member.to_string_lossy().into_owned();
                errors.entry(member).or_default().push(text.to_owned());
            }
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() || !errors.is_empty(),
            "cargo failed before it compiled anything:\n{stderr:.8000}"
        );
        errors
    }

    /// Runs `cargo check` on all members.
    ///
    /// # Panics
    /// Panics if the compiler reports an error or a warning.
    pub fn check(&self) {
        let output = self.cargo(&["check", "--quiet"], "").output();
        let output = output.expect("cargo runs");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && message.is_empty(),
            "{message:.8000}"
        );
    }

    /// Returns a cargo command for this workspace, whose manifest ends with `settings`.
    fn cargo(&self, arguments: &[&str], settings: &str) -> Command {
        assert!(!self.members.is_empty(), "there is nothing to compile");
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = {:?}\n{settings}",
            self.members
        );
        write_changed(&self.root.join("Cargo.toml"), &manifest);
        let lock = read(&crate::repository().join("Cargo.lock"));
        write_changed(&self.root.join("Cargo.lock"), &lock);
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(arguments)
            .args(["--offline", "--workspace"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS");
        command
    }
}

/// Writes a file if its content changes: cargo recompiles what has been written.
pub fn write_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder");
    }
    fs::write(path, text).expect("a file that can be written");
}
