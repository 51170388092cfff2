//! What the examples share: where they run. With credentials in the environment that is at Pipedream, otherwise at a
//! fake that is started for them.

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

/// A client, and the fake that it is a client of, if it is: it stops when it is dropped.
pub(crate) struct Place {
    pub(crate) pipedream: Pipedream,
    // Some examples only have it running.
    #[allow(dead_code)]
    pub(crate) fake: Option<FakePipedream>,
}

/// Pipedream itself, or a fake to which `before` has happened.
pub(crate) async fn pipedream_or_fake(before: impl FnOnce(&FakePipedream)) -> Result<Place, Error> {
    let credentials = ["PIPEDREAM_CLIENT_ID", "PIPEDREAM_ACCESS_TOKEN"];
    if credentials
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        let pipedream = Pipedream::from_env()?;
        println!("at Pipedream, in {}", pipedream.current_environment());
        return Ok(Place {
            pipedream,
            fake: None,
        });
    }
    println!("at the fake: no credentials are set");
    let fake = FakePipedream::start().await;
    before(&fake);
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .build()?;
    Ok(Place {
        pipedream,
        fake: Some(fake),
    })
}
