//! Tests of services that echo the request in their errors.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pipedream_sdk::Pipedream;
use pipedream_sdk::call::CallOptions;
use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use serde_json::json;
use tests::consumer::{PROJECT, USER};
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

/// The secret of each place. Every encoding changes it.
const ECHOED: &str = "marked/7f3a9c+key \"1";

/// Places in which a request carries a secret, each with the operation that fails.
const PLACES: [(&str, &str); 7] = [
    ("access token", "listAccounts"),
    ("header with a usual name", "listAccounts"),
    ("header marked as secret", "listAccounts"),
    ("rate limit", "listAccounts"),
    ("client secret", "createOauthToken"),
    ("header for the app", "retrieveProxy"),
    ("parameter", "validateToken"),
];

/// Returns the body in which a service echoes the secret, for each form.
fn echoes() -> [(&'static str, FakeResponse); 6] {
    let plain = |text: &str| FakeResponse::new(400).body("text/plain", text.to_owned());
    let percent = "marked%2F7f3a9c%2Bkey%20%221";
    [
        (
            "JSON",
            FakeResponse::new(400).json(json!({ "error": format!("no {ECHOED}") })),
        ),
        ("plain text", plain(&format!("no {ECHOED}"))),
        ("percent-encoded", plain(&format!("no {percent}"))),
        ("Base64", plain(&format!("no {}", STANDARD.encode(ECHOED)))),
        (
            "Base64 for URLs",
            plain(&format!(
                "no {}",
                URL_SAFE_NO_PAD.encode(format!("a:{ECHOED}"))
            )),
        ),
        ("cut", plain("no marked/7f3a9c+k")),
    ]
}

/// Makes a call whose request carries the secret in this place.
async fn call_with_secret(place: &str, fake: &FakePipedream) -> pipedream_sdk::Error {
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .project_id(PROJECT)
        .max_retries(0);
    let token = match place {
        "client secret" => builder.client_id("id").client_secret(ECHOED),
        "access token" => builder.access_token(ECHOED),
        _ => builder.access_token(fake.access_token()),
    };
    let user = token.build().expect("a client").user(USER);
    let user = match place {
        "rate limit" => user.with_rate_limit(ECHOED),
        _ => user,
    };
    let options = CallOptions::new();
    let options = match place {
        "header with a usual name" => options.header("x-my-api-key", ECHOED),
        "header marked as secret" => options.secret_header("x-mine", ECHOED),
        _ => Ok(options),
    };
    let options = options.expect("a header");
    match place {
        "header for the app" => {
            let request = user.proxy_as("apn_1").get("https://app.example/x");
            let response = request.header("authorization", ECHOED).send().await;
            let response = response.expect("the response of the app");
            response.error_for_status().await.unwrap_err()
        }
        "parameter" => {
            let validation = user.tokens().validate(ECHOED, "slack");
            validation.options(options).send().await.unwrap_err()
        }
        _ => user
            .accounts()
            .list()
            .options(options)
            .send()
            .await
            .unwrap_err(),
    }
}

#[tokio::test]
async fn redacts_every_form_of_a_secret_in_every_place() {
    for (place, operation) in PLACES {
        for (form, echo) in echoes() {
            let fake = FakePipedream::start().await;
            fake.on(operation, echo);
            let error = call_with_secret(place, &fake).await;
            let about = format!("{place}, {form}");
            assert_eq!(
                error.status().map(|it| it.as_u16()),
                Some(400),
                "{about}: {error}"
            );
            let message = error.message().expect("a message");
            assert!(message.starts_with("no "), "{about}: {message}");
            let shown = format!("{error} {error:?} {error:#?} {message}");
            assert!(shown.contains("[redacted]"), "{about}: {shown}");
            let after_user = &URL_SAFE_NO_PAD.encode("a:marked/7f3a")[4..12];
            for part in ["7f3a9c", &STANDARD.encode("marked"), after_user] {
                assert!(!shown.contains(part), "{about}: {part} in {shown}");
            }
        }
    }
}
