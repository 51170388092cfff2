//! Credentials: sources of tokens and keys, and the schemes they are sent by.

pub(crate) mod client_credentials;
pub(crate) mod credentials;
pub(crate) mod implied_segment;
