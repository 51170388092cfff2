//! The workflow engine: [`WorkflowRun`] and its advance by one step.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tracing::{Instrument as _, Span, field};

use crate::http::observe;
use crate::workflow::context::StepContext;
use crate::workflow::error::{StepExit, WorkflowError, WorkflowErrorKind};
use crate::workflow::given::GivenInputs;
use crate::workflow::options::RunOptions;
use crate::workflow::position::Position;
use crate::workflow::progress::Progress;
use crate::workflow::record::WorkflowRecord;
use crate::workflow::{StepId as _, Workflow};

/// A run of a workflow that advances by one step.
///
/// A run consists of inputs, outputs of the finished steps, and position: the next step, the number of steps so far,
/// and the retries that were used. It can be serialized between any two steps and continued in another process.
/// Deserializing fails for a run of another workflow or of another version of the document.
///
/// [`advance`](Self::advance) makes at most one call. Builders of workflows advance a run until it finishes.
///
/// **The serialized form is a secret**: it contains inputs and outputs in plain text, including tokens and keys.
/// [`seal`](Self::seal) and [`open`](Self::open) encrypt and decrypt it. `Debug` omits them.
///
/// # Runs that survive their process
///
/// Store the run before and after each step. [`begin`](Self::begin) marks the next step in the stored run, so that a
/// run which was interrupted in a step differs from one that did not begin it:
///
/// ```
/// # use pipedream_sdk_runtime::{Advanced, Error, RecordError, Workflow, WorkflowRun};
/// # struct Store;
/// # impl Store { async fn save(&self, _: &[u8]) {} }
/// # fn encrypt(plain: Vec<u8>) -> Result<Vec<u8>, std::convert::Infallible> { Ok(plain) }
/// # async fn to_end<W: Workflow>(mut run: WorkflowRun<W>, clients: &W::Clients, store: Store)
/// #     -> Result<W::Outputs, Box<dyn std::error::Error>> {
/// loop {
///     run.begin();
///     store.save(&run.seal(encrypt)?).await;
///     let advanced = run.advance(clients).await.map_err(Error::from)?;
///     store.save(&run.seal(encrypt)?).await;
///     match advanced {
///         Advanced::Step(_) => {}
///         Advanced::Wait(delay) => tokio::time::sleep(delay).await,
///         Advanced::Finished(outputs) => return Ok(outputs),
///         _ => {}
///     }
/// }
/// # }
/// ```
///
/// A run that is read with this mark [may have run](Self::may_have_run) the step. Advancing it repeats the step if it
/// is idempotent. Otherwise it returns [`WorkflowErrorKind::MayHaveRun`] without sending anything, unless
/// [`RunOptions::on_uncertain`] is [`OnUncertain::Repeat`](crate::OnUncertain::Repeat).
pub struct WorkflowRun<W: Workflow> {
    pub(crate) inputs: W::Inputs,
    pub(crate) steps: W::Steps,
    pub(crate) position: Position<W::Step>,
    pub(crate) given: GivenInputs,
    options: Arc<RunOptions<W::Step>>,
    /// Span of the run, from its first step on.
    span: Option<Span>,
}

/// Result of [`WorkflowRun::advance`].
#[non_exhaustive]
pub enum Advanced<W: Workflow> {
    /// The step's call was made. Advance again.
    Step(W::Step),
    /// Wait, then advance again.
    Wait(Duration),
    /// The workflow has reached its end.
    Finished(W::Outputs),
}

impl<W: Workflow> fmt::Debug for Advanced<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => f.debug_tuple("Step").field(step).finish(),
            Self::Wait(after) => f.debug_tuple("Wait").field(after).finish(),
            Self::Finished(outputs) => f.debug_tuple("Finished").field(outputs).finish(),
        }
    }
}

impl<W: Workflow> Clone for WorkflowRun<W> {
    fn clone(&self) -> Self {
        Self {
            inputs: self.inputs.clone(),
            steps: self.steps.clone(),
            position: self.position.clone(),
            given: self.given.clone(),
            options: Arc::clone(&self.options),
            span: self.span.clone(),
        }
    }
}

impl<W: Workflow> fmt::Debug for WorkflowRun<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowRun")
            .field("workflow", &W::ID)
            .field("next", &self.next())
            .field("may_have_run", &self.may_have_run())
            .field("finished", &super::finished_ids(&self.steps))
            .finish_non_exhaustive()
    }
}

impl<W: Workflow> WorkflowRun<W> {
    /// Creates a run that begins at the first step.
    pub fn new(inputs: W::Inputs) -> Self {
        Self::from_parts(inputs, W::Steps::default(), Position::first())
    }

    pub(crate) fn from_parts(
        inputs: W::Inputs,
        steps: W::Steps,
        position: Position<W::Step>,
    ) -> Self {
        Self {
            inputs,
            steps,
            position,
            given: GivenInputs::default(),
            options: Arc::default(),
            span: None,
        }
    }

    /// Sets the JSON that inputs were given as.
    pub(crate) fn with_given(mut self, given: GivenInputs) -> Self {
        self.given = given;
        self
    }

