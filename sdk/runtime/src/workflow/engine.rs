//! The seam that every step of a workflow goes through: the call, the judgement of its answer, repetitions, limits,
//! tracing and progress.
//!
//! Generated code hands over two closures. One makes the call; the other looks at what came back, whatever it was,
//! and gives a [`Verdict`]. Everything that is the same for all steps of all workflows happens here.

use std::{
    cell::OnceCell,
    convert::Infallible,
    fmt,
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tracing::Instrument;

use crate::{
    CallOptions, Error, ErrorKind, Reply,
    http::retry,
    workflow::{StepId, Steps, Stop, Unmet, Why, WorkflowError},
};

mod to;

pub use to::{Onward, To};

/// How many steps one run may go through, unless [`RunOptions::max_visits`] says otherwise.
const MAX_VISITS: u32 = 1_000;

/// How one run of a workflow is carried out: limits, options of its calls, and who is told about its progress.
#[derive(Clone)]
pub struct RunOptions<S> {
    max_visits: u32,
    calls: Vec<(S, CallOptions)>,
    progress: Option<ProgressHook<S>>,
}

type ProgressHook<S> = Arc<dyn Fn(Progress<S>) + Send + Sync>;

impl<S> Default for RunOptions<S> {
    fn default() -> Self {
        Self {
            max_visits: MAX_VISITS,
            calls: Vec::new(),
            progress: None,
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for RunOptions<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("max_visits", &self.max_visits)
            .field("calls", &self.calls)
            .field("progress", &self.progress.is_some())
            .finish()
    }
}

impl<S: StepId> RunOptions<S> {
    /// The defaults: 1,000 steps at most, the client's own options for each call, nobody told.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the workflow once it has gone through this many steps, repetitions included.
    #[must_use]
    pub fn max_visits(mut self, max_visits: u32) -> Self {
        self.max_visits = max_visits;
        self
    }

    /// Makes one step's call with these options (timeout, retries, headers, credential) instead of the client's.
    #[must_use]
    pub fn call(mut self, step: S, options: CallOptions) -> Self {
        self.calls.retain(|(other, _)| *other != step);
        self.calls.push((step, options));
        self
    }

    /// Is told what the workflow is doing, from within the task that runs it.
    #[must_use]
    pub fn progress(mut self, hook: impl Fn(Progress<S>) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(hook));
        self
    }
}

/// What a workflow is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Progress<S> {
    /// The step's request is about to be sent.
    Started {
        /// The step.
        step: S,
    },
    /// The document says to repeat the step's request.
    Repeating {
        /// The step.
        step: S,
        /// How long is waited first.
        after: Duration,
        /// Which repetition it is, from 1.
        attempt: u32,
    },
    /// The step has its outputs.
    Finished {
        /// The step.
        step: S,
        /// The status it was answered with.
        status: Option<StatusCode>,
    },
    /// The step did not finish, and the workflow stops or goes on elsewhere.
    Failed {
        /// The step.
        step: S,
    },
}

/// What came back from a step's call.
pub struct Seen<'a, T> {
    /// The status; 0 if nothing answered, see [`answered`](Self::answered).
    pub status: u16,
    /// The headers; none if nothing answered.
    pub headers: &'a HeaderMap,
    /// The body, byte for byte, as far as it came.
    pub body: &'a [u8],
    /// The typed value, where the answer is a success that could be decoded.
    pub value: Option<&'a T>,
    json: OnceCell<Option<Value>>,
    retried: &'a [(usize, u32)],
}

impl<T> Seen<'_, T> {
    /// Whether there is an answer at all.
    pub fn answered(&self) -> bool {
        self.status != 0
    }

    /// The status as a value of a condition.
    pub fn status_value(&self) -> Option<Value> {
        self.answered().then(|| self.status.into())
    }

    /// The body as JSON, where it is JSON.
    pub fn json(&self) -> Option<&Value> {
        self.json
            .get_or_init(|| serde_json::from_slice(self.body).ok())
            .as_ref()
    }

    /// What a JSON Pointer leads to in the body.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.json()?.pointer(pointer)
    }

    /// A header's value, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the document's rule allows one more repetition of the step.
    pub fn may_retry(&self, rule: usize, limit: u32) -> bool {
        self.retried
            .iter()
            .find(|(other, _)| *other == rule)
            .is_none_or(|(_, times)| *times < limit)
    }
}

