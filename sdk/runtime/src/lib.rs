//! What the generated code of an SDK is compiled against: sending, decoding, retrying, failing.
//!
//! This crate knows no API by name: it serves whatever the generator was given. Users of the SDK find what they need of
//! it in the SDK's own crate.

#![deny(missing_docs)]

pub mod decode;

mod credentials;
mod failure;
mod message;
mod number;
mod operation;
mod options;
mod query;
mod reply;
mod retry;
mod secret;
mod segment;
mod send;
mod transport;

pub use credentials::{Credentials, FixedSecret};
pub use decode::{ByteStream, Received};
pub use failure::{Failure, FailureKind};
pub use number::{NotFinite, Number};
pub use operation::{Operation, Place, Scheme};
pub use options::CallOptions;
pub use query::QueryParam;
pub use reply::{Outcome, Reply};
pub use secret::{Redacted, SecretString};
pub use segment::segment;
pub use transport::{BuildError, Transport, TransportBuilder};
