//! Tests that a timeout error names the limit that was reached.

use std::time::Duration;

use pipedream_sdk::call::CallOptions;
use pipedream_sdk::{ErrorKind, Pipedream};
use pipedream_sdk_testing::{FakePipedream, Fault};

fn pipedream(base_url: &str) -> pipedream_sdk::PipedreamBuilder {
    Pipedream::builder()
        .base_url(base_url)
        .access_token("t")
        .project_id("proj_1")
        .max_retries(0)
}

#[tokio::test]
async fn timeout_error_names_its_limit() {
    let fake = FakePipedream::start().await;
    let delay = Fault::delay(Duration::from_secs(30));
    for (options, words) in [
        (
            CallOptions::new().timeout(Duration::from_millis(60)),
            "total limit of 60 ms",
        ),
        (
            CallOptions::new().attempt_timeout(Duration::from_millis(50)),
            "attempt limit of 50 ms",
        ),
        // The earlier limit applies.
        (
            CallOptions::new()
                .attempt_timeout(Duration::from_millis(50))
                .timeout(Duration::from_secs(20)),
            "attempt limit of 50 ms",
        ),
    ] {
        fake.on("listAppCategories", delay.clone());
        let handle = pipedream(fake.base_url()).options(options.max_retries(0));
        let categories = handle.build().unwrap().app_categories().list();
        let error = categories.send().await.unwrap_err();
        assert!(error.is_timeout() && error.kind() == ErrorKind::Timeout);
        assert!(error.to_string().ends_with(words), "{error}");
    }
}

/// A listener with a full queue never completes a connection.
#[tokio::test]
async fn connect_timeout_is_named() {
    // Addresses for documentation are not routed.
    let silent = pipedream("http://192.0.2.1")
        .allow_http(true)
        .connect_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = silent.app_categories().list().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    // Some networks reject such an address at once.
    if error.is_timeout() {
        assert!(
            error.to_string().contains("connect limit of 50 ms"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn wait_timeout_names_its_limit() {
    let fake = FakePipedream::start().await;
    let builder = pipedream(fake.base_url()).access_token(fake.access_token());
    let user = builder.project_id(FakePipedream::PROJECT_ID).build();
    let wait = user.unwrap().user("user-42").wait_for_account("slack");
    let wait = wait.first_pause(Duration::from_millis(5));
    let error = wait
        .timeout(Duration::from_millis(30))
        .wait()
        .await
        .unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "no new account of `slack` within 30 ms");
}

/// Run with `-p tests` alone, this crate is built without TLS; with the whole workspace, with it.
#[test]
fn an_https_url_without_tls_is_an_error_that_names_the_features() {
    let Err(error) = pipedream("https://api.example").build() else {
        return;
    };
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let message = error.to_string();
    for feature in ["`rustls`", "`rustls-no-provider`", "`native-tls`"] {
        assert!(message.contains(feature), "{message}");
    }
}
