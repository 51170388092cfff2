//! What each operation of Dynamiq does: one function each over the state, found by the operation's id.

use serde_json::{Value, json};

use super::server::Problem;
use super::state::{Need, Requirement, State};
use crate::FakePipedream;
use crate::clock::written;
use crate::response::FakeResponse;
use crate::state::{self as pipedream, CONNECT_TOKEN_LIFE, ConnectToken, Place};

/// A request that fits the document and has the credential that its host takes.
pub(super) struct Call<'a> {
    pub(super) path: &'a [(String, String)],
    pub(super) query: &'a [(String, String)],
    pub(super) body: Value,
    /// The user of the Connect token, on the management host.
    pub(super) user: Option<String>,
    /// Dynamiq's own project at Pipedream.
    pub(super) pipedream: &'a mut pipedream::State,
}

pub(super) type Outcome = Result<FakeResponse, Problem>;
pub(super) type Handler = fn(&mut State, &mut Call<'_>) -> Outcome;

/// The function of an operation.
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

fn create_token(state: &mut State, call: &mut Call<'_>) -> Outcome {
    let user = named(call.body["user_id"].as_str())?;
    let token = state.mint(&user);
    ok(json!({
        "token": token.text,
        "url": format!("https://app.getdynamiq.ai/connect?token={}", token.text),
        "expires_at": written(token.expires),
    }))
}

fn status(state: &mut State, call: &mut Call<'_>) -> Outcome {
    let mut given = call.query.iter();
    let user = given.find(|(name, _)| name == "user_id");
    let user = named(user.map(|(_, value)| value.as_str()))?;
    let place = place();
    let space = call.pipedream.spaces.get(&place);
    let has_account = |app: &str| {
        let mut accounts = space.into_iter().flat_map(|it| &it.accounts);
        accounts.any(|it| it.user == user && it.app["name_slug"] == app)
    };
    let open: Vec<Value> = state
        .requirements
        .iter()
        .filter(|it| !state.is_fulfilled(&user, it, has_account))
        .map(|it| state.as_app_requirement(it))
        .collect();
    // What the service says when nothing is missing is not known; clients must not depend on it.
    let status = if open.is_empty() {
        "complete"
    } else {
        "incomplete"
    };
    ok(json!({ "status": status, "unsatisfied": open }))
}

fn list(state: &mut State, _: &mut Call<'_>) -> Outcome {
    let all = state.requirements.iter();
    let all: Vec<Value> = all.map(Requirement::as_connect_requirement).collect();
    ok(json!({ "data": all }))
}

fn store_credentials(state: &mut State, call: &mut Call<'_>) -> Outcome {
    let (user, requirement) = asked_for(state, call)?;
    let given = call.body["type"].as_str().unwrap_or_default();
    match &requirement.need {
        Need::Credentials(class) if class == given => {
            state.fulfil(&user, &requirement.id);
            ok(json!({ "message": "created" }))
        }
        Need::Credentials(class) => Err(Problem::bad_request("the type does not match")
            .detail("type", &format!("the requirement needs {class}"))),
        Need::OAuth2(_) => Err(Problem::bad_request(
            "connections through OAuth 2 take no credentials: begin an authorization",
        )),
        Need::Account(_) => Err(Problem::bad_request(
            "the requirement is one for an account",
        )),
    }
}

fn authorize_oauth2(state: &mut State, call: &mut Call<'_>) -> Outcome {
    let (user, requirement) = asked_for(state, call)?;
    if !matches!(requirement.need, Need::OAuth2(_)) {
        let why = "the requirement is not one for a connection through OAuth 2";
        return Err(Problem::bad_request(why));
    }
    state.ask(&user, &requirement.id);
    let page = format!(
        "https://provider.example/authorize?state={}",
        requirement.id
    );
    ok(json!({ "data": { "url": page } }))
}

/// Mints a token of Dynamiq's own Pipedream project, and spells the link's parameter as Dynamiq does.
fn authorize_pipedream(state: &mut State, call: &mut Call<'_>) -> Outcome {
    let (user, requirement) = asked_for(state, call)?;
    let Need::Account(app) = &requirement.need else {
        return Err(Problem::bad_request(
            "the requirement is not one for an account",
        ));
    };
    let (place, pipedream) = (place(), &mut *call.pipedream);
    pipedream
        .meet_user(&place, &user)
        .map_err(|refusal| Problem::bad_request(refusal.reason()))?;
    let token = ConnectToken {
        text: pipedream.ids.token("ctok_"),
        place,
        user,
        expires: pipedream.now + CONNECT_TOKEN_LIFE,
        used: false,
        success_redirect: Value::Null,
        error_redirect: Value::Null,
        webhook: None,
    };
    let page = format!(
        "https://pipedream.com/_static/connect.html?token={}&connect_link=true&app={app}",
        token.text
    );
    pipedream.connect_tokens.push(token);
    ok(json!({ "data": { "url": page } }))
}

/// The user of the Connect token and the requirement of the path.
fn asked_for(state: &State, call: &Call<'_>) -> Result<(String, Requirement), Problem> {
    let user = call.user.clone().unwrap_or_default();
    let mut path = call.path.iter();
    let id = path.find(|(name, _)| name == "requirement_id");
    let mut all = state.requirements.iter();
    match id.and_then(|(_, id)| all.find(|it| it.id == *id)) {
        Some(requirement) => Ok((user, requirement.clone())),
        None => Err(Problem::not_found("requirement not found")),
    }
}

fn named(user: Option<&str>) -> Result<String, Problem> {
    match user.map(str::trim) {
        None | Some("") => {
            Err(Problem::bad_request("no user").detail("user_id", "must not be blank"))
        }
        Some(user) => Ok(user.to_owned()),
    }
}

/// Where Dynamiq's own project keeps the accounts.
fn place() -> Place {
    Place {
        project: FakePipedream::PROJECT_ID.to_owned(),
        environment: "production".to_owned(),
    }
}

fn ok(value: Value) -> Outcome {
    Ok(FakeResponse::new(200).json(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_document_is_served() {
        let operations = &super::super::server::document().operations;
        assert_eq!(operations.len(), 6);
        for operation in operations {
            assert!(handler(&operation.id).is_some(), "{}", operation.id);
        }
    }
}
