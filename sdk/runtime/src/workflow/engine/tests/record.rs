//! Tests of records: resuming, expired outputs, and the hook that stores them.

use super::*;

/// The record of a run whose second step failed.
async fn failed(expires_at: Option<DateTime<Utc>>) -> WorkflowRecord {
    let mut script = Script::new(only_ok, [reply(200, "t-secret"), error(500, &[])]);
    script.expires_at = expires_at;
    let call = Demo::new(script, inputs()).into_call();
    call.run().await.unwrap_err().into_record()
}

async fn resume(
    inputs: DemoInputs,
    record: WorkflowRecord,
    options: RunOptions<DemoStep>,
) -> (RunResult, Vec<DemoStep>) {
    let script = Script::new(only_ok, (0..2).map(|_| reply(200, "resumed")));
    let call = Demo::new(script.clone(), inputs)
        .resume(record)
        .options(options);
    (call.into_call().run().await, script.steps())
}

#[tokio::test]
async fn resuming_skips_finished_steps() {
    let record = failed(None).await;
    assert_eq!(record.finished(), ["first"]);
    let text = serde_json::to_string(&record).unwrap();
    let record: WorkflowRecord = serde_json::from_str(&text).unwrap();
    let (result, steps) = resume(inputs(), record, RunOptions::default()).await;
    let outputs = result.unwrap();
    assert_eq!(outputs.steps.first.unwrap().the_token.expose(), "t-secret");
    assert_eq!(steps, [DemoStep::Second]);
}

#[tokio::test]
async fn rejects_a_record_of_another_run_before_sending() {
    let record = serde_json::to_value(failed(None).await).unwrap();
    let changed = |pointer: &str, to: &str| {
        let mut record = record.clone();
        *record.pointer_mut(pointer).unwrap() = json!(to);
        serde_json::from_value::<WorkflowRecord>(record).unwrap()
    };
    let mut bob = inputs();
    bob.user_id = "bob".into();
    let other = RecordError::Workflow {
        recorded: "other".into(),
        expected: "demo",
    };
    let version = RecordError::Version {
        recorded: "2".into(),
        expected: "1.0.0",
    };
    let user = RecordError::Inputs {
        differing: vec!["userId".into()],
    };
    let note = RecordError::Inputs {
        differing: vec!["nota-bene".into()],
    };
    for (inputs, record, expected, named) in [
        (
            inputs(),
            changed("/workflow", "other"),
            other,
            "`other`, not of `demo`",
        ),
        (
            inputs(),
            changed("/version", "2"),
            version,
            "`2` of the document, not of `1.0.0`",
        ),
        (bob, failed(None).await, user, "`userId` differs"),
        (
            inputs().note("n"),
            failed(None).await,
            note,
            "`nota-bene` differs",
        ),
    ] {
        let (result, steps) = resume(inputs, record.clone(), RunOptions::default()).await;
        let error = result.unwrap_err();
        assert!(
            matches!(error.reason(), WorkflowErrorKind::Record(found) if *found == expected),
            "{error}"
        );
        assert!(error.to_string().contains(named), "{error}");
        assert_eq!(steps, [], "no request is sent");
        assert_eq!(*error.record(), record, "the error keeps the record");
    }
}

#[tokio::test]
async fn rejects_a_modified_record() {
    let record = serde_json::to_value(failed(None).await).unwrap();
    for (pointer, to) in [
        ("/next", json!("third")),
        ("/steps", json!(null)),
        ("/steps", json!([])),
        ("/steps", json!([{ "theToken": "t", "expiresAt": null }])),
        ("/steps/first", json!([])),
        ("/steps/first", json!(["t", null])),
        ("/steps/first", json!({ "theToken": 7 })),
    ] {
        let mut record = record.clone();
        *record.pointer_mut(pointer).unwrap() = to;
        let record: WorkflowRecord = serde_json::from_value(record).unwrap();
        let (result, steps) = resume(inputs(), record, RunOptions::default()).await;
        let error = result.unwrap_err();
        assert!(
            matches!(
                error.reason(),
                WorkflowErrorKind::Record(RecordError::Unreadable { .. })
            ),
            "{error}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(steps, []);
    }
}

#[test]
fn rejects_lists_in_place_of_objects() {
    for list in [
        json!([]),
        json!([[]]),
        json!(["demo", "1.0.0", {}, null, {}]),
        json!(["demo", "1.0.0", {}, "$second", {}]),
    ] {
        assert!(
            serde_json::from_value::<WorkflowRecord>(list.clone()).is_err(),
            "{list}"
        );
        assert!(
            serde_json::from_value::<WorkflowRun<Demo>>(list.clone()).is_err(),
            "{list}"
        );
    }
}

#[tokio::test]
async fn a_record_contains_only_digests_of_inputs() {
    let record = failed(None).await;
    let text = serde_json::to_string(&record).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("ada"), "{text}");
    assert!(
        text.contains("t-secret"),
        "outputs are recorded in plain text"
    );
    let debug = format!("{record:?} {record:#?}");
    assert!(!debug.contains("t-secret"), "{debug}");
    let steps: DemoSteps = record.steps().unwrap();
    assert_eq!(steps.first.unwrap().the_token.expose(), "t-secret");
}

const NOON: u64 = 1_800_000_000;

fn at(seconds: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(seconds).unwrap(), 0)
}

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOON)
}

