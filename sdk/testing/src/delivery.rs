//! Deliveries to webhooks: events of deployed triggers, signed as the service signs them, and the post office that
//! everything goes through.

use std::fmt::Write as _;
use std::sync::Mutex;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::FakePipedream;
use crate::state::Webhook;
use crate::traffic::locked;

/// What became of one delivery.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the webhook; nothing for the `webhook_uri` of a Connect token, which has none.
    pub webhook_id: Option<String>,
    /// Where it went.
    pub url: String,
    /// The status that the receiver answered; nothing where it did not answer.
    pub status: Option<u16>,
}

/// All that a delivery needs, so that nothing is locked while it is on its way.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) webhook_id: Option<String>,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Parcel {
    /// Posts it: one attempt, as with the service.
    pub(crate) async fn post(self) -> Delivery {
        // Receivers are on this machine: what is between it and the world has no part in it.
        let http = reqwest::Client::builder().no_proxy().build();
        let status = match http {
            Err(_) => None,
            Ok(http) => {
                let request = http
                    .post(&self.url)
                    .header("content-type", "application/json");
                let request = self
                    .headers
                    .into_iter()
                    .fold(request, |request, (name, value)| {
                        request.header(name, value)
                    });
                let answer = request.body(self.body).send().await.ok();
                answer.map(|it| it.status().as_u16())
            }
        };
        Delivery {
            webhook_id: self.webhook_id,
            url: self.url,
            status,
        }
    }
}

/// What requests have had posted, in their order.
#[derive(Debug, Default)]
pub(crate) struct Mail {
    on_the_way: Mutex<Vec<JoinHandle<Delivery>>>,
    arrived: Mutex<Vec<Delivery>>,
}

impl Mail {
    /// Posts these, while the request that they come of is answered.
    pub(crate) fn post(&self, parcels: impl IntoIterator<Item = Parcel>) {
        let tasks = parcels.into_iter().map(|it| tokio::spawn(it.post()));
        locked(&self.on_the_way).extend(tasks);
    }

    /// Everything so far, once it has arrived.
    pub(crate) async fn delivered(&self) -> Vec<Delivery> {
        let tasks = std::mem::take(&mut *locked(&self.on_the_way));
        for task in tasks {
            // It is neither cancelled nor does it panic.
            let delivery = task.await;
            locked(&self.arrived).extend(delivery);
        }
        locked(&self.arrived).clone()
    }
}

impl FakePipedream {
    /// Lets a deployed trigger emit an event, and posts it to each webhook of the trigger; where it has none, to that of
    /// the project's environment. The event itself is the body, and the header `x-pd-signature` is [`signature`]'s, with
    /// the webhook's key. One attempt each, as with the service. A paused trigger delivers nothing.
    ///
    /// # Panics
    /// Where there is no such trigger, or the event is no JSON object.
    pub async fn deliver(&self, trigger_id: &str, event: impl Into<Value>) -> Vec<Delivery> {
        let event = event.into();
        if !self.emit(trigger_id, event.clone()) {
            return Vec::new();
        }
        let mut deliveries = Vec::new();
        for parcel in self.parcels(trigger_id, &event.to_string()) {
            deliveries.push(parcel.post().await);
        }
        deliveries
    }

    fn parcels(&self, trigger_id: &str, body: &str) -> Vec<Parcel> {
        let state = self.state();
        let at = state.now.timestamp();
        let mut spaces = state.spaces.values();
        let Some((space, trigger)) = spaces.find_map(|space| {
            let mut triggers = space.triggers.iter();
            Some((space, triggers.find(|it| it.id == trigger_id)?))
        }) else {
            return Vec::new();
        };
        let parcel = |webhook: &Webhook| Parcel {
            webhook_id: Some(webhook.id.clone()),
            url: webhook.url.clone(),
            headers: vec![
                (
                    "x-pd-signature",
                    signature(&webhook.signing_key, at, body.as_bytes()),
                ),
                ("x-pd-emitter-id", trigger.id.clone()),
                ("x-pd-external-user-id", trigger.user.clone()),
            ],
            body: body.to_owned(),
        };
        if trigger.webhooks.is_empty() {
            space.webhook.iter().map(parcel).collect()
        } else {
            let webhooks = trigger.webhooks.iter();
            let active = webhooks.filter(|it| it.given_up.is_none());
            active.map(parcel).collect()
        }
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