/// What the document says about an answer. `N` is where a flow can go other than on: nowhere ([`Infallible`]) in a
/// straight one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict<N = Infallible> {
    /// The success criteria hold; the next step follows.
    Pass,
    /// The success criteria hold; a success action leads elsewhere.
    PassTo(N),
    /// The named condition does not hold, and the workflow stops.
    Break(&'static str),
    /// The named condition does not hold, and a failure action ends the workflow.
    End(&'static str),
    /// A success criterion does not hold, and a failure action leads elsewhere.
    Recover(N),
    /// A success criterion does not hold, and a failure action repeats the step. A `Retry-After` header of the answer
    /// overrules `after`.
    Retry {
        /// Which of the step's failure actions it is.
        rule: usize,
        /// How long to wait.
        after: Duration,
    },
    /// The same, after another step has been run.
    RetryFrom {
        /// Which of the step's failure actions it is.
        rule: usize,
        /// How long to wait.
        after: Duration,
        /// The step to run before this one is repeated.
        first: N,
    },
}

/// How a visit of a step ended, if it did not stop the workflow.
#[derive(Debug)]
pub enum Visit<T, N = Infallible> {
    /// The success criteria hold. Where it goes on is given if that is not the next step.
    Passed(Answer<T>, Option<N>),
    /// A failure action leads elsewhere.
    Recovered(N),
}

/// An answer that the success criteria hold for. They may hold for one that the success type cannot represent.
#[derive(Debug)]
pub enum Answer<T> {
    /// A documented success, decoded.
    Typed(Reply<T>),
    /// An error status, or a body of another form.
    Untyped(Error),
}

impl<T> Answer<T> {
    /// The status.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Typed(reply) => Some(reply.status()),
            Self::Untyped(failure) => failure.status(),
        }
    }

    /// The status as a number: 0 if nothing answered.
    pub fn status_code(&self) -> u16 {
        self.status().map_or(0, |status| status.as_u16())
    }

    /// The answer as a reply, for outputs that need its value.
    pub fn typed<S>(self, step: S) -> Result<Reply<T>, Stop<S>> {
        match self {
            Self::Typed(reply) => Ok(reply),
            Self::Untyped(failure) => Err(Stop::at(step, Why::Call(failure))),
        }
    }

    /// The typed value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Typed(reply) => Some(reply.value()),
            Self::Untyped(_) => None,
        }
    }

    /// The body, byte for byte.
    pub fn body(&self) -> &[u8] {
        match self {
            Self::Typed(reply) => reply.body(),
            Self::Untyped(failure) => failure.body(),
        }
    }

    /// The headers; none if nothing answered.
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        match self {
            Self::Typed(reply) => reply.headers(),
            Self::Untyped(failure) => failure.headers().unwrap_or(&NONE),
        }
    }
}

/// A run of another workflow as the call of a step: its outputs are the answer, with the status of a success. A run that
/// stops is a failed call.
pub async fn nested<T, S: Steps + Sync>(
    run: impl Future<Output = Result<T, WorkflowError<S>>>,
) -> Result<Reply<T>, Error> {
    match run.await {
        Ok(outputs) => Ok(Reply::new(
            outputs,
            StatusCode::OK,
            HeaderMap::new(),
            Bytes::new(),
        )),
        Err(error) => Err(Error::new(ErrorKind::Workflow)
            .detail(error.to_string())
            .caused_by(error)),
    }
}

/// A header's value, where it is there and is text.
pub fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// One run of a workflow.
#[derive(Debug)]
pub struct Run<'o, S> {
    options: &'o RunOptions<S>,
    visits: u32,
    /// The steps that are to be repeated once another one has been run, the innermost last.
    detours: Vec<Detour<S>>,
}

/// A step that waits for another one before it is repeated.
#[derive(Debug)]
struct Detour<S> {
    step: S,
    first: S,
    /// Whether `first` has been run.
    done: bool,
    /// How often the rules of `step` were used.
    retried: Vec<(usize, u32)>,
}

impl<'o, S: StepId> Run<'o, S> {
    /// A run that has not visited any step yet.
    pub fn new(options: &'o RunOptions<S>) -> Self {
        Self {
            options,
            visits: 0,
            detours: Vec::new(),
        }
    }

    /// Begins a step, unless the run has gone through too many.
    pub fn enter(&mut self, step: S) -> Result<At<'_, 'o, S>, Stop<S>> {
        self.count(step)?;
        let back = self
            .detours
            .pop_if(|detour| detour.done && detour.step == step);
        Ok(At {
            run: self,
            step,
            retried: back.map(|detour| detour.retried).unwrap_or_default(),
        })
    }

