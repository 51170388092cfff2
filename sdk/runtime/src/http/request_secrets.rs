//! Secrets in the parameters and the body of a request. They are redacted in errors, because a response may echo
//! them.

use percent_encoding::percent_decode_str;
use reqwest::{Request, Url};
use serde_json::{Map, Value};

use crate::http::operation::Operation;
use crate::values::secret::SecretString;

/// Returns the secret values of a request: in the path, in the query, and at the top level of a JSON body.
pub(crate) fn of(request: &Request, operation: &Operation) -> Vec<SecretString> {
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
    if let Some(members) =
        body.and_then(|body| serde_json::from_slice::<Map<String, Value>>(body).ok())
    {
        let secret = members
            .into_iter()
            .filter(|(name, _)| names.contains(&name.as_str()));
        secret.for_each(|(_, value)| collect_strings(value, &mut found));
    }
    found.into_iter().map(SecretString::from).collect()
}

/// Adds every string in a secret value, including the strings in arrays and objects.
fn collect_strings(value: Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text),
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
        let body = r#"{"client_secret": {"a": ["f"], "b": "h"}, "client_id": "g"}"#;
        *request.body_mut() = Some(body.into());
        let found: Vec<_> = of(&request, &VALIDATE)
            .iter()
            .map(|secret| secret.expose().to_owned())
            .collect();
        assert_eq!(found, ["a b", "c&d", "f", "h"]);
    }
}
