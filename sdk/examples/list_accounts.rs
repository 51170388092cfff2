//! Lists all accounts of a user, page by page, without holding more than one page.
//!
//! `cargo run --example list_accounts` runs it at the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, at
//! Pipedream.

mod support;

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let place = support::pipedream_or_fake(prepare).await?;
    let listed = list(&place.pipedream.user("user-42")).await?;
    println!("{listed} account(s)");
    Ok(())
}

/// What has happened at the fake before.
pub(crate) fn prepare(fake: &FakePipedream) {
    for app in ["slack", "github", "google_sheets", "notion", "stripe"] {
        fake.add_account("user-42", app);
    }
}

pub(crate) async fn list(user: &Pipedream) -> Result<usize, Error> {
    // `stream` asks for the next page when the one before it has been read; it is a `futures::Stream` as well.
    let mut accounts = user.accounts().list().limit(2).stream();
    let mut listed = 0;
    while let Some(account) = accounts.try_next().await? {
        let app = account.app.map(|app| app.name_slug);
        let health = if account.healthy == Some(false) {
            "has to be connected again"
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
