//! Tests of services that echo the request in their errors.

use std::error::Error;

use pipedream_sdk_testing::Fault;
use serde_json::json;
use tests::documents::operations;
use tests::operations::{OPERATIONS, call};
use tests::world::World;

use crate::assert_silent;

/// The error message contains the credential of the request, which must be redacted.
#[tokio::test]
async fn redacts_an_echoed_credential() {
    let mut repeated = 0;
    for operation in operations() {
        let world = World::start().await;
        // `createAccount` is called with the Connect token, the only credential that it accepts.
        let all: Vec<&str> = world.secrets.iter().map(|(_, it)| it.as_str()).collect();
        let credential = if operation.id == "createAccount" {
            world.token.expose()
        } else {
            all[0]
        };
        let words = json!({ "error": format!("the token {credential} is not good") });
        world.fake.on(&operation.id, Fault::status(401).json(words));
        let seen = call(&operation.id)(&world).await;
        let failure = seen.failure.expect("a failure");
        let mut shown = seen.printed;
        let mut source = failure.source();
        while let Some(error) = source {
            shown.push_str(&format!("{error} {error:?}"));
            source = error.source();
        }
        let request = world.fake.requests().pop().expect("a request");
        let Some(sent) = request.bearer() else {
            // These two need no credential.
            assert!(["createOauthToken", "validateToken"].contains(&operation.id.as_str()));
            continue;
        };
        assert_eq!(sent, credential, "{}", operation.id);
        assert!(
            shown.contains("the token [redacted] is not good"),
            "{shown}"
        );
        assert_silent(&shown, &[("credential", sent.to_owned())], &operation.id);
        repeated += 1;
    }
    assert_eq!(repeated, OPERATIONS - 2);
}

/// The same for secrets in parameters and bodies.
#[tokio::test]
async fn redacts_an_echoed_request_secret() {
    for (id, carried) in [
        ("validateToken", 1),
        ("createOauthToken", 1),
        ("createAccount", 1),
    ] {
        let world = World::start().await;
        world.fake.on(id, Fault::status(400));
        call(id)(&world).await;
        let request = world.fake.requests().pop().expect("a request");
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let sent: Vec<(&str, String)> = world
            .secrets
            .iter()
            .filter(|(_, value)| request.path().contains(value) || body.contains(value))
            .cloned()
            .collect();
        assert_eq!(sent.len(), carried, "secrets of {id}");

        let values: Vec<&str> = sent.iter().map(|(_, value)| value.as_str()).collect();
        let words = json!({ "error": format!("rejected: {}", values.join(" ")) });
        world.fake.on(id, Fault::status(400).json(words));
        let seen = call(id)(&world).await;
        assert!(seen.printed.contains("rejected: "), "{}", seen.printed);
        assert_silent(&seen.printed, &sent, id);
    }
}
