mod durable;
mod nested;
mod record;

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::workflow::WorkflowBuilder as _;
use crate::workflow::outcome::StepOutcome;
use crate::workflow::record::RecordError;
use crate::workflow::response::StepResponse;
use crate::workflow::tests::{
    CallResult, Demo, DemoInputs, DemoOutputs, DemoStep, DemoSteps, Judge, LedgerStep, LedgerSteps,
    MintOutputs, NoOutputs, Script, error, inputs, only_ok, reply,
};
use crate::{CallOptions, Error, ErrorKind};

type RunResult = Result<DemoOutputs, WorkflowError<DemoSteps>>;

async fn run(
    judge: Judge,
    replies: impl IntoIterator<Item = CallResult>,
) -> (RunResult, Vec<DemoStep>) {
    run_with(judge, replies, RunOptions::default()).await
}

async fn run_with(
    judge: Judge,
    replies: impl IntoIterator<Item = CallResult>,
    options: RunOptions<DemoStep>,
) -> (RunResult, Vec<DemoStep>) {
    let script = Script::new(judge, replies);
    let call = Demo::new(script.clone(), inputs()).options(options);
    let result = call.into_call().run().await;
    (result, script.steps())
}

/// Retries a 429 twice, then a 503 once.
fn retrying(_: DemoStep, response: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
    if response.status == 200 {
        return StepOutcome::Success;
    }
    if response.status == 429 && response.may_retry(0, 2) {
        return StepOutcome::retry(0, Duration::from_secs(5));
    }
    if response.status == 503 && response.may_retry(1, 1) {
        return StepOutcome::retry(1, Duration::from_secs(7));
    }
    StepOutcome::end("$statusCode == 200")
}

#[tokio::test]
async fn steps_run_in_the_order_of_the_document() {
    let (result, steps) = run(only_ok, [reply(200, "a"), reply(200, "b")]).await;
    let outputs = result.unwrap();
    assert_eq!(outputs.text, "b");
    assert_eq!(outputs.steps.first.unwrap().the_token.expose(), "a");
    assert_eq!(steps, [DemoStep::First, DemoStep::Second]);
}

#[tokio::test]
async fn reports_the_unmet_criterion_of_a_successful_call() {
    let (result, _) = run(only_ok, [reply(201, "made")]).await;
    let error = result.unwrap_err();
    assert_eq!(error.step(), Some(DemoStep::First));
    let WorkflowErrorKind::Criterion(unmet) = error.reason() else {
        panic!("{error:?}")
    };
    assert_eq!(
        (
            unmet.condition(),
            unmet.status().as_u16(),
            &unmet.body()[..]
        ),
        ("$statusCode == 200", 201, &b"made"[..])
    );
}

