//! Verification and types of webhook deliveries: events of deployed triggers, and results of connecting accounts.
//!
//! Each webhook of a trigger has its own signing key, which the response of the deployment contains
//! (`webhook_signing_key`). A receiver reads the claimed sender from the headers, looks up its key, and verifies
//! the signature:
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
//!     // The headers are not verified yet: use them only to look up the key.
//!     let keys = keys_of(peek(headers).emitter_id().unwrap_or_default());
//!     let event = Verifier::new(keys).verify(headers, body)?;
//!     println!("{} from {:?}", event.value()?, event.emitter_id());
//!     Ok(())
//! }
//! ```
//!
//! - Pass the raw bytes of the body. JSON that was parsed and serialized again has another signature.
//! - While a key is being rotated, pass both keys. A delivery signed with either is accepted.
//! - Do not rely on redelivery: respond with a status of the 200s at once, and process the event afterwards.
//! - The webhook of a project environment receives the events of triggers without webhooks, signed with its own
//!   key.
//! - The `webhook_uri` of a Connect token receives [`ConnectionEvent`]s.

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
