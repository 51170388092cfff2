//! Check of inputs that no expression reads.

use std::collections::BTreeSet;

use super::report::Report;
use crate::arazzo::document::{Description, Workflow};
use crate::arazzo::expression::{Expression, Field};
use crate::diagnostic::Code;

/// Reports inputs that no expression reads. An input that workflows share is unused if none of them reads it.
///
/// `used` has the names of the inputs that each workflow reads.
pub(super) fn check(description: &Description, used: &[BTreeSet<String>], report: &mut Report<'_>) {
    let mut read_elsewhere = BTreeSet::new();
    for workflow in &description.workflows {
        visit(workflow, &mut |expression| {
            if let Expression::Workflow {
                workflow,
                field: Field::Inputs,
                name,
            } = expression
            {
                read_elsewhere.insert((workflow.clone(), name.name.clone()));
            }
        });
    }
    let all = || description.workflows.iter().zip(used);
    let is_read = |workflow: &Workflow, used: &BTreeSet<String>, name: &String| {
        used.contains(name) || read_elsewhere.contains(&(workflow.id.clone(), name.clone()))
    };
    let shared: BTreeSet<&str> = all()
        .flat_map(|(workflow, used)| {
            let fields = workflow.inputs.fields.iter();
            let read = fields.filter(move |(name, _)| is_read(workflow, used, name));
            read.map(|(_, field)| field.pointer.as_str())
        })
        .collect();
    let mut reported = BTreeSet::new();
    for (workflow, _) in all() {
        for (name, field) in &workflow.inputs.fields {
            if !shared.contains(field.pointer.as_str()) && reported.insert(&field.pointer) {
                report.add(
                    Code::UnusedInput,
                    &field.pointer,
                    format!("the input `{name}` is never read"),
                    "has no effect",
                    Some("read it in an expression, or remove it".into()),
                );
            }
        }
    }
}

/// Calls `visit` with every expression of the values of a workflow.
fn visit(workflow: &Workflow, visit: &mut impl FnMut(&Expression)) {
    let mut visit = |_: &str, expression: &Expression| visit(expression);
    for step in &workflow.steps {
        step.parameters
            .iter()
            .for_each(|parameter| parameter.value.visit("", &mut visit));
        if let Some(payload) = step.body.as_ref().and_then(|body| body.payload.as_ref()) {
            payload.visit("", &mut visit);
        }
        for replacement in step.body.iter().flat_map(|body| &body.replacements) {
            replacement.value.visit("", &mut visit);
        }
        let actions = || step.on_success.iter().chain(&step.on_failure);
        step.success
            .iter()
            .chain(actions().flat_map(|action| &action.criteria))
            .for_each(|criterion| criterion.visit(&mut visit));
        for parameter in actions().flat_map(|action| &action.parameters) {
            parameter.value.visit("", &mut visit);
        }
        step.outputs
            .values()
            .for_each(|output| output.value.visit("", &mut visit));
    }
    workflow
        .outputs
        .values()
        .for_each(|output| output.value.visit("", &mut visit));
}
