//! Runs the matrix. Each row has its own fake and its own paused clock.

use std::collections::BTreeMap;
use std::time::Duration;

use pipedream_sdk_testing::Fault;
use tests::documents::{self, Operation, Step};
use tests::operations::{CallResult, call, successful_calls};
use tests::response_faults::{RESPONSE_FAULTS, ResponseFault};
use tests::workflows;
use tests::world::{World, on_a_paused_clock};
use tokio::time::Instant;

use crate::observed::{Observed, Outcome};
use crate::rules::{self, Expected};

/// A row of the matrix.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) subject: Subject,
    pub(crate) response_fault: ResponseFault,
    pub(crate) fault: Fault,
    pub(crate) expected: Expected,
    pub(crate) observed: Observed,
}

/// The call or step that a fault applies to.
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
    /// Returns the deviations from the rules, if there are any.
    pub(crate) fn complaint(&self) -> Option<String> {
        let idempotent = self.subject.operation().idempotent;
        let wrong = self
            .expected
            .deviations(self.response_fault, idempotent, &self.observed);
        (!wrong.is_empty()).then(|| {
            format!(
                "{} × {}: {}",
                self.subject.name(),
                self.response_fault.name(),
                wrong.join("; ")
            )
        })
    }
}

/// Runs all rows, operations first.
pub(crate) fn run() -> Vec<Row> {
    let operations = documents::operations();
    let genuine = successful_calls(&operations);
    let calls = operations.into_iter().map(Subject::Call);
    let subjects: Vec<Subject> = calls
        .chain(documents::steps().into_iter().map(Subject::Step))
        .collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = subjects.len().div_ceil(workers);
    std::thread::scope(|scope| {
        let genuine = &genuine;
        let working: Vec<_> = subjects
            .chunks(share)
            .map(|subjects| {
                scope.spawn(move || {
                    let rows = subjects.iter().flat_map(|subject| {
                        RESPONSE_FAULTS.map(|response_fault| row(subject, response_fault, genuine))
                    });
                    rows.collect::<Vec<Row>>()
                })
            })
            .collect();
        let rows = working.into_iter().map(|it| it.join().expect("the rows"));
        rows.flatten().collect()
    })
}

fn row(
    subject: &Subject,
    response_fault: ResponseFault,
    genuine: &BTreeMap<String, CallResult>,
) -> Row {
    let operation = subject.operation();
    let genuine = &genuine[&operation.id];
    let fault = response_fault.fault(operation, genuine);
    let (expected, observed) = match subject {
        Subject::Call(operation) => (
            rules::for_call(response_fault, operation, genuine),
            on_a_paused_clock(observe_call(operation, fault.clone())),
        ),
        Subject::Step(step) => (
            rules::for_step(response_fault, step, genuine),
            on_a_paused_clock(observe_step(step, fault.clone())),
        ),
    };
    Row {
        subject: subject.clone(),
        response_fault,
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
    // Every other finished step sent one request.
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
