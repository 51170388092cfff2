//! Webhooks of deployed triggers and of project environments.

use serde_json::{Value, json};

use super::triggers::find;
use super::{HandlerResult, ValidRequest, no_content, ok};
use crate::response::Rejection;
use crate::state::{State, Webhook};

pub(super) fn list_of_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let webhooks = &find(state, request)?.webhooks;
    ok(listed(webhooks, request.caller.is_server()))
}

/// Replaces all webhooks. A URL that is kept keeps its ID and its signing key.
pub(super) fn set_of_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let urls = request.body["webhook_urls"]
        .as_array()
        .into_iter()
        .flatten();
    let urls: Vec<String> = urls
        .filter_map(|url| url.as_str().map(str::to_owned))
        .collect();
    if let Some(invalid) = urls.iter().find(|url| !is_web_url(url)) {
        return Err(Rejection::invalid(format!("{invalid:?} is not a URL")));
    }
    let mut new: Vec<Webhook> = urls.iter().map(|url| state.new_webhook(url)).collect();
    let trigger = find(state, request)?;
    let mut kept = std::mem::take(&mut trigger.webhooks);
    for webhook in &mut new {
        if let Some(at) = kept.iter().position(|it| it.url == webhook.url) {
            *webhook = kept.swap_remove(at);
        }
    }
    trigger.webhooks = new;
    ok(listed(&trigger.webhooks, request.caller.is_server()))
}

pub(super) fn retrieve_of_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(json!({ "data": one_of_trigger(state, request)?.to_trigger_json() }))
}

pub(super) fn regenerate_of_trigger(
    state: &mut State,
    request: &ValidRequest<'_>,
) -> HandlerResult {
    let (key, now) = (state.ids.token("whsec_"), state.now);
    let webhook = one_of_trigger(state, request)?;
    webhook.sign_with(key, now);
    ok(json!({ "data": webhook.to_trigger_json() }))
}

/// Reactivates a webhook after failed deliveries.
pub(super) fn reset_of_trigger(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let now = state.now;
    let webhook = one_of_trigger(state, request)?;
    if webhook.deactivated.take().is_some() {
        webhook.updated = now;
    }
    ok(json!({ "data": webhook.to_trigger_json() }))
}

/// Returns the webhook of the environment, or null if none is set.
pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let webhook = state.environment_data(&environment).webhook.as_ref();
    ok(json!({ "data": webhook.map(|it| it.to_json(false)) }))
}

/// Sets the webhook of the environment. The signing key is only shown when the webhook is created.
pub(super) fn set(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let url = request.body_str("url").unwrap_or_default();
    if !is_web_url(url) {
        return Err(Rejection::invalid(format!("{url:?} is not a URL")));
    }
    let (new, now) = (state.new_webhook(url), state.now);
    let webhook = &mut state.environment_data(&environment).webhook;
    let shown = match webhook {
        Some(known) => {
            known.url = url.to_owned();
            known.updated = now;
            known.to_json(false)
        }
        None => webhook.insert(new).to_json(true),
    };
    ok(json!({ "data": shown }))
}

pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    match state.environment_data(&environment).webhook.take() {
        Some(_) => no_content(),
        None => Err(Rejection::missing("webhook")),
    }
}

pub(super) fn regenerate(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let (key, now) = (state.ids.token("whsec_"), state.now);
    let webhook = state.environment_data(&environment).webhook.as_mut();
    let webhook = webhook.ok_or_else(|| Rejection::missing("webhook"))?;
    webhook.sign_with(key, now);
    ok(json!({ "data": webhook.to_json(true) }))
}

fn one_of_trigger<'a>(
    state: &'a mut State,
    request: &ValidRequest<'_>,
) -> Result<&'a mut Webhook, Rejection> {
    let id = request.path("webhook_id");
    let mut webhooks = find(state, request)?.webhooks.iter_mut();
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
    /// Returns the webhook with its key and its delivery state, which only webhooks of triggers have.
    fn to_trigger_json(&self) -> Value {
        let mut shown = self.to_json(true);
        self.add_delivery(&mut shown);
        shown
    }

    fn add_delivery(&self, shown: &mut Value) {
        let active = self.deactivated.is_none();
        shown["active"] = Value::from(active);
        shown["delivery_backend"] = Value::from("valkey");
        shown["delivery_state"] = json!({
            "state": if active { "happy" } else { "deactivated" },
            "since": self.deactivated.map(|it| it.timestamp()),
            "last_error": if active { Value::Null } else { Value::from("the receiver responded with 500") },
            "consecutive_failures": if active { 0 } else { 100 },
            "sheds": 0,
        });
    }

    fn to_json(&self, with_key: bool) -> Value {
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
