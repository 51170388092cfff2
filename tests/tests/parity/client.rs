//! The client of these tests, with short waits.

use std::time::Duration;

use pipedream_sdk::call::CallOptions;
use pipedream_sdk::types::ProjectEnvironment;
use pipedream_sdk::{Pipedream, PipedreamBuilder};
use tests::recorder::Recorder;

/// Creates a client with the settings of the clients that recorded the reference.
pub(crate) fn builder(recorder: &Recorder) -> PipedreamBuilder {
    Pipedream::builder()
        .client_id("cid")
        .client_secret("csecret")
        .project_id("proj_abc")
        .environment(ProjectEnvironment::Development)
        .base_url(recorder.base_url())
        .options(options())
}

/// Waits almost no time before a retry.
pub(crate) fn options() -> CallOptions {
    CallOptions::new().first_delay(Duration::from_millis(1))
}
