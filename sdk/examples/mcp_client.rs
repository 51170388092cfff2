//! Lists and calls the tools of an app with Pipedream's MCP server, on behalf of a user.
//!
//! `cargo run --features mcp --example mcp_client` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other
//! variables set, against Pipedream, where user-42 needs an account at Slack.

mod support;

use pipedream_sdk::connect::ReportsFailure as _;
use pipedream_sdk::mcp::ToolMode;
use pipedream_sdk::mcp::rmcp::model::CallToolRequestParams;
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;
use serde_json::json;

/// The tool that is called, and the key of its action.
pub(crate) const TOOL: &str = "slack-send-message";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let setup = support::pipedream_or_fake(prepare).await?;
    for text in send_message(&setup.pipedream.user("user-42")).await? {
        println!("{text}");
    }
    Ok(())
}

pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "slack");
    fake.action_returns(TOOL, json!({ "ok": true }));
}

/// Calls the tool and returns the text of its result.
pub(crate) async fn send_message(user: &Pipedream) -> Result<Vec<String>, Error> {
    let connection = user.mcp().app("slack").tool_mode(ToolMode::ToolsOnly);
    let mut slack = connection.connect().await?;
    for tool in slack.list_all_tools().await? {
        println!("{}: {}", tool.name, tool.description.unwrap_or_default());
    }
    let arguments = json!({ "channel": "C0123", "text": "Hello" });
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    let call = CallToolRequestParams::new(TOOL).with_arguments(arguments);
    // An error of the request and a failure of the tool are both errors here.
    let result = slack.call_tool(call).await?.error_for_failure()?;
    let texts = result.content.iter().filter_map(|block| block.as_text());
    let texts = texts.map(|text| text.text.clone()).collect();
    // Ends the session. Dropping the client does so too, in the background.
    let _ = slack.close().await;
    Ok(texts)
}
