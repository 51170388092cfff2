//! Properties of a request that its errors contain.

use std::sync::Arc;

use crate::error::Error;
use crate::http::operation::Operation;
use crate::values::secret::SecretString;

/// The request behind a response.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) operation: &'static Operation,
    /// The forwarded request, if the operation forwards one.
    pub(crate) target: Option<Arc<str>>,
    pub(crate) attempts: u32,
    /// `true` if the request changes data and may have been carried out.
    pub(crate) may_have_run: bool,
    /// Secrets of the request, redacted in errors.
    pub(crate) secrets: Vec<SecretString>,
}

impl RequestContext {
    /// Adds the properties of the request to an error.
    pub(crate) fn describe(&self, error: Error) -> Error {
        let error = match &self.target {
            Some(target) => error.for_target(target),
            None => error,
        };
        error
            .for_operation(self.operation)
            .attempts_made(self.attempts)
            .maybe_carried_out(self.may_have_run)
            .hiding(&self.secrets)
    }
}
