//! Operations and workflows that steps call.

use super::operation::CalledOperation;
use super::read_expression::Response;
use super::report::Reported;
use super::workflow::Lowering;
use crate::arazzo::document;
use crate::diagnostic::Code;
use crate::model::{ResponseBody, Workflow};

/// A workflow that has been lowered.
pub(crate) struct LoweredWorkflow {
    pub workflow: Workflow,
    /// The variable that each input is bound to.
    pub input_variables: Vec<Option<String>>,
}

/// The operation or workflow that a step calls.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Operation(CalledOperation<'a>),
    Workflow(&'a LoweredWorkflow),
}

impl<'a> Target<'a> {
    /// Returns the response that expressions can read.
    pub(crate) fn response(&self) -> Response<'a> {
        match self {
            Self::Operation(called) => called.response(),
            Self::Workflow(lowered) => Response::Outputs(&lowered.workflow),
        }
    }

    /// Returns the decoded body of the response.
    pub(crate) fn body(&self) -> ResponseBody {
        match self {
            Self::Operation(called) => called.body(),
            Self::Workflow(_) => ResponseBody::Outputs,
        }
    }

    /// Returns the indices of the required clients.
    pub(crate) fn apis(&self) -> Vec<usize> {
        match self {
            Self::Operation(called) => vec![called.api],
            Self::Workflow(lowered) => {
                let clients = lowered.workflow.clients.iter();
                clients.map(|client| client.api).collect()
            }
        }
    }
}

impl<'a> Lowering<'a> {
    /// Returns the operation or workflow that a step calls.
    pub(crate) fn target(&self, step: &document::Step) -> Result<Target<'a>, Reported> {
        match &step.target {
            document::Target::Operation(operation) => {
                self.operation(operation, step).map(Target::Operation)
            }
            document::Target::Workflow(wanted) => match self.library.get(wanted) {
                Some(lowered) => lowered.map(Target::Workflow),
                None => {
                    let pointer = format!("{}/workflowId", step.pointer);
                    let at = self.reports.at(&pointer);
                    let message = format!("unknown workflow `{}`", wanted.id);
                    Err(self
                        .reports
                        .error(at.diagnostic(Code::UnknownWorkflow, message)))
                }
            },
            document::Target::Unreadable => {
                let at = self.reports.at(&step.pointer);
                Err(self
                    .reports
                    .error(at.unsupported("a step without an operation or a workflow")))
            }
        }
    }
}
