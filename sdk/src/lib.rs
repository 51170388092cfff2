//! Pipedream Connect for Rust: connect your users' accounts, run actions, receive events.
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
//! ## 1. Say who you are
//!
//! [`Pipedream::from_env`] reads the variables that the official SDKs read (`PIPEDREAM_CLIENT_ID`,
//! `PIPEDREAM_CLIENT_SECRET`, `PIPEDREAM_PROJECT_ID`, `PIPEDREAM_PROJECT_ENVIRONMENT`); [`Pipedream::builder`] takes the
//! same as values. The access token is fetched when it is first needed, kept, and renewed before it expires; however
//! many calls wait for it, one request is made.
//!
//! The builder also takes an access token of yours, a private key, a Connect token (for who holds nothing else: it says
//! its project by itself), or [your own source](credentials::Credentials). Which of them an operation takes is known, so
//! that one of the wrong kind is an error before anything is sent; a single call can have another, by its `credentials`
//! method.
//!
//! ## 2. Say for whom
//!
//! A [`Pipedream`] is a cheap clone: keep one in the state of your server. [`user`](Pipedream::user),
//! [`project`](Pipedream::project) and [`environment`](Pipedream::environment) give clones that work for another user,
//! project or environment, over the same connections and with the same token.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # fn example() -> Result<(), Error> {
//! use pipedream_sdk::types::ProjectEnvironment;
//!
//! let pipedream = Pipedream::from_env()?;
//! let user = pipedream.user("user-42"); // your own id of the user
//! let trial = user.environment(ProjectEnvironment::Development);
//! # Ok(()) }
//! ```
//!
//! ## 3. Let the user connect an account
//!
//! The usual way is Pipedream's own page: mint a token, send the user to the link, wait until the account is there, or
//! be told by a [webhook](webhooks). Where you have the user's keys already, the workflow at the top does it without
//! the page.
//!
//! ```no_run
//! # use pipedream_sdk::{Error, Pipedream};
//! # async fn example(user: Pipedream) -> Result<(), Error> {
//! use pipedream_sdk::connect::ConnectLink;
//!
//! let token = user.tokens().create().send().await?;
//! let link = ConnectLink::new(&token, "slack").url()?;
//! println!("{}", link.expose()); // the link is as secret as the token in it
//! let account = user.wait_for_account("slack").wait().await?;
//! # Ok(()) }
//! ```
//!
//! ## 4. Call
//!
//! [`resources`] has a method for each operation: what is required is an argument, the rest chains, `send` sends it.
//! Lists are streams as well.
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
//! [`workflows`](Pipedream::workflows) does several steps in one call, with project, environment and user filled in:
//! what a workflow cannot do without is an argument, the rest chains, `run` starts it. [`raw`] has every operation of
//! the API as the document describes it. [`connect`] has what the API is given and does not describe: configured props,
//! credentials of an account, the page on which a user connects one, and [requests to the app
//! itself](Pipedream::proxy_as) with a user's account.
//!
//! ## 5. Handle what fails
//!
//! Calls, streams, workflows and builders return one [`Error`]. [`kind`](Error::kind) and predicates such as
//! [`is_not_found`](Error::is_not_found) tell errors apart, and each [`ErrorKind`] says what to do about it. The error
//! keeps status, headers and body of the response, whatever the body was. When a step of a workflow fails, it also has
//! the outputs of the finished steps ([`Error::workflow_error`]) and a record ([`Error::record`]), from which `resume` of
//! the same workflow continues, in another process too.
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
//! // An action that failed is answered with a 200 all the same.
//! let run = user.actions().run("slack-send-message").send().await?;
//! let run = run.error_for_failure()?;
//! # Ok(()) }
//! ```
//!
//! The error fits into an error type of yours, `#[error(transparent)] Pipedream(#[from] pipedream_sdk::Error)` with
//! `thiserror`, so that `?` is enough in your functions and handlers.
//!
//! Requests are repeated after refusals (429), failing servers and lost connections, but one that may have been carried
//! out is only repeated when that does no harm. All calls of a client draw their retries from one
//! [budget](call::RetryBudget), so that an outage is not made worse. [`call::CallOptions`] has the time-outs, retries,
//! headers and credentials of single calls; [`rate_limit`](Pipedream::rate_limit) tells how much may still be asked.
//!
//! ## 6. Receive
//!
//! [`webhooks`] verifies what Pipedream delivers to your server, and gives the events typed. The example
//! `receive_events` in the repository is a whole server.
//!
//! ## 7. Test and log
//!
//! The crate `pipedream-sdk-testing` is a Pipedream of your own, on a port of your machine, with the failures that you
//! order. Every request has a `tracing` span with OpenTelemetry's names. Secrets do not appear in spans, in `Debug` or
//! in errors.
//!
//! How this SDK stands beside the official ones for TypeScript and Python, line by line and with a test for each, is in
//! `sdk/README.md` of the repository.
//!
//! # Features
//!
//! `rustls` (default) brings TLS with its cryptography; `rustls-no-provider` leaves the choice of cryptography to you,
//! as rustls' default provider of the process; `native-tls` uses the system's.
//! `private-key-jwt` lets a client prove who it is by a private key, which never leaves it, in place of a secret.
//! `dynamiq` adds a client of Dynamiq's end-user requirements (the module `dynamiq`), which Pipedream Connect fulfils.
//! `tower` makes [`connect::AccountProxy`] a `tower::Service`, by which another crate's client runs through a user's
//! account.

#![deny(missing_docs)]

mod builder;
pub mod connect;
#[cfg(feature = "dynamiq")]
pub mod dynamiq;
mod environment;
mod pipedream;
mod poll;
pub mod resources;
pub mod webhooks;

pub use builder::PipedreamBuilder;
pub use pipedream::Pipedream;
pub use pipedream_sdk_runtime::{Error, ErrorKind};

#[doc(inline)]
pub use pipedream_sdk_generated::pipedream as raw;
#[doc(no_inline)]
pub use raw::types;

/// What a call can be given and what it gives: options, replies, streams, failures.
pub mod call {
    pub use pipedream_sdk_runtime::{
        ByteStream, CallOptions, Outcome, RateLimit, Response, RetryBudget,
    };
}

/// The workflows: a function, its inputs and its outputs for each; [`Pipedream::workflows`] fills in what it knows.
pub mod workflows {
    #[doc(inline)]
    pub use pipedream_sdk_generated::workflows::*;
    pub use pipedream_sdk_runtime::{
        Advanced, MissingValue, Progress, RecordError, RunOptions, StepId, StepInfo, Steps,
        UnmetCriterion, UnusableValue, Workflow, WorkflowError, WorkflowErrorKind, WorkflowInfo,
        WorkflowRecord, WorkflowRun,
    };
}

/// Where credentials come from, for those who bring their own source.
pub mod credentials {
    pub use pipedream_sdk_runtime::{
        CredentialLocation, Credentials, FixedSecret, Scheme, SecretFn, SecretString,
    };
}
