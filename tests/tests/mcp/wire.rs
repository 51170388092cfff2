//! Requests, and the three modes of tools.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pipedream_sdk::ErrorKind;
use pipedream_sdk::mcp::ToolMode;
use pipedream_sdk::mcp::rmcp::service::{NotificationContext, RoleClient};
use pipedream_sdk::mcp::rmcp::{ClientHandler, ServiceError};
use pipedream_sdk_testing::{FakePipedream, RecordedRequest};
use serde_json::{Value, json};

use crate::{TOOL, USER, call, connect, slack, user};

#[tokio::test]
async fn every_message_has_the_token_and_the_headers_of_the_session() {
    let fake = FakePipedream::start().await;
    let account = fake.add_account(USER, "slack");
    let pipedream = fake.client();
    let token = pipedream.access_token().await.unwrap();
    let connection = pipedream.user(USER).mcp().app("slack").account(&*account);
    let connection = connection
        .tool_mode(ToolMode::ToolsOnly)
        .app_discovery(true);
    let mut client = connection.connect().await.unwrap();
    client.list_all_tools().await.unwrap();
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    client.call_tool(call(TOOL, arguments)).await.unwrap();
    client.close().await.unwrap();

    let mut operations = Vec::new();
    for request in fake.calls() {
        operations.extend(request.operation());
        assert_eq!(request.path(), "/mcp/v3");
        assert_eq!(request.bearer(), Some(token.expose()));
        for (name, value) in [
            ("x-pd-project-id", FakePipedream::PROJECT_ID),
            ("x-pd-environment", "production"),
            ("x-pd-external-user-id", USER),
            ("x-pd-app-slug", "slack"),
            ("x-pd-account-id", &account),
            ("x-pd-tool-mode", "tools-only"),
            ("x-pd-app-discovery", "true"),
        ] {
            assert_eq!(request.header(name), Some(value), "{request:?}");
        }
        let is_first = request.operation() == Some("mcpInitialize");
        assert_eq!(request.header("mcp-session-id").is_none(), is_first);
    }
    // The stream of the server is requested beside the other messages.
    operations.retain(|operation| *operation != "mcpListen");
    let expected = [
        "mcpInitialize",
        "mcpNotify",
        "mcpListTools",
        "mcpCallTool",
        "mcpEndSession",
    ];
    assert_eq!(operations, expected);
    let first = &fake.calls()[0];
    assert_eq!(
        first.json()["params"]["clientInfo"]["name"],
        "pipedream-sdk-rust"
    );
    let agent = first.header("user-agent").unwrap_or_default();
    assert!(agent.starts_with("pipedream-sdk-rust/"), "{agent}");
}

#[tokio::test]
async fn sends_only_the_headers_that_are_set() {
    let fake = slack().await;
    let limit = fake
        .client()
        .rate_limits()
        .create(60, 100)
        .send()
        .await
        .unwrap();
    let user = user(&fake).with_rate_limit(limit.token);
    let client = user.mcp().app("slack").connect().await.unwrap();
    let request = of(&fake, "mcpInitialize");
    for name in [
        "x-pd-account-id",
        "x-pd-tool-mode",
        "x-pd-app-discovery",
        // The MCP server is another host.
        "x-pd-rate-limit",
    ] {
        assert_eq!(request.header(name), None, "{name}");
    }
    drop(client);

    let client = user.mcp().app_discovery(true).connect().await.unwrap();
    assert_eq!(
        fake.requests_of("mcpInitialize")[1].header("x-pd-app-slug"),
        None
    );
    let tools = client.list_all_tools().await.unwrap();
    assert!(
        tools.iter().any(|tool| tool.name == "openai-chat"),
        "{tools:?}"
    );
}

