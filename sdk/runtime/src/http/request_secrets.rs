//! Secrets in the parameters and the body of a request. They are redacted in errors, because a response may echo
//! them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName};
use percent_encoding::percent_decode_str;
use reqwest::{Request, Url};
use serde_json::{Map, Value};

use crate::http::operation::Operation;
use crate::http::options::CallOptions;
use crate::values::secret::SecretString;

/// Returns the secret values of a request: in headers, in the path, in the query, and at the top level of a JSON body.
pub(crate) fn of(
    request: &Request,
    operation: &Operation,
    options: &CallOptions,
) -> Vec<SecretString> {
    let mut found = in_headers(request.headers(), options);
    found.extend(in_parameters(request, operation));
    found.into_iter().map(SecretString::from).collect()
}

/// Parts of header names whose values are secret.
const SECRET_NAMES: [&str; 8] = [
    "authorization",
    "cookie",
    "api-key",
    "apikey",
    "token",
    "secret",
    "password",
    "x-pd-rate-limit",
];

/// Minimum length of a secret in a header or a body. Shorter ones occur in unrelated text.
const MIN_LENGTH: usize = 4;

/// Returns the secret header values, and their parts: the credential after the scheme, the value of each cookie.
fn in_headers(headers: &HeaderMap, options: &CallOptions) -> Vec<String> {
    let is_secret = |name: &HeaderName| has_secret_name(name) || options.is_secret_header(name);
    let secret = headers.iter().filter(|(name, _)| is_secret(name));
    let texts = secret.filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    let values = texts.flat_map(|(name, text)| {
        let is_cookie = name.as_str().ends_with("cookie");
        let cookies = text.split(';').filter(move |_| is_cookie);
        let cookies = cookies.filter_map(|cookie| Some(cookie.split_once('=')?.1));
        let credential = text.split_once(' ').filter(|_| !is_cookie);
        let credential = credential.map(|(_, credential)| credential);
        let decoded = credential.and_then(basic_password);
        let parts = [text].into_iter().chain(credential).chain(cookies);
        parts.map(str::to_owned).chain(decoded)
    });
    let trimmed = values.map(|value| value.trim().to_owned());
    trimmed.filter(|value| value.len() >= MIN_LENGTH).collect()
}

/// Returns `true` if the name tells that the value is a secret.
fn has_secret_name(name: &HeaderName) -> bool {
    // Most headers of most requests.
    const PLAIN: [HeaderName; 4] = [ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT];
    !PLAIN.contains(name) && SECRET_NAMES.iter().any(|part| name.as_str().contains(part))
}

/// Returns the password in a credential of Basic authentication.
fn basic_password(credential: &str) -> Option<String> {
    let decoded = BASE64.decode(credential.trim()).ok()?;
    let (_, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some(password.to_owned())
}

fn in_parameters(request: &Request, operation: &Operation) -> Vec<String> {
    let names = operation.secrets;
    if names.is_empty() {
        return Vec::new();
    }
    let mut found = in_path(request.url(), operation);
    found.extend(
        request
            .url()
            .query_pairs()
            .filter(|(name, _)| names.contains(&name.as_ref()))
            .map(|(_, value)| value.into_owned()),
    );
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body = body.filter(|body| may_have_member(body, names));
    if let Some(members) =
        body.and_then(|body| serde_json::from_slice::<Map<String, Value>>(body).ok())
    {
        let secret = members
            .into_iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        secret.for_each(|(_, value)| collect_strings(value, &mut found));
    }
    found
}

/// Returns `false` if a JSON text has no member with one of these names.
fn may_have_member(body: &[u8], names: &[&str]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else {
        return false;
    };
    // Names can be escaped.
    text.contains('\\') || names.iter().any(|name| text.contains(name))
}

/// Adds every string in a secret value, including the strings in arrays and objects.
fn collect_strings(value: Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= MIN_LENGTH => found.push(text),
        Value::Array(items) => items
            .into_iter()
            .for_each(|item| collect_strings(item, found)),
        Value::Object(members) => members
            .into_iter()
            .for_each(|(_, item)| collect_strings(item, found)),
        _ => {}
    }
}

/// Returns the path segments whose template has a secret parameter.
///
/// Segments are compared from the end, because the base URL may have a path of its own.
fn in_path(url: &Url, operation: &Operation) -> Vec<String> {
    let is_secret = |template: &str| {
        operation
            .secrets
            .iter()
            .any(|name| template.contains(&format!("{{{name}}}")))
    };
    let templates = operation.path.rsplit('/');
    templates
        .zip(url.path().rsplit('/'))
        .filter(|(template, _)| is_secret(template))
        .map(|(_, segment)| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static VALIDATE: Operation = Operation {
        id: "validate",
        method: "POST",
        path: "/tokens/{token}/validate",
        security: &[],
        idempotent: false,
        secrets: &["token", "key", "client_secret"],
    };

    #[test]
    fn finds_secrets_in_path_query_and_body() {
        let mut request = Request::new(
            reqwest::Method::POST,
            "https://host/base/tokens/a%20b/validate?key=c%26d&app=e"
                .parse()
                .unwrap(),
        );
        let body =
            r#"{"client_secret": {"a": ["long-f"], "b": "long-h", "c": "i"}, "client_id": "g"}"#;
        *request.body_mut() = Some(body.into());
        assert_eq!(
            exposed(&request, &CallOptions::new()),
            ["a b", "c&d", "long-f", "long-h"]
        );

        *request.body_mut() = Some(r#"{"client\u005fsecret": "long-j"}"#.into());
        let found = exposed(&request, &CallOptions::new());
        assert_eq!(found, ["a b", "c&d", "long-j"]);
    }

    fn exposed(request: &Request, options: &CallOptions) -> Vec<String> {
        let found = of(request, &VALIDATE, options);
        let texts = found.iter().map(|secret| secret.expose().to_owned());
        texts.collect()
    }

    #[test]
    fn finds_secrets_in_headers_by_name_or_by_mark() {
        let url = "https://host/x".parse().unwrap();
        let mut request = Request::new(reqwest::Method::GET, url);
        for (name, value) in [
            ("authorization", "Bearer marked-1"),
            ("x-pd-proxy-authorization", "Basic dXNlcjptYXJrZWQtMg=="),
            ("cookie", "a=marked-3; b=marked-4"),
            ("x-api-key", "marked-5"),
            ("x-pd-rate-limit", "marked-6"),
            ("x-mine", "marked-7"),
            ("x-plain", "plain"),
            ("x-token", "abc"),
        ] {
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let options = CallOptions::new()
            .secret_header("X-Mine", "marked-7")
            .unwrap();
        let found = exposed(&request, &options);
        for number in 1..=7 {
            let marked = format!("marked-{number}");
            assert!(found.contains(&marked), "{marked} in {found:?}");
        }
        assert!(
            !found.iter().any(|it| it == "plain" || it == "abc"),
            "{found:?}"
        );
    }
}
