//! Types of values in workflows.

pub use crate::rust_type::{Integer, IpAddress};

use crate::rust_type::RustType;

/// A Rust type. The name of a client's type includes the client.
pub type Ty = RustType<TypeName>;

/// A type of a generated client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeName {
    /// Index into [`Program::apis`](super::Program::apis).
    pub api: usize,
    pub name: String,
}
