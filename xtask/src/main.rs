//! The command line: arguments and exit codes.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Generates the SDK from its documents, and looks after both.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tells in which facts two OpenAPI documents, two Arazzo documents, or two folders of them differ
    ///
    /// Prose, the order of what has none, and how a document is factored are left aside. The exit code is 0 when there
    /// is no difference.
    Diff { old: PathBuf, new: PathBuf },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Diff { old, new } => {
            let comparison = xtask::diff::compare(&old, &new);
            print!("{}", comparison.render());
            eprint!(
                "{}",
                comparison
                    .diagnostics
                    .render(&comparison.sources, false, false)
            );
            if comparison.is_same() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(1)
            }
        }
    }
}
