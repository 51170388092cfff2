//! Options of a run: limits, call options, and hooks for progress and records.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::CallOptions;
use crate::http::observe::{Retry, RetryHook};
use crate::workflow::StepId;
use crate::workflow::progress::Progress;
use crate::workflow::record::WorkflowRecord;

/// Default of [`RunOptions::max_visits`].
const MAX_VISITS: u32 = 1_000;
/// Default of [`RunOptions::max_retry_delay`].
const MAX_RETRY_DELAY: Duration = Duration::from_secs(60);

/// Options of one run of a workflow.
#[derive(Clone)]
pub struct RunOptions<S> {
    pub(crate) max_visits: u32,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_retry_delay: Duration,
    pub(crate) on_uncertain: OnUncertain,
    calls: Vec<(S, CallOptions)>,
    progress: Option<ProgressHook<S>>,
    /// Receives the retries of requests, for the step of an outer workflow that runs this one.
    outer_retries: Option<RetryHook>,
    record: Option<RecordHook>,
    clock: fn() -> SystemTime,
}

/// Treatment of a step that is not idempotent and [may have run](crate::WorkflowRun::may_have_run): an earlier attempt
/// began its call, and the outcome is not known.
///
/// Idempotent steps are run again in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUncertain {
    /// The run stops with [`WorkflowErrorKind::MayHaveRun`](crate::WorkflowErrorKind::MayHaveRun). Nothing is sent.
    #[default]
    Fail,
    /// The step is run again, which may repeat its effect.
    Repeat,
}

type ProgressHook<S> = Arc<dyn Fn(Progress<S>) + Send + Sync>;
type Source = Box<dyn std::error::Error + Send + Sync>;
type StoreFuture = Pin<Box<dyn Future<Output = Result<(), Source>> + Send>>;
type RecordHook = Arc<dyn Fn(WorkflowRecord) -> StoreFuture + Send + Sync>;

impl<S> Default for RunOptions<S> {
    fn default() -> Self {
        Self {
            max_visits: MAX_VISITS,
            deadline: None,
            max_retry_delay: MAX_RETRY_DELAY,
            on_uncertain: OnUncertain::Fail,
            calls: Vec::new(),
            progress: None,
            outer_retries: None,
            record: None,
            clock: SystemTime::now,
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for RunOptions<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("max_visits", &self.max_visits)
            .field("deadline", &self.deadline)
            .field("max_retry_delay", &self.max_retry_delay)
            .field("on_uncertain", &self.on_uncertain)
            .field("calls", &self.calls)
            .field("progress", &self.progress.is_some())
            .field("on_record", &self.record.is_some())
            .finish()
    }
}

impl<S: StepId> RunOptions<S> {
    /// Creates the default options: at most 1,000 steps, no deadline, the client's options for each call, no hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of steps, including retries. Default: 1,000.
    #[must_use]
    pub fn max_visits(mut self, max_visits: u32) -> Self {
        self.max_visits = max_visits;
        self
    }

    /// Sets the time limit of the run, including calls, retries, and waits. Default: none.
    ///
    /// It applies to `run` of a workflow, not to [`WorkflowRun::advance`](crate::WorkflowRun::advance), whose caller
    /// waits itself.
    ///
    /// A run that takes longer returns [`WorkflowErrorKind::Deadline`](crate::WorkflowErrorKind::Deadline). The
    /// error has the outputs of the finished steps and a record to resume from. The service may have carried out
    /// the unfinished step.
    ///
    /// Prefer a deadline to a timeout around the future: dropping the future discards the outputs and the record.
    #[must_use]
    pub fn deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Sets the maximum delay that a response can request before its step is retried, for example in `Retry-After`.
    /// Default: 60 seconds.
    ///
    /// If a response requests more, the run stops with the error of the step, because an earlier retry would fail
    /// again. The error has the delay ([`Error::retry_after`](crate::Error::retry_after)), the outputs of the finished
    /// steps and a record to resume from. The limit does not apply to delays that the document declares.
    #[must_use]
    pub fn max_retry_delay(mut self, delay: Duration) -> Self {
        self.max_retry_delay = delay;
        self
    }

