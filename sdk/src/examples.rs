//! Complete programs, which run against the fake unless credentials are set.
//!
//! They share the module [`support`](#support), which creates the client. `cargo run --example NAME` runs one in a clone
//! of the repository.
#![doc = concat!(
    "# blocking\n\n```text\n",
    include_str!("../examples/blocking.rs"),
    "```\n"
)]
#![doc = concat!(
    "# call_api\n\n```text\n",
    include_str!("../examples/call_api.rs"),
    "```\n"
)]
#![doc = concat!(
    "# connect\n\n```text\n",
    include_str!("../examples/connect.rs"),
    "```\n"
)]
#![doc = concat!(
    "# download_file\n\n```text\n",
    include_str!("../examples/download_file.rs"),
    "```\n"
)]
#![doc = concat!(
    "# list_accounts\n\n```text\n",
    include_str!("../examples/list_accounts.rs"),
    "```\n"
)]
#![doc = concat!(
    "# mcp_client\n\n```text\n",
    include_str!("../examples/mcp_client.rs"),
    "```\n"
)]
#![doc = concat!(
    "# mcp_server\n\n```text\n",
    include_str!("../examples/mcp_server/main.rs"),
    "```\n\nIts module `server`:\n\n```text\n",
    include_str!("../examples/mcp_server/server.rs"),
    "```\n"
)]
#![doc = concat!(
    "# octocrab_through_account\n\n```text\n",
    include_str!("../examples/octocrab_through_account.rs"),
    "```\n"
)]
#![doc = concat!(
    "# onboard_account\n\n```text\n",
    include_str!("../examples/onboard_account.rs"),
    "```\n"
)]
#![doc = concat!(
    "# receive_events\n\n```text\n",
    include_str!("../examples/receive_events.rs"),
    "```\n"
)]
#![doc = concat!(
    "# run_action\n\n```text\n",
    include_str!("../examples/run_action.rs"),
    "```\n"
)]
#![doc = concat!(
    "# support\n\n```text\n",
    include_str!("../examples/support/mod.rs"),
    "```\n"
)]
