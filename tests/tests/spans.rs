//! Tests of the spans and events of calls and workflows, and of the progress that reports retries of requests.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipedream_sdk::connect::CustomFields;
use pipedream_sdk::workflows::{ConnectAccountOnboardingStep as Step, Progress, RunOptions};
use pipedream_sdk::{Error, ErrorKind, Pipedream};
use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};
use tests::spans::Captured;

const USER: &str = "user-42";
fn fields() -> CustomFields {
    CustomFields::from_json_text(KEYS).unwrap()
}

const KEYS: &str = r#"{"api_key":"marked-secret"}"#;

fn pipedream(fake: &FakePipedream) -> Pipedream {
    Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .unwrap()
}

/// Returns a fault after which the client waits for 20 ms.
fn soon(status: u16) -> Fault {
    Fault::status(status).header("retry-after-ms", "20")
}

const FIELDS: [&str; 11] = [
    "attempt",
    "error.type",
    "http.response.status_code",
    "operation",
    "requested",
    "retry",
    "step",
    "url.template",
    "wait_ms",
    "workflow",
    "error.kind",
];

#[tokio::test]
async fn a_call_has_a_span_with_its_attempts_and_waits() {
    let fake = FakePipedream::start().await;
    let user = pipedream(&fake).user(USER);
    fake.on("listAccounts", soon(503));
    let (captured, _guard) = Captured::start();
    user.accounts().list().send().await.unwrap();
    let fields = FIELDS.into_iter().filter(|it| *it != "url.template");
    assert_eq!(
        captured.tree(&fields.collect::<Vec<_>>()),
        "\
call operation=listAccounts http.response.status_code=200
  call operation=createOauthToken http.response.status_code=200
    attempt attempt=1 http.response.status_code=200
  attempt attempt=1 http.response.status_code=503 error.type=503
  event operation=listAccounts retry=1 wait_ms=20 requested=true http.response.status_code=503 error.kind=Server
  attempt attempt=2 http.response.status_code=200
"
    );
    let entries = captured.entries();
    assert!(entries.iter().all(|it| it.is_closed));
    let call = &entries[0];
    for (field, value) in [
        ("otel.name", "listAccounts"),
        ("http.request.method", "GET"),
        ("server.address", "127.0.0.1"),
        ("url.template", "/v1/connect/{project_id}/accounts"),
    ] {
        assert_eq!(call.field(field), Some(value));
    }
    assert_eq!(call.field("otel.status_code"), None);
}

#[tokio::test]
async fn a_failed_call_has_the_status_or_the_kind_of_its_error() {
    let fake = FakePipedream::start().await;
    let user = pipedream(&fake).user(USER);
    user.accounts().list().send().await.unwrap();
    let (captured, _guard) = Captured::start();
    let gone = Fault::status(404).header("x-request-id", "req_1");
    fake.on("retrieveAccount", gone);
    user.accounts()
        .retrieve("apn_gone")
        .send()
        .await
        .unwrap_err();
    fake.on("listAccounts", Fault::cut());
    let list = user.accounts().list().max_retries(0);
    list.send().await.unwrap_err();
    assert_eq!(
        captured.tree(&[
            "operation",
            "http.response.status_code",
            "error.type",
            "otel.status_code",
            "request_id",
        ]),
        "\
call operation=retrieveAccount http.response.status_code=404 error.type=404 otel.status_code=ERROR request_id=req_1
  attempt http.response.status_code=404 error.type=404 otel.status_code=ERROR request_id=req_1
call operation=listAccounts error.type=Interrupted otel.status_code=ERROR
  attempt error.type=Interrupted otel.status_code=ERROR
"
    );
}

#[tokio::test]
async fn a_renewed_credential_is_a_retry_without_a_wait() {
    let fake = FakePipedream::start().await;
    let user = pipedream(&fake).user(USER);
    user.accounts().list().send().await.unwrap();
    fake.revoke_tokens();
    let (captured, _guard) = Captured::start();
    user.accounts().list().send().await.unwrap();
    assert_eq!(
        captured.tree(&[
            "operation",
            "attempt",
            "retry",
            "wait_ms",
            "requested",
            "error.kind"
        ]),
        "\
call operation=listAccounts
  attempt attempt=1
  call operation=createOauthToken
    attempt attempt=1
  event operation=listAccounts retry=1 wait_ms=0 requested=false error.kind=Unauthorized
  attempt attempt=2
"
    );
}

#[tokio::test]
async fn the_span_of_a_download_ends_with_the_headers_and_includes_the_redirect() {
    let fake = FakePipedream::start().await;
    fake.add_redirected_file("1day/proj/exec/step/u/report.csv", "a,b\n".repeat(100));
    let pipedream = pipedream(&fake);
    pipedream.access_token().await.unwrap();
    let (captured, _guard) = Captured::start();
    let file = pipedream
        .file_stash()
        .download_file("1day/proj/exec/step/u/report.csv");
    let file = file.send().await.unwrap();
    assert_eq!(
        captured.tree(&["operation", "http.response.status_code"]),
        "\
call operation=downloadFileStashFile http.response.status_code=200
  attempt http.response.status_code=302
  attempt http.response.status_code=200
"
    );
    assert!(captured.entries().iter().all(|it| it.is_closed));
    let mut content = Vec::new();
    file.copy_to(&mut content).await.unwrap();
    assert_eq!((content.len(), captured.entries().len()), (400, 3));
}

