//! Deliveries that Pipedream makes to a server of yours: events of deployed triggers, and what became of connections.
//!
//! Each webhook of a trigger has a signing key of its own; the answer to the deployment has it
//! (`webhook_signing_key`). A receiver looks at the headers to see whose delivery it says it is, takes the key for that,
//! and verifies:
//!
//! ```
//! use http::HeaderMap;
//! use pipedream_sdk::credentials::SecretString;
//! use pipedream_sdk::webhooks::{Verifier, WebhookError, peek};
//!
//! fn receive(
//!     headers: &HeaderMap,
//!     body: &[u8],
//!     keys_of: impl Fn(&str) -> Vec<SecretString>,
//! ) -> Result<(), WebhookError> {
//!     // What the headers say is not certain yet: good for finding a key, and for nothing else.
//!     let keys = keys_of(peek(headers).emitter_id().unwrap_or_default());
//!     let event = Verifier::new(keys).verify(headers, body)?;
//!     println!("{} from {:?}", event.value()?, event.emitter_id());
//!     Ok(())
//! }
//! ```
//!
//! - `body` has to be the bytes as they came. JSON that was parsed and printed again has another signature.
//! - While a key is being replaced, give both: a delivery signed with either is accepted.
//! - Do not count on a second delivery: answer with a status of the 200s at once, and do the work afterwards.
//! - The webhook of a project's environment gets the events of triggers that have none of their own, signed with its key.
//! - [`ConnectionEvent`] is what the `webhook_uri` of a Connect token is told.

mod connection;
mod error;
mod signature;
mod trigger;

pub use connection::{ConnectionEvent, ConnectionOutcome};
pub use error::WebhookError;
pub use signature::{SIGNATURE_HEADER, Verifier};
pub use trigger::{Sender, TriggerEvent, peek};

#[cfg(test)]
mod tests;
