//! Projects of the workspace.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Call, Outcome, contains, done, ok};
use crate::response::{FakeResponse, Rejection};
use crate::state::{Project, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let q = call.query("q").unwrap_or_default();
    let found = state.projects.iter();
    let found = found.filter(|it| it.fields.get("name").is_none_or(|name| contains(name, q)));
    ok(call.paging().page(found, |it| &it.id, Project::shown)?)
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut project = Project {
        id: state.ids.id("proj"),
        fields: Map::new(),
    };
    project.change(&call.body);
    let answer = FakeResponse::new(201).json(project.shown());
    state.projects.push(project);
    Ok(answer)
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(project(state, call)?.shown())
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    let project = project(state, call)?;
    project.change(&call.body);
    ok(project.shown())
}

/// Deletes a project with everything in it.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = project(state, call)?.id.clone();
    state.projects.retain(|it| it.id != id);
    state.spaces.retain(|place, _| place.project != id);
    state.connect_tokens.retain(|it| it.place.project != id);
    state.oauth_apps.retain(|it| it.project != id);
    state.app_overrides.retain(|it| it.project != id);
    done()
}

/// No operation shows a logo: all there is to see is whether it is an image in base64.
pub(super) fn set_logo(state: &mut State, call: &Call<'_>) -> Outcome {
    project(state, call)?;
    let logo = call.text("logo").unwrap_or_default();
    // Comes as a data URL, or as base64 alone.
    let data = logo.rsplit_once("base64,").map_or(logo, |(_, data)| data);
    match STANDARD.decode(data) {
        Ok(image) if !image.is_empty() => Ok(FakeResponse::new(200)),
        // The document gives this 400 no body.
        _ => Ok(FakeResponse::new(400)),
    }
}

/// The apps that users of the project have connected; every app while there is none.
pub(super) fn info(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let mut apps: Vec<Value> = Vec::new();
    for account in &state.space(&place).accounts {
        if !apps.contains(&account.app) {
            apps.push(account.app.clone());
        }
    }
    if apps.is_empty() {
        apps.clone_from(&state.apps);
    }
    let apps = apps
        .iter()
        .map(|app| json!({ "id": app["id"], "name_slug": app["name_slug"] }));
    ok(json!({ "apps": apps.collect::<Vec<_>>() }))
}

fn project<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut Project, Rejection> {
    let id = call.path("project_id");
    let mut projects = state.projects.iter_mut();
    let found = projects.find(|it| it.id == id);
    found.ok_or_else(|| Rejection::missing("project"))
}

impl Project {
    fn change(&mut self, fields: &Value) {
        for (name, value) in fields.as_object().into_iter().flatten() {
            self.fields.insert(name.clone(), value.clone());
        }
    }

    fn shown(&self) -> Value {
        let field = |name: &str| self.fields.get(name).cloned();
        json!({
            "id": self.id,
            "name": field("name"),
            "app_name": field("app_name"),
            "support_email": field("support_email"),
            "connect_require_key_auth_test":
                field("connect_require_key_auth_test").unwrap_or(Value::Bool(false)),
        })
    }
}