    /// Sets the treatment of a step that may have run in an earlier attempt. Default: [`OnUncertain::Fail`].
    #[must_use]
    pub fn on_uncertain(mut self, on_uncertain: OnUncertain) -> Self {
        self.on_uncertain = on_uncertain;
        self
    }

    /// Sets the call options of one step: timeout, retries, headers, credentials. They override those of the
    /// client.
    #[must_use]
    pub fn call(mut self, step: S, options: CallOptions) -> Self {
        self.calls.retain(|(other, _)| *other != step);
        self.calls.push((step, options));
        self
    }

    /// Sets a function that receives progress events. The task that runs the workflow calls it.
    ///
    /// Retries of requests by the client are [`Progress::RetryingRequest`], those by an action of the document
    /// [`Progress::Retrying`]. If a step runs another workflow, the retries of its requests are reported for the step.
    #[must_use]
    pub fn progress(mut self, hook: impl Fn(Progress<S>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(hook));
        self
    }

    /// Sets a function that stores the record of the run after each finished step.
    ///
    /// The next step starts when the returned future has completed. If it returns an error, the run stops with
    /// [`WorkflowErrorKind::NotRecorded`](crate::WorkflowErrorKind::NotRecorded).
    ///
    /// Without stored records, a dropped future, a panic or the end of the process discards the progress of the
    /// run. A record contains secrets in plain text.
    ///
    /// ```
    /// # use pipedream_sdk_runtime::{RunOptions, StepId, WorkflowRecord};
    /// # struct Store;
    /// # impl Store { async fn save(&self, _: &str, _: &WorkflowRecord) -> std::io::Result<()> { Ok(()) } }
    /// # fn options<S: StepId>(store: std::sync::Arc<Store>) -> RunOptions<S> {
    /// RunOptions::new().on_record(move |record| {
    ///     let store = store.clone();
    ///     async move { store.save("user-42", &record).await }
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn on_record<F>(
        mut self,
        hook: impl Fn(WorkflowRecord) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output: RecordResult> + Send + 'static,
    {
        self.record = Some(Arc::new(move |record| {
            let future = hook(record);
            Box::pin(async move { future.await.into_result() })
        }));
        self
    }

    /// Sets the clock that determines the expiry of outputs, for tests. Default: the system clock.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn of_step(&self, step: S) -> CallOptions {
        let configured = self.calls.iter().find(|(other, _)| *other == step);
        configured
            .map(|(_, options)| options.clone())
            .unwrap_or_default()
    }

    /// Returns the function that receives the retries of a step's requests.
    pub(crate) fn retry_hook(&self, step: S) -> Option<RetryHook> {
        let Some(progress) = self.progress.clone() else {
            return self.outer_retries.clone();
        };
        Some(Arc::new(move |retry: Retry| {
            progress(Progress::RetryingRequest {
                step,
                after: retry.after,
                attempt: retry.attempt,
                kind: retry.kind,
                status: retry.status,
                is_requested: retry.is_requested,
            });
        }))
    }

    pub(crate) fn reporting_retries_to(mut self, hook: Option<RetryHook>) -> Self {
        self.outer_retries = hook;
        self
    }

    pub(crate) fn report(&self, progress: Progress<S>) {
        if let Some(hook) = &self.progress {
            hook(progress);
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// Calls the hook for records. The record is only created if there is a hook.
    pub(crate) async fn store(
        &self,
        record: impl FnOnce() -> WorkflowRecord,
    ) -> Result<(), Source> {
        match &self.record {
            Some(hook) => hook(record()).await,
            None => Ok(()),
        }
    }
}

/// Return values of the [`RunOptions::on_record`] hook: `()`, or a `Result` without a value.
pub trait RecordResult {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), Source>;
}

impl RecordResult for () {
    fn into_result(self) -> Result<(), Source> {
        Ok(())
    }
}

impl<E: Into<Source>> RecordResult for Result<(), E> {
    fn into_result(self) -> Result<(), Source> {
        self.map_err(Into::into)
    }
}
