//! Tests of every location in which a secret can occur.

use pipedream_sdk::Pipedream;
use pipedream_sdk_generated::pipedream::params;
use pipedream_sdk_runtime::CallOptions;
use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use serde_json::{Value, json};
use tests::consumer::{PROJECT, USER};
use tests::documents::operations;
use tests::instances::Instances;
use tests::operations::{TARGET, successful_calls};
use tests::response_faults::RESPONSE_FAULTS;
use tests::schemas::document;
use tests::types::TYPES;
use tests::world::{PRODUCTION, World, on_a_paused_clock};

use crate::assert_silent;
use crate::captured::captured;

const MARKED: &str = "marked-7f3a9c";

fn marked() -> [(&'static str, String); 1] {
    [("marked secret", MARKED.to_owned())]
}

/// A value that the document marks as secret is redacted in every type that contains it.
#[test]
fn types_redact_documented_secrets() {
    let document = document();
    let mut types_with_secrets = 0;
    for (name, _, show) in TYPES {
        let schema = &document["components"]["schemas"][name];
        let mut has_secrets = false;
        for seed in 0..60 {
            let value = Instances::new(&document, seed)
                .with_secret(MARKED)
                .of(schema);
            has_secrets |= value.to_string().contains(MARKED);
            let shown = show(&value).unwrap_or_else(|error| panic!("{name}: {error}: {value}"));
            assert_silent(&shown, &marked(), name);
        }
        types_with_secrets += u32::from(has_secrets);
    }
    assert!(types_with_secrets >= 20, "{types_with_secrets}");
}

/// Credentials of an account, returned on request.
#[tokio::test]
async fn redacts_account_credentials() {
    let world = World::start().await;
    let account = json!({
        "id": "apn_1", "credentials": { "oauth_access_token": MARKED, "api_key": { "deep": [MARKED] } },
    });
    world.fake.on(
        "retrieveAccount",
        FakeResponse::new(200).json(account.clone()),
    );
    let one = world
        .client
        .retrieve_account(
            &world.project,
            &world.account,
            PRODUCTION,
            &params::RetrieveAccountParams {
                include_credentials: Some(true),
            },
        )
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(one.body()).contains(MARKED));
    assert_silent(
        &format!("{one:?} {one:#?} {:?}", one.value()),
        &marked(),
        "an account",
    );
    // Credentials with an undocumented schema.
    let broken = json!({ "id": 7, "credentials": { "oauth_access_token": MARKED } });
    for broken in [broken, json!({ "id": "apn_1", "credentials": MARKED })] {
        world
            .fake
            .on("retrieveAccount", FakeResponse::new(200).json(broken));
        let failure = world
            .client
            .retrieve_account(
                &world.project,
                &world.account,
                PRODUCTION,
                &params::RetrieveAccountParams {
                    include_credentials: Some(true),
                },
            )
            .await
            .unwrap_err();
        assert!(String::from_utf8_lossy(failure.body()).contains(MARKED));
        assert_silent(
            &format!("{failure} {failure:?}"),
            &marked(),
            "a broken account",
        );
    }
}

/// Data sent to the app, and its response.
#[test]
fn redacts_proxied_data() {
    let (shown, log) = captured(|| {
        on_a_paused_clock(async {
            let world = World::start().await;
            let options = CallOptions::new()
                .header("x-pd-proxy-authorization", &format!("Bearer {MARKED}"))
                .unwrap();
            let client = world.client.with_options(options.clone());
            let body = serde_json::Map::from_iter([("key".to_owned(), Value::from(MARKED))]);
            let mut shown = format!("{options:?} {client:?}");
            for fault in [
                Fault::delay(Default::default()),
                Fault::cut(),
                Fault::status(400),
            ] {
                world.fake.on("postProxy", fault);
                let reply = client
                    .post_proxy(
                        &world.project,
                        TARGET,
                        &world.account,
                        USER,
                        PRODUCTION,
                        &body,
                    )
                    .await;
                shown.push_str(&format!("{reply:?}"));
                let sent = world.fake.last_call();
                assert_eq!(
                    sent.header("x-pd-proxy-authorization"),
                    Some(format!("Bearer {MARKED}").as_str())
                );
            }
            shown
        })
    });
    assert_silent(&shown, &marked(), "the proxy");
    assert_silent(&log, &marked(), "the proxy's log");
}

/// The client secret and its access token, with all faults of the token request.
#[test]
fn redacts_the_client_secret() {
    let operations = operations();
    let token = operations
        .iter()
        .find(|it| it.id == "createOauthToken")
        .unwrap();
    let genuine = successful_calls(std::slice::from_ref(token));
    let secrets = [("client secret", FakePipedream::CLIENT_SECRET.to_owned())];
    let orders = RESPONSE_FAULTS.map(|it| {
        (
            it.name(),
            Some(it.fault(token, &genuine["createOauthToken"])),
        )
    });
    let echo = json!({ "error": format!("{} is wrong", FakePipedream::CLIENT_SECRET) });
    let echo = Fault::status(401).json(echo).times(9);
    let others = [
        ("success".to_owned(), None),
        ("echo".to_owned(), Some(echo)),
    ];
    for (name, fault) in orders.into_iter().chain(others) {
        let (shown, log) = captured(|| {
            on_a_paused_clock(async {
                let fake = FakePipedream::start().await;
                if let Some(fault) = fault {
                    fake.on("createOauthToken", fault);
                }
                let builder = Pipedream::builder()
                    .client_id(FakePipedream::CLIENT_ID)
                    .client_secret(FakePipedream::CLIENT_SECRET)
                    .project_id(PROJECT)
                    .base_url(fake.base_url());
                let mut shown = format!("{builder:?} {builder:#?}");
                let pipedream = builder.build().unwrap();
                shown.push_str(&format!("{pipedream:?} {pipedream:#?}"));
                let workflows = pipedream.user(USER).workflows();
                let ran = workflows.token_mint_and_validate("openai").run().await;
                shown.push_str(&format!("{workflows:?} {ran:?} {pipedream:?}"));
                if let Err(error) = ran {
                    shown.push_str(&format!("{error} {error:?} {error:#?}"));
                }
                shown
            })
        });
        assert_silent(&shown, &secrets, &name);
        assert_silent(&log, &secrets, &name);
    }
}

/// A panic prints the `Debug` output.
#[test]
fn panic_message_redacts_secrets() {
    let (failure, secrets) = on_a_paused_clock(async {
        let world = World::start().await;
        world.fake.on(
            "validateToken",
            Fault::status(404).json(json!({ "error": "gone" })),
        );
        let failure = world
            .client
            .validate_token(&world.token, "openai", &Default::default())
            .await;
        (failure, world.secrets)
    });
    let payload = std::thread::spawn(move || failure.map(|_| ()).expect("a valid token"))
        .join()
        .unwrap_err();
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains("404"), "{message}");
    assert_silent(message, &secrets, "a panic");
}
