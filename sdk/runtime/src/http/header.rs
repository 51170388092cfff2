//! Conversion of parameter values to header values.

use std::fmt::Display;

use http::HeaderValue;

use crate::error::Error;

/// Converts a parameter to a header value.
///
/// Returns an error that names the parameter if the value contains control characters, for example a line break.
pub fn header_value(name: &'static str, value: impl Display) -> Result<HeaderValue, Error> {
    let text = value.to_string();
    // Header values may contain non-ASCII bytes. They are sent unchanged.
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
        Error::invalid_argument(
            name,
            "a header value cannot contain control characters".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn rejects_a_line_break_and_names_the_parameter() {
        let error = header_value("x-env", "a\r\nx-other: b").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("x-env"), "{error}");
        assert_eq!(
            header_value("x-env", "é").unwrap().as_bytes(),
            "é".as_bytes()
        );
    }
}
