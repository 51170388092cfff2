//! Runs an action with a user's account: retrieves the options of a prop, runs the action with one of them, and
//! detects a failed run.
//!
//! `cargo run --example run_action` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables
//! set, against Pipedream, where user-42 needs an account at Slack.

mod support;

use pipedream_sdk::call::Outcome;
use pipedream_sdk::connect::{Props, ReportsFailure as _};
use pipedream_sdk::types::{ConfigurePropOptionsItem, ConfigurePropResponse, PropOption};
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

/// Key of the action.
pub(crate) const ACTION: &str = "slack-send-message";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let setup = support::pipedream_or_fake(prepare).await?;
    let user = setup.pipedream.user("user-42");
    run(&user).await?;
    if let Some(fake) = &setup.fake {
        fake.action_fails(ACTION, "channel_not_found");
        run(&user).await?;
    }
    Ok(())
}

/// Adds an account and the result of the action to the fake.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "slack");
    fake.action_returns(ACTION, serde_json::json!({ "ok": true }));
}

pub(crate) async fn run(user: &Pipedream) -> Result<(), Error> {
    let mut accounts = user.accounts().list().app("slack").stream();
    let Some(account) = accounts.try_next().await? else {
        println!("the user has no account at Slack yet");
        return Ok(());
    };
    let props = Props::new().account("slack", &account.id);

    // The component requests the channels from Slack with the user's account.
    let channels = user.actions().configure_prop(ACTION, "channel");
    let channels = channels.configured_props(props.clone()).send().await?;
    let Some(channel) = channels.finished().and_then(first) else {
        println!("the workspace has no channels");
        return Ok(());
    };
    println!("sending to the channel {}", channel.label);

    let props = props.choice("channel", &channel).value("text", "Hello");
    match user
        .actions()
        .run(ACTION)
        .configured_props(props)
        .send()
        .await?
    {
        Outcome::Accepted => println!("accepted: the action runs in the background"),
        Outcome::Finished(run) => {
            // The response of a failed run has the status 200 too.
            match run.failure() {
                Some(failure) => println!("{failure}"),
                None => println!("the action returned {}", run.ret.unwrap_or_default()),
            }
        }
    }
    Ok(())
}

/// Returns the first option.
fn first(response: ConfigurePropResponse) -> Option<PropOption> {
    let mut options = response.options.flatten()?.0.into_iter();
    options.find_map(|option| match option {
        ConfigurePropOptionsItem::PropOption(option) => Some(option),
        ConfigurePropOptionsItem::PropOptionNested(option) => Some(option.lv),
        _ => None,
    })
}