#[tokio::test]
async fn reports_the_failed_call_for_an_error_status() {
    let (result, _) = run(only_ok, [error(404, &[])]).await;
    let error = result.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Call(_)));
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_for_the_delay_of_the_document() {
    let start = Instant::now();
    let replies = [
        error(429, &[]),
        error(429, &[]),
        reply(200, ""),
        reply(200, ""),
    ];
    run(retrying, replies).await.0.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn retry_after_takes_precedence_over_the_document() {
    let start = Instant::now();
    let replies = [
        error(429, &[("retry-after", "42")]),
        reply(200, ""),
        reply(200, ""),
    ];
    run(retrying, replies).await.0.unwrap();
    assert_eq!(start.elapsed().as_secs(), 42);
}

#[tokio::test(start_paused = true)]
async fn a_requested_delay_beyond_the_limit_ends_the_run() {
    let soon = Duration::from_secs(61);
    for (name, value, at_least) in [
        ("retry-after", "61", soon),
        ("retry-after", "86400", soon),
        ("retry-after", "18446744073709551615", Duration::MAX),
        ("retry-after-ms", "60001", Duration::from_millis(60_001)),
        ("x-ratelimit-reset", "99999999999", soon),
        ("x-ratelimit-reset", "99999999999000", soon),
    ] {
        let start = Instant::now();
        let failed: Arc<Mutex<Vec<Progress<DemoStep>>>> = Arc::default();
        let hook = Arc::clone(&failed);
        let options = RunOptions::new().progress(move |event| hook.lock().unwrap().push(event));
        let replies = [
            reply(200, "a"),
            error(429, &[(name, value)]),
            reply(200, "b"),
        ];
        let (result, steps) = run_with(retrying, replies, options).await;
        let error = result.unwrap_err();
        assert_eq!(start.elapsed(), Duration::ZERO, "{name}: {value}");
        assert_eq!(steps, [DemoStep::First, DemoStep::Second]);
        assert!(error.is_rate_limited(), "{error}");
        assert_eq!(error.step(), Some(DemoStep::Second));
        assert!(error.retry_after() >= Some(at_least), "{name}: {error}");
        assert_eq!(
            error.steps().first.as_ref().unwrap().the_token.expose(),
            "a"
        );
        assert_eq!(error.record().finished(), ["first"]);
        let step = DemoStep::Second;
        let events = failed.lock().unwrap();
        assert_eq!(events.last(), Some(&Progress::Failed { step }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_requested_delay_up_to_the_limit_is_waited_for() {
    for (limit, name, value, waited) in [
        (60, "retry-after", "60", 60_000),
        (60, "retry-after", "0.5", 500),
        (60, "retry-after-ms", "60000", 60_000),
        (86_400, "retry-after", "86400", 86_400_000),
    ] {
        let start = Instant::now();
        let options = RunOptions::new().max_retry_delay(Duration::from_secs(limit));
        let replies = [error(429, &[(name, value)]), reply(200, ""), reply(200, "")];
        let (result, _) = run_with(retrying, replies, options).await;
        result.unwrap();
        assert_eq!(start.elapsed().as_millis(), waited, "{name}: {value}");
    }
}

/// The end of a rate limit window ends neither an outage nor the wait for a result.
#[tokio::test(start_paused = true)]
async fn a_rate_limit_reset_only_delays_the_retry_of_a_429() {
    let start = Instant::now();
    let replies = [
        error(503, &[("x-ratelimit-reset", "99999999999")]),
        reply(200, ""),
        reply(200, ""),
    ];
    run(retrying, replies).await.0.unwrap();
    assert_eq!(start.elapsed().as_secs(), 7);
}

fn accepted(header: &'static str, value: &'static str) -> CallResult {
    let mut headers = http::HeaderMap::new();
    headers.insert(header, value.parse().unwrap());
    let reply = reply(202, "later")?;
    let (status, body) = (reply.status(), reply.body().clone());
    Ok(crate::Response::new(
        reply.into_value(),
        status,
        headers,
        body,
    ))
}

#[tokio::test(start_paused = true)]
async fn a_success_can_request_the_delay_before_its_retry() {
    fn until_done(_: DemoStep, response: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
        match response.status {
            200 => StepOutcome::Success,
            _ => StepOutcome::retry(0, Duration::from_secs(3)),
        }
    }
    let start = Instant::now();
    let replies = [
        accepted("retry-after", "10"),
        accepted("x-ratelimit-reset", "99999999999"),
        reply(200, ""),
        reply(200, ""),
    ];
    run(until_done, replies).await.0.unwrap();
    assert_eq!(start.elapsed().as_secs(), 13);

    let (result, steps) = run(until_done, [accepted("retry-after", "86400")]).await;
    let error = result.unwrap_err();
    assert_eq!(steps, [DemoStep::First]);
    assert_eq!(error.step(), Some(DemoStep::First));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(86_400)));
    assert_eq!(
        (error.status(), error.body()),
        (Some(StatusCode::ACCEPTED), &b"later"[..])
    );
    let text = error.to_string();
    assert!(
        text.contains("a delay of 86400 s") && text.contains("the limit is 60 s"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_exhausted_retry_rule_falls_through_to_later_actions() {
    let replies = [
        error(429, &[]),
        error(429, &[]),
        error(503, &[]),
        error(429, &[]),
    ];
    let error = run(retrying, replies).await.0.unwrap_err();
    let WorkflowErrorKind::Ended(kind) = error.reason() else {
        panic!("{error:?}")
    };
    assert_eq!(
        kind.failure().and_then(Error::status),
        Some(StatusCode::TOO_MANY_REQUESTS)
    );
}

#[tokio::test(start_paused = true)]
async fn counts_retries_for_each_step() {
    let no = || error(429, &[]);
    let replies = [no(), no(), reply(200, ""), no(), no(), reply(200, "")];
    run(retrying, replies).await.0.unwrap();
}

#[tokio::test]
async fn does_not_evaluate_or_retry_a_request_that_cannot_be_built() {
    fn always(_: DemoStep, _: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
        StepOutcome::retry(0, Duration::ZERO)
    }
    for failure in [
        Error::invalid_argument("id", "it is empty"),
        Error::credential("there is none"),
    ] {
        let (result, steps) = run(always, [Err(failure)]).await;
        assert!(matches!(
            result.unwrap_err().reason(),
            WorkflowErrorKind::Call(_)
        ));
        assert_eq!(steps, [DemoStep::First]);
    }
}

#[tokio::test]
async fn a_criterion_can_accept_an_error_status() {
    let options = RunOptions::default();
    let mut context = StepContext::new(DemoStep::First, &options, &[], true, None, false);
    let gone = |response: &StepResponse<'_, String>| match response.status {
        404 if response.pointer("/error") == Some(&"no".into()) && response.value.is_none() => {
            StepOutcome::Success
        }
        _ => StepOutcome::fail("$statusCode == 404"),
    };
    let call = || std::future::ready(error(404, &[("x-a", "b"), ("x-a", "c")]));
    let reply = context.call_any(call(), gone).await.unwrap();
    assert_eq!(reply.status_code(), 404);
    let header = |name| crate::workflow::response::header_text(reply.headers(), name);
    assert_eq!(header("X-A").as_deref(), Some("b, c"));
    assert_eq!(header("x-b"), None);
    assert!(reply.value().is_none());
    let exit = context.call(call(), gone).await.unwrap_err().into_exit();
    assert!(matches!(exit, StepExit::Stop(WorkflowErrorKind::Call(_))));
}

#[tokio::test]
async fn a_failed_connection_has_no_status() {
    let options = RunOptions::default();
    let mut context = StepContext::new(DemoStep::First, &options, &[], true, None, false);
    let observed = Cell::new(None);
    let judge = |response: &StepResponse<'_, String>| {
        observed.set(Some((
            response.is_received(),
            response.status,
            response.status_value().is_some(),
        )));
        StepOutcome::fail("$statusCode == 200")
    };
    let failed = std::future::ready(Err(Error::new(ErrorKind::Connect)));
    context.call_any(failed, judge).await.unwrap_err();
    assert_eq!(observed.get(), Some((false, 0, false)));
}

#[tokio::test]
async fn stops_a_cyclic_flow_at_the_limit() {
    fn back(step: DemoStep, _: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
        match step {
            DemoStep::First => StepOutcome::Success,
            DemoStep::Second => StepOutcome::SuccessGoto(DemoStep::First),
        }
    }
    let options = RunOptions::default().max_visits(3);
    let replies = [reply(200, "a"), reply(200, "b"), reply(200, "c")];
    let (result, steps) = run_with(back, replies, options).await;
    use DemoStep::{First, Second};
    assert_eq!(steps, [First, Second, First]);
    let error = result.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Limit(3)));
    assert_eq!(
        error.steps().first.as_ref().unwrap().the_token.expose(),
        "c"
    );
}

#[tokio::test(start_paused = true)]
async fn retries_count_as_steps() {
    let options = RunOptions::default().max_visits(2);
    let (result, steps) = run_with(retrying, [error(429, &[]), error(429, &[])], options).await;
    assert!(matches!(
        result.unwrap_err().reason(),
        WorkflowErrorKind::Limit(2)
    ));
    assert_eq!(steps.len(), 2);
}

#[tokio::test]
async fn a_success_action_can_end_the_workflow() {
    fn to_end(_: DemoStep, _: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
        StepOutcome::SuccessEnd
    }
    let (result, steps) = run(to_end, [reply(200, "")]).await;
    // The outputs need the second step.
    let error = result.unwrap_err();
    assert_eq!(error.step(), None);
    assert!(
        matches!(error.reason(), WorkflowErrorKind::Missing(missing) if missing.value() == "$steps.$second.outputs")
    );
    assert_eq!(steps, [DemoStep::First]);
}

#[tokio::test]
async fn a_failure_action_can_continue_with_another_step() {
    fn skip(_: DemoStep, response: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
        match response.status {
            200 => StepOutcome::Success,
            _ => StepOutcome::Goto(DemoStep::Second),
        }
    }
    let (result, steps) = run(skip, [error(404, &[]), reply(200, "b")]).await;
    let outputs = result.unwrap();
    assert!(outputs.steps.first.is_none());
    assert_eq!(steps, [DemoStep::First, DemoStep::Second]);
}

#[tokio::test(start_paused = true)]
async fn reports_progress_events_in_order() {
    let events: Arc<Mutex<Vec<Progress<DemoStep>>>> = Arc::default();
    let hook = Arc::clone(&events);
    let options = RunOptions::new().progress(move |progress| hook.lock().unwrap().push(progress));
    let replies = [error(429, &[]), reply(200, ""), error(500, &[])];
    run_with(retrying, replies, options).await.0.unwrap_err();
    let (step, after) = (DemoStep::First, Duration::from_secs(5));
    let status = Some(StatusCode::OK);
    assert_eq!(
        *events.lock().unwrap(),
        [
            Progress::Started { step },
            Progress::Retrying {
                step,
                after,
                attempt: 1
            },
            Progress::Finished { step, status },
            Progress::Started {
                step: DemoStep::Second
            },
            Progress::Failed {
                step: DemoStep::Second
            },
        ]
    );
}

#[test]
fn call_options_apply_only_to_their_step() {
    let options = RunOptions::new()
        .call(DemoStep::First, CallOptions::new().max_retries(7))
        .call(DemoStep::First, CallOptions::new().max_retries(9));
    let of = |step| {
        let context = StepContext::new(step, &options, &[], true, None, false);
        context.options().retries()
    };
    assert_eq!(of(DemoStep::First), 9);
    assert_eq!(of(DemoStep::Second), CallOptions::new().retries());
}

#[test]
fn missing_and_invalid_values_stop_the_step() {
    let options = RunOptions::default();
    let context = StepContext::new(DemoStep::Second, &options, &[], true, None, false);
    let exit = context.require(None::<&str>, "$steps.first.outputs.id");
    assert!(matches!(
        exit.unwrap_err().into_exit(),
        StepExit::Stop(WorkflowErrorKind::Missing(missing)) if missing.value() == "$steps.first.outputs.id"
    ));
    let exit = context.convert("x".parse::<u8>(), "$inputs.n");
    assert!(matches!(
        exit.unwrap_err().into_exit(),
        StepExit::Stop(WorkflowErrorKind::Invalid(invalid)) if invalid.value() == "$inputs.n"
    ));
}

#[test]
fn runs_are_send() {
    fn is_send<T: Send>(_: T) {}
    let script = Script::new(only_ok, []);
    is_send(Demo::new(script.clone(), inputs()).run());
    is_send(Demo::new(script, inputs()).into_future());
}

/// Retries the second step after running the first again.
fn refreshing(step: DemoStep, response: &StepResponse<'_, String>) -> StepOutcome<DemoStep> {
    match (step, response.status) {
        (_, 200) => StepOutcome::Success,
        (DemoStep::Second, 401) if response.may_retry(0, 2) => {
            StepOutcome::retry_from(DemoStep::First, 0, Duration::ZERO)
        }
        (step, _) => StepOutcome::fail(step.id()),
    }
}

#[tokio::test]
async fn retries_a_step_after_running_another_one() {
    use DemoStep::{First, Second};
    let replies = [
        reply(200, "a"),
        error(401, &[]),
        reply(200, "b"),
        reply(200, "c"),
    ];
    let (result, steps) = run(refreshing, replies).await;
    assert_eq!(result.unwrap().steps.first.unwrap().the_token.expose(), "b");
    assert_eq!(steps, [First, Second, First, Second]);
}

#[tokio::test]
async fn the_retry_limit_includes_retries_after_another_step() {
    use DemoStep::{First, Second};
    let no = || error(401, &[]);
    let ok = |body| reply(200, body);
    let replies = [ok("a"), no(), ok("b"), no(), ok("c"), no()];
    let (result, steps) = run(refreshing, replies).await;
    assert_eq!(result.unwrap_err().step(), Some(Second));
    assert_eq!(steps, [First, Second, First, Second, First, Second]);
}

#[tokio::test]
async fn reports_a_failure_of_the_step_before_the_retry() {
    let replies = [reply(200, "a"), error(401, &[]), error(500, &[])];
    let (result, _) = run(refreshing, replies).await;
    let error = result.unwrap_err();
    assert_eq!(error.step(), Some(DemoStep::First));
    // The record continues with the step that is retried.
    let record = serde_json::to_value(error.record()).unwrap();
    assert_eq!(record["next"], "$second");
}

#[tokio::test(start_paused = true)]
async fn advances_by_one_call_and_can_be_serialized_at_any_point() {
    use DemoStep::{First, Second};
    let no = |status| error(status, &[]);
    let replies = [
        reply(200, "a"),
        no(401),
        reply(200, "b"),
        no(401),
        reply(200, "c"),
        reply(200, "d"),
    ];
    let script = Script::new(refreshing, replies);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    let mut finished = Vec::new();
    let outputs = loop {
        let calls = script.steps().len();
        let text = serde_json::to_string(&run).unwrap();
        run = serde_json::from_str(&text).unwrap();
        let next = run.next();
        match run.advance(&script).await.unwrap() {
            Advanced::Step(step) => {
                assert_eq!(next, Some(step));
                finished.push(step);
            }
            Advanced::Wait(_) => {}
            Advanced::Finished(outputs) => break outputs,
        }
        assert_eq!(script.steps().len(), calls + 1, "one call at a time");
    };
    assert_eq!(finished, [First, First, First, Second]);
    assert_eq!(
        script.steps(),
        [First, Second, First, Second, First, Second]
    );
    assert_eq!(outputs.text, "d");
}

#[tokio::test(start_paused = true)]
async fn the_retry_limit_survives_serialization() {
    let script = Script::new(retrying, (0..3).map(|_| error(429, &[])));
    let mut run = WorkflowRun::<Demo>::new(inputs());
    for _ in 0..2 {
        let advanced = run.advance(&script).await.unwrap();
        assert!(matches!(advanced, Advanced::Wait(after) if after.as_secs() == 5));
        run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    }
    let error = run.advance(&script).await.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Ended(_)));
}