    /// The step that is next in a flow which has come as far as to `at`: that one, unless another one is run before it is
    /// repeated.
    pub fn place(&self, at: To<S>) -> To<S> {
        match self.detours.last() {
            Some(detour) if detour.done => To::Step(detour.step),
            Some(detour) => To::Step(detour.first),
            None => at,
        }
    }

    /// The outputs of a step that the flow has certainly been through.
    pub fn finished<'v, T>(
        &self,
        value: Option<&'v T>,
        name: &'static str,
    ) -> Result<&'v T, Stop<S>> {
        value.ok_or_else(|| Stop::outside(Why::missing(name)))
    }

    fn count(&mut self, step: S) -> Result<(), Stop<S>> {
        if self.visits >= self.options.max_visits {
            return Err(Stop::at(step, Why::Limit(self.options.max_visits)));
        }
        self.visits += 1;
        Ok(())
    }

    fn tell(&self, progress: Progress<S>) {
        if let Some(hook) = &self.options.progress {
            hook(progress);
        }
    }
}

/// A step that is being run.
#[derive(Debug)]
pub struct At<'r, 'o, S> {
    run: &'r mut Run<'o, S>,
    step: S,
    /// How often each of the step's retry rules was used in this visit.
    retried: Vec<(usize, u32)>,
}

impl<S: StepId> At<'_, '_, S> {
    /// The options given for this step's call.
    pub fn options(&self) -> CallOptions {
        let given = self
            .run
            .options
            .calls
            .iter()
            .find(|(step, _)| *step == self.step);
        given
            .map(|(_, options)| options.clone())
            .unwrap_or_default()
    }

    /// A value that the request cannot do without.
    pub fn require<T>(&self, value: Option<T>, name: &'static str) -> Result<T, Stop<S>> {
        value.ok_or_else(|| Stop::at(self.step, Why::missing(name)))
    }

    /// A value in the form that the request needs.
    pub fn convert<T, E: fmt::Display>(
        &self,
        value: Result<T, E>,
        name: &'static str,
    ) -> Result<T, Stop<S>> {
        value.map_err(|error| Stop::at(self.step, Why::invalid(name, error)))
    }

