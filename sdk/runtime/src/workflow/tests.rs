use super::*;
use crate::{FailureKind, SecretString};

/// The steps of a workflow that only tests have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demo {
    First,
    Second,
}

impl StepId for Demo {
    const WORKFLOW: &'static str = "demo";
    const ALL: &'static [Self] = &[Self::First, Self::Second];

    fn id(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }

    fn operation(self) -> &'static str {
        "doIt"
    }
}

#[derive(Debug, Default)]
pub(crate) struct DemoSteps {
    first: Option<SecretString>,
}

impl Steps for DemoSteps {
    type Step = Demo;

    fn is_finished(&self, step: Demo) -> bool {
        step == Demo::First && self.first.is_some()
    }
}

fn error(why: Why) -> WorkflowError<DemoSteps> {
    WorkflowError::new(
        Stop::at(Demo::Second, why),
        DemoSteps {
            first: Some("hunter2".into()),
        },
    )
}

fn unmet() -> Why {
    Why::Criterion(Unmet {
        condition: "$response.body#/success == true",
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{\"token\":\"hunter2\"}"),
    })
}

#[test]
fn an_error_is_one_pointer() {
    assert_eq!(size_of::<WorkflowError<DemoSteps>>(), size_of::<usize>());
}

#[test]
fn an_error_says_in_a_line_what_happened_where() {
    for (why, line) in [
        (
            unmet(),
            "step `second` of workflow `demo`: the answer with status 200 does not meet `$response.body#/success == true`",
        ),
        (
            Why::missing("$steps.first.outputs.id"),
            "step `second` of workflow `demo`: `$steps.first.outputs.id` has no value and the request needs it; nothing was sent",
        ),
        (
            Why::invalid("$inputs.n", "it is no number"),
            "step `second` of workflow `demo`: `$inputs.n` cannot be sent: it is no number",
        ),
        (
            Why::Ended(Box::new(Why::Limit(3))),
            "step `second` of workflow `demo`: ended by the workflow's own failure action: 3 steps were run without \
             reaching the end; raise `max_visits` if it needs that many",
        ),
    ] {
        assert_eq!(error(why).to_string(), line);
    }
    let unset = WorkflowError::unset("project_id", DemoSteps::default());
    assert_eq!(
        unset.to_string(),
        "workflow `demo`: `project_id` has no value and the request needs it; nothing was sent: \
         call `.project_id(…)` on the workflow, or set it once for all workflows"
    );
    assert_eq!(unset.step(), None);
}

#[test]
fn debug_names_the_finished_steps_and_shows_no_secret() {
    let debug = format!("{:?}", error(unmet()));
    assert!(debug.contains(r#"finished: ["first"]"#), "{debug}");
    assert!(!debug.contains("hunter2"), "{debug}");
}

#[test]
fn status_and_body_come_from_whatever_answered() {
    let error = error(Why::Ended(Box::new(unmet())));
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.body(), b"{\"token\":\"hunter2\"}");
    assert!(error.failure().is_none());
}

#[test]
fn the_failed_call_is_the_source() {
    let error = error(Why::Ended(Box::new(Why::Call(Failure::new(
        FailureKind::Connect,
    )))));
    let source = std::error::Error::source(&error).expect("a source");
    assert!(source.is::<Failure>());
    assert_eq!(error.status(), None);
    assert_eq!(error.body(), b"");
}

#[test]
fn the_finished_steps_can_be_taken_out() {
    let (step, why, steps) = error(unmet()).into_parts();
    assert_eq!(step, Some(Demo::Second));
    assert!(matches!(why, Why::Criterion(_)));
    assert_eq!(
        steps.first.as_ref().map(SecretString::expose),
        Some("hunter2")
    );
}
