//! A client of a fake Pipedream with a known credential.

use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_runtime::{CallOptions, FixedSecret, Transport};
use pipedream_sdk_testing::FakePipedream;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sent::SentRequest;

/// External user of the tests.
pub const USER: &str = "user-42";
/// Project of the tests.
pub const PROJECT: &str = FakePipedream::PROJECT_ID;

/// A fake and a client of it without retries.
#[derive(Debug)]
pub struct Consumer {
    pub fake: FakePipedream,
    pub client: Client,
    access_token: String,
}

impl Consumer {
    /// Starts a fake and creates a client with an access token of the workspace.
    pub async fn start() -> Self {
        let fake = FakePipedream::start().await;
        let access_token = fake.access_token();
        let credential = FixedSecret::new(["OAuth2"], access_token.clone());
        Self {
            client: client(
                fake.base_url(),
                CallOptions::new().max_retries(0).credentials(credential),
            ),
            fake,
            access_token,
        }
    }

    /// Access token of the client.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// Asserts that exactly these requests were sent, in this order.
    #[track_caller]
    pub fn assert_sent(&self, expected: impl IntoIterator<Item = SentRequest>) {
        let expected: Vec<SentRequest> = expected.into_iter().collect();
        let sent: Vec<SentRequest> = self
            .fake
            .calls()
            .iter()
            .map(|request| SentRequest::from_recorded(request, &self.access_token))
            .collect();
        assert_eq!(sent, expected);
    }
}

/// Creates a client with these options.
pub fn client(base_url: &str, options: CallOptions) -> Client {
    let transport = Transport::builder(base_url).options(options).build();
    Client::new(transport.expect("a loopback address makes a transport"))
}

/// Converts JSON to a generated type.
#[track_caller]
pub fn typed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the JSON fits the type")
}
