//! Handlers of the operations of Dynamiq: one function per operation over the state, looked up by operation ID.

use serde_json::{Value, json};

use super::server::DynamiqError;
use super::state::{Requirement, RequirementKind, State};
use crate::FakePipedream;
use crate::clock::rfc3339;
use crate::response::FakeResponse;
use crate::state::{self as pipedream, CONNECT_TOKEN_LIFE, ConnectToken, Environment};

/// A request that is valid according to the document and has the credential of its host.
pub(super) struct ValidRequest<'a> {
    pub(super) path: &'a [(String, String)],
    pub(super) query: &'a [(String, String)],
    pub(super) body: Value,
    /// User of the Connect token, on the management host.
    pub(super) user: Option<String>,
    /// Dynamiq's own project in Pipedream.
    pub(super) pipedream: &'a mut pipedream::State,
}

pub(super) type HandlerResult = Result<FakeResponse, DynamiqError>;
pub(super) type Handler = fn(&mut State, &mut ValidRequest<'_>) -> HandlerResult;

/// Returns the handler of an operation.
pub(super) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "createConnectToken" => create_token,
        "getAppRequirementsStatus" => status,
        "listConnectRequirements" => list,
        "createConnectRequirementCredentials" => store_credentials,
        "authorizeConnectRequirementOAuth2" => authorize_oauth2,
        "authorizeConnectRequirementActionConnector" => authorize_pipedream,
        _ => return None,
    })
}

fn create_token(state: &mut State, request: &mut ValidRequest<'_>) -> HandlerResult {
    let user = named(request.body["user_id"].as_str())?;
    let token = state.create_token(&user);
    ok(json!({
        "token": token.value,
        "url": format!("https://app.getdynamiq.ai/connect?token={}", token.value),
        "expires_at": rfc3339(token.expires),
    }))
}

fn status(state: &mut State, request: &mut ValidRequest<'_>) -> HandlerResult {
    let mut provided = request.query.iter();
    let user = provided.find(|(name, _)| name == "user_id");
    let user = named(user.map(|(_, value)| value.as_str()))?;
    let environment = environment();
    let data = request.pipedream.environments.get(&environment);
    let has_account = |app: &str| {
        let mut accounts = data.into_iter().flat_map(|it| &it.accounts);
        accounts.any(|it| it.user == user && it.app["name_slug"] == app)
    };
    let open: Vec<Value> = state
        .requirements
        .iter()
        .filter(|it| !state.is_fulfilled(&user, it, has_account))
        .map(|it| state.as_app_requirement(it))
        .collect();
    // The status that the service returns if nothing is missing is not documented; clients must not depend on it.
    let status = if open.is_empty() {
        "complete"
    } else {
        "incomplete"
    };
    ok(json!({ "status": status, "unsatisfied": open }))
}

fn list(state: &mut State, _: &mut ValidRequest<'_>) -> HandlerResult {
    let all = state.requirements.iter();
    let all: Vec<Value> = all.map(Requirement::as_connect_requirement).collect();
    ok(json!({ "data": all }))
}

fn store_credentials(state: &mut State, request: &mut ValidRequest<'_>) -> HandlerResult {
    let (user, requirement) = user_and_requirement(state, request)?;
    let provided = request.body["type"].as_str().unwrap_or_default();
    match &requirement.kind {
        RequirementKind::Credentials(class) if class == provided => {
            state.fulfill(&user, &requirement.id);
            ok(json!({ "message": "created" }))
        }
        RequirementKind::Credentials(class) => {
            Err(DynamiqError::bad_request("the type does not match")
                .detail("type", &format!("the requirement needs {class}")))
        }
        RequirementKind::OAuth2(_) => Err(DynamiqError::bad_request(
            "connections through OAuth 2 take no credentials: start an authorization",
        )),
        RequirementKind::Account(_) => Err(DynamiqError::bad_request(
            "the requirement is an account, which takes no credentials",
        )),
    }
}

fn authorize_oauth2(state: &mut State, request: &mut ValidRequest<'_>) -> HandlerResult {
    let (user, requirement) = user_and_requirement(state, request)?;
    if !matches!(requirement.kind, RequirementKind::OAuth2(_)) {
        let why = "the requirement is not a connection through OAuth 2";
        return Err(DynamiqError::bad_request(why));
    }
    state.begin_authorization(&user, &requirement.id);
    let page = format!(
        "https://provider.example/authorize?state={}",
        requirement.id
    );
    ok(json!({ "data": { "url": page } }))
}

/// Creates a token of Dynamiq's own Pipedream project. The link has the parameter names that Dynamiq uses.
fn authorize_pipedream(state: &mut State, request: &mut ValidRequest<'_>) -> HandlerResult {
    let (user, requirement) = user_and_requirement(state, request)?;
    let RequirementKind::Account(app) = &requirement.kind else {
        return Err(DynamiqError::bad_request(
            "the requirement is not an account",
        ));
    };
    let (environment, pipedream) = (environment(), &mut *request.pipedream);
    pipedream
        .ensure_user(&environment, &user)
        .map_err(|rejection| DynamiqError::bad_request(rejection.reason()))?;
    let token = ConnectToken {
        value: pipedream.ids.token("ctok_"),
        environment,
        user,
        expires: pipedream.now + CONNECT_TOKEN_LIFE,
        used: false,
        success_redirect: Value::Null,
        error_redirect: Value::Null,
        webhook: None,
    };
    let page = format!(
        "https://pipedream.com/_static/connect.html?token={}&connect_link=true&app={app}",
        token.value
    );
    pipedream.connect_tokens.push(token);
    ok(json!({ "data": { "url": page } }))
}

/// Returns the user of the Connect token and the requirement in the path.
fn user_and_requirement(
    state: &State,
    request: &ValidRequest<'_>,
) -> Result<(String, Requirement), DynamiqError> {
    let user = request.user.clone().unwrap_or_default();
    let mut path = request.path.iter();
    let id = path.find(|(name, _)| name == "requirement_id");
    let mut all = state.requirements.iter();
    match id.and_then(|(_, id)| all.find(|it| it.id == *id)) {
        Some(requirement) => Ok((user, requirement.clone())),
        None => Err(DynamiqError::not_found("requirement not found")),
    }
}

fn named(user: Option<&str>) -> Result<String, DynamiqError> {
    match user.map(str::trim) {
        None | Some("") => {
            Err(DynamiqError::bad_request("no user").detail("user_id", "must not be blank"))
        }
        Some(user) => Ok(user.to_owned()),
    }
}

/// Environment of Dynamiq's own project, which holds the accounts.
fn environment() -> Environment {
    Environment {
        project: FakePipedream::PROJECT_ID.to_owned(),
        name: "production".to_owned(),
    }
}

fn ok(value: Value) -> HandlerResult {
    Ok(FakeResponse::new(200).json(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_handler() {
        let operations = &super::super::server::document().operations;
        assert_eq!(operations.len(), 6);
        for operation in operations {
            assert!(handler(&operation.id).is_some(), "{}", operation.id);
        }
    }
}
