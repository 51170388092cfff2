//! Sessions that outlive their token, and that the server ends.

use std::time::Duration;

use pipedream_sdk_testing::FakePipedream;
use serde_json::json;

use crate::{TOOL, USER, call, connect, slack, user};

fn tokens(fake: &FakePipedream) -> usize {
    fake.requests_of("createOauthToken").len()
}

#[tokio::test]
async fn a_session_outlives_its_token() {
    let fake = slack().await;
    let client = connect(&user(&fake)).await;
    assert_eq!(tokens(&fake), 1);
    let first = fake.last_call().bearer().map(str::to_owned);

    // The client does not notice that the clock of the server is ahead: the server rejects the expired token.
    fake.advance(Duration::from_secs(2 * 60 * 60));
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    client
        .call_tool(call(TOOL, arguments.clone()))
        .await
        .unwrap();
    assert_eq!(tokens(&fake), 2);
    let calls = fake.requests_of("mcpCallTool");
    let statuses: Vec<_> = calls.iter().map(|it| it.status()).collect();
    assert_eq!(statuses, [Some(401), Some(200)]);
    assert_eq!(calls[0].bearer().map(str::to_owned), first);
    assert_ne!(calls[1].bearer().map(str::to_owned), first);

    // Several messages at a time share one new token.
    fake.revoke_tokens();
    let lists = (0..8).map(|_| client.list_all_tools());
    for tools in futures_util::future::join_all(lists).await {
        assert_eq!(tools.unwrap().len(), 1);
    }
    assert_eq!(tokens(&fake), 3);
    assert_eq!(fake.requests_of("mcpInitialize").len(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_renewed_is_an_error_after_one_request() {
    let fake = slack().await;
    let pipedream = pipedream_sdk::Pipedream::builder()
        .base_url(fake.base_url())
        .mcp_url(fake.mcp_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .unwrap();
    let client = connect(&pipedream.user(USER)).await;
    fake.revoke_tokens();
    let error = client.list_all_tools().await.unwrap_err();
    let error = pipedream_sdk::Error::from(error);
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(fake.requests_of("mcpListTools").len(), 1);
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_started_again() {
    let fake = slack().await;
    let client = connect(&user(&fake)).await;
    fake.end_mcp_sessions();
    assert_eq!(client.list_all_tools().await.unwrap().len(), 1);
    assert_eq!(fake.requests_of("mcpInitialize").len(), 2);
    let sessions: Vec<_> = fake
        .requests_of("mcpListTools")
        .iter()
        .map(|it| it.header("mcp-session-id").map(str::to_owned))
        .collect();
    assert_eq!(sessions.len(), 2);
    assert_ne!(sessions[0], sessions[1]);
}

#[tokio::test]
async fn several_users_have_sessions_of_their_own() {
    let fake = slack().await;
    fake.add_account("another", "slack");
    let pipedream = fake.client();
    let (mine, other) = (pipedream.user(USER), pipedream.user("another"));
    let (mine, other) = tokio::join!(connect(&mine), connect(&other));
    let arguments = json!({ "channel": "C1", "text": "Hello" });
    let sent = [
        mine.call_tool(call(TOOL, arguments.clone())),
        other.call_tool(call(TOOL, arguments)),
    ];
    for result in futures_util::future::join_all(sent).await {
        result.unwrap();
    }
    let users: Vec<_> = fake
        .requests_of("mcpCallTool")
        .iter()
        .map(|it| it.header("x-pd-external-user-id").map(str::to_owned))
        .collect();
    assert!(users.contains(&Some(USER.to_owned())) && users.contains(&Some("another".to_owned())));
    assert_eq!(tokens(&fake), 1);
}
