//! The same faults against the client as progenitor alone makes it.

use pipedream_sdk_testing::RecordedRequest;
use tests::bare::{arguments, method, request};
use tests::described::Operation;
use tests::world::{World, on_a_paused_clock};
use tokio::time::Instant;

use crate::matrix::{Row, Subject};
use crate::observed::{Observed, Outcome};
use crate::rules::Expected;

/// What the bare client makes of a pair of the matrix.
#[derive(Debug)]
pub(crate) struct Bare {
    pub(crate) error: Option<&'static str>,
    pub(crate) requests: usize,
    pub(crate) waited: f64,
    pub(crate) lost: Vec<&'static str>,
}

/// What there was to be had, and was not: for each row of an operation.
pub(crate) fn run(rows: &[Row], operations: &[Operation]) -> Vec<Bare> {
    // The bare client is given the arguments of the request that the SDK makes.
    let mut sent = Vec::new();
    for operation in operations {
        sent.push((operation.id.clone(), on_a_paused_clock(request(operation))));
    }
    let calls = rows
        .iter()
        .filter(|row| matches!(row.subject, Subject::Call(_)));
    calls
        .map(|row| {
            let id = &row.subject.operation().id;
            let (_, request) = sent
                .iter()
                .find(|(known, _)| known == id)
                .expect("a request");
            on_a_paused_clock(observe(row, request))
        })
        .collect()
}

async fn observe(row: &Row, request: &RecordedRequest) -> Bare {
    let world = World::start().await;
    let operation = row.subject.operation();
    // Every world has the same ids, and issues the same tokens in the same order.
    world.fake.on(&operation.id, row.fault.clone());
    let token = request.bearer().unwrap_or_default();
    let began = Instant::now();
    let heard = bare_client::call(
        world.fake.base_url(),
        token,
        &method(&operation.id),
        &arguments(request),
    )
    .await;
    Bare {
        error: heard.error,
        requests: world.fake.requests().len(),
        waited: began.elapsed().as_secs_f64(),
        lost: lost(
            &row.expected,
            heard.error.is_none(),
            heard.status,
            &heard.headers,
            &heard.body,
        ),
    }
}

/// The same measure for the SDK.
pub(crate) fn lost_by_sdk(expected: &Expected, observed: &Observed) -> Vec<&'static str> {
    let value = matches!(observed.outcome, Outcome::Value | Outcome::Accepted);
    lost(
        expected,
        value,
        observed.status,
        &observed.headers,
        &observed.body,
    )
}

fn lost(
    expected: &Expected,
    value: bool,
    status: Option<u16>,
    headers: &http::HeaderMap,
    body: &[u8],
) -> Vec<&'static str> {
    let mut lost = Vec::new();
    let value_is_due = matches!(expected.outcome, Outcome::Value | Outcome::Accepted);
    if value_is_due && !value {
        lost.push("value");
    }
    let Some(comes) = &expected.comes else {
        return lost;
    };
    // Another answer than the one that was to be had in the end.
    if value_is_due && !value && status.is_some_and(|status| status != comes.status) {
        return lost;
    }
    if status != Some(comes.status) {
        lost.push("status");
    }
    if let Some((name, _)) = &comes.header
        && !headers.contains_key(*name)
    {
        lost.push("headers");
    }
    // With a value at hand, nobody misses the bytes it was made of.
    if !value && body != comes.body {
        lost.push("body");
    }
    lost
}
