//! Runs of the generator on documents in a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};

use xtask::diagnostic::Severity;
use xtask::diagnostic::render::RenderOptions;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};

/// Deeply nested documents and schemas need a large stack. The generator's binary uses the same size.
const STACK: usize = 256 * 1024 * 1024;

/// Returns the path of a folder or file in the fixtures.
pub fn fixtures(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

/// A temporary folder with documents, deleted on drop.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// Creates an empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file under this name.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(&path, text).expect("a file that can be written");
        path
    }

    /// Copies the files of a folder, without its subfolders, to a folder with this name.
    pub fn copy(&self, from: &Path, name: &str) -> PathBuf {
        for entry in fs::read_dir(from).expect("a folder") {
            let file = entry.expect("an entry").path();
            if file.is_file() {
                let file_name = file.file_name().unwrap_or_default().to_string_lossy();
                self.write(&format!("{name}/{file_name}"), &read(&file));
            }
        }
        self.path().join(name)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads a text file and normalizes its line endings to `\n`.
pub fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Runs the generator without writing to `out`.
pub fn codegen(documents: Documents, out: &Path) -> Run {
    let request = Request {
        documents,
        out: out.to_owned(),
        runtime: Runtime::path(crate::repository().join("sdk/runtime")),
        deny_warnings: false,
        keep_going: false,
    };
    let run = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || pipeline::codegen(&request))
        .expect("a thread");
    run.join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Returns the documents of a folder by file name: `openapi*.yml`, `arazzo*.yml`, `overlay*.yml`.
pub fn documents_in(folder: &Path) -> Documents {
    let mut documents = Documents::default();
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "yml"))
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let list = match name.split_once(['.', '-']).map(|(kind, _)| kind) {
            Some("openapi") => &mut documents.openapi,
            Some("arazzo") => &mut documents.arazzo,
            Some("overlay") => &mut documents.overlays,
            _ => panic!("{name} has an unknown type"),
        };
        list.push(file.clone());
    }
    documents
}

/// Returns the rendered diagnostics, without notes.
pub fn shown(run: &Run) -> String {
    run.diagnostics
        .render(&run.sources, RenderOptions::default())
}

/// Returns the codes of the diagnostics, without notes.
pub fn codes(run: &Run) -> Vec<&'static str> {
    let findings = run.diagnostics.iter();
    findings
        .filter(|it| it.severity != Severity::Note)
        .map(|it| it.code.as_str())
        .collect()
}

/// Returns the codes of the errors, each once.
pub fn codes_of_errors(run: &Run) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = Vec::new();
    for finding in &run.diagnostics {
        let code = finding.code.as_str();
        if finding.severity == Severity::Error && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}
