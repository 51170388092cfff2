use super::*;
use crate::{ErrorKind, SecretString};

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
            "step `second` of workflow `demo`: request not sent: `$steps.first.outputs.id` has no value, and the request needs it",
        ),
        (
            Why::invalid("$inputs.n", "it is no number"),
            "step `second` of workflow `demo`: request not sent: `$inputs.n` cannot be sent: it is no number",
        ),
        (
            Why::Ended(Box::new(Why::Limit(3))),
            "step `second` of workflow `demo`: ended by a failure action of the workflow: 3 steps were run without \
             reaching the end; raise `max_visits` if it needs that many",
        ),
    ] {
        assert_eq!(error(why).to_string(), line);
    }
    let unset = WorkflowError::unset("project_id", DemoSteps::default());
    assert_eq!(
        unset.to_string(),
        "workflow `demo`: request not sent: `project_id` has no value, and the request needs it: \
         call `.project_id(…)` on the workflow, or set it once for all workflows"
    );
    assert_eq!(unset.step(), None);
}

#[test]
fn debug_names_the_finished_steps_and_shows_no_secret() {
    let debug = format!("{:?}", error(unmet()));
    assert!(debug.ends_with("Finished steps: first"), "{debug}");
    assert!(!debug.contains("hunter2"), "{debug}");
}

#[test]
fn status_and_body_come_from_whatever_answered() {
    let error = error(Why::Ended(Box::new(unmet())));
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.body(), b"{\"token\":\"hunter2\"}");
    assert_eq!(error.kind(), ErrorKind::Workflow);
    assert_eq!(
        (error.workflow(), error.operation()),
        ("demo", Some("doIt"))
    );
}

#[test]
fn a_failed_call_gives_the_error_its_kind_and_cause() {
    let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let call = Error::new(ErrorKind::Connect).caused_by(refused);
    let error = error(Why::Ended(Box::new(Why::Call(call))));
    assert!(error.is_connect() && error.is_transient());
    let source = std::error::Error::source(&error).expect("a source");
    assert!(source.is::<std::io::Error>());
    assert_eq!((error.status(), error.body().len()), (None, 0));
}

#[test]
fn an_error_of_a_workflow_is_an_error_and_back() {
    let typed = error(unmet());
    let line = typed.to_string();
    let plain = Error::from(typed);
    assert_eq!(plain.to_string(), line);
    assert_eq!(plain.step(), Some("second"));
    let clone = plain.clone();
    let typed = clone.workflow_error::<DemoSteps>().unwrap();
    assert_eq!(typed.step(), Some(Demo::Second));
    // A clone still holds it.
    let plain = plain.into_workflow_error::<DemoSteps>().unwrap_err();
    drop(clone);
    let steps = plain
        .into_workflow_error::<DemoSteps>()
        .unwrap()
        .into_steps();
    assert!(steps.is_finished(Demo::First));
    let other = Error::new(ErrorKind::Server);
    assert!(other.workflow_error::<DemoSteps>().is_none());
    assert_eq!(
        other.into_workflow_error::<DemoSteps>().unwrap_err().kind(),
        ErrorKind::Server
    );
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