    /// Runs a step of a straight flow whose outputs need the typed value.
    pub async fn call<T, F>(
        self,
        call: impl Fn() -> F,
        judge: impl Fn(&Seen<'_, T>) -> Verdict,
    ) -> Result<Reply<T>, Stop<S>>
    where
        F: Future<Output = Result<Reply<T>, Error>>,
    {
        let step = self.step;
        self.answer(call, judge).await?.typed(step)
    }

    /// Runs a step of a straight flow, whatever form its answer has.
    pub async fn answer<T, F>(
        self,
        call: impl Fn() -> F,
        judge: impl Fn(&Seen<'_, T>) -> Verdict,
    ) -> Result<Answer<T>, Stop<S>>
    where
        F: Future<Output = Result<Reply<T>, Error>>,
    {
        match self.visit(call, judge).await? {
            Visit::Passed(answer, None) => Ok(answer),
            Visit::Passed(_, Some(nowhere)) | Visit::Recovered(nowhere) => match nowhere {},
        }
    }

    /// Runs a step: calls, judges, and repeats for as long as the verdict is to repeat.
    pub async fn visit<T, N: Onward<S>, F>(
        mut self,
        call: impl Fn() -> F,
        judge: impl Fn(&Seen<'_, T>) -> Verdict<N>,
    ) -> Result<Visit<T, N>, Stop<S>>
    where
        F: Future<Output = Result<Reply<T>, Error>>,
    {
        let step = self.step;
        let span = tracing::info_span!(
            "step",
            workflow = S::WORKFLOW,
            step = step.id(),
            operation = step.operation()
        );
        self.run.tell(Progress::Started { step });
        loop {
            let answer = match call().instrument(span.clone()).await {
                Ok(reply) => Answer::Typed(reply),
                Err(failure) if never_sent(&failure) => return self.stop(Why::Call(failure)),
                Err(failure) => Answer::Untyped(failure),
            };
            match judge(&answer.seen(&self.retried)) {
                Verdict::Pass => {
                    let next = self.back();
                    return Ok(self.passed(answer, next));
                }
                Verdict::PassTo(next) => {
                    let next = self.back().unwrap_or(next);
                    return Ok(self.passed(answer, Some(next)));
                }
                Verdict::Break(condition) => return self.stop(answer.unmet(condition)),
                Verdict::End(condition) => {
                    return self.stop(Why::Ended(Box::new(answer.unmet(condition))));
                }
                Verdict::Recover(next) => {
                    // Whatever waited for this step is left behind.
                    self.run.detours.pop_if(|detour| detour.first == step);
                    self.run.tell(Progress::Failed { step });
                    return Ok(Visit::Recovered(next));
                }
                Verdict::Retry { rule, after } => {
                    if let Err(stop) = self.run.count(step) {
                        self.run.tell(Progress::Failed { step });
                        return Err(stop);
                    }
                    let after = self.repeating(rule, after, &answer, &span);
                    drop(answer);
                    tokio::time::sleep(after).await;
                }
                Verdict::RetryFrom { rule, after, first } => {
                    let after = self.repeating(rule, after, &answer, &span);
                    drop(answer);
                    tokio::time::sleep(after).await;
                    let (Some(first), Some(place)) = (first.step(), N::to(self.outermost())) else {
                        continue;
                    };
                    let retried = std::mem::take(&mut self.retried);
                    self.run.detours.push(Detour {
                        step,
                        first,
                        done: false,
                        retried,
                    });
                    return Ok(Visit::Recovered(place));
                }
            }
        }
    }

    /// Counts a repetition and tells of it. What it gives is how long is waited first.
    fn repeating<T>(
        &mut self,
        rule: usize,
        after: Duration,
        answer: &Answer<T>,
        span: &tracing::Span,
    ) -> Duration {
        let after = answer.retry_after().unwrap_or(after);
        let attempt = self.count_retry(rule);
        let status = answer.status().map(|status| status.as_u16());
        tracing::debug!(parent: span, status, attempt, ?after, "repeating the step");
        self.run.tell(Progress::Repeating {
            step: self.step,
            after,
            attempt,
        });
        after
    }

    /// The step that the flow has come to, as far as it is known outside of this run.
    fn outermost(&self) -> S {
        self.run
            .detours
            .first()
            .map_or(self.step, |detour| detour.step)
    }

    /// Where the flow goes back to, if another step waits for this one.
    fn back<N: Onward<S>>(&mut self) -> Option<N> {
        let step = self.step;
        let waiting = self.run.detours.last_mut()?;
        if waiting.first != step {
            return None;
        }
        waiting.done = true;
        N::to(self.outermost())
    }

    fn count_retry(&mut self, rule: usize) -> u32 {
        if let Some((_, times)) = self.retried.iter_mut().find(|(other, _)| *other == rule) {
            *times += 1;
            return *times;
        }
        self.retried.push((rule, 1));
        1
    }

    fn passed<T, N>(&self, answer: Answer<T>, next: Option<N>) -> Visit<T, N> {
        self.run.tell(Progress::Finished {
            step: self.step,
            status: answer.status(),
        });
        Visit::Passed(answer, next)
    }

    fn stop<T>(&self, why: Why) -> Result<T, Stop<S>> {
        self.run.tell(Progress::Failed { step: self.step });
        Err(Stop::at(self.step, why))
    }
}

impl<T> Answer<T> {
    fn seen<'a>(&'a self, retried: &'a [(usize, u32)]) -> Seen<'a, T> {
        Seen {
            status: self.status_code(),
            headers: self.headers(),
            body: self.body(),
            value: self.value(),
            json: OnceCell::new(),
            retried,
        }
    }

    /// What an answer that fails its criteria is reported as: a failed call as that, anything else by the condition.
    fn unmet(self, condition: &'static str) -> Why {
        match self {
            Self::Untyped(failure) if failure.kind() == ErrorKind::Workflow => {
                Why::Workflow(failure)
            }
            Self::Untyped(failure) => Why::Call(failure),
            Self::Typed(reply) => Why::Criterion(Unmet {
                condition,
                status: reply.status(),
                headers: reply.headers().clone(),
                body: reply.body().clone(),
            }),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Typed(reply) => retry::asked_for(reply.headers(), SystemTime::now()),
            Self::Untyped(failure) => failure.retry_after(),
        }
    }
}

/// What no repetition can change: the request could not be made.
fn never_sent(failure: &Error) -> bool {
    matches!(
        failure.kind(),
        ErrorKind::InvalidRequest | ErrorKind::Credential
    )
}

#[cfg(test)]
mod tests;
