//! Control flow between steps, and the steps that have certainly finished at each point.

use super::status;
use crate::arazzo::criterion::Criterion;
use crate::arazzo::document;
use crate::model::{
    BodyUse, FailureAction, FailureOutcome, FlowForm, Next, ResponseBody, Step, SuccessAction,
    TransportRetries,
};

/// The steps that have certainly finished at each point of the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinishedSteps {
    /// Before each step; `None` for an unreachable step.
    pub before: Vec<Option<Vec<bool>>>,
    /// Before each step that runs before the retry of another one, to which the flow then returns.
    pub before_retry: Vec<Option<Vec<bool>>>,
    /// At the end; `None` if the end is unreachable.
    pub end: Option<Vec<bool>>,
}

impl FinishedSteps {
    /// Returns `true` if a step has finished whenever the workflow reaches its end.
    pub(crate) fn at_end(&self, step: usize) -> bool {
        self.end
            .as_ref()
            .is_some_and(|finished| finished.get(step) == Some(&true))
    }

    fn states(&mut self, route: Route) -> &mut Vec<Option<Vec<bool>>> {
        match route {
            Route::Flow => &mut self.before,
            Route::BeforeRetry => &mut self.before_retry,
        }
    }

    /// Adds a path to a step on which these steps have finished. Returns the step if that changes its state.
    fn reach(&mut self, to: usize, route: Route, finished: &[bool]) -> Option<(usize, Route)> {
        let state = self.states(route).get_mut(to)?;
        intersect(state, finished).then_some((to, route))
    }
}

/// The edges that leave a step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    pub on_success: Vec<SuccessAction>,
    pub on_failure: Vec<FailureAction>,
}

impl Edges {
    /// Returns the targets of the success actions, up to the first action without criteria.
    ///
    /// If all actions have criteria, the next step is a target too.
    fn after_success(&self, at: usize, steps: usize) -> Vec<Next> {
        let mut targets = Vec::new();
        for action in &self.on_success {
            targets.push(action.to);
            if action.criteria.is_empty() {
                return targets;
            }
        }
        targets.push(if at + 1 < steps {
            Next::Step(at + 1)
        } else {
            Next::End
        });
        targets
    }

    fn after_failure(&self) -> impl Iterator<Item = (usize, Route)> {
        self.on_failure
            .iter()
            .filter_map(|action| match action.outcome {
                FailureOutcome::Goto(step) => Some((step, Route::Flow)),
                FailureOutcome::Retry { first, .. } => Some((first?, Route::BeforeRetry)),
                FailureOutcome::End => None,
            })
    }
}

/// The kind of path to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    /// The step is next in the flow.
    Flow,
    /// The step runs before the retry of another step, to which the flow then returns.
    BeforeRetry,
}

/// Computes the steps that have certainly finished, by following every edge until nothing changes.
pub(crate) fn finished_steps(edges: &[Edges]) -> FinishedSteps {
    let count = edges.len();
    let mut certain = FinishedSteps {
        before: vec![None; count],
        before_retry: vec![None; count],
        end: None,
    };
    if count == 0 {
        certain.end = Some(Vec::new());
        return certain;
    }
    certain.before[0] = Some(vec![false; count]);
    let mut pending = vec![(0, Route::Flow)];
    while let Some((at, route)) = pending.pop() {
        let states = certain.states(route);
        let (Some(step), Some(Some(before))) = (edges.get(at), states.get(at)) else {
            continue;
        };
        let failed = before.clone();
        let mut passed = before.clone();
        passed[at] = true;
        // The flow returns to a step that was already visited with fewer finished steps.
        let after = match route {
            Route::BeforeRetry => Vec::new(),
            Route::Flow => step.after_success(at, count),
        };
        for target in after {
            match target {
                Next::End => {
                    intersect(&mut certain.end, &passed);
                }
                Next::Step(to) => pending.extend(certain.reach(to, Route::Flow, &passed)),
            }
        }
        for (to, route) in step.after_failure() {
            pending.extend(certain.reach(to, route, &failed));
        }
    }
    certain
}

/// Intersects the finished steps with those of another path. Returns `true` if that changed them.
fn intersect(state: &mut Option<Vec<bool>>, path: &[bool]) -> bool {
    match state {
        None => {
            *state = Some(path.to_vec());
            true
        }
        Some(known) => {
            let mut changed = false;
            for (known, here) in known.iter_mut().zip(path) {
                if *known && !here {
                    *known = false;
                    changed = true;
                }
            }
            changed
        }
    }
}

