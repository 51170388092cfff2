//! Dynamiq as a consumer has it: two hosts, each with its own credential, and workflows over Dynamiq and Pipedream both.

mod failing;
mod flows;
mod hosts;
mod secrets;
mod wire;

use pipedream_sdk::Pipedream;
use pipedream_sdk::dynamiq::{App, User};
use pipedream_sdk_testing::{FakeDynamiq, FakePipedream};

/// The user that the tests work for.
const USER: &str = "user-42";

/// The private App of a fake, which repeats nothing by itself.
fn app(fake: &FakeDynamiq) -> App {
    App::with_access_key(fake.app_url(), FakeDynamiq::ACCESS_KEY)
        .management_url(fake.management_url())
        .max_retries(0)
        .build()
        .unwrap()
}

fn user(fake: &FakeDynamiq) -> User {
    app(fake).user(USER)
}

/// A project of one's own at Pipedream.
fn pipedream(fake: &FakePipedream) -> Pipedream {
    Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .max_retries(0)
        .build()
        .unwrap()
}
