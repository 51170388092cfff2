//! Tests of runs that are stored between their steps: interrupted steps, and their serialized form.

use super::*;
use crate::workflow::options::OnUncertain;

/// Returns the run as another process reads it.
fn read_again<W: Workflow>(run: &WorkflowRun<W>) -> WorkflowRun<W> {
    serde_json::from_str(&serde_json::to_string(run).unwrap()).unwrap()
}

fn is_first(kind: &WorkflowErrorKind) -> bool {
    let WorkflowErrorKind::MayHaveRun { workflow, step } = kind else {
        return false;
    };
    (*workflow, *step) == ("demo", "first")
}

#[tokio::test]
async fn a_step_that_was_begun_and_not_recorded_is_not_repeated() {
    let script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    assert!(!read_again(&run).may_have_run(), "it has not begun");
    run.begin();
    assert!(!run.may_have_run(), "this run knows that nothing was sent");

    let mut run = read_again(&run);
    for _ in 0..2 {
        assert!(run.may_have_run());
        let error = run.advance(&script).await.unwrap_err();
        assert!(is_first(error.reason()), "{error:?}");
        assert_eq!(error.step(), Some(DemoStep::First));
        assert!(error.may_have_run() && !error.is_transient());
        assert_eq!(error.to_json()["mayHaveRun"], true);
        assert!(error.to_string().contains("OnUncertain::Repeat"), "{error}");
        assert_eq!(script.steps(), [], "nothing is sent");
        run = read_again(&run);
    }
    let repeat = RunOptions::new().on_uncertain(OnUncertain::Repeat);
    let mut run = run.options(repeat);
    run.advance(&script).await.unwrap();
    assert!(!read_again(&run).may_have_run());
    assert_eq!(script.steps(), [DemoStep::First]);
}

#[tokio::test]
async fn a_step_that_was_begun_is_repeated_if_it_is_idempotent() {
    let script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    run.advance(&script).await.unwrap();
    run.begin();
    let mut run = read_again(&run);
    assert!(run.may_have_run());
    run.advance(&script).await.unwrap();
    assert_eq!(script.steps(), [DemoStep::First, DemoStep::Second]);
}

