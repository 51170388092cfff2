//! Checks that workflows do not wait for themselves or call themselves.

use super::reachability::leading_to;
use crate::arazzo::document::{Description, Target, WorkflowRef};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};

/// Workflows that wait for each other, or call each other without end.
pub(crate) fn check(description: &Description, found: &mut Diagnostics) {
    let position = |id: &str| {
        description
            .workflows
            .iter()
            .position(|workflow| workflow.id == id)
    };
    let own = |reference: &WorkflowRef| {
        reference
            .source
            .is_none()
            .then(|| position(&reference.id))
            .flatten()
    };
    let waits: Vec<Vec<usize>> = description
        .workflows
        .iter()
        .map(|workflow| {
            workflow
                .depends_on
                .iter()
                .filter_map(|dependency| own(&dependency.workflow))
                .collect()
        })
        .collect();
    let calls: Vec<Vec<usize>> = description
        .workflows
        .iter()
        .map(|workflow| {
            let targets = workflow.steps.iter().filter_map(|step| match &step.target {
                Target::Workflow(reference) => own(reference),
                _ => None,
            });
            targets.collect()
        })
        .collect();
    for (index, workflow) in description.workflows.iter().enumerate() {
        if leading_to(&waits, index)[index] {
            let at = child(&workflow.pointer, "dependsOn");
            let message = format!(
                "the workflow `{}` depends on itself, directly or through others",
                workflow.id
            );
            found.push(
                Diagnostic::new(Code::CircularDependency, &description.file, at, message)
                    .label("can never begin")
                    .help("break the circle"),
            );
        }
        if leading_to(&calls, index)[index] {
            let message = format!(
                "the workflow `{}` calls itself, directly or through others",
                workflow.id
            );
            found.push(
                Diagnostic::new(
                    Code::CircularWorkflow,
                    &description.file,
                    &workflow.pointer,
                    message,
                )
                .label("never ends")
                .help("break the circle"),
            );
        }
    }
}
