//! Pipedream Connect for Rust: connect your users' accounts, run actions, receive events.
//!
//! ```no_run
//! use pipedream_sdk::{Pipedream, types::CreateTokenOpts};
//!
//! # async fn run() -> Result<(), pipedream_sdk::Error> {
//! let pipedream = Pipedream::from_env()?;
//! let (project, environment) = (pipedream.project_id()?, pipedream.project_environment());
//! let token = pipedream
//!     .raw()
//!     .create_token(project, environment, &CreateTokenOpts::new("user-42"))
//!     .await?
//!     .into_value();
//! println!("valid until {}", token.expires_at);
//! # Ok(())
//! # }
//! ```
//!
//! # Guide
//!
//! **1. Say who you are.** [`Pipedream::from_env`] reads the variables that the official SDKs read
//! (`PIPEDREAM_CLIENT_ID`, `PIPEDREAM_CLIENT_SECRET`, `PIPEDREAM_PROJECT_ID`, `PIPEDREAM_PROJECT_ENVIRONMENT`);
//! [`Pipedream::builder`] takes the same as values. The access token is fetched when it is first needed, kept, and
//! renewed before it expires; however many calls wait for it, one request is made.
//!
//! **2. Say for whom.** A [`Pipedream`] is a cheap clone. [`user`](Pipedream::user), [`project`](Pipedream::project) and
//! [`environment`](Pipedream::environment) give clones that work for another user, project or environment, over
//! the same connections and with the same token.
//!
//! **3. Call.** [`raw`] has every operation of the API as a method.
//!
//! **4. Handle what fails.** All failures become one [`Error`], whose [`kind`](Error::kind) tells them apart. It keeps
//! the status and the body of the answer, whatever the body was. Requests are repeated after refusals (429), failing
//! servers and lost connections, but one that may have been carried out is only repeated when that does no harm. See
//! [`call::CallOptions`] for timeouts, retries, headers and credentials of single calls.
//!
//! **5. Log.** Every request has a `tracing` span with OpenTelemetry's names. Secrets do not appear in spans, in
//! `Debug` or in errors.
//!
//! # Features
//!
//! `rustls` (default) brings TLS with its cryptography; `rustls-no-provider` leaves the choice of cryptography to you;
//! `native-tls` uses the system's.

#![deny(missing_docs)]

mod builder;
mod environment;
mod error;
mod pipedream;

pub use builder::PipedreamBuilder;
pub use error::{Error, ErrorKind};
pub use pipedream::Pipedream;

#[doc(inline)]
pub use pipedream_sdk_generated::pipedream as raw;
#[doc(no_inline)]
pub use raw::types;

/// What a call can be given and what it gives: options, replies, streams, failures.
pub mod call {
    pub use pipedream_sdk_runtime::{
        ByteStream, CallOptions, Failure, FailureKind, Outcome, Reply,
    };
}

/// Where credentials come from, for those who bring their own source.
pub mod credentials {
    pub use pipedream_sdk_runtime::{
        Credentials, FixedSecret, Place, Scheme, SecretFn, SecretString,
    };
}
