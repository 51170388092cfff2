//! Connect tokens: made for one user, good for connecting one account, until they expire.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Call, Outcome, ok};
use crate::clock::written;
use crate::response::Rejection;
use crate::state::{CONNECT_TOKEN_LIFE, ConnectToken, State};

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.body_user()?;
    let life = match call.body["expires_in"].as_i64() {
        None => CONNECT_TOKEN_LIFE,
        Some(seconds) => TimeDelta::try_seconds(seconds)
            .filter(|life| (TimeDelta::seconds(1)..=CONNECT_TOKEN_LIFE).contains(life))
            .ok_or_else(|| Rejection::invalid("expires_in takes 1 to 14400 seconds"))?,
    };
    state.meet_user(&place, &user)?;
    let token = ConnectToken {
        text: state.ids.token("ctok_"),
        place,
        user,
        expires: state.now + life,
        used: false,
        success_redirect: call.body["success_redirect_uri"].clone(),
        error_redirect: call.body["error_redirect_uri"].clone(),
        webhook: call.text("webhook_uri").map(str::to_owned),
    };
    let answer = json!({
        "token": token.text,
        "expires_at": written(token.expires),
        "connect_link_url": format!(
            "https://pipedream.com/_static/connect.html?token={}&connectLink=true", token.text,
        ),
    });
    state.connect_tokens.push(token);
    ok(answer)
}

/// Tells whether a token is good for an app. A token that is not makes no error status: `success` is false.
pub(super) fn validate(state: &mut State, call: &Call<'_>) -> Outcome {
    let text = call.path("ctok");
    let token = state.connect_tokens.iter().find(|it| it.text == text);
    let app = call.query("app_id").and_then(|name| state.app(name));
    let error = match token {
        None => Some("Connect token not found"),
        Some(token) if token.expires <= state.now => Some("Connect token expired"),
        Some(token) if token.used => Some("Connect token already used"),
        Some(_) if app.is_none() => Some("App not found"),
        Some(_) if !knows_override(state, call, app) => Some("App override not found"),
        Some(token) => {
            let space = state.spaces.get(&token.place);
            let wanted = call.query("account_id");
            let owned = wanted.is_none_or(|id| {
                let mut accounts = space.into_iter().flat_map(|it| &it.accounts);
                accounts.any(|it| it.id == id && it.user == token.user && Some(&it.app) == app)
            });
            (!owned).then_some("Account not found")
        }
    };
    let mut answer = json!({ "success": error.is_none(), "error": error });
    if let (None, Some(token)) = (error, token) {
        let project = state
            .projects
            .iter()
            .find(|it| it.id == token.place.project);
        let field = |name| project.and_then(|it| it.fields.get(name)).cloned();
        answer["app"] = app.cloned().unwrap_or_default();
        answer["oauth_app_id"] = call.query("oauth_app_id").map_or(Value::Null, Value::from);
        answer["project_id"] = Value::from(token.place.project.clone());
        answer["project_environment"] = Value::from(token.place.environment.clone());
        answer["project_app_name"] = field("app_name").unwrap_or_default();
        answer["project_support_email"] = field("support_email").unwrap_or_default();
        answer["success_redirect_uri"] = token.success_redirect.clone();
        answer["error_redirect_uri"] = token.error_redirect.clone();
    }
    ok(answer)
}

/// Whether the app override that a request names, if it does, is one of the app.
fn knows_override(state: &State, call: &Call<'_>, app: Option<&Value>) -> bool {
    let wanted = call.query("app_override_id");
    let mut known = state.app_overrides.iter();
    wanted.is_none_or(|id| known.any(|it| it.id == id && Some(&it.app) == app))
}