#[tokio::test]
async fn a_failed_advance_keeps_the_position() {
    let script = Script::new(only_ok, [reply(200, "a"), error(500, &[]), reply(200, "b")]);
    let mut run = WorkflowRun::<Demo>::new(inputs());
    run.advance(&script).await.unwrap();
    run.advance(&script).await.unwrap_err();
    assert_eq!(run.next(), Some(DemoStep::Second));
    run.advance(&script).await.unwrap();
    assert_eq!(run.next(), None);
    let done = run.advance(&script).await.unwrap();
    assert!(matches!(done, Advanced::Finished(outputs) if outputs.text == "b"));
}

#[tokio::test]
async fn rejects_a_serialized_run_of_another_workflow_version_or_step() {
    let text = serde_json::to_value(WorkflowRun::<Demo>::new(inputs())).unwrap();
    let rejection = |change: &dyn Fn(&mut Value)| {
        let mut changed = text.clone();
        change(&mut changed);
        serde_json::from_value::<WorkflowRun<Demo>>(changed)
            .unwrap_err()
            .to_string()
    };
    let other = rejection(&|run| run["workflow"] = json!("other"));
    assert!(
        other.contains("`other`") && other.contains("`demo`"),
        "{other}"
    );
    let version = rejection(&|run| run["version"] = json!("0.9.0"));
    assert!(
        version.contains("`0.9.0`") && version.contains("`1.0.0`"),
        "{version}"
    );
    let step = rejection(&|run| run["position"]["next"] = json!("third"));
    assert!(step.contains("its position is not one of"), "{step}");
    assert!(serde_json::from_value::<WorkflowRun<Demo>>(json!({})).is_err());
}

#[test]
fn debug_of_a_run_omits_secrets() {
    let run = WorkflowRun::<Demo>::new(inputs());
    let debug = format!("{run:?} {run:#?}");
    assert!(
        !debug.contains("hunter2") && !debug.contains("ada"),
        "{debug}"
    );
}
