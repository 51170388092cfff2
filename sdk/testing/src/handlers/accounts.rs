//! Connected accounts.

use serde_json::{Map, Value, json};

use super::{HandlerResult, ValidRequest, no_content, ok};
use crate::clock::rfc3339;
use crate::connecting::ConnectAttempt;
use crate::response::{FakeResponse, Rejection};
use crate::state::{Account, Caller, State};

pub(super) fn list(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.user(request.query("external_user_id"))?;
    let credentials = request.query_bool("include_credentials").unwrap_or(false);
    let accounts = &state.environment_data(&environment).accounts;
    let found = accounts
        .iter()
        .filter(|it| user.is_none_or(|user| it.user == user))
        .filter(|it| request.query("app").is_none_or(|app| it.is_of(app)))
        .filter(|it| {
            let wanted = request.query("oauth_app_id");
            wanted.is_none_or(|wanted| it.oauth_app.as_deref() == Some(wanted))
        });
    let paging = request.paging();
    ok(paging.page(found, |it| &it.id, |it| it.to_json(credentials))?)
}

/// Lists all accounts of the user in the path, without pagination.
pub(super) fn list_of_user(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.user(Some(request.path("external_user_id")))?;
    let credentials = request.query_bool("include_credentials").unwrap_or(false);
    let accounts = &state.environment_data(&environment).accounts;
    let found = accounts
        .iter()
        .filter(|it| user.is_none_or(|user| it.user == user))
        .filter(|it| request.query("app").is_none_or(|app| it.is_of(app)));
    ok(found.map(|it| it.to_json(credentials)).collect())
}

/// Connects an account with the Connect token of its user, and posts the event to the token's `webhook_uri`.
pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    request.environment(state)?;
    let Caller::Client(token) = &request.caller else {
        return Err(Rejection::new(403, "requires a Connect token"));
    };
    if request.body_str("connect_token") != Some(&token.value) {
        return Err(Rejection::new(
            403,
            "connect_token is not the token of the request",
        ));
    }
    request.user(request.query("external_user_id"))?;
    let fields = request.body_str("cfmap_json").unwrap_or_default();
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(fields) else {
        return Err(Rejection::invalid("cfmap_json is not a JSON object"));
    };
    let slug = request.body_str("app_slug").unwrap_or_default();
    if let Some(id) = request.body_str("app_override_id") {
        let mut overrides = state.app_overrides.iter();
        let found = overrides.find(|it| it.id == id && it.app["name_slug"] == slug);
        let found = found.ok_or_else(|| Rejection::missing("app override"))?;
        if found.oauth_app.is_some() {
            return Err(Rejection::invalid("the app override requires OAuth"));
        }
        fields.extend(found.values.clone());
    }
    let attempt = ConnectAttempt {
        app: slug,
        account: request.body_str("account_id"),
        name: request.body_str("name"),
        oauth_app: request.query("oauth_app_id"),
        fields: Value::Object(fields),
    };
    let connected = state.connect(token, &attempt);
    let delivery = state.connection_event(token, connected.as_ref());
    state.outbox.extend(delivery);
    ok(connected?)
}

pub(super) fn retrieve(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.user(None)?;
    let credentials = request.query_bool("include_credentials").unwrap_or(false);
    let id = request.path("account_id");
    let mut accounts = state.environment_data(&environment).accounts.iter();
    let found = accounts.find(|it| it.id == id && user.is_none_or(|user| it.user == user));
    match found {
        Some(account) => ok(account.to_json(credentials)),
        None => Err(Rejection::missing("account")),
    }
}

pub(super) fn delete(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let id = request.path("account_id").to_owned();
    match delete_where(state, request, |account| account.id == id)? {
        0 => Err(Rejection::missing("account")),
        _ => no_content(),
    }
}

/// Deletes the accounts of an app for all users. Succeeds even if there are none.
pub(super) fn delete_by_app(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let app = request.path("app_id").to_owned();
    if state.app(&app).is_none() {
        return Err(Rejection::missing("app"));
    }
    delete_where(state, request, |account| account.is_of(&app))?;
    Ok(FakeResponse::new(204))
}

fn delete_where(
    state: &mut State,
    request: &ValidRequest<'_>,
    chosen: impl Fn(&Account) -> bool,
) -> Result<usize, Rejection> {
    let environment = request.environment(state)?;
    let user = request.user(None)?;
    let accounts = &mut state.environment_data(&environment).accounts;
    let before = accounts.len();
    accounts.retain(|it| !(chosen(it) && user.is_none_or(|user| it.user == user)));
    Ok(before - accounts.len())
}

impl Account {
    /// Returns `true` if it is an account of this app (slug or ID).
    pub(crate) fn is_of(&self, app: &str) -> bool {
        self.app["name_slug"] == app || self.app["id"] == app
    }

    /// Returns the account in the format of the API, with or without its credentials.
    pub(crate) fn to_json(&self, credentials: bool) -> Value {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "external_id": self.user,
            "healthy": self.healthy,
            "dead": false,
            "app": self.app,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(self.updated),
            "authorized_scopes": [],
            "error": null,
            "last_refreshed_at": null,
            "next_refresh_at": null,
        });
        if credentials {
            shown["credentials"] = self.credentials.clone();
        }
        shown
    }
}
