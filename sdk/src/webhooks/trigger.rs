//! Events of deployed triggers, and the sender that their headers claim.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::WebhookError;

/// Reads the sender of a delivery from its headers, to look up the signing key.
///
/// The headers are not verified. The sender is only authentic after [`Verifier::verify`](super::Verifier::verify)
/// has accepted a key that belongs to exactly this sender.
pub fn peek(headers: &HeaderMap) -> Sender<'_> {
    let header = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?.trim();
        (!value.is_empty()).then_some(value)
    };
    Sender {
        emitter_id: header("x-pd-emitter-id"),
        external_user_id: header("x-pd-external-user-id"),
    }
}

/// Sender of a delivery, as its headers claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender<'a> {
    emitter_id: Option<&'a str>,
    external_user_id: Option<&'a str>,
}

impl<'a> Sender<'a> {
    /// Returns the id of the deployed trigger.
    pub fn emitter_id(&self) -> Option<&'a str> {
        self.emitter_id
    }

    /// Returns your id of the user for whom the trigger runs.
    pub fn external_user_id(&self) -> Option<&'a str> {
        self.external_user_id
    }
}

/// A verified event of a deployed trigger. The trigger defines its structure.
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

    /// Returns the id of the deployed trigger, from the headers.
    ///
    /// The signature does not cover the headers. The id is authentic only if the key was selected by it.
    pub fn emitter_id(&self) -> Option<&str> {
        self.emitter_id.as_deref()
    }

    /// Returns your id of the user for whom the trigger runs, from the headers.
    ///
    /// The signature does not cover the headers. If authenticity matters, use the user you deployed the trigger
    /// for.
    pub fn external_user_id(&self) -> Option<&str> {
        self.external_user_id.as_deref()
    }

    /// Returns the time of the delivery in Unix seconds. The signature covers it.
    pub fn sent_at(&self) -> i64 {
        self.sent_at
    }

    /// Returns the raw event.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Parses the event as JSON.
    pub fn value(&self) -> Result<Value, WebhookError> {
        self.json()
    }

    /// Parses the event as JSON of type `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, WebhookError> {
        serde_json::from_slice(&self.body).map_err(|error| WebhookError::body(&error))
    }
}

/// Writes only the size of the event, because it may contain user data.
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
