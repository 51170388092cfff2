//! Prints a warning if a document is newer than the code that is generated from it.
//!
//! It is part of this crate because this crate is never published. `cargo xtask codegen --check` proves that the code
//! is current.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use build_print::warn;

/// A checkout writes documents and code in no particular order, but at once.
const AT_ONCE: Duration = Duration::from_secs(2);

fn main() {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let folders = [here.join("../openapi"), here.join("../arazzo")];
    let generated = here.join("../generated/src");
    println!("cargo:rerun-if-changed=build.rs");
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    println!("cargo:rerun-if-changed={}", generated.display());
    let documents = folders.iter().filter_map(|folder| newest(folder)).max();
    let code = newest(&generated);
    if let (Some(documents), Some(code)) = (documents, code)
        && documents > code + AT_ONCE
    {
        warn!(
            "the documents are newer than the code generated from them: run `cargo xtask codegen`"
        );
    }
}

/// When the youngest document or source file below a folder was changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let times = entries.filter_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return newest(&path);
        }
        let kind = path.extension()?.to_str()?;
        if !matches!(kind, "yml" | "yaml" | "json" | "rs") {
            return None;
        }
        entry.metadata().ok()?.modified().ok()
    });
    times.max()
}
