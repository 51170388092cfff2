//! Failures that are reported by responses with a status of the 200s.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::message::one_line;
use super::{Error, ErrorKind};

/// A failure reported by a response with a status of the 200s.
///
/// `Display` is one line with the first of the errors, in the words of the component or the service.
#[derive(Clone, PartialEq)]
pub struct ReportedFailure {
    /// What failed, as the beginning of a sentence.
    what: &'static str,
    errors: Vec<ReportedError>,
    response: Value,
}

/// One of the errors in a [`ReportedFailure`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportedError {
    /// The class of the exception, if a component threw one.
    pub name: Option<String>,
    /// The error message.
    pub message: Option<String>,
    /// The stack trace in the component, of several lines.
    pub stack: Option<String>,
}

impl ReportedFailure {
    /// A failure that `response` reports; `what` begins its message.
    #[doc(hidden)]
    pub fn new(what: &'static str, errors: Vec<ReportedError>, response: &impl Serialize) -> Self {
        Self {
            what,
            errors,
            // The types of responses hold nothing that JSON cannot represent.
            response: serde_json::to_value(response).unwrap_or_default(),
        }
    }

    /// The errors in the order of the response. Empty if a token was rejected without a reason.
    pub fn errors(&self) -> &[ReportedError] {
        &self.errors
    }

    /// The first error message.
    pub fn message(&self) -> Option<&str> {
        let mut messages = self.errors.iter().filter_map(|it| it.message.as_deref());
        messages.find(|message| !message.trim().is_empty())
    }

    /// The whole response as far as its type represents it; for an action, what it logged and exported until it failed.
    pub fn response(&self) -> &Value {
        &self.response
    }
}

impl ReportedError {
    /// An error that consists of a message.
    #[doc(hidden)]
    pub fn of_message(message: &str) -> Self {
        Self {
            message: Some(message.to_owned()),
            ..Self::default()
        }
    }

    /// An error of these parts.
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
        f.write_str(self.what)?;
        let named = self.errors.iter().find_map(|it| it.name.as_deref());
        if let Some(words) = self.message().or(named) {
            write!(f, ": {}", one_line(words))?;
        }
        match self.errors.len() {
            0 | 1 => Ok(()),
            errors => write!(f, " (the first of {errors} errors)"),
        }
    }
}

/// Shows what `Display` shows, and neither the stacks nor the response, which are the user's.
impl fmt::Debug for ReportedFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportedFailure")
            .field("text", &format_args!("{self}"))
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
