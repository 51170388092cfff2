//! Documents of the repository and of the reference collection, and runs of the generator on them.

use std::path::{Path, PathBuf};

use xtask::load;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};

/// Stack size of the generator's worker thread, in bytes.
const STACK: usize = 256 * 1024 * 1024;

pub(crate) fn repository() -> PathBuf {
    xtask::paths::clean(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

pub(crate) fn reference() -> PathBuf {
    let folder = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR is set");
    xtask::paths::clean(&repository().join(folder))
}

/// Returns the OpenAPI and Arazzo documents below a folder, sorted by path.
pub(crate) fn documents_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(folder, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if ["yml", "yaml", "json"]
            .iter()
            .any(|known| path.extension().is_some_and(|it| it == *known))
            && let Ok(document) = load::load(&path)
            && ["openapi", "swagger", "arazzo"]
                .iter()
                .any(|field| document.value.get(field).is_some())
        {
            found.push(path);
        }
    }
}

pub(crate) fn any(path: &Path) -> Documents {
    Documents {
        any: vec![path.to_owned()],
        ..Documents::default()
    }
}

/// Checks documents on a thread with a large stack, as the program does.
pub(crate) fn lint(documents: Documents) -> Run {
    on_large_stack(move || pipeline::lint(&documents, false))
}

/// Generates a crate in memory.
pub(crate) fn codegen(documents: Documents) -> Run {
    let request = Request {
        documents,
        out: std::env::temp_dir().join("nothing-is-written"),
        runtime: Runtime::version("=0.1.0"),
        deny_warnings: false,
        keep_going: false,
    };
    on_large_stack(move || pipeline::codegen(&request))
}

fn on_large_stack(run: impl FnOnce() -> Run + Send + 'static) -> Run {
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(run);
    worker.unwrap().join().unwrap()
}
