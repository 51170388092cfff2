//! Why a delivery is not accepted.

use std::fmt;

use crate::{Error, ErrorKind};

/// Why a delivery is not accepted.
///
/// No variant and no text of it holds a key, a signature or anything of the body, so it can be logged; whoever sent the
/// delivery should be told no more than that it was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no key to verify with. A blank key counts as none, since anyone could sign with it.
    NoKey,
    /// The delivery is not signed.
    NotSigned,
    /// The signature's header cannot be read; the text says what is wrong with it.
    Malformed(&'static str),
    /// The signature is of another key or another body.
    Mismatch,
    /// The signature is right, and older or further in the future than is tolerated: perhaps the delivery is being
    /// replayed, perhaps a clock is wrong.
    Untimely {
        /// By how many seconds the time in the signature lies before (or, if negative, after) that of this machine.
        age_seconds: i64,
    },
    /// The body is not what was expected; the text says where, without quoting it.
    Body(String),
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("the delivery cannot be verified: no signing key was given"),
            Self::NotSigned => {
                f.write_str("the delivery is not signed: it has no header x-pd-signature")
            }
            Self::Malformed(what) => write!(f, "the header x-pd-signature cannot be read: {what}"),
            Self::Mismatch => f.write_str(
                "the delivery is not signed with any of the given keys, or its body was changed",
            ),
            Self::Untimely { age_seconds } if *age_seconds < 0 => write!(
                f,
                "the delivery was signed {} s in the future: check the clock of this machine",
                age_seconds.unsigned_abs()
            ),
            Self::Untimely { age_seconds } => write!(
                f,
                "the delivery was signed {age_seconds} s ago, longer than is tolerated"
            ),
            Self::Body(what) => write!(f, "the body of the delivery cannot be read: {what}"),
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
    /// The reason why a body is no such JSON: the kind of error and the place, since serde's own text quotes values.
    pub(super) fn body(error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Data => "JSON of another shape than expected",
            serde_json::error::Category::Eof => "JSON that breaks off",
            _ => "it is not JSON",
        };
        let (line, column) = (error.line(), error.column());
        Self::Body(match line {
            0 => what.to_owned(),
            _ => format!("{what} (line {line}, column {column})"),
        })
    }
}
