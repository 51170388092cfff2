//! Deliveries to webhooks: events of deployed triggers, signed as the service signs them.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::FakePipedream;

/// What became of one delivery.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the webhook.
    pub webhook_id: String,
    /// Where it went.
    pub url: String,
    /// The status that the receiver answered; nothing where it did not answer.
    pub status: Option<u16>,
}

/// What a delivery needs of the state, taken out of it so that nothing is locked while it is on its way.
struct Parcel {
    webhook_id: String,
    url: String,
    key: String,
    user: String,
    at: i64,
}

impl FakePipedream {
    /// Lets a deployed trigger emit an event, and posts it to each webhook of the trigger: the event itself is the body,
    /// and the header `x-pd-signature` is [`signature`]'s. One attempt each, as with the service. A paused trigger
    /// delivers nothing.
    ///
    /// # Panics
    /// Where there is no such trigger, or the event is no JSON object.
    pub async fn deliver(&self, trigger_id: &str, event: impl Into<Value>) -> Vec<Delivery> {
        let event = event.into();
        if !self.emit(trigger_id, event.clone()) {
            return Vec::new();
        }
        let body = event.to_string();
        let http = reqwest::Client::new();
        let mut deliveries = Vec::new();
        for parcel in self.parcels(trigger_id) {
            let request = http
                .post(&parcel.url)
                .header("content-type", "application/json")
                .header(
                    "x-pd-signature",
                    signature(&parcel.key, parcel.at, body.as_bytes()),
                )
                .header("x-pd-emitter-id", trigger_id)
                .header("x-pd-external-user-id", &parcel.user)
                .body(body.clone());
            let answer = request.send().await.ok();
            deliveries.push(Delivery {
                webhook_id: parcel.webhook_id,
                url: parcel.url,
                status: answer.map(|it| it.status().as_u16()),
            });
        }
        deliveries
    }

    fn parcels(&self, trigger_id: &str) -> Vec<Parcel> {
        let state = self.state();
        let at = state.now.timestamp();
        let triggers = state.spaces.values().flat_map(|it| &it.triggers);
        triggers
            .filter(|trigger| trigger.id == trigger_id)
            .flat_map(|trigger| {
                trigger
                    .webhooks
                    .iter()
                    .map(move |webhook| (trigger, webhook))
            })
            .map(|(trigger, webhook)| Parcel {
                webhook_id: webhook.id.clone(),
                url: webhook.url.clone(),
                key: webhook.signing_key.clone(),
                user: trigger.user.clone(),
                at,
            })
            .collect()
    }
}

/// The value of `x-pd-signature` for a body that is sent at this time (Unix seconds), signed with this key.
///
/// For deliveries of your own making: stale, forged, or of a body that is no JSON.
pub fn signature(signing_key: &str, at: i64, body: &[u8]) -> String {
    let mut text = format!("t={at},v1=");
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(signing_key.as_bytes()) {
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_covers_time_and_body() {
        // Computed with another implementation.
        let expected =
            "t=1700000000,v1=f362a8a8618b4e90aaa6e2c3e3db13524b4eb1f35d6b54deb0ad7bb4fadb46f5";
        assert_eq!(
            signature("whsec_key", 1_700_000_000, br#"{"a":1}"#),
            expected
        );
        assert_ne!(
            signature("whsec_key", 1_700_000_001, br#"{"a":1}"#),
            expected
        );
        assert_ne!(
            signature("whsec_key", 1_700_000_000, br#"{"a":2}"#),
            expected
        );
        assert_ne!(signature("other", 1_700_000_000, br#"{"a":1}"#), expected);
    }
}
