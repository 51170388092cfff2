//! Progress reports of a run.

use std::time::Duration;

use http::StatusCode;

/// Progress of a workflow.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Progress<S> {
    /// The step's request is about to be sent.
    Started {
        /// The step.
        step: S,
    },
    /// A failure action of the document repeats the step's request.
    Repeating {
        /// The step.
        step: S,
        /// Delay before the repetition.
        after: Duration,
        /// Number of the repetition, from 1.
        attempt: u32,
    },
    /// The step has its outputs.
    Finished {
        /// The step.
        step: S,
        /// Status code of the response.
        status: Option<StatusCode>,
    },
    /// The step did not finish, and the workflow stops or goes on elsewhere.
    Failed {
        /// The step.
        step: S,
    },
}
