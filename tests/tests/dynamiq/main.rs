//! Tests of Dynamiq: two hosts with separate credentials, and workflows over Dynamiq and Pipedream.

mod failing;
mod flows;
mod hosts;
mod secrets;
mod wire;

use pipedream_sdk::Pipedream;
use pipedream_sdk::dynamiq::{App, User};
use pipedream_sdk_testing::{FakeDynamiq, FakePipedream};

/// External user of the tests.
const USER: &str = "user-42";

/// Returns the private App of a fake, without retries.
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

/// Returns a separate Pipedream project.
fn pipedream(fake: &FakePipedream) -> Pipedream {
    Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .max_retries(0)
        .build()
        .unwrap()
}
