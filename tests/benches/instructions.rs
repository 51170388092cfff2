//! Instructions of code generation and lint, as ratios to progenitor alone, counted by Valgrind.
//!
//! Unlike times, the counts hardly depend on the machine and on what else it does. Each run is a process of its own
//! under `valgrind --tool=callgrind`. The peer reads the normalized document of Pipedream from a file, because the
//! normalization is work of the generator. Without Valgrind the benchmark says so and ends.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use openapiv3::OpenAPI;
use tests::repository;
use xtask::pipeline::{self, Documents};

/// Stack of the thread that runs the generator, as in the program.
const STACK: usize = 256 * 1024 * 1024;

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run", which, document] => {
            let (which, document) = ((*which).to_owned(), (*document).to_owned());
            let work = move || run(&which, Path::new(&document));
            let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
            thread.expect("a thread").join().expect("a finished run");
        }
        _ => report(),
    }
    ExitCode::SUCCESS
}

fn run(which: &str, document: &Path) {
    match which {
        "codegen" => drop(common::codegen()),
        "lint" => {
            let run = pipeline::lint(&Documents::of(&repository()), false);
            assert!(!run.diagnostics.has_errors());
        }
        _ => {
            let text = fs::read_to_string(document).expect("the normalized document");
            let document: OpenAPI = serde_json::from_str(&text).expect("an OpenAPI document");
            assert!(!common::progenitor_alone(&document).is_empty());
        }
    }
}

fn report() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instructions are not counted: valgrind is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let document = folder.path().join("normalized.json");
    fs::write(&document, common::pipedream().to_string()).expect("a file");
    let count = |which: &str| count(which, &document, folder.path());
    let peer = count("progenitor");
    println!("                million instructions   of progenitor alone");
    for (name, counted) in [
        ("progenitor", peer),
        ("codegen", count("codegen")),
        ("lint", count("lint")),
    ] {
        let ratio = counted as f64 / peer as f64;
        println!("{name:15} {:20} {ratio:20.2}x", counted / 1_000_000);
    }
}

/// Returns the instructions of a run, as callgrind reports them.
fn count(which: &str, document: &Path, folder: &Path) -> u64 {
    let program = std::env::current_exe().expect("this program");
    let mut out = std::ffi::OsString::from("--callgrind-out-file=");
    out.push(folder.join("callgrind.out"));
    let run = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(out)
        .arg(program)
        .args(["run", which])
        .arg(document)
        .output()
        .expect("a run of valgrind");
    assert!(run.status.success(), "{which} failed under valgrind");
    let text = String::from_utf8_lossy(&run.stderr).into_owned();
    let line = text.lines().find_map(|line| line.split_once("Collected :"));
    let counted = line.and_then(|(_, counted)| counted.trim().parse().ok());
    counted.expect("a number of instructions")
}
