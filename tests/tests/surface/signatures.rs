//! The crates in public signatures: a new major version of one of them is one of ours, so that there are few.

use std::collections::BTreeSet;

use crate::rustdoc::{Docs, Foreign};

/// The crates whose types users hand over and are handed.
const NAMED: [&str; 8] = [
    "alloc",
    "bytes",
    "chrono",
    "core",
    "futures_core",
    "http",
    "serde_json",
    "std",
];

/// What stands in signatures beside them, where, and why.
const EXCEPTIONS: [Exception; 4] = [
    // Derived, and asked of callers' own types where `serde_json` asks for the same.
    Exception {
        owner: "serde_core",
        within: "",
        traits_alone: true,
    },
    // What the feature `tower` is for: `AccountProxy` is a service, and its answers have bodies.
    Exception::of("http_body", "pipedream_sdk::connect::"),
    Exception::of("tower_service", "pipedream_sdk::connect::"),
    // For those who generate a crate of their own; `pipedream-sdk` has no way to it.
    Exception::of(
        "reqwest",
        "pipedream_sdk_runtime::http::transport::TransportBuilder::http",
    ),
];

struct Exception {
    owner: &'static str,
    /// How the path begins of what it may occur in.
    within: &'static str,
    traits_alone: bool,
}

impl Exception {
    const fn of(owner: &'static str, within: &'static str) -> Self {
        Self {
            owner,
            within,
            traits_alone: false,
        }
    }

    fn allows(&self, foreign: &Foreign, within: &str) -> bool {
        self.owner == foreign.owner
            && within.starts_with(self.within)
            && (foreign.is_trait || !self.traits_alone)
    }
}

#[test]
fn public_signatures_name_the_crates_that_were_chosen_for_them() {
    let packages = [
        "pipedream-sdk",
        "pipedream-sdk-generated",
        "pipedream-sdk-runtime",
    ];
    let docs = Docs::of(&packages, &crate::features().join(","));
    let found = docs.signatures("pipedream_sdk");

    let owners: BTreeSet<&str> = found.keys().map(|it| it.owner.as_str()).collect();
    for named in NAMED {
        assert!(owners.contains(named), "is this all? {owners:?}");
    }
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for (foreign, places) in &found {
        if NAMED.contains(&foreign.owner.as_str()) {
            continue;
        }
        for within in places {
            let mut exceptions = EXCEPTIONS.iter();
            match exceptions.position(|it| it.allows(foreign, within)) {
                Some(exception) => drop(met.insert(exception)),
                None => wrong.push(format!("{} in {within}", foreign.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(met.len(), EXCEPTIONS.len(), "an exception is not needed");
}
