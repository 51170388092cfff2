//! Tests that secrets are not printed, logged or part of an error, with and without faults.

mod captured;
mod echoed;
mod places;
mod reported;

use std::collections::BTreeMap;
use std::time::Duration;

use pipedream_sdk_testing::Fault;
use tests::documents::{operations, steps};
use tests::operations::{CallResult, OPERATIONS, call, successful_calls};
use tests::response_faults::RESPONSE_FAULTS;
use tests::workflows;
use tests::world::{World, on_a_paused_clock};

use crate::captured::captured;

/// Prefixes of the fake's tokens and keys, which are followed by 32 hexadecimal digits.
const TOKENS: [&str; 3] = ["ctok_", "access_", "whsec_"];

/// Credentials of an account in the calls.
const OF_THE_ACCOUNT: &str = "sk-of-the-account";

#[track_caller]
pub(crate) fn assert_silent(text: &str, secrets: &[(&str, String)], about: &str) {
    // `Debug` escapes quotes around a secret.
    let plain = text.replace('\\', "");
    for (what, secret) in secrets {
        assert!(
            !plain.contains(secret.as_str()),
            "{about}: the {what} in {text}"
        );
    }
    assert!(
        !plain.contains(OF_THE_ACCOUNT),
        "{about}: credentials in {text}"
    );
    for prefix in TOKENS {
        for (at, _) in plain.match_indices(prefix) {
            let digits = plain[at + prefix.len()..].chars();
            let digits = digits.take_while(char::is_ascii_hexdigit).count();
            assert!(digits < 8, "{about}: a token in {text}");
        }
    }
}

#[test]
fn calls_redact_secrets_with_every_fault() {
    let operations = operations();
    let genuine = successful_calls(&operations);
    let mut pairs = 0;
    for operation in &operations {
        let faults = RESPONSE_FAULTS.map(|it| {
            (
                it.name(),
                Some(it.fault(operation, &genuine[&operation.id])),
            )
        });
        for (name, fault) in faults.into_iter().chain([("success".to_owned(), None)]) {
            let about = format!("{} × {name}", operation.id);
            let ((shown, secrets), log) =
                captured(|| on_a_paused_clock(called(&operation.id, fault)));
            assert_silent(&shown, &secrets, &about);
            assert_silent(&log, &secrets, &about);
            // The test is only meaningful if something is logged.
            assert!(log.contains("url.template"), "{about}: no span");
            pairs += 1;
        }
    }
    assert_eq!(pairs, OPERATIONS * 18);
}

async fn called(operation: &str, fault: Option<Fault>) -> (String, Vec<(&'static str, String)>) {
    let world = World::start().await;
    if let Some(fault) = fault {
        world.fake.on(operation, fault);
    }
    let seen: CallResult = call(operation)(&world).await;
    let shown = format!("{} {:?} {:?}", seen.printed, world.client, world.own);
    (shown, world.secrets)
}

#[test]
fn workflows_redact_secrets_with_every_fault() {
    let genuine: BTreeMap<String, CallResult> = successful_calls(&operations());
    let mut pairs = 0;
    for step in steps() {
        for response_fault in RESPONSE_FAULTS {
            let fault = response_fault.fault(&step.operation, &genuine[&step.operation.id]);
            let about = format!(
                "{} / {} × {}",
                step.workflow,
                step.id,
                response_fault.name()
            );
            let ran = async {
                let world = World::start().await;
                for _ in 0..step.earlier_calls {
                    world
                        .fake
                        .on(&step.operation.id, Fault::delay(Duration::ZERO));
                }
                world.fake.on(&step.operation.id, fault);
                let ran = workflows::run(&step.workflow)(&world).await;
                (ran.printed, world.secrets)
            };
            let ((shown, secrets), log) = captured(|| on_a_paused_clock(ran));
            assert_silent(&shown, &secrets, &about);
            assert_silent(&log, &secrets, &about);
            assert!(log.contains(&step.workflow), "{about}: no span");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 48 * 17);
}
