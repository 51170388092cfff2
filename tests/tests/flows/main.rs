//! Tests of workflows that run other workflows and retry steps, over HTTP: the requests, their order and the
//! result.
//!
//! The code in `fixtures/flows/src` is generated from the documents next to it; that it compiles is part of the
//! test. `UPDATE_GOLDENS=1 cargo test -p tests --test flows` updates it; review the difference.

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
use serde_json::json;
use tests::generator::{codegen, documents_in, fixtures, shown};
use tests::spans::Captured;
use workflows::{
    AttachAnyInputs, AttachFileInputs, HandOnInputs, Look, LookInputs, LookStep, Settle,
    SettleInputs, SettleStep, attach_any, attach_file, hand_on, look, settle,
};

#[test]
fn generated_flows_match_the_golden_code() {
    // The test of `sdk/restate` compiles the second one.
    for name in ["flows", "durable"] {
        let folder = fixtures(name);
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
                "{path} of {name} is outdated: set UPDATE_GOLDENS=1 to update it"
            );
        }
    }
}

#[tokio::test]
async fn retry_runs_the_named_step_first() {
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
async fn retry_limit_applies_with_an_intermediate_step() {
    let desk = Desk::open().await;
    desk.close_sessions(3);
    let error = look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap_err();
    assert_eq!(error.step(), Some(LookStep::Read));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(desk.log().len(), 6);
    // The run resumes at the failed step, with the existing session.
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
async fn failure_of_the_intermediate_step_names_that_step() {
    let desk = Desk::open().await;
    desk.close_sessions(1);
    desk.reject_the_second_session();
    let error = look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap_err();
    assert_eq!(error.step(), Some(LookStep::Open));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    // The record still includes the step that is retried.
    let record = serde_json::to_value(error.record()).unwrap();
    assert_eq!(record["next"], "read");
}

#[tokio::test]
async fn runs_dependencies_first_and_reads_their_outputs() {
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
async fn does_not_rerun_a_finished_dependency() {
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
async fn retry_runs_the_named_workflow_first() {
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
async fn goto_action_ends_the_calling_workflow() {
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
async fn goto_action_passes_values_of_the_response() {
    let desk = Desk::open().await;
    let outputs = hand_on(&desk.client(), HandOnInputs::new("o_returned"))
        .await
        .unwrap();
    let pay = r#"POST /refunds {"order":"o_returned","why":"It is returned (200)."}"#;
    assert_eq!(desk.log(), ["GET /orders/o_returned", pay]);
    assert_eq!((outputs.state.as_str(), outputs.refund), ("returned", 7));
}

#[tokio::test]
async fn nested_workflow_failure_names_its_step() {
    let desk = Desk::open().await;
    desk.reject_refunds();
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

#[tokio::test]
async fn a_step_that_runs_a_workflow_has_one_span_around_its_run() {
    let desk = Desk::open().await;
    let (captured, _guard) = Captured::start();
    settle(&desk.client(), SettleInputs::new("ada", "o_1"))
        .await
        .unwrap();
    assert_eq!(
        captured.tree(&["workflow", "step", "operation"]),
        "\
workflow workflow=settle
  step workflow=settle step=$workflows.signed-in operation=signed-in
    workflow workflow=signed-in
      step workflow=signed-in step=open operation=signIn
        call operation=signIn
          attempt
  step workflow=settle step=read operation=getOrder
    call operation=getOrder
      attempt
"
    );
    assert!(captured.entries().iter().all(|it| it.is_closed));
}

#[tokio::test]
async fn a_retry_by_the_document_is_an_event_of_the_workflow() {
    let desk = Desk::open().await;
    desk.close_sessions(1);
    let (captured, _guard) = Captured::start();
    look(&desk.client(), LookInputs::new("ada", "o_1"))
        .await
        .unwrap();
    assert_eq!(
        captured.tree(&[
            "workflow",
            "step",
            "retry",
            "wait_ms",
            "http.response.status_code"
        ]),
        "\
workflow workflow=look
  step workflow=look step=open http.response.status_code=200
    call http.response.status_code=200
      attempt http.response.status_code=200
  step workflow=look step=read http.response.status_code=401
    call http.response.status_code=401
      attempt http.response.status_code=401
  event workflow=look step=read retry=1 wait_ms=0 http.response.status_code=401
  step workflow=look step=open http.response.status_code=200
    call http.response.status_code=200
      attempt http.response.status_code=200
  step workflow=look step=read retry=1 http.response.status_code=200
    call http.response.status_code=200
      attempt http.response.status_code=200
"
    );
}

#[tokio::test]
async fn multipart_body_has_a_part_for_each_present_value() {
    let desk = Desk::open().await;
    let mut inputs = AttachFileInputs::new("o_1", "a\r\nb", json!([1, 2]));
    attach_file(&desk.client(), inputs.clone()).await.unwrap();
    inputs.name = Some("Ada".into());
    inputs.note = Some("é".into());
    inputs.pages = json!([]);
    attach_file(&desk.client(), inputs).await.unwrap();
    let part = |name: &str, value: &str| {
        format!("--B\r\ncontent-disposition: form-data; name={name}\r\n\r\n{value}\r\n")
    };
    let json_part = |name: &str, value: &str| {
        let media_type = "content-type: application/json";
        part(&format!("{name}\r\n{media_type}"), value)
    };
    let file = "\"file\"; filename=\"file\"\r\ncontent-type: application/octet-stream";
    let common = [
        part("\"order\"", "o_1"),
        part(file, "a\r\nb"),
        part(
            "\"label\"\r\ncontent-type: application/xml",
            "<label>o_1</label>",
        ),
    ]
    .concat();
    let first = [
        part("\"pages\"", "1"),
        part("\"pages\"", "2"),
        part("\"urgent\"", "true"),
        json_part("\"by\"", "{\"of\":\"desk\"}"),
    ];
    let second = [
        part("\"urgent\"", "true"),
        json_part("\"by\"", "{\"name\":\"Ada\",\"of\":\"desk\"}"),
        part("\"note\"", "é"),
    ];
    let log = desk.log();
    for (sent, own) in log.iter().zip([first.concat(), second.concat()]) {
        assert_eq!(*sent, format!("POST /attachments {common}{own}--B--\r\n"));
    }
    assert_eq!(log.len(), 2);
}

#[tokio::test]
async fn object_of_the_caller_becomes_a_multipart_body() {
    let desk = Desk::open().await;
    let parts = json!({ "order": "o_1", "n": 1.5, "none": null });
    let parts = parts.as_object().unwrap().clone();
    attach_any(&desk.client(), AttachAnyInputs::new(parts))
        .await
        .unwrap();
    assert_eq!(
        desk.log(),
        [
            "POST /attachments --B\r\ncontent-disposition: form-data; name=\"order\"\r\n\r\no_1\r\n\
          --B\r\ncontent-disposition: form-data; name=\"n\"\r\n\r\n1.5\r\n--B--\r\n"
        ]
    );
}
