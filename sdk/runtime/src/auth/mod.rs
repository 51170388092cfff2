//! Credentials: sources of secrets, selection of security schemes, and OAuth 2 client credentials.

pub(crate) mod client_credentials;
pub(crate) mod credentials;
pub(crate) mod implied_segment;
