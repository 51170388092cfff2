//! Connects an account for a user, from a server.
//!
//! With `PIPEDREAM_CLIENT_ID` and the other variables set, it does so at Pipedream, where the user needs a key of the
//! app's in `OPENAI_API_KEY`; without them, at the fake: `cargo run --example onboard_account`.

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let credentials = ["PIPEDREAM_CLIENT_ID", "PIPEDREAM_ACCESS_TOKEN"];
    if credentials
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        let pipedream = Pipedream::from_env()?;
        println!("at Pipedream, in {}", pipedream.current_environment());
        return onboard(&pipedream).await;
    }
    let fake = FakePipedream::start().await;
    println!("at the fake: no credentials are set");
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .build()?;
    onboard(&pipedream).await
}

async fn onboard(pipedream: &Pipedream) -> Result<(), Error> {
    let key = std::env::var("OPENAI_API_KEY").unwrap_or_else(|_| "sk-example".to_owned());
    let fields = CustomFields::new().set("api_key", key);
    let user = pipedream.user("user-42");
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
