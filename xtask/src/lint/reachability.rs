//! Checks of the flow of a workflow: unreachable steps and actions, redundant actions, retries.

use super::report::Report;
use crate::arazzo::criterion::Condition;
use crate::arazzo::document::{Action, ActionKind, Description, GotoTarget, Step, Workflow};
use crate::diagnostic::{Code, Diagnostics, child};

/// Number of retries above which `retryLimit` is reported.
const MANY_RETRIES: u64 = 1000;
/// Delay above which `retryAfter` is reported, in seconds (one day).
const LONG_DELAY: f64 = 86_400.0;

/// Returns, for each step, the steps that can follow directly.
pub fn successors(workflow: &Workflow) -> Vec<Vec<usize>> {
    workflow
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| follow(workflow, index, step))
        .collect()
}

/// Returns, for each step, `true` if `target` can follow after any number of steps.
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

/// Returns, for each step, `true` if it is reachable from the first step.
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
    let mut visited = vec![false; edges.len()];
    let mut open = start;
    while let Some(step) = open.pop() {
        if !std::mem::replace(&mut visited[step], true) {
            open.extend(&edges[step]);
        }
    }
    visited
}

fn follow(workflow: &Workflow, index: usize, step: &Step) -> Vec<usize> {
    let mut next = Vec::new();
    let mut falls_through = true;
    for action in taken(&step.on_success) {
        if let ActionKind::Goto(GotoTarget::Step(id)) = &action.kind {
            next.extend(workflow.step_index(id));
        }
        falls_through &= !unconditional(action);
    }
    if falls_through && index + 1 < workflow.steps.len() {
        next.push(index + 1);
    }
    for action in taken(&step.on_failure) {
        match &action.kind {
            ActionKind::Goto(GotoTarget::Step(id)) => next.extend(workflow.step_index(id)),
            // The step that a retry runs first returns to this one.
            ActionKind::Retry {
                first: Some(GotoTarget::Step(id)),
                ..
            } => next.extend(workflow.step_index(id)),
            _ => {}
        }
    }
    next
}

/// Returns the actions that can be taken: none after one that is always taken, and none whose criteria never hold.
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

/// Returns `true` if the actions after this one are never taken. A retry action is skipped after its last retry.
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
    let mut report = Report::new(&description.file, found);
    for workflow in &description.workflows {
        if !endless_loop(workflow, &mut report) {
            unreachable_steps(workflow, &mut report);
        }
        for (index, step) in workflow.steps.iter().enumerate() {
            unreachable_actions(&step.on_success, &mut report);
            unreachable_actions(&step.on_failure, &mut report);
            redundant_goto(workflow, index, step, &mut report);
            // Actions of the workflow are reported once, at its first step.
            let own = step.on_failure.iter();
            for action in own.filter(|action| !action.inherited || index == 0) {
                retries(action, &mut report);
            }
        }
    }
}

/// Reports steps that no path leads to. Steps that only follow such a step are not reported.
fn unreachable_steps(workflow: &Workflow, report: &mut Report<'_>) {
    let possible = possible_successors(workflow);
    let reachable = reachable(&possible);
    for (index, step) in workflow.steps.iter().enumerate() {
        let leading = leading_to(&possible, index);
        let follows_another = (0..index).any(|other| !reachable[other] && leading[other]);
        if !reachable[index] && !follows_another {
            report.add(
                Code::UnreachableStep,
                &step.pointer,
                format!("the step `{}` is unreachable", step.id),
                "never run",
                Some("add an action that goes to the step, or remove it".to_owned()),
            );
        }
    }
}

/// Like [`successors`], with the steps that could follow if defects with their own findings were corrected: unknown
/// targets, invalid criteria, and actions after one that is always taken.
fn possible_successors(workflow: &Workflow) -> Vec<Vec<usize>> {
    let mut all = successors(workflow);
    let count = workflow.steps.len();
    for (index, step) in workflow.steps.iter().enumerate() {
        let next = &mut all[index];
        let mut is_defective = false;
        for action in step.on_success.iter().chain(&step.on_failure) {
            if let ActionKind::Goto(GotoTarget::Step(id)) = &action.kind {
                let target = workflow.step_index(id);
                is_defective |= target.is_none();
                next.extend(target);
            }
            is_defective |= never(action);
        }
        if is_defective && index + 1 < count {
            next.push(index + 1);
        }
    }
    all
}

