//! Other generators of Rust clients and other runners of Arazzo documents, as processes. Those that cannot be
//! installed are left out.
//!
//! They are installed by name with pip and npm into a folder of the build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tests::repository;

use crate::calls::Server;
use crate::child;
use crate::compile::Workspace;
use crate::table::{Row, Unit};

const RUNS: usize = 5;

pub(crate) fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
    fs::create_dir_all(&folder).expect("a folder");
    let mut rows = Vec::new();
    rows.extend(openapi_generator(&folder));
    rows.extend(runners(&folder));
    rows
}

/// Measures the Rust client that OpenAPI Generator makes of the Pipedream document.
fn openapi_generator(folder: &Path) -> Vec<Row> {
    let Some(program) = python_program(folder, "openapi-generator-cli", "openapi-generator-cli")
    else {
        return Vec::new();
    };
    let workspace = Workspace::create();
    let client = workspace.folder("programs/openapi-generator");
    let generate = || {
        let mut command = Command::new(&program);
        command
            .args(["generate", "-g", "rust", "--library", "reqwest", "-i"])
            .arg(repository().join("generated/src/pipedream/openapi.json"))
            .arg("-o")
            .arg(&client)
            .args([
                "--package-name",
                "openapi-generator",
                "--skip-validate-spec",
                // The version of the document is not one of Cargo.
                "--additional-properties",
                "packageVersion=0.1.0",
            ]);
        command
    };
    let Some(generated) = fastest(generate) else {
        return Vec::new();
    };
    let ours = child::least_of_five(|| child::cost(child::generator(&["codegen", "--check"])).0);
    let mut rows = vec![Row::ratio(
        "Generate; peer: OpenAPI Generator (`rust`, `reqwest`), one API, without workflows",
        ours,
        generated,
        Unit::Seconds,
        "",
    )];
    let (ours, theirs) = (
        workspace.cpu(&crate::compile::OURS, "check", None),
        workspace.try_cpu(&["openapi-generator"], "check"),
    );
    match theirs {
        Some(theirs) => rows.push(Row::ratio(
            "`cargo check` of the client, user CPU; peer: that of OpenAPI Generator",
            ours,
            theirs,
            Unit::Seconds,
            "",
        )),
        None => rows.push(Row::figure(
            "`cargo check` of the client; that of OpenAPI Generator does not compile",
            ours,
            Unit::Seconds,
            "",
        )),
    }
    rows
}

/// Measures runners of the workflow of two steps, from the start of a process to its end.
fn runners(folder: &Path) -> Vec<Row> {
    let server = Server::start();
    let document = documents(folder, &server.url);
    let workflow = "token-mint-and-validate";
    let inputs = json!({
        "projectId": "proj_1",
        "environment": "production",
        "externalUserId": "user-42",
        "appId": "app_1",
    })
    .to_string();
    let ours = fastest(|| child::this(&["calls", "count", "ours", "workflow", "1", &server.url]));
    let ours = ours.expect("our workflow runs");
    let mut rows = Vec::new();
    if let Some(program) = python_program(folder, "arazzo-runner", "arazzo-runner") {
        let time = fastest(|| {
            let mut command = Command::new(&program);
            command.arg("execute-workflow").arg(&document);
            command.args(["--workflow-id", workflow, "--inputs", &inputs]);
            command
        });
        rows.extend(time.map(|time| runner("arazzo-runner (Python)", ours, time)));
    }
    if let Some(program) = node_program(folder, "@redocly/cli", "redocly") {
        let time = fastest(|| {
            let mut command = Command::new(&program);
            command.arg("respect").arg(&document).args(["-i", &inputs]);
            command.env("REDOCLY_TELEMETRY", "off");
            command
        });
        rows.extend(time.map(|time| runner("Redocly Respect (Node.js)", ours, time)));
    }
    rows
}

fn runner(name: &str, ours: f64, theirs: f64) -> Row {
    Row::ratio(
        &format!("Process that runs a workflow of two steps; peer: {name}"),
        ours,
        theirs,
        Unit::Seconds,
        "",
    )
}

/// Writes the workflow and an API description whose server is ours, and returns the path of the workflow.
fn documents(folder: &Path, url: &str) -> PathBuf {
    let text = fs::read_to_string(repository().join("generated/src/pipedream/openapi.json"));
    let mut api: Value = serde_json::from_str(&text.expect("our document")).expect("JSON");
    api["servers"] = json!([{ "url": url }]);
    fs::write(folder.join("openapi.json"), api.to_string()).expect("a document");
    let workflow = repository().join("arazzo/pipedream-token-validation-workflow.yml");
    let workflow = fs::read_to_string(workflow).expect("our workflow");
    let workflow = workflow.replace("../openapi/pipedream-openapi.yml", "./openapi.json");
    let path = folder.join("workflow.yml");
    fs::write(&path, workflow).expect("a document");
    path
}

/// Returns the fastest of several runs of a program in seconds, or `None` if it fails.
fn fastest(command: impl Fn() -> Command) -> Option<f64> {
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        if !succeeds(&mut command()) {
            return None;
        }
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    Some(fastest)
}

fn succeeds(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Installs a package of Python and returns one of its programs.
fn python_program(folder: &Path, package: &str, program: &str) -> Option<PathBuf> {
    let environment = folder.join("python");
    let path = environment.join("bin").join(program);
    if !path.exists() {
        let mut create = Command::new("python3");
        let mut install = Command::new(environment.join("bin/pip"));
        let installed = succeeds(create.args(["-m", "venv"]).arg(&environment))
            && succeeds(install.args(["install", "--quiet", package]));
        if !installed {
            eprintln!("{package} cannot be installed");
            return None;
        }
    }
    Some(path)
}

/// Installs a package of Node.js and returns one of its programs.
fn node_program(folder: &Path, package: &str, program: &str) -> Option<PathBuf> {
    let path = folder.join("node_modules/.bin").join(program);
    if !path.exists() {
        let mut install = Command::new("npm");
        if !succeeds(
            install
                .args(["install", "--silent", "--prefix"])
                .arg(folder)
                .arg(package),
        ) {
            eprintln!("{package} cannot be installed");
            return None;
        }
    }
    Some(path)
}
