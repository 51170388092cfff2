//! Checks of the flow of a workflow: steps that nothing leads to, actions that are never taken or change nothing, retries.

use super::report::Report;
use crate::arazzo::criterion::Condition;
use crate::arazzo::document::{Action, ActionKind, Description, Place, Step, Workflow};
use crate::diagnostic::{Code, Diagnostics, child};

/// More repetitions than this are hardly meant.
const MANY_RETRIES: u64 = 1000;
/// A longer pause than a day, in seconds, is hardly meant.
const LONG_PAUSE: f64 = 86_400.0;

/// For each step, the steps that may come right after it.
pub fn successors(workflow: &Workflow) -> Vec<Vec<usize>> {
    workflow
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| follow(workflow, index, step))
        .collect()
}

/// For each step, whether `target` may come after it, in any number of steps.
pub fn leading_to(successors: &[Vec<usize>], target: usize) -> Vec<bool> {
    let mut predecessors = vec![Vec::new(); successors.len()];
    for (from, next) in successors.iter().enumerate() {
        for to in next {
            predecessors[*to].push(from);
        }
    }
    closure(
        &predecessors,
        predecessors.get(target).cloned().unwrap_or_default(),
    )
}

/// Which steps can be reached from the first.
pub fn reachable(successors: &[Vec<usize>]) -> Vec<bool> {
    closure(
        successors,
        if successors.is_empty() {
            Vec::new()
        } else {
            vec![0]
        },
    )
}

fn closure(edges: &[Vec<usize>], start: Vec<usize>) -> Vec<bool> {
    let mut seen = vec![false; edges.len()];
    let mut open = start;
    while let Some(step) = open.pop() {
        if !std::mem::replace(&mut seen[step], true) {
            open.extend(&edges[step]);
        }
    }
    seen
}

fn follow(workflow: &Workflow, index: usize, step: &Step) -> Vec<usize> {
    let mut next = Vec::new();
    let mut falls_through = true;
    for action in taken(&step.on_success) {
        if let ActionKind::Goto(Place::Step(id)) = &action.kind {
            next.extend(workflow.step_index(id));
        }
        falls_through &= !unconditional(action);
    }
    if falls_through && index + 1 < workflow.steps.len() {
        next.push(index + 1);
    }
    for action in taken(&step.on_failure) {
        match &action.kind {
            ActionKind::Goto(Place::Step(id)) => next.extend(workflow.step_index(id)),
            // The step that a retry runs first comes back to this one.
            ActionKind::Retry {
                first: Some(Place::Step(id)),
                ..
            } => next.extend(workflow.step_index(id)),
            _ => {}
        }
    }
    next
}

/// The actions that can be taken at all: none behind one that is always taken, and none that never holds.
fn taken(actions: &[Action]) -> impl Iterator<Item = &Action> {
    let end = actions
        .iter()
        .position(always)
        .map_or(actions.len(), |position| position + 1);
    actions[..end].iter().filter(|action| !never(action))
}

fn unconditional(action: &Action) -> bool {
    action.criteria.is_empty()
}

/// Whether nothing behind the action is looked at: a retry gives way once its limit is used up.
fn always(action: &Action) -> bool {
    unconditional(action) && !matches!(action.kind, ActionKind::Retry { .. })
}

fn never(action: &Action) -> bool {
    action
        .criteria
        .iter()
        .any(|criterion| criterion.condition == Condition::Never)
}

pub(crate) fn check(description: &Description, found: &mut Diagnostics) {
    for workflow in &description.workflows {
        let mut checker = Checker {
            workflow,
            report: Report {
                file: &description.file,
                found,
            },
        };
        let reachable = reachable(&successors(workflow));
        for (index, step) in workflow.steps.iter().enumerate() {
            if !reachable[index] {
                checker.report.add(
                    Code::UnreachableStep,
                    &step.pointer,
                    format!("nothing leads to the step `{}`", step.id),
                    "never run",
                    Some("let an action go to it, or leave it out".to_owned()),
                );
            }
            checker.unreachable_actions(&step.on_success);
            checker.unreachable_actions(&step.on_failure);
            checker.redundant_goto(index, step);
            for action in step.on_failure.iter() {
                // What the workflow says of all steps is reported once.
                if !action.inherited || index == 0 {
                    checker.retry(action);
                }
            }
        }
    }
}

struct Checker<'c> {
    workflow: &'c Workflow,
    report: Report<'c>,
}

impl Checker<'_> {
    fn unreachable_actions(&mut self, actions: &[Action]) {
        let Some(position) = actions.iter().position(always) else {
            return;
        };
        let behind = actions[position + 1..].iter();
        for action in behind.filter(|action| !action.inherited) {
            let message = format!(
                "the action `{}` comes after `{}`, which has no criteria",
                action.name, actions[position].name
            );
            self.report.add(
                Code::UnreachableAction,
                &action.pointer,
                message,
                "never taken",
                Some("put the action without criteria last".to_owned()),
            );
        }
    }

    /// A success action with criteria that goes to the very next step, with nothing that would happen otherwise, guards
    /// nothing: where its criteria do not hold, the next step is run all the same.
    fn redundant_goto(&mut self, index: usize, step: &Step) {
        let Some(next) = self.workflow.steps.get(index + 1) else {
            return;
        };
        let to_next = |action: &Action| matches!(&action.kind, ActionKind::Goto(Place::Step(id)) if *id == next.id);
        if !step.on_success.iter().all(to_next) {
            return;
        }
        let guarded = step.on_success.iter();
        for action in guarded.filter(|action| !action.criteria.is_empty()) {
            let message = format!(
                "whether the action `{}` is taken or not, the step `{}` is next",
                action.name, next.id
            );
            let help = "add an action of type `end` behind it for when the criteria do not hold";
            self.report.add(
                Code::RedundantGoto,
                &action.pointer,
                message,
                "guards nothing",
                Some(help.to_owned()),
            );
        }
    }

    fn retry(&mut self, action: &Action) {
        let ActionKind::Retry { after, limit, .. } = action.kind else {
            return;
        };
        let at = |key| child(&action.pointer, key);
        if limit == Some(0) {
            self.report.add(
                Code::RetryLimit,
                &at("retryLimit"),
                "a limit of 0 never retries",
                "has no effect",
                Some("write 1 or more".to_owned()),
            );
        } else if limit.is_some_and(|limit| limit > MANY_RETRIES) {
            self.report.add(
                Code::RetryLimit,
                &at("retryLimit"),
                format!("more than {MANY_RETRIES} retries"),
                "hardly meant",
                Some("write a smaller number".to_owned()),
            );
        }
        if after.is_some_and(|seconds| seconds > LONG_PAUSE) {
            self.report.add(
                Code::RetryAfter,
                &at("retryAfter"),
                "a pause of more than a day",
                "counted in seconds",
                Some("write the number of seconds".to_owned()),
            );
        }
    }
}
