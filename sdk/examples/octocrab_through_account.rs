//! Reads issues of a GitHub repository with `octocrab`, through a user's account. Pipedream adds the credentials.
//!
//! `cargo run --features tower --example octocrab_through_account` runs it against the fake; with
//! `PIPEDREAM_CLIENT_ID` and the other variables set, against Pipedream, where user-42 needs an account at GitHub.

mod support;

use std::error::Error;
use std::sync::Arc;

use http::header::{ACCEPT, HeaderValue, USER_AGENT};
use http::{HeaderName, Uri};
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use pipedream_sdk::Pipedream;
use pipedream_sdk::connect::AccountProxy;
use pipedream_sdk_testing::{FakePipedream, FakeResponse};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setup = support::pipedream_or_fake(prepare).await?;
    print_issues(&setup.pipedream.user("user-42")).await
}

/// Adds an account and responses of GitHub to the fake.
pub(crate) fn prepare(fake: &FakePipedream) {
    fake.add_account("user-42", "github");
    let missing = json!({
        "message": "Not Found",
        "documentation_url": "https://docs.github.com/rest/issues/issues#list-repository-issues",
    });
    let missing = FakeResponse::new(404).json(missing);
    fake.upstream("https://api.github.com/repos/", missing);
    let issues = FakeResponse::new(200).json(json!([issue(7, "It is broken")]));
    fake.upstream("https://api.github.com/repos/octo/hello/issues", issues);
}

/// Returns an issue with the properties that GitHub always sends.
fn issue(number: u64, title: &str) -> Value {
    let url = format!("https://api.github.com/repos/octo/hello/issues/{number}");
    let user = "https://api.github.com/users/octo";
    json!({
        "id": number, "node_id": "I_1", "number": number, "title": title, "state": "open", "locked": false,
        "url": url, "labels_url": url, "comments_url": url, "events_url": url, "html_url": url,
        "repository_url": "https://api.github.com/repos/octo/hello",
        "labels": [], "assignees": [], "comments": 0,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "user": {
            "login": "octo", "id": 1, "node_id": "U_1", "gravatar_id": "", "type": "User", "site_admin": false,
            "url": user, "avatar_url": user, "html_url": user, "followers_url": user, "following_url": user,
            "gists_url": user, "starred_url": user, "subscriptions_url": user, "organizations_url": user,
            "repos_url": user, "events_url": user, "received_events_url": user,
        },
    })
}

/// Creates a client of GitHub whose requests are sent with the user's account.
///
/// GitHub requires a user agent. Credentials are not set here, because Pipedream adds those of the account.
pub(crate) fn octocrab(account: AccountProxy) -> Octocrab {
    let headers: Vec<(HeaderName, HeaderValue)> = vec![
        (USER_AGENT, HeaderValue::from_static("my-product")),
        (
            ACCEPT,
            HeaderValue::from_static("application/vnd.github+json"),
        ),
    ];
    let github = OctocrabBuilder::new_empty()
        .with_service(account)
        .with_layer(&BaseUriLayer::new(Uri::from_static(
            "https://api.github.com",
        )))
        .with_layer(&ExtraHeadersLayer::new(Arc::new(headers)))
        .with_auth(AuthState::None)
        .build();
    match github {
        Ok(github) => github,
        Err(never) => match never {},
    }
}

pub(crate) async fn print_issues(user: &Pipedream) -> Result<(), Box<dyn Error>> {
    let mut accounts = user.accounts().list().app("github").stream();
    let Some(account) = accounts.try_next().await? else {
        println!("the user has no account at GitHub yet");
        return Ok(());
    };
    let github = octocrab(user.proxy_as(&account.id));

    for issue in github.issues("octo", "hello").list().send().await? {
        println!("#{}: {}", issue.number, issue.title);
    }

    // Errors of GitHub are octocrab's own.
    match github.issues("octo", "gone").list().send().await {
        Err(octocrab::Error::GitHub { source, .. }) => {
            println!("GitHub returned {}: {}", source.status_code, source.message);
        }
        other => println!("{} issue(s)", other?.items.len()),
    }
    Ok(())
}
