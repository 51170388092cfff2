//! Which step can follow which, and what is therefore certainly there.

use crate::model::{
    BodyUse, Criterion, FailureAction, FailureOutcome, FlowForm, Next, ResponseBody, Step,
    SuccessAction, Test, TransportRetries,
};

/// Which steps have certainly finished at certain places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certain {
    /// Before each step; nothing for a step that no path reaches.
    pub before: Vec<Option<Vec<bool>>>,
    /// Before each step that runs before another one is repeated; the flow then goes back to that one.
    pub aside: Vec<Option<Vec<bool>>>,
    /// At the end; nothing where the end is not reached.
    pub end: Option<Vec<bool>>,
}

impl Certain {
    /// Whether a step has its outputs whenever the workflow reaches its end.
    pub fn at_end(&self, step: usize) -> bool {
        self.end
            .as_ref()
            .is_some_and(|finished| finished.get(step) == Some(&true))
    }

    /// Whether any path leads to a step.
    pub fn reaches(&self, step: usize) -> bool {
        let reached = |places: &[Option<Vec<bool>>]| places.get(step).is_some_and(Option::is_some);
        reached(&self.before) || reached(&self.aside)
    }
}

/// The edges that leave a step.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    pub on_success: Vec<SuccessAction>,
    pub on_failure: Vec<FailureAction>,
}

impl Edges {
    /// Where a success leads: the targets of its actions, up to the first that has no criteria, else also the next step.
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

    fn after_failure(&self) -> impl Iterator<Item = (usize, bool)> {
        self.on_failure
            .iter()
            .filter_map(|action| match action.outcome {
                FailureOutcome::Goto(step) => Some((step, false)),
                FailureOutcome::Retry { first, .. } => Some((first?, true)),
                FailureOutcome::End => None,
            })
    }
}

/// Works out what is certain, by going along every edge until nothing changes.
pub fn certain(edges: &[Edges]) -> Certain {
    let count = edges.len();
    let mut certain = Certain {
        before: vec![None; count],
        aside: vec![None; count],
        end: None,
    };
    if count == 0 {
        certain.end = Some(Vec::new());
        return certain;
    }
    certain.before[0] = Some(vec![false; count]);
    let mut open = vec![(0, false)];
    while let Some((at, aside)) = open.pop() {
        let places = if aside {
            &certain.aside
        } else {
            &certain.before
        };
        let (Some(step), Some(Some(before))) = (edges.get(at), places.get(at)) else {
            continue;
        };
        let failed = before.clone();
        let mut passed = before.clone();
        passed[at] = true;
        // What runs aside goes back to a step that is known already, with more than that needs.
        let after = match aside {
            true => Vec::new(),
            false => step.after_success(at, count),
        };
        for target in after {
            match target {
                Next::End => {
                    meet(&mut certain.end, &passed);
                }
                Next::Step(to) => {
                    if certain
                        .before
                        .get_mut(to)
                        .is_some_and(|place| meet(place, &passed))
                    {
                        open.push((to, false));
                    }
                }
            }
        }
        for (to, aside) in step.after_failure() {
            let places = match aside {
                true => &mut certain.aside,
                false => &mut certain.before,
            };
            if places.get_mut(to).is_some_and(|place| meet(place, &failed)) {
                open.push((to, aside));
            }
        }
    }
    certain
}

