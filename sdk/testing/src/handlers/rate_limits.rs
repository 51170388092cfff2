//! Rate limits that a developer defines. Each has a token, which requests carry in a header.

use axum::http::HeaderMap;
use chrono::TimeDelta;
use serde_json::json;

use super::{HandlerResult, ValidRequest, ok};
use crate::response::Rejection;
use crate::state::{RateLimit, State};

/// Request header with the token of a rate limit.
const HEADER: &str = "x-pd-rate-limit";

pub(super) fn create(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let positive = |name: &str| {
        let positive = request.body[name].as_i64().filter(|positive| *positive > 0);
        positive.ok_or_else(|| Rejection::invalid(format!("{name} must be positive")))
    };
    let window = TimeDelta::try_seconds(positive("window_size_seconds")?);
    let limit = RateLimit {
        token: state.ids.token("rl_"),
        window: window.ok_or_else(|| Rejection::invalid("the window is too long"))?,
        requests: positive("requests_per_window")?,
        began: state.now,
        counted: 0,
    };
    let response = json!({ "token": limit.token });
    state.rate_limits.push(limit);
    ok(response)
}

/// Counts a request against the limit whose token it carries, and rejects it once the limit is reached.
pub(crate) fn count(state: &mut State, headers: &HeaderMap) -> Result<(), Rejection> {
    let Some(token) = headers.get(HEADER) else {
        return Ok(());
    };
    let now = state.now;
    let mut limits = state.rate_limits.iter_mut();
    let limit = limits.find(|it| token.as_bytes() == it.token.as_bytes());
    let limit = limit.ok_or_else(|| Rejection::invalid(format!("{HEADER}: unknown token")))?;
    if now - limit.began >= limit.window {
        (limit.began, limit.counted) = (now, 0);
    }
    if limit.counted >= limit.requests {
        let left = (limit.window - (now - limit.began)).num_milliseconds();
        let seconds = left.max(0).unsigned_abs().div_ceil(1000);
        return Err(Rejection::throttled(
            "the rate limit of the token is exceeded",
            seconds,
        ));
    }
    limit.counted += 1;
    Ok(())
}
