//! OAuth clients that a project has registered.

use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, contains, no_content, ok};
use crate::clock::rfc3339;
use crate::response::Rejection;
use crate::state::{OauthApp, State};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let project = request.project(state)?;
    let app = wanted_app(state, request)?;
    let q = request.query("q").unwrap_or_default();
    let found = state
        .oauth_apps
        .iter()
        .filter(|it| it.project == project)
        .filter(|it| app.as_ref().is_none_or(|app| it.app == *app))
        .filter(|it| {
            let shown = it.to_json();
            contains(&shown["name"], q) || contains(&shown["description"], q)
        });
    ok(request
        .paging()
        .page(found, |it| &it.id, OauthApp::to_json)?)
}

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let project = request.project(state)?;
    let app = request.body_str("app").unwrap_or_default();
    let created = state.add_oauth_app(&project, app);
    let created =
        created.ok_or_else(|| Rejection::invalid("the app does not support OAuth clients"))?;
    created.change(&request.body);
    ok(created.to_json())
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    ok(find(state, request)?.to_json())
}

pub(super) fn update(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let now = state.now;
    let found = find(state, request)?;
    found.change(&request.body);
    found.updated = now;
    ok(found.to_json())
}

pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let id = find(state, request)?.id.clone();
    state.oauth_apps.retain(|it| it.id != id);
    no_content()
}

/// Returns the app that filters a list. An app that is named must exist.
pub(super) fn wanted_app(
    state: &State,
    request: &ValidRequest<'_>,
) -> Result<Option<Value>, Rejection> {
    match request.query("app") {
        None => Ok(None),
        Some(name) => match state.app(name) {
            Some(app) => Ok(Some(app.clone())),
            None => Err(Rejection::missing("app")),
        },
    }
}

fn find<'a>(
    state: &'a mut State,
    request: &ValidRequest<'_>,
) -> Result<&'a mut OauthApp, Rejection> {
    let project = request.project(state)?;
    let id = request.path("id");
    let mut all = state.oauth_apps.iter_mut();
    let found = all.find(|it| it.id == id && it.project == project);
    found.ok_or_else(|| Rejection::missing("OAuth client"))
}

/// Fields that a request can set and a response shows. The client secret is never shown.
const FIELDS: [&str; 5] = [
    "name",
    "description",
    "client_id",
    "scopes",
    "additional_scopes",
];

impl OauthApp {
    /// Applies the fields of the body. Missing fields and an empty client ID keep the old value.
    fn change(&mut self, body: &Value) {
        for name in FIELDS {
            let new = body
                .get(name)
                .filter(|value| !(name == "client_id" && *value == ""));
            if let Some(new) = new {
                self.fields.insert(name.to_owned(), new.clone());
            }
        }
    }

    /// Returns the app, overridden with the fields of the client.
    fn to_json(&self) -> Value {
        let mut shown = self.app.clone();
        let own = json!({
            "id": self.id,
            "client_id": null,
            "scopes": [],
            "additional_scopes": [],
            "redirect_uri": format!("https://api.pipedream.com/connect/oauth/{}/callback", self.id),
            "owner_id": self.project,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(self.updated),
        });
        if let (Value::Object(shown), Value::Object(own)) = (&mut shown, own) {
            shown.remove("oauth_app_id");
            shown.remove("connect");
            shown.extend(own);
            shown.extend(self.fields.clone());
        }
        shown
    }
}
