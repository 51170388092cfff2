//! Formatting of errors: `Display` in one line, `Debug` with the causes.

use std::fmt;
use std::time::Duration;

use super::message::one_line;
use super::{Error, ErrorKind, TimeLimit};
use crate::http::retry;

impl Error {
    /// Writes where the error occurred: the step, then the forwarded request or the operation.
    fn write_location(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.0.step {
            match context.step {
                Some(step) => write!(f, "step `{step}` of workflow `{}`: ", context.workflow)?,
                None => write!(f, "workflow `{}`: ", context.workflow)?,
            }
            if context.ended_by_action {
                f.write_str("ended by a failure action of the workflow: ")?;
            }
        }
        match (&self.0.target, self.0.operation) {
            (Some(target), _) => write!(f, "{target}: "),
            (None, Some(operation)) => write!(f, "{}: ", operation.id),
            (None, None) => Ok(()),
        }
    }

    /// Returns a description of the kind; `None` if the message is sufficient.
    fn summary(&self) -> Option<String> {
        let status = self.status().map(|status| status.as_u16());
        if self.kind().is_of_status()
            && let Some(status) = self.status()
        {
            // `Display` of a status without a registered reason would write a placeholder.
            let reason = status.canonical_reason();
            return Some(match reason {
                Some(reason) => format!("{} {reason}", status.as_u16()),
                None => status.as_u16().to_string(),
            });
        }
        let description = match (self.kind(), status) {
            (ErrorKind::Redirect, _) => "redirect not followed",
            (ErrorKind::Decode, _) => "unexpected response body",
            (ErrorKind::TooLarge, _) => "response body too large",
            (ErrorKind::Truncated, _) => "incomplete response body",
            (ErrorKind::Timeout, Some(_)) => "response body not received in time",
            (ErrorKind::Timeout, None) if self.0.limit.is_some() => "no response in time",
            (ErrorKind::Credential, Some(_)) => "the request for a credential failed",
            (ErrorKind::Credential, None) => "no credential for this call",
            (ErrorKind::Connect, _) => "no connection",
            (ErrorKind::Interrupted, _) if self.0.in_layer => "a layer around the request failed",
            (ErrorKind::Interrupted, _) => "the connection closed before the response arrived",
            (ErrorKind::InvalidRequest, _) => "request not sent",
            _ => return None,
        };
        Some(match status {
            Some(status) => format!("{description} (status {status})"),
            None => description.to_owned(),
        })
    }

    fn hint(&self) -> Option<String> {
        if let Some(wait) = self.retry_after() {
            let rounded_up = wait
                .as_secs()
                .saturating_add(wait.subsec_nanos().min(1).into());
            return Some(format!("retry after {} s", rounded_up.max(1)));
        }
        match self.kind() {
            ErrorKind::Unauthorized => Some("check the credential".to_owned()),
            ErrorKind::Forbidden => Some("the credential lacks the permission".to_owned()),
            _ => None,
        }
    }

    fn remarks(&self) -> Vec<String> {
        let attempts = match self.attempts() {
            0 | 1 => None,
            attempts => Some(format!("{attempts} attempts")),
        };
        let withheld = self
            .retry_withheld()
            .then(|| "not retried: the retry budget of the client is exhausted".to_owned());
        let earlier = self.may_have_run() && !retry::may_have_run(self);
        let earlier = earlier.then(|| "an earlier attempt may have been carried out".to_owned());
        let remarks = [self.hint(), attempts, earlier, withheld];
        remarks.into_iter().flatten().collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_location(f)?;
        if let Some(reported) = self.reported() {
            return reported.fmt(f);
        }
        let parts = [
            self.summary(),
            self.0.limit.map(|limit| limit.to_string()),
            self.message().map(|message| one_line(&message)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => write!(f, "{:?}", self.kind())?,
            false => f.write_str(&parts.join(": "))?,
        }
        let remarks = self.remarks();
        match remarks.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", remarks.join("; ")),
        }
    }
}

/// Writes the line of `Display`, then one line for each cause that it does not already contain.
///
/// `{:#?}` writes the parts. Of the body it writes only the size, because a body may contain secrets.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return self.debug_parts(f);
        }
        let line = self.to_string();
        f.write_str(&line)?;
        let mut first = true;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let message = one_line(&error.to_string());
            if !line.contains(&message) {
                f.write_str(if first { "\n\nCaused by:" } else { "" })?;
                write!(f, "\n    {message}")?;
                first = false;
            }
            cause = error.source();
        }
        Ok(())
    }
}

impl Error {
    fn debug_parts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = f.debug_struct("Error");
        parts
            .field("kind", &self.kind())
            .field("message", &format_args!("{self}"))
            .field("operation", &self.operation())
            .field("status", &self.status())
            .field("body", &format_args!("{} bytes", self.body().len()))
            .field("attempts", &self.attempts())
            .field("source", &self.0.source.as_ref().map(ToString::to_string));
        parts.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total(limit) => write!(f, "total limit of {}", Seconds(*limit)),
            Self::Attempt(limit) => write!(f, "attempt limit of {}", Seconds(*limit)),
            Self::Idle(limit) => write!(f, "limit of {} between two chunks", Seconds(*limit)),
            Self::Connect(Some(limit)) => write!(f, "connect limit of {}", Seconds(*limit)),
            Self::Connect(None) => f.write_str("connect limit"),
        }
    }
}

/// A duration in seconds, or in milliseconds below one second: `30 s`, `1.5 s`, `100 ms`.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            short if short < Duration::from_secs(1) => write!(f, "{} ms", short.as_millis()),
            full if full.subsec_millis() == 0 => write!(f, "{} s", full.as_secs()),
            fractional => write!(f, "{:.1} s", fractional.as_secs_f64()),
        }
    }
}

/// Returns the message of the root cause. The outer errors of the HTTP client only say "error sending request".
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
