//! App overrides: values that are laid down for the custom fields of an app.

use serde_json::{Value, json};

use super::oauth_apps::wanted_app;
use super::{Call, Outcome, done, ok};
use crate::clock::written;
use crate::response::Rejection;
use crate::state::{AppOverride, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let project = call.project(state)?;
    let app = wanted_app(state, call)?;
    let found = state
        .app_overrides
        .iter()
        .filter(|it| it.project == project)
        .filter(|it| app.as_ref().is_none_or(|app| it.app == *app));
    ok(call.paging().page(found, |it| &it.id, AppOverride::shown)?)
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let project = call.project(state)?;
    let app = call.text("app").unwrap_or_default();
    let made = state.new_app_override(&project, app);
    let mut made = made.ok_or_else(|| Rejection::invalid("there is no such app"))?;
    change(state, &mut made, &call.body)?;
    let answer = made.shown();
    state.app_overrides.push(made);
    ok(answer)
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(find(state, call)?.shown())
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut changed = find(state, call)?.clone();
    change(state, &mut changed, &call.body)?;
    changed.updated = state.now;
    let answer = changed.shown();
    let mut all = state.app_overrides.iter_mut();
    if let Some(known) = all.find(|it| it.id == changed.id) {
        *known = changed;
    }
    ok(answer)
}

/// Accounts that were connected with the override stay as they are.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = find(state, call)?.id.clone();
    state.app_overrides.retain(|it| it.id != id);
    done()
}

fn find<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a AppOverride, Rejection> {
    let project = call.project(state)?;
    let id = call.path("id");
    let mut all = state.app_overrides.iter();
    let found = all.find(|it| it.id == id && it.project == project);
    found.ok_or_else(|| Rejection::missing("app override"))
}

/// What is not in the body stays as it was; a client that is null is one no longer.
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
            return Err(Rejection::invalid(format!("{name} is a secret")));
        }
        it.values = values.clone();
    }
    Ok(())
}

/// Whether a custom field of an app is one that only end users may fill in.
fn is_secret(app: &Value, field: &str) -> bool {
    let fields = app["custom_fields_json"].as_str().unwrap_or_default();
    let fields: Value = serde_json::from_str(fields).unwrap_or_default();
    let mut fields = fields.as_array().into_iter().flatten();
    fields.any(|known| known["name"] == field && known["type"] == "password")
}

impl AppOverride {
    fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "app": self.app,
            "oauth_app_id": self.oauth_app,
            "cfmap": self.values,
            "owner_id": self.project,
            "created_at": written(self.created),
            "updated_at": written(self.updated),
        })
    }
}
