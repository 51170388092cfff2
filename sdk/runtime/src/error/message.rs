//! Finds the words in an error body that say what was wrong.

use http::HeaderMap;
use serde_json::Value;

/// How many characters of a body that is plain text are quoted.
const EXCERPT: usize = 200;

/// What a body says in words: `{"error": "…"}`, `{"error": {"message": "…"}}`, `{"message": "…"}`, the title of an
/// HTML page, or the beginning of a text.
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
    let words = if is_html || text.starts_with('<') {
        title(text)?
    } else {
        text
    };
    // A body that was meant to be JSON and broke off says nothing that reads well.
    if words.is_empty() || words.starts_with(['{', '[']) {
        return None;
    }
    Some(words.chars().take(EXCERPT).collect())
}

/// `text` on one line: white space and control characters become single spaces.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// A decoding error of serde's without the values that it quotes: they may be secrets.
pub(crate) fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // `missing field` and `duplicate field` quote names of our own types.
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text;
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let cut = text
        .find(['"', '`'])
        .map_or(text, |from| &text[..from])
        .trim_end();
    match text.rfind(", expected ") {
        Some(at) if at >= cut.len() => format!("{cut}{}{place}", &text[at..]),
        _ => format!("{cut}{place}"),
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

/// The text of the first `<title>`. Letters of HTML tags are ASCII, so the offsets in the lowered text hold.
fn title(html: &str) -> Option<&str> {
    let lowered = html.to_ascii_lowercase();
    let start = lowered.find("<title>")? + "<title>".len();
    let length = lowered[start..].find('<')?;
    Some(html[start..start + length].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Option<String> {
        of(&HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn the_usual_shapes_are_understood() {
        assert_eq!(
            words(r#"{"error":"no such app"}"#).as_deref(),
            Some("no such app")
        );
        assert_eq!(
            words(r#"{"error":{"message":"deep","code":3}}"#).as_deref(),
            Some("deep")
        );
        assert_eq!(words(r#"{"message":"flat"}"#).as_deref(), Some("flat"));
        assert_eq!(words(r#""just a text""#).as_deref(), Some("just a text"));
        assert_eq!(
            words("upstream connect error").as_deref(),
            Some("upstream connect error")
        );
        assert_eq!(
            words("<html><TITLE>502 Bad Gateway</TITLE></html>").as_deref(),
            Some("502 Bad Gateway")
        );
    }

    #[test]
    fn what_says_nothing_gives_nothing() {
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
            assert_eq!(words(body), None, "{body}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(words(&"é".repeat(10_000)).unwrap().chars().count(), EXCERPT);
    }

    #[test]
    fn a_decoding_error_does_not_quote_the_body() {
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
        let said = without_values(&quoted);
        assert!(!said.contains("marked-secret"), "{said}");
        assert!(
            said.contains("expected u8") && said.contains("line 1"),
            "{said}"
        );
        let missing = serde_json::from_str::<Thing>(r#"{"id":1}"#).unwrap_err();
        assert!(without_values(&missing).contains("missing field `name`"));
    }
}
