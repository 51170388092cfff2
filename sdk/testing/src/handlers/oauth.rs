//! Access tokens for client credentials.

use serde_json::json;

use super::{Call, Outcome, ok};
use crate::FakePipedream;
use crate::answer::Refusal;
use crate::state::{ACCESS_TOKEN_LIFE, State};

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let known = call.text("client_id") == Some(FakePipedream::CLIENT_ID)
        && call.text("client_secret") == Some(FakePipedream::CLIENT_SECRET);
    if !known {
        return Err(Refusal::new(401, "invalid_client"));
    }
    let scopes = call.text("scope").unwrap_or_default().split_whitespace();
    let token = state.issue_access_token(scopes.map(str::to_owned).collect());
    ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFE.num_seconds(),
    }))
}
