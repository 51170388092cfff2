//! Compile time, LLVM IR and program size of users, beside the client that progenitor generates by itself and beside
//! reqwest alone.
//!
//! Only the crates of each side are compiled anew; what both depend on is compiled before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tests::repository;
use tests::scratch_crates::write_changed;
use xtask::diagnostic::Diagnostics;
use xtask::openapi::normalize::normalize;

use crate::child;
use crate::table::{Row, Unit};

/// Crates that users of the SDK compile, except third-party ones. The last one is their program.
pub(crate) const OURS: [&str; 4] = [
    "pipedream-sdk-runtime",
    "pipedream-sdk-generated",
    "pipedream-sdk",
    "ours",
];
/// The same for the client that progenitor generates.
const BARE: [&str; 3] = ["progenitor-client", "bare", "with-bare"];

pub(crate) fn rows() -> Vec<Row> {
    let workspace = Workspace::create();
    let cpu = |command: &str, profile: Option<&str>| {
        (
            workspace.cpu(&OURS, command, profile),
            workspace.cpu(&BARE, command, profile),
        )
    };
    let mut rows = Vec::new();
    let checked = cpu("check", None);
    rows.push(Row::ratio(
        "`cargo check` of a program with three calls, user CPU; peer: progenitor's client",
        checked.0,
        checked.1,
        Unit::Seconds,
        "at most 2",
    ));
    let built = cpu("build", Some("--release"));
    rows.push(Row::ratio(
        "`cargo build --release` of the same, user CPU",
        built.0,
        built.1,
        Unit::Seconds,
        "at most 2",
    ));
    let lines = |crates: &[&str]| {
        crates
            .iter()
            .map(|name| workspace.llvm_lines(name))
            .sum::<usize>() as f64
    };
    rows.push(Row::ratio(
        "Lines of LLVM IR of the same",
        lines(&OURS),
        lines(&BARE[1..]),
        Unit::Count,
        "at most 2",
    ));
    workspace.cargo(&[
        "build",
        "--release",
        "--package",
        "readme",
        "--package",
        "by-hand",
    ]);
    let size = |program: &str| {
        let path = workspace.target.join("release").join(program);
        fs::metadata(path).expect("a program").len() as f64
    };
    let (ours, by_hand) = (size("readme"), size("by-hand"));
    rows.push(Row::ratio(
        "Release program of the README; peer: reqwest by hand",
        ours,
        by_hand,
        Unit::Bytes,
        "",
    ));
    rows.push(Row::figure(
        "The same, difference",
        ours - by_hand,
        Unit::Bytes,
        "at most 1.5 MB",
    ));
    rows
}

/// A workspace of the crates of the SDK and of programs that use it, or its peers.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(crate) fn create() -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let workspace = Self {
            root: temporary.join("report"),
            target: temporary.join("report-target"),
        };
        let repository = repository();
        fs::create_dir_all(&workspace.root).expect("a folder");
        for folder in ["generated", "sdk"] {
            let link = workspace.root.join(folder);
            if !link.exists() {
                std::os::unix::fs::symlink(repository.join(folder), link).expect("a link");
            }
        }
        let manifest = fs::read_to_string(repository.join("Cargo.toml")).expect("our manifest");
        let members =
            "members = [\"generated\", \"sdk\", \"sdk/runtime\", \"sdk/testing\", \"programs/*\"]";
        let lines = manifest.lines().map(|line| match line {
            line if line.starts_with("members = ") => members,
            line if line.starts_with("default-members = ") => "",
            line => line,
        });
        workspace.write("Cargo.toml", &lines.collect::<Vec<_>>().join("\n"));
        let lock = fs::read_to_string(repository.join("Cargo.lock")).expect("our lock file");
        workspace.write("Cargo.lock", &lock);
        workspace.program("ours", SDK, THREE_CALLS);
        workspace.program(
            "with-bare",
            "bare = { path = \"../bare\" }\nserde_json = { workspace = true }\n",
            THREE_BARE_CALLS,
        );
        workspace.program("readme", SDK, &readme_program());
        workspace.program("by-hand", HTTP, BY_HAND);
        workspace.write(
            "programs/bare/Cargo.toml",
            &manifest_of("bare", BARE_DEPENDENCIES),
        );
        workspace.write("programs/bare/src/lib.rs", &bare_client());
        workspace
    }

    fn program(&self, name: &str, dependencies: &str, text: &str) {
        let dependencies = format!(
            "{dependencies}tokio = {{ workspace = true, features = [\"macros\", \"rt-multi-thread\", \"time\"] }}\n"
        );
        self.write(
            &format!("programs/{name}/Cargo.toml"),
            &manifest_of(name, &dependencies),
        );
        self.write(&format!("programs/{name}/src/main.rs"), text);
    }

    fn write(&self, path: &str, text: &str) {
        write_changed(&self.root.join(path), text);
    }

    /// Returns the path of a folder of the workspace.
    pub(crate) fn folder(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Returns the user CPU that the compilation of these crates takes, the last of which is the one that is built.
    pub(crate) fn cpu(&self, crates: &[&str], command: &str, profile: Option<&str>) -> f64 {
        let program = crates.last().copied().unwrap_or_default();
        let mut build = vec![command, "--package", program];
        build.extend(profile);
        self.cargo(&build);
        let mut clean = vec!["clean"];
        clean.extend(profile);
        clean.extend(crates.iter().flat_map(|name| ["--package", *name]));
        self.cargo(&clean);
        let before = child::children_cpu();
        self.cargo(&build);
        child::children_cpu() - before
    }

    /// Like [`cpu`](Self::cpu), of crates that may not compile.
    pub(crate) fn try_cpu(&self, crates: &[&str], command: &str) -> Option<f64> {
        let program = crates.last()?;
        let compiles = self.command(&[command, "--package", program]).status();
        compiles
            .is_ok_and(|status| status.success())
            .then(|| self.cpu(crates, command, None))
    }

    fn cargo(&self, arguments: &[&str]) {
        let status = self.command(arguments).status().expect("cargo runs");
        assert!(status.success(), "cargo {arguments:?} failed");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .arg("--quiet")
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .stdout(Stdio::null());
        command
    }

    /// Returns the number of lines in functions before any optimization.
    fn llvm_lines(&self, name: &str) -> usize {
        let file = name.replace('-', "_");
        let deps = self.target.join("release/deps");
        let written = || {
            let files = fs::read_dir(&deps).into_iter().flatten().flatten();
            files.map(|entry| entry.path()).filter(|path| {
                let stem = path
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .unwrap_or_default();
                let extension = path.extension().is_some_and(|it| it == "ll");
                extension && stem.rsplit_once('-').is_some_and(|(stem, _)| stem == file)
            })
        };
        for path in written() {
            fs::remove_file(path).expect("a file of an earlier run goes");
        }
        let emit = [
            "--emit=llvm-ir",
            "-Cno-prepopulate-passes",
            "-Ccodegen-units=1",
        ];
        let mut arguments = vec!["rustc", "--release", "--package", name, "--"];
        arguments.extend(emit);
        self.cargo(&arguments);
        let lines = written().map(|path| {
            let text = fs::read_to_string(path).expect("LLVM IR");
            text.lines().filter(|line| line.starts_with("  ")).count()
        });
        lines.sum()
    }
}

