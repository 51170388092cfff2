//! Responses of the server in most scenarios.

use serde_json::{Value, json};
use tests::recorder::{ReceivedRequest, ServerAction};

/// Returns access tokens `tok-1`, `tok-2`, …, valid for an hour, and for all other requests what the scenario
/// needs.
pub(crate) fn usual(request: &ReceivedRequest, before: usize) -> ServerAction {
    match token(request, before, 3600) {
        Some(token) => token,
        None => ServerAction::json(200, json!({})),
    }
}

/// Returns the response to a token request.
pub(crate) fn token(
    request: &ReceivedRequest,
    before: usize,
    expires_in: u32,
) -> Option<ServerAction> {
    request.path.ends_with("/v1/oauth/token").then(|| {
        let token = format!("tok-{}", before + 1);
        ServerAction::json(
            200,
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": expires_in }),
        )
    })
}

/// Returns lists of three items in pages of two, and five accounts.
pub(crate) fn pages(request: &ReceivedRequest, before: usize) -> ServerAction {
    let total = if request.path.ends_with("/accounts") {
        5
    } else {
        3
    };
    let offset = match request.query_parameter("after") {
        Some("Mg==") => 2,
        Some("NA==") => 4,
        _ => 0,
    };
    let end = match offset + 2 {
        2 if total > 2 => json!("Mg=="),
        4 if total > 4 => json!("NA=="),
        _ => Value::Null,
    };
    match token(request, before, 3600) {
        Some(token) => token,
        None => page(total.min(offset + 2) - offset, Value::Null, end),
    }
}

/// Returns a page with this many items, which are valid in all lists.
pub(crate) fn page(number: usize, start: Value, end: Value) -> ServerAction {
    let data = vec![thing(); number];
    ServerAction::json(
        200,
        json!({ "data": data, "page_info": { "start_cursor": start, "end_cursor": end } }),
    )
}

/// Returns an item with the properties of an account, an app and a component.
pub(crate) fn thing() -> Value {
    json!({
        "id": "apn_1", "name": "A", "name_slug": "a", "key": "a-do", "version": "0.0.1", "configurable_props": [],
    })
}

/// Returns this status for the first requests, and the usual response after that.
pub(crate) fn at_first(
    times: usize,
    play: ServerAction,
    request: &ReceivedRequest,
    before: usize,
) -> ServerAction {
    match token(request, before, 3600) {
        Some(token) => token,
        None if before < times => play,
        None => usual(request, before),
    }
}
