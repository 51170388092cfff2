//! Redaction of secrets in the error texts of a success body: the members `err`, `error` and `errors`.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::redact;
use crate::values::secret::SecretString;

/// Members whose strings are error texts, at any depth below them.
const ERROR_MEMBERS: [&str; 3] = ["err", "error", "errors"];

/// Maximum depth at which an error text is searched. Each level reads the body once more.
const MAX_DEPTH: usize = 16;

/// Returns the body with the secrets redacted in its error texts; `None` if that changes nothing.
///
/// Everything else keeps its bytes, because it is data.
pub(crate) fn hide_in_reports(body: &Bytes, secrets: &[SecretString]) -> Option<Bytes> {
    let text = std::str::from_utf8(body).ok()?;
    if !may_report(text) || !may_contain(text, secrets) {
        return None;
    }
    let mut found = Vec::new();
    collect(text, Place::Data, 0, &mut found);
    let mut hidden = String::with_capacity(text.len());
    let mut end = 0;
    for raw in found {
        let value: String = serde_json::from_str(raw).ok()?;
        let redacted = redact::hide(&value, secrets);
        if redacted == value {
            continue;
        }
        let start = raw.as_ptr() as usize - text.as_ptr() as usize;
        hidden.push_str(&text[end..start]);
        hidden.push_str(&serde_json::Value::from(redacted).to_string());
        end = start + raw.len();
    }
    (end > 0).then(|| {
        hidden.push_str(&text[end..]);
        hidden.into()
    })
}

/// Returns `false` if all error members of the JSON text are null or absent, as in most responses.
fn may_report(text: &str) -> bool {
    let is_error_text = |rest: &str| {
        let name = rest.trim_start_matches(|it: char| it.is_ascii_alphabetic());
        let value = name.strip_prefix('"').map(str::trim_start);
        let value = value.and_then(|rest| rest.strip_prefix(':'));
        value.is_some_and(|value| !value.trim_start().starts_with("null"))
    };
    // Searching for one is faster than searching for all, and most responses have none.
    text.contains("\"err")
        && text
            .match_indices("\"err")
            .any(|(at, found)| is_error_text(&text[at + found.len()..]))
}

/// Returns `false` if no string of the JSON text can contain a secret.
fn may_contain(text: &str, secrets: &[SecretString]) -> bool {
    // With escapes, a secret has more forms than can be searched for.
    text.contains('\\') || redact::forms(secrets).any(|form| text.contains(&form))
}

/// Position of a value in the body.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Data,
    ErrorText,
}

/// Adds the JSON of each string that is an error text, in the order of the body.
fn collect<'a>(json: &'a str, place: Place, depth: usize, found: &mut Vec<&'a str>) {
    let json = json.trim_start();
    match json.as_bytes().first() {
        Some(b'"') if place == Place::ErrorText => found.push(json),
        Some(b'{' | b'[') if depth < MAX_DEPTH => {
            for (value, is_error) in children(json) {
                let place = match is_error {
                    true => Place::ErrorText,
                    false => place,
                };
                collect(value, place, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// Returns the values in an array or object, with `true` for those of error members.
fn children(json: &str) -> Vec<(&str, bool)> {
    if json.starts_with('[') {
        let items = serde_json::from_str::<Vec<&RawValue>>(json).unwrap_or_default();
        return items.into_iter().map(|item| (item.get(), false)).collect();
    }
    let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(json).unwrap_or_default();
    let mut values: Vec<(&str, bool)> = members
        .iter()
        .map(|(name, value)| (value.get(), ERROR_MEMBERS.contains(&name.as_str())))
        .collect();
    values.sort_by_key(|(value, _)| value.as_ptr() as usize);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "marked/7f3a9c+key \"1";

    fn hidden(body: &str) -> Option<String> {
        let secrets = [SecretString::from(SECRET)];
        let hidden = hide_in_reports(&Bytes::copy_from_slice(body.as_bytes()), &secrets)?;
        Some(String::from_utf8(hidden.to_vec()).unwrap())
    }

    #[test]
    fn redacts_error_texts_and_keeps_every_other_byte() {
        let escaped = serde_json::Value::from(SECRET).to_string();
        let body = format!(
            r#" {{"ret": {escaped}, "os": [{{"ts": 1e400, "err": {{"stack": ["at", {escaped}]}}}}], "errors":[ "a",{escaped}],
            "error" : "no marked\u002f7f3a9c%2bkey marked%2F7f3a9c%2Bkey%20%221", "k": 12345678901234567890123}} "#
        );
        let expected = format!(
            r#" {{"ret": {escaped}, "os": [{{"ts": 1e400, "err": {{"stack": ["at", "[redacted]"]}}}}], "errors":[ "a","[redacted]"],
            "error" : "no marked/7f3a9c%2bkey [redacted]", "k": 12345678901234567890123}} "#
        );
        assert_eq!(hidden(&body), Some(expected));
    }

    #[test]
    fn finds_a_secret_behind_escapes() {
        let escaped: String = SECRET.chars().fold(String::new(), |text, it| {
            format!("{text}\\u{:04x}", u32::from(it))
        });
        let body = format!(r#"{{"error":"no {escaped}"}}"#);
        assert_eq!(
            hidden(&body).as_deref(),
            Some(r#"{"error":"no [redacted]"}"#)
        );
    }

    #[test]
    fn finds_a_secret_behind_an_error_member_that_is_null() {
        let escaped = serde_json::Value::from(SECRET).to_string();
        let body = format!(r#"{{"error": null, "of": {{"errors" : {escaped}}}}}"#);
        assert_eq!(
            hidden(&body).as_deref(),
            Some(r#"{"error": null, "of": {"errors" : "[redacted]"}}"#)
        );
        assert!(!may_report(
            r#"{"error" : null, "erratum": null, "err":null}"#
        ));
    }

    #[test]
    fn leaves_bodies_without_an_echo_and_bodies_that_are_not_json() {
        let escaped = serde_json::Value::from(SECRET).to_string();
        for body in [
            String::new(),
            "\"err".to_owned(),
            format!(r#"{{"error": {escaped}"#),
            format!(r#"{{"error": null, "key": {escaped}}}"#),
            format!(r#"{{"erratum": {escaped}}}"#),
            format!(
                "{}{escaped}{}",
                r#"{"error":"#.repeat(100_000),
                "}".repeat(100_000)
            ),
        ] {
            assert_eq!(hidden(&body), None, "{:.40}", body);
        }
    }
}
