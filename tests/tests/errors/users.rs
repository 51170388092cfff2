//! Tests of the error in custom error types and in an axum handler.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::TryStreamExt as _;
use pipedream_sdk::connect::{ConnectLink, CustomFields, ReportsFailure as _};
use pipedream_sdk::webhooks::{Verifier, WebhookError};
use pipedream_sdk::workflows::ConnectAccountOnboardingSteps;
use pipedream_sdk::{Error, ErrorKind, Pipedream};
use pipedream_sdk_testing::{FakePipedream, Fault};

fn keys() -> CustomFields {
    CustomFields::new().set("api_key", "marked-secret")
}

fn pipedream(fake: &FakePipedream) -> Pipedream {
    Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .max_retries(0)
        .build()
        .unwrap()
}

#[derive(Debug, thiserror::Error)]
enum AppError {
    #[error("Pipedream failed")]
    Pipedream(#[from] Error),
    #[error("there is none")]
    None,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Pipedream(error) if error.is_not_found() => StatusCode::NOT_FOUND,
            Self::Pipedream(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Pipedream(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::None => StatusCode::NO_CONTENT,
        };
        status.into_response()
    }
}

/// Calls everything that can fail, with `?` alone.
async fn everything(base_url: &str) -> Result<String, AppError> {
    let pipedream = Pipedream::builder()
        .base_url(base_url)
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .build()?;
    let user = pipedream.user("user-42");
    let token = user.tokens().create().send().await?;
    ConnectLink::new(&token, "slack").url()?;
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", keys());
    let connected = onboarding.run().await?;
    let mut pages = user.accounts().list().pages();
    pages.try_next().await?;
    let accounts: Vec<_> = user.accounts().list().stream().try_collect().await?;
    let account = accounts.first().ok_or(AppError::None)?;
    user.accounts().retrieve(&account.id).send().await?;
    let proxied = user.proxy_as(&account.id).get("/v1/me").send().await?;
    proxied.error_for_status().await?.text().await?;
    let run = user.actions().run("slack-send-message").send().await?;
    run.error_for_failure()?;
    user.raw().list_app_categories().await?;
    Ok(connected.account_id.to_string())
}

#[tokio::test]
async fn question_mark_converts_errors_in_a_function() {
    let fake = FakePipedream::start().await;
    assert!(everything(fake.base_url()).await.is_ok());
    let error = everything("http://10.0.0.1").await.unwrap_err();
    assert!(
        matches!(&error, AppError::Pipedream(error) if error.kind() == ErrorKind::Configuration),
        "{error:?}"
    );
    // The error of webhook verification converts to this one.
    let verified: Result<_, Error> = (|| {
        let verifier = Verifier::new(["key"]);
        Ok(verifier.verify(&http::HeaderMap::new(), b"{}")?)
    })();
    let error = verified.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Webhook);
    let source = std::error::Error::source(&error).unwrap();
    assert!(matches!(
        source.downcast_ref(),
        Some(WebhookError::NotSigned)
    ));
}

#[tokio::test]
async fn question_mark_converts_errors_in_a_handler() {
    let fake = FakePipedream::start().await;
    let pipedream = pipedream(&fake);
    let handler = async |axum::extract::State(pipedream): axum::extract::State<Pipedream>| {
        let user = pipedream.user("user-42");
        let fields = user
            .workflows()
            .connect_account_onboarding("openai", keys());
        fields.run().await?;
        Ok::<_, AppError>("connected")
    };
    let router = axum::Router::new()
        .route("/", get(handler))
        .with_state(pipedream);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let status = async || reqwest::get(&url).await.unwrap().status().as_u16();
    assert_eq!(status().await, 200);
    fake.on("listAccounts", Fault::status(404));
    assert_eq!(status().await, 404);
    fake.on("createToken", Fault::status(503));
    assert_eq!(status().await, 503);
    fake.on("createToken", Fault::status(422));
    assert_eq!(status().await, 500);
}

#[tokio::test]
async fn main_prints_the_error_and_its_causes() {
    let fake = FakePipedream::start().await;
    fake.on(
        "listAccounts",
        Fault::status(404).json(serde_json::json!({ "error": "no such\nuser" })),
    );
    let user = pipedream(&fake).user("user-42");
    let error = user.accounts().list().send().await.unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        "listAccounts: 404 Not Found: no such user"
    );

    let nowhere = Pipedream::builder()
        .base_url("http://127.0.0.1:1")
        .access_token("t")
        .project_id("proj_1")
        .max_retries(0)
        .build()
        .unwrap();
    let error = nowhere.accounts().list().send().await.unwrap_err();
    let shown = format!("{error:?}");
    let (line, causes) = shown.split_once("\n\nCaused by:\n").expect("causes");
    assert_eq!(line, error.to_string());
    assert!(line.starts_with("listAccounts: no connection: "), "{line}");
    assert!(
        causes.lines().count() > 0 && causes.starts_with("    "),
        "{causes}"
    );
    // The line already contains the reason.
    let reason = line.rsplit(": ").next().unwrap();
    assert!(!causes.contains(reason), "{shown}");
}

#[tokio::test]
async fn workflow_error_has_error_details_and_steps() {
    let fake = FakePipedream::start().await;
    fake.on(
        "listAccounts",
        Fault::status(429)
            .header("retry-after", "7")
            .header("x-request-id", "r1")
            .json(serde_json::json!({ "error": { "code": "slow", "message": "too many", "details": [1] } })),
    );
    let user = pipedream(&fake).user("user-42");
    let onboarding = user
        .workflows()
        .connect_account_onboarding("openai", keys());
    let error = onboarding.clone().run().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_transient());
    assert_eq!(error.retry_after().unwrap().as_secs(), 7);
    assert_eq!(error.code().as_deref(), Some("slow"));
    assert_eq!(error.details(), Some(serde_json::json!([1])));
    assert_eq!((error.request_id(), error.attempts()), (Some("r1"), 1));
    assert_eq!(error.operation(), Some("listAccounts"));
    assert_eq!(error.step(), Some("verifyAccount"));
    assert_eq!(
        error.to_string(),
        "step `verifyAccount` of workflow `connect-account-onboarding`: listAccounts: 429 Too Many Requests: \
         too many (retry after 7 s)"
    );
    let typed = error
        .into_workflow_error::<ConnectAccountOnboardingSteps>()
        .unwrap();
    // Downcasting returns the same error.
    assert!(typed.is_rate_limited() && typed.request_id() == Some("r1"));
    assert!(typed.steps().connect_account.is_some());
    let resumed = onboarding.resume(typed.into_record());
    resumed.run().await.unwrap();
    assert_eq!(fake.requests_of("createAccount").len(), 1);
}