#[tokio::test]
async fn runs_a_step_with_expired_outputs_again() {
    use DemoStep::{First, Second};
    let options = || RunOptions::new().clock(noon);
    for (expires_at, expected) in [
        (at(NOON - 1), &[First, Second][..]),
        (at(NOON + 60), &[First, Second][..]),
        (at(NOON + 61), &[Second][..]),
        (None, &[Second][..]),
    ] {
        let (result, steps) = resume(inputs(), failed(expires_at).await, options()).await;
        assert_eq!(steps, expected, "{expires_at:?}");
        let token = result.unwrap().steps.first.unwrap().the_token;
        let is_new = expected.len() == 2;
        assert_eq!(token.expose() == "resumed", is_new, "{expires_at:?}");
    }
}

#[test]
fn finished_readers_of_expired_outputs_run_again_if_idempotent() {
    let steps = |expires_at| LedgerSteps {
        mint: Some(MintOutputs { expires_at }),
        spend: Some(NoOutputs {}),
        check: Some(NoOutputs {}),
        report: Some(NoOutputs {}),
        later: None,
    };
    let again = |expires_at, next| {
        let mut position = Position::at(next);
        position.check_expiry(&steps(expires_at), noon());
        position.expired
    };
    let noon = i64::try_from(NOON).unwrap();
    use LedgerStep::{Check, Later, Mint, Report};
    // `Spend` reads the token but is not idempotent, and `Later` has not finished.
    assert_eq!(again(Some(noon + 60), Some(Later)), [Mint, Check, Report]);
    assert_eq!(again(Some(noon + 60), None), [Mint, Check, Report]);
    assert_eq!(again(Some(noon + 60), Some(Report)), [Mint, Check]);
    assert_eq!(again(Some(noon + 60), Some(Mint)), []);
    for valid in [Some(noon + 61), Some(i64::MAX), None] {
        assert_eq!(again(valid, Some(Later)), [], "{valid:?}");
    }
}

#[test]
fn an_expiry_is_a_date_or_an_integer() {
    use crate::workflow::Expiry;
    let nonzero = std::num::NonZeroU32::new(7).unwrap();
    assert_eq!(7_i64.expiry(), at(7));
    assert_eq!(Some(7_u8).expiry(), at(7));
    assert_eq!(nonzero.expiry(), at(7));
    assert_eq!(at(7).expiry(), at(7));
    assert_eq!((u64::MAX.expiry(), i64::MAX.expiry()), (None, None));
    assert_eq!(None::<i64>.expiry(), None);
}

#[tokio::test]
async fn reports_the_failure_of_an_expired_step() {
    let script = Script::new(only_ok, [error(500, &[])]);
    let record = failed(at(NOON - 1)).await;
    let options = RunOptions::new().clock(noon);
    let call = Demo::new(script, inputs()).resume(record).options(options);
    let error = call.run().await.unwrap_err();
    assert_eq!(error.step(), Some("first"));
    let record = serde_json::to_value(error.record()).unwrap();
    assert_eq!(record["next"], "$second");
}

#[tokio::test]
async fn continues_if_outputs_are_already_expired_when_received() {
    let mut script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    script.expires_at = at(1);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    while run.next().is_some() {
        run.advance(&script).await.unwrap();
        run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    }
    assert_eq!(script.steps(), [DemoStep::First, DemoStep::Second]);
}

#[tokio::test]
async fn passes_the_record_to_the_hook_after_each_step() {
    let script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    let records: Arc<Mutex<Vec<(usize, WorkflowRecord)>>> = Arc::default();
    let (kept, log) = (Arc::clone(&records), Arc::clone(&script.log));
    let options = RunOptions::new().on_record(move |record| {
        let (kept, log) = (Arc::clone(&kept), Arc::clone(&log));
        async move {
            tokio::task::yield_now().await;
            let calls = log.lock().unwrap().len();
            kept.lock().unwrap().push((calls, record));
        }
    });
    Demo::new(script, inputs()).options(options).await.unwrap();
    let records = records.lock().unwrap().clone();
    let recorded: Vec<_> = records
        .iter()
        .map(|(calls, record)| (*calls, record.finished()))
        .collect();
    assert_eq!(
        recorded,
        [(1, vec!["first"]), (2, vec!["first", "$second"])]
    );
    // Resuming from the last record makes no call.
    let (result, steps) = resume(inputs(), records[1].1.clone(), RunOptions::default()).await;
    assert_eq!((result.unwrap().text.as_str(), steps), ("b", vec![]));
}

#[tokio::test]
async fn stops_the_run_if_the_record_cannot_be_stored() {
    let options = RunOptions::new().on_record(|_| async { Err::<(), _>("the disk is full") });
    let (result, steps) = run_with(only_ok, [reply(200, "a")], options).await;
    let error = result.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::NotRecorded(_)));
    assert!(error.to_string().ends_with("the disk is full"), "{error}");
    assert_eq!(
        (error.record().finished(), steps),
        (vec!["first"], vec![DemoStep::First])
    );
}

#[tokio::test(start_paused = true)]
async fn a_deadline_stops_the_run_and_keeps_finished_steps() {
    let options = RunOptions::new().deadline(Duration::from_secs(8));
    let start = Instant::now();
    let replies = [
        reply(200, "a"),
        error(429, &[]),
        error(429, &[]),
        reply(200, "b"),
    ];
    let (result, steps) = run_with(retrying, replies, options).await;
    assert_eq!(start.elapsed().as_secs(), 8);
    let error = result.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Deadline(limit) if limit.as_secs() == 8));
    assert_eq!(error.step(), Some(DemoStep::Second));
    assert!(error.steps().first.is_some());
    assert_eq!(steps.len(), 3);
    let (result, steps) = resume(inputs(), error.into_record(), RunOptions::default()).await;
    result.unwrap();
    assert_eq!(steps, [DemoStep::Second]);
}