#[tokio::test]
async fn the_mark_lasts_until_the_outcome_is_known() {
    let script = Script::new(only_ok, [error(500, &[]), reply(200, "a"), reply(200, "b")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    run.begin();
    run.advance(&script).await.unwrap_err();
    assert!(!read_again(&run).may_have_run(), "the call failed");
    while run.next().is_some() {
        run.begin();
        run.advance(&script).await.unwrap();
        assert!(!read_again(&run).may_have_run());
    }
    run.begin();
    assert!(!read_again(&run).may_have_run(), "no call remains");
    assert_eq!(run.next(), None);
}

#[tokio::test]
async fn a_dropped_call_may_have_run() {
    let mut script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    script.hangs = true;
    let mut run = WorkflowRun::<Demo>::new(inputs());
    let dropped = tokio::time::timeout(Duration::ZERO, run.advance(&script)).await;
    assert!(dropped.is_err());
    script.hangs = false;
    assert!(run.may_have_run() && read_again(&run).may_have_run());
    let error = run.advance(&script).await.unwrap_err();
    assert!(is_first(error.reason()), "{error:?}");
    assert_eq!(script.steps(), [DemoStep::First]);
}

#[tokio::test]
async fn a_mark_of_another_store_can_be_set() {
    let script = Script::new(only_ok, [reply(200, "a")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    run.begin();
    run.mark_uncertain();
    assert!(run.may_have_run());
    assert!(is_first(run.advance(&script).await.unwrap_err().reason()));
    assert_eq!(script.steps(), []);
}

#[test]
fn the_mark_belongs_to_one_step() {
    use LedgerStep::{Mint, Spend};
    let mut position = Position::<LedgerStep>::first();
    position.begin_uncertain(Spend);
    position.begin(Mint);
    assert!(position.is_uncertain(Spend) && !position.is_uncertain(Mint));
    position.end(Mint);
    assert!(position.is_uncertain(Spend));
    position.begin(Spend);
    assert!(position.is_uncertain(Spend), "`begin` cannot know more");
    let read: Position<LedgerStep> =
        serde_json::from_value(serde_json::to_value(&position).unwrap()).unwrap();
    assert!(read.is_uncertain(Spend));
    position.end(Spend);
    assert!(!position.is_uncertain(Spend));
}

#[tokio::test]
async fn options_of_a_call_apply_to_its_run() {
    let script = Script::new(only_ok, [reply(200, "a")]);
    let call = Demo::new(script.clone(), inputs()).options(RunOptions::new().max_visits(1));
    let mut run = call.into_run().unwrap();
    run.advance(&script).await.unwrap();
    let error = run.advance(&script).await.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Limit(1)));
}

fn changed(pointer: &str, to: Value) -> Value {
    let mut run = serde_json::to_value(WorkflowRun::<Demo>::new(inputs())).unwrap();
    *run.pointer_mut(pointer).unwrap() = to;
    run
}

#[test]
fn a_run_of_another_document_is_rejected_with_both_names() {
    for (pointer, both) in [
        ("/workflow", ["`other`", "`demo`"]),
        ("/version", ["`other`", "`1.0.0`"]),
        ("/digest", ["`other`", "`d1`"]),
    ] {
        let run = changed(pointer, json!("other"));
        let bytes = serde_json::to_vec(&run).unwrap();
        let opened = WorkflowRun::<Demo>::open(&bytes, plain).unwrap_err();
        let read = serde_json::from_value::<WorkflowRun<Demo>>(run).unwrap_err();
        for text in [opened.to_string(), read.to_string()] {
            assert!(both.iter().all(|name| text.contains(name)), "{text}");
        }
    }
}

#[test]
fn the_reason_for_which_a_run_cannot_be_read_has_no_secrets() {
    for (pointer, to) in [
        ("/inputs/type", json!(["hunter2"])),
        ("/inputs/level", json!("hunter2")),
        ("/position/next", json!("hunter2")),
        ("/position/visits", json!("hunter2")),
        ("/steps", json!({ "first": { "theToken": ["hunter2"] } })),
        ("/steps", json!({ "first": "hunter2" })),
    ] {
        let read = serde_json::from_value::<WorkflowRun<Demo>>(changed(pointer, to));
        let error = read.unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

fn plain(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    Ok(bytes.to_vec())
}

/// Inverts each byte, and adds one.
fn encrypt(plain: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let inverted = plain.iter().map(|byte| !byte);
    Ok(inverted.chain([7]).collect())
}

fn decrypt(sealed: &[u8]) -> Result<Vec<u8>, &'static str> {
    match sealed.split_last() {
        Some((7, inverted)) => Ok(inverted.iter().map(|byte| !byte).collect()),
        _ => Err("the tag does not match"),
    }
}

#[tokio::test]
async fn a_run_is_sealed_and_opened() {
    let script = Script::new(only_ok, [reply(200, "t-secret"), reply(200, "b")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    run.advance(&script).await.unwrap();
    let sealed = run.seal(encrypt).unwrap();
    let text = String::from_utf8_lossy(&sealed);
    assert!(!text.contains("t-secret") && !text.contains("hunter2"));
    let mut opened = WorkflowRun::<Demo>::open(&sealed, decrypt).unwrap();
    let debug = format!("{opened:?} {opened:#?}");
    assert!(
        !debug.contains("t-secret") && !debug.contains("hunter2"),
        "{debug}"
    );
    opened.advance(&script).await.unwrap();
    assert_eq!(script.steps(), [DemoStep::First, DemoStep::Second]);

    let error = WorkflowRun::<Demo>::open(&sealed[1..sealed.len() - 1], decrypt).unwrap_err();
    assert!(
        error.to_string().ends_with("the tag does not match"),
        "{error}"
    );
    let error = WorkflowRun::<Demo>::open(&sealed, plain).unwrap_err();
    assert!(matches!(error, RecordError::Unreadable { .. }), "{error}");
    let error = run.seal(|_| Err("no key")).unwrap_err();
    assert!(error.to_string().ends_with("no key"), "{error}");
}