    /// Returns the inputs as JSON.
    pub(crate) fn inputs_json(&self) -> Result<Value, serde_json::Error> {
        self.given.over(&self.inputs)
    }

    /// Creates a run that continues from a record.
    ///
    /// Returns an error if the record is of another workflow, another version of its document, or a run with other
    /// inputs. Runs a finished step again if its outputs have expired or expire within a minute, and the idempotent
    /// steps that read them.
    pub fn resume(
        inputs: W::Inputs,
        record: WorkflowRecord,
    ) -> Result<Self, WorkflowError<W::Steps>> {
        Self::resume_with(
            inputs,
            GivenInputs::default(),
            record,
            RunOptions::default(),
        )
    }

    pub(crate) fn resume_with(
        inputs: W::Inputs,
        given: GivenInputs,
        record: WorkflowRecord,
        options: RunOptions<W::Step>,
    ) -> Result<Self, WorkflowError<W::Steps>> {
        match record.open::<W>(given.over(&inputs)) {
            Ok((steps, next)) => {
                let mut position = Position::at(next);
                position.check_expiry(&steps, options.now());
                let run = Self::from_parts(inputs, steps, position).options(options);
                Ok(run.with_given(given))
            }
            Err(error) => {
                let kind = WorkflowErrorKind::Record(error);
                Err(WorkflowError::new(None, kind, W::Steps::default(), record))
            }
        }
    }

    /// Sets limits, options of individual steps, and hooks. They are not serialized.
    #[must_use]
    pub fn options(mut self, options: RunOptions<W::Step>) -> Self {
        self.options = Arc::new(options);
        self
    }

    /// Returns the step that [`advance`](Self::advance) runs next, with its id, operation and idempotency; `None` if
    /// only the outputs remain to be collected.
    pub fn next(&self) -> Option<W::Step> {
        self.position.step()
    }

    /// Marks the next step as begun. Call it before the run is stored, and advance the run after that.
    ///
    /// The mark lasts until the step's outcome is known. It does not affect this run, only the one that is read from
    /// the store: see [`may_have_run`](Self::may_have_run).
    pub fn begin(&mut self) {
        if let Some(step) = self.next() {
            self.position.begin(step);
        }
    }

    /// Marks the next step as begun by an earlier attempt, whose outcome is not known. For stores that keep the mark of
    /// [`begin`](Self::begin) apart from the run, such as the journal of a workflow engine.
    pub fn mark_uncertain(&mut self) {
        if let Some(step) = self.next() {
            self.position.begin_uncertain(step);
        }
    }

    /// Returns `true` if an earlier attempt began the next step, and its outcome is not known: the process ended, or
    /// the future of [`advance`](Self::advance) was dropped.
    ///
    /// [`RunOptions::on_uncertain`] determines whether a step that is not idempotent is run again. For a step that
    /// runs another workflow, the next step of that workflow is decisive.
    pub fn may_have_run(&self) -> bool {
        self.next()
            .is_some_and(|step| self.position.is_uncertain(step))
    }

    /// Returns the inputs.
    pub fn inputs(&self) -> &W::Inputs {
        &self.inputs
    }

    /// Returns the outputs of the finished steps.
    pub fn steps(&self) -> &W::Steps {
        &self.steps
    }

    /// Returns a record of the finished steps, without the inputs.
    pub fn record(&self) -> WorkflowRecord {
        WorkflowRecord::of::<W>(self.inputs_json(), &self.steps, self.position.next)
    }

    /// Runs the next step: makes at most one call, with the client's retries.
    ///
    /// An error does not change the position: advancing again retries the step. The run stays with the caller; the
    /// error has the outputs of the finished steps and a record.
    pub async fn advance(
        &mut self,
        clients: &W::Clients,
    ) -> Result<Advanced<W>, WorkflowError<W::Steps>> {
        let options = Arc::clone(&self.options);
        self.advance_with(clients, &options).await
    }

    /// Advances the run in its span.
    pub(crate) async fn advance_with(
        &mut self,
        clients: &W::Clients,
        options: &RunOptions<W::Step>,
    ) -> Result<Advanced<W>, WorkflowError<W::Steps>> {
        let span = self.span();
        // Boxed, because a future that awaits another one with a span is at least twice as large as that one.
        let advanced = Box::pin(self.advance_once(clients, options));
        let result = advanced.instrument(span.clone()).await;
        if result.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        result
    }

    fn span(&mut self) -> Span {
        let new = || {
            tracing::info_span!(
                "workflow",
                otel.name = W::ID,
                workflow = W::ID,
                version = W::VERSION,
                otel.status_code = field::Empty,
            )
        };
        self.span.get_or_insert_with(new).clone()
    }

