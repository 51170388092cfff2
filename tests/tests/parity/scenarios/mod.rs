//! Scenarios of the reference, by topic.

mod accounts;
mod catalog;
mod components;
mod credentials;
mod invoke;
mod projects;
mod proxy;
pub(crate) mod responses;
mod tokens;
mod transport;
mod triggers;

use crate::replay::Scenario;

/// Defines scenarios: name, intended differences, responses of the server, and calls.
macro_rules! scenarios {
    ($($name:ident [$($sdk:ident: $intended:ident),*] $responses:path, |$stage:pat_param| $calls:block)*) => {
        pub(super) const SCENARIOS: &[crate::replay::Scenario] = &[$(crate::replay::Scenario {
            name: stringify!($name),
            differs: &[$((crate::reference::Sdk::$sdk, crate::intended::Intended::$intended)),*],
            responses: $responses,
            replay: |$stage| Box::pin(async move { $calls }),
        }),*];
    };
}
use scenarios;

/// Returns all scenarios.
pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        accounts::SCENARIOS,
        catalog::SCENARIOS,
        components::SCENARIOS,
        credentials::SCENARIOS,
        invoke::SCENARIOS,
        projects::SCENARIOS,
        proxy::SCENARIOS,
        tokens::SCENARIOS,
        transport::SCENARIOS,
        triggers::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}
