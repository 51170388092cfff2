//! The part of a request that the errors of its response tell.

use std::sync::Arc;

use crate::error::Error;
use crate::http::operation::Operation;
use crate::values::secret::SecretString;

/// The request behind a response.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) operation: &'static Operation,
    /// The request that the operation passes on.
    pub(crate) target: Option<Arc<str>>,
    pub(crate) attempts: u32,
    /// What the request carried that no error may show.
    pub(crate) secrets: Vec<SecretString>,
}

impl RequestContext {
    /// The error with what it has to tell about the request.
    pub(crate) fn describe(&self, error: Error) -> Error {
        let error = match &self.target {
            Some(target) => error.for_target(target),
            None => error,
        };
        error
            .for_operation(self.operation)
            .attempts_made(self.attempts)
            .hiding(&self.secrets)
    }
}
