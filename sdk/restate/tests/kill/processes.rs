//! The Restate server from npm, and the worker.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Package and version of the server.
const PACKAGE: &str = "@restatedev/restate-server@1.7.12";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Restate server with a folder of its own. It ends on drop.
pub(super) struct Server {
    process: Child,
    ingress: SocketAddr,
    admin: SocketAddr,
    http: reqwest::Client,
    _data: tempfile::TempDir,
}

/// The end of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    Outputs(Value),
    /// A terminal error: its code, and its message as JSON.
    Failed(u64, Value),
}

impl End {
    pub(super) fn may_have_run(&self) -> bool {
        matches!(self, Self::Failed(409, error) if error["mayHaveRun"] == true)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Installs and starts the server. Returns the reason if there is no npm.
    pub(super) async fn start() -> Result<Self, String> {
        let program = install()?;
        let data = tempfile::tempdir().unwrap();
        let [ingress, admin, node] = [free_port(), free_port(), free_port()];
        let log = File::create(data.path().join("log")).unwrap();
        let mut command = Command::new(program);
        command
            .args([
                "--no-logo",
                "--bind-ip",
                "127.0.0.1",
                "--advertised-host",
                "127.0.0.1",
            ])
            .arg("--base-dir")
            .arg(data.path().join("base"))
            .env("RESTATE_LISTEN_MODE", "tcp")
            .env("RESTATE_DISABLE_TELEMETRY", "true")
            .env("RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE", "256MB")
            .env("RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL", "50ms")
            .env("RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL", "500ms")
            .env("RESTATE_INGRESS__BIND_PORT", ingress.port().to_string())
            .env("RESTATE_ADMIN__BIND_PORT", admin.port().to_string())
            .env("RESTATE_BIND_PORT", node.port().to_string())
            .stdin(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .stdout(log);
        let process = command.spawn().expect("the server starts");
        let server = Self {
            process,
            ingress,
            admin,
            http: reqwest::Client::new(),
            _data: data,
        };
        let healthy = format!("http://{admin}/health");
        let ready = format!("http://{ingress}/restate/health");
        let start = Instant::now();
        for url in [healthy, ready] {
            while !server.is_ok(&url).await {
                assert!(start.elapsed() < PATIENCE, "the server is not ready");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(server)
    }

    async fn is_ok(&self, url: &str) -> bool {
        let response = self.http.get(url).send().await;
        response.is_ok_and(|response| response.status().is_success())
    }

    /// Registers the worker. Returns the handlers that were discovered.
    pub(super) async fn register(&self, worker: SocketAddr) -> Value {
        let url = format!("http://{}/deployments", self.admin);
        let body = json!({ "uri": format!("http://{worker}"), "force": true });
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let found: Value = response.json().await.unwrap();
        assert!(status.is_success(), "{found}");
        found
    }

    /// Runs a workflow and waits for its end.
    pub(super) async fn call(&self, handler: &str, run: &str) -> End {
        let url = format!("http://{}/shop/{handler}", self.ingress);
        let request = self.http.post(url).json(&json!({ "run": run }));
        end_of(request.timeout(PATIENCE)).await
    }

    /// Submits a run, and returns the id of the invocation.
    pub(super) async fn send(&self, handler: &str, run: &str) -> String {
        let url = format!("http://{}/shop/{handler}/send", self.ingress);
        let request = self.http.post(url).json(&json!({ "run": run }));
        let sent: Value = request.send().await.unwrap().json().await.unwrap();
        sent["invocationId"].as_str().expect("an id").to_owned()
    }

    /// Waits for the end of an invocation.
    pub(super) async fn attach(&self, invocation: &str) -> End {
        let url = format!(
            "http://{}/restate/invocation/{invocation}/attach",
            self.ingress
        );
        end_of(self.http.get(url).timeout(PATIENCE)).await
    }
}

async fn end_of(request: reqwest::RequestBuilder) -> End {
    let response = request.send().await.expect("the invocation ends in time");
    let is_success = response.status().is_success();
    let body: Value = response.json().await.expect("JSON");
    if is_success {
        return End::Outputs(body);
    }
    let message = body["message"].as_str().unwrap_or_default();
    let error = serde_json::from_str(message).unwrap_or_else(|_| body.clone());
    End::Failed(body["code"].as_u64().unwrap_or_default(), error)
}

/// Installs the server into the folder of the build, unless it is there. Returns its path.
fn install() -> Result<PathBuf, String> {
    let folder = target().join("restate-server");
    if let Some(program) = program_in(&folder) {
        return Ok(program);
    }
    fs::create_dir_all(&folder).unwrap();
    // The scripts of the package only report statistics.
    let npm = Command::new("npm")
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(&folder)
        .arg(PACKAGE)
        .stdin(Stdio::null())
        .output();
    match npm {
        Err(error) => Err(format!("npm cannot be started: {error}")),
        Ok(output) if !output.status.success() => {
            panic!("npm: {}", String::from_utf8_lossy(&output.stderr))
        }
        Ok(_) => program_in(&folder).ok_or("there is no server for this platform".to_owned()),
    }
}

/// Returns the program itself, because a signal to the script in `.bin` would not reach it.
fn program_in(folder: &Path) -> Option<PathBuf> {
    let packages = fs::read_dir(folder.join("node_modules/@restatedev")).ok()?;
    let programs = packages
        .flatten()
        .map(|it| it.path().join("bin/restate-server"));
    let is_native =
        |path: &PathBuf| path.is_file() && !path.to_string_lossy().contains("restate-server/bin");
    programs.into_iter().find(is_native)
}

/// Returns the folder of the build: the test is in `target/debug/deps`.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).expect("a folder").to_owned()
}

pub(super) fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// A worker process. It is killed on drop.
#[derive(Clone)]
pub(super) struct Worker(Arc<Mutex<Child>>);

impl Worker {
    /// Starts a worker, and waits until it listens. It kills itself at a point, if one is given.
    pub(super) fn start(address: SocketAddr, shop: &str, point: Option<(&str, usize)>) -> Self {
        let program = target().join("debug/examples/kill_worker");
        let mut command = Command::new(program);
        command
            .arg(address.to_string())
            .arg(shop)
            .stdin(Stdio::null());
        if let Some((point, number)) = point {
            command.arg(point).arg(number.to_string());
        }
        let child = command.spawn().expect("the worker starts");
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(start.elapsed() < PATIENCE, "the worker does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self(Arc::new(Mutex::new(child)))
    }

    /// Sends SIGKILL.
    pub(super) fn kill(&self) {
        let _ = self.0.lock().unwrap().kill();
    }

    /// Waits until the worker has been killed.
    pub(super) async fn wait_for_kill(&self) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.lock().unwrap().try_wait().unwrap() {
                assert_eq!(status.signal(), Some(9), "{status}");
                return;
            }
            assert!(start.elapsed() < PATIENCE, "the worker was not killed");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Kills the worker, and waits until its process has ended.
    pub(super) fn end(&self) {
        let mut child = self.0.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}
