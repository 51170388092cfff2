use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::context::StepContext;
use super::error::{StepError, UnmetCriterion, WorkflowError, WorkflowErrorKind};
use super::outcome::StepOutcome;
use super::record::WorkflowRecord;
use super::response::StepResponse;
use super::*;
use crate::error::ErrorResponse;
use crate::{Error, ErrorKind, Operation, Response, SecretString};

static DO_IT: Operation = Operation {
    id: "doIt",
    method: "POST",
    path: "/it",
    security: &[],
    idempotent: false,
    secrets: &[],
};

static READ_IT: Operation = Operation {
    id: "readIt",
    method: "GET",
    path: "/it",
    security: &[],
    idempotent: true,
    secrets: &[],
};

crate::impl_steps! {
    #[workflow("demo", step = DemoStep)]
    pub struct DemoSteps {
        /// Does it, which
        /// takes a while.
        #[step(First, "first", calls DO_IT, expires = expires_at)]
        pub first: Option<FirstOutputs>,
        #[step(Second, "$second", calls READ_IT, description = "Reads [it].")]
        pub second: Option<SecondOutputs>,
    }

    /// Outputs of the step `first`.
    pub struct FirstOutputs {
        /// A token.
        pub the_token: SecretString,
        pub expires_at: Option<DateTime<Utc>>,
    }

    /// Outputs of the step `$second`.
    pub struct SecondOutputs {
        pub text: String,
    }
}

crate::impl_workflow! {
    /// Inputs of the demo.
    pub struct DemoInputs {
        /// The user.
        pub user_id: String,
        /// A key.
        pub r#type: SecretString,
        /// A note.
        #[serde(rename = "nota-bene")]
        pub note: Option<String>,
        /// A value that may be null.
        #[required]
        pub level: Option<u8>,
    }

    /// Outputs of the demo.
    pub struct DemoOutputs {
        pub text: String,
    }

    /// Builder for the demo.
    #[steps(DemoStep, DemoSteps)]
    #[variables(Variables, user_id = user)]
    pub struct Demo;
}

crate::impl_steps! {
    #[workflow("ledger", step = LedgerStep)]
    pub struct LedgerSteps {
        #[step(Report, "report", calls READ_IT)]
        pub report: Option<NoOutputs>,
        #[step(Mint, "mint", calls DO_IT, expires = expires_at, readers = [Spend, Check, Later])]
        pub mint: Option<MintOutputs>,
        #[step(Spend, "spend", calls DO_IT)]
        pub spend: Option<NoOutputs>,
        #[step(Check, "check", calls READ_IT, readers = [Report])]
        pub check: Option<NoOutputs>,
        #[step(Later, "later", calls READ_IT)]
        pub later: Option<NoOutputs>,
    }

    /// Outputs of the step `mint`.
    pub struct MintOutputs {
        pub expires_at: Option<i64>,
    }

    /// Outputs of other steps.
    pub struct NoOutputs {}
}

/// Values of a handle.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    pub user: Option<String>,
}

/// Scripted responses in order, and the function that determines their outcomes.
#[derive(Clone)]
pub struct Script {
    replies: Arc<Mutex<VecDeque<CallResult>>>,
    pub log: Arc<Mutex<Vec<DemoStep>>>,
    judge: Judge,
    pub expires_at: Option<DateTime<Utc>>,
    /// `true` if no call completes.
    pub hangs: bool,
}

pub type CallResult = Result<Response<String>, Error>;
pub type Judge = fn(DemoStep, &StepResponse<'_, String>) -> StepOutcome<DemoStep>;

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").finish_non_exhaustive()
    }
}

impl Script {
    pub(crate) fn new(judge: Judge, replies: impl IntoIterator<Item = CallResult>) -> Self {
        Self {
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            log: Arc::default(),
            judge,
            expires_at: None,
            hangs: false,
        }
    }

    pub(crate) fn steps(&self) -> Vec<DemoStep> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn remaining(&self) -> usize {
        self.replies.lock().unwrap().len()
    }

    async fn next(&self, step: DemoStep) -> CallResult {
        self.log.lock().unwrap().push(step);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let reply = self.replies.lock().unwrap().pop_front();
        reply.expect("a scripted response for every call")
    }
}

impl Workflow for Demo {
    type Clients = Script;
    type Inputs = DemoInputs;
    type Outputs = DemoOutputs;
    type Step = DemoStep;
    type Steps = DemoSteps;

    const VERSION: &'static str = "1.0.0";
    const DIGEST: &'static str = "d1";

