//! The generated client and the workflows as a user calls them, over HTTP.

mod secrets;
mod workflows_accounts;
mod workflows_components;
mod workflows_failing;
mod workflows_projects;
mod workflows_triggers;
