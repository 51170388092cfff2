//! Extraction of error messages from response bodies and decoding errors.

use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Maximum number of characters that are quoted from a plain text body.
const EXCERPT: usize = 200;

/// Returns the error message of a body.
///
/// Reads `{"error": "…"}`, `{"error": {"message": "…"}}`, `{"message": "…"}`, the title of an HTML page, or the
/// beginning of plain text.
pub(crate) fn of(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        return in_json(&value).map(str::to_owned);
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let is_html = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("html"));
    let message = if is_html || text.starts_with('<') {
        title(text)?
    } else {
        text
    };
    // Incomplete JSON is not a readable message.
    if message.is_empty() || message.starts_with(['{', '[']) {
        return None;
    }
    Some(message.chars().take(EXCERPT).collect())
}

/// Returns a string on one line: white space and control characters become single spaces.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Returns the message of a decoding error without the values that serde quotes, which may be secrets.
pub(crate) fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // `missing field` and `duplicate field` quote only field names of the target type.
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text;
    }
    let position = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&position).unwrap_or(&text);
    let cut = text
        .find(['"', '`'])
        .map_or(text, |from| &text[..from])
        .trim_end();
    match text.rfind(", expected ") {
        Some(at) if at >= cut.len() => format!("{cut}{}{position}", &text[at..]),
        _ => format!("{cut}{position}"),
    }
}

/// Returns the message of a decoding error with the path of the value: `data[3].created_at`: …
///
/// Decodes the body again, because tracking the path makes decoding slower.
pub(crate) fn located<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> String {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let Err(located) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        // Only the end of the body is wrong.
        return without_values(error);
    };
    let path = located.path().to_string();
    let reason = without_values(located.inner());
    match path.as_str() {
        "." | "" | "?" => reason,
        // Keys of a map are data and can be long.
        path => format!(
            "`{}`: {reason}",
            path.chars().take(EXCERPT).collect::<String>()
        ),
    }
}

fn in_json(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(fields) => {
            let error = fields.get("error");
            let nested = error.and_then(|error| error.get("message"));
            let candidates = [
                error,
                nested,
                fields.get("message"),
                fields.get("error_description"),
                fields.get("detail"),
            ];
            candidates.into_iter().flatten().find_map(Value::as_str)?
        }
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Returns the content of the first `<title>`.
///
/// HTML tag names are ASCII, so offsets in the lowercase copy are valid in the original.
fn title(html: &str) -> Option<&str> {
    let lowercase = html.to_ascii_lowercase();
    let start = lowercase.find("<title>")? + "<title>".len();
    let length = lowercase[start..].find('<')?;
    Some(html[start..start + length].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Option<String> {
        of(&HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn reads_the_message_from_common_body_formats() {
        assert_eq!(
            message(r#"{"error":"no such app"}"#).as_deref(),
            Some("no such app")
        );
        assert_eq!(
            message(r#"{"error":{"message":"deep","code":3}}"#).as_deref(),
            Some("deep")
        );
        assert_eq!(message(r#"{"message":"flat"}"#).as_deref(), Some("flat"));
        assert_eq!(message(r#""just a text""#).as_deref(), Some("just a text"));
        assert_eq!(
            message("upstream connect error").as_deref(),
            Some("upstream connect error")
        );
        assert_eq!(
            message("<html><TITLE>502 Bad Gateway</TITLE></html>").as_deref(),
            Some("502 Bad Gateway")
        );
    }

    #[test]
    fn returns_no_message_for_empty_and_incomplete_bodies() {
        for body in [
            "",
            "   ",
            "null",
            "[]",
            "{}",
            r#"{"error":""}"#,
            r#"{"error":"brok"#,
            "<html></html>",
            "<title>",
        ] {
            assert_eq!(message(body), None, "{body}");
        }
    }

    #[test]
    fn truncates_a_long_body() {
        assert_eq!(
            message(&"é".repeat(10_000)).unwrap().chars().count(),
            EXCERPT
        );
    }

    #[test]
    fn decoding_errors_do_not_quote_the_body() {
        #[derive(serde::Deserialize, Debug)]
        struct Thing {
            #[allow(dead_code)]
            id: u8,
            #[allow(dead_code)]
            name: String,
        }
        let quoted =
            serde_json::from_str::<Thing>(r#"{"id":"marked-secret","name":""}"#).unwrap_err();
        assert!(quoted.to_string().contains("marked-secret"));
        let message = without_values(&quoted);
        assert!(!message.contains("marked-secret"), "{message}");
        assert!(
            message.contains("expected u8") && message.contains("line 1"),
            "{message}"
        );
        let missing = serde_json::from_str::<Thing>(r#"{"id":1}"#).unwrap_err();
        assert!(without_values(&missing).contains("missing field `name`"));
    }
}
