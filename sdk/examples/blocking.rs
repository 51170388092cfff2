//! Calls the API from code that is not async: a helper of three lines, and a program that uses it.
//!
//! `cargo run --example blocking` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set,
//! against Pipedream.

mod support;

use std::io;

use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::FakePipedream;
use tokio::runtime::{Builder, Runtime};

/// Creates the runtime that calls run on. One is enough for a program: connections and the access token live in it.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = runtime()?;
    let setup = runtime.block_on(support::pipedream_or_fake(prepare))?;
    for id in accounts(&runtime, &setup.pipedream.user("user-42"))? {
        println!("{id}");
    }
    Ok(())
}

/// Adds an account to the fake.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "slack");
}

/// Lists the IDs of a user's accounts. `block_on` runs any call, stream or workflow to its end.
pub(crate) fn accounts(
    runtime: &Runtime,
    user: &Pipedream,
) -> Result<Vec<String>, pipedream_sdk::Error> {
    let accounts = runtime.block_on(user.accounts().list().stream().into_vec())?;
    Ok(accounts
        .into_iter()
        .map(|account| account.id.into_string())
        .collect())
}
