//! What the server answers in most scenarios.

use serde_json::{Value, json};
use tests::recorder::{Play, Recorded};

/// Access tokens `tok-1`, `tok-2`, …, an hour each; to all else what lets the scenario go on.
pub(crate) fn usual(request: &Recorded, before: usize) -> Play {
    match token(request, before, 3600) {
        Some(token) => token,
        None => Play::json(200, json!({})),
    }
}

/// The answer to a token request.
pub(crate) fn token(request: &Recorded, before: usize, expires_in: u32) -> Option<Play> {
    request.path.ends_with("/v1/oauth/token").then(|| {
        let token = format!("tok-{}", before + 1);
        Play::json(
            200,
            json!({ "access_token": token, "token_type": "Bearer", "expires_in": expires_in }),
        )
    })
}

/// Lists of three things in pages of two; accounts are five.
pub(crate) fn pages(request: &Recorded, before: usize) -> Play {
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

/// A page with this many things, which fit all lists.
pub(crate) fn page(number: usize, start: Value, end: Value) -> Play {
    let data = vec![thing(); number];
    Play::json(
        200,
        json!({ "data": data, "page_info": { "start_cursor": start, "end_cursor": end } }),
    )
}

/// An account, an app and a component in one.
pub(crate) fn thing() -> Value {
    json!({
        "id": "apn_1", "name": "A", "name_slug": "a", "key": "a-do", "version": "0.0.1", "configurable_props": [],
    })
}

/// An answer that is of this status the first so many times, and the usual one from then on.
pub(crate) fn at_first(times: usize, play: Play, request: &Recorded, before: usize) -> Play {
    match token(request, before, 3600) {
        Some(token) => token,
        None if before < times => play,
        None => usual(request, before),
    }
}
