//! Workflows that run other workflows and go back for a repetition, over HTTP: what is sent, in which order, and what
//! comes of it.
//!
//! The code in `fixtures/flows/src` is what is generated of the documents beside it; that it compiles is half of the
//! test. `UPDATE_GOLDENS=1 cargo test -p tests --test flows` writes what is generated now; read the difference.

mod desk;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/flows/src/openapi/mod.rs"]
mod openapi;
#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/flows/src/workflows/mod.rs"]
mod workflows;

use std::fs;

use desk::Desk;
use pipedream_sdk_runtime::{Steps as _, WorkflowErrorKind, WorkflowRecord};
use tests::generator::{codegen, documents_in, fixtures, shown};
use workflows::{Look, LookInputs, LookStep, Settle, SettleInputs, SettleStep, look, settle};

#[test]
fn the_code_is_the_golden_one() {
    let folder = fixtures("flows");
    let run = codegen(documents_in(&folder), &folder);
    let output = run
        .output
        .as_ref()
        .unwrap_or_else(|| panic!("{}", shown(&run)));
    assert_eq!(shown(&run), "");
    for (path, text) in output.files().filter(|(path, _)| path.starts_with("src/")) {
        let file = folder.join(path);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        }
        assert!(
            fs::read(&file).unwrap_or_default() == text,
            "{path} is not what is generated now; UPDATE_GOLDENS=1 writes it"
        );
    }
}

#[tokio::test]
async fn a_step_is_repeated_after_the_one_that_its_action_names() {
    let desk = Desk::open().await;
    desk.close_sessions(2);
    let outputs = look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap();
    assert_eq!(
        desk.log(),
        [
            "POST /sessions",
            "GET /orders/o_1?session=s1",
            "POST /sessions",
            "GET /orders/o_1?session=s2",
            "POST /sessions",
            "GET /orders/o_1?session=s3",
        ]
    );
    assert_eq!(outputs.state, "kept");
    assert_eq!(outputs.asked.as_str(), "o_1");
    let read = outputs.steps.read.unwrap();
    assert_eq!(read.with, "GET s3");
}

#[tokio::test]
async fn the_limit_of_repetitions_holds_although_another_step_lies_between() {
    let desk = Desk::open().await;
    desk.close_sessions(3);
    let error = look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap_err();
    assert_eq!(error.step(), Some(LookStep::Read));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(desk.log().len(), 6);
    // What is gone on from is the step that failed, with the session that is there.
    let steps = error.steps();
    assert!(steps.is_finished(LookStep::Open) && !steps.is_finished(LookStep::Read));
    let record = serde_json::to_string(error.record()).unwrap();
    let record: WorkflowRecord = serde_json::from_str(&record).unwrap();
    Look::new(desk.client(), LookInputs::new("ada", "o_1"))
        .resume(record)
        .await
        .unwrap();
    assert_eq!(
        desk.log()[6..],
        [
            "GET /orders/o_1?session=s3",
            "POST /sessions",
            "GET /orders/o_1?session=s4"
        ]
    );
}

#[tokio::test]
async fn a_failure_of_the_step_in_between_is_reported_for_that_step() {
    let desk = Desk::open().await;
    desk.close_sessions(1);
    desk.refuse_the_second_session();
    let error = look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap_err();
    assert_eq!(error.step(), Some(LookStep::Open));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    // The flow has still come as far as to the step that is repeated.
    let record = serde_json::to_value(error.record()).unwrap();
    assert_eq!(record["next"], "read");
}

#[tokio::test]
async fn what_a_workflow_depends_on_runs_first_and_its_outputs_are_read() {
    let desk = Desk::open().await;
    let outputs = settle(&desk.client(), SettleInputs::new("ada", "o_1"))
        .await
        .unwrap();
    assert_eq!(desk.log(), ["POST /sessions", "GET /orders/o_1?session=s1"]);
    assert_eq!(
        (outputs.state.as_deref(), outputs.refund),
        (Some("kept"), None)
    );
    assert_eq!(SettleStep::SignedIn.id(), "$workflows.signed-in");
    assert_eq!(SettleStep::SignedIn.operation(), "signed-in");
}

#[tokio::test]
async fn a_finished_dependency_is_not_run_again() {
    let desk = Desk::open().await;
    let inputs = || SettleInputs::new("ada", "o_broken");
    let error = settle(&desk.client(), inputs()).await.unwrap_err();
    assert_eq!(error.step(), Some(SettleStep::Read));
    let resumed = Settle::new(desk.client(), inputs()).resume(error.into_record());
    assert_eq!(resumed.await.unwrap_err().step(), Some("read"));
    assert_eq!(
        desk.log(),
        [
            "POST /sessions",
            "GET /orders/o_broken?session=s1",
            "GET /orders/o_broken?session=s1"
        ]
    );
}

#[tokio::test]
async fn a_workflow_is_run_before_a_repetition() {
    let desk = Desk::open().await;
    desk.close_sessions(1);
    let outputs = settle(&desk.client(), SettleInputs::new("ada", "o_1"))
        .await
        .unwrap();
    assert_eq!(
        desk.log(),
        [
            "POST /sessions",
            "GET /orders/o_1?session=s1",
            "POST /sessions",
            "GET /orders/o_1?session=s2",
        ]
    );
    assert_eq!(outputs.state.as_deref(), Some("kept"));
}

#[tokio::test]
async fn an_action_goes_to_another_workflow_and_does_not_come_back() {
    for (order, state) in [("o_returned", Some("returned")), ("o_gone", None)] {
        let desk = Desk::open().await;
        let outputs = settle(&desk.client(), SettleInputs::new("ada", order))
            .await
            .unwrap();
        let look = format!("GET /orders/{order}?session=s1");
        let pay = format!(r#"POST /refunds {{"order":"{order}","why":"It came back."}}"#);
        assert_eq!(desk.log(), ["POST /sessions", &look, &pay]);
        assert_eq!((outputs.state.as_deref(), outputs.refund), (state, Some(7)));
    }
}

#[tokio::test]
async fn a_failure_in_the_other_workflow_is_told_with_its_step() {
    let desk = Desk::open().await;
    desk.refuse_refunds();
    let error = settle(&desk.client(), SettleInputs::new("ada", "o_returned"))
        .await
        .unwrap_err();
    assert_eq!(error.step(), Some(SettleStep::PayBack));
    assert!(
        matches!(error.reason(), WorkflowErrorKind::Workflow(_)),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("step `pay` of workflow `pay-back`") && text.contains("409"),
        "{text}"
    );
}
