//! Limits that a developer sets for requests of their own: a token each, which requests carry in a header.

use axum::http::HeaderMap;
use chrono::TimeDelta;
use serde_json::json;

use super::{Call, Outcome, ok};
use crate::response::Rejection;
use crate::state::{RateLimit, State};

/// The header that requests carry the token of a limit in.
const HEADER: &str = "x-pd-rate-limit";

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let figure = |name: &str| {
        let figure = call.body[name].as_i64().filter(|figure| *figure > 0);
        figure.ok_or_else(|| Rejection::invalid(format!("{name} has to be positive")))
    };
    let window = TimeDelta::try_seconds(figure("window_size_seconds")?);
    let limit = RateLimit {
        token: state.ids.token("rl_"),
        window: window.ok_or_else(|| Rejection::invalid("the window is too long"))?,
        requests: figure("requests_per_window")?,
        began: state.now,
        counted: 0,
    };
    let answer = json!({ "token": limit.token });
    state.rate_limits.push(limit);
    ok(answer)
}

/// Counts a request against the limit whose token it carries, and refuses it where that is reached.
pub(crate) fn count(state: &mut State, headers: &HeaderMap) -> Result<(), Rejection> {
    let Some(token) = headers.get(HEADER) else {
        return Ok(());
    };
    let now = state.now;
    let mut limits = state.rate_limits.iter_mut();
    let limit = limits.find(|it| token.as_bytes() == it.token.as_bytes());
    let limit = limit.ok_or_else(|| Rejection::invalid(format!("{HEADER}: no such limit")))?;
    if now - limit.began >= limit.window {
        (limit.began, limit.counted) = (now, 0);
    }
    if limit.counted >= limit.requests {
        let left = (limit.window - (now - limit.began)).num_milliseconds();
        let seconds = left.max(0).unsigned_abs().div_ceil(1000);
        return Err(Rejection::throttled(
            "the limit of the token is reached",
            seconds,
        ));
    }
    limit.counted += 1;
    Ok(())
}
