//! Checks for cycles of workflows.

use super::reachability::leading_to;
use crate::arazzo::document::{Description, Target, WorkflowRef};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};

/// Reports workflows that depend on themselves or call themselves.
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
    let dependencies: Vec<Vec<usize>> = description
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
    let first_of_cycle = |edges: &[Vec<usize>], index: usize| {
        let leading = leading_to(edges, index);
        let in_cycle = |other: usize| leading[other] && leading_to(edges, other)[index];
        leading[index] && !(0..index).any(in_cycle)
    };
    for (index, workflow) in description.workflows.iter().enumerate() {
        if first_of_cycle(&dependencies, index) {
            let at = child(&workflow.pointer, "dependsOn");
            let message = format!(
                "the workflow `{}` depends on itself, directly or through others",
                workflow.id
            );
            found.push(
                Diagnostic::new(Code::CircularDependency, &description.file, at, message)
                    .label("never starts")
                    .help("remove one of the references between the workflows"),
            );
        }
        if first_of_cycle(&calls, index) {
            let call = workflow.steps.iter().find(|step| match &step.target {
                Target::Workflow(reference) => {
                    own(reference).is_some_and(|to| to == index || leading_to(&calls, index)[to])
                }
                _ => false,
            });
            let at = call.map_or(workflow.pointer.clone(), |step| {
                child(&step.pointer, "workflowId")
            });
            let message = format!(
                "the workflow `{}` calls itself, directly or through others",
                workflow.id
            );
            found.push(
                Diagnostic::new(Code::CircularWorkflow, &description.file, at, message)
                    .label("never ends")
                    .help("remove one of the references between the workflows"),
            );
        }
    }
}
