//! OAuth clients of a project's own.

use serde_json::{Value, json};

use super::{Call, Outcome, contains, done, ok};
use crate::clock::written;
use crate::response::Rejection;
use crate::state::{OauthApp, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let project = call.project(state)?;
    let app = wanted_app(state, call)?;
    let q = call.query("q").unwrap_or_default();
    let found = state
        .oauth_apps
        .iter()
        .filter(|it| it.project == project)
        .filter(|it| app.as_ref().is_none_or(|app| it.app == *app))
        .filter(|it| {
            let shown = it.shown();
            contains(&shown["name"], q) || contains(&shown["description"], q)
        });
    ok(call.paging().page(found, |it| &it.id, OauthApp::shown)?)
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let project = call.project(state)?;
    let app = call.text("app").unwrap_or_default();
    let made = state.add_oauth_app(&project, app);
    let made = made.ok_or_else(|| Rejection::invalid("the app takes no OAuth clients"))?;
    made.change(&call.body);
    ok(made.shown())
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    ok(find(state, call)?.shown())
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = state.now;
    let found = find(state, call)?;
    found.change(&call.body);
    found.updated = now;
    ok(found.shown())
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = find(state, call)?.id.clone();
    state.oauth_apps.retain(|it| it.id != id);
    done()
}

/// The app that a list is narrowed to; one that is named has to be there.
pub(super) fn wanted_app(state: &State, call: &Call<'_>) -> Result<Option<Value>, Rejection> {
    match call.query("app") {
        None => Ok(None),
        Some(name) => match state.app(name) {
            Some(app) => Ok(Some(app.clone())),
            None => Err(Rejection::missing("app")),
        },
    }
}

fn find<'a>(state: &'a mut State, call: &Call<'_>) -> Result<&'a mut OauthApp, Rejection> {
    let project = call.project(state)?;
    let id = call.path("id");
    let mut all = state.oauth_apps.iter_mut();
    let found = all.find(|it| it.id == id && it.project == project);
    found.ok_or_else(|| Rejection::missing("OAuth client"))
}

/// The fields that a request may set and an answer may show. The secret is not one of them.
const FIELDS: [&str; 5] = [
    "name",
    "description",
    "client_id",
    "scopes",
    "additional_scopes",
];

impl OauthApp {
    /// What is not in the body, and a blank client id, stay as they were.
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

    /// The app, with the client's own fields over it.
    fn shown(&self) -> Value {
        let mut shown = self.app.clone();
        let own = json!({
            "id": self.id,
            "client_id": null,
            "scopes": [],
            "additional_scopes": [],
            "redirect_uri": format!("https://api.pipedream.com/connect/oauth/{}/callback", self.id),
            "owner_id": self.project,
            "created_at": written(self.created),
            "updated_at": written(self.updated),
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
