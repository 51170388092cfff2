//! Command line of the generator: arguments, output, exit codes.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use xtask::diagnostic::render::RenderOptions;
use xtask::diagnostic::suggestion::{did_you_mean, shorten};
use xtask::diagnostic::{self, Code, Diagnostics, Sources};
use xtask::output::Output;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};
use xtask::{diff, load, paths, release};

/// Allocator of the generator. With that of the system, a third of its time is spent allocating: JSON values and syntax
/// trees consist of many small parts.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code after errors, which have been printed.
const INVALID: u8 = 1;
/// Exit code of `--keep-going` if a part of a document is left out.
const LEFT_OUT: u8 = 3;
/// Exit code of `--check` if the generated code is stale.
const STALE: u8 = 4;

/// Stack size of the worker thread, in bytes. Deeply nested documents and schemas need a large stack.
const STACK: usize = 256 * 1024 * 1024;

/// Meaning of the exit codes, for the help text.
const EXIT_CODES: &str = "Exit codes:
  0  success; warnings do not count without --deny-warnings
  1  the documents have errors, which are printed
  2  the arguments are not valid
  4  codegen --check: the generated code does not match the documents";

/// Generates the SDK from its documents, and checks both
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXIT_CODES)]
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
    /// Classify the changes between two documents, or two folders of documents
    ///
    /// Tells which changes break callers, and which generated names they affect. Ignores prose. The exit code is 0
    /// without changes, 1 for compatible changes, 2 for breaking changes, and 3 after errors.
    Diff(Diff),
    /// Check documents without generating code
    Lint(Lint),
    /// Package the published crates in order, and check each package, without uploading it
    ///
    /// Requires `repository` in `[workspace.package]`. The packages are made from a copy of the committed files, in
    /// which the manifests name this address and the relative links of the pages are absolute.
    Release {
        /// Folder of the copy; default: `target/release-packages`
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Do not build the packages
        #[arg(long)]
        no_verify: bool,
    },
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
struct Diff {
    old: PathBuf,
    new: PathBuf,
    /// Form of the report
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        conflicts_with = "exact"
    )]
    format: diff::Format,
    /// Count values added to enumerations of responses as compatible, because generated enumerations are open
    #[arg(long, conflicts_with = "exact")]
    open_enums: bool,
    /// Arazzo document or folder, to name the workflows that call a changed operation; default for a document of
    /// this repository: its `arazzo/`
    #[arg(long, value_name = "FILE-OR-DIR", conflicts_with = "exact")]
    arazzo: Vec<PathBuf>,
    /// List every difference without classification; exit code 0 only without differences, else 1
    ///
    /// Ignores descriptions, insignificant order, and the difference between inline and referenced parts.
    #[arg(long)]
    exact: bool,
    /// Report documents that only the new folder contains, but do not count them as a difference
    #[arg(long, requires = "exact")]
    allow_added: bool,
}

#[derive(Args)]
struct Lint {
    /// OpenAPI documents, Arazzo documents and overlays, or folders of them
    ///
    /// A folder without documents stands for its subfolders `openapi` and `arazzo`. Without arguments, the documents
    /// and overlays of this repository are checked.
    #[arg(value_name = "FILE-OR-DIR")]
    any: Vec<PathBuf>,
    #[command(flatten)]
    documents: DocumentArguments,
    /// Format of the findings: text on stderr, JSON or SARIF on stdout
    ///
    /// `xtask/schemas/findings.schema.json` describes the JSON. SARIF 2.1.0 is the format that code hosts show beside
    /// the lines of a change; its paths are relative to the current folder.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    findings: FindingArguments,
}