/// Keeps what is certain on every path; whether that changed anything.
fn meet(place: &mut Option<Vec<bool>>, path: &[bool]) -> bool {
    match place {
        None => {
            *place = Some(path.to_vec());
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

/// The status codes that a transport retries by itself.
fn retried() -> impl Iterator<Item = u16> {
    [408, 425, 429].into_iter().chain(500..=599)
}

/// The retries of the transport for a step with these criteria and actions: none on a status that they handle.
pub fn transport_retries(criteria: &[Criterion], on_failure: &[FailureAction]) -> TransportRetries {
    let handled = handled(criteria, on_failure);
    match retried().eq(handled.iter().copied()) {
        true => TransportRetries::Never,
        false => TransportRetries::Except(handled),
    }
}

/// The statuses that a step's own criteria and actions handle, of those that a transport would retry.
fn handled(criteria: &[Criterion], on_failure: &[FailureAction]) -> Vec<u16> {
    let names_statuses = criteria
        .iter()
        .any(|criterion| names_status(&criterion.test));
    let deals = |status: u16| {
        // Criteria that look at the body alone do not mean that a 503 would be welcome.
        let succeeds = names_statuses
            && criteria
                .iter()
                .all(|criterion| may_hold(&criterion.test, status));
        let acts = |action: &FailureAction| {
            action
                .criteria
                .iter()
                .all(|criterion| may_hold(&criterion.test, status))
        };
        succeeds || on_failure.iter().any(acts)
    };
    retried().filter(|status| deals(*status)).collect()
}

/// The order in which the steps of a workflow follow each other.
pub fn form(steps: &[Step]) -> FlowForm {
    let onward = |(at, step): (usize, &Step)| {
        let passed = step.on_success.iter();
        let failed = step.on_failure.iter();
        passed
            .into_iter()
            .all(|action| action.to == Next::Step(at + 1))
            && failed
                .into_iter()
                .all(|action| !action.outcome.leads_elsewhere())
    };
    match steps.iter().enumerate().all(onward) {
        true => FlowForm::Straight,
        false => FlowForm::Loop,
    }
}

/// How the outputs of a step can use the value of its answer.
pub fn body_use(criteria: &[Criterion], answer: &ResponseBody, needed: bool) -> BodyUse {
    if !needed {
        return BodyUse::None;
    }
    let accepted = matches!(answer, ResponseBody::MaybeAccepted(_));
    let passes = |status: u16| {
        criteria
            .iter()
            .all(|criterion| may_hold(&criterion.test, status))
    };
    let has_value = |status: u16| (200..300).contains(&status) && !(accepted && status == 202);
    let certain = match criteria.is_empty() {
        // Without criteria, what succeeds is what could be decoded.
        true => !accepted,
        false => (100..600).filter(|status| passes(*status)).all(has_value) && !passes(0),
    };
    if certain {
        BodyUse::Certain
    } else {
        BodyUse::Maybe
    }
}

/// Whether a test looks at the status.
fn names_status(test: &Test) -> bool {
    match test {
        Test::Status(..) => true,
        Test::All(tests) | Test::Any(tests) => tests.iter().any(names_status),
        Test::Not(inner) => names_status(inner),
        _ => false,
    }
}

/// Whether a test can hold for an answer of this status, whatever else the answer says.
fn may_hold(test: &Test, status: u16) -> bool {
    match test {
        Test::Never => false,
        Test::Status(comparison, wanted) => comparison.holds(status, *wanted),
        Test::All(tests) => tests.iter().all(|test| may_hold(test, status)),
        Test::Any(tests) => tests.iter().any(|test| may_hold(test, status)),
        Test::Not(inner) => !must_hold(inner, status),
        _ => true,
    }
}

fn must_hold(test: &Test, status: u16) -> bool {
    match test {
        Test::Always => true,
        Test::Status(comparison, wanted) => comparison.holds(status, *wanted),
        Test::All(tests) => tests.iter().all(|test| must_hold(test, status)),
        Test::Any(tests) => tests.iter().any(|test| must_hold(test, status)),
        Test::Not(inner) => !may_hold(inner, status),
        _ => false,
    }
}

/// The edges of a checked step.
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
    use crate::model::{Comparison, Operand, Ty};

    fn criterion(test: Test) -> Criterion {
        Criterion {
            text: String::new(),
            test,
        }
    }

    fn body_test() -> Criterion {
        criterion(Test::Truth(Operand::Body("/ok".into())))
    }

    fn success(criteria: Vec<Criterion>, to: Next) -> SuccessAction {
        SuccessAction { criteria, to }
    }

    #[test]
    fn a_straight_flow_finishes_every_step() {
        let certain = certain(&[Edges::default(), Edges::default()]);
        assert!(certain.at_end(0) && certain.at_end(1));
        assert_eq!(certain.before[1], Some(vec![true, false]));
    }

    #[test]
    fn an_early_end_leaves_the_later_steps_open() {
        let first = Edges {
            on_success: vec![
                success(vec![body_test()], Next::Step(1)),
                success(vec![], Next::End),
            ],
            on_failure: vec![],
        };
        let certain = certain(&[first, Edges::default()]);
        assert!(certain.at_end(0) && !certain.at_end(1));
        assert!(certain.reaches(1));
    }

    #[test]
    fn a_step_that_is_jumped_over_is_not_reached() {
        let first = Edges {
            on_success: vec![success(vec![], Next::Step(2))],
            on_failure: vec![],
        };
        let certain = certain(&[first, Edges::default(), Edges::default()]);
        assert!(!certain.reaches(1));
        assert!(certain.at_end(2) && !certain.at_end(1));
    }

    #[test]
    fn a_failure_that_leads_on_has_not_finished_its_step() {
        let act = FailureOutcome::Goto(1);
        let first = Edges {
            on_success: vec![],
            on_failure: vec![FailureAction {
                criteria: vec![],
                outcome: act,
            }],
        };
        let certain = certain(&[first, Edges::default()]);
        assert_eq!(certain.before[1], Some(vec![false, false]));
    }

    #[test]
    fn a_step_that_runs_before_a_repetition_leads_back_and_nowhere_else() {
        let act = FailureOutcome::Retry {
            after: 0.0,
            limit: 1,
            first: Some(1),
        };
        let first = Edges {
            on_success: vec![success(vec![], Next::End)],
            on_failure: vec![FailureAction {
                criteria: vec![],
                outcome: act,
            }],
        };
        let certain = certain(&[first, Edges::default(), Edges::default()]);
        assert!(certain.reaches(1) && !certain.reaches(2));
        assert!(certain.at_end(0) && !certain.at_end(1));
        assert_eq!(certain.aside[1], Some(vec![false, false, false]));
    }

    #[test]
    fn a_loop_ends_in_what_holds_on_every_round() {
        let second = Edges {
            on_success: vec![success(vec![body_test()], Next::Step(0))],
            on_failure: vec![],
        };
        let certain = certain(&[Edges::default(), second]);
        assert!(certain.at_end(0) && certain.at_end(1));
        assert_eq!(certain.before[0], Some(vec![false, false]));
    }

    #[test]
    fn a_body_is_certain_where_the_criteria_admit_only_answers_that_have_one() {
        let ok = criterion(Test::Status(Comparison::Equal, 200));
        let below = criterion(Test::Status(Comparison::Less, 300));
        let value = ResponseBody::Value(Ty::String);
        let accepted = ResponseBody::MaybeAccepted(Ty::String);
        assert_eq!(
            body_use(std::slice::from_ref(&ok), &value, true),
            BodyUse::Certain
        );
        assert_eq!(
            body_use(std::slice::from_ref(&ok), &accepted, true),
            BodyUse::Certain
        );
        assert_eq!(
            body_use(std::slice::from_ref(&below), &accepted, true),
            BodyUse::Maybe
        );
        assert_eq!(body_use(&[], &value, true), BodyUse::Certain);
        assert_eq!(body_use(&[], &accepted, true), BodyUse::Maybe);
        assert_eq!(body_use(&[body_test()], &value, true), BodyUse::Maybe);
        assert_eq!(body_use(&[ok], &value, false), BodyUse::None);
    }

    #[test]
    fn statuses_that_an_action_applies_to_are_left_to_it() {
        let retry = |criteria| FailureAction {
            criteria,
            outcome: FailureOutcome::Retry {
                after: 1.0,
                limit: 3,
                first: None,
            },
        };
        let ok = criterion(Test::Status(Comparison::Equal, 200));
        assert!(handled(std::slice::from_ref(&ok), &[]).is_empty());
        assert_eq!(
            handled(
                std::slice::from_ref(&ok),
                &[retry(vec![criterion(Test::Status(Comparison::Equal, 429))])]
            ),
            [429]
        );
        assert_eq!(handled(&[ok], &[retry(vec![])]).len(), 103);
        assert_eq!(
            handled(&[criterion(Test::Status(Comparison::Equal, 503))], &[]),
            [503]
        );
        assert!(handled(&[body_test()], &[]).is_empty());
    }
}