#[tokio::test]
async fn a_workflow_has_a_span_with_its_steps() {
    let fake = FakePipedream::start().await;
    let pipedream = pipedream(&fake);
    pipedream.access_token().await.unwrap();
    fake.on("createAccount", soon(429));
    fake.on("listAccounts", Fault::status(400));
    let (captured, _guard) = Captured::start();
    let user = pipedream.user(USER);
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", fields());
    onboarding.await.unwrap_err();
    let fields = FIELDS.into_iter().filter(|it| *it != "url.template");
    assert_eq!(
        captured.tree(&fields.collect::<Vec<_>>()),
        "\
workflow workflow=connect-account-onboarding
  step workflow=connect-account-onboarding step=createConnectToken operation=createToken http.response.status_code=200
    call operation=createToken http.response.status_code=200
      attempt attempt=1 http.response.status_code=200
  step workflow=connect-account-onboarding step=connectAccount operation=createAccount http.response.status_code=200
    call operation=createAccount http.response.status_code=200
      attempt attempt=1 http.response.status_code=429 error.type=429
      event operation=createAccount retry=1 wait_ms=20 requested=true http.response.status_code=429 error.kind=RateLimited
      attempt attempt=2 http.response.status_code=200
  step workflow=connect-account-onboarding step=verifyAccount operation=listAccounts http.response.status_code=400
    call operation=listAccounts http.response.status_code=400 error.type=400
      attempt attempt=1 http.response.status_code=400 error.type=400
"
    );
    let entries = captured.entries();
    assert!(entries.iter().all(|it| it.is_closed));
    let failed: Vec<_> = entries
        .iter()
        .filter(|it| it.field("otel.status_code") == Some("ERROR"))
        .map(|it| it.name)
        .collect();
    assert_eq!(failed, ["workflow", "attempt", "step", "call", "attempt"]);
}

#[tokio::test]
async fn no_field_contains_a_secret() {
    let fake = FakePipedream::start().await;
    let (captured, _guard) = Captured::start();
    let pipedream = pipedream(&fake);
    let access_token = pipedream.access_token().await.unwrap();
    let access_token = access_token.expose();
    // The service repeats the credential.
    let fault = soon(429).header("x-request-id", access_token);
    let body = serde_json::json!({ "error": access_token });
    fake.on("listAccounts", fault.json(body));
    let user = pipedream.user(USER);
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", fields());
    let done = onboarding.await.unwrap();
    let rejected = FakeResponse::new(400).header("x-request-id", access_token);
    fake.on("createToken", rejected);
    user.tokens().create().send().await.unwrap_err();
    let token = done.connect_token.expose();
    user.tokens()
        .validate(token, "app_Openai1")
        .send()
        .await
        .unwrap();
    let tree = format!("{:#?}", captured.entries());
    assert!(tree.contains("[redacted]"), "{tree}");
    for secret in [
        access_token,
        token,
        "marked-secret",
        FakePipedream::CLIENT_SECRET,
        FakePipedream::CLIENT_ID,
        USER,
    ] {
        assert!(!tree.contains(secret), "{secret} in {tree}");
    }
}

#[tokio::test]
async fn progress_includes_retries_of_requests() -> Result<(), Error> {
    let fake = FakePipedream::start().await;
    fake.on("createAccount", soon(429));
    fake.on("listAccounts", Fault::cut().times(2));
    let user = pipedream(&fake).user(USER);
    let seen: Arc<Mutex<Vec<Progress<Step>>>> = Arc::default();
    let hook = Arc::clone(&seen);
    let options = RunOptions::new().progress(move |progress| hook.lock().unwrap().push(progress));
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", fields());
    onboarding.options(options).await?;
    let seen = seen.lock().unwrap().clone();
    let retries: Vec<_> = seen
        .iter()
        .filter(|it| matches!(it, Progress::RetryingRequest { .. }))
        .collect();
    assert_eq!(
        *retries[0],
        Progress::RetryingRequest {
            step: Step::ConnectAccount,
            after: Duration::from_millis(20),
            attempt: 1,
            kind: ErrorKind::RateLimited,
            status: Some(axum::http::StatusCode::TOO_MANY_REQUESTS),
            is_requested: true,
        }
    );
    let numbers = retries[1..].iter().map(|it| match it {
        Progress::RetryingRequest {
            step: Step::VerifyAccount,
            after,
            attempt,
            kind: ErrorKind::Interrupted,
            status: None,
            is_requested: false,
            ..
        } if !after.is_zero() => *attempt,
        other => panic!("{other:?}"),
    });
    assert_eq!(numbers.collect::<Vec<_>>(), [1, 2]);
    // The retries are between the start and the end of their step.
    assert_eq!(seen.len(), 3 * 2 + 3);
    assert_eq!(seen[3], *retries[0]);
    Ok(())
}
