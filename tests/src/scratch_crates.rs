//! Generated crates that are compiled: members of one workspace, so that what they depend on is compiled once.

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

    /// Generates a crate of these documents. One that cannot be generated is not added.
    pub fn add(&mut self, name: &str, documents: Documents) -> Run {
        let folder = self.root.join(name);
        let run = codegen(documents, &folder);
        if let Some(output) = &run.output {
            output.write().expect("a crate that can be written");
            let manifest = folder.join("Cargo.toml");
            // It is a member here, and needs nothing that encrypts.
            let text = read(&manifest).replace("\n[workspace]\n", "\n").replace(
                "pipedream-sdk-runtime = { ",
                "pipedream-sdk-runtime = { default-features = false, ",
            );
            fs::write(manifest, text).expect("a manifest that can be written");
            self.members.push(name.to_owned());
        }
        run
    }

    /// Compiles them all, as far as to their types.
    ///
    /// # Panics
    /// Where the compiler has anything to say.
    pub fn check(&self) {
        assert!(!self.members.is_empty(), "there is nothing to compile");
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = {:?}\n",
            self.members
        );
        fs::write(self.root.join("Cargo.toml"), manifest).expect("a manifest");
        let lock = crate::repository().join("Cargo.lock");
        fs::copy(lock, self.root.join("Cargo.lock")).expect("the lock file");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--quiet", "--offline", "--workspace"])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{said:.8000}");
    }
}
