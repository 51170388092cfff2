//! [`StepContext`], through which every step makes its call.

use std::fmt;
use std::pin::pin;

use serde::Serialize;
use serde_json::Value;
use tracing::{Instrument, Span, field};

use crate::http::observe;
use crate::workflow::error::{StepError, StepExit, WorkflowErrorKind};
use crate::workflow::given::GivenInputs;
use crate::workflow::nested::{self, Dependencies, NestedRun};
use crate::workflow::options::{OnUncertain, RunOptions};
use crate::workflow::outcome::StepOutcome;
use crate::workflow::position::{Next, Retried};
use crate::workflow::progress::Progress;
use crate::workflow::response::{AcceptedResponse, StepResponse};
use crate::workflow::{StepId, WorkflowBuilder};
use crate::{CallOptions, Error, ErrorKind, Outcome, Response};

/// Context of a step that is being run.
pub struct StepContext<'r, S> {
    step: S,
    options: &'r RunOptions<S>,
    /// Number of uses of each retry rule of the step.
    retried: &'r [Retried],
    /// `true` if the start of the step has not been reported yet.
    is_first: bool,
    /// The run of another workflow that an earlier call of the step has started.
    nested: Option<NestedRun>,
    /// `true` if an earlier attempt may have made the call of the step.
    is_uncertain: bool,
    /// `true` if the step runs a workflow that the own one depends on.
    is_dependency: bool,
    pub(crate) dependencies: Dependencies,
    /// The JSON that inputs were given as.
    pub(crate) given: Option<&'r GivenInputs>,
    /// The parts of the body that are sent as they were given.
    sent_as_given: Vec<(&'static str, Value)>,
    /// The JSON of inputs of the workflow that the step runs.
    nested_given: Vec<(&'static str, Option<Value>)>,
    pub(crate) result: StepSuccess<S>,
}

/// Result of a step that succeeded, for the engine.
#[derive(Debug)]
pub(crate) struct StepSuccess<S> {
    pub(crate) next: Next<S>,
    pub(crate) status: Option<http::StatusCode>,
    /// `true` if the step's call was started.
    pub(crate) is_started: bool,
}

/// Omits the values of inputs and outputs, because they may be secrets.
impl<S: fmt::Debug> fmt::Debug for StepContext<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepContext")
            .field("step", &self.step)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<'r, S: StepId> StepContext<'r, S> {
    pub(crate) fn new(
        step: S,
        options: &'r RunOptions<S>,
        retried: &'r [Retried],
        is_first: bool,
        nested: Option<NestedRun>,
        is_uncertain: bool,
    ) -> Self {
        Self {
            step,
            options,
            retried,
            is_first,
            nested,
            is_uncertain,
            is_dependency: false,
            dependencies: Dependencies::default(),
            given: None,
            sent_as_given: Vec::new(),
            nested_given: Vec::new(),
            result: StepSuccess {
                next: Next::Following,
                status: None,
                is_started: false,
            },
        }
    }

    /// Returns the step.
    pub fn step(&self) -> S {
        self.step
    }

    /// Marks the step as one that runs a workflow which the own one depends on. It runs once for all who depend on it.
    pub fn as_dependency(&mut self) -> &mut Self {
        self.is_dependency = true;
        self
    }

    /// Returns the options for the step's call.
    pub fn options(&self) -> CallOptions {
        let retries = self.options.retry_hook(self.step);
        let options = self.options.of_step(self.step).for_call();
        let given = self.sent_as_given.iter();
        given
            .fold(options, |options, (pointer, value)| {
                options.optional_json(pointer, Some(value.clone()))
            })
            .on_retry(retries)
    }

    /// Sends an input, or the part of it at a JSON Pointer, as it was given, at a place of the body. Does nothing if the
    /// input was not given as JSON.
    pub fn send_given(&mut self, place: &'static str, name: &str, part: &str) {
        let given = self.given.and_then(|given| given.part(name, part));
        self.sent_as_given.extend(given.map(|value| (place, value)));
    }

    /// Sets the JSON of an input of the workflow that the step runs.
    pub fn give(&mut self, name: &'static str, value: Option<Value>) {
        self.nested_given.push((name, value));
    }

    /// Returns the JSON of an input: as it was given, or else that of its value.
    pub fn given(&self, name: &str, value: Option<&impl Serialize>) -> Option<Value> {
        let value = value?;
        match self.given {
            Some(given) => given.json(name, value),
            None => serde_json::to_value(value).ok(),
        }
    }

    /// Returns a required value, or an error if it is absent.
    pub fn require<T>(&self, value: Option<T>, name: &'static str) -> Result<T, StepError<S>> {
        value.ok_or_else(|| WorkflowErrorKind::missing(name).into())
    }

    /// Returns a converted value, or an error if the conversion failed.
    pub fn convert<T, E: fmt::Display>(
        &self,
        value: Result<T, E>,
        name: &'static str,
    ) -> Result<T, StepError<S>> {
        value.map_err(|error| WorkflowErrorKind::invalid(name, error).into())
    }

    /// Returns the value of a finished call, or an error if the service only accepted it.
    pub fn finished<'v, T>(&self, outcome: &'v Outcome<T>) -> Result<&'v T, StepError<S>> {
        self.require(outcome.as_ref().finished(), "$response.body")
    }

    /// Makes the call of a step that needs the typed value of the response.
    pub async fn call<T>(
        &mut self,
        call: impl Future<Output = Result<Response<T>, Error>>,
        judge: impl Fn(&StepResponse<'_, T>) -> StepOutcome<S>,
    ) -> Result<Response<T>, StepError<S>> {
        match self.call_any(call, judge).await? {
            AcceptedResponse::Typed(reply) => Ok(reply),
            AcceptedResponse::Untyped(failure) => Err(WorkflowErrorKind::Call(failure).into()),
        }
    }

    /// Makes the call of a step that accepts any response.
    pub async fn call_any<T>(
        &mut self,
        call: impl Future<Output = Result<Response<T>, Error>>,
        judge: impl Fn(&StepResponse<'_, T>) -> StepOutcome<S>,
    ) -> Result<AcceptedResponse<T>, StepError<S>> {
        self.check_certain()?;
        self.start();
        let span = self.span();
        let call = pin!(call);
        let result = call.instrument(span.clone()).await;
        let status = match &result {
            Ok(reply) => Some(reply.status()),
            Err(failure) => failure.status(),
        };
        let evaluated = self.evaluate(result, judge);
        observe::record_step(&span, status, evaluated.is_ok());
        evaluated
    }

    /// Advances the run of another workflow. Its outputs are the typed value of the step.
    pub async fn call_workflow<W: WorkflowBuilder>(
        &mut self,
        call: W,
        judge: impl Fn(&StepResponse<'_, W::Outputs>) -> StepOutcome<S>,
    ) -> Result<Response<W::Outputs>, StepError<S>> {
        match self.call_any_workflow(call, judge).await? {
            AcceptedResponse::Typed(reply) => Ok(reply),
            AcceptedResponse::Untyped(failure) => Err(WorkflowErrorKind::Workflow(failure).into()),
        }
    }

    /// Advances the run of another workflow. Accepts its failure as well.
    pub async fn call_any_workflow<W: WorkflowBuilder>(
        &mut self,
        call: W,
        judge: impl Fn(&StepResponse<'_, W::Outputs>) -> StepOutcome<S>,
    ) -> Result<AcceptedResponse<W::Outputs>, StepError<S>> {
        let call = std::mem::take(&mut self.nested_given)
            .into_iter()
            .fold(call.into_call(), |call, (name, value)| {
                call.given(name, value)
            });
        self.start();
        let span = match &self.nested {
            None => self.span(),
            // The span of the started run is a child of the one in which it was started.
            Some(_) => Span::none(),
        };
        let retries = self.options.retry_hook(self.step);
        let options = RunOptions::default()
            .max_retry_delay(self.options.max_retry_delay)
            .on_uncertain(self.options.on_uncertain)
            .reporting_retries_to(retries);
        let mut dependencies = std::mem::take(&mut self.dependencies);
        let advanced = {
            let advanced = nested::advance(
                self.nested.take(),
                call,
                options,
                self.is_uncertain,
                self.is_dependency.then_some(&mut dependencies),
            );
            pin!(advanced).instrument(span).await
        };
        self.dependencies = dependencies;
        match advanced {
            nested::Nested::Pending(run, wait) => Err(StepExit::Nested(run, wait).into()),
            nested::Nested::Uncertain(kind) => Err(kind.into()),
            nested::Nested::Done(result) => self.evaluate(result, judge),
        }
    }

    /// Returns an error if an earlier attempt may have made the call, which must not be repeated.
    fn check_certain(&self) -> Result<(), StepError<S>> {
        let may_repeat = match self.options.on_uncertain {
            OnUncertain::Fail => self.step.info().is_idempotent,
            OnUncertain::Repeat => true,
        };
        if !self.is_uncertain || may_repeat {
            return Ok(());
        }
        Err(WorkflowErrorKind::MayHaveRun {
            workflow: S::WORKFLOW,
            step: self.step.id(),
        }
        .into())
    }

    fn start(&mut self) {
        self.result.is_started = true;
        if std::mem::take(&mut self.is_first) {
            self.options.report(Progress::Started { step: self.step });
        }
    }

    fn span(&self) -> Span {
        let retries: u32 = self.retried.iter().map(|retried| retried.times).sum();
        tracing::info_span!(
            "step",
            otel.name = self.step.id(),
            workflow = S::WORKFLOW,
            step = self.step.id(),
            operation = self.step.operation(),
            retry = (retries > 0).then_some(retries),
            http.response.status_code = field::Empty,
            otel.status_code = field::Empty,
        )
    }

    fn evaluate<T>(
        &mut self,
        result: Result<Response<T>, Error>,
        judge: impl Fn(&StepResponse<'_, T>) -> StepOutcome<S>,
    ) -> Result<AcceptedResponse<T>, StepError<S>> {
        let reply = match result {
            Ok(reply) => AcceptedResponse::Typed(reply),
            Err(failure) if is_unsent(&failure) => {
                return Err(WorkflowErrorKind::Call(failure).into());
            }
            Err(failure) => AcceptedResponse::Untyped(failure),
        };
        let next = match judge(&reply.response(self.retried)) {
            StepOutcome::Success => Next::Following,
            StepOutcome::SuccessGoto(step) => Next::Step(step),
            StepOutcome::SuccessEnd => Next::End,
            StepOutcome::Failure(condition) => return Err(reply.unmet(condition).into()),
            StepOutcome::End(condition) => {
                return Err(WorkflowErrorKind::Ended(Box::new(reply.unmet(condition))).into());
            }
            StepOutcome::Goto(step) => return Err(StepExit::Goto(step).into()),
            StepOutcome::Retry { rule, after, first } => {
                let status = reply.status().map(|status| status.as_u16());
                let requested = reply.requested_delay();
                let longest = self.options.max_retry_delay;
                if let Some(delay) = requested.filter(|delay| *delay > longest) {
                    return Err(reply.postponed(delay, longest).into());
                }
                let after = requested.unwrap_or(after);
                return Err(StepExit::Retry {
                    rule,
                    after,
                    first,
                    status,
                }
                .into());
            }
        };
        self.result.next = next;
        self.result.status = reply.status();
        Ok(reply)
    }
}

/// Returns `true` if the request could not be built, which a retry cannot change.
fn is_unsent(failure: &Error) -> bool {
    matches!(
        failure.kind(),
        ErrorKind::InvalidRequest | ErrorKind::Credential
    )
}
