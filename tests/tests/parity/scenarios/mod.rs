//! The scenarios of the reference, by what they are about.

mod accounts;
pub(crate) mod answers;
mod catalogue;
mod components;
mod credentials;
mod invoke;
mod projects;
mod proxy;
mod tokens;
mod transport;
mod triggers;

use crate::replay::Scenario;

/// Scenarios with one line each for its name, what it does otherwise, what the server answers, and the calls.
macro_rules! scenarios {
    ($($name:ident [$($sdk:ident: $intended:ident),*] $answers:path, |$stage:pat_param| $calls:block)*) => {
        pub(super) const SCENARIOS: &[crate::replay::Scenario] = &[$(crate::replay::Scenario {
            name: stringify!($name),
            differs: &[$((crate::reference::Sdk::$sdk, crate::intended::Intended::$intended)),*],
            answers: $answers,
            replay: |$stage| Box::pin(async move { $calls }),
        }),*];
    };
}
use scenarios;

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        accounts::SCENARIOS,
        catalogue::SCENARIOS,
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
