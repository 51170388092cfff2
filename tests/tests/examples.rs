//! Tests of the SDK examples against the fake.

// Each example includes the shared module separately.
#![allow(clippy::duplicate_mod)]

// Each example is a program, of which the tests only call some functions.
#[allow(dead_code)]
#[path = "../../sdk/examples/blocking.rs"]
mod blocking;
#[allow(dead_code)]
#[path = "../../sdk/examples/call_api.rs"]
mod call_api;
#[allow(dead_code)]
#[path = "../../sdk/examples/connect.rs"]
mod connect;
#[allow(dead_code)]
#[path = "../../sdk/examples/download_file.rs"]
mod download_file;
#[allow(dead_code)]
#[path = "../../sdk/examples/list_accounts.rs"]
mod list_accounts;
#[allow(dead_code)]
#[path = "../../sdk/examples/mcp_client.rs"]
mod mcp_client;
// Its tools are tested in `mcp_server.rs`.
#[allow(dead_code)]
#[path = "../../sdk/examples/mcp_server/server.rs"]
mod mcp_server;
#[allow(dead_code)]
#[path = "../../sdk/examples/octocrab_through_account.rs"]
mod octocrab_through_account;
#[allow(dead_code)]
#[path = "../../sdk/examples/onboard_account.rs"]
mod onboard_account;
#[allow(dead_code)]
#[path = "../../sdk/examples/receive_events.rs"]
mod receive_events;
#[allow(dead_code)]
#[path = "../../sdk/examples/run_action.rs"]
mod run_action;

use std::collections::BTreeSet;

use clap::Parser as _;
use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::{FakePipedream, FakeResponse};
use serde_json::json;
use tests::repository;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Starts a fake, prepares it, and creates a client for the user of the examples.
async fn start(prepare: impl FnOnce(&FakePipedream)) -> (FakePipedream, Pipedream) {
    let fake = FakePipedream::start().await;
    prepare(&fake);
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .expect("a client of the fake");
    (fake, pipedream.user("user-42"))
}

#[tokio::test]
async fn connect_account_example_onboards_an_account() {
    let (fake, user) = start(|_| ()).await;
    onboard_account::onboard(&user, "sk-1".to_owned())
        .await
        .expect("an account");
    fake.assert_calls(["createToken", "createAccount", "listAccounts"]);
}

#[test]
fn blocking_example_lists_accounts_without_async() {
    let runtime = blocking::runtime().expect("a runtime");
    let (fake, user) = runtime.block_on(start(blocking::prepare));
    let ids = blocking::accounts(&runtime, &user).expect("accounts");
    assert_eq!(ids.len(), 1);
    assert!(ids[0].starts_with("apn_"), "{ids:?}");
    // The last page has a cursor too.
    fake.assert_calls(["listAccounts"; 2]);
}