/// Reports a loop that no action leaves. Returns `true` if there is one.
fn endless_loop(workflow: &Workflow, report: &mut Report<'_>) -> bool {
    let successors = possible_successors(workflow);
    let reachable = reachable(&successors);
    let count = workflow.steps.len();
    let mut can_end = vec![false; count];
    for index in (0..count).filter(|index| has_exit(workflow, *index)) {
        can_end[index] = true;
        for (step, leads) in leading_to(&successors, index).into_iter().enumerate() {
            can_end[step] |= leads;
        }
    }
    let stuck = |index: &usize| reachable[*index] && !can_end[*index];
    let steps: Vec<usize> = (0..count).filter(stuck).collect();
    // The action that goes back closes the loop.
    let closing = steps.iter().find_map(|index| {
        let step = &workflow.steps[*index];
        let mut actions = taken(&step.on_success).chain(taken(&step.on_failure));
        actions.find(|action| match &action.kind {
            ActionKind::Goto(GotoTarget::Step(id)) => {
                workflow.step_index(id).is_some_and(|to| to <= *index)
            }
            _ => false,
        })
    });
    let Some(action) = closing else {
        return false;
    };
    report.add(
        Code::EndlessLoop,
        &action.pointer,
        format!(
            "the action `{}` closes a loop that no action leaves",
            action.name
        ),
        "repeats until a step fails",
        Some("add criteria to it, or an action that ends the loop".to_owned()),
    );
    true
}

/// Returns `true` if the workflow can end after the step, or continue with another workflow.
fn has_exit(workflow: &Workflow, index: usize) -> bool {
    let step = &workflow.steps[index];
    let ends = |action: &Action| {
        matches!(
            action.kind,
            ActionKind::End | ActionKind::Goto(GotoTarget::Workflow(_))
        )
    };
    let falls_through = !taken(&step.on_success).any(always);
    taken(&step.on_success).any(ends)
        || taken(&step.on_failure).any(ends)
        || falls_through && index + 1 == workflow.steps.len()
}

fn unreachable_actions(actions: &[Action], report: &mut Report<'_>) {
    let Some(position) = actions.iter().position(always) else {
        return;
    };
    let later = actions[position + 1..].iter();
    for action in later.filter(|action| !action.inherited) {
        report.add(
            Code::UnreachableAction,
            &action.pointer,
            format!(
                "the action `{}` is unreachable: it follows `{}`, which has no criteria",
                action.name, actions[position].name
            ),
            "never taken",
            Some("put the action without criteria last".to_owned()),
        );
    }
}

fn retries(action: &Action, report: &mut Report<'_>) {
    let ActionKind::Retry { after, limit, .. } = action.kind else {
        return;
    };
    let limit = match limit {
        Some(0) => Some((
            "`retryLimit` is 0".to_owned(),
            "never retries",
            "write 1 or more",
        )),
        Some(limit) if limit > MANY_RETRIES => Some((
            format!("`retryLimit` is larger than {MANY_RETRIES}"),
            "probably a mistake",
            "write a smaller number",
        )),
        _ => None,
    };
    if let Some((message, label, help)) = limit {
        let at = child(&action.pointer, "retryLimit");
        report.add(Code::RetryLimit, &at, message, label, Some(help.to_owned()));
    }
    if after.is_some_and(|seconds| seconds > LONG_DELAY) {
        report.add(
            Code::RetryAfter,
            &child(&action.pointer, "retryAfter"),
            "`retryAfter` is longer than a day",
            "in seconds",
            Some("write the number of seconds".to_owned()),
        );
    }
}

/// Reports success actions with criteria if all success actions go to the next step, which runs in any case.
fn redundant_goto(workflow: &Workflow, index: usize, step: &Step, report: &mut Report<'_>) {
    let Some(next) = workflow.steps.get(index + 1) else {
        return;
    };
    let to_next = |action: &Action| matches!(&action.kind, ActionKind::Goto(GotoTarget::Step(id)) if *id == next.id);
    if !step.on_success.iter().all(to_next) {
        return;
    }
    let guarded = step
        .on_success
        .iter()
        .filter(|action| !unconditional(action));
    for action in guarded {
        let help = "add an action of type `end` for the case that the criteria do not hold";
        report.add(
            Code::RedundantGoto,
            &action.pointer,
            format!(
                "the action `{}` is redundant: the step `{}` follows in any case",
                action.name, next.id
            ),
            "the criteria have no effect",
            Some(help.to_owned()),
        );
    }
}
