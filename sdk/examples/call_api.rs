//! Sends a request to the API of an app with a user's account. Pipedream adds the credentials of the account.
//!
//! `cargo run --example call_api` runs it against the fake; with `PIPEDREAM_CLIENT_ID` and the other variables set,
//! against Pipedream, where user-42 needs an account at GitHub.

mod support;

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::{FakePipedream, FakeResponse};
use serde::Deserialize;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let setup = support::pipedream_or_fake(prepare).await?;
    call(&setup.pipedream.user("user-42")).await
}

/// Adds an account and responses of GitHub to the fake.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "github");
    let repositories = json!([{ "full_name": "octo/hello", "open_issues_count": 3 }]);
    fake.upstream(
        "https://api.github.com/user/repos",
        FakeResponse::new(200).json(repositories),
    );
    let missing = FakeResponse::new(404).json(json!({ "message": "Not Found" }));
    fake.upstream("https://api.github.com/repos/", missing);
}

/// The used properties of a repository.
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
    let response = request.send().await?.error_for_status().await?;
    for repository in response.json::<Vec<Repository>>().await? {
        println!(
            "{} has {} open issue(s)",
            repository.full_name, repository.open_issues_count
        );
    }

    // An error status of GitHub is not an error of the call. `error_for_status` converts it into one.
    let response = github
        .get("https://api.github.com/repos/octo/no-such-repository")
        .send()
        .await?;
    println!("GitHub returned {}", response.status());
    Ok(())
}
