//! Access tokens for client credentials.

use serde_json::json;

use super::{Call, Outcome, ok};
use crate::FakePipedream;
use crate::response::Rejection;
use crate::state::{ACCESS_TOKEN_LIFE, State};

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let is_known = call.text("client_id") == Some(FakePipedream::CLIENT_ID);
    let proven = match (call.text("client_secret"), call.text("client_assertion")) {
        (Some(secret), None) if secret == FakePipedream::CLIENT_SECRET => Ok(()),
        (None, Some(assertion)) => accept(assertion, state, call),
        _ => Err(Rejection::new(401, "invalid_client")),
    };
    proven?;
    if !is_known {
        return Err(Rejection::new(401, "invalid_client"));
    }
    let scopes = call.text("scope").unwrap_or_default().split_whitespace();
    let token = state.issue_access_token(scopes.map(str::to_owned).collect());
    ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFE.num_seconds(),
    }))
}

/// An assertion proves who the client is where its public key is registered.
#[cfg(feature = "private-key-jwt")]
fn accept(assertion: &str, state: &mut State, call: &Call<'_>) -> Result<(), Rejection> {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    if call.text("client_assertion_type") != Some(kind) {
        return Err(Rejection::new(
            401,
            format!("invalid_client: client_assertion_type is not {kind}"),
        ));
    }
    state.client_keys.accept(assertion, call.base_url)
}

#[cfg(not(feature = "private-key-jwt"))]
fn accept(_: &str, _: &mut State, _: &Call<'_>) -> Result<(), Rejection> {
    Err(Rejection::new(
        401,
        "invalid_client: the fake verifies assertions with its feature private-key-jwt",
    ))
}
