//! Events of deployed triggers, and whose they say they are.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::WebhookError;

/// Whose delivery the headers say it is. Anyone can write headers: this is for finding the key, and certain only after
/// [`Verifier::verify`](super::Verifier::verify) has accepted a signature with a key that belongs to exactly this
/// sender.
pub fn peek(headers: &HeaderMap) -> Sender<'_> {
    let text = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty()).then_some(value)
    };
    Sender {
        emitter_id: text("x-pd-emitter-id"),
        external_user_id: text("x-pd-external-user-id"),
    }
}

/// Whose delivery the headers say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender<'a> {
    emitter_id: Option<&'a str>,
    external_user_id: Option<&'a str>,
}

impl<'a> Sender<'a> {
    /// The deployed trigger.
    pub fn emitter_id(&self) -> Option<&'a str> {
        self.emitter_id
    }

    /// The user for whom the trigger runs, by your own id for them.
    pub fn external_user_id(&self) -> Option<&'a str> {
        self.external_user_id
    }
}

/// A verified event of a deployed trigger. What it looks like is up to the trigger; nothing is wrapped around it.
#[derive(Clone, PartialEq, Eq)]
pub struct TriggerEvent {
    emitter_id: Option<String>,
    external_user_id: Option<String>,
    sent_at: i64,
    body: Bytes,
}

impl TriggerEvent {
    pub(super) fn new(sender: Sender<'_>, sent_at: i64, body: &[u8]) -> Self {
        Self {
            emitter_id: sender.emitter_id.map(str::to_owned),
            external_user_id: sender.external_user_id.map(str::to_owned),
            sent_at,
            body: Bytes::copy_from_slice(body),
        }
    }

    /// The deployed trigger, by the headers. The signature covers the body and not the headers, so this is as certain
    /// as the choice of the key by it.
    pub fn emitter_id(&self) -> Option<&str> {
        self.emitter_id.as_deref()
    }

    /// The user for whom the trigger runs, by the headers, which the signature does not cover. Where it matters, take
    /// the user that you deployed the trigger for.
    pub fn external_user_id(&self) -> Option<&str> {
        self.external_user_id.as_deref()
    }

    /// When it was sent, in Unix seconds. The signature covers this.
    pub fn sent_at(&self) -> i64 {
        self.sent_at
    }

    /// The event as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The event as JSON.
    pub fn value(&self) -> Result<Value, WebhookError> {
        self.json()
    }

    /// The event as a type of yours.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, WebhookError> {
        serde_json::from_slice(&self.body).map_err(|error| WebhookError::body(&error))
    }
}

/// Shows no more than the size of the event, which is your user's.
impl fmt::Debug for TriggerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TriggerEvent")
            .field("emitter_id", &self.emitter_id)
            .field("external_user_id", &self.external_user_id)
            .field("sent_at", &self.sent_at)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
