//! The fault matrix: every operation and every step of every workflow against everything that can go wrong with an
//! answer, each pair held against rules that know nothing of the code.
//!
//! `cargo test -p tests --test faults -- --nocapture` prints a summary and says where the whole table is.

mod bare;
mod matrix;
mod observed;
mod report;
mod rules;

use pipedream_sdk_testing::Fault;
use tests::described::{Success, operations, steps};
use tests::operations::{CALLS, OPERATIONS, call};
use tests::workflows::RUNS;
use tests::world::World;

#[test]
fn every_operation_and_every_step_meets_every_fault_as_the_rules_say() {
    let rows = matrix::run();
    let bare = bare::run(&rows, &operations());
    println!("{}", report::write(&rows, &bare));
    assert_eq!(rows.len(), (OPERATIONS + 48) * 17);
    assert_eq!(bare.len(), OPERATIONS * 17);
    let wrong: Vec<String> = rows.iter().filter_map(matrix::Row::complaint).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows are not as the rules say:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_lists_of_calls_and_runs_are_those_of_the_documents() {
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

/// A body is read for what it is, whatever a gateway on the way has labelled it.
#[tokio::test]
async fn an_answer_under_another_content_type_is_read_all_the_same() {
    for operation in operations() {
        let world = World::start().await;
        let call = call(&operation.id);
        world
            .fake
            .on(&operation.id, Fault::relabelled("text/plain"));
        let seen = call(&world).await;
        assert!(
            seen.failure.is_none(),
            "{}: {:?}",
            operation.id,
            seen.failure
        );
        assert_eq!(
            seen.body.is_empty(),
            operation.success == Success::Nothing,
            "{}",
            operation.id
        );
    }
}
