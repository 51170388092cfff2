//! Access tokens for client credentials.

use serde_json::json;

use super::{HandlerResult, ValidRequest, ok};
use crate::FakePipedream;
use crate::response::Rejection;
use crate::state::{ACCESS_TOKEN_LIFE, State};

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let is_known = request.body_str("client_id") == Some(FakePipedream::CLIENT_ID);
    let proven = match (
        request.body_str("client_secret"),
        request.body_str("client_assertion"),
    ) {
        (Some(secret), None) if secret == FakePipedream::CLIENT_SECRET => Ok(()),
        (None, Some(assertion)) => accept(assertion, state, request),
        _ => Err(Rejection::new(401, "invalid_client")),
    };
    proven?;
    if !is_known {
        return Err(Rejection::new(401, "invalid_client"));
    }
    let scopes = request
        .body_str("scope")
        .unwrap_or_default()
        .split_whitespace();
    let token = state.issue_access_token(scopes.map(str::to_owned).collect());
    ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFE.num_seconds(),
    }))
}

/// Accepts an assertion that is signed with a registered key of the client.
#[cfg(feature = "private-key-jwt")]
fn accept(assertion: &str, state: &mut State, request: &ValidRequest<'_>) -> Result<(), Rejection> {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    if request.body_str("client_assertion_type") != Some(kind) {
        return Err(Rejection::new(
            401,
            format!("invalid_client: client_assertion_type is not {kind}"),
        ));
    }
    state.client_keys.accept(assertion, request.base_url)
}

#[cfg(not(feature = "private-key-jwt"))]
fn accept(_: &str, _: &mut State, _: &ValidRequest<'_>) -> Result<(), Rejection> {
    Err(Rejection::new(
        401,
        "invalid_client: enable the feature private-key-jwt of the fake to verify assertions",
    ))
}