#[tokio::test]
async fn tools_take_an_instruction_or_the_props_of_the_action() {
    let fake = slack().await;
    let user = user(&fake);
    let client = user.mcp().app("slack").connect().await.unwrap();
    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(tools.len(), 1);
    let schema = &tools[0].input_schema;
    assert_eq!(schema["required"], json!(["instruction"]));
    let result = client.call_tool(call(TOOL, json!({ "instruction": "Say hello" })));
    let result = result.await.unwrap();
    assert_eq!(result.is_error, Some(false));

    let client = connect(&user).await;
    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(
        tools[0].input_schema["required"],
        json!(["channel", "text"])
    );
    let annotations = tools[0].annotations.as_ref().unwrap();
    assert_eq!(annotations.read_only_hint, Some(false));
    fake.action_returns(TOOL, json!({ "ts": 1 }));
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let result = client.call_tool(call(TOOL, arguments)).await.unwrap();
    assert_eq!(result.content[0].as_text().unwrap().text, r#"{"ts":1}"#);
}

/// Counts the notifications about changes of the list.
#[derive(Clone, Default)]
struct Changes(Arc<AtomicUsize>);

impl ClientHandler for Changes {
    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_handler_receives_changes_of_the_list_of_tools() {
    let fake = slack().await;
    let changes = Changes::default();
    let connection = user(&fake)
        .mcp()
        .app("slack")
        .tool_mode(ToolMode::FullConfig);
    let client = connection.connect_with(changes.clone()).await.unwrap();
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let early = client.call_tool(call(TOOL, arguments.clone())).await;
    assert!(matches!(early, Err(ServiceError::McpError(_))), "{early:?}");

    assert_eq!(client.list_all_tools().await.unwrap().len(), 1);
    let begin = "begin_configuration_slack-send-message";
    client.call_tool(call(begin, json!({}))).await.unwrap();
    assert_eq!(changes.0.load(Ordering::SeqCst), 1);
    assert_eq!(client.list_all_tools().await.unwrap().len(), 2);
    client.call_tool(call(TOOL, arguments)).await.unwrap();
}

#[tokio::test]
async fn invalid_values_are_errors_before_anything_is_sent() {
    let fake = slack().await;
    let pipedream = fake.client();
    let user = pipedream.user(USER);
    let long = "é".repeat(251);
    for (connection, text) in [
        (
            pipedream.mcp().app("slack"),
            "`external_user_id`: none is set",
        ),
        (
            pipedream.user(" ").mcp().app("slack"),
            "`external_user_id`: it is blank",
        ),
        (
            pipedream.user(&long).mcp().app("slack"),
            "more than 250 characters",
        ),
        (
            pipedream.user("a\r\nb").mcp().app("slack"),
            "`external_user_id`",
        ),
        (
            pipedream.project(" ").user(USER).mcp().app("slack"),
            "`project_id`: it is blank",
        ),
        (user.mcp(), "`app`: none is set"),
        (user.mcp().app(""), "`app`: it is blank"),
        (user.mcp().app("a\nb"), "`app`"),
        (
            user.mcp().app("slack").account(" "),
            "`account`: it is blank",
        ),
    ] {
        let error = connection.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(text), "{error}");
    }
    let other = fake.client_builder().mcp_url("http://mcp.example/v3");
    let other = other.build().unwrap().user(USER);
    let error = other.mcp().app("slack").connect().await.unwrap_err();
    assert!(error.to_string().contains("`mcp_url`"), "{error}");
    assert!(fake.calls().is_empty());

    // As long as the limit, counted in characters.
    let user = pipedream.user("é".repeat(250));
    user.mcp().app("slack").connect().await.unwrap();
    let request = of(&fake, "mcpInitialize");
    assert_eq!(
        request.headers()["x-pd-external-user-id"].as_bytes().len(),
        500
    );
}

#[tokio::test]
async fn a_connect_token_is_not_sent() {
    let fake = slack().await;
    let pipedream = pipedream_sdk::Pipedream::builder()
        .base_url(fake.base_url())
        .mcp_url(fake.mcp_url())
        .connect_token("ctok_marked")
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .unwrap();
    let connection = pipedream.user(USER).mcp().app("slack");
    let debug = format!("{connection:?}");
    assert!(
        debug.contains("slack") && !debug.contains("marked"),
        "{debug}"
    );
    let error = connection.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert_eq!(error.operation(), Some("mcpInitialize"));
    assert!(fake.requests().is_empty());
}

/// Returns the first request of an operation.
fn of(fake: &FakePipedream, operation: &str) -> RecordedRequest {
    fake.requests_of(operation).remove(0)
}

#[tokio::test]
async fn the_fake_rejects_what_the_server_does_not_accept() {
    let fake = slack().await;
    let token = fake.access_token();
    let http = pipedream_sdk::reqwest::Client::new();
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {} });
    let post = |headers: &[(&str, &str)], body: &Value| {
        let mut request = http.post(fake.mcp_url()).body(body.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        async move { request.send().await.unwrap().status().as_u16() }
    };
    let bearer = format!("Bearer {token}");
    let complete = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("x-pd-project-id", FakePipedream::PROJECT_ID),
        ("x-pd-environment", "production"),
        ("x-pd-external-user-id", USER),
        ("x-pd-app-slug", "slack"),
    ];
    assert_eq!(post(&complete, &initialize).await, 200);
    for (name, value, status) in [
        ("authorization", "Bearer unknown", 401),
        ("authorization", "", 401),
        ("content-type", "text/plain", 415),
        ("accept", "application/json", 406),
        ("x-pd-project-id", "proj_unknown", 404),
        ("x-pd-environment", "staging", 400),
        ("x-pd-external-user-id", "", 400),
        ("x-pd-app-slug", "unknown", 404),
        ("x-pd-account-id", "apn_unknown", 404),
        ("x-pd-tool-mode", "other", 400),
    ] {
        let mut headers: Vec<_> = complete.iter().filter(|it| it.0 != name).copied().collect();
        headers.push((name, value));
        assert_eq!(post(&headers, &initialize).await, status, "{name}: {value}");
    }
    for (name, status) in [
        ("authorization", 401),
        ("x-pd-project-id", 400),
        ("x-pd-environment", 400),
        ("x-pd-external-user-id", 400),
        ("x-pd-app-slug", 400),
    ] {
        let headers: Vec<_> = complete.iter().filter(|it| it.0 != name).copied().collect();
        assert_eq!(post(&headers, &initialize).await, status, "without {name}");
    }
    let ping = json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" });
    assert_eq!(post(&complete, &ping).await, 400);
    let mut unknown = complete.to_vec();
    unknown.push(("mcp-session-id", "mcp_unknown"));
    assert_eq!(post(&unknown, &ping).await, 404);
    assert_eq!(
        post(&complete, &json!({ "method": "initialize" })).await,
        400
    );
}