/// Returns the status codes that the transport retries.
fn retried() -> impl Iterator<Item = u16> {
    [408, 425, 429].into_iter().chain(500..=599)
}

/// Returns the transport retries of a step. Statuses handled by its criteria or failure actions are excluded.
pub(crate) fn transport_retries(step: &document::Step) -> TransportRetries {
    let handled: Vec<u16> = retried().filter(|status| handles(step, *status)).collect();
    match retried().eq(handled.iter().copied()) {
        true => TransportRetries::Never,
        false => TransportRetries::Except(handled),
    }
}

fn handles(step: &document::Step, status: u16) -> bool {
    // Criteria that only test the body do not accept a status such as 503.
    let succeeds = status::is_tested(&step.success) && status::may_pass(&step.success, status);
    let mut actions = step.on_failure.iter();
    succeeds || actions.any(|action| status::may_pass(&action.criteria, status))
}

/// Returns the form of the flow between steps.
pub(crate) fn form(steps: &[Step]) -> FlowForm {
    let continues_to_next = |(at, step): (usize, &Step)| {
        let passed = step.on_success.iter();
        let failed = step.on_failure.iter();
        passed
            .into_iter()
            .all(|action| action.to == Next::Step(at + 1))
            && failed
                .into_iter()
                .all(|action| !action.outcome.leads_elsewhere())
    };
    match steps.iter().enumerate().all(continues_to_next) {
        true => FlowForm::Straight,
        false => FlowForm::Loop,
    }
}

/// Returns the use of the decoded response body by the outputs of a step with these success criteria.
pub(crate) fn body_use(criteria: &[Criterion], response: &ResponseBody) -> BodyUse {
    let accepted = matches!(response, ResponseBody::MaybeAccepted(_));
    let has_value = |status: u16| (200..300).contains(&status) && !(accepted && status == 202);
    let certain = match criteria.is_empty() {
        // Without criteria, a step succeeds if its body was decoded.
        true => !accepted,
        false => {
            let passes = |status: &u16| status::may_pass(criteria, *status);
            // 0 represents a missing response.
            (100..600).filter(passes).all(has_value) && !passes(&0)
        }
    };
    match certain {
        true => BodyUse::Certain,
        false => BodyUse::Maybe,
    }
}

