//! Tests of the resources against the fake: requests, pagination and values of handles.

mod connect_token;
mod handles;
mod pages;
mod requests;

use pipedream_sdk_generated::pipedream::resources::Resources;
use pipedream_sdk_generated::pipedream::{Client, Variables, types::ProjectEnvironment};
use tests::consumer::{PROJECT, USER};

/// Returns all resources for the user of the tests, in production.
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
