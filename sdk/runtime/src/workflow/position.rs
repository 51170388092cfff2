//! The position of a run: the next step, pending retries, and expired outputs.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::workflow::nested::{Dependencies, NestedRun};
use crate::workflow::{StepId, Steps};

/// Time before its expiry at which an output counts as expired, so that it does not expire while a request is sent.
const EXPIRY_MARGIN: TimeDelta = TimeDelta::seconds(60);

/// The position of a run. Together with inputs and steps it is the complete state.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(bound = "S: StepId")]
pub(crate) struct Position<S> {
    /// Current step of the flow; `None` at the end.
    pub(crate) next: Option<S>,
    /// Number of steps that were run, including retries.
    #[serde(default)]
    pub(crate) visits: u32,
    /// `true` while a retry of the step is pending, so that the step is not entered again.
    #[serde(
        rename = "is_repeating",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub(crate) is_retrying: bool,
    /// Number of uses of each retry rule of the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) retried: Vec<Retried>,
    /// Steps that are retried after another step has been run, the innermost last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) detours: Vec<Detour<S>>,
    /// Finished steps to be run again before the next step: those whose outputs have expired, and their readers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expired: Vec<S>,
    /// Steps whose outputs were already expired when received. Running them again would not help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) short_lived: Vec<S>,
    /// The run of another workflow that the step has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nested: Option<NestedRun>,
    /// Finished dependencies, which are not run again for another dependency.
    #[serde(default, skip_serializing_if = "Dependencies::is_empty")]
    pub(crate) dependencies: Dependencies,
    /// Steps whose call was begun, and whose outcome has not been recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) begun: Vec<S>,
    /// The one of them whose call this run has not made yet. A run that is read again does not know that.
    #[serde(skip, default = "nothing")]
    pub(crate) unsent: Option<S>,
}

fn nothing<T>() -> Option<T> {
    None
}

/// Number of uses of one retry rule of a step.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Retried {
    pub(crate) rule: usize,
    pub(crate) times: u32,
}

/// A step that is retried after another step has been run.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(bound = "S: StepId")]
pub(crate) struct Detour<S> {
    pub(crate) step: S,
    pub(crate) first: S,
    /// `true` once `first` has been run.
    pub(crate) is_done: bool,
    /// Number of uses of each retry rule of `step`.
    pub(crate) retried: Vec<Retried>,
}

/// The step that follows a successful step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next<S> {
    /// The next step of the document.
    Following,
    Step(S),
    End,
}

impl<S: StepId> Position<S> {
    pub(crate) fn first() -> Self {
        Self::at(S::ALL.first().copied())
    }

    pub(crate) fn at(next: Option<S>) -> Self {
        Self {
            next,
            visits: 0,
            is_retrying: false,
            retried: Vec::new(),
            detours: Vec::new(),
            expired: Vec::new(),
            short_lived: Vec::new(),
            nested: None,
            dependencies: Dependencies::default(),
            begun: Vec::new(),
            unsent: None,
        }
    }

    /// Returns the step that is run next.
    pub(crate) fn step(&self) -> Option<S> {
        match (self.detours.last(), self.expired.first()) {
            (Some(detour), _) if detour.is_done => Some(detour.step),
            (Some(detour), _) => Some(detour.first),
            (None, Some(expired)) => Some(*expired),
            (None, None) => self.next,
        }
    }

    /// Marks the call of a step as begun by this run.
    pub(crate) fn begin(&mut self, step: S) {
        if !self.begun.contains(&step) {
            self.begun.push(step);
            self.unsent = Some(step);
        }
    }

    /// Marks the call of a step as begun, with an unknown outcome.
    pub(crate) fn begin_uncertain(&mut self, step: S) {
        self.begin(step);
        self.unsent = self.unsent.filter(|unsent| *unsent != step);
    }

    /// Removes the mark of a step whose outcome is known.
    pub(crate) fn end(&mut self, step: S) {
        self.begun.retain(|begun| *begun != step);
        self.unsent = self.unsent.filter(|unsent| *unsent != step);
    }

    /// Returns `true` if an earlier attempt may have made the call of the step.
    pub(crate) fn is_uncertain(&self, step: S) -> bool {
        self.begun.contains(&step) && self.unsent != Some(step)
    }

