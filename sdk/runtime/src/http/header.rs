//! Values as request headers.

use std::fmt::Display;

use http::HeaderValue;

use crate::error::Error;

/// `value` as the value of a header; fails, naming the parameter, where it holds what a header cannot, such as a line
/// break.
pub fn header_value(name: &'static str, value: impl Display) -> Result<HeaderValue, Error> {
    let text = value.to_string();
    // Bytes beyond ASCII are allowed in a value and are sent as they are.
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
        Error::invalid_argument(name, "a header cannot hold control characters".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_value_with_a_line_break_is_refused_by_the_name_of_its_parameter() {
        let error = header_value("x-env", "a\r\nx-other: b").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("x-env"), "{error}");
        assert_eq!(
            header_value("x-env", "é").unwrap().as_bytes(),
            "é".as_bytes()
        );
    }
}
