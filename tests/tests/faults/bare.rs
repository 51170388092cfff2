//! The same faults with the plain progenitor client.

use pipedream_sdk_testing::RecordedRequest;
use tests::bare::{arguments, method, request};
use tests::documents::Operation;
use tests::world::{World, on_a_paused_clock};
use tokio::time::Instant;

use crate::matrix::{Row, Subject};
use crate::observed::{Observed, Outcome};
use crate::rules::Expected;

/// Result of the plain client for a row of the matrix.
#[derive(Debug)]
pub(crate) struct Bare {
    pub(crate) error: Option<&'static str>,
    pub(crate) requests: usize,
    pub(crate) waited: f64,
    pub(crate) lost: Vec<&'static str>,
}

/// Runs the rows of operations and returns what the plain client loses.
pub(crate) fn run(rows: &[Row], operations: &[Operation]) -> Vec<Bare> {
    // The plain client gets the arguments of the request that the SDK sends.
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
    // Every fake creates the same IDs and issues the same tokens in the same order.
    world.fake.on(&operation.id, row.fault.clone());
    let token = request.bearer().unwrap_or_default();
    let began = Instant::now();
    let result = bare_client::call(
        world.fake.base_url(),
        token,
        &method(&operation.id),
        &arguments(request),
    )
    .await;
    Bare {
        error: result.error,
        requests: world.fake.requests().len(),
        waited: began.elapsed().as_secs_f64(),
        lost: lost(
            &row.expected,
            result.error.is_none(),
            result.status,
            &result.headers,
            &result.body,
        ),
    }
}

/// Returns what the SDK loses, by the same measure.
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
    let Some(response) = &expected.response else {
        return lost;
    };
    // The caller got the response of another attempt.
    if value_is_due && !value && status.is_some_and(|status| status != response.status) {
        return lost;
    }
    if status != Some(response.status) {
        lost.push("status");
    }
    if let Some((name, _)) = &response.header
        && !headers.contains_key(*name)
    {
        lost.push("headers");
    }
    // A caller with a decoded value does not need the raw body.
    if !value && body != response.body {
        lost.push("body");
    }
    lost
}
