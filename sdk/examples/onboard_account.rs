//! Connects an account for a user with an existing key, without Pipedream's page.
//!
//! `cargo run --example onboard_account` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other
//! variables set, against Pipedream, where the user needs a key of the app's in `OPENAI_API_KEY`.

mod support;

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::{Error, Pipedream};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let setup = support::pipedream_or_fake(|_| ()).await?;
    let key = std::env::var("OPENAI_API_KEY").unwrap_or_else(|_| "sk-example".to_owned());
    onboard(&setup.pipedream.user("user-42"), key).await
}

pub(crate) async fn onboard(user: &Pipedream, key: String) -> Result<(), Error> {
    let fields = CustomFields::new().set("api_key", key);
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", fields);
    let connected = onboarding.account_name("Their key").run().await?;
    println!(
        "connected {}; the user now has {} account(s)",
        connected.account_id,
        connected.accounts.len()
    );
    Ok(())
}
