//! Failures of requests, tools and streams.

use std::time::Duration;

use pipedream_sdk::connect::ReportsFailure as _;
use pipedream_sdk::{Error, ErrorKind};
use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use serde_json::json;

use crate::{TOOL, USER, call, connect, slack, user};

/// Calls the tool of a session that has been started, with this fault.
async fn failed_call(fault: Fault) -> (FakePipedream, Result<(), Error>) {
    let fake = slack().await;
    let client = connect(&user(&fake)).await;
    fake.on("mcpCallTool", fault);
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let called = client.call_tool(call(TOOL, arguments)).await;
    (fake, called.map(drop).map_err(Error::from))
}

#[tokio::test]
async fn an_error_status_is_the_error_of_the_call() {
    let marked = json!({ "error": "no account: marked" });
    for (fault, kind, may_have_run) in [
        (Fault::status(403).json(marked), ErrorKind::Forbidden, false),
        (Fault::status(400), ErrorKind::Rejected, false),
        (Fault::status(500), ErrorKind::Server, true),
        (Fault::status(302), ErrorKind::Redirect, false),
        (Fault::cut(), ErrorKind::Interrupted, true),
    ] {
        let (fake, called) = failed_call(fault).await;
        let error = called.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), Some("mcpCallTool"));
        assert_eq!(error.may_have_run(), may_have_run, "{error}");
        // Not repeated, because the tool may have run.
        assert_eq!(fake.requests_of("mcpCallTool").len(), 1, "{error}");
        if kind == ErrorKind::Forbidden {
            assert_eq!(error.message().as_deref(), Some("no account: marked"));
        }
    }
}

#[tokio::test]
async fn repeats_what_has_certainly_not_run() {
    let (fake, called) = failed_call(Fault::throttled(0)).await;
    called.unwrap();
    assert_eq!(fake.requests_of("mcpCallTool").len(), 2);

    let (fake, called) = failed_call(Fault::status(401)).await;
    called.unwrap();
    assert_eq!(fake.requests_of("mcpCallTool").len(), 2);
    assert_eq!(fake.requests_of("createOauthToken").len(), 2);
}

#[tokio::test]
async fn repeats_requests_that_only_read() {
    for fault in [
        Fault::status(500),
        Fault::status(503),
        Fault::cut(),
        Fault::throttled(0),
    ] {
        let fake = slack().await;
        fake.on("mcpInitialize", fault.clone());
        let client = connect(&user(&fake)).await;
        fake.on("mcpListTools", fault);
        assert_eq!(client.list_all_tools().await.unwrap().len(), 1);
        assert_eq!(fake.requests_of("mcpInitialize").len(), 2);
        assert_eq!(fake.requests_of("mcpListTools").len(), 2);
        assert_eq!(fake.pending_faults(), 0);
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_started_is_an_error_of_the_sdk() {
    for (fault, kind) in [
        (Fault::status(403), ErrorKind::Forbidden),
        (Fault::status(404), ErrorKind::NotFound),
        (Fault::status(500).times(3), ErrorKind::Server),
        (Fault::cut().times(3), ErrorKind::Interrupted),
    ] {
        let fake = slack().await;
        fake.on("mcpInitialize", fault);
        let error = user(&fake).mcp().app("slack").connect().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), Some("mcpInitialize"));
    }
    let fake = slack().await;
    let rejected = json!({
        "jsonrpc": "2.0", "id": 0, "error": { "code": -32600, "message": "not today" },
    });
    fake.on("mcpInitialize", FakeResponse::new(200).json(rejected));
    let error = user(&fake).mcp().app("slack").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reported);
    assert!(error.to_string().contains("not today"), "{error}");

    let fake = slack().await;
    let page = FakeResponse::new(200).body("text/html", "<h1>Sign in</h1>");
    fake.on("mcpInitialize", page);
    let error = user(&fake).mcp().app("slack").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");

    let fake = slack().await;
    fake.fail_access_token(Fault::oauth_error("invalid_client"));
    let error = user(&fake).mcp().app("slack").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential, "{error}");
    assert!(fake.calls().is_empty());
}

#[tokio::test]
async fn the_failure_of_a_tool_and_of_a_request_are_told_apart() {
    let fake = slack().await;
    let client = connect(&user(&fake)).await;
    fake.action_fails(TOOL, "channel_not_found");
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let result = client.call_tool(call(TOOL, arguments)).await.unwrap();
    let error = result.error_for_failure().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reported);
    assert_eq!(error.to_string(), "the tool failed: channel_not_found");
    assert_eq!(error.reported().unwrap().response()["isError"], true);

    for (tool, arguments) in [("unknown", json!({})), (TOOL, json!({ "text": "Hello" }))] {
        let error = client.call_tool(call(tool, arguments)).await.unwrap_err();
        let error = Error::from(error);
        assert_eq!(error.kind(), ErrorKind::Reported);
        assert_eq!(error.reported().unwrap().response()["code"], -32602);
    }
}

#[tokio::test]
async fn a_user_without_an_account_is_forbidden_to_call_a_tool() {
    let fake = slack().await;
    let client = connect(&fake.client().user("another")).await;
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let error = client.call_tool(call(TOOL, arguments)).await.unwrap_err();
    let error = Error::from(error);
    assert!(error.is_forbidden(), "{error}");
    assert!(error.to_string().contains("no account of slack"), "{error}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_may_have_run() {
    let (fake, called) = failed_call(Fault::truncated(20)).await;
    let error = called.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.may_have_run());
    assert_eq!(fake.requests_of("mcpCallTool").len(), 1);

    let empty = FakeResponse::new(200).body("text/event-stream", ": nothing\n\n");
    let (_, called) = failed_call(Fault::response(empty)).await;
    let error = called.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
}

#[tokio::test]
async fn a_slow_tool_ends_at_the_limit_of_the_session() {
    let fake = slack().await;
    // The limit of the client is one for calls of the API.
    let pipedream = fake
        .client_builder()
        .attempt_timeout(Duration::from_millis(50));
    let user = pipedream.max_retries(0).build().unwrap().user(USER);
    let arguments = json!({ "instruction": "Wait" });
    fake.on("mcpCallTool", Fault::delay(Duration::from_millis(300)));
    let client = user.mcp().app("slack").connect().await.unwrap();
    client
        .call_tool(call(TOOL, arguments.clone()))
        .await
        .unwrap();

    let limited = user.mcp().app("slack").timeout(Duration::from_millis(500));
    let client = limited.connect().await.unwrap();
    fake.on("mcpCallTool", Fault::delay(Duration::from_secs(5)));
    let error = client.call_tool(call(TOOL, arguments)).await.unwrap_err();
    let error = Error::from(error);
    assert!(error.is_timeout() && error.may_have_run(), "{error}");
}
