//! Lists all accounts of a user, with at most one page in memory.
//!
//! `cargo run --example list_accounts` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables
//! set, against Pipedream.

mod support;

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let setup = support::pipedream_or_fake(prepare).await?;
    let listed = list(&setup.pipedream.user("user-42")).await?;
    println!("{listed} account(s)");
    Ok(())
}

/// Adds accounts to the fake.
pub(crate) fn prepare(fake: &FakePipedream) {
    for app in ["slack", "github", "google_sheets", "notion", "stripe"] {
        fake.add_account("user-42", app);
    }
}

pub(crate) async fn list(user: &Pipedream) -> Result<usize, Error> {
    // `stream` requests the next page after the current one has been read. It also implements `futures::Stream`.
    let mut accounts = user.accounts().list().limit(2).stream();
    let mut listed = 0;
    while let Some(account) = accounts.try_next().await? {
        let app = account.app.map(|app| app.name_slug);
        let health = if account.healthy == Some(false) {
            "must be reconnected"
        } else {
            "is healthy"
        };
        println!(
            "{} of {} {health}",
            account.id,
            app.as_deref().unwrap_or("an app")
        );
        listed += 1;
    }
    Ok(listed)
}
