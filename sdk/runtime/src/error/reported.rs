//! Failures reported by responses with a status of the 200s.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::message::one_line;
use super::{Error, ErrorKind};

/// A failure reported by a response with a status of the 200s.
///
/// `Display` writes one line with the first error message of the component or the service. Secrets of the request are
/// redacted in the errors, as in those of other [`Error`]s.
#[derive(Clone, PartialEq)]
pub struct ReportedFailure {
    /// Beginning of the message: "the action failed".
    summary: &'static str,
    errors: Vec<ReportedError>,
    response: Value,
}

/// One of the errors in a [`ReportedFailure`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportedError {
    /// Class of the exception, if a component threw one.
    pub name: Option<String>,
    /// Error message.
    pub message: Option<String>,
    /// Stack trace in the component, with several lines.
    pub stack: Option<String>,
}

impl ReportedFailure {
    /// Creates a failure that `response` reports. Its message begins with `summary`.
    #[doc(hidden)]
    pub fn new(
        summary: &'static str,
        errors: Vec<ReportedError>,
        response: &impl Serialize,
    ) -> Self {
        Self {
            summary,
            errors,
            // Response types contain only values that JSON can represent.
            response: serde_json::to_value(response).unwrap_or_default(),
        }
    }

    /// Returns the errors in the order of the response. Empty if a token was rejected without a reason.
    pub fn errors(&self) -> &[ReportedError] {
        &self.errors
    }

    /// Returns the first error message.
    pub fn message(&self) -> Option<&str> {
        let mut messages = self.errors.iter().filter_map(|it| it.message.as_deref());
        messages.find(|message| !message.trim().is_empty())
    }

    /// Returns the full response, as its type represents it. For an action, it has the logs and exports until the
    /// failure, which may contain secrets.
    pub fn response(&self) -> &Value {
        &self.response
    }
}

impl ReportedError {
    /// Creates an error with only a message.
    #[doc(hidden)]
    pub fn of_message(message: &str) -> Self {
        Self {
            message: Some(message.to_owned()),
            ..Self::default()
        }
    }

    /// Creates an error from its parts.
    #[doc(hidden)]
    pub fn new(name: Option<String>, message: Option<String>, stack: Option<String>) -> Self {
        Self {
            name,
            message,
            stack,
        }
    }
}

impl fmt::Display for ReportedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.summary)?;
        let named = self.errors.iter().find_map(|it| it.name.as_deref());
        if let Some(message) = self.message().or(named) {
            write!(f, ": {}", one_line(message))?;
        }
        match self.errors.len() {
            0 | 1 => Ok(()),
            errors => write!(f, " (the first of {errors} errors)"),
        }
    }
}

/// Writes the message of `Display`. Stacks and response are omitted, because they may contain user data.
impl fmt::Debug for ReportedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportedFailure")
            .field("message", &format_args!("{self}"))
            .field("errors", &self.errors.len())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ReportedFailure {}

impl From<ReportedFailure> for Error {
    fn from(reported: ReportedFailure) -> Self {
        Self::new(ErrorKind::Reported).with_payload(reported)
    }
}
