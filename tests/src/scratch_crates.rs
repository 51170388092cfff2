//! Generated crates that are compiled: members of one workspace, so that what they depend on is compiled once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::pipeline::{Documents, Run};

use crate::generator::{codegen, read};

/// A workspace of generated crates, in a folder that stays from run to run.
#[derive(Debug)]
pub struct Crates {
    root: PathBuf,
    target: PathBuf,
    members: Vec<String>,
}

impl Crates {
    /// An empty workspace below the folder that cargo has for such things.
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

    /// A workspace whose files stay from the run before, so that what did not change is not compiled again.
    pub fn keep(temporary: &str, name: &str) -> Self {
        Self {
            root: Path::new(temporary).join(name),
            target: Path::new(temporary).join("target"),
            members: Vec::new(),
        }
    }

    /// The folder of a member.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where the compiled files are.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Adds a member of hand-written files, replacing only those that differ.
    pub fn add_files(&mut self, name: &str, files: &[(&str, String)]) {
        for (path, text) in files {
            write_changed(&self.folder(name).join(path), text);
        }
        self.members.push(name.to_owned());
    }

    /// Generates a crate of these documents. One that cannot be generated is not added.
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
            // It is a member here, and needs nothing that encrypts.
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
    /// Returns the compiler's errors for each member that does not compile.
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

    /// Compiles them all, as far as to their types.
    ///
    /// # Panics
    /// Where the compiler has anything to say.
    pub fn check(&self) {
        let output = self.cargo(&["check", "--quiet"], "").output();
        let output = output.expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{said:.8000}");
    }

    /// Cargo in this workspace, whose manifest ends with `settings`.
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

/// Writes a file unless it has this text already: cargo compiles what was written.
pub fn write_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder");
    }
    fs::write(path, text).expect("a file that can be written");
}
