//! A fake Pipedream Connect for your own tests: stateful, and as strict about requests as the API description.
//!
//! [`FakePipedream::start`] listens on a free port of this machine; any number of fakes can run side by side, and each
//! stops when it is dropped. What is created is listed, what is deleted is gone, a Connect token connects once and
//! expires. A request that the API description does not allow is refused with the reason in the answer and in the
//! record of requests.
//!
//! ```
//! # mod tokio { pub use ::tokio::*; pub use ::tokio::main as test; }
//! # fn main() { a_full_rate_limit_is_waited_for().unwrap(); }
//! use pipedream_sdk::{Error, Pipedream};
//! use pipedream_sdk_testing::{FakePipedream, Fault};
//!
//! #[tokio::test]
//! async fn a_full_rate_limit_is_waited_for() -> Result<(), Error> {
//!     let fake = FakePipedream::start().await;
//!     fake.add_account("user-42", "slack");
//!     fake.on("listAccounts", Fault::throttled(0));
//!     let pipedream = Pipedream::builder().base_url(fake.base_url()).access_token(fake.access_token());
//!     let user = pipedream.project_id(FakePipedream::PROJECT_ID).build()?.user("user-42");
//!     let accounts = user.accounts().list().send().await?;
//!     assert_eq!(accounts.data.len(), 1);
//!     fake.assert_calls(["listAccounts", "listAccounts"]);
//!     Ok(())
//! }
//! ```
//!
//! Credentials work as well: [`FakePipedream::CLIENT_ID`] and [`CLIENT_SECRET`](FakePipedream::CLIENT_SECRET), or the
//! environment variables in [`FakePipedream::environment`] for a program of its own. [`FakePipedream::client`] is a
//! low-level client at once.
//!
//! # What a fake knows from the start
//! One project, [`FakePipedream::PROJECT_ID`]; a catalogue of nine apps (`openai`, `slack`, `github`, `google_sheets`,
//! `notion`, `gitlab`, `stripe`, `rss`, and `every_prop`, whose one action has a prop of every type) with actions and
//! triggers such as `slack-send-message`, `google_sheets-add-single-row`, `github-new-issue` and
//! `rss-new-item-in-feed`. More can be added: [`add_app`](FakePipedream::add_app),
//! [`add_component`](FakePipedream::add_component).
//!
//! As in the service, the development environment takes ten external users, and an external user's id has at most 250
//! characters.
//!
//! # Users who connect accounts
//! Your code makes a Connect token and sends the user to a page; [`connect`](FakePipedream::connect) is the user there.
//! The `webhook_uri` of the token is told, as it is when an account is connected by the API.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # use pipedream_sdk_testing::FakePipedream;
//! let fake = FakePipedream::start().await;
//! # let client = fake.client();
//! # let production = pipedream_sdk::types::ProjectEnvironment::Production;
//! # let project = FakePipedream::PROJECT_ID.into();
//! # let request = serde_json::from_value(serde_json::json!({ "external_user_id": "user-42" }))?;
//! # let token = client.create_token(&project, production, &request).await?.into_value().token;
//! fake.connecting_fails("slack", "Access was denied.");
//! let refused = fake.connect(token.expose(), "slack").await;
//! assert_eq!(refused.error.as_deref(), Some("Access was denied."));
//!
//! fake.connecting_works("slack");
//! let connected = fake.connect(token.expose(), "slack").await;
//! assert!(connected.account_id.is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Other credentials than the client's secret
//! A Connect token says its project: with one, paths are taken without the project as well. With the feature
//! `private-key-jwt`, `register_public_key` lets the client prove who it is by a private key.
//!
//! # Actions, and requests through an account
//! An action gives back what it was configured with, a request through the proxy what would have been sent to the app;
//! [`action_returns`](FakePipedream::action_returns), [`action_fails`](FakePipedream::action_fails) and
//! [`upstream`](FakePipedream::upstream) say otherwise. [`add_file`](FakePipedream::add_file) puts a file into the stash.
//!
//! # Events that come to you
//! [`emit`](FakePipedream::emit) lets a deployed trigger emit an event, which is then listed;
//! [`deliver`](FakePipedream::deliver) also posts it, signed, to the trigger's webhooks, and tells what your server
//! answered.
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
//! [`signature`] signs deliveries of your own making: stale ones, forged ones.
//!
//! # Things that go wrong
//! [`fail_next`](FakePipedream::fail_next), [`on`](FakePipedream::on) and
//! [`fail_at_random`](FakePipedream::fail_at_random) order a [`Fault`]: a status with any body, a full rate limit, a
//! delay, a connection that is cut before, within or after the answer, a truncated or oversized body, a redirect.
//!
//! ```
//! # use std::time::Duration;
//! # async fn example() {
//! # use pipedream_sdk_testing::{FakePipedream, Fault};
//! # let fake = FakePipedream::start().await;
//! // The next request is carried out, and its answer is lost.
//! fake.fail_next(Fault::lost_answer());
//! // Two runs of actions fail behind a gateway, after a second each.
//! let gateway = Fault::status(502).body("text/html", "<h1>Bad gateway</h1>");
//! fake.on("runAction", gateway.after(Duration::from_secs(1)).times(2));
//! // One request in five of the others fails: the same ones in every run of the test.
//! fake.fail_at_random(7, 5, [Fault::status(500), Fault::throttled(1), Fault::truncated(10)]);
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example());
//! ```
//!
//! # Time
//! [`advance`](FakePipedream::advance) puts the clock forward, past the expiry of tokens. In a test with
//! `#[tokio::test(start_paused = true)]` no wait takes any time, and [`RecordedRequest::at`] tells how long it would have been.
//!
//! # What was sent
//! [`requests`](FakePipedream::requests) is the record of everything that came, [`calls`](FakePipedream::calls) of
//! everything but the requests for access tokens: path, query and headers decoded, the body as bytes, as JSON or
//! [as a type](RecordedRequest::body_as). [`assert_calls`](FakePipedream::assert_calls) and
//! [`assert_none_refused`](FakePipedream::assert_none_refused) fail with a list of what came, without its secrets.

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

/// The program in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
