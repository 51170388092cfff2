//! The resources as a user calls them, against the fake: what each call sends, how lists are walked, what handles fill
//! in.

mod connect_token;
mod handles;
mod pages;
mod requests;

use pipedream_sdk_generated::pipedream::resources::Resources;
use pipedream_sdk_generated::pipedream::{Client, Variables, types::ProjectEnvironment};
use tests::consumer::{PROJECT, USER};

/// All groups for the user of the tests, in production.
fn resources(client: &Client) -> Resources {
    Resources::new(client.clone(), variables())
}

fn variables() -> Variables {
    let mut variables = Variables::default();
    variables.project_id = Some(PROJECT.into());
    variables.environment = Some(ProjectEnvironment::Production);
    variables.external_user_id = Some(USER.to_owned());
    variables
}
