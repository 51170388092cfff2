//! The handler of a workflow: two journal entries per step.
//!
//! The entry `begin STEP` is written before the step, and its closure runs once per attempt unless the entry exists.
//! The closure of the entry `STEP` makes the call. If that closure runs in an attempt in which the one of `begin` did
//! not, an earlier attempt has begun the step, and the step may have run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use pipedream_sdk_runtime::{Error, JsonAdvanced, JsonRun, StepInfo};
use restate_sdk::context::{Context, ContextSideEffects as _, ContextTimers as _, RunFuture as _};
use restate_sdk::endpoint::{self, ContextInternal};
use restate_sdk::errors::{HandlerError, TerminalError};
use restate_sdk::serde::Json;
use restate_sdk::service::{Service, macro_support::ServiceBoxFuture};
use serde_json::Value;

use crate::journal::{BoxError, Failure, Outcome, Recorded};
use crate::service::Workflows;

/// Runs the workflow whose handler is invoked.
pub(crate) struct Dispatcher(Arc<Workflows>);

impl Dispatcher {
    pub(crate) fn new(workflows: Workflows) -> Self {
        Self(Arc::new(workflows))
    }
}

impl Service for Dispatcher {
    type Future = ServiceBoxFuture;

    fn handle(&self, context: ContextInternal) -> Self::Future {
        let workflows = Arc::clone(&self.0);
        Box::pin(async move {
            let Some(id) = workflows.handlers.get(context.handler_name()) else {
                let (service, handler) = (context.service_name(), context.handler_name());
                return Err(endpoint::Error::unknown_handler(service, handler));
            };
            let (Json(inputs), metadata) = context.input::<Json<Value>>().await;
            let result = run(&workflows, id, &Context::from((&context, metadata)), inputs).await;
            context.handle_handler_result(result.map(Json));
            context.end();
            Ok(())
        })
    }
}

async fn run(
    workflows: &Workflows,
    id: &'static str,
    context: &Context<'_>,
    inputs: Value,
) -> Result<Value, HandlerError> {
    let failed = |error: Error| TerminalError::from(Failure::of(&error, workflows.exposes_secrets));
    let call = workflows.call(id).map_err(failed)?.inputs(inputs);
    let mut run = call.into_run().map_err(failed)?;
    while let Some(step) = run.next() {
        let begun = Arc::<AtomicBool>::default();
        let now = begin(context, step, Arc::clone(&begun)).await?;
        // The time of the journal, so that a replay finds the same outputs expired.
        let stored = serde_json::to_value(&run)?;
        let call = workflows.call(id).map_err(failed)?;
        run = call.restore_at(stored, now).map_err(failed)?;
        if run.next() != Some(step) {
            // Outputs that the step reads have expired. Another step runs first.
            continue;
        }
        let recorded = advance(workflows, context, step, run, begun).await?;
        let (stored, outcome) = recorded.into_parts(workflows.seal.as_ref());
        let stored = stored.map_err(|error| unstored(&error))?;
        match outcome {
            Outcome::Advanced => {}
            Outcome::Wait(delay) => {
                tracing::trace!(step = step.id, "waiting");
                context.sleep(Duration::from_millis(delay)).await?;
            }
            Outcome::Failed(failure) => return Err(TerminalError::from(failure).into()),
        }
        let call = workflows.call(id).map_err(failed)?;
        run = call.restore_at(stored, now).map_err(failed)?;
    }
    match run.advance().await.map_err(failed)? {
        JsonAdvanced::Finished(outputs) => Ok(outputs),
        _ => Err(TerminalError::new("the run has no next step, but did not finish").into()),
    }
}

/// Marks a step as begun in the journal. Returns the time at which it did.
///
/// `begun` is set in the attempt that writes the entry, and in no later one.
async fn begin(
    context: &Context<'_>,
    step: &StepInfo,
    begun: Arc<AtomicBool>,
) -> Result<SystemTime, TerminalError> {
    let mark = async move || {
        begun.store(true, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default().as_millis();
        Ok::<_, HandlerError>(u64::try_from(now).unwrap_or(u64::MAX))
    };
    let entry = context.run(mark).name(format!("begin {}", step.id));
    let now = Duration::from_millis(entry.await?);
    tracing::trace!(step = step.id, "begun");
    Ok(SystemTime::UNIX_EPOCH
        .checked_add(now)
        .unwrap_or(SystemTime::UNIX_EPOCH))
}

/// Runs a step, unless the journal has its outcome.
async fn advance(
    workflows: &Workflows,
    context: &Context<'_>,
    step: &StepInfo,
    mut run: JsonRun,
    begun: Arc<AtomicBool>,
) -> Result<Recorded, TerminalError> {
    let (seal, exposes_secrets) = (workflows.seal.clone(), workflows.exposes_secrets);
    let call = async move || {
        // Taken, because a closure that is called again in one attempt has begun the step as well.
        if !begun.swap(false, Ordering::Relaxed) {
            run.mark_uncertain();
        }
        let advanced = run.advance().await;
        tracing::trace!(step = run.info().id, "advanced");
        let recorded = Recorded::new(&run, advanced, seal.as_ref(), exposes_secrets);
        match recorded {
            Ok(recorded) => Ok::<_, HandlerError>(Json(recorded)),
            Err(error) => Err(unstored(&error).into()),
        }
    };
    let Json(recorded) = context.run(call).name(step.id).await?;
    tracing::trace!(step = step.id, "recorded");
    Ok(recorded)
}

/// Returns the error of a run that cannot be written to the journal, or read from it. Repeating that does not help.
fn unstored(error: &BoxError) -> TerminalError {
    TerminalError::new(format!("the run cannot be stored or read: {error}"))
}
