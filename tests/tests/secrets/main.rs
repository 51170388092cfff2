//! Secrets: none of them is printed, logged or told in an error, whatever happens to the calls that carry them.

mod captured;
mod echoed;
mod places;

use std::collections::BTreeMap;
use std::time::Duration;

use pipedream_sdk_testing::Fault;
use tests::described::{operations, steps};
use tests::operations::{OPERATIONS, Seen, call, genuine_answers};
use tests::troubles::TROUBLES;
use tests::workflows;
use tests::world::{World, on_a_paused_clock};

use crate::captured::captured;

/// What the fake's tokens and keys begin with; 32 hexadecimal digits follow.
const TOKENS: [&str; 3] = ["ctok_", "access_", "whsec_"];

/// What is given to the calls as the credentials of an account.
const OF_THE_ACCOUNT: &str = "sk-of-the-account";

#[track_caller]
pub(crate) fn assert_silent(text: &str, secrets: &[(&str, String)], about: &str) {
    // `Debug` escapes quotes, in which a secret may stand.
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
fn calls_are_silent_through_success_and_every_fault() {
    let operations = operations();
    let genuine = genuine_answers(&operations);
    let mut pairs = 0;
    for operation in &operations {
        let faults = TROUBLES.map(|it| {
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
            // Silence because nothing is logged would prove nothing.
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
    let seen: Seen = call(operation)(&world).await;
    let shown = format!("{} {:?} {:?}", seen.shown, world.client, world.own);
    (shown, world.secrets)
}

#[test]
fn workflows_are_silent_through_success_and_every_fault() {
    let genuine: BTreeMap<String, Seen> = genuine_answers(&operations());
    let mut pairs = 0;
    for step in steps() {
        for trouble in TROUBLES {
            let fault = trouble.fault(&step.operation, &genuine[&step.operation.id]);
            let about = format!("{} / {} × {}", step.workflow, step.id, trouble.name());
            let ran = async {
                let world = World::start().await;
                for _ in 0..step.earlier_calls {
                    world
                        .fake
                        .on(&step.operation.id, Fault::delay(Duration::ZERO));
                }
                world.fake.on(&step.operation.id, fault);
                let ran = workflows::run(&step.workflow)(&world).await;
                (ran.shown, world.secrets)
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
