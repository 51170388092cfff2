//! The fault matrix: every operation and every workflow step with every response fault, checked against rules that
//! do not depend on the implementation.
//!
//! `cargo test -p tests --test faults -- --nocapture` prints a summary and the path of the full table.

mod bare;
mod matrix;
mod observed;
mod report;
mod rules;

use pipedream_sdk_testing::Fault;
use tests::documents::{Success, operations, steps};
use tests::operations::{CALLS, OPERATIONS, call};
use tests::workflows::RUNS;
use tests::world::World;

#[test]
fn every_operation_and_step_handles_every_fault() {
    let rows = matrix::run();
    let bare = bare::run(&rows, &operations());
    println!("{}", report::write(&rows, &bare));
    assert_eq!(rows.len(), (OPERATIONS + 48) * 17);
    assert_eq!(bare.len(), OPERATIONS * 17);
    let wrong: Vec<String> = rows.iter().filter_map(matrix::Row::complaint).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows do not match the rules:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn calls_and_runs_match_the_documents() {
    let documented: Vec<String> = operations().into_iter().map(|it| it.id).collect();
    let mut called: Vec<&str> = CALLS.iter().map(|(id, _)| *id).collect();
    assert_eq!(called.len(), OPERATIONS);
    called.sort_by_key(|id| documented.iter().position(|known| known == id));
    assert_eq!(called, documented);

    let mut documented: Vec<String> = steps().into_iter().map(|it| it.workflow).collect();
    documented.dedup();
    documented.sort();
    let run: Vec<&str> = RUNS.iter().map(|(id, _)| *id).collect();
    assert_eq!(run, documented);
}

/// The body is decoded regardless of the content type, which a gateway may have changed.
#[tokio::test]
async fn decodes_a_response_with_another_content_type() {
    for operation in operations() {
        let world = World::start().await;
        let call = call(&operation.id);
        world
            .fake
            .on(&operation.id, Fault::content_type("text/plain"));
        let seen = call(&world).await;
        assert!(
            seen.failure.is_none(),
            "{}: {:?}",
            operation.id,
            seen.failure
        );
        assert_eq!(
            seen.body.is_empty(),
            operation.success == Success::NoBody,
            "{}",
            operation.id
        );
    }
}
