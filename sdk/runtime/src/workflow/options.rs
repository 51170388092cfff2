//! Options of a run: limits, options of its calls, progress, and records.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::CallOptions;
use crate::workflow::StepId;
use crate::workflow::progress::Progress;
use crate::workflow::record::WorkflowRecord;

/// Number of steps that one run may take, unless [`RunOptions::max_visits`] sets another.
const MAX_VISITS: u32 = 1_000;

/// Options of one run of a workflow.
#[derive(Clone)]
pub struct RunOptions<S> {
    pub(crate) max_visits: u32,
    pub(crate) deadline: Option<Duration>,
    calls: Vec<(S, CallOptions)>,
    progress: Option<ProgressHook<S>>,
    record: Option<RecordHook>,
    clock: fn() -> SystemTime,
}

type ProgressHook<S> = Arc<dyn Fn(Progress<S>) + Send + Sync>;
type Source = Box<dyn std::error::Error + Send + Sync>;
type Stored = Pin<Box<dyn Future<Output = Result<(), Source>> + Send>>;
type RecordHook = Arc<dyn Fn(WorkflowRecord) -> Stored + Send + Sync>;

impl<S> Default for RunOptions<S> {
    fn default() -> Self {
        Self {
            max_visits: MAX_VISITS,
            deadline: None,
            calls: Vec::new(),
            progress: None,
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
            .field("calls", &self.calls)
            .field("progress", &self.progress.is_some())
            .field("on_record", &self.record.is_some())
            .finish()
    }
}

impl<S: StepId> RunOptions<S> {
    /// Defaults: at most 1,000 steps, no deadline, the client's own options for each call, no hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the workflow after this number of steps, repetitions included.
    #[must_use]
    pub fn max_visits(mut self, max_visits: u32) -> Self {
        self.max_visits = max_visits;
        self
    }

    /// Limits the time of the whole run: calls, retries, and waits.
    ///
    /// A run that takes longer ends with [`WorkflowErrorKind::Deadline`](crate::WorkflowErrorKind::Deadline). The error
    /// has the outputs of the finished steps and a record to resume from. The step that was running may have been carried
    /// out by the service. Prefer a deadline to a timeout around the future of the run: a future that is dropped loses
    /// the outputs and the record.
    #[must_use]
    pub fn deadline(mut self, deadline: impl Into<Option<Duration>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// Makes the call of one step with these options (timeout, retries, headers, credential) instead of the client's.
    #[must_use]
    pub fn call(mut self, step: S, options: CallOptions) -> Self {
        self.calls.retain(|(other, _)| *other != step);
        self.calls.push((step, options));
        self
    }

    /// Reports progress to a function, which is called by the task that runs the workflow.
    #[must_use]
    pub fn progress(mut self, hook: impl Fn(Progress<S>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(hook));
        self
    }

    /// Passes the record of the run to a function after each finished step, to store it.
    ///
    /// The next step begins when the returned future has completed. The run stops with
    /// [`WorkflowErrorKind::NotRecorded`](crate::WorkflowErrorKind::NotRecorded) if it returns an error.
    ///
    /// A future that is dropped, a panic, or the end of the process loses what the run has reached, unless its records
    /// are stored by this hook. A record holds secrets in clear.
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
            let stored = hook(record);
            Box::pin(async move { stored.await.into_result() })
        }));
        self
    }

    /// Clock by which the expiry of outputs is judged; the system's by default. For tests.
    #[must_use]
    pub fn clock(mut self, clock: fn() -> SystemTime) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn of_step(&self, step: S) -> CallOptions {
        let known = self.calls.iter().find(|(other, _)| *other == step);
        known
            .map(|(_, options)| options.clone())
            .unwrap_or_default()
    }

    pub(crate) fn tell(&self, progress: Progress<S>) {
        if let Some(hook) = &self.progress {
            hook(progress);
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// The hook for records. The record is only made if there is a hook.
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

/// Results of [`RunOptions::on_record`]: nothing, or a `Result` without a value.
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
