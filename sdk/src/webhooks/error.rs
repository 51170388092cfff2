//! [`WebhookError`], the error of rejected deliveries.

use std::fmt;

use crate::{Error, ErrorKind};

/// Reasons for which a delivery is rejected.
///
/// The error can be logged: it contains no key, no signature and no part of the body. Do not send it to the sender,
/// who should only see that the delivery was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// No signing key is set. A blank key counts as not set, because anyone could sign with it.
    NoKey,
    /// The delivery is not signed.
    NotSigned,
    /// The signature header is malformed, for the contained reason.
    Malformed(&'static str),
    /// The signature does not match any key and the body.
    Mismatch,
    /// The signature is valid, but its time is outside the tolerance: a replayed delivery, or a wrong clock.
    Untimely {
        /// Age of the signature in seconds; negative if its time is in the future.
        age_seconds: i64,
    },
    /// The body is invalid. The reason has the position and does not quote the body.
    Body(String),
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("the delivery cannot be verified: no signing key is set"),
            Self::NotSigned => {
                f.write_str("the delivery is not signed: it has no header `x-pd-signature`")
            }
            Self::Malformed(reason) => {
                write!(f, "the header `x-pd-signature` is malformed: {reason}")
            }
            Self::Mismatch => f.write_str(
                "the delivery is not signed with any of the keys, or its body was modified",
            ),
            Self::Untimely { age_seconds } if *age_seconds < 0 => write!(
                f,
                "the delivery was signed {} s in the future: check the clock of this machine",
                age_seconds.unsigned_abs()
            ),
            Self::Untimely { age_seconds } => write!(
                f,
                "the delivery was signed {age_seconds} s ago, which exceeds the tolerance"
            ),
            Self::Body(reason) => write!(f, "the body of the delivery is invalid: {reason}"),
        }
    }
}

impl std::error::Error for WebhookError {}

/// The [`source`](std::error::Error::source) of the error is the `WebhookError`.
impl From<WebhookError> for Error {
    fn from(error: WebhookError) -> Self {
        Self::caused(ErrorKind::Webhook, error)
    }
}

impl WebhookError {
    /// Creates the error for invalid JSON, with category and position. The message of serde would quote values.
    pub(super) fn body(error: &serde_json::Error) -> Self {
        let reason = match error.classify() {
            serde_json::error::Category::Data => "unexpected JSON structure",
            serde_json::error::Category::Eof => "incomplete JSON",
            _ => "invalid JSON",
        };
        let (line, column) = (error.line(), error.column());
        Self::Body(match line {
            0 => reason.to_owned(),
            _ => format!("{reason} (line {line}, column {column})"),
        })
    }
}