fn manifest_of(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    )
}

/// Returns the client that progenitor generates from the Pipedream document.
fn bare_client() -> String {
    let path = repository().join("generated/src/pipedream/openapi.json");
    let text = fs::read_to_string(&path).expect("our document");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    // Without this, progenitor panics: several operations document more than one success response.
    normalize(&mut document, &path, &mut Diagnostics::default());
    crate::generator::progenitor_alone(&document)
}

/// Returns the first program of the README.
fn readme_program() -> String {
    let readme = fs::read_to_string(repository().join("README.md")).expect("the README");
    let start = "```rust,no_run\n";
    let program = readme.find(start).map(|at| &readme[at + start.len()..]);
    let program = program.and_then(|rest| rest.split_once("```"));
    program.expect("a program in the README").0.to_owned()
}

const SDK: &str = "pipedream-sdk = { path = \"../../sdk\" }\n";
const HTTP: &str = "reqwest = { workspace = true, features = [\"rustls\"] }\nserde = { workspace = true }\nserde_json = { workspace = true }\n";
const BARE_DEPENDENCIES: &str = "bytes = { workspace = true }
chrono = { workspace = true }
futures-util = { workspace = true }
http = { workspace = true }
progenitor-client = { workspace = true }
regress = { workspace = true }
reqwest = { workspace = true, features = [\"rustls\"] }
serde = { workspace = true }
serde_json = { workspace = true }
";

const THREE_CALLS: &str = r#"use pipedream_sdk::{Error, Pipedream};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let user = Pipedream::from_env()?.user("user-42");
    let token = user.tokens().create().send().await?;
    let accounts = user.accounts().list().app("slack").send().await?;
    let apps = user.apps().list().q("slack").send().await?;
    println!("{} {} {}", token.expires_at, accounts.data.len(), apps.data.len());
    Ok(())
}
"#;

const THREE_BARE_CALLS: &str = r###"use bare::{Client, types};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new("https://api.pipedream.com");
    let project = types::ProjectId::try_from(std::env::var("PIPEDREAM_PROJECT_ID")?)?;
    let environment = types::ProjectEnvironment::Production;
    let body = serde_json::from_str(r##"{"external_user_id":"user-42"}"##)?;
    let token = client.create_token(&project, environment, &body).await?;
    let accounts = client
        .list_accounts(&project, None, Some("slack"), None, Some("user-42"), None, None, None, environment)
        .await?;
    let apps = client
        .list_apps(None, None, None, None, None, None, None, Some("slack"), None, None)
        .await?;
    println!("{:?} {} {}", token.expires_at, accounts.data.len(), apps.data.len());
    Ok(())
}
"###;

const BY_HAND: &str = r#"use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

const API: &str = "https://api.pipedream.com/v1";

#[derive(Deserialize)]
struct AccessToken {
    access_token: String,
}

#[derive(Deserialize)]
struct ConnectToken {
    connect_link_url: String,
}

#[derive(Deserialize)]
struct Accounts {
    data: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    id: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(format!("PIPEDREAM_{name}"));
    let (project, environment) = (variable("PROJECT_ID")?, variable("PROJECT_ENVIRONMENT")?);
    let http = reqwest::Client::new();
    let credentials = json!({
        "grant_type": "client_credentials",
        "client_id": variable("CLIENT_ID")?,
        "client_secret": variable("CLIENT_SECRET")?,
    });
    let token: AccessToken = http
        .post(format!("{API}/oauth/token"))
        .json(&credentials)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let connect: ConnectToken = http
        .post(format!("{API}/connect/{project}/tokens"))
        .bearer_auth(&token.access_token)
        .header("x-pd-environment", &environment)
        .json(&json!({ "external_user_id": "user-42" }))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    println!("open {}&app=slack", connect.connect_link_url);
    loop {
        let accounts: Accounts = http
            .get(format!("{API}/connect/{project}/accounts"))
            .bearer_auth(&token.access_token)
            .header("x-pd-environment", &environment)
            .query(&[("app", "slack"), ("external_user_id", "user-42")])
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        if let Some(account) = accounts.data.first() {
            println!("connected {}", account.id);
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
"#;
