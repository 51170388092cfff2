//! Tests of the example `mcp_server` with clients made by others: that of `rmcp`, and the official inspector.

#[allow(dead_code)]
#[path = "../../sdk/examples/mcp_server/server.rs"]
mod mcp_server;

use std::collections::BTreeMap;
use std::process::Command;

use pipedream_sdk::workflows::CATALOG;
use pipedream_sdk_testing::{FakePipedream, Fault};
use rmcp::model::{CallToolRequestParams, Tool};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::{ServiceError, ServiceExt as _};
use serde_json::{Value, json};
use tests::repository;
use tokio::net::TcpListener;

use mcp_server::Server;

type Client = RunningService<RoleClient, ()>;

fn server(fake: &FakePipedream, operations: bool) -> Server {
    Server::new(fake.client().user("user-42"), operations)
}

/// Serves on a pair of pipes, as on standard input and output.
async fn piped(fake: &FakePipedream, operations: bool) -> Client {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let server = server(fake, operations);
    tokio::spawn(async move {
        server
            .serve(theirs)
            .await
            .expect("a client")
            .waiting()
            .await
    });
    ().serve(ours).await.expect("a server")
}

/// Serves by HTTP, and returns the URL.
async fn by_http(fake: &FakePipedream, operations: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    let router = mcp_server::router(server(fake, operations));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn call(client: &Client, tool: &'static str, arguments: Value) -> (Value, bool) {
    let arguments = arguments.as_object().cloned().expect("an object");
    let call = CallToolRequestParams::new(tool).with_arguments(arguments);
    let result = client.call_tool(call).await.expect("a result");
    let content = result.structured_content.expect("structured content");
    let text = &result.content[0].as_text().expect("a text").text;
    assert_eq!(*text, content.to_string());
    (content, result.is_error == Some(true))
}

fn hints(tool: &Tool) -> (bool, bool, bool) {
    let hints = tool.annotations.as_ref().expect("annotations");
    let set = |hint: Option<bool>| hint.expect("a hint");
    (
        set(hints.read_only_hint),
        set(hints.destructive_hint),
        set(hints.idempotent_hint),
    )
}

#[tokio::test]
async fn a_client_lists_and_calls_workflows_by_both_transports() {
    let fake = FakePipedream::start().await;
    let url = by_http(&fake, false).await;
    let http = StreamableHttpClientTransport::from_uri(url);
    let http = ().serve(http).await.expect("a server");
    for client in [piped(&fake, false).await, http] {
        let tools = client.list_all_tools().await.expect("tools");
        assert_eq!(tools.len(), CATALOG.len());
        let inputs = json!({ "appId": "app_Openai1" });
        let (outputs, failed) = call(&client, "token-mint-and-validate", inputs).await;
        assert!(!failed, "{outputs}");
        assert_eq!(outputs["connectToken"], "[redacted]");
        let inputs = json!({ "appSlug": "openai", "cfmapJson": r#"{"api_key":"sk-marked"}"# });
        let (outputs, failed) = call(&client, "connect-account-onboarding", inputs).await;
        assert!(!failed, "{outputs}");
        assert!(
            outputs["accountId"]
                .as_str()
                .is_some_and(|id| id.starts_with("apn_"))
        );
        assert!(!outputs.to_string().contains("marked"), "{outputs}");
    }
}

#[tokio::test]
async fn tools_have_schemas_without_what_the_server_sets_and_hints() {
    let fake = FakePipedream::start().await;
    let client = piped(&fake, true).await;
    let tools = client.list_all_tools().await.expect("tools");
    let tools: BTreeMap<String, Tool> = tools
        .into_iter()
        .map(|it| (it.name.to_string(), it))
        .collect();
    assert!(tools.len() > CATALOG.len() + 50, "{}", tools.len());
    for (name, tool) in &tools {
        for schema in [Some(&tool.input_schema), tool.output_schema.as_ref()] {
            let Some(schema) = schema else { continue };
            assert_eq!(schema["type"], "object", "{name}");
            let schema = Value::Object((**schema).clone());
            jsonschema::draft202012::new(&schema).expect("a schema");
        }
        let properties = tool.input_schema.get("properties");
        for set in [
            "projectId",
            "environment",
            "externalUserId",
            "x-pd-environment",
        ] {
            assert!(
                properties.is_none_or(|it| it.get(set).is_none()),
                "{name}: {set}"
            );
        }
    }
    for (tool, expected) in [
        ("app-discovery", (true, false, true)),
        ("account-audit-cleanup", (false, true, true)),
        ("run-action-for-app", (false, true, false)),
        ("listAccounts", (true, false, true)),
        ("createProject", (false, false, false)),
        ("deleteAccount", (false, true, true)),
        ("updateProject", (false, true, false)),
    ] {
        assert_eq!(hints(&tools[tool]), expected, "{tool}");
    }
    let schema = &tools["createToken"].input_schema;
    let body = &schema["properties"]["body"]["properties"];
    assert!(
        body.get("expires_in").is_some() && body.get("external_user_id").is_none(),
        "{body}"
    );
    // An administered project is an argument.
    assert_eq!(
        tools["retrieveProject"].input_schema["required"],
        json!(["project_id"])
    );
    // Redacted values do not match their schema.
    assert!(tools["createToken"].output_schema.is_none());
    assert!(tools["listProjects"].output_schema.is_some());
}

#[tokio::test]
async fn operations_are_called_for_the_user_and_redact_secrets() {
    let fake = FakePipedream::start().await;
    let account = fake.add_account("user-42", "slack");
    let client = piped(&fake, true).await;
    let (page, failed) = call(&client, "listAccounts", json!({ "app": "slack" })).await;
    assert!(!failed, "{page}");
    assert_eq!(page["data"][0]["id"], account);
    let request = fake.last_call();
    assert_eq!(request.query_parameter("external_user_id"), Some("user-42"));
    assert_eq!(request.header("x-pd-environment"), Some("production"));

    let (token, failed) = call(
        &client,
        "createToken",
        json!({ "body": { "expires_in": 600 } }),
    )
    .await;
    assert!(!failed, "{token}");
    assert_eq!(token["token"], "[redacted]");
    assert_eq!(fake.last_call().json()["external_user_id"], "user-42");
    assert!(!token.to_string().contains("ctok_"), "{token}");

    let (deleted, failed) = call(&client, "deleteAccount", json!({ "account_id": account })).await;
    assert_eq!((deleted, failed), (json!({ "result": null }), false));
    fake.assert_none_rejected();

    // Operations are only served on request.
    let client = piped(&fake, false).await;
    let unknown = client
        .call_tool(CallToolRequestParams::new("listAccounts"))
        .await;
    assert!(
        matches!(unknown, Err(ServiceError::McpError(_))),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn errors_are_results_that_the_agent_can_read() {
    let fake = FakePipedream::start().await;
    let client = piped(&fake, true).await;
    let (result, failed) = call(&client, "token-mint-and-validate", json!({ "app": 1 })).await;
    assert!(failed);
    let violations = result["error"]["violations"]
        .as_array()
        .expect("violations");
    assert!(
        violations.iter().any(|it| it["pointer"] == "/appId"),
        "{result}"
    );
    assert!(fake.requests().is_empty());

    for (tool, arguments) in [
        ("listAccounts", json!({ "external_user_id": "another" })),
        (
            "createToken",
            json!({ "body": { "external_user_id": "another" } }),
        ),
        (
            "token-mint-and-validate",
            json!({ "appId": "a", "externalUserId": "another" }),
        ),
    ] {
        let (result, failed) = call(&client, tool, arguments).await;
        assert!(failed);
        assert!(
            result.to_string().contains("the server sets it"),
            "{result}"
        );
    }
    assert!(fake.requests().is_empty());

    let marked = json!({ "error": "rejected sk-marked-secret" });
    fake.on("createAccount", Fault::status(400).json(marked));
    let inputs = json!({ "appSlug": "openai", "cfmapJson": r#"{"api_key":"sk-marked-secret"}"# });
    let (result, failed) = call(&client, "connect-account-onboarding", inputs).await;
    assert!(failed);
    assert_eq!(result["error"]["status"], 400);
    assert_eq!(result["error"]["finished"], json!(["createConnectToken"]));
    assert!(!result.to_string().contains("marked"), "{result}");
}

/// Runs the command line of the official inspector, which is installed into the build folder.
fn inspect(url: &str, arguments: &[&str]) -> Value {
    let folder = repository().join("target/mcp-inspector");
    let program = folder.join("node_modules/.bin/mcp-inspector");
    if !program.exists() {
        let install = ["install", "--no-audit", "--no-fund", "--prefix"];
        let installed = Command::new("npm")
            .args(install)
            .arg(&folder)
            .arg("@modelcontextprotocol/inspector@0.15.0")
            .status();
        assert!(installed.expect("npm").success());
    }
    let output = Command::new(program)
        .arg("--cli")
        .arg(url)
        .args(arguments)
        .output();
    let output = output.expect("the inspector");
    let text = String::from_utf8_lossy(&output.stdout);
    match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(error) => panic!(
            "{error}: {text} {}",
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "installs the official inspector with npm"]
async fn the_official_inspector_lists_and_calls_tools() {
    if Command::new("npm").arg("--version").output().is_err() {
        eprintln!("skipped: npm is not installed");
        return;
    }
    let fake = FakePipedream::start().await;
    let url = by_http(&fake, true).await;
    let inspected = tokio::task::spawn_blocking(move || {
        let http = ["--transport", "http", "--method"];
        let list = inspect(&url, &[&http[..], &["tools/list"]].concat());
        let call = ["tools/call", "--tool-name", "token-mint-and-validate"];
        let arguments = ["--tool-arg", "appId=app_Openai1"];
        let called = inspect(&url, &[&http[..], &call, &arguments].concat());
        (list, called)
    });
    let (list, called) = inspected.await.expect("no panic");
    let tools = list["tools"].as_array().expect("tools");
    assert!(tools.len() > CATALOG.len() + 50);
    assert_eq!(called["isError"], false, "{called}");
    assert_eq!(called["structuredContent"]["connectToken"], "[redacted]");
}
