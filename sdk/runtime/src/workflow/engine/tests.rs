use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use tokio::time::Instant;

use super::*;
use crate::error::{ErrorKind, ErrorResponse};
use crate::workflow::tests::Demo;

type Answered = Result<Reply<String>, Error>;

fn reply(status: u16, body: &'static str) -> Answered {
    let status = StatusCode::from_u16(status).unwrap();
    Ok(Reply::new(
        body.to_owned(),
        status,
        HeaderMap::new(),
        Bytes::from_static(body.as_bytes()),
    ))
}

fn error(status: u16, headers: &[(&'static str, &'static str)]) -> Answered {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    let body = Bytes::from_static(b"{\"error\":\"no\"}");
    Err(Error::of_response(ErrorResponse {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body,
        location: None,
    }))
}

/// Answers in order; a call beyond them is a failure of the test.
struct Script(RefCell<VecDeque<Answered>>);

impl Script {
    fn new(answers: impl IntoIterator<Item = Answered>) -> Self {
        Self(RefCell::new(answers.into_iter().collect()))
    }

    fn next(&self) -> std::future::Ready<Answered> {
        std::future::ready(
            self.0
                .borrow_mut()
                .pop_front()
                .expect("an answer for every call"),
        )
    }
}

fn ok(seen: &Seen<'_, String>) -> Verdict {
    if seen.status == 200 {
        Verdict::Pass
    } else {
        Verdict::Break("$statusCode == 200")
    }
}

/// Retries a 429 twice, then a 503 once.
fn retrying(seen: &Seen<'_, String>) -> Verdict {
    if seen.status == 200 {
        return Verdict::Pass;
    }
    if seen.status == 429 && seen.may_retry(0, 2) {
        return Verdict::Retry {
            rule: 0,
            after: Duration::from_secs(5),
        };
    }
    if seen.status == 503 && seen.may_retry(1, 1) {
        return Verdict::Retry {
            rule: 1,
            after: Duration::from_secs(7),
        };
    }
    Verdict::End("$statusCode == 200")
}

