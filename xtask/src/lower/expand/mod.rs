//! Rewrites of steps before they are lowered, which reduce the constructs that later passes handle.

mod constants;
pub(super) mod form_body;
pub(super) mod form_names;
mod own_outputs;
mod request_expressions;
mod secret_inputs;
mod substitute;
pub(super) mod workflows;

pub(super) use workflows::Expanded;

use super::report::Reports;
use super::workflow::Library;
use crate::arazzo::document::Workflow;

/// Applies all rewrites to a workflow.
pub(super) fn expand(
    workflow: &Workflow,
    library: &Library<'_>,
    reports: &Reports<'_>,
) -> Expanded {
    let mut expanded = workflows::add_steps(workflow, library, reports);
    secret_inputs::mark(&mut expanded.workflow);
    constants::replace(&mut expanded.workflow, library.linked.description);
    for step in &mut expanded.workflow.steps {
        form_body::spread(step);
        request_expressions::replace(step);
        own_outputs::replace(step);
    }
    expanded
}
