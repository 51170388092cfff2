//! Pipedream API 2026-05-22: client, types and operations.
//!
//! Pipedream Connect lets a product use its end users' accounts at thousands of third-party
//! services: users connect an account once, in a hosted dialog or through this API, and the product
//! then runs actions, deploys triggers, or sends plain HTTP requests with it. The API also
//! administers what that needs: projects, tokens, webhooks and usage.
//!
//! Most paths contain a project, and most requests name an environment in the `x-pd-environment`
//! header. Server-side requests carry an OAuth access token; requests from an end user's browser
//! carry a Connect token.
//!
//! This document states the vendor's facts in the words of this project. Corrections to the facts
//! are kept apart from it, in an OpenAPI Overlay.

#[rustfmt::skip]
mod client;
#[rustfmt::skip]
pub mod operations;
#[rustfmt::skip]
pub mod types;

pub use client::Client;
