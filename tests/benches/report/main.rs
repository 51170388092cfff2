//! Report of all measurements: prints a table and writes it to `BENCHMARKS.md`.
//!
//! `cargo bench -p tests --bench report` measures everything; names of sections after
//! `--` (`generator`, `growth`, `calls`, `many`, `compile`, `peers`) measure those alone and leave the other rows of
//! the file as they are.
//!
//! Instructions are counted with valgrind's callgrind in a process of their own, because they hardly depend on what
//! else the machine does. Without valgrind, those rows are left out.

mod calls;
mod child;
mod compile;
mod generator;
mod growth;
mod many;
mod peers;
mod table;

use std::process::ExitCode;

use crate::table::{Row, Table};

/// Stack of the thread that runs everything, as in the generator's program.
const STACK: usize = 256 * 1024 * 1024;

/// A section of the report: its name on the command line, its heading, and its measurement.
type Section = (&'static str, &'static str, fn() -> Vec<Row>);

const SECTIONS: [Section; 6] = [
    ("generator", "Generator", generator::rows),
    ("growth", "Growth of the generator", growth::rows),
    ("calls", "Calls", calls::rows),
    ("many", "Many runs at once", many::rows),
    ("compile", "Compilation and size", compile::rows),
    ("peers", "Other generators and runners", peers::rows),
];

fn main() -> ExitCode {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    let run = thread.expect("a thread").join();
    run.unwrap_or(ExitCode::FAILURE)
}

fn run() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds it.
    arguments.retain(|argument| argument != "--bench");
    if let Some(("child", rest)) = arguments.split_first().map(|(name, rest)| (&**name, rest)) {
        return child::run(rest);
    }
    let unknown = arguments
        .iter()
        .find(|name| !SECTIONS.iter().any(|section| section.0 == name.as_str()));
    if let Some(unknown) = unknown {
        eprintln!("there is no section `{unknown}`");
        return ExitCode::FAILURE;
    }
    let mut table = Table::open(&tests::repository().join("BENCHMARKS.md"));
    for (name, heading, rows) in SECTIONS {
        if arguments.is_empty() || arguments.iter().any(|it| it == name) {
            table.set(name, heading, &rows());
        }
    }
    table.write();
    ExitCode::SUCCESS
}