    async fn advance_once(
        &mut self,
        clients: &W::Clients,
        options: &RunOptions<W::Step>,
    ) -> Result<Advanced<W>, WorkflowError<W::Steps>> {
        let Some(step) = self.next() else {
            return match W::outputs(&self.inputs, &mut self.steps) {
                Ok(outputs) => Ok(Advanced::Finished(outputs)),
                Err(error) => match error.into_exit() {
                    StepExit::Stop(kind) => Err(self.error(None, kind)),
                    // No step remains to continue with.
                    _ => Err(self.error(None, WorkflowErrorKind::missing("$outputs"))),
                },
            };
        };
        let is_uncertain = self.position.is_uncertain(step);
        // Restored if the step is not run.
        let before = is_uncertain.then(|| self.position.clone());
        let is_first = !self.position.is_retrying;
        if is_first {
            self.count(step, options)?;
            self.position.enter(step);
        }
        // The mark stays if this future is dropped.
        self.position.begin_uncertain(step);
        let mut context = StepContext::new(
            step,
            options,
            &self.position.retried,
            is_first,
            self.position.nested.clone(),
            is_uncertain,
        );
        context.given = Some(&self.given);
        // A dependency whose outputs have expired, or that runs again before a retry, is not a finished one.
        if !self.position.expired.contains(&step) && self.position.detours.is_empty() {
            context.dependencies = self.position.dependencies.clone();
        }
        let returned = W::step(clients, &self.inputs, &mut self.steps, &mut context).await;
        let result = context.result;
        self.position.dependencies = context.dependencies;
        self.position.end(step);
        let exit = match returned {
            Ok(()) => {
                let status = result.status;
                self.position.succeed(step, result.next);
                self.position
                    .check_arrival(step, &self.steps, options.now());
                options.report(Progress::Finished { step, status });
                return match options.store(|| self.record()).await {
                    Ok(()) => Ok(Advanced::Step(step)),
                    Err(source) => {
                        Err(self.error(Some(step), WorkflowErrorKind::NotRecorded(source.into())))
                    }
                };
            }
            Err(error) => error.into_exit(),
        };
        match exit {
            StepExit::Stop(kind) => {
                if result.is_started {
                    options.report(Progress::Failed { step });
                }
                self.position.is_retrying = false;
                if let (WorkflowErrorKind::MayHaveRun { .. }, Some(before)) = (&kind, before) {
                    self.position = before;
                }
                Err(self.error(Some(step), kind))
            }
            StepExit::Goto(to) => {
                options.report(Progress::Failed { step });
                self.position.recover(step, to);
                Ok(Advanced::Step(step))
            }
            StepExit::Nested(run, wait) => {
                self.position.is_retrying = true;
                self.position.nested = Some(run);
                Ok(wait.map_or(Advanced::Step(step), Advanced::Wait))
            }
            StepExit::Retry {
                rule,
                after,
                first,
                status,
            } => {
                self.position.nested = None;
                if first.is_none() {
                    self.position.is_retrying = false;
                    if let Err(error) = self.count(step, options) {
                        options.report(Progress::Failed { step });
                        return Err(error);
                    }
                    self.position.is_retrying = true;
                }
                let attempt = self.position.count_retry(rule);
                tracing::info!(
                    workflow = W::ID,
                    step = step.id(),
                    retry = attempt,
                    wait_ms = observe::milliseconds(after),
                    http.response.status_code = status,
                    "waiting before a retry of the step"
                );
                options.report(Progress::Retrying {
                    step,
                    after,
                    attempt,
                });
                if let Some(first) = first {
                    self.position.detour(step, first);
                }
                Ok(Advanced::Wait(after))
            }
        }
    }

    /// Runs the workflow to its end.
    pub(crate) async fn finish(
        mut self: Box<Self>,
        clients: &W::Clients,
    ) -> Result<W::Outputs, WorkflowError<W::Steps>> {
        let options = &*Arc::clone(&self.options);
        let Some(limit) = options.deadline else {
            return self.advance_to_end(clients, options).await;
        };
        let result = tokio::time::timeout(limit, self.advance_to_end(clients, options)).await;
        result.unwrap_or_else(|_| {
            let step = self.next();
            if let Some(step) = step {
                options.report(Progress::Failed { step });
            }
            self.span().record("otel.status_code", "ERROR");
            Err(self.error(step, WorkflowErrorKind::Deadline(limit)))
        })
    }

    async fn advance_to_end(
        &mut self,
        clients: &W::Clients,
        options: &RunOptions<W::Step>,
    ) -> Result<W::Outputs, WorkflowError<W::Steps>> {
        loop {
            match self.advance_with(clients, options).await? {
                Advanced::Step(_) => {}
                Advanced::Wait(after) => tokio::time::sleep(after).await,
                Advanced::Finished(outputs) => return Ok(outputs),
            }
        }
    }

    /// Counts a step. Returns an error if the limit of steps is reached.
    fn count(
        &mut self,
        step: W::Step,
        options: &RunOptions<W::Step>,
    ) -> Result<(), WorkflowError<W::Steps>> {
        if self.position.visits >= options.max_visits {
            let kind = WorkflowErrorKind::Limit(options.max_visits);
            return Err(self.error(Some(step), kind));
        }
        self.position.visits += 1;
        Ok(())
    }

    fn error(&self, step: Option<W::Step>, kind: WorkflowErrorKind) -> WorkflowError<W::Steps> {
        WorkflowError::new(step, kind, self.steps.clone(), self.record())
    }
}

#[cfg(test)]
mod tests;
