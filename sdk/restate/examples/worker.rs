//! Serves all workflows of Pipedream to Restate, on port 9080.
//!
//! ```text
//! cargo run --manifest-path sdk/restate/Cargo.toml --example worker
//! ```
//!
//! It runs against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, against Pipedream.

use pipedream_sdk::Pipedream;
use pipedream_sdk_restate::workflows;
use pipedream_sdk_testing::FakePipedream;
use restate_sdk::endpoint::Endpoint;
use restate_sdk::http_server::HttpServer;

#[tokio::main]
async fn main() -> Result<(), pipedream_sdk::Error> {
    let fake;
    let pipedream = match std::env::var_os("PIPEDREAM_CLIENT_ID") {
        Some(_) => Pipedream::from_env()?,
        None => {
            fake = FakePipedream::start().await;
            fake.client()
        }
    };
    let service = workflows(pipedream).name("pipedream")?;
    let endpoint = Endpoint::builder().bind(service).build();
    let address = ([127, 0, 0, 1], 9080).into();
    HttpServer::new(endpoint).listen_and_serve(address).await;
    Ok(())
}