    async fn step(
        script: &Script,
        _: &DemoInputs,
        steps: &mut DemoSteps,
        context: &mut StepContext<'_, DemoStep>,
    ) -> StepResult<Self> {
        let step = context.step();
        let judge = |response: &StepResponse<'_, String>| (script.judge)(step, response);
        let reply = context.call(script.next(step), judge).await?;
        match step {
            DemoStep::First => {
                steps.first = Some(FirstOutputs {
                    the_token: SecretString::from(reply.value().as_str()),
                    expires_at: script.expires_at,
                });
            }
            DemoStep::Second => {
                steps.second = Some(SecondOutputs {
                    text: reply.value().clone(),
                });
            }
        }
        Ok(())
    }

    fn outputs(_: &DemoInputs, steps: &mut DemoSteps) -> Result<DemoOutputs, StepError<DemoStep>> {
        let second = finished(&steps.second, "$second")?;
        Ok(DemoOutputs {
            text: second.text.clone(),
            steps: std::mem::take(steps),
        })
    }
}

pub(crate) fn inputs() -> DemoInputs {
    DemoInputs::new("ada", "hunter2", 7)
}

pub(crate) fn reply(status: u16, body: &'static str) -> CallResult {
    let status = StatusCode::from_u16(status).unwrap();
    Ok(Response::new(
        body.to_owned(),
        status,
        HeaderMap::new(),
        Bytes::from_static(body.as_bytes()),
    ))
}

pub(crate) fn error(status: u16, headers: &[(&'static str, &'static str)]) -> CallResult {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    let body = Bytes::from_static(b"{\"error\":\"no\"}");
    Err(Error::of_response(ErrorResponse {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body,
        url: None,
        location: None,
    }))
}

/// Stops at every response except one with status 200.
pub(crate) fn only_ok(_: DemoStep, response: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
    outcome::expect_status(200)(response)
}

fn error_of(kind: WorkflowErrorKind) -> WorkflowError<DemoSteps> {
    let steps = DemoSteps {
        first: Some(FirstOutputs {
            the_token: "hunter2".into(),
            expires_at: None,
        }),
        second: None,
    };
    let record = WorkflowRecord::of::<Demo>(
        serde_json::to_value(inputs()),
        &steps,
        Some(DemoStep::Second),
    );
    WorkflowError::new(Some(DemoStep::Second), kind, steps, record)
}

fn unmet() -> WorkflowErrorKind {
    WorkflowErrorKind::Criterion(UnmetCriterion {
        condition: "$response.body#/success == true".into(),
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{\"token\":\"hunter2\"}"),
    })
}

#[test]
fn an_error_is_one_pointer_in_size() {
    assert_eq!(size_of::<WorkflowError<DemoSteps>>(), size_of::<usize>());
}

#[test]
fn displays_location_and_reason_on_one_line() {
    for (kind, line) in [
        (
            unmet(),
            "step `$second` of workflow `demo`: the response with status 200 does not meet `$response.body#/success == true`",
        ),
        (
            WorkflowErrorKind::missing("$steps.first.outputs.id"),
            "step `$second` of workflow `demo`: request not sent: missing value for `$steps.first.outputs.id`",
        ),
        (
            WorkflowErrorKind::invalid("$inputs.n", "it is not a number"),
            "step `$second` of workflow `demo`: request not sent: `$inputs.n` cannot be sent: it is not a number",
        ),
        (
            WorkflowErrorKind::Ended(Box::new(WorkflowErrorKind::Limit(3))),
            "step `$second` of workflow `demo`: ended by a failure action of the workflow: not finished \
             after 3 steps: raise `max_visits` if the workflow needs more",
        ),
    ] {
        assert_eq!(error_of(kind).to_string(), line);
    }
}

#[test]
fn debug_lists_finished_steps_without_secrets() {
    let debug = format!("{:?}", error_of(unmet()));
    assert!(debug.ends_with("Finished steps: first"), "{debug}");
    assert!(!debug.contains("hunter2"), "{debug}");
}

#[test]
fn status_and_body_come_from_the_response() {
    let error = error_of(WorkflowErrorKind::Ended(Box::new(unmet())));
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.body(), b"{\"token\":\"hunter2\"}");
    assert_eq!(error.kind(), ErrorKind::Workflow);
    assert_eq!(
        (error.workflow(), error.operation()),
        ("demo", Some("readIt"))
    );
}

#[test]
fn takes_kind_and_cause_from_the_failed_call() {
    let io_error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let call = Error::new(ErrorKind::Connect).caused_by(io_error);
    let error = error_of(WorkflowErrorKind::Ended(Box::new(WorkflowErrorKind::Call(
        call,
    ))));
    assert!(error.is_connect() && error.is_transient());
    let source = std::error::Error::source(&error).expect("a source");
    assert!(source.is::<std::io::Error>());
    assert_eq!((error.status(), error.body().len()), (None, 0));
}

