//! Runs an action with a user's account: asks what the user can choose for a prop, runs it with a choice, and tells a
//! run that failed from one that did what it should.
//!
//! `cargo run --example run_action` runs it at the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, at
//! Pipedream, where user-42 needs an account at Slack.

mod support;

use pipedream_sdk::call::Outcome;
use pipedream_sdk::connect::{Props, ReportsFailure as _};
use pipedream_sdk::types::{ConfigurePropOptionsItem, ConfigurePropResponse, PropOption};
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

/// The action that is run.
pub(crate) const ACTION: &str = "slack-send-message";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let place = support::pipedream_or_fake(prepare).await?;
    let user = place.pipedream.user("user-42");
    run(&user).await?;
    if let Some(fake) = &place.fake {
        fake.action_fails(ACTION, "channel_not_found");
        run(&user).await?;
    }
    Ok(())
}

/// What has happened at the fake before.
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

    // Which channels are there? The component asks Slack, with the user's account.
    let channels = user.actions().configure_prop(ACTION, "channel");
    let channels = channels.configured_props(props.clone()).send().await?;
    let Some(channel) = channels.finished().and_then(first) else {
        println!("there is no channel to choose");
        return Ok(());
    };
    println!("to the channel {}", channel.label);

    let props = props.choice("channel", &channel).value("text", "Hello");
    match user
        .actions()
        .run(ACTION)
        .configured_props(props)
        .send()
        .await?
    {
        Outcome::Accepted => println!("it goes on by itself; there is nothing to wait for"),
        Outcome::Finished(run) => {
            // A run that fails is answered with a 200 all the same.
            match run.failure() {
                Some(failure) => println!("{failure}"),
                None => println!("it ran and gave {}", run.ret.unwrap_or_default()),
            }
        }
    }
    Ok(())
}

/// The first of the choices.
fn first(answer: ConfigurePropResponse) -> Option<PropOption> {
    let mut options = answer.options.flatten()?.0.into_iter();
    options.find_map(|option| match option {
        ConfigurePropOptionsItem::PropOption(option) => Some(option),
        ConfigurePropOptionsItem::PropOptionNested(option) => Some(option.lv),
        _ => None,
    })
}
