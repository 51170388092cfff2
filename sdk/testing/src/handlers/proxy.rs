//! The proxy: sends a request on to an app with the credentials of an account. Nothing leaves the machine here.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{Call, Outcome, ok};
use crate::document::TARGET;
use crate::response::Rejection;
use crate::state::{State, UsageKind};

const FORWARDED: &str = "x-pd-proxy-";

/// Answers what the test has set for the target URL, or else shows what would have been sent there.
pub(super) fn forward(state: &mut State, call: &Call<'_>) -> Outcome {
    let place = call.place(state)?;
    let user = call.query_user()?;
    let account = call.query("account_id").unwrap_or_default();
    let accounts = &state.space(&place).accounts;
    if !accounts
        .iter()
        .any(|it| it.id == account && it.user == user)
    {
        return Err(Rejection::missing("account"));
    }
    let url = decoded(call.path(TARGET))
        .ok_or_else(|| Rejection::invalid("url_64 is no URL in base64"))?;
    let mut headers = Map::new();
    for (name, value) in call.headers {
        if let Some(name) = name.as_str().strip_prefix(FORWARDED) {
            if is_restricted(name) {
                return Err(Rejection::invalid(format!(
                    "the header {name} cannot be sent on"
                )));
            }
            headers.insert(
                name.to_owned(),
                Value::from(String::from_utf8_lossy(value.as_bytes())),
            );
        }
    }
    state.use_credit(UsageKind::Proxy);
    // The last that fits wins, so that a test can refine what it has set before.
    let mut set = state.upstreams.iter().rev();
    if let Some((_, answer)) = set.find(|(beginning, _)| url.starts_with(beginning.as_str())) {
        return Ok(answer.clone());
    }
    let body = match std::str::from_utf8(call.bytes) {
        Ok("") => Value::Null,
        Ok(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        Err(_) => json!({ "base64": STANDARD.encode(call.bytes) }),
    };
    ok(json!({ "method": call.method, "url": url, "headers": headers, "body": body }))
}

/// The target: in the URL-safe alphabet or in the standard one, padded or not, as clients in the field send it.
fn decoded(text: &str) -> Option<String> {
    let text: String = text
        .trim_end_matches('=')
        .chars()
        .map(|it| match it {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    (!url.is_empty()).then_some(url)
}

fn is_restricted(name: &str) -> bool {
    let names = ["accept-encoding", "cookie", "host", "origin", "date"];
    names.contains(&name) || name.starts_with("proxy-") || name.starts_with("sec-")
}
