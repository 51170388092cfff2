//! Tests of the client of Pipedream's MCP server: the actions of an app as tools.

mod failing;
mod session;
mod wire;

use pipedream_sdk::Pipedream;
use pipedream_sdk::mcp::rmcp::model::CallToolRequestParams;
use pipedream_sdk::mcp::{McpClient, ToolMode};
use pipedream_sdk_testing::FakePipedream;
use serde_json::Value;

/// External user of the tests.
const USER: &str = "user-42";
/// Tool of the app Slack.
const TOOL: &str = "slack-send-message";

/// Starts a fake whose user has an account of Slack.
async fn slack() -> FakePipedream {
    let fake = FakePipedream::start().await;
    fake.add_account(USER, "slack");
    fake
}

fn user(fake: &FakePipedream) -> Pipedream {
    fake.client().user(USER)
}

/// Connects to the tools of Slack, which take the props of the actions.
async fn connect(user: &Pipedream) -> McpClient {
    let connection = user.mcp().app("slack").tool_mode(ToolMode::ToolsOnly);
    connection.connect().await.expect("a session")
}

fn call(tool: &'static str, arguments: Value) -> CallToolRequestParams {
    let arguments = arguments.as_object().cloned().expect("an object");
    CallToolRequestParams::new(tool).with_arguments(arguments)
}
