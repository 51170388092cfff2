//! The allowed crates in public signatures. A new major version of one of them requires a new major version of the
//! SDK.

use std::collections::BTreeSet;

use crate::rustdoc::{Docs, Foreign};

/// Crates whose types users pass and receive.
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

/// Other crates in signatures, with their location and reason.
const EXCEPTIONS: [Exception; 15] = [
    // A downloaded file can be written to any asynchronous writer of tokio, which every user of this crate has.
    Exception::of("tokio", "pipedream_sdk_runtime::http::decode::ByteStream"),
    // Derived, and required of callers' types where `serde_json` requires the same.
    Exception {
        owner: "serde_core",
        within: "",
        traits_alone: true,
    },
    // Feature `mcp`: the client and its errors are those of the SDK of the protocol.
    Exception::of("rmcp", "pipedream_sdk"),
    // Feature `tower`: `AccountProxy` is a service, and its responses have bodies.
    Exception::of("http_body", "pipedream_sdk::connect::"),
    Exception::of("tower_service", "pipedream_sdk::connect::"),
    // Feature `tower`: layers around each attempt.
    Exception::of(
        "http_body",
        "pipedream_sdk::builder::PipedreamBuilder::layer",
    ),
    Exception::of(
        "tower_layer",
        "pipedream_sdk::builder::PipedreamBuilder::layer",
    ),
    Exception::of(
        "tower_service",
        "pipedream_sdk::builder::PipedreamBuilder::layer",
    ),
    Exception::of("tower_service", "pipedream_sdk_runtime::http::layer::"),
    Exception::of(
        "http_body",
        "pipedream_sdk_runtime::http::transport::TransportBuilder::layer",
    ),
    Exception::of(
        "tower_layer",
        "pipedream_sdk_runtime::http::transport::TransportBuilder::layer",
    ),
    Exception::of(
        "tower_service",
        "pipedream_sdk_runtime::http::transport::TransportBuilder::layer",
    ),
    Exception::of("reqwest", "pipedream_sdk_runtime::http::layer::"),
    // The HTTP client is the user's: `http_client`, and the export of its crate.
    // For users who generate their own crate; not exported by `pipedream-sdk`.
    Exception::of(
        "reqwest",
        "pipedream_sdk_runtime::http::transport::TransportBuilder::http",
    ),
    Exception::of("reqwest", "pipedream_sdk"),
];

struct Exception {
    owner: &'static str,
    /// Prefix of the path of items that may use it.
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
fn public_signatures_only_name_allowed_crates() {
    let packages = [
        "pipedream-sdk",
        "pipedream-sdk-generated",
        "pipedream-sdk-runtime",
    ];
    let docs = Docs::of(&packages, &crate::features().join(","));
    let found = docs.signatures("pipedream_sdk");

    let owners: BTreeSet<&str> = found.keys().map(|it| it.owner.as_str()).collect();
    for named in NAMED {
        assert!(owners.contains(named), "incomplete list: {owners:?}");
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
    assert_eq!(met.len(), EXCEPTIONS.len(), "an exception is unused");
}
