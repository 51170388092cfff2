//! Growth of code generation and lint: time and peak memory for documents of 10 to 3,000 operations, and for 1 to
//! 1,000 workflows over 300 operations.
//!
//! Arguments are the largest number of operations and of workflows: `cargo bench -p tests --bench growth -- 300 100`.

use std::fs;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use serde_json::Value;
use tempfile::TempDir;
use tests::repository;
use tests::synthetic::{arazzo, openapi};
use xtask::pipeline::{self, Documents, Request, Runtime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const OPERATIONS: [usize; 6] = [10, 30, 100, 300, 1000, 3000];
const WORKFLOWS: [usize; 7] = [1, 3, 10, 30, 100, 300, 1000];
/// Operations of the document that the workflows call.
const CALLED: usize = 300;
/// Stack of the thread that runs the generator, as in the program.
const STACK: usize = 256 * 1024 * 1024;

fn main() {
    let sizes = std::env::args().filter_map(|argument| argument.parse().ok());
    let sizes: Vec<usize> = sizes.collect();
    let at_most = move |index: usize| sizes.get(index).copied().unwrap_or(usize::MAX);
    let table = move || {
        println!("operations   codegen     peak      lint     peak");
        for size in OPERATIONS.into_iter().filter(|size| *size <= at_most(0)) {
            row(size, &openapi(size), None);
        }
        println!("workflows    codegen     peak      lint     peak");
        for size in WORKFLOWS.into_iter().filter(|size| *size <= at_most(1)) {
            row(
                size,
                &openapi(CALLED),
                Some(&arazzo(size, CALLED, "openapi.json")),
            );
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(table);
    thread.expect("a thread").join().expect("a table");
}

/// Measures both commands on the documents, and prints a line.
fn row(size: usize, api: &Value, flows: Option<&Value>) {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, value: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, value.to_string()).expect("a document");
        path
    };
    let documents = Documents {
        openapi: vec![write("openapi.json", api)],
        arazzo: flows
            .map(|flows| write("flows.arazzo.json", flows))
            .into_iter()
            .collect(),
        overlays: Vec::new(),
        any: Vec::new(),
    };
    let request = Request {
        documents: documents.clone(),
        out: folder.path().join("generated"),
        runtime: Runtime::path(repository().join("sdk/runtime")),
        deny_warnings: false,
        keep_going: false,
    };
    let codegen = measure(|| assert!(pipeline::codegen(&request).output.is_some()));
    let lint = measure(|| assert!(!pipeline::lint(&documents, false).diagnostics.has_errors()));
    let cells =
        [codegen, lint].map(|(time, peak)| format!("{:8.2} s {peak:5.0} MB", time.as_secs_f64()));
    println!("{size:10} {}", cells.join(""));
}

/// Returns the time that a run takes, and the most memory that it holds at once, in megabytes.
fn measure(run: impl FnOnce()) -> (Duration, f32) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage_as_mb();
    let start = Instant::now();
    run();
    (start.elapsed(), MEMORY.peak_usage_as_mb() - before)
}
