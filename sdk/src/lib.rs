//! Rust SDK for Pipedream Connect: connect your users' accounts, run actions, receive events.
//!
//! ```no_run
//! use pipedream_sdk::connect::CustomFields;
//! use pipedream_sdk::{Error, Pipedream};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Error> {
//! let pipedream = Pipedream::from_env()?;
//! let user = pipedream.user("user-42");
//! let fields = CustomFields::new().set("api_key", "sk-…");
//! let onboarding = user.workflows().connect_account_onboarding("openai", fields);
//! let connected = onboarding.account_name("Mine").run().await?;
//! println!("connected {}", connected.account_id);
//! # Ok(())
//! # }
//! ```
//!
//! # Guide
//!
//! ## 1. Authenticate
//!
//! [`Pipedream::from_env`] reads the same environment variables as the official SDKs: `PIPEDREAM_CLIENT_ID`,
//! `PIPEDREAM_CLIENT_SECRET`, `PIPEDREAM_PROJECT_ID`, `PIPEDREAM_PROJECT_ENVIRONMENT`. [`Pipedream::builder`]
//! accepts the same settings as values. The access token is fetched on first use, cached, and renewed before it
//! expires. Concurrent calls share one token request.
//!
//! The builder also accepts an existing access token, a private key, a Connect token, or [your own
//! source](credentials::Credentials) of credentials. A Connect token is for callers that hold no other credential;
//! it already identifies the project. A credential that the operation does not accept is an error before the
//! request is sent. The `credentials` method of a call overrides the credential of the client.
//!
//! ## 2. Select a user
//!
//! A [`Pipedream`] is cheap to clone: keep one in the state of your server. [`user`](Pipedream::user),
//! [`project`](Pipedream::project) and [`environment`](Pipedream::environment) return clones for another user,
//! project or environment. All clones share the connections and the access token.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # fn example() -> Result<(), Error> {
//! use pipedream_sdk::types::ProjectEnvironment;
//!
//! let pipedream = Pipedream::from_env()?;
//! let user = pipedream.user("user-42"); // the id of the user in your product
//! let trial = user.environment(ProjectEnvironment::Development);
//! # Ok(()) }
//! ```
//!
//! ## 3. Let the user connect an account
//!
//! Usually, the user connects an account on Pipedream's page: create a token, send the user to the link, and wait
//! for the account or for a [webhook](webhooks). If you already have the user's keys, the workflow at the top
//! connects the account without the page.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # async fn example(user: Pipedream) -> Result<(), Error> {
//! use pipedream_sdk::connect::ConnectLink;
//!
//! let token = user.tokens().create().send().await?;
//! let link = ConnectLink::new(&token, "slack").url()?;
//! println!("{}", link.expose()); // the link contains the token: keep it secret
//! let account = user.wait_for_account("slack").wait().await?;
//! # Ok(()) }
//! ```
//!
//! ## 4. Call the API
//!
//! [`resources`] has a method for each operation. Required parameters are arguments, optional ones are set by
//! chained methods, and `send` sends the request. Lists can be read as streams.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # async fn example(user: Pipedream) -> Result<(), Error> {
//! use pipedream_sdk::connect::Props;
//!
//! let mut accounts = user.accounts().list().app("slack").stream();
//! while let Some(account) = accounts.try_next().await? {
//!     let props = Props::new().account("slack", &account.id).value("text", "Hello");
//!     let run = user.actions().run("slack-send-message").configured_props(props).send().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! [`workflows`](mod@workflows) run several steps in one call. Project, environment and user are set by the
//! handle, other required inputs are arguments, optional inputs are set by chained methods, and `run` starts the
//! workflow.
//!
//! [`raw`] has every operation of the API with all of its parameters. [`connect`] has types that the API
//! description does not declare: configured props, credentials of an account, the link to the page on which a user
//! connects an account, and [requests to the app itself](Pipedream::proxy_as) with a user's account.
//!
//! ## 5. Handle errors
//!
//! Calls, streams, workflows and builders return one [`Error`]. [`kind`](Error::kind) and predicates such as
//! [`is_not_found`](Error::is_not_found) tell errors apart. Each [`ErrorKind`] documents how to troubleshoot it.
//! The error contains status, headers and body of the response.
//!
//! The error of a workflow also contains the outputs of the finished steps ([`Error::workflow_error`]) and a record
//! ([`Error::record`]). The `resume` method of the same workflow continues from the record, also in another
//! process.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # async fn example(user: Pipedream) -> Result<(), Error> {
//! use pipedream_sdk::connect::ReportsFailure;
//!
//! match user.accounts().retrieve("apn_gone").send().await {
//!     Ok(account) => println!("{}", account.name().unwrap_or("an account")),
//!     Err(error) if error.is_not_found() => println!("there is no such account"),
//!     Err(error) => return Err(error),
//! }
//! // The response of a failed action has the status 200 too.
//! let run = user.actions().run("slack-send-message").send().await?;
//! let run = run.error_for_failure()?;
//! # Ok(()) }
//! ```
//!
//! To use it in your own error type with `thiserror`, add a variant
//! `#[error(transparent)] Pipedream(#[from] pipedream_sdk::Error)`. `?` then converts the error.
//!
//! The client retries requests after status 429, server errors and broken connections. A request that may have been
//! carried out is only retried if it is idempotent. All calls of a client share one [retry
//! budget](call::RetryBudget), which limits the load during an outage. [`call::CallOptions`] sets timeouts,
//! retries, headers and credentials of individual calls. [`rate_limit`](Pipedream::rate_limit) returns the
//! remaining requests of the rate limit.
//!
//! ## 6. Receive webhooks
//!
//! [`webhooks`] verifies deliveries of Pipedream to your server and returns typed events. The example
//! [`receive_events`](examples#receive_events) is a complete server.
//!
//! ## 7. Test and log
//!
//! The crate `pipedream-sdk-testing` provides a local fake of the Pipedream API with configurable failures.
//!
//! Workflows, steps, calls and requests have [`tracing` spans](guide::observing) with OpenTelemetry's names, and
//! waits before retries are events. Spans, `Debug` output and errors do not contain secrets.
//!
//! [`examples`] has complete programs that run against the fake. [`comparison`] compares this SDK with the official
//! ones for TypeScript and Python, with a test for each feature.
//!
//! ## 8. Serve agents
//!
//! With the feature `mcp`, `user.mcp()` connects to Pipedream's MCP server, whose tools are the actions of an app,
//! on behalf of a user. The example [`mcp_server`](examples#mcp_server) is a server of its own, whose tools are the
//! [workflows](mod@workflows) and the [operations](resources::call_json) of the API.
//!
//! ## 9. Without async
//!
//! There is no blocking copy of the API: it would double every type, and a runtime hides in each client. Code that is
//! not async keeps one tokio runtime and runs calls, streams and workflows on it:
//!
//! ```no_run
//! # use pipedream_sdk::Pipedream;
//! # fn example(user: Pipedream) -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! let accounts = runtime.block_on(user.accounts().list().stream().into_vec())?;
//! # Ok(()) }
//! ```
//!
//! In async code, `block_on` panics; use `.await` there.
//!
//! # Features
//!
//! | feature | effect |
//! |---|---|
//! | `rustls` (default) | TLS by rustls, with a cryptography provider |
//! | `rustls-no-provider` | TLS by rustls, with the default provider that the process installs |
//! | `native-tls` | TLS of the system |
//! | `private-key-jwt` | client authentication with a private key, which is never sent, instead of a secret |
//! | `dynamiq` | the module `dynamiq`, a client for Dynamiq's end-user requirements |
//! | `json` | [`workflows::run_json`] finds all violations of the JSON Schema instead of the first invalid value |
//! | `mcp` | the module `mcp`, a client of Pipedream's MCP server, whose tools are the actions of an app |
//! | `gzip` | requests and decompresses compressed responses |
//! | `tower` | `PipedreamBuilder::layer` for middleware; implements `tower::Service` for [`connect::AccountProxy`], a transport for HTTP clients |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

