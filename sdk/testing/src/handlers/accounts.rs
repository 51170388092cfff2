//! Connected accounts.

use serde_json::{Map, Value, json};

use super::{Call, Outcome, done, ok};
use crate::clock::written;
use crate::connecting::Attempt;
use crate::response::{FakeResponse, Rejection};
use crate::state::{Account, Caller, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.user(call.query("external_user_id"))?;
    let credentials = call.flag("include_credentials").unwrap_or(false);
    let accounts = &state.space(&place).accounts;
    let found = accounts
        .iter()
        .filter(|it| user.is_none_or(|user| it.user == user))
        .filter(|it| call.query("app").is_none_or(|app| it.is_of(app)))
        .filter(|it| {
            let wanted = call.query("oauth_app_id");
            wanted.is_none_or(|wanted| it.oauth_app.as_deref() == Some(wanted))
        });
    let paging = call.paging();
    ok(paging.page(found, |it| &it.id, |it| it.shown(credentials))?)
}

/// All accounts of the user in the path, without pages.
pub(super) fn list_of_user(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.user(Some(call.path("external_user_id")))?;
    let credentials = call.flag("include_credentials").unwrap_or(false);
    let accounts = &state.space(&place).accounts;
    let found = accounts
        .iter()
        .filter(|it| user.is_none_or(|user| it.user == user))
        .filter(|it| call.query("app").is_none_or(|app| it.is_of(app)));
    ok(found.map(|it| it.shown(credentials)).collect())
}

/// Connects an account with the Connect token of its user, whose `webhook_uri` is told of it.
pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    call.place(state)?;
    let Caller::Client(token) = &call.caller else {
        return Err(Rejection::new(403, "takes a Connect token"));
    };
    if call.text("connect_token") != Some(&token.text) {
        return Err(Rejection::new(
            403,
            "connect_token is not the token of the request",
        ));
    }
    call.user(call.query("external_user_id"))?;
    let fields = call.text("cfmap_json").unwrap_or_default();
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(fields) else {
        return Err(Rejection::invalid("cfmap_json is no JSON object"));
    };
    let slug = call.text("app_slug").unwrap_or_default();
    if let Some(id) = call.text("app_override_id") {
        let mut overrides = state.app_overrides.iter();
        let found = overrides.find(|it| it.id == id && it.app["name_slug"] == slug);
        let found = found.ok_or_else(|| Rejection::missing("app override"))?;
        if found.oauth_app.is_some() {
            return Err(Rejection::invalid(
                "the app override takes OAuth to connect",
            ));
        }
        fields.extend(found.values.clone());
    }
    let attempt = Attempt {
        app: slug,
        account: call.text("account_id"),
        name: call.text("name"),
        oauth_app: call.query("oauth_app_id"),
        fields: Value::Object(fields),
    };
    let connected = state.connect(token, &attempt);
    let parcel = state.announcement(token, connected.as_ref());
    state.outbox.extend(parcel);
    ok(connected?)
}

pub(super) fn retrieve(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.user(None)?;
    let credentials = call.flag("include_credentials").unwrap_or(false);
    let id = call.path("account_id");
    let mut accounts = state.space(&place).accounts.iter();
    let found = accounts.find(|it| it.id == id && user.is_none_or(|user| it.user == user));
    match found {
        Some(account) => ok(account.shown(credentials)),
        None => Err(Rejection::missing("account")),
    }
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.path("account_id").to_owned();
    match delete_where(state, call, |account| account.id == id)? {
        0 => Err(Rejection::missing("account")),
        _ => done(),
    }
}

/// Deletes the accounts of an app, of every user: no one of them has to be there.
pub(super) fn delete_by_app(state: &mut State, call: &Call<'_>) -> Outcome {
    let app = call.path("app_id").to_owned();
    if state.app(&app).is_none() {
        return Err(Rejection::missing("app"));
    }
    delete_where(state, call, |account| account.is_of(&app))?;
    Ok(FakeResponse::new(204))
}

fn delete_where(
    state: &mut State,
    call: &Call<'_>,
    chosen: impl Fn(&Account) -> bool,
) -> Result<usize, Rejection> {
    let place = call.place(state)?;
    let user = call.user(None)?;
    let accounts = &mut state.space(&place).accounts;
    let before = accounts.len();
    accounts.retain(|it| !(chosen(it) && user.is_none_or(|user| it.user == user)));
    Ok(before - accounts.len())
}

impl Account {
    /// Whether it is an account of this app, by slug or id.
    pub(crate) fn is_of(&self, app: &str) -> bool {
        self.app["name_slug"] == app || self.app["id"] == app
    }

    /// As the API shows it, with its credentials or without.
    pub(crate) fn shown(&self, credentials: bool) -> Value {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "external_id": self.user,
            "healthy": self.healthy,
            "dead": false,
            "app": self.app,
            "created_at": written(self.created),
            "updated_at": written(self.updated),
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
