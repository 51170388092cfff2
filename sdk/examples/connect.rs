//! Lists the workflows, shows one with its steps and JSON Schemas, and runs one with JSON.
//!
//! ```text
//! cargo run --example connect --features json -- list
//! cargo run --example connect --features json -- show token-mint-and-validate
//! cargo run --example connect --features json -- run token-mint-and-validate --input appId=app_Openai1
//! cargo run --example connect --features json -- run connect-account-onboarding inputs.json --secrets
//! ```
//!
//! It runs against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, against Pipedream. The inputs are
//! those of a JSON file (`-` for standard input), then those of `--input`. On a terminal, a line shows the progress.

mod support;

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser};
use indicatif::{ProgressBar, ProgressStyle};
use pipedream_sdk::workflows::{CATALOG, Progress, StepInfo, WorkflowInfo, WorkflowSet as _};
use pipedream_sdk::{Error, Pipedream};
use serde_json::{Map, Value, json};

/// Workflows of Pipedream Connect.
#[derive(Debug, Parser)]
#[command(name = "connect")]
pub(crate) enum Command {
    /// Lists the workflows.
    List,
    /// Shows the steps and JSON Schemas of a workflow.
    Show {
        /// ID of the workflow
        workflow: String,
    },
    /// Runs a workflow.
    Run(Run),
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// ID of the workflow
    pub(crate) workflow: String,
    /// JSON file with inputs; `-` for standard input
    pub(crate) file: Option<PathBuf>,
    /// Input, which is JSON or else a string; replaces the one of the file
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) inputs: Vec<(String, String)>,
    /// ID of the external user
    #[arg(long, default_value = "user-42")]
    pub(crate) user: String,
    /// Print secrets in plain text
    #[arg(long)]
    pub(crate) secrets: bool,
}

fn name_and_value(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[tokio::main]
async fn main() -> ExitCode {
    let shown = match Command::parse() {
        Command::List => Ok(list()),
        Command::Show { workflow } => show(&workflow),
        Command::Run(arguments) => match run_with_setup(&arguments).await {
            Ok(outputs) => Ok(outputs),
            Err(error) => {
                print(&json!({ "error": error_json(&error, arguments.secrets) }));
                return ExitCode::FAILURE;
            }
        },
    };
    match shown {
        Ok(value) => {
            print(&value);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Converts an error. With secrets, it has the record of the finished steps, to resume from.
pub(crate) fn error_json(error: &Error, secrets: bool) -> Value {
    match secrets {
        true => error.to_json_with_secrets(),
        false => error.to_json(),
    }
}

fn print(value: &Value) {
    println!("{value:#}");
}

/// Returns ids and summaries of the workflows.
pub(crate) fn list() -> Value {
    let rows = CATALOG
        .iter()
        .map(|info| json!({ "id": info.id, "summary": info.summary, "steps": info.steps.len() }));
    rows.collect()
}

/// Returns steps and schemas of a workflow.
pub(crate) fn show(id: &str) -> Result<Value, String> {
    let found = CATALOG.iter().find(|info| info.id == id);
    let info = found.ok_or_else(|| format!("there is no workflow `{id}`: see `connect list`"))?;
    let steps = info.steps.iter().map(|step| {
        json!({
            "id": step.id,
            "description": step.description,
            "operation": step.operation,
            "idempotent": step.is_idempotent,
        })
    });
    Ok(json!({
        "id": info.id,
        "version": info.version,
        "summary": info.summary,
        "description": info.description,
        "steps": steps.collect::<Vec<_>>(),
        "inputs": schema(info.inputs),
        "outputs": schema(info.outputs),
    }))
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

async fn run_with_setup(arguments: &Run) -> Result<Value, Error> {
    let setup = support::pipedream_or_fake_silently(|_| ()).await?;
    run(&setup.pipedream, arguments).await
}

/// Runs a workflow, with progress on a terminal.
pub(crate) async fn run(pipedream: &Pipedream, arguments: &Run) -> Result<Value, Error> {
    let user = pipedream.user(arguments.user.as_str());
    let call = user.json_call(&arguments.workflow)?;
    let inputs = inputs(call.info(), arguments)?;
    let bar = progress_bar(call.info());
    let shown = bar.clone();
    let call = call
        .inputs(inputs)
        .progress(move |progress| show_progress(&shown, progress));
    let result = match arguments.secrets {
        true => call.expose_secrets().run().await,
        false => call.run().await,
    };
    bar.finish_and_clear();
    result
}

/// Reads the file and the values of the command line.
fn inputs(info: &WorkflowInfo, arguments: &Run) -> Result<Value, Error> {
    let read = match &arguments.file {
        None => Ok("{}".to_owned()),
        Some(path) if path == Path::new("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map(|_| text)
        }
        Some(path) => std::fs::read_to_string(path),
    };
    let text = read.map_err(|error| Error::invalid_argument("FILE", error))?;
    let mut inputs: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| Error::invalid_argument("FILE", error))?;
    let schema = schema(info.inputs);
    for (name, text) in &arguments.inputs {
        // A string of the schema is taken as it is, so that `--input accountName=1` needs no quotes.
        let is_string = schema["properties"][name]["type"] == "string";
        let value = match is_string {
            true => Value::from(text.as_str()),
            false => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
        };
        inputs.insert(name.clone(), value);
    }
    Ok(Value::Object(inputs))
}

fn progress_bar(info: &WorkflowInfo) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(info.steps.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn show_progress(bar: &ProgressBar, progress: Progress<&'static StepInfo>) {
    match progress {
        Progress::Started { step } => bar.set_message(step.id),
        Progress::Retrying { step, after, .. } | Progress::RetryingRequest { step, after, .. } => {
            bar.set_message(format!("{} again in {after:?}", step.id));
        }
        Progress::Finished { .. } => bar.inc(1),
        Progress::Failed { step } => bar.set_message(format!("{} failed", step.id)),
        _ => {}
    }
}
