//! Connect tokens: created for one user, valid for connecting one account until they expire.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{HandlerResult, ValidRequest, ok};
use crate::clock::rfc3339;
use crate::response::Rejection;
use crate::state::{CONNECT_TOKEN_LIFE, ConnectToken, State};

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.body_user()?;
    let life = match request.body["expires_in"].as_i64() {
        None => CONNECT_TOKEN_LIFE,
        Some(seconds) => TimeDelta::try_seconds(seconds)
            .filter(|life| (TimeDelta::seconds(1)..=CONNECT_TOKEN_LIFE).contains(life))
            .ok_or_else(|| Rejection::invalid("expires_in must be between 1 and 14400 seconds"))?,
    };
    state.ensure_user(&environment, &user)?;
    let token = ConnectToken {
        value: state.ids.token("ctok_"),
        environment,
        user,
        expires: state.now + life,
        used: false,
        success_redirect: request.body["success_redirect_uri"].clone(),
        error_redirect: request.body["error_redirect_uri"].clone(),
        webhook: request.body_str("webhook_uri").map(str::to_owned),
    };
    let response = json!({
        "token": token.value,
        "expires_at": rfc3339(token.expires),
        "connect_link_url": format!(
            "https://pipedream.com/_static/connect.html?token={}&connectLink=true", token.value,
        ),
    });
    state.connect_tokens.push(token);
    ok(response)
}

/// Validates a token for an app. An invalid token is reported by `success: false`, not by an error status.
pub(super) fn validate(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let value = request.path("ctok");
    let token = state.connect_tokens.iter().find(|it| it.value == value);
    let app = request.query("app_id").and_then(|name| state.app(name));
    let error = match token {
        None => Some("Connect token not found"),
        Some(token) if token.expires <= state.now => Some("Connect token expired"),
        Some(token) if token.used => Some("Connect token already used"),
        Some(_) if app.is_none() => Some("App not found"),
        Some(_) if !knows_override(state, request, app) => Some("App override not found"),
        Some(token) => {
            let data = state.environments.get(&token.environment);
            let wanted = request.query("account_id");
            let owned = wanted.is_none_or(|id| {
                let mut accounts = data.into_iter().flat_map(|it| &it.accounts);
                accounts.any(|it| it.id == id && it.user == token.user && Some(&it.app) == app)
            });
            (!owned).then_some("Account not found")
        }
    };
    let mut response = json!({ "success": error.is_none(), "error": error });
    if let (None, Some(token)) = (error, token) {
        let project = state
            .projects
            .iter()
            .find(|it| it.id == token.environment.project);
        let field = |name| project.and_then(|it| it.fields.get(name)).cloned();
        response["app"] = app.cloned().unwrap_or_default();
        response["oauth_app_id"] = request
            .query("oauth_app_id")
            .map_or(Value::Null, Value::from);
        response["project_id"] = Value::from(token.environment.project.clone());
        response["project_environment"] = Value::from(token.environment.name.clone());
        response["project_app_name"] = field("app_name").unwrap_or_default();
        response["project_support_email"] = field("support_email").unwrap_or_default();
        response["success_redirect_uri"] = token.success_redirect.clone();
        response["error_redirect_uri"] = token.error_redirect.clone();
    }
    ok(response)
}

/// Returns `true` if the app override in the query, if any, belongs to the app.
fn knows_override(state: &State, request: &ValidRequest<'_>, app: Option<&Value>) -> bool {
    let wanted = request.query("app_override_id");
    let mut known = state.app_overrides.iter();
    wanted.is_none_or(|id| known.any(|it| it.id == id && Some(&it.app) == app))
}
