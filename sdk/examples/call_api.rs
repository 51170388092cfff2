//! Makes a request to an app's own API as a user: Pipedream puts the credentials of their account in.
//!
//! `cargo run --example call_api` runs it at the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set, at
//! Pipedream, where user-42 needs an account at GitHub.

mod support;

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::{FakePipedream, FakeResponse};
use serde::Deserialize;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let place = support::pipedream_or_fake(prepare).await?;
    call(&place.pipedream.user("user-42")).await
}

/// What has happened at the fake before: it answers for GitHub.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "github");
    let found = json!([{ "full_name": "octo/hello", "open_issues_count": 3 }]);
    fake.upstream(
        "https://api.github.com/user/repos",
        FakeResponse::new(200).json(found),
    );
    let missing = FakeResponse::new(404).json(json!({ "message": "Not Found" }));
    fake.upstream("https://api.github.com/repos/", missing);
}

/// Of a repository, what is of interest here.
#[derive(Deserialize)]
struct Repository {
    full_name: String,
    open_issues_count: u64,
}

pub(crate) async fn call(user: &Pipedream) -> Result<(), Error> {
    let mut accounts = user.accounts().list().app("github").stream();
    let Some(account) = accounts.try_next().await? else {
        println!("the user has no account at GitHub yet");
        return Ok(());
    };
    let github = user.proxy_as(&account.id);

    let request = github
        .get("https://api.github.com/user/repos")
        .query("sort", "updated")
        .header("accept", "application/vnd.github+json");
    let answer = request.send().await?.error_for_status().await?;
    for it in answer.json::<Vec<Repository>>().await? {
        println!(
            "{} has {} open issue(s)",
            it.full_name, it.open_issues_count
        );
    }

    // A status is what GitHub says, and no error by itself; `error_for_status` makes it one.
    let answer = github
        .get("https://api.github.com/repos/octo/no-such-repository")
        .send()
        .await?;
    println!("GitHub says {}", answer.status());
    Ok(())
}
