//! Deliveries to webhooks: signed events of deployed triggers, and events of Connect tokens.

use std::fmt::Write as _;
use std::sync::Mutex;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::task::JoinHandle;

use crate::FakePipedream;
use crate::state::Webhook;
use crate::traffic::locked;

/// Result of one delivery.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// ID of the webhook; `None` for the `webhook_uri` of a Connect token, which has no ID.
    pub webhook_id: Option<String>,
    /// URL of the receiver.
    pub url: String,
    /// Status code of the receiver's response; `None` if there was no response.
    pub status: Option<u16>,
}

/// A delivery that has not been sent, with everything it needs, so that no lock is held while it is sent.
#[derive(Debug)]
pub(crate) struct PendingDelivery {
    pub(crate) webhook_id: Option<String>,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl PendingDelivery {
    /// Sends the delivery. Makes one attempt, as the service does.
    pub(crate) async fn post(self) -> Delivery {
        // Receivers run on this machine, so proxy settings do not apply.
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
                let response = request.body(self.body).send().await.ok();
                response.map(|it| it.status().as_u16())
            }
        };
        Delivery {
            webhook_id: self.webhook_id,
            url: self.url,
            status,
        }
    }
}

/// Deliveries caused by requests, in the order of the requests.
#[derive(Debug, Default)]
pub(crate) struct DeliveryQueue {
    pending: Mutex<Vec<JoinHandle<Delivery>>>,
    finished: Mutex<Vec<Delivery>>,
}

impl DeliveryQueue {
    /// Starts deliveries in the background.
    pub(crate) fn post(&self, deliveries: impl IntoIterator<Item = PendingDelivery>) {
        let tasks = deliveries.into_iter().map(|it| tokio::spawn(it.post()));
        locked(&self.pending).extend(tasks);
    }

    /// Returns all deliveries so far, after waiting for those in progress.
    pub(crate) async fn delivered(&self) -> Vec<Delivery> {
        let tasks = std::mem::take(&mut *locked(&self.pending));
        for task in tasks {
            // The task is never canceled and does not panic.
            let delivery = task.await;
            locked(&self.finished).extend(delivery);
        }
        locked(&self.finished).clone()
    }
}

impl FakePipedream {
    /// Makes a deployed trigger emit an event, and posts it to each webhook of the trigger.
    ///
    /// If the trigger has no webhook, the event goes to the webhook of the project environment. The body is the
    /// event itself, and the header `x-pd-signature` is [`signature`] with the key of the webhook. As in the
    /// service, each delivery is attempted once. A paused trigger delivers nothing.
    ///
    /// # Panics
    /// Panics if there is no such trigger, or if the event is not a JSON object.
    pub async fn deliver(&self, trigger_id: &str, event: impl Into<Value>) -> Vec<Delivery> {
        let event = event.into();
        if !self.emit(trigger_id, event.clone()) {
            return Vec::new();
        }
        let mut deliveries = Vec::new();
        for delivery in self.pending_deliveries(trigger_id, &event.to_string()) {
            deliveries.push(delivery.post().await);
        }
        deliveries
    }

    fn pending_deliveries(&self, trigger_id: &str, body: &str) -> Vec<PendingDelivery> {
        let state = self.state();
        let at = state.now.timestamp();
        let mut environments = state.environments.values();
        let Some((data, trigger)) = environments.find_map(|data| {
            let mut triggers = data.triggers.iter();
            Some((data, triggers.find(|it| it.id == trigger_id)?))
        }) else {
            return Vec::new();
        };
        let pending = |webhook: &Webhook| PendingDelivery {
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
            data.webhook.iter().map(pending).collect()
        } else {
            let webhooks = trigger.webhooks.iter();
            let active = webhooks.filter(|it| it.deactivated.is_none());
            active.map(pending).collect()
        }
    }
}

/// Returns the value of `x-pd-signature` for a body sent at this time (Unix seconds), signed with this key.
///
/// Use it to build deliveries yourself: expired, forged, or with a body that is not JSON.
pub fn signature(signing_key: &str, at: i64, body: &[u8]) -> String {
    let mut text = format!("t={at},v1=");
    // HMAC accepts keys of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(signing_key.as_bytes()) {
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_covers_timestamp_and_body() {
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
