//! Progress events of a run.

use std::time::Duration;

use http::StatusCode;

use crate::ErrorKind;

/// Progress events of a workflow.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Progress<S> {
    /// The step's request is about to be sent.
    Started {
        /// The step.
        step: S,
    },
    /// A failure action of the document retries the step.
    Retrying {
        /// The step.
        step: S,
        /// Delay before the retry.
        after: Duration,
        /// Number of the retry, starting at 1.
        attempt: u32,
    },
    /// The client retries the step's request, without an action of the document.
    RetryingRequest {
        /// The step.
        step: S,
        /// Delay before the retry.
        after: Duration,
        /// Number of the retry, starting at 1.
        attempt: u32,
        /// Kind of the error of the last attempt.
        kind: ErrorKind,
        /// Status code of the last response; `None` without a response.
        status: Option<StatusCode>,
        /// `true` if the response requested the delay, for example in `Retry-After`.
        is_requested: bool,
    },
    /// The step succeeded and its outputs are available.
    Finished {
        /// The step.
        step: S,
        /// Status code of the response.
        status: Option<StatusCode>,
    },
    /// The step failed. The workflow stops or continues with another step.
    Failed {
        /// The step.
        step: S,
    },
}

impl<S> Progress<S> {
    /// Converts the step.
    pub(crate) fn map<T>(self, convert: impl FnOnce(S) -> T) -> Progress<T> {
        match self {
            Self::Started { step } => Progress::Started {
                step: convert(step),
            },
            Self::Retrying {
                step,
                after,
                attempt,
            } => Progress::Retrying {
                step: convert(step),
                after,
                attempt,
            },
            Self::RetryingRequest {
                step,
                after,
                attempt,
                kind,
                status,
                is_requested,
            } => Progress::RetryingRequest {
                step: convert(step),
                after,
                attempt,
                kind,
                status,
                is_requested,
            },
            Self::Finished { step, status } => Progress::Finished {
                step: convert(step),
                status,
            },
            Self::Failed { step } => Progress::Failed {
                step: convert(step),
            },
        }
    }
}
