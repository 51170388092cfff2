//! Clients and workflows, generated from OpenAPI and Arazzo documents.

#[rustfmt::skip]
pub mod pipedream;