/// Format of findings.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
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
        Command::Diff(arguments) if arguments.exact => compare(&arguments),
        Command::Diff(arguments) => classify(&arguments),
        Command::Lint(arguments) => lint(arguments),
        Command::Release { out, no_verify } => {
            let out = out.unwrap_or_else(|| root().join("target/release-packages"));
            release(&out, no_verify.then_some("--no-verify")).unwrap_or_else(|error| {
                eprintln!("error: {error}");
                ExitCode::from(INVALID)
            })
        }
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
    let mut documents = match arguments.any.is_empty() {
        true => arguments.documents.or_repository(&root()),
        false => arguments.documents.documents(),
    };
    documents.any = arguments.any;
    let Run {
        diagnostics,
        sources,
        ..
    } = pipeline::lint(&documents, arguments.findings.deny_warnings);
    match arguments.format {
        Format::Text => show(&diagnostics, &sources, arguments.findings.verbose),
        Format::Json => {
            let shown = match arguments.findings.verbose {
                true => diagnostics.clone(),
                false => diagnostics.without_notes(),
            };
            print(&shown.to_json(&complete(&sources, &diagnostics)));
        }
        Format::Sarif => {
            let root = std::env::current_dir().unwrap_or_default();
            print(&diagnostics.to_sarif(&complete(&sources, &diagnostics), &root));
        }
    }
    ExitCode::from(if diagnostics.has_errors() { INVALID } else { 0 })
}

fn compare(arguments: &Diff) -> ExitCode {
    let mut comparison = diff::compare(&arguments.old, &arguments.new);
    if arguments.allow_added {
        comparison.allow_added();
    }
    print(&comparison.render());
    show(&comparison.diagnostics, &comparison.sources, false);
    ExitCode::from(if comparison.is_same() { 0 } else { INVALID })
}

/// Packages the crates of the copy in `folder`. `more` is another option of cargo.
fn release(folder: &Path, more: Option<&str>) -> Result<ExitCode, String> {
    let root = root();
    release::prepare(&root, folder)?;
    let mut command = release::dry_run(&root, folder);
    let status = command.args(more).status();
    let status = status.map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Ok(ExitCode::from(INVALID));
    }
    let folder = relative_to_current(folder);
    print(&format!(
        "packaged; to publish, run the same `cargo publish` without `--dry-run` in {}\n",
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn classify(arguments: &Diff) -> ExitCode {
    let options = diff::Options {
        open_enums: arguments.open_enums,
    };
    let mut workflows = arguments.arazzo.clone();
    if workflows.is_empty() {
        let own = Documents::of(&relative_to_current(&root()));
        let names = [&arguments.old, &arguments.new]
            .into_iter()
            .filter_map(|path| path.file_name());
        let mut places =
            names.flat_map(|name| own.openapi.iter().map(move |folder| folder.join(name)));
        if places.any(|place| place.is_file()) {
            workflows = own.arazzo;
        }
    }
    let report = diff::classify(&arguments.old, &arguments.new, &workflows, options);
    print(&report.render(arguments.format));
    show(&report.diagnostics, &report.sources, false);
    ExitCode::from(report.exit_code())
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
        let given = self.documents();
        if !given.openapi.is_empty() || !given.arazzo.is_empty() {
            return given;
        }
        let mut documents = Documents::of(&relative_to_current(root));
        documents.overlays.extend(given.overlays);
        documents
    }

    /// Returns the documents from the command line.
    fn documents(self) -> Documents {
        Documents {
            openapi: self.openapi,
            arazzo: self.arazzo,
            overlays: self.overlay,
            any: Vec::new(),
        }
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

/// Adds the documents that could not be parsed, so that their lines are shown as well.
fn complete(sources: &Sources, diagnostics: &Diagnostics) -> Sources {
    let mut sources = sources.clone();
    for file in sources.missing(diagnostics) {
        if let Ok(text) = load::read_to_string(file) {
            sources.add(file, text.into());
        }
    }
    sources
}

/// Prints findings to stderr, in color if it is a terminal.
fn show(diagnostics: &Diagnostics, sources: &Sources, verbose: bool) {
    let mut stream = std::io::stderr();
    let color = stream.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut text = diagnostics.render(
        &complete(sources, diagnostics),
        RenderOptions {
            notes: verbose,
            color,
            width: terminal_size::terminal_size_of(&stream).map(|(width, _)| width.0.into()),
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
