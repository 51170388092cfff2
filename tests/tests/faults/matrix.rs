//! Runs the matrix: each pair in a world of its own, on a clock of its own that stands still but for waiting.

use std::collections::BTreeMap;
use std::time::Duration;

use pipedream_sdk_testing::Fault;
use tests::described::{self, Operation, Step};
use tests::operations::{Seen, call, genuine_answers};
use tests::troubles::{TROUBLES, Trouble};
use tests::workflows;
use tests::world::{World, on_a_paused_clock};
use tokio::time::Instant;

use crate::observed::{Observed, Outcome};
use crate::rules::{self, Expected};

/// One pair of the matrix.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) subject: Subject,
    pub(crate) trouble: Trouble,
    pub(crate) fault: Fault,
    pub(crate) expected: Expected,
    pub(crate) observed: Observed,
}

/// What something goes wrong with.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Call(Operation),
    Step(Step),
}

impl Subject {
    pub(crate) fn operation(&self) -> &Operation {
        match self {
            Self::Call(operation) => operation,
            Self::Step(step) => &step.operation,
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Call(operation) => operation.id.clone(),
            Self::Step(step) => format!("{} / {}", step.workflow, step.id),
        }
    }
}

impl Row {
    /// What is not as the rules say, if anything is.
    pub(crate) fn complaint(&self) -> Option<String> {
        let idempotent = self.subject.operation().idempotent;
        let wrong = self
            .expected
            .complaints(self.trouble, idempotent, &self.observed);
        (!wrong.is_empty()).then(|| {
            format!(
                "{} × {}: {}",
                self.subject.name(),
                self.trouble.name(),
                wrong.join("; ")
            )
        })
    }
}

/// All rows, operations first.
pub(crate) fn run() -> Vec<Row> {
    let operations = described::operations();
    let genuine = genuine_answers(&operations);
    let calls = operations.into_iter().map(Subject::Call);
    let subjects: Vec<Subject> = calls
        .chain(described::steps().into_iter().map(Subject::Step))
        .collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = subjects.len().div_ceil(workers);
    std::thread::scope(|scope| {
        let genuine = &genuine;
        let working: Vec<_> = subjects
            .chunks(share)
            .map(|subjects| {
                scope.spawn(move || {
                    let rows = subjects
                        .iter()
                        .flat_map(|subject| TROUBLES.map(|trouble| row(subject, trouble, genuine)));
                    rows.collect::<Vec<Row>>()
                })
            })
            .collect();
        let rows = working.into_iter().map(|it| it.join().expect("the rows"));
        rows.flatten().collect()
    })
}

fn row(subject: &Subject, trouble: Trouble, genuine: &BTreeMap<String, Seen>) -> Row {
    let operation = subject.operation();
    let genuine = &genuine[&operation.id];
    let fault = trouble.fault(operation, genuine);
    let (expected, observed) = match subject {
        Subject::Call(operation) => (
            rules::for_call(trouble, operation, genuine),
            on_a_paused_clock(observe_call(operation, fault.clone())),
        ),
        Subject::Step(step) => (
            rules::for_step(trouble, step, genuine),
            on_a_paused_clock(observe_step(step, fault.clone())),
        ),
    };
    Row {
        subject: subject.clone(),
        trouble,
        fault,
        expected,
        observed,
    }
}

async fn observe_call(operation: &Operation, fault: Fault) -> Observed {
    let world = World::start().await;
    world.fake.on(&operation.id, fault);
    let began = Instant::now();
    let seen = call(&operation.id)(&world).await;
    let waited = began.elapsed();
    Observed {
        outcome: match &seen.failure {
            Some(failure) => Outcome::Failed(failure.kind()),
            None if seen.accepted => Outcome::Accepted,
            None => Outcome::Value,
        },
        status: seen.status.map(|status| status.as_u16()),
        headers: seen.headers,
        body: seen.body.to_vec(),
        requests: world.fake.requests().len(),
        waited,
        finished: Vec::new(),
        stopped_at: None,
    }
}

async fn observe_step(step: &Step, fault: Fault) -> Observed {
    let world = World::start().await;
    for _ in 0..step.earlier_calls {
        world
            .fake
            .on(&step.operation.id, Fault::delay(Duration::ZERO));
    }
    world.fake.on(&step.operation.id, fault);
    let began = Instant::now();
    let ran = workflows::run(&step.workflow)(&world).await;
    let waited = began.elapsed();
    let finished: Vec<String> = ran.finished.iter().map(|id| (*id).to_owned()).collect();
    // Every other finished step was one request.
    let others = finished.iter().filter(|id| **id != step.id).count();
    let requests = world.fake.requests().len() - others;
    let Some(stopped) = ran.stopped else {
        return Observed {
            outcome: Outcome::Value,
            status: None,
            headers: http::HeaderMap::new(),
            body: Vec::new(),
            requests,
            waited,
            finished,
            stopped_at: None,
        };
    };
    Observed {
        outcome: match (&stopped.failure, stopped.criterion) {
            (Some(failure), _) => Outcome::Failed(failure.kind()),
            (None, Some(_)) => Outcome::Criterion,
            (None, None) => panic!("{} stopped for another reason", step.workflow),
        },
        status: stopped.status.map(|status| status.as_u16()),
        headers: stopped.headers,
        body: stopped.body.to_vec(),
        requests,
        waited,
        finished,
        stopped_at: Some((stopped.step.unwrap_or_default().to_owned(), step.id.clone())),
    }
}