async fn call(
    script: &Script,
    judge: impl Fn(&Seen<'_, String>) -> Verdict,
) -> Result<Reply<String>, Stop<Demo>> {
    let options = RunOptions::default();
    Run::new(&options)
        .enter(Demo::First)?
        .call(|| script.next(), judge)
        .await
}

#[tokio::test]
async fn a_step_whose_criteria_hold_gives_its_reply() {
    let reply = call(&Script::new([reply(200, "hello")]), ok).await.unwrap();
    assert_eq!(reply.value(), "hello");
}

#[tokio::test]
async fn a_success_that_fails_a_criterion_is_told_by_the_criterion() {
    let stop = call(&Script::new([reply(201, "made")]), ok)
        .await
        .unwrap_err();
    assert_eq!(stop.step, Some(Demo::First));
    let Why::Criterion(unmet) = *stop.why else {
        panic!("{:?}", stop.why)
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
async fn an_error_status_is_told_by_the_failed_call() {
    let stop = call(&Script::new([error(404, &[])]), ok).await.unwrap_err();
    let Why::Call(failure) = *stop.why else {
        panic!("{:?}", stop.why)
    };
    assert_eq!(failure.status(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_as_long_as_the_document_says() {
    let start = Instant::now();
    call(
        &Script::new([error(429, &[]), error(429, &[]), reply(200, "")]),
        retrying,
    )
    .await
    .unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn retry_after_overrules_the_document() {
    let start = Instant::now();
    call(
        &Script::new([error(429, &[("retry-after", "42")]), reply(200, "")]),
        retrying,
    )
    .await
    .unwrap();
    assert_eq!(start.elapsed().as_secs(), 42);
}

#[tokio::test(start_paused = true)]
async fn a_used_up_retry_makes_way_for_the_later_actions() {
    let answers = [
        error(429, &[]),
        error(429, &[]),
        error(503, &[]),
        error(429, &[]),
    ];
    let stop = call(&Script::new(answers), retrying).await.unwrap_err();
    let Why::Ended(why) = *stop.why else {
        panic!("{:?}", stop.why)
    };
    assert_eq!(
        why.failure().and_then(Error::status),
        Some(StatusCode::TOO_MANY_REQUESTS)
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_made_is_neither_judged_nor_repeated() {
    for failure in [
        Error::invalid_argument("id", "it is empty"),
        Error::credential("there is none"),
    ] {
        let judged = RefCell::new(0);
        let judge = |_: &Seen<'_, String>| {
            *judged.borrow_mut() += 1;
            Verdict::Retry {
                rule: 0,
                after: Duration::ZERO,
            }
        };
        let stop = call(&Script::new([Err(failure)]), judge).await.unwrap_err();
        assert!(matches!(*stop.why, Why::Call(_)));
        assert_eq!(judged.into_inner(), 0);
    }
}

#[tokio::test]
async fn a_criterion_may_hold_for_an_error_status() {
    let gone = |seen: &Seen<'_, String>| match seen.status {
        404 if seen.pointer("/error") == Some(&"no".into()) && seen.value.is_none() => {
            Verdict::Pass
        }
        _ => Verdict::Break("$statusCode == 404"),
    };
    let options = RunOptions::default();
    let script = Script::new([error(404, &[("x-a", "b")])]);
    let answer = Run::new(&options)
        .enter(Demo::First)
        .unwrap()
        .answer(|| script.next(), gone)
        .await
        .unwrap();
    assert_eq!(answer.status_code(), 404);
    assert_eq!(header_text(answer.headers(), "x-a").as_deref(), Some("b"));
    assert!(answer.value().is_none());
    assert!(matches!(
        *answer.typed(Demo::First).unwrap_err().why,
        Why::Call(_)
    ));
}

#[tokio::test]
async fn without_an_answer_there_is_no_status() {
    let seen_status = RefCell::new(None);
    let judge = |seen: &Seen<'_, String>| {
        *seen_status.borrow_mut() = Some((seen.answered(), seen.status, seen.status_value()));
        Verdict::Break("$statusCode == 200")
    };
    let script = Script::new([Err(Error::new(ErrorKind::Connect))]);
    call(&script, judge).await.unwrap_err();
    assert_eq!(seen_status.into_inner(), Some((false, 0, None)));
}

#[tokio::test]
async fn a_flow_that_goes_round_is_stopped() {
    let options = RunOptions::default().max_visits(3);
    let mut run = Run::new(&options);
    for _ in 0..3 {
        let script = Script::new([reply(200, "")]);
        let back = |_: &Seen<'_, String>| Verdict::PassTo(To::Step(Demo::First));
        let visit = run
            .enter(Demo::Second)
            .unwrap()
            .visit(|| script.next(), back)
            .await
            .unwrap();
        assert!(matches!(
            visit,
            Visit::Passed(_, Some(To::Step(Demo::First)))
        ));
    }
    let stop = run.enter(Demo::First).unwrap_err();
    assert!(matches!(*stop.why, Why::Limit(3)));
}

#[tokio::test(start_paused = true)]
async fn repetitions_count_as_steps() {
    let options = RunOptions::default().max_visits(2);
    let script = Script::new([error(429, &[]), error(429, &[])]);
    let at = Run::new(&options);
    let mut run = at;
    let stop = run
        .enter(Demo::First)
        .unwrap()
        .call(|| script.next(), retrying)
        .await
        .unwrap_err();
    assert!(matches!(*stop.why, Why::Limit(2)), "{:?}", stop.why);
}

#[tokio::test]
async fn a_failure_can_lead_elsewhere() {
    let options = RunOptions::default();
    let script = Script::new([error(404, &[])]);
    let judge = |_: &Seen<'_, String>| Verdict::Recover(To::Step(Demo::Second));
    let visit = Run::new(&options)
        .enter(Demo::First)
        .unwrap()
        .visit(|| script.next(), judge)
        .await
        .unwrap();
    assert!(matches!(visit, Visit::Recovered(To::Step(Demo::Second))));
}

#[tokio::test(start_paused = true)]
async fn progress_tells_what_happens_in_order() {
    let told: Arc<Mutex<Vec<Progress<Demo>>>> = Arc::default();
    let hook = Arc::clone(&told);
    let options = RunOptions::new().progress(move |progress| hook.lock().unwrap().push(progress));
    let script = Script::new([error(429, &[]), reply(200, "")]);
    Run::new(&options)
        .enter(Demo::First)
        .unwrap()
        .call(|| script.next(), retrying)
        .await
        .unwrap();
    let step = Demo::First;
    let after = Duration::from_secs(5);
    assert_eq!(
        *told.lock().unwrap(),
        [
            Progress::Started { step },
            Progress::Repeating {
                step,
                after,
                attempt: 1
            },
            Progress::Finished {
                step,
                status: Some(StatusCode::OK)
            },
        ]
    );
}

#[test]
fn options_of_a_step_are_for_that_step() {
    let options = RunOptions::new()
        .call(Demo::First, CallOptions::new().max_retries(7))
        .call(Demo::First, CallOptions::new().max_retries(9));
    let mut run = Run::new(&options);
    assert_eq!(run.enter(Demo::First).unwrap().options().retries(), 9);
    assert_eq!(
        run.enter(Demo::Second).unwrap().options().retries(),
        CallOptions::new().retries()
    );
}

#[test]
fn what_a_request_needs_is_checked_before_it_is_sent() {
    let options = RunOptions::default();
    let mut run = Run::new(&options);
    let at = run.enter(Demo::Second).unwrap();
    let stop = at
        .require(None::<&str>, "$steps.first.outputs.id")
        .unwrap_err();
    assert!(
        matches!(&*stop.why, Why::Missing(missing) if missing.value() == "$steps.first.outputs.id")
    );
    let stop = at.convert("x".parse::<u8>(), "$inputs.n").unwrap_err();
    assert!(matches!(&*stop.why, Why::Invalid(invalid) if invalid.value() == "$inputs.n"));
}

#[test]
fn a_flow_begins_at_its_first_step() {
    assert_eq!(To::<Demo>::default(), To::Step(Demo::First));
}

#[test]
fn runs_can_move_between_threads() {
    fn is_send<T: Send>(_: T) {}
    let options = RunOptions::default();
    is_send(async move {
        let mut run = Run::new(&options);
        let at = run.enter(Demo::First)?;
        at.call(|| async { reply(200, "") }, ok).await
    });
}

#[tokio::test]
async fn another_workflow_is_a_call_whose_answer_are_its_outputs() {
    use crate::workflow::tests::DemoSteps;
    let options = RunOptions::default();
    let mut run = Run::new(&options);
    let done = nested(async { Ok::<_, WorkflowError<DemoSteps>>("done".to_owned()) }).await;
    assert_eq!(done.unwrap().status(), StatusCode::OK);
    let stopped = || {
        let stop = Stop::at(Demo::Second, Why::missing("$inputs.id"));
        nested(async { Err::<String, _>(WorkflowError::new(stop, DemoSteps::default())) })
    };
    let stop = run.enter(Demo::First).unwrap().call(stopped, ok).await;
    let error = WorkflowError::new(stop.unwrap_err(), DemoSteps::default());
    assert!(matches!(error.why(), Why::Workflow(_)));
    assert!(error.to_string().contains("step `second`"), "{error}");
}

/// A flow of two steps: the second is repeated once the first has been run again.
async fn refreshing(
    answers: impl IntoIterator<Item = Answered>,
    most: u32,
) -> (Vec<Demo>, Result<(), Stop<Demo>>) {
    let script = Script::new(answers);
    let options = RunOptions::default();
    let mut run = Run::new(&options);
    let (mut at, mut gone) = (To::Step(Demo::First), Vec::new());
    let done = async {
        loop {
            at = match run.place(at) {
                To::Step(Demo::First) => {
                    gone.push(Demo::First);
                    let judge = |seen: &Seen<'_, String>| match seen.status {
                        200 => Verdict::Pass,
                        _ => Verdict::Break("first"),
                    };
                    match run
                        .enter(Demo::First)?
                        .visit(|| script.next(), judge)
                        .await?
                    {
                        Visit::Passed(_, to) => to.unwrap_or(To::Step(Demo::Second)),
                        Visit::Recovered(to) => to,
                    }
                }
                To::Step(Demo::Second) => {
                    gone.push(Demo::Second);
                    let judge = |seen: &Seen<'_, String>| match seen.status {
                        200 => Verdict::Pass,
                        _ if seen.may_retry(0, most) => Verdict::RetryFrom {
                            rule: 0,
                            after: Duration::ZERO,
                            first: To::Step(Demo::First),
                        },
                        _ => Verdict::Break("second"),
                    };
                    match run
                        .enter(Demo::Second)?
                        .visit(|| script.next(), judge)
                        .await?
                    {
                        Visit::Passed(_, to) => to.unwrap_or(To::End),
                        Visit::Recovered(to) => to,
                    }
                }
                To::End => return Ok(()),
            }
        }
    }
    .await;
    (gone, done)
}

#[tokio::test]
async fn a_step_is_repeated_once_the_one_before_it_has_been_run_again() {
    use Demo::{First, Second};
    let (gone, done) = refreshing(
        [
            reply(200, "a"),
            error(401, &[]),
            reply(200, "b"),
            reply(200, "c"),
        ],
        1,
    )
    .await;
    done.unwrap();
    assert_eq!(gone, [First, Second, First, Second]);
}

#[tokio::test]
async fn the_limit_of_repetitions_counts_those_with_a_step_before_them() {
    use Demo::{First, Second};
    let no = || error(401, &[]);
    let (gone, done) = refreshing(
        [
            reply(200, "a"),
            no(),
            reply(200, "b"),
            no(),
            reply(200, "c"),
            no(),
        ],
        2,
    )
    .await;
    assert_eq!(done.unwrap_err().step, Some(Second));
    assert_eq!(gone, [First, Second, First, Second, First, Second]);
}

#[tokio::test]
async fn a_failure_of_the_step_before_the_repetition_is_its_own() {
    use Demo::First;
    let (_, done) = refreshing([reply(200, "a"), error(401, &[]), error(500, &[])], 1).await;
    assert_eq!(done.unwrap_err().step, Some(First));
}
