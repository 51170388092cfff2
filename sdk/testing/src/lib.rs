//! A fake Pipedream Connect for your own tests: stateful, and as strict about requests as the API description.
//!
//! [`FakePipedream::start`] listens on a free port of this machine; any number of fakes can run side by side, and each
//! stops when it is dropped. What is created is listed, what is deleted is gone, a Connect token connects once and
//! expires. A request that the API description does not allow is refused with the reason in the answer and in the
//! record of requests.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use pipedream_sdk_testing::{Fault, FakePipedream};
//!
//! let fake = FakePipedream::start().await;
//! fake.on("retrieveApp", Fault::status(429).header("retry-after", "0"));
//!
//! // In a test of yours, the code under test is given `fake.base_url()`.
//! let app = fake.client().retrieve_app("slack").await?;
//!
//! assert_eq!(app.value().data.name, "Slack");
//! fake.assert_calls(["retrieveApp", "retrieveApp"]);
//! assert_eq!(fake.requests()[0].status(), Some(429));
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! An SDK client of your own is pointed at it with `.base_url(fake.base_url())`, [`FakePipedream::CLIENT_ID`],
//! [`CLIENT_SECRET`](FakePipedream::CLIENT_SECRET) and [`PROJECT_ID`](FakePipedream::PROJECT_ID), or by the environment
//! variables in [`FakePipedream::environment`].
//!
//! # What a fake knows from the start
//! One project, [`FakePipedream::PROJECT_ID`]; a catalogue of nine apps (`openai`, `slack`, `github`, `google_sheets`,
//! `notion`, `gitlab`, `stripe`, `rss`, and `every_prop`, whose one action has a prop of every type) with actions and
//! triggers such as `slack-send-message`, `google_sheets-add-single-row`, `github-new-issue` and
//! `rss-new-item-in-feed`. More can be added: [`add_app`](FakePipedream::add_app),
//! [`add_component`](FakePipedream::add_component).
//!
//! # What comes back to you
//! [`emit`](FakePipedream::emit) lets a deployed trigger emit an event, which is then listed;
//! [`deliver`](FakePipedream::deliver) also posts it, signed, to the trigger's webhooks.
//!
//! # Things that go wrong
//! [`fail_next`](FakePipedream::fail_next), [`on`](FakePipedream::on) and
//! [`fail_at_random`](FakePipedream::fail_at_random) order a [`Fault`]: a status with any body, a delay, a cut
//! connection, a truncated body, a redirect. [`advance`](FakePipedream::advance) puts the clock forward, past the
//! expiry of tokens.

#![deny(missing_docs)]

mod answer;
mod check;
mod clock;
mod delivery;
mod document;
mod fake;
mod fault;
mod handlers;
mod ids;
mod page;
mod record;
mod route;
mod schema;
mod seed;
mod server;
mod state;
mod wire;

pub use answer::Answer;
pub use delivery::{Delivery, signature};
pub use fake::FakePipedream;
pub use fault::Fault;
pub use record::Received;

#[cfg(test)]
mod tests;
