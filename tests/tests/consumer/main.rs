//! Tests of the generated client and the workflows over HTTP.

mod durable;
mod secrets;
mod workflows_accounts;
mod workflows_components;
mod workflows_failing;
mod workflows_projects;
mod workflows_triggers;
