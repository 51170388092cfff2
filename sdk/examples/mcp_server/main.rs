//! Serves the workflows, and on request the operations of the API, as tools for agents over the Model Context Protocol.
//!
//! ```text
//! cargo run --example mcp_server --features json
//! cargo run --example mcp_server --features json -- --http 127.0.0.1:8000 --operations --user user-42
//! ```
//!
//! Without `--http`, it speaks on standard input and output, as a program that starts servers expects. It runs against
//! the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, against Pipedream. All tools act for one user, in
//! one project and environment: agents cannot set these. `--operations` adds tools that reach the whole project, so it
//! is for agents that may administer it.

mod server;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;

use clap::Parser as _;
use rmcp::ServiceExt as _;
use rmcp::transport::stdio;
use tokio::net::TcpListener;

use server::{Arguments, Server};

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard output belongs to the protocol.
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let setup = support::pipedream_or_fake_silently(|_| ()).await?;
    let user = setup.pipedream.user(arguments.user.as_str());
    let server = Server::new(user, arguments.operations);
    match &arguments.http {
        None => {
            server.serve(stdio()).await?.waiting().await?;
        }
        Some(address) => {
            let listener = TcpListener::bind(address).await?;
            eprintln!("listening on http://{}/mcp", listener.local_addr()?);
            axum::serve(listener, server::router(server)).await?;
        }
    }
    Ok(())
}
