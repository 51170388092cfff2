//! Tests of services that echo the request in a success that reports a failure.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pipedream_sdk::call::CallOptions;
use pipedream_sdk::connect::{Props, ReportsFailure as _};
use pipedream_sdk::{Error, Pipedream};
use pipedream_sdk_testing::{FakePipedream, FakeResponse};
use serde_json::{Value, json};
use tests::consumer::{PROJECT, USER};

/// The secret of each place. Every encoding changes it.
const ECHOED: &str = "marked/7f3a9c+key \"1";

/// Places in which a request carries a secret.
const PLACES: [&str; 6] = [
    "access token",
    "header with a usual name",
    "header marked as secret",
    "cookie",
    "rate limit",
    "parameter",
];

/// Operations whose success can report a failure.
const OPERATIONS: [&str; 4] = [
    "runAction",
    "configureActionProp",
    "reloadActionProps",
    "validateToken",
];

/// Forms in which a service repeats the secret.
fn forms() -> [String; 5] {
    let percent = "marked%2F7f3a9c%2Bkey%20%221";
    [
        ECHOED.to_owned(),
        percent.to_owned(),
        percent.to_lowercase(),
        STANDARD.encode(ECHOED),
        URL_SAFE_NO_PAD.encode(format!("a:{ECHOED}")),
    ]
}

/// Returns the success in which the operation reports a failure with this text.
fn report(operation: &str, text: &str) -> Value {
    match operation {
        "runAction" => json!({ "ret": null, "os": [
            { "k": "error", "ts": 1, "err": { "name": text, "message": text, "stack": text } },
        ] }),
        "validateToken" => json!({ "success": false, "error": text }),
        _ => json!({ "errors": [text, text] }),
    }
}

/// Makes a call whose request carries the secret in this place. Returns the failure that its response reports, and
/// `Debug` of the response.
async fn reported(place: &str, operation: &str, fake: &FakePipedream) -> (Error, String) {
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .project_id(PROJECT);
    let builder = match place {
        "access token" => builder.access_token(ECHOED),
        _ => builder.access_token(fake.access_token()),
    };
    let options = CallOptions::new();
    let options = match place {
        "header with a usual name" => options.header("x-my-api-key", ECHOED),
        "header marked as secret" => options.secret_header("x-mine", ECHOED),
        "cookie" => options.header("cookie", &format!("a=b; session={ECHOED}")),
        _ => Ok(options),
    };
    let options = options.expect("a header");
    let user = builder.build().expect("a client").user(USER);
    let user = match place {
        "rate limit" => user.with_rate_limit(ECHOED),
        _ => user,
    };
    let actions = user.actions();
    let props = match place {
        "parameter" => Props::new().value("text", json!({ "deep": [ECHOED] })),
        _ => Props::new(),
    };
    const ACTION: &str = "slack-send-message";
    macro_rules! failure {
        ($call:expr) => {{
            let response = $call.options(options).send().await.expect("a success");
            let debug = format!("{response:?}");
            (response.error_for_failure().unwrap_err(), debug)
        }};
    }
    match operation {
        "runAction" => failure!(actions.run(ACTION).configured_props(props)),
        "configureActionProp" => {
            failure!(
                actions
                    .configure_prop(ACTION, "channel")
                    .configured_props(props)
            )
        }
        "reloadActionProps" => failure!(actions.reload_props(ACTION).configured_props(props)),
        _ => {
            let token = match place {
                "parameter" => ECHOED,
                _ => "ctok_other",
            };
            failure!(user.tokens().validate(token, "slack"))
        }
    }
}

#[tokio::test]
async fn redacts_every_form_of_a_secret_in_a_reported_failure() {
    for operation in OPERATIONS {
        for place in PLACES {
            // Validation sends no credential: the token is in the path.
            if (operation, place) == ("validateToken", "access token") {
                continue;
            }
            for form in forms() {
                let fake = FakePipedream::start().await;
                let body = report(operation, &format!("no {form} here"));
                fake.on(operation, FakeResponse::new(200).json(body));
                let (error, debug) = reported(place, operation, &fake).await;
                let failure = error.reported().expect("a reported failure");
                let message = error.message().expect("a message");
                let errors = failure.errors();
                let shown = format!(
                    "{error} {error:?} {error:#?} {message} {failure} {failure:?} {errors:?} {debug}"
                );
                let about = format!("{operation}, {place}, {form}");
                assert!(message.starts_with("no "), "{about}: {message}");
                assert!(shown.contains("[redacted]"), "{about}: {shown}");
                let after_user = &URL_SAFE_NO_PAD.encode("a:marked/7f3a")[4..12];
                for part in ["7f3a9c", &STANDARD.encode("marked"), after_user] {
                    assert!(!shown.contains(part), "{about}: {part} in {shown}");
                }
            }
        }
    }
}

/// The typed value keeps a secret that is not part of an error text, and the raw body keeps everything.
#[tokio::test]
async fn keeps_data_that_repeats_a_secret() {
    let fake = FakePipedream::start().await;
    let mut body = report("runAction", &format!("no {ECHOED}"));
    body["ret"] = json!({ "key": ECHOED });
    fake.on("runAction", FakeResponse::new(200).json(body.clone()));
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .project_id(PROJECT)
        .access_token(ECHOED)
        .build()
        .expect("a client");
    let run = pipedream.user(USER).actions().run("slack-send-message");
    let response = run.send_raw().await.expect("a success");
    let raw: Value = serde_json::from_slice(response.body()).expect("JSON");
    assert_eq!(raw, body);
    let run = response.into_value();
    let run = run.finished().expect("a finished run");
    assert_eq!(run.ret, Some(json!({ "key": ECHOED })));
    let failure = run.failure().expect("a failure");
    assert_eq!(failure.message(), Some("no [redacted]"));
}