    /// Enters a step. Resets the uses of its retry rules, unless it returns from a detour.
    pub(crate) fn enter(&mut self, step: S) {
        let returned = self
            .detours
            .pop_if(|detour| detour.is_done && detour.step == step);
        self.retried = returned.map(|detour| detour.retried).unwrap_or_default();
        self.nested = None;
    }

    /// Leaves a step that succeeded.
    pub(crate) fn succeed(&mut self, step: S, next: Next<S>) {
        self.leave();
        if let Some(detour) = self.detours.last_mut() {
            detour.is_done = true;
            return;
        }
        if self.expired.first() == Some(&step) {
            self.expired.remove(0);
            return;
        }
        self.next = match next {
            Next::Following => step.following(),
            Next::Step(step) => Some(step),
            Next::End => None,
        };
    }

    /// Leaves a failed step for another one. Discards all detours.
    pub(crate) fn recover(&mut self, step: S, to: S) {
        self.leave();
        self.detours.clear();
        self.expired.retain(|expired| *expired != step);
        self.next = Some(to);
    }

    /// Leaves a step until another one has been run.
    pub(crate) fn detour(&mut self, step: S, first: S) {
        let retried = std::mem::take(&mut self.retried);
        self.leave();
        self.detours.push(Detour {
            step,
            first,
            is_done: false,
            retried,
        });
    }

    /// Counts a retry by a rule and returns its number, starting at 1.
    pub(crate) fn count_retry(&mut self, rule: usize) -> u32 {
        let used = self.retried.iter_mut().find(|used| used.rule == rule);
        if let Some(used) = used {
            used.times = used.times.saturating_add(1);
            return used.times;
        }
        self.retried.push(Retried { rule, times: 1 });
        1
    }

    /// Records the finished steps whose outputs have expired, and the finished steps that read them, except a step
    /// that is about to run.
    ///
    /// A reader that is not idempotent is not recorded: what it did outlasts the expiry, and running it again would
    /// do it twice.
    pub(crate) fn check_expiry<T: Steps<Step = S>>(&mut self, steps: &T, now: SystemTime) {
        let current = match self.detours.last() {
            Some(detour) => Some(detour.step),
            None => self.next,
        };
        let all = S::ALL.iter().copied();
        let expired = all.clone().filter(|step| {
            is_expired(steps, *step, now)
                && Some(*step) != current
                && !self.short_lived.contains(step)
        });
        let mut found: Vec<S> = expired.collect();
        let mut visited = 0;
        while let Some(step) = found.get(visited) {
            let readers = step.readers().iter().copied().filter(|reader| {
                steps.is_finished(*reader)
                    && reader.info().is_idempotent
                    && Some(*reader) != current
                    && !found.contains(reader)
            });
            let readers: Vec<S> = readers.collect();
            found.extend(readers);
            visited += 1;
        }
        self.expired = readers_last(all.filter(|step| found.contains(step)).collect());
    }

    /// Records a step whose outputs are already expired when received.
    pub(crate) fn check_arrival<T: Steps<Step = S>>(
        &mut self,
        step: S,
        steps: &T,
        now: SystemTime,
    ) {
        self.short_lived.retain(|known| *known != step);
        if is_expired(steps, step, now) {
            self.short_lived.push(step);
        }
    }

    fn leave(&mut self) {
        self.is_retrying = false;
        self.retried.clear();
        self.nested = None;
    }
}

/// Returns `true` if the outputs of a step have expired, or will within the margin.
fn is_expired<T: Steps>(steps: &T, step: T::Step, now: SystemTime) -> bool {
    let latest = DateTime::<Utc>::from(now).checked_add_signed(EXPIRY_MARGIN);
    let latest = latest.unwrap_or(DateTime::<Utc>::MAX_UTC);
    steps.expires_at(step).is_some_and(|time| time <= latest)
}

/// Sorts steps so that each runs after the steps that it reads. Otherwise keeps their order.
fn readers_last<S: StepId>(mut steps: Vec<S>) -> Vec<S> {
    let mut sorted = Vec::with_capacity(steps.len());
    while !steps.is_empty() {
        let reads_another = |step: &S| {
            let mut others = steps.iter().filter(|other| *other != step);
            others.any(|other| other.readers().contains(step))
        };
        // In a cycle, each step reads another one.
        let next = steps.iter().position(|step| !reads_another(step));
        sorted.push(steps.remove(next.unwrap_or(0)));
    }
    sorted
}
