//! Encoding of values as segments of a URL path.
//!
//! It ensures that a value cannot change which resource a URL addresses. Encoding alone is not sufficient, because
//! URL libraries resolve `%2e%2e` like `..`. Therefore `.` and `..` are errors. An empty value is an error too,
//! because it would make `/users/{id}` address `/users/`.

use std::fmt::{Display, Write};

use crate::error::Error;

/// Encodes a value as one path segment. Percent-encodes all but the unreserved characters of RFC 3986.
///
/// Returns an error that names the parameter `name` if the segment is empty, `.` or `..`.
pub fn segment(name: &str, value: impl Display) -> Result<String, Error> {
    whole_segment(name, encode(value))
}

/// Checks a path segment that consists of encoded values and literal text.
///
/// Returns an error that names the parameters `names` if the complete segment is empty, `.` or `..`.
pub fn whole_segment(names: &str, encoded: String) -> Result<String, Error> {
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

/// Percent-encodes every byte except the unreserved characters.
///
/// The result can be part of a segment. Check the complete segment with [`whole_segment`].
pub fn encode(value: impl Display) -> String {
    let text = value.to_string();
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'~' | b'-' => {
                encoded.push(char::from(byte))
            }
            // Writing to a `String` cannot fail.
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
    fn encodes_or_rejects_values_that_would_change_the_path() {
        for rejected in ["", ".", ".."] {
            let error = segment("account_id", rejected).unwrap_err();
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
    fn checks_a_segment_with_several_values_after_joining_them() {
        let joined =
            |a: &str, b: &str| whole_segment("a, b", format!("{}.{}", encode(a), encode(b)));
        assert_eq!(joined("x/", "y").unwrap(), "x%2F.y");
        assert_eq!(joined("", "x").unwrap(), ".x");
        assert!(joined("", "").is_err());
        assert!(joined("", ".").is_err());
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
