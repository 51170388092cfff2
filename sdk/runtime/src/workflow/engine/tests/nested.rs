//! Tests of steps that run another workflow.

use super::*;

/// A workflow whose only step runs the demo.
#[allow(dead_code, unreachable_pub)]
mod outer {
    use super::*;
    use crate::workflow::StepResult;
    use crate::workflow::error::StepError;
    use crate::workflow::outcome::expect_success;

    crate::impl_steps! {
        #[workflow("outer", step = OuterStep)]
        pub struct OuterSteps {
            #[step(Inner, "inner", runs DemoStep)]
            pub inner: Option<InnerOutputs>,
        }

        pub struct InnerOutputs {
            pub text: String,
        }
    }

    crate::impl_workflow! {
        pub struct OuterInputs {}

        pub struct OuterOutputs {
            pub text: Option<String>,
        }

        #[steps(OuterStep, OuterSteps)]
        pub struct Outer;
    }

    impl Workflow for Outer {
        type Clients = Script;
        type Inputs = OuterInputs;
        type Outputs = OuterOutputs;
        type Step = OuterStep;
        type Steps = OuterSteps;

        const VERSION: &'static str = "1.0.0";
        const DIGEST: &'static str = "d1";

        async fn step(
            script: &Script,
            _: &OuterInputs,
            steps: &mut OuterSteps,
            context: &mut StepContext<'_, OuterStep>,
        ) -> StepResult<Self> {
            let call = Demo::new(script.clone(), inputs());
            let judge = |response: &StepResponse<'_, _>| match expect_success(response) {
                // Only the tests of delays have more than one response left.
                StepOutcome::Failure(_) if script.remaining() > 1 => {
                    StepOutcome::retry(0, Duration::from_secs(2))
                }
                outcome => outcome,
            };
            let reply = context.call_workflow(call, judge).await?;
            steps.inner = Some(InnerOutputs {
                text: reply.value().text.clone(),
            });
            Ok(())
        }

        fn outputs(
            _: &OuterInputs,
            steps: &mut OuterSteps,
        ) -> Result<OuterOutputs, StepError<OuterStep>> {
            Ok(OuterOutputs {
                text: steps.inner.as_ref().map(|it| it.text.clone()),
                steps: std::mem::take(steps),
            })
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_nested_workflow_advances_by_one_call_and_can_be_serialized() {
    let replies = [reply(200, "a"), error(429, &[]), reply(200, "b")];
    let script = Script::new(retrying, replies);
    let mut run = WorkflowRun::<outer::Outer>::new(outer::OuterInputs::default());
    let mut advanced = Vec::new();
    loop {
        run = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
        let one = run.advance(&script).await.unwrap();
        advanced.push(match &one {
            Advanced::Step(_) => "step",
            Advanced::Wait(_) => "wait",
            Advanced::Finished(outputs) => {
                assert_eq!(outputs.text.as_deref(), Some("b"));
                break;
            }
        });
    }
    use DemoStep::{First, Second};
    assert_eq!(script.steps(), [First, Second, Second]);
    assert_eq!(advanced, ["step", "wait", "step", "step"]);
}

#[tokio::test]
async fn reports_the_failed_step_of_a_nested_workflow() {
    let script = Script::new(only_ok, [reply(200, "a"), error(409, &[])]);
    let call = outer::Outer::new(script, outer::OuterInputs::new());
    let error = call.into_call().run().await.unwrap_err();
    assert!(matches!(error.reason(), WorkflowErrorKind::Workflow(_)));
    let text = error.to_string();
    assert!(
        text.contains("step `inner`") && text.contains("step `$second`"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_delay_that_a_nested_workflow_ended_with_applies_to_its_retry() {
    use DemoStep::{First, Second};
    let replies = |delay| {
        [
            error(429, &[("retry-after", delay)]),
            reply(200, "a"),
            reply(200, "b"),
        ]
    };
    for (limit, delay, waited) in [(60, "9", Some(9)), (60, "61", None), (100, "61", Some(61))] {
        let start = Instant::now();
        let script = Script::new(only_ok, replies(delay));
        let options = RunOptions::new().max_retry_delay(Duration::from_secs(limit));
        let call = outer::Outer::new(script.clone(), outer::OuterInputs::new()).options(options);
        let result = call.into_call().run().await;
        match (result, waited) {
            (Ok(outputs), Some(waited)) => {
                assert_eq!(outputs.text.as_deref(), Some("b"));
                assert_eq!(start.elapsed().as_secs(), waited);
                assert_eq!(script.steps(), [First, First, Second]);
            }
            (Err(error), None) => {
                assert!(matches!(error.reason(), WorkflowErrorKind::Workflow(_)));
                assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
                assert_eq!(
                    (start.elapsed(), script.steps()),
                    (Duration::ZERO, vec![First])
                );
            }
            (result, _) => panic!("{delay}: {result:?}"),
        }
    }
}

/// A nested run uses the limit of the outer one for the delays of its own retries.
#[tokio::test(start_paused = true)]
async fn a_nested_workflow_inherits_the_limit_of_delays() {
    let start = Instant::now();
    let replies = [
        error(429, &[("retry-after", "300")]),
        reply(200, "a"),
        reply(200, "b"),
    ];
    let script = Script::new(retrying, replies);
    let options = RunOptions::new().max_retry_delay(Duration::from_secs(300));
    let call = outer::Outer::new(script, outer::OuterInputs::new()).options(options);
    call.into_call().run().await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 300);
}

#[test]
fn a_nested_workflow_is_idempotent_if_all_of_its_steps_are() {
    use crate::workflow::StepId;
    let info = outer::OuterStep::Inner.info();
    assert_eq!((info.operation, info.is_idempotent), ("demo", false));
}

/// Serialized runs of a process that ends during the call of each of the two nested steps.
#[tokio::test]
async fn an_interrupted_nested_step_is_repeated_only_if_it_is_idempotent() {
    let script = Script::new(only_ok, [reply(200, "a"), reply(200, "b")]);
    let interrupted = |mut run: WorkflowRun<outer::Outer>| {
        run.begin();
        let run = serde_json::to_string(&run).unwrap();
        serde_json::from_str::<WorkflowRun<outer::Outer>>(&run).unwrap()
    };
    let mut run = WorkflowRun::<outer::Outer>::new(outer::OuterInputs::default());
    let mut first = interrupted(run.clone());
    for _ in 0..2 {
        let error = first.advance(&script).await.unwrap_err();
        let WorkflowErrorKind::MayHaveRun { workflow, step } = error.reason() else {
            panic!("{error:?}")
        };
        assert_eq!((*workflow, *step), ("demo", "first"));
        assert_eq!(error.step(), Some(outer::OuterStep::Inner));
        assert!(error.may_have_run());
        assert_eq!(script.steps(), []);
    }
    run.advance(&script).await.unwrap();
    let mut second = interrupted(run);
    assert!(second.may_have_run(), "the mark is that of the outer step");
    second.advance(&script).await.unwrap();
    assert_eq!(script.steps(), [DemoStep::First, DemoStep::Second]);
    second.advance(&script).await.unwrap();
    let Advanced::Finished(outputs) = second.advance(&script).await.unwrap() else {
        panic!("{second:?}")
    };
    assert_eq!(outputs.text.as_deref(), Some("b"));
}
