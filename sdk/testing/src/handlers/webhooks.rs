//! Webhooks: those of a deployed trigger, and the one that a project's environment has.

use serde_json::{Value, json};

use super::triggers::find;
use super::{Call, Outcome, done, ok};
use crate::response::Rejection;
use crate::state::{State, Webhook};

pub(super) fn list_of_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    let webhooks = &find(state, call)?.webhooks;
    ok(listed(webhooks, call.caller.is_server()))
}

/// Sets the whole list: a URL that was there keeps its id and its signing key.
pub(super) fn set_of_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    let urls = call.body["webhook_urls"].as_array().into_iter().flatten();
    let urls: Vec<String> = urls
        .filter_map(|url| url.as_str().map(str::to_owned))
        .collect();
    if let Some(strange) = urls.iter().find(|url| !is_web_url(url)) {
        return Err(Rejection::invalid(format!("{strange:?} is no URL")));
    }
    let mut new: Vec<Webhook> = urls.iter().map(|url| state.new_webhook(url)).collect();
    let trigger = find(state, call)?;
    let mut kept = std::mem::take(&mut trigger.webhooks);
    for webhook in &mut new {
        if let Some(at) = kept.iter().position(|it| it.url == webhook.url) {
            *webhook = kept.swap_remove(at);
        }
    }
    trigger.webhooks = new;
    ok(listed(&trigger.webhooks, call.caller.is_server()))
}

pub(super) fn retrieve_of_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(json!({ "data": one_of_trigger(state, call)?.shown_of_trigger() }))
}

pub(super) fn regenerate_of_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    let (key, now) = (state.ids.token("whsec_"), state.now);
    let webhook = one_of_trigger(state, call)?;
    webhook.sign_with(key, now);
    ok(json!({ "data": webhook.shown_of_trigger() }))
}

/// Delivers again where that had been given up.
pub(super) fn reset_of_trigger(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = state.now;
    let webhook = one_of_trigger(state, call)?;
    if webhook.given_up.take().is_some() {
        webhook.updated = now;
    }
    ok(json!({ "data": webhook.shown_of_trigger() }))
}

/// The webhook of the environment; null while none is set.
pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let webhook = state.space(&place).webhook.as_ref();
    ok(json!({ "data": webhook.map(|it| it.shown(false)) }))
}

/// Sets the webhook of the environment. The signing key is shown when it is made, and not again.
pub(super) fn set(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let url = call.text("url").unwrap_or_default();
    if !is_web_url(url) {
        return Err(Rejection::invalid(format!("{url:?} is no URL")));
    }
    let (new, now) = (state.new_webhook(url), state.now);
    let webhook = &mut state.space(&place).webhook;
    let shown = match webhook {
        Some(known) => {
            known.url = url.to_owned();
            known.updated = now;
            known.shown(false)
        }
        None => webhook.insert(new).shown(true),
    };
    ok(json!({ "data": shown }))
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    match state.space(&place).webhook.take() {
        Some(_) => done(),
        None => Err(Rejection::missing("webhook")),
    }
}

pub(super) fn regenerate(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let (key, now) = (state.ids.token("whsec_"), state.now);
    let webhook = state.space(&place).webhook.as_mut();
    let webhook = webhook.ok_or_else(|| Rejection::missing("webhook"))?;
    webhook.sign_with(key, now);
    ok(json!({ "data": webhook.shown(true) }))
}

fn one_of_trigger<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut Webhook, Rejection> {
    let id = call.path("webhook_id");
    let mut webhooks = find(state, call)?.webhooks.iter_mut();
    let found = webhooks.find(|it| it.id == id);
    found.ok_or_else(|| Rejection::missing("webhook"))
}

fn listed(webhooks: &[Webhook], with_keys: bool) -> Value {
    let urls: Vec<&str> = webhooks.iter().map(|it| it.url.as_str()).collect();
    let shown = webhooks.iter().map(|it| {
        let mut shown = json!({ "id": it.id, "url": it.url, "signing_key_set": true });
        it.add_delivery(&mut shown);
        if with_keys {
            shown["signing_key"] = Value::from(it.signing_key.clone());
        }
        shown
    });
    json!({ "webhook_urls": urls, "webhooks": shown.collect::<Vec<_>>() })
}

fn is_web_url(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !url.contains(char::is_whitespace))
}

impl Webhook {
    /// With its key, and with how deliveries go, which only the webhooks of triggers show.
    fn shown_of_trigger(&self) -> Value {
        let mut shown = self.shown(true);
        self.add_delivery(&mut shown);
        shown
    }

    fn add_delivery(&self, shown: &mut Value) {
        let active = self.given_up.is_none();
        shown["active"] = Value::from(active);
        shown["delivery_backend"] = Value::from("valkey");
        shown["delivery_state"] = json!({
            "state": if active { "happy" } else { "deactivated" },
            "since": self.given_up.map(|it| it.timestamp()),
            "last_error": if active { Value::Null } else { Value::from("the receiver has answered 500") },
            "consecutive_failures": if active { 0 } else { 100 },
            "sheds": 0,
        });
    }

    fn shown(&self, with_key: bool) -> Value {
        let mut shown = json!({
            "id": self.id,
            "url": self.url,
            "signing_key_set": true,
            "created_at": self.created.timestamp(),
            "updated_at": self.updated.timestamp(),
        });
        if with_key {
            shown["signing_key"] = Value::from(self.signing_key.clone());
        }
        shown
    }
}
