//! Conversion of workflow errors into [`Error`].

use std::sync::Arc;

use crate::error::{Error, ErrorKind, ErrorResponse, WorkflowLocation};
use crate::workflow::Steps;
use crate::workflow::error::{WorkflowError, WorkflowErrorKind};

impl Error {
    /// Creates the error of a workflow that stopped for this reason.
    pub(crate) fn of_workflow(reason: &WorkflowErrorKind, location: WorkflowLocation) -> Self {
        let of_kind = |kind| Self::new(kind).detail(reason.to_string()).at_step(location);
        match reason {
            WorkflowErrorKind::Call(error) | WorkflowErrorKind::Workflow(error) => {
                error.clone().at_step(location)
            }
            WorkflowErrorKind::Criterion(unmet) => {
                // An error status determines the kind before the unmet condition does.
                let kind = match ErrorKind::of_status(unmet.status) {
                    ErrorKind::UnexpectedStatus | ErrorKind::Redirect => ErrorKind::Workflow,
                    kind => kind,
                };
                of_kind(kind).response(ErrorResponse {
                    status: unmet.status,
                    headers: unmet.headers.clone(),
                    body: unmet.body.clone(),
                    url: None,
                    location: None,
                })
            }
            WorkflowErrorKind::Missing(_)
            | WorkflowErrorKind::Invalid(_)
            | WorkflowErrorKind::Record(_) => of_kind(ErrorKind::InvalidRequest),
            WorkflowErrorKind::Ended(reason) => {
                let ended_by_action = true;
                let location = WorkflowLocation {
                    ended_by_action,
                    ..location
                };
                Self::of_workflow(reason, location)
            }
            WorkflowErrorKind::MayHaveRun { .. } => {
                of_kind(ErrorKind::Workflow).maybe_carried_out(true)
            }
            WorkflowErrorKind::Limit(_) => of_kind(ErrorKind::Workflow),
            WorkflowErrorKind::Deadline(_) => of_kind(ErrorKind::Timeout),
            WorkflowErrorKind::NotRecorded(source) => {
                of_kind(ErrorKind::Workflow).caused_by_shared(Arc::clone(source))
            }
        }
    }
}

impl<S: Steps> From<WorkflowError<S>> for Error {
    fn from(error: WorkflowError<S>) -> Self {
        Self::clone(&error).with_payload(error)
    }
}
