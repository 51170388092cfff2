//! Setup of the examples: a client of Pipedream if credentials are set in the environment, otherwise of a local
//! fake.

use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::FakePipedream;

/// A client, and the fake that it calls, if any. Dropping the fake stops it.
pub(crate) struct Setup {
    pub(crate) pipedream: Pipedream,
    // Some examples do not use it.
    #[allow(dead_code)]
    pub(crate) fake: Option<FakePipedream>,
}

/// Creates a client of Pipedream, or of a fake that `prepare` has set up, and prints which.
#[allow(dead_code)]
pub(crate) async fn pipedream_or_fake(
    prepare: impl FnOnce(&FakePipedream),
) -> Result<Setup, Error> {
    let setup = pipedream_or_fake_silently(prepare).await?;
    match setup.fake {
        Some(_) => println!("using the fake: no credentials are set"),
        None => println!(
            "using Pipedream, environment {}",
            setup.pipedream.current_environment()
        ),
    }
    Ok(setup)
}

/// Creates a client of Pipedream, or of a fake that `prepare` has set up.
pub(crate) async fn pipedream_or_fake_silently(
    prepare: impl FnOnce(&FakePipedream),
) -> Result<Setup, Error> {
    let credentials = ["PIPEDREAM_CLIENT_ID", "PIPEDREAM_ACCESS_TOKEN"];
    if credentials
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        return Ok(Setup {
            pipedream: Pipedream::from_env()?,
            fake: None,
        });
    }
    let fake = FakePipedream::start().await;
    prepare(&fake);
    let pipedream = fake.client();
    Ok(Setup {
        pipedream,
        fake: Some(fake),
    })
}
