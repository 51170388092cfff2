//! Observe calls and workflows: spans, events and progress.
//!
//! The SDK emits [`tracing`](https://docs.rs/tracing) spans and events at the level `INFO`. Without a subscriber they
//! cost next to nothing. This program writes them to the standard output:
//!
//! ```no_run
//! use pipedream_sdk::{Error, Pipedream};
//! use tracing_subscriber::filter::LevelFilter;
//! use tracing_subscriber::fmt::format::FmtSpan;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Error> {
//! tracing_subscriber::fmt()
//!     .with_max_level(LevelFilter::INFO)
//!     // Writes a line with the duration when a span ends. Without it, only events are written.
//!     .with_span_events(FmtSpan::CLOSE)
//!     .init();
//!
//! let user = Pipedream::from_env()?.user("user-42");
//! let accounts = user.accounts().list().send().await?;
//! # let _ = accounts;
//! # Ok(()) }
//! ```
//!
//! Add `tracing-subscriber` to the dependencies of your binary. The fields have the names of OpenTelemetry's
//! conventions, so that a layer such as `tracing-opentelemetry` exports them unchanged.
//!
//! # The spans of a call
//!
//! Each call has a span, and each request that is sent for it is a child. An event announces the wait before a retry.
//! The first call of a client also requests an access token:
//!
//! ```text
//! call operation=listAccounts http.request.method=GET server.address=api.pipedream.com http.response.status_code=200
//! ├─ call operation=createOauthToken http.response.status_code=200
//! │  └─ attempt attempt=1 http.response.status_code=200
//! ├─ attempt attempt=1 http.response.status_code=503 error.type=503
//! ├─ event "waiting before a retry of the request" retry=1 wait_ms=2000 requested=true error.kind=Server
//! └─ attempt attempt=2 http.response.status_code=200 request_id=…
//! ```
//!
//! The span of a call ends when the body has been read. For a stream, a workflow's step and a call of the
//! [raw client](crate::raw), it ends with the headers. Requests that follow a redirect are attempts of the same call.
//!
//! # The spans of a workflow
//!
//! A run of a workflow has a span. Its children are the steps, and the calls are children of their steps:
//!
//! ```text
//! workflow workflow=connect-account-onboarding version=1.0.0
//! ├─ step step=createConnectToken operation=createToken http.response.status_code=200
//! │  └─ call operation=createToken
//! │     └─ attempt attempt=1
//! ├─ step step=connectAccount operation=createAccount http.response.status_code=200
//! │  └─ call operation=createAccount
//! │     ├─ attempt attempt=1 http.response.status_code=429 error.type=429
//! │     ├─ event "waiting before a retry of the request" retry=1 wait_ms=1000 requested=true error.kind=RateLimited
//! │     └─ attempt attempt=2
//! └─ step step=verifyAccount operation=listAccounts http.response.status_code=200
//!    └─ call operation=listAccounts
//!       └─ attempt attempt=1
//! ```
//!
//! A step that an action of the document retries has a span for each time it runs. A step that runs another workflow
//! has the span of that workflow as its child.
//!
//! # Fields
//!
//! | span or event | fields |
//! |---|---|
//! | `workflow` | `workflow`, `version` |
//! | `step` | `workflow`, `step`, `operation`, `retry` from the second time on, `http.response.status_code` |
//! | `call` | `operation`, `http.request.method`, `url.template`, `server.address`, `http.response.status_code`, `request_id`, `error.type` |
//! | `attempt` | as `call`, but `attempt` instead of `operation`; `http.request.resend_count`, `server.port`, `url.scheme` |
//! | wait before a retry of a request | `operation`, `retry`, `wait_ms`, `requested` if the response requested the delay, `http.response.status_code`, `error.kind` |
//! | wait before a retry of a step | `workflow`, `step`, `retry`, `wait_ms`, `http.response.status_code` |
//!
//! `error.type` is the status code of a response from 400 on, or else the [`ErrorKind`](crate::ErrorKind).
//! `otel.status_code` of a failed span is `ERROR`, and `otel.name` is the name that OpenTelemetry displays.
//!
//! No field contains a credential, a URL, a parameter, a body or the id of a user. A URL can contain a token, so
//! `url.template` is the path in the API description. Secrets of the request that the service repeats in its request
//! ID are redacted.
//!
//! # Progress
//!
//! To show the progress of a workflow to a user, no subscriber is needed. [`RunOptions::progress`] calls a function
//! for each event, including the retries and waits within a step:
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # async fn example(user: Pipedream) -> Result<(), Error> {
//! use pipedream_sdk::workflows::{Progress, RunOptions};
//!
//! let options = RunOptions::new().progress(|progress| match progress {
//!     Progress::Started { step } => println!("{step} …"),
//!     Progress::RetryingRequest { step, after, kind, .. } => println!("{step}: {kind:?}, waiting {after:?}"),
//!     Progress::Retrying { step, after, .. } => println!("{step}: again in {after:?}"),
//!     Progress::Finished { step, .. } => println!("{step} has finished"),
//!     Progress::Failed { step } => println!("{step} has failed"),
//!     _ => {}
//! });
//! let key = pipedream_sdk::connect::CustomFields::new().set("api_key", "sk-…");
//! let onboarding = user.workflows().connect_account_onboarding("openai", key);
//! onboarding.options(options).await?;
//! # Ok(()) }
//! ```
//!
//! [`RunOptions::progress`]: crate::workflows::RunOptions::progress
