//! Command line of the generator: arguments, output, exit codes.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::diagnostic::render::RenderOptions;
use xtask::diagnostic::suggestion::{did_you_mean, shorten};
use xtask::diagnostic::{self, Code, Diagnostics, Sources};
use xtask::output::Output;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};
use xtask::{diff, load, paths};

/// Exit code after errors, which have been printed.
const INVALID: u8 = 1;
/// Exit code of `--keep-going` if a part of a document is left out.
const LEFT_OUT: u8 = 3;
/// Exit code of `--check` if the generated code is stale.
const STALE: u8 = 4;

/// Stack size of the worker thread, in bytes. Deeply nested documents and schemas need a large stack.
const STACK: usize = 256 * 1024 * 1024;

/// Generates the SDK from its documents, and checks both
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate clients and workflow functions
    ///
    /// Without `--openapi` and `--arazzo`, reads the documents and overlays of this repository and writes
    /// `generated/`.
    Codegen(Codegen),
    /// Compare two documents, or two folders of documents
    ///
    /// Ignores descriptions, insignificant order, and whether a part is inline or referenced. The exit code is 0 if
    /// there is no difference.
    Diff {
        old: PathBuf,
        new: PathBuf,
        /// Report documents that only the new folder contains, but do not count them as a difference
        #[arg(long)]
        allow_added: bool,
    },
    /// Check documents without generating code
    Lint(Lint),
    /// Explain a diagnostic code; without a code, list all of them
    Explain {
        /// The code in brackets after `error` or `warning`
        code: Option<String>,
    },
}

#[derive(Args)]
struct Codegen {
    #[command(flatten)]
    documents: DocumentArguments,
    /// Folder of the generated crate; default: `generated/` of this repository
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Version or folder of the runtime crate; default: the one of this repository. NAME renames the dependency
    #[arg(long, value_name = "[NAME=]VERSION-OR-DIR")]
    runtime: Option<RuntimeArgument>,
    /// Compare the generated code with the files on disk without writing; exit code 4 if they differ
    #[arg(long)]
    check: bool,
    /// Leave out operations, schemas, workflows and documents with errors, and generate the rest; exit code 3 if
    /// something is left out
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    findings: FindingArguments,
}

/// Runtime with the text of its argument.
#[derive(Clone)]
struct RuntimeArgument {
    text: String,
    runtime: Runtime,
}

impl std::str::FromStr for RuntimeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self {
            text: text.to_owned(),
            runtime: Runtime::parse(text)?,
        })
    }
}

#[derive(Args)]
struct Lint {
    #[command(flatten)]
    documents: DocumentArguments,
    #[command(flatten)]
    findings: FindingArguments,
}

#[derive(Args)]
struct DocumentArguments {
    /// OpenAPI document
    #[arg(long, value_name = "FILE")]
    openapi: Vec<PathBuf>,
    /// Arazzo document, or a folder of Arazzo documents
    #[arg(long, value_name = "FILE-OR-DIR")]
    arazzo: Vec<PathBuf>,
    /// OpenAPI Overlay; applies to the document in `extends`, or else to all documents in its folder
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
}

#[derive(Args)]
struct FindingArguments {
    /// Treat warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// Show notes about changes to the documents, and the written files
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let run = move || match command {
        Command::Codegen(arguments) => codegen(arguments),
        Command::Diff {
            old,
            new,
            allow_added,
        } => compare(&old, &new, allow_added),
        Command::Lint(arguments) => lint(arguments),
        Command::Explain { code } => explain(code.as_deref()),
    };
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(run);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The panic message has already been printed.
        Ok(Err(_)) => ExitCode::from(INVALID),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(INVALID)
        }
    }
}

fn codegen(arguments: Codegen) -> ExitCode {
    let root = root();
    let command = command_line(&arguments);
    let request = Request {
        documents: arguments.documents.or_repository(&root),
        out: arguments
            .out
            .unwrap_or_else(|| relative_to_current(&root.join("generated"))),
        runtime: match &arguments.runtime {
            Some(argument) => argument.runtime.clone(),
            None => Runtime::path(root.join("sdk/runtime")),
        },
        deny_warnings: arguments.findings.deny_warnings,
        keep_going: arguments.keep_going,
    };
    let run = pipeline::codegen(&request);
    show(&run.diagnostics, &run.sources, arguments.findings.verbose);
    let Some(output) = run.output else {
        return ExitCode::from(INVALID);
    };
    let result = if arguments.check {
        check(&output, &command)
    } else {
        // Only a hint for other tools depends on the modification time, so an error is ignored.
        write(&output, &request.out, arguments.findings.verbose)
            .inspect(|_| drop(output.touch(run.sources.paths())))
    };
    let code = result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(INVALID)
    });
    if run.left_out.is_empty() || code != ExitCode::SUCCESS {
        return code;
    }
    let parts = run
        .left_out
        .iter()
        .map(|part| format!("left out: {}\n", part.part));
    print(&parts.collect::<String>());
    ExitCode::from(LEFT_OUT)
}

