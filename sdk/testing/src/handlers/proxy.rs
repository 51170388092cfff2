//! The proxy, which sends a request to an app with the credentials of an account. The fake sends nothing.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{HandlerResult, ValidRequest, ok};
use crate::document::PROXY_TARGET;
use crate::response::Rejection;
use crate::state::{State, UsageKind};

const FORWARDED: &str = "x-pd-proxy-";

/// Returns the response that the test has set for the target URL, or a description of the request.
pub(super) fn forward(state: &mut State, request: &ValidRequest<'_>) -> HandlerResult {
    let environment = request.environment(state)?;
    let user = request.query_user()?;
    let account = request.query("account_id").unwrap_or_default();
    let accounts = &state.environment_data(&environment).accounts;
    if !accounts
        .iter()
        .any(|it| it.id == account && it.user == user)
    {
        return Err(Rejection::missing("account"));
    }
    let url = decoded(request.path(PROXY_TARGET))
        .ok_or_else(|| Rejection::invalid("url_64 is not a Base64-encoded URL"))?;
    let mut headers = Map::new();
    for (name, value) in request.headers {
        if let Some(name) = name.as_str().strip_prefix(FORWARDED) {
            if is_restricted(name) {
                return Err(Rejection::invalid(format!(
                    "the header {name} cannot be forwarded"
                )));
            }
            headers.insert(
                name.to_owned(),
                Value::from(String::from_utf8_lossy(value.as_bytes())),
            );
        }
    }
    state.use_credit(UsageKind::Proxy);
    // The latest match wins, so that a test can refine an earlier setting.
    let mut set = state.upstreams.iter().rev();
    if let Some((_, response)) = set.find(|(beginning, _)| url.starts_with(beginning.as_str())) {
        return Ok(response.clone());
    }
    let body = match std::str::from_utf8(request.bytes) {
        Ok("") => Value::Null,
        Ok(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        Err(_) => json!({ "base64": STANDARD.encode(request.bytes) }),
    };
    ok(json!({ "method": request.method, "url": url, "headers": headers, "body": body }))
}

/// Decodes the target URL. Clients use the URL-safe or the standard alphabet, with or without padding.
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
