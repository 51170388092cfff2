//! What the generated code of an SDK is compiled against: sending, decoding, retrying, failing.
//!
//! This crate knows no API by name: it serves whatever the generator was given. Users of the SDK find what they need of
//! it in the SDK's own crate.

#![deny(missing_docs)]

pub mod criterion;
pub mod decode;
#[doc(hidden)]
pub mod present;

mod budget;
mod call;
mod catalogue;
mod client_credentials;
mod composite;
mod credentials;
mod enumeration;
mod failure;
mod form;
mod forward;
mod header;
mod message;
mod number;
mod operation;
mod options;
pub mod ordered_map;
mod pages;
mod query;
mod rate_limit;
mod redirect;
mod reply;
mod request_secrets;
mod retry;
mod secret;
mod segment;
mod send;
mod server;
mod step;
mod text;
mod transport;
mod variable;
mod workflow;

#[cfg(test)]
mod loopback;

pub use budget::RetryBudget;
pub use call::{filled, filled_text, given_text};
pub use catalogue::{StepInfo, WorkflowInfo};
pub use client_credentials::ClientCredentials;
#[cfg(feature = "private-key-jwt")]
pub use client_credentials::{InvalidKey, PrivateKey};
pub use credentials::{Credentials, FixedSecret, SecretFn};
pub use decode::{ByteStream, Received};
pub use enumeration::UnlistedValue;
pub use failure::{Failure, FailureKind};
pub use form::form_body;
pub use header::header_value;
pub use message::one_line;
pub use number::{NotFinite, Number};
pub use operation::{Operation, Place, Scheme};
pub use options::CallOptions;
pub use ordered_map::OrderedMap;
pub use pages::{Direction, Items, Pages, Paginated};
pub use query::QueryParam;
pub use rate_limit::RateLimit;
pub use reply::{Outcome, Reply};
pub use secret::{Redacted, SecretString};
pub use segment::{encode, segment, whole_segment};
pub use server::Server;
pub use step::{
    Answer, At, Onward, Progress, Run, RunOptions, Seen, To, Verdict, Visit, header_text, nested,
};
pub use text::{InvalidValue, Rules};
pub use transport::{BuildError, Transport, TransportBuilder};
pub use workflow::{Invalid, Missing, StepId, Steps, Stop, Unmet, Why, WorkflowError};

/// What the macros of this crate name in the code of others.
#[doc(hidden)]
pub mod __private {
    pub use serde;
    pub use serde_json;
}
