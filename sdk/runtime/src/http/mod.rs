//! Requests and responses: transport, retries, decoding and pagination.

pub mod decode;

pub(crate) mod budget;
pub(crate) mod call_builder;
pub(crate) mod catalog;
pub(crate) mod context;
pub(crate) mod deadline;
pub(crate) mod form;
pub(crate) mod header;
#[cfg(feature = "tower")]
pub(crate) mod layer;
pub(crate) mod multipart;
pub(crate) mod observe;
pub(crate) mod operation;
pub(crate) mod options;
pub(crate) mod pages;
pub(crate) mod parameter;
pub(crate) mod passthrough;
pub(crate) mod query;
pub(crate) mod rate_limit;
pub(crate) mod redirect;
pub(crate) mod request;
pub(crate) mod request_secrets;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod segment;
pub(crate) mod send;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod transport;

#[cfg(test)]
pub(crate) mod loopback;
