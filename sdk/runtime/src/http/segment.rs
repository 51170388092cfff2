//! Values as segments of a URL's path.
//!
//! This is the guard against a value that reaches another resource than the one its place names.
//! Encoding alone cannot be that guard: URL libraries take `%2e%2e` for `..` and resolve it, so `.` and `..` are
//! refused, and the empty text with them, which would make `/users/{id}` address `/users/`.

use std::fmt::{Display, Write};

use crate::error::Error;

/// `value` as one path segment, percent-encoded but for the unreserved characters of RFC 3986.
///
/// Fails when the segment is empty, `.` or `..`. `name` is the parameter, for the error.
pub fn segment(name: &'static str, value: impl Display) -> Result<String, Error> {
    whole_segment(name, encode(value))
}

/// A path segment that was put together from encoded values and literal text.
///
/// Fails when the whole is empty, `.` or `..`, whatever its parts are. `names` are the parameters in it, for the error.
pub fn whole_segment(names: &'static str, encoded: String) -> Result<String, Error> {
    if let "" | "." | ".." = encoded.as_str() {
        let shown = if encoded.is_empty() {
            "empty".to_owned()
        } else {
            format!("`{encoded}`")
        };
        return Err(Error::invalid_argument(
            names,
            format!("a path segment cannot be {shown}"),
        ));
    }
    Ok(encoded)
}

/// Every byte percent-encoded but for the unreserved characters. Part of a segment: only the whole can be judged.
pub fn encode(value: impl Display) -> String {
    let text = value.to_string();
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'~' | b'-' => {
                encoded.push(char::from(byte))
            }
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn every_value_that_would_change_the_path_is_refused_or_encoded() {
        for refused in ["", ".", ".."] {
            let error = segment("account_id", refused).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.to_string().contains("account_id"), "{error}");
        }
        let long = "x/".repeat(5_000);
        for value in [
            "plain-1.2_3~",
            "a/b",
            "..\\x",
            "a\\..\\b",
            "../x",
            "%2e%2e",
            "%2E",
            "?x",
            "#y",
            "a b",
            "\u{0}",
            "\r\n",
            "\t",
            "é",
            "@",
            ":",
            ";",
            "*",
            "...",
            " ",
            " ..",
            "..;",
            long.as_str(),
        ] {
            let encoded = segment("id", value).unwrap();
            let url = reqwest::Url::parse(&format!("https://host/v1/{encoded}/end")).unwrap();
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            assert_eq!(segments.len(), 3, "{value:?} became {url}");
            assert_eq!(segments[1], encoded);
            assert_eq!(decoded(segments[1]), value.as_bytes());
        }
    }

    #[test]
    fn a_segment_of_several_parts_is_judged_as_a_whole() {
        let whole =
            |a: &str, b: &str| whole_segment("a, b", format!("{}.{}", encode(a), encode(b)));
        assert_eq!(whole("x/", "y").unwrap(), "x%2F.y");
        assert_eq!(whole("", "x").unwrap(), ".x");
        assert!(whole("", "").is_err());
        assert!(whole("", ".").is_err());
    }

    fn decoded(segment: &str) -> Vec<u8> {
        let mut bytes = segment.bytes();
        let mut out = Vec::new();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
                out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
            } else {
                out.push(byte);
            }
        }
        out
    }
}
