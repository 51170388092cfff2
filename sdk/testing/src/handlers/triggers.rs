//! Deployed triggers with their events and workflows.

use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, no_content, ok};
use crate::response::Rejection;
use crate::state::{State, Trigger};

pub(super) fn deploy(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.body_user()?;
    let key = request.body_str("id").unwrap_or_default();
    let version = request.body_str("version");
    if version.is_some_and(|wanted| {
        state
            .component(key)
            .is_some_and(|it| it["version"] != wanted)
    }) {
        return Err(Rejection::missing("component"));
    }
    let webhook = request
        .body_str("webhook_url")
        .map(|url| state.new_webhook(url));
    let trigger = state.deploy(&environment, &user, key)?;
    trigger.configure(&request.body);
    trigger
        .workflows
        .extend(request.body_str("workflow_id").map(str::to_owned));
    let mut shown = trigger.to_json();
    if let Some(webhook) = webhook {
        if request.caller.is_server() {
            shown["webhook_signing_key"] = Value::from(webhook.signing_key.clone());
        }
        trigger.webhooks.push(webhook);
    }
    ok(json!({ "data": shown }))
}

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.query_user()?;
    // The fake only deploys components, which the API calls sources.
    let sources = request
        .query("emitter_type")
        .is_none_or(|kind| kind == "source");
    let triggers = &state.environment_data(&environment).triggers;
    let found = triggers.iter().filter(|it| sources && it.user == user);
    ok(request
        .paging()
        .page(found, |it| &it.id, Trigger::to_json)?)
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(json!({ "data": find(state, request)?.to_json() }))
}

pub(super) fn update(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let now = state.now;
    let trigger = find(state, request)?;
    trigger.configure(&request.body);
    trigger.updated = now;
    ok(json!({ "data": trigger.to_json() }))
}

pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let id = find(state, request)?.id.clone();
    state
        .environment_data(&environment)
        .triggers
        .retain(|it| it.id != id);
    no_content()
}

/// Returns the latest events first.
pub(super) fn events(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let wanted = request
        .query("n")
        .and_then(|it| it.parse().ok())
        .unwrap_or(20);
    let events = find(state, request)?.events.iter().rev().take(wanted);
    ok(json!({ "data": events.collect::<Vec<_>>() }))
}

pub(super) fn workflows(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(json!({ "workflow_ids": find(state, request)?.workflows }))
}

pub(super) fn set_workflows(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let ids = request.body["workflow_ids"]
        .as_array()
        .into_iter()
        .flatten();
    let ids: Vec<String> = ids
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    if let Some(invalid) = ids.iter().find(|id| !id.starts_with("p_")) {
        return Err(Rejection::invalid(format!(
            "{invalid:?} is not a workflow ID"
        )));
    }
    let trigger = find(state, request)?;
    trigger.workflows = ids;
    ok(json!({ "workflow_ids": trigger.workflows }))
}

/// Finds the trigger in the path, which must belong to the user in the query.
pub(super) fn find<'a>(
    state: &'a mut State,
    request: &ValidRequest<'_>,
) -> Result<&'a mut Trigger, Rejection> {
    let environment = request.environment(state)?;
    let user = request.query_user()?;
    let id = request.path("trigger_id");
    let mut triggers = state.environment_data(&environment).triggers.iter_mut();
    let found = triggers.find(|it| it.id == id && it.user == user);
    found.ok_or_else(|| Rejection::missing("deployed trigger"))
}

impl Trigger {
    /// Applies the fields of a deployment or an update.
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

    fn to_json(&self) -> Value {
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