#[tokio::test]
async fn connect_example_lists_shows_and_runs_workflows() {
    let parse = |line: &str| {
        let words = ["connect"].into_iter().chain(line.split_whitespace());
        connect::Command::try_parse_from(words)
    };
    for (line, problem) in [
        ("", "Usage: connect <COMMAND>"),
        ("run", "<WORKFLOW>"),
        ("list all", "unexpected argument 'all'"),
        ("run a --x", "unexpected argument '--x'"),
        ("run a --input b", "expected NAME=VALUE"),
        ("run a b c", "unexpected argument 'c'"),
    ] {
        let error = parse(line).expect_err(line).to_string();
        assert!(error.contains(problem), "{line}: {error}");
    }
    assert_eq!(connect::list().as_array().map(Vec::len), Some(18));
    let shown = connect::show("token-mint-and-validate").expect("a workflow");
    assert_eq!(shown["steps"][0]["operation"], "createToken");
    assert_eq!(shown["steps"][1]["idempotent"], true);
    assert_eq!(shown["inputs"]["properties"]["appId"]["type"], "string");
    assert!(connect::show("unknown").is_err());

    let (fake, user) = start(|_| ()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("inputs.json");
    std::fs::write(&file, r#"{"appSlug":"slack","accountName":"Mine"}"#).expect("a file");
    let line = format!("run connect-account-onboarding {}", file.display());
    // The command line takes precedence over the file.
    let line =
        format!("{line} --input appSlug=openai --input cfmapJson={{\"api_key\":\"sk-12345\"}}");
    let Ok(connect::Command::Run(mut run)) = parse(&line) else {
        panic!("{line}");
    };
    assert_eq!((run.user.as_str(), run.secrets), ("user-42", false));
    let outputs = connect::run(&user, &run).await.expect("outputs");
    assert_eq!(outputs["connectToken"], "[redacted]");
    fake.assert_calls(["createToken", "createAccount", "listAccounts"]);
    assert_eq!(fake.calls()[1].json()["name"], "Mine");
    assert_eq!(fake.calls()[1].json()["app_slug"], "openai");

    run.secrets = true;
    let outputs = connect::run(&user, &run).await.expect("outputs");
    assert!(
        outputs["connectToken"]
            .as_str()
            .is_some_and(|token| token.starts_with("ctok_"))
    );

    fake.on("listAccounts", FakeResponse::new(403));
    let error = connect::run(&user, &run).await.expect_err("a failed step");
    let shown = connect::error_json(&error, false);
    assert_eq!(
        shown["finished"],
        json!(["createConnectToken", "connectAccount"])
    );
    assert!(!shown.to_string().contains("ctok_"), "{shown}");
    let shown = connect::error_json(&error, true);
    assert!(shown["record"].to_string().contains("ctok_"), "{shown}");

    run.inputs.push(("accountnam".to_owned(), "1".to_owned()));
    let error = connect::run(&user, &run)
        .await
        .expect_err("an unknown input");
    assert_eq!(error.input_violations()[0].pointer(), "/accountnam");
}

#[tokio::test]
async fn list_accounts_example_lists_all_pages() {
    let (fake, user) = start(list_accounts::prepare).await;
    assert_eq!(list_accounts::list(&user).await.expect("accounts"), 5);
    fake.assert_calls(["listAccounts"; 4]);
}

#[tokio::test]
async fn run_action_example_runs_or_reports_a_failure() {
    let (fake, user) = start(run_action::prepare).await;
    run_action::run(&user).await.expect("a run");
    fake.assert_calls(["listAccounts", "configureActionProp", "runAction"]);
    let props = &fake.last_call().json()["configured_props"];
    assert_eq!(props["channel"]["__lv"]["label"], "channel 1");
    assert_eq!(props["text"], "Hello");
    fake.action_fails(run_action::ACTION, "channel_not_found");
    run_action::run(&user)
        .await
        .expect("a failed run is not a failed request");
}

#[tokio::test]
async fn call_api_example_proxies_a_request() {
    let (fake, user) = start(call_api::prepare).await;
    call_api::call(&user).await.expect("a response");
    fake.assert_calls(["listAccounts", "retrieveProxy", "retrieveProxy"]);
}

#[tokio::test]
async fn mcp_client_example_calls_a_tool() {
    let fake = FakePipedream::start().await;
    mcp_client::prepare(&fake);
    let user = fake.client().user("user-42");
    let texts = mcp_client::send_message(&user).await.expect("a result");
    assert_eq!(texts, [r#"{"ok":true}"#]);
    assert_eq!(fake.requests_of("mcpEndSession").len(), 1);
    fake.action_fails(mcp_client::TOOL, "channel_not_found");
    let error = mcp_client::send_message(&user)
        .await
        .expect_err("a failure");
    assert!(error.to_string().contains("channel_not_found"), "{error}");
}

#[test]
fn mcp_server_example_reads_its_arguments() {
    let parse = |line: &str| {
        let words = ["mcp_server"].into_iter().chain(line.split_whitespace());
        mcp_server::Arguments::try_parse_from(words)
    };
    let default = mcp_server::Arguments {
        http: None,
        operations: false,
        user: "user-42".to_owned(),
    };
    assert_eq!(parse("").expect("the defaults"), default);
    let all = mcp_server::Arguments {
        http: Some("127.0.0.1:8000".to_owned()),
        operations: true,
        user: "u".to_owned(),
    };
    let parsed = parse("--http 127.0.0.1:8000 --operations --user u");
    assert_eq!(parsed.expect("arguments"), all);
    for wrong in ["--http", "--user", "--other", "list"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn octocrab_example_lists_issues_through_the_account() {
    let (fake, user) = start(octocrab_through_account::prepare).await;
    octocrab_through_account::print_issues(&user)
        .await
        .expect("issues");
    fake.assert_calls(["listAccounts", "retrieveProxy", "retrieveProxy"]);
    let request = &fake.requests()[1];
    assert_eq!(request.header("x-pd-proxy-user-agent"), Some("my-product"));
    assert_eq!(request.header("x-pd-proxy-authorization"), None);
    assert!(request.header("authorization").is_some());
    fake.assert_none_rejected();
}

/// Repeats octocrab's own tests of its errors, with the responses sent through an account.
#[tokio::test]
async fn octocrab_maps_a_proxied_404_as_its_own_tests_expect() {
    let (fake, user) = start(octocrab_through_account::prepare).await;
    let account = fake.add_account("user-42", "github");
    let github = octocrab_through_account::octocrab(user.proxy_as(account));
    let error = github.issues("octo", "gone").list().send().await;
    let Err(octocrab::Error::GitHub { source, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.status_code, 404);
    assert_eq!(source.message, "Not Found");
    let documentation = "https://docs.github.com/rest/issues/issues#list-repository-issues";
    assert_eq!(source.documentation_url.as_deref(), Some(documentation));

    // octocrab reads these statuses as `false` and `true`.
    let url = "https://api.github.com/repos/octo/hello/assignees/";
    fake.upstream(&format!("{url}a"), FakeResponse::new(204));
    let hello = github.issues("octo", "hello");
    assert!(hello.check_assignee("a").await.expect("a status"));
    assert!(!hello.check_assignee("b").await.expect("a status"));
    // The body is not JSON.
    let broken = FakeResponse::new(500).body("text/plain", "out of order");
    fake.upstream(&format!("{url}c"), broken);
    let error = hello.check_assignee("c").await;
    let Err(octocrab::Error::GitHub { source, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(source.message, "out of order");
}

#[tokio::test]
async fn receive_events_example_verifies_events() {
    let (fake, user) = start(|_| ()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/events",
        listener.local_addr().expect("an address")
    );
    let (events, mut received) = mpsc::channel(1);
    let keys = receive_events::Keys::default();
    tokio::spawn(receive_events::serve(listener, keys.clone(), events));
    let trigger = receive_events::deploy(&user, &keys, url.clone())
        .await
        .expect("a trigger");

    let delivered = fake.deliver(trigger.as_str(), json!({ "n": 1 })).await;
    assert_eq!(delivered[0].status, Some(204));
    let event = received.recv().await.expect("an event");
    assert_eq!(event.value().expect("JSON"), json!({ "n": 1 }));

    // The server does not know the key of this other webhook.
    fake.add_trigger_webhook(trigger.as_str(), &url);
    let delivered = fake.deliver(trigger.as_str(), json!({ "n": 2 })).await;
    let statuses: Vec<_> = delivered.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(204), Some(401)]);
}

#[tokio::test]
async fn download_file_example_downloads_a_file() {
    let (fake, user) = start(download_file::prepare).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let bytes = download_file::download(&user, download_file::KEY, &path).await;
    assert_eq!(bytes.expect("a file"), 400_000);
    let written = std::fs::read_to_string(path).expect("the file");
    assert!(written == "a,b\n".repeat(100_000));
    assert_eq!(fake.requests()[0].status(), Some(302));
}

#[test]
fn every_example_is_tested_here_and_in_the_readme_and_in_the_documentation() {
    let entries = std::fs::read_dir(repository().join("sdk/examples")).expect("the examples");
    let mut found = BTreeSet::new();
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        if let Some(name) = name.to_string_lossy().strip_suffix(".rs") {
            found.insert(name.to_owned());
        }
    }
    let here = include_str!("examples.rs");
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("the README");
    let page = std::fs::read_to_string(repository().join("sdk/src/examples.rs")).expect("a page");
    assert!(found.len() >= 6, "{found:?}");
    for name in found {
        assert!(here.contains(&format!("mod {name};")), "{name}");
        assert!(page.contains(&format!("examples/{name}.rs")), "{name}");
        assert!(
            readme.contains(&format!("(sdk/examples/{name}.rs)")),
            "{name}"
        );
    }
}