fn check(output: &Output, command: &str) -> Result<ExitCode, xtask::output::Error> {
    let stale = output.stale()?;
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    print(&output.report(&stale, command));
    Ok(ExitCode::from(STALE))
}

fn write(output: &Output, out: &Path, verbose: bool) -> Result<ExitCode, xtask::output::Error> {
    let done = output.write()?;
    let mut text = String::new();
    if verbose {
        let lines = done
            .written
            .iter()
            .map(|path| ("wrote", path))
            .chain(done.removed.iter().map(|path| ("removed", path)));
        for (what, path) in lines {
            text += &format!("{what} {}\n", out.join(path).display());
        }
    }
    text += &format!(
        "{}: {} written, {} removed, {} unchanged\n",
        out.display(),
        done.written.len(),
        done.removed.len(),
        done.unchanged
    );
    print(&text);
    Ok(ExitCode::SUCCESS)
}

fn lint(arguments: Lint) -> ExitCode {
    let documents = arguments.documents.or_repository(&root());
    let Run {
        diagnostics,
        sources,
        ..
    } = pipeline::lint(&documents, arguments.findings.deny_warnings);
    show(&diagnostics, &sources, arguments.findings.verbose);
    ExitCode::from(if diagnostics.has_errors() { INVALID } else { 0 })
}

fn compare(old: &Path, new: &Path, allow_added: bool) -> ExitCode {
    let mut comparison = diff::compare(old, new);
    if allow_added {
        comparison.allow_added();
    }
    print(&comparison.render());
    show(&comparison.diagnostics, &comparison.sources, false);
    ExitCode::from(if comparison.is_same() { 0 } else { INVALID })
}

fn explain(code: Option<&str>) -> ExitCode {
    let Some(name) = code else {
        print(&diagnostic::list());
        return ExitCode::SUCCESS;
    };
    match Code::parse(name) {
        Some(code) => {
            print(&code.explain());
            ExitCode::SUCCESS
        }
        None => {
            let codes = Code::ALL.iter().map(|code| code.as_str());
            let help = did_you_mean(name, codes)
                .unwrap_or_else(|| "`cargo xtask explain` lists all codes".to_owned());
            eprintln!("error: unknown code `{}`: {help}", shorten(name));
            ExitCode::from(INVALID)
        }
    }
}

impl DocumentArguments {
    /// Returns the documents from the command line, or else those of this repository.
    fn or_repository(self, root: &Path) -> Documents {
        let Self {
            openapi,
            arazzo,
            overlay,
        } = self;
        if !openapi.is_empty() || !arazzo.is_empty() {
            return Documents {
                openapi,
                arazzo,
                overlays: overlay,
            };
        }
        let mut documents = Documents::of(&relative_to_current(root));
        documents.overlays.extend(overlay);
        documents
    }
}

/// Returns the root of the repository that cargo runs the program in, or else that it was built in.
fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    paths::clean(&xtask.join(".."))
}

/// Returns a path relative to the current folder, so that messages do not depend on the location of the repository.
fn relative_to_current(path: &Path) -> PathBuf {
    std::env::current_dir().map_or_else(|_| path.to_owned(), |here| paths::relative(path, &here))
}

/// Returns the command that writes the code for these arguments.
fn command_line(arguments: &Codegen) -> String {
    let mut command = "cargo xtask codegen".to_owned();
    let mut add = |option: &str, value: &str| {
        let plain = value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./=+:@%,".contains(c))
            && !value.is_empty();
        let value = if plain {
            value.to_owned()
        } else {
            format!("'{}'", value.replace('\'', r"'\''"))
        };
        command += &format!(" {option} {value}");
    };
    for (option, paths) in [
        ("--openapi", &arguments.documents.openapi),
        ("--arazzo", &arguments.documents.arazzo),
        ("--overlay", &arguments.documents.overlay),
    ] {
        for path in paths {
            add(option, &path.to_string_lossy());
        }
    }
    if let Some(out) = &arguments.out {
        add("--out", &out.to_string_lossy());
    }
    if let Some(runtime) = &arguments.runtime {
        add("--runtime", &runtime.text);
    }
    if arguments.keep_going {
        command += " --keep-going";
    }
    command
}

/// Prints findings to stderr, in color if it is a terminal.
fn show(diagnostics: &Diagnostics, sources: &Sources, verbose: bool) {
    let mut stream = std::io::stderr();
    let color = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    // Lines of documents that could not be parsed are shown as well.
    let mut sources = sources.clone();
    for file in sources.missing(diagnostics) {
        if let Ok(text) = load::read_to_string(file) {
            sources.add(file, text.into());
        }
    }
    let mut text = diagnostics.render(
        &sources,
        RenderOptions {
            notes: verbose,
            color,
        },
    );
    let summary = diagnostics.summary();
    if !summary.is_empty() {
        text += &format!("{summary}\n");
    }
    // An error means that stderr is closed.
    let _ = stream.write_all(text.as_bytes());
}

fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
