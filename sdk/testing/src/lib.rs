//! A fake Pipedream Connect server for tests: stateful, and as strict about requests as the API description.
//!
//! [`FakePipedream::start`] listens on a free local port. Any number of fakes can run side by side; each stops when
//! it is dropped. Created objects are listed, deleted objects return 404, and a Connect token expires and connects
//! one account. A request that the API description does not allow is rejected; the reason is in the response and in
//! the recorded request.
//!
//! ```
//! # mod tokio { pub use ::tokio::*; pub use ::tokio::main as test; }
//! # fn main() { retries_after_the_rate_limit().unwrap(); }
//! use pipedream_sdk::Error;
//! use pipedream_sdk_testing::{FakePipedream, Fault};
//!
//! #[tokio::test]
//! async fn retries_after_the_rate_limit() -> Result<(), Error> {
//!     let fake = FakePipedream::start().await;
//!     fake.add_account("user-42", "slack");
//!     fake.on("listAccounts", Fault::throttled(0));
//!     let user = fake.client().user("user-42");
//!     let accounts = user.accounts().list().send().await?;
//!     assert_eq!(accounts.data.len(), 1);
//!     fake.assert_calls(["listAccounts", "listAccounts"]);
//!     Ok(())
//! }
//! ```
//!
//! [`client`](FakePipedream::client) returns a ready-made client, and
//! [`client_builder`](FakePipedream::client_builder) a builder for code that sets options. Pass
//! [`environment_variables`](FakePipedream::environment_variables) to code that reads its settings from the
//! environment, such as a child process. [`raw_client`](FakePipedream::raw_client) returns a low-level client.
//!
//! # Initial data
//! A fake starts with one project, [`FakePipedream::PROJECT_ID`], and a catalog of nine apps: `openai`, `slack`,
//! `github`, `google_sheets`, `notion`, `gitlab`, `stripe`, `rss` and `every_prop`. The one action of `every_prop`
//! has a prop of every type. The apps have actions and triggers such as `slack-send-message`,
//! `google_sheets-add-single-row`, `github-new-issue` and `rss-new-item-in-feed`. Add more with
//! [`add_app`](FakePipedream::add_app) and [`add_component`](FakePipedream::add_component).
//!
//! As in the service, the development environment accepts ten external users, and an external user ID has at most
//! 250 characters.
//!
//! # Connecting accounts
//! Your code creates a Connect token and sends the user to a page. [`connect`](FakePipedream::connect) acts as the
//! user on that page. It posts the event to the `webhook_uri` of the token, as connecting an account through the
//! API does.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # use pipedream_sdk_testing::FakePipedream;
//! let fake = FakePipedream::start().await;
//! # let client = fake.raw_client();
//! # let production = pipedream_sdk::types::ProjectEnvironment::Production;
//! # let project = FakePipedream::PROJECT_ID.into();
//! # let request = pipedream_sdk::types::CreateTokenOpts::new("user-42");
//! # let token = client.create_token(&project, production, &request).await?.into_value().token;
//! fake.connecting_fails("slack", "Access was denied.");
//! let failed = fake.connect(token.expose(), "slack").await;
//! assert_eq!(failed.error.as_deref(), Some("Access was denied."));
//!
//! fake.connecting_works("slack");
//! let connected = fake.connect(token.expose(), "slack").await;
//! assert!(connected.account_id.is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Other credentials
//! A Connect token identifies its project, so requests that carry one may omit the project from the path. With the
//! feature `private-key-jwt`, `register_public_key` lets the client authenticate with a private key.
//!
//! # Actions and proxied requests
//! By default, an action returns its configured props, and a proxied request returns the request that would be sent
//! to the app. Override this with [`action_returns`](FakePipedream::action_returns),
//! [`action_fails`](FakePipedream::action_fails) and [`upstream`](FakePipedream::upstream).
//! [`add_file`](FakePipedream::add_file) adds a file to the file stash.
//!
//! # Events and webhooks
//! [`emit`](FakePipedream::emit) makes a deployed trigger emit an event, which is then listed.
//! [`deliver`](FakePipedream::deliver) also posts the signed event to the webhooks of the trigger and returns the
//! status codes of your server.
//!
//! ```
//! # async fn example() {
//! # use pipedream_sdk_testing::FakePipedream;
//! # let fake = FakePipedream::start().await;
//! # let your_server = FakePipedream::start().await;
//! # let url = format!("{}/events", your_server.base_url());
//! let trigger = fake.deploy_trigger("user-42", "github-new-issue");
//! let (webhook, signing_key) = fake.add_trigger_webhook(&trigger, &url);
//! let deliveries = fake.deliver(&trigger, serde_json::json!({ "title": "It is broken" })).await;
//! assert_eq!(deliveries[0].webhook_id, Some(webhook));
//! assert!(deliveries[0].status.is_some());
//! # let _ = signing_key;
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example());
//! ```
//!
//! [`signature`] signs deliveries that you build yourself, such as expired or forged ones.
//!
//! # Faults
//! [`fail_next`](FakePipedream::fail_next), [`on`](FakePipedream::on) and
//! [`fail_at_random`](FakePipedream::fail_at_random) schedule a [`Fault`]: an error status with any body, a rate
//! limit, a delay, a redirect, a truncated or oversized body, or a connection that closes before, during or after
//! the response.
//!
//! ```
//! # use std::time::Duration;
//! # async fn example() {
//! # use pipedream_sdk_testing::{FakePipedream, Fault};
//! # let fake = FakePipedream::start().await;
//! // The next request takes effect, but its response is lost.
//! fake.fail_next(Fault::lost_response());
//! // Two runs of actions fail with a gateway error, after a second each.
//! let gateway = Fault::status(502).body("text/html", "<h1>Bad gateway</h1>");
//! fake.on("runAction", gateway.after(Duration::from_secs(1)).times(2));
//! // One in five of the other requests fails, and the same ones in every run of the test.
//! fake.fail_at_random(7, 5, [Fault::status(500), Fault::throttled(1), Fault::truncated(10)]);
//! // The next request for an access token is rejected. The other faults do not affect these requests.
//! fake.fail_access_token(Fault::oauth_error("invalid_client"));
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example());
//! ```
//!
//! # MCP
//! The fake serves the actions of an app as tools over the Model Context Protocol, at [`mcp_url`](FakePipedream::mcp_url).
//! It checks the headers that Pipedream's MCP server requires. With the feature `mcp`, clients of the fake have its
//! address. Faults are scheduled for `mcpInitialize`, `mcpListTools`, `mcpCallTool`, `mcpPing`, `mcpNotify`, `mcpRequest`
//! (other requests), `mcpListen` and `mcpEndSession`.
//!
//! In the mode `full-config`, the fake has one tool `begin_configuration_KEY` per action, whose call adds the tool `KEY`.
//! With app discovery and no app, it has the actions of all apps.
//!
//! # Time
//! [`advance`](FakePipedream::advance) moves the clock forward, for example past the expiry of tokens. In a test
//! with `#[tokio::test(start_paused = true)]` waits take no real time; compare [`RecordedRequest::received_at`] of
//! two requests to get the time between them.
//!
//! Paused time needs the feature `test-util` of tokio, and the fake on the single-threaded runtime of the test, which
//! is the default of `#[tokio::test]`. The clock then jumps to the next timer whenever no task can continue. Anything
//! that tokio cannot see, such as a server in another thread or process, therefore looks like a timeout: start such
//! servers on the same runtime, or do not pause the clock.
//!
//! # Recorded requests
//! [`requests`](FakePipedream::requests) returns every received request, [`calls`](FakePipedream::calls) every
//! request except those for access tokens. Path, query and headers are decoded; the body is available as bytes, as
//! JSON or [as a type](RecordedRequest::body_as). [`assert_calls`](FakePipedream::assert_calls) and
//! [`assert_none_rejected`](FakePipedream::assert_none_rejected) panic with a list of the requests, secrets
//! redacted.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

#[cfg(feature = "private-key-jwt")]
mod assertion;
mod check;
mod clock;
mod connecting;
mod delivery;
mod document;
#[cfg(feature = "dynamiq")]
mod dynamiq;
mod fake;
mod fault;
mod handlers;
mod ids;
mod mcp;
mod page;
mod record;
mod response;
mod route;
mod schema;
mod seed;
mod server;
mod state;
mod traffic;
mod wire;

pub use connecting::Connection;
pub use delivery::{Delivery, signature};
#[cfg(feature = "dynamiq")]
pub use dynamiq::FakeDynamiq;
pub use fake::FakePipedream;
pub use fault::Fault;
pub use record::RecordedRequest;
pub use response::FakeResponse;

#[cfg(test)]
mod tests;

/// Compiles the program in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
