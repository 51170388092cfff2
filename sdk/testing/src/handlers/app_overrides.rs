//! App overrides: values that a project sets for the custom fields of an app.

use serde_json::{Value, json};

use super::oauth_apps::wanted_app;
use super::{HandlerResult, ValidRequest, no_content, ok};
use crate::clock::rfc3339;
use crate::response::Rejection;
use crate::state::{AppOverride, State};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let project = request.project(state)?;
    let app = wanted_app(state, request)?;
    let found = state
        .app_overrides
        .iter()
        .filter(|it| it.project == project)
        .filter(|it| app.as_ref().is_none_or(|app| it.app == *app));
    ok(request
        .paging()
        .page(found, |it| &it.id, AppOverride::to_json)?)
}

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let project = request.project(state)?;
    let app = request.body_str("app").unwrap_or_default();
    let created = state.new_app_override(&project, app);
    let mut created = created.ok_or_else(|| Rejection::invalid("app not found"))?;
    change(state, &mut created, &request.body)?;
    let response = created.to_json();
    state.app_overrides.push(created);
    ok(response)
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(find(state, request)?.to_json())
}

pub(super) fn update(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let mut changed = find(state, request)?.clone();
    change(state, &mut changed, &request.body)?;
    changed.updated = state.now;
    let response = changed.to_json();
    let mut all = state.app_overrides.iter_mut();
    if let Some(known) = all.find(|it| it.id == changed.id) {
        *known = changed;
    }
    ok(response)
}

/// Deletes the override. Accounts that were connected with it keep its values.
pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let id = find(state, request)?.id.clone();
    state.app_overrides.retain(|it| it.id != id);
    no_content()
}

fn find<'a>(state: &'a State, request: &ValidRequest<'_>) -> Result<&'a AppOverride, Rejection> {
    let project = request.project(state)?;
    let id = request.path("id");
    let mut all = state.app_overrides.iter();
    let found = all.find(|it| it.id == id && it.project == project);
    found.ok_or_else(|| Rejection::missing("app override"))
}

/// Applies the fields of the body; missing fields keep their value. A null OAuth client removes the client.
fn change(state: &State, it: &mut AppOverride, body: &Value) -> Result<(), Rejection> {
    if let Some(name) = body["name"].as_str() {
        let mut others = state.app_overrides.iter().filter(|other| other.id != it.id);
        if others.any(|other| other.project == it.project && other.name == name) {
            return Err(Rejection::invalid(format!("the name {name:?} is taken")));
        }
        it.name = name.to_owned();
    }
    match &body["oauth_app_id"] {
        Value::Null if body.get("oauth_app_id").is_none() => {}
        Value::Null => it.oauth_app = None,
        id => {
            let mut clients = state.oauth_apps.iter();
            let known = clients.any(|client| *id == client.id && client.app == it.app);
            if !known {
                return Err(Rejection::invalid("the app has no such OAuth client"));
            }
            it.oauth_app = id.as_str().map(str::to_owned);
        }
    }
    if let Some(values) = body["cfmap"].as_object() {
        let secret = |name: &&String| is_secret(&it.app, name);
        if let Some(name) = values.keys().find(secret) {
            return Err(Rejection::invalid(format!("{name} is a secret field")));
        }
        it.values = values.clone();
    }
    Ok(())
}

/// Returns `true` if only end users may set a custom field of an app.
fn is_secret(app: &Value, field: &str) -> bool {
    let fields = app["custom_fields_json"].as_str().unwrap_or_default();
    let fields: Value = serde_json::from_str(fields).unwrap_or_default();
    let mut fields = fields.as_array().into_iter().flatten();
    fields.any(|known| known["name"] == field && known["type"] == "password")
}

impl AppOverride {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "app": self.app,
            "oauth_app_id": self.oauth_app,
            "cfmap": self.values,
            "owner_id": self.project,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(self.updated),
        })
    }
}