impl From<&Step> for Edges {
    fn from(step: &Step) -> Self {
        Self {
            on_success: step.on_success.clone(),
            on_failure: step.on_failure.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arazzo::criterion::{Condition, Simple};
    use crate::arazzo::document::{Action, ActionKind, OperationRef, Target};
    use crate::model::{Operand, Test, Ty};

    fn criterion(condition: &str) -> Criterion {
        Criterion {
            pointer: String::new(),
            context: None,
            condition: Condition::Simple(Simple::parse(condition).unwrap().0),
            text: condition.to_owned(),
        }
    }

    fn body_test() -> crate::model::Criterion {
        crate::model::Criterion {
            text: String::new(),
            test: Test::Truth(Operand::Body("/ok".into())),
        }
    }

    /// Returns a step with this success criterion, and a retry for each list of criteria.
    fn step(success: &str, retries: &[&[&str]]) -> document::Step {
        let retry = |criteria: &&[&str]| Action {
            pointer: String::new(),
            name: String::new(),
            kind: ActionKind::Retry {
                after: None,
                limit: Some(3),
                first: None,
            },
            criteria: criteria.iter().map(|it| criterion(it)).collect(),
            parameters: Vec::new(),
            inherited: false,
        };
        document::Step {
            pointer: String::new(),
            id: "s".to_owned(),
            description: None,
            target: Target::Operation(OperationRef::Id {
                source: None,
                id: "o".to_owned(),
            }),
            parameters: Vec::new(),
            body: None,
            success: vec![criterion(success)],
            on_success: Vec::new(),
            on_failure: retries.iter().map(retry).collect(),
            outputs: Default::default(),
            security: Vec::new(),
            expires: None,
            timeout: None,
            depends_on: Vec::new(),
            extensions: Default::default(),
        }
    }

    /// Returns `true` if any path leads to a step.
    fn reaches(certain: &FinishedSteps, step: usize) -> bool {
        certain.before[step].is_some() || certain.before_retry[step].is_some()
    }

    fn success(criteria: Vec<crate::model::Criterion>, to: Next) -> SuccessAction {
        SuccessAction { criteria, to }
    }

    #[test]
    fn all_steps_have_finished_after_a_straight_flow() {
        let certain = finished_steps(&[Edges::default(), Edges::default()]);
        assert!(certain.at_end(0) && certain.at_end(1));
        assert_eq!(certain.before[1], Some(vec![true, false]));
    }

    #[test]
    fn later_steps_may_not_have_finished_after_an_early_end() {
        let first = Edges {
            on_success: vec![
                success(vec![body_test()], Next::Step(1)),
                success(vec![], Next::End),
            ],
            on_failure: vec![],
        };
        let certain = finished_steps(&[first, Edges::default()]);
        assert!(certain.at_end(0) && !certain.at_end(1));
        assert!(reaches(&certain, 1));
    }

    #[test]
    fn a_skipped_step_is_not_reached() {
        let first = Edges {
            on_success: vec![success(vec![], Next::Step(2))],
            on_failure: vec![],
        };
        let certain = finished_steps(&[first, Edges::default(), Edges::default()]);
        assert!(!reaches(&certain, 1));
        assert!(certain.at_end(2) && !certain.at_end(1));
    }

    #[test]
    fn a_failed_step_has_not_finished_at_the_target_of_its_action() {
        let outcome = FailureOutcome::Goto(1);
        let first = Edges {
            on_success: vec![],
            on_failure: vec![FailureAction {
                criteria: vec![],
                outcome,
            }],
        };
        let certain = finished_steps(&[first, Edges::default()]);
        assert_eq!(certain.before[1], Some(vec![false, false]));
    }

    #[test]
    fn a_step_that_runs_before_a_retry_only_leads_back() {
        let outcome = FailureOutcome::Retry {
            after: 0.0,
            limit: 1,
            first: Some(1),
        };
        let first = Edges {
            on_success: vec![success(vec![], Next::End)],
            on_failure: vec![FailureAction {
                criteria: vec![],
                outcome,
            }],
        };
        let certain = finished_steps(&[first, Edges::default(), Edges::default()]);
        assert!(reaches(&certain, 1) && !reaches(&certain, 2));
        assert!(certain.at_end(0) && !certain.at_end(1));
        assert_eq!(certain.before_retry[1], Some(vec![false, false, false]));
    }

    #[test]
    fn steps_on_every_path_have_finished_after_a_loop() {
        let second = Edges {
            on_success: vec![success(vec![body_test()], Next::Step(0))],
            on_failure: vec![],
        };
        let certain = finished_steps(&[Edges::default(), second]);
        assert!(certain.at_end(0) && certain.at_end(1));
        assert_eq!(certain.before[0], Some(vec![false, false]));
    }

    #[test]
    fn a_body_is_certain_if_the_criteria_require_one() {
        let value = ResponseBody::Value(Ty::String);
        let accepted = ResponseBody::MaybeAccepted(Ty::String);
        for (condition, response, expected) in [
            ("$statusCode == 200", &value, BodyUse::Certain),
            ("$statusCode == 200", &accepted, BodyUse::Certain),
            ("$statusCode < 300", &accepted, BodyUse::Maybe),
            ("$response.body#/ok", &value, BodyUse::Maybe),
        ] {
            let criteria = [criterion(condition)];
            assert_eq!(body_use(&criteria, response), expected, "{condition}");
        }
        assert_eq!(body_use(&[], &value), BodyUse::Certain);
        assert_eq!(body_use(&[], &accepted), BodyUse::Maybe);
    }

    #[test]
    fn the_transport_does_not_retry_statuses_that_an_action_handles() {
        let except = |statuses: &[u16]| TransportRetries::Except(statuses.to_vec());
        let ok = "$statusCode == 200";
        assert_eq!(transport_retries(&step(ok, &[])), except(&[]));
        let limited = step(ok, &[&["$statusCode == 429"]]);
        assert_eq!(transport_retries(&limited), except(&[429]));
        let any = step(ok, &[&[]]);
        assert_eq!(transport_retries(&any), TransportRetries::Never);
        let accepted = step("$statusCode == 503", &[]);
        assert_eq!(transport_retries(&accepted), except(&[503]));
        let body = step("$response.body#/ok", &[]);
        assert_eq!(transport_retries(&body), except(&[]));
    }
}