mod builder;
pub mod connect;
#[cfg(feature = "dynamiq")]
pub mod dynamiq;
mod environment;
pub mod guide;
#[cfg(feature = "mcp")]
pub mod mcp;
mod pipedream;
mod poll;
pub mod resources;
pub mod webhooks;

pub use builder::PipedreamBuilder;
pub use pipedream::Pipedream;
pub use pipedream_sdk_runtime::{Error, ErrorKind};
/// The HTTP client crate, for [`PipedreamBuilder::http_client`].
#[doc(no_inline)]
pub use reqwest;

#[doc(inline)]
pub use pipedream_sdk_generated::pipedream as raw;
#[doc(no_inline)]
pub use raw::types;

/// Options and results of calls.
pub mod call {
    #[cfg(feature = "tower")]
    pub use pipedream_sdk_runtime::{AttemptService, BoxError};
    pub use pipedream_sdk_runtime::{
        ByteStream, CallOptions, Outcome, RateLimit, Response, RetryBudget, Seconds,
    };
}

pub mod workflows {
    //! Workflows: several steps in one call. [`Pipedream::workflows`](crate::Pipedream::workflows) sets project, environment and user.
    //!
    //! Required inputs are arguments, optional inputs are set by chained methods, and `run` or `.await` starts the
    //! workflow. The page of each function has its steps, a diagram and an example.
    //!
    //! ```
    //! use pipedream_sdk::Pipedream;
    //! use pipedream_sdk::connect::CustomFields;
    //! use pipedream_sdk_testing::FakePipedream;
    //!
    //! # #[tokio::main(flavor = "current_thread")]
    //! # async fn main() -> Result<(), pipedream_sdk::Error> {
    //! // Instead of the fake, use `Pipedream::from_env`.
    //! let fake = FakePipedream::start().await;
    //! let pipedream = Pipedream::builder()
    //!     .base_url(fake.base_url())
    //!     .access_token(fake.access_token())
    //!     .project_id(FakePipedream::PROJECT_ID)
    //!     .build()?;
    //! let user = pipedream.user("user-42");
    //! let fields = CustomFields::new().set("api_key", "sk-…");
    //! let onboarding = user.workflows().connect_account_onboarding("openai", fields);
    //! let connected = onboarding.account_name("Mine").run().await?;
    //! assert_eq!(connected.accounts[0].id, connected.account_id);
    //! # Ok(())
    //! # }
    //! ```
    //!
    //! If a step fails, the error has the outputs of the finished steps ([`WorkflowError`]) and a record to resume from
    //! ([`WorkflowRecord`]). [`RunOptions`] sets a deadline, and functions that receive progress and records.
    //!
    //! # Runs that survive their process
    //!
    //! A [`WorkflowRun`] makes one call per [`advance`](WorkflowRun::advance) and can be serialized in between: for a
    //! job queue, a table, or a workflow engine. It distinguishes a step that may have run from one that never began,
    //! and does not repeat the former if it is not idempotent.
    //!
    //! # JSON
    //!
    //! [`run_json`] runs a workflow by its id, for tools and queues that only know its name. [`CATALOG`] has the JSON
    //! Schemas of inputs and outputs. Inputs are checked before anything is sent, secrets in outputs are redacted unless
    //! [`JsonCall::expose_secrets`] is called, and [`Error::to_json`](crate::Error::to_json) converts errors.
    //!
    //! ```
    //! # use pipedream_sdk_testing::FakePipedream;
    //! use pipedream_sdk::workflows;
    //! use serde_json::json;
    //!
    //! # #[tokio::main(flavor = "current_thread")]
    //! # async fn main() -> Result<(), pipedream_sdk::Error> {
    //! # let fake = FakePipedream::start().await;
    //! # let pipedream = fake.client();
    //! let user = pipedream.user("user-42");
    //! let inputs = json!({ "appId": "app_Openai1" });
    //! let outputs = workflows::run_json(&user, "token-mint-and-validate", inputs).await?;
    //! assert_eq!(outputs["connectToken"], "[redacted]");
    //!
    //! let wrong = json!({ "appId": 1, "app": "openai" });
    //! let error = workflows::run_json(&user, "token-mint-and-validate", wrong).await.unwrap_err();
    //! assert_eq!(error.to_json()["violations"][0]["pointer"], "/app");
    //! # Ok(())
    //! # }
    //! ```
    //!
    #![doc = pipedream_sdk_generated::workflows_table!("user.workflows()")]

    #[doc(inline)]
    pub use pipedream_sdk_generated::workflows::*;
    pub use pipedream_sdk_runtime::{
        Advanced, InputViolation, JsonAdvanced, JsonCall, JsonRun, MissingValue, OnUncertain,
        Progress, RecordError, RunOptions, StepId, StepInfo, Steps, UnmetCriterion, UnusableValue,
        Workflow, WorkflowError, WorkflowErrorKind, WorkflowInfo, WorkflowRecord, WorkflowRun,
        WorkflowSet, run_json,
    };
}

#[cfg(doc)]
#[doc = include_str!("../COMPARISON.md")]
pub mod comparison {}

#[cfg(doc)]
pub mod examples;

/// Credentials and custom sources of credentials.
pub mod credentials {
    pub use pipedream_sdk_runtime::{
        CredentialLocation, Credentials, FixedSecret, Scheme, SecretFn, SecretString,
    };
}
