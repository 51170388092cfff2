//! Checks of steps that delete.

use std::collections::BTreeSet;

use super::report::Report;
use crate::arazzo::criterion::{Condition, Criterion};
use crate::arazzo::document::{ActionKind, Description, GotoTarget, Step, Target, Workflow};
use crate::arazzo::expression::Expression;
use crate::arazzo::sources::Sources;
use crate::diagnostic::{Code, Diagnostics};

/// Reports steps that delete what an input names, if no earlier step reads that input or decides about the deletion.
pub(crate) fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    for workflow in &description.workflows {
        let mut read = BTreeSet::new();
        let mut guarded = false;
        for (index, step) in workflow.steps.iter().enumerate() {
            let reads = Reads::of(step);
            if let Target::Operation(reference) = &step.target
                && let Ok((source, _, operation)) = sources.operation(reference)
                && operation.method == "delete"
                && index > 0
                && !guarded
                && !reads.earlier_steps
                && let Some(input) = reads.inputs.difference(&read).next()
            {
                let mut report = Report {
                    declared: sources.declaration(source, operation),
                    ..Report::new(&description.file, found)
                };
                report.add(
                    Code::UncheckedDeletion,
                    &step.pointer,
                    format!(
                        "the step `{}` deletes what the input `{input}` names, which no earlier step has checked",
                        step.id
                    ),
                    "depends on no earlier step",
                    Some("use an output of an earlier step, or add criteria that decide about the deletion".to_owned()),
                );
            }
            read.extend(reads.inputs);
            guarded |= decides(workflow, index, step);
        }
    }
}

/// Values that the request of a step reads.
#[derive(Default)]
struct Reads {
    inputs: BTreeSet<String>,
    /// `true` if a value comes from another step or workflow.
    earlier_steps: bool,
}

impl Reads {
    fn of(step: &Step) -> Self {
        let mut reads = Self::default();
        let mut visit = |_: &str, expression: &Expression| match expression {
            Expression::Input(named) => {
                reads.inputs.insert(named.name.clone());
            }
            Expression::Step { .. } | Expression::Workflow { .. } => reads.earlier_steps = true,
            _ => {}
        };
        for parameter in &step.parameters {
            parameter.value.visit("", &mut visit);
        }
        if let Some(body) = &step.body {
            let values = body.payload.iter();
            let values = values.chain(body.replacements.iter().map(|it| &it.value));
            values.for_each(|value| value.visit("", &mut visit));
        }
        reads
    }
}

/// Returns `true` if the step decides about the steps after it by more than the status of its response.
fn decides(workflow: &Workflow, index: usize, step: &Step) -> bool {
    let next = workflow.steps.get(index + 1);
    let goes_to_next = |kind: &ActionKind| matches!(kind, ActionKind::Goto(GotoTarget::Step(id)) if next.is_some_and(|next| next.id == *id));
    let leaves = step
        .on_success
        .iter()
        .any(|action| !goes_to_next(&action.kind));
    let mut criteria = step.success.iter();
    criteria.any(reads_more_than_the_status) || leaves
}

fn reads_more_than_the_status(criterion: &Criterion) -> bool {
    let mut reads = false;
    criterion.visit(&mut |_, expression| reads |= *expression != Expression::StatusCode);
    reads && criterion.condition != Condition::Never
}
