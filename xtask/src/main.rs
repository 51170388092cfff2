//! The command line: arguments, what is shown, exit codes.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::diagnostic::suggestion::{did_you_mean, shorten};
use xtask::diagnostic::{self, Code, Diagnostics, Sources};
use xtask::output::Output;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};
use xtask::{diff, load, paths};

/// What is wrong is in the documents, and was shown.
const INVALID: u8 = 1;
/// The generated code is not what the documents make.
const STALE: u8 = 4;

/// Documents and schemas may be nested deeply, and so are the trees that are made of them.
const STACK: usize = 256 * 1024 * 1024;

/// Generates the SDK from its documents, and looks after both.
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
    /// Without `--openapi` and `--arazzo`: this repository's own documents and their overlays, into `generated/`.
    Codegen(Codegen),
    /// Tell in which facts two documents, or two folders of documents, differ
    ///
    /// Prose, the order of what has none, and how a document is factored are left aside. The exit code is 0 when there
    /// is no difference.
    Diff {
        old: PathBuf,
        new: PathBuf,
        /// Of two folders, the new one may have documents that the old one lacks; they are named and are no difference
        #[arg(long)]
        allow_added: bool,
    },
    /// Check documents, and generate nothing
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
    /// The folder of the crate to generate
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The runtime crate: a version or a folder; NAME renames the dependency. By default the one of this repository
    #[arg(long, value_name = "[NAME=]VERSION-OR-DIR")]
    runtime: Option<RuntimeArgument>,
    /// Write nothing, and tell whether what is there is what would be written; exit code 4 if not
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    findings: FindingArguments,
}

/// A runtime with the text that names it.
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
    /// An OpenAPI document
    #[arg(long, value_name = "FILE")]
    openapi: Vec<PathBuf>,
    /// An Arazzo document, or a folder of them
    #[arg(long, value_name = "FILE-OR-DIR")]
    arazzo: Vec<PathBuf>,
    /// An OpenAPI Overlay; it applies to what its `extends` names, or to what lies beside it
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
}

#[derive(Args)]
struct FindingArguments {
    /// Treat warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// Show what was changed to make documents fit, and what was written
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
        // A panic has told its message already.
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
        documents: arguments.documents.or_ours(&root),
        out: arguments
            .out
            .unwrap_or_else(|| from_here(&root.join("generated"))),
        runtime: match &arguments.runtime {
            Some(given) => given.runtime.clone(),
            None => Runtime::path(root.join("sdk/runtime")),
        },
        deny_warnings: arguments.findings.deny_warnings,
    };
    let run = pipeline::codegen(&request);
    show(&run.diagnostics, &run.sources, arguments.findings.verbose);
    let Some(output) = run.output else {
        return ExitCode::from(INVALID);
    };
    let result = if arguments.check {
        check(&output, &command)
    } else {
        // Only a hint depends on the time: where it cannot be set, nothing is lost.
        write(&output, &request.out, arguments.findings.verbose)
            .inspect(|_| drop(output.outdate(run.sources.paths())))
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(INVALID)
    })
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
    let documents = arguments.documents.or_ours(&root());
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
    /// What was named, or else this repository's own.
    fn or_ours(self, root: &Path) -> Documents {
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
        let mut ours = Documents::of(&from_here(root));
        ours.overlays.extend(overlay);
        ours
    }
}

/// The repository: the one that cargo runs this in, or else the one that it was built in.
fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    paths::clean(&xtask.join(".."))
}

/// A path as somebody would write it who stands in the current folder, so that messages do not depend on where the
/// repository lies.
fn from_here(path: &Path) -> PathBuf {
    std::env::current_dir().map_or_else(|_| path.to_owned(), |here| paths::relative(path, &here))
}

/// The command that writes what these arguments check.
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
    command
}

/// Shows findings on the error stream, in colour if somebody looks at it.
fn show(diagnostics: &Diagnostics, sources: &Sources, verbose: bool) {
    let mut stream = std::io::stderr();
    let colour = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    // What could not be read as a document has lines to show all the same.
    let mut sources = sources.clone();
    for file in sources.missing(diagnostics) {
        if let Ok(text) = load::text(file) {
            sources.add(file, text.into());
        }
    }
    let mut text = diagnostics.render(&sources, verbose, colour);
    let summary = diagnostics.summary();
    if !summary.is_empty() {
        text += &format!("{summary}\n");
    }
    // Nobody is left to be told when the stream is closed.
    let _ = stream.write_all(text.as_bytes());
}

fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
