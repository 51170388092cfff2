//! Projects of the workspace.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{HandlerResult, ValidRequest, contains, no_content, ok};
use crate::response::{FakeResponse, Rejection};
use crate::state::{Project, State};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let q = request.query("q").unwrap_or_default();
    let found = state.projects.iter();
    let found = found.filter(|it| it.fields.get("name").is_none_or(|name| contains(name, q)));
    ok(request
        .paging()
        .page(found, |it| &it.id, Project::to_json)?)
}

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let mut project = Project {
        id: state.ids.id("proj"),
        fields: Map::new(),
    };
    project.change(&request.body);
    let response = FakeResponse::new(201).json(project.to_json());
    state.projects.push(project);
    Ok(response)
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(project(state, request)?.to_json())
}

pub(super) fn update(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let project = project(state, request)?;
    project.change(&request.body);
    ok(project.to_json())
}

/// Deletes a project and everything in it.
pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let id = project(state, request)?.id.clone();
    state.projects.retain(|it| it.id != id);
    state
        .environments
        .retain(|environment, _| environment.project != id);
    state
        .connect_tokens
        .retain(|it| it.environment.project != id);
    state.oauth_apps.retain(|it| it.project != id);
    state.app_overrides.retain(|it| it.project != id);
    no_content()
}

/// Validates that a logo is a Base64 image. No operation shows a logo, so it is not stored.
pub(super) fn set_logo(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    project(state, request)?;
    let logo = request.body_str("logo").unwrap_or_default();
    // The logo is a data URL or plain Base64.
    let data = logo.rsplit_once("base64,").map_or(logo, |(_, data)| data);
    match STANDARD.decode(data) {
        Ok(image) if !image.is_empty() => Ok(FakeResponse::new(200)),
        // The document defines no body for this 400.
        _ => Ok(FakeResponse::new(400)),
    }
}

/// Returns the apps that users of the project have connected, or every app if there are none.
pub(super) fn info(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let mut apps: Vec<Value> = Vec::new();
    for account in &state.environment_data(&environment).accounts {
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

fn project<'a>(
    state: &'a mut State,
    request: &ValidRequest<'_>,
) -> Result<&'a mut Project, Rejection> {
    let id = request.path("project_id");
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

    fn to_json(&self) -> Value {
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