#[test]
fn converts_to_an_untyped_error_and_back() {
    let typed = error_of(unmet());
    let line = typed.to_string();
    let plain = Error::from(typed);
    assert_eq!(plain.to_string(), line);
    assert_eq!(plain.step(), Some("$second"));
    assert_eq!(plain.record().unwrap().finished(), ["first"]);
    let clone = plain.clone();
    let typed = clone.workflow_error::<DemoSteps>().unwrap();
    assert_eq!(typed.step(), Some(DemoStep::Second));
    // A clone still shares the typed error.
    let plain = plain.into_workflow_error::<DemoSteps>().unwrap_err();
    drop(clone);
    let typed = plain.into_workflow_error::<DemoSteps>().unwrap();
    assert_eq!(typed.into_record().finished(), ["first"]);
    let other = Error::new(ErrorKind::Server);
    assert!(other.workflow_error::<DemoSteps>().is_none() && other.record().is_none());
    assert_eq!(
        other.into_workflow_error::<DemoSteps>().unwrap_err().kind(),
        ErrorKind::Server
    );
}

#[test]
fn into_parts_returns_the_finished_steps() {
    let (step, kind, steps) = error_of(unmet()).into_parts();
    assert_eq!(step, Some(DemoStep::Second));
    assert!(matches!(kind, WorkflowErrorKind::Criterion(_)));
    assert_eq!(steps.first.unwrap().the_token.expose(), "hunter2");
}

#[test]
fn a_step_has_id_operation_and_description() {
    assert_eq!(DemoStep::First.id(), "first");
    assert_eq!(DemoStep::First.operation(), "doIt");
    assert_eq!(
        DemoStep::First.description(),
        "Does it, which takes a while."
    );
    assert_eq!(DemoStep::Second.description(), "Reads [it].");
    assert_eq!(format!("{:>8}", DemoStep::Second), " $second");
    let idempotent: Vec<bool> = DemoStep::INFO.iter().map(|it| it.is_idempotent).collect();
    assert_eq!(idempotent, [false, true]);
    assert_eq!(DemoStep::from_id("$second"), Some(DemoStep::Second));
    assert_eq!(DemoStep::from_id("second"), None);
}

#[test]
fn a_step_is_serialized_as_its_id_and_unknown_ids_are_rejected() {
    let text = serde_json::to_string(&DemoStep::Second).unwrap();
    assert_eq!(text, "\"$second\"");
    assert_eq!(
        serde_json::from_str::<DemoStep>(&text).unwrap(),
        DemoStep::Second
    );
    let error = serde_json::from_str::<DemoStep>("\"third\"").unwrap_err();
    assert!(
        error.to_string().contains("third") && error.to_string().contains("`demo`"),
        "{error}"
    );
}

#[test]
fn inputs_are_serialized_with_the_names_of_the_document() {
    let inputs = inputs().note("well");
    let value = serde_json::to_value(&inputs).unwrap();
    assert_eq!(
        value,
        json!({ "userId": "ada", "type": "hunter2", "nota-bene": "well", "level": 7 })
    );
    let read: DemoInputs = serde_json::from_value(value).unwrap();
    assert_eq!(
        (read.user_id.as_str(), read.note.as_deref(), read.level),
        ("ada", Some("well"), Some(7))
    );
    let without = serde_json::to_value(self::inputs()).unwrap();
    assert_eq!(without.get("nota-bene"), None);
}

#[tokio::test]
async fn reads_inputs_from_setters_and_variables_and_names_a_missing_one() {
    let script = || Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    let variables = Variables {
        user: Some("ada".into()),
    };
    let call = Demo::with_clients(script())
        .with_variables(&variables)
        .r#type("hunter2")
        .level(7);
    assert_eq!(call.await.unwrap().text, "b");
    let call = Demo::with_clients(script())
        .with_variables(&variables)
        .level(7);
    let error = call.run().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "workflow `demo`: request not sent: missing value for `type`: \
         call `.type(…)` on the workflow, or set it once for all workflows"
    );
    assert_eq!(
        (error.step(), error.kind()),
        (None, ErrorKind::InvalidRequest)
    );
    // A setter of the call takes precedence over the handle.
    let call = Demo::new(script(), inputs())
        .with_variables(&variables)
        .user_id("bob");
    assert_eq!(call.into_run().unwrap().inputs().user_id, "bob");
}

#[tokio::test]
async fn debug_of_a_builder_omits_secrets() {
    let script = Script::new(only_ok, [reply(200, "t-secret"), error(500, &[])]);
    let error = Demo::new(script.clone(), inputs()).await.unwrap_err();
    let record = error.record().unwrap().clone();
    let call = Demo::new(script, inputs()).resume(record);
    let debug = format!("{call:?} {call:#?}");
    assert!(
        !debug.contains("secret") && !debug.contains("hunter2"),
        "{debug}"
    );
    assert!(debug.contains(r#"finished: ["first"]"#), "{debug}");
}
