//! The error of a workflow: typed with the outputs of its steps, and as an [`Error`] like any other.

use crate::error::{Error, ErrorKind, ErrorResponse, StepContext};
use crate::workflow::{Steps, Why, WorkflowError};

impl Error {
    /// The error of a workflow that stopped for this reason.
    pub(crate) fn of_workflow(why: &Why, context: StepContext) -> Self {
        match why {
            Why::Call(error) | Why::Workflow(error) => error.clone().at_step(context),
            Why::Criterion(unmet) => {
                // A response that does not meet a condition is first of all what its status says.
                let kind = match ErrorKind::of_status(unmet.status) {
                    ErrorKind::UnexpectedStatus | ErrorKind::Redirect => ErrorKind::Workflow,
                    kind => kind,
                };
                let response = ErrorResponse {
                    status: unmet.status,
                    headers: unmet.headers.clone(),
                    body: unmet.body.clone(),
                    location: None,
                };
                let error = Self::new(kind).response(response).detail(why.to_string());
                error.at_step(context)
            }
            Why::Missing(_) | Why::Invalid(_) => Self::new(ErrorKind::InvalidRequest)
                .detail(why.to_string())
                .at_step(context),
            Why::Ended(why) => {
                let ended_by_action = true;
                Self::of_workflow(
                    why,
                    StepContext {
                        ended_by_action,
                        ..context
                    },
                )
            }
            Why::Limit(_) => Self::new(ErrorKind::Workflow)
                .detail(why.to_string())
                .at_step(context),
        }
    }
}

impl<S: Steps + Sync> From<WorkflowError<S>> for Error {
    fn from(error: WorkflowError<S>) -> Self {
        Self::clone(&error).with_payload(error)
    }
}
