//! Deployed triggers: deployed, paused, their events and the workflows that listen to them.

use serde_json::{Value, json};

use super::{Call, Outcome, done, ok};
use crate::response::Rejection;
use crate::state::{State, Trigger};

pub(super) fn deploy(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.body_user()?;
    let key = call.text("id").unwrap_or_default();
    let version = call.text("version");
    if version.is_some_and(|wanted| {
        state
            .component(key)
            .is_some_and(|it| it["version"] != wanted)
    }) {
        return Err(Rejection::missing("component"));
    }
    let webhook = call.text("webhook_url").map(|url| state.new_webhook(url));
    let trigger = state.deploy(&place, &user, key)?;
    trigger.configure(&call.body);
    trigger
        .workflows
        .extend(call.text("workflow_id").map(str::to_owned));
    let mut shown = trigger.shown();
    if let Some(webhook) = webhook {
        if call.caller.is_server() {
            shown["webhook_signing_key"] = Value::from(webhook.signing_key.clone());
        }
        trigger.webhooks.push(webhook);
    }
    ok(json!({ "data": shown }))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.query_user()?;
    // Everything deployed here comes from a component, which the API calls a source.
    let sources = call
        .query("emitter_type")
        .is_none_or(|kind| kind == "source");
    let triggers = &state.space(&place).triggers;
    let found = triggers.iter().filter(|it| sources && it.user == user);
    ok(call.paging().page(found, |it| &it.id, Trigger::shown)?)
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(json!({ "data": find(state, call)?.shown() }))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = state.now;
    let trigger = find(state, call)?;
    trigger.configure(&call.body);
    trigger.updated = now;
    ok(json!({ "data": trigger.shown() }))
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let id = find(state, call)?.id.clone();
    state.space(&place).triggers.retain(|it| it.id != id);
    done()
}

/// The latest events first.
pub(super) fn events(state: &mut State, call: &Call<'_>) -> Outcome {
    let wanted = call.query("n").and_then(|it| it.parse().ok()).unwrap_or(20);
    let events = find(state, call)?.events.iter().rev().take(wanted);
    ok(json!({ "data": events.collect::<Vec<_>>() }))
}

pub(super) fn workflows(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(json!({ "workflow_ids": find(state, call)?.workflows }))
}

pub(super) fn set_workflows(state: &mut State, call: &Call<'_>) -> Outcome {
    let ids = call.body["workflow_ids"].as_array().into_iter().flatten();
    let ids: Vec<String> = ids
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    if let Some(strange) = ids.iter().find(|id| !id.starts_with("p_")) {
        return Err(Rejection::invalid(format!("{strange:?} is no workflow id")));
    }
    let trigger = find(state, call)?;
    trigger.workflows = ids;
    ok(json!({ "workflow_ids": trigger.workflows }))
}

/// The trigger of the path, if it is one of the user in the query.
pub(super) fn find<'a>(
    state: &'a mut State,
    call: &Call<'_>,
) -> Result<&'a mut Trigger, Rejection> {
    let place = call.place(state)?;
    let user = call.query_user()?;
    let id = call.path("trigger_id");
    let mut triggers = state.space(&place).triggers.iter_mut();
    let found = triggers.find(|it| it.id == id && it.user == user);
    found.ok_or_else(|| Rejection::missing("deployed trigger"))
}

impl Trigger {
    /// Takes what a deployment or an update says.
    fn configure(&mut self, body: &Value) {
        if let Some(active) = body["active"].as_bool() {
            self.active = active;
        }
        if let Some(name) = body["name"].as_str() {
            self.name = name.to_owned();
        }
        if let Some(emits) = body["emit_on_deploy"].as_bool() {
            self.emit_on_deploy = emits;
        }
        if body["configured_props"].is_object() {
            self.configured_props = body["configured_props"].clone();
        }
    }

    fn shown(&self) -> Value {
        let slug: String = self
            .name
            .chars()
            .map(|it| {
                if it.is_alphanumeric() {
                    it.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        json!({
            "type": "DeployedComponent",
            "id": self.id,
            "owner_id": self.owner,
            "component_id": format!("sc_{}", self.component["key"].as_str().unwrap_or_default()),
            "component_key": self.component["key"],
            "configurable_props": self.component["configurable_props"],
            "configured_props": self.configured_props,
            "active": self.active,
            "created_at": self.created.timestamp_millis(),
            "updated_at": self.updated.timestamp_millis(),
            "name": self.name,
            "name_slug": slug,
            "emit_on_deploy": self.emit_on_deploy,
        })
    }
}
