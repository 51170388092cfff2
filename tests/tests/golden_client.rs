//! The golden client of a small document that uses every feature.
//!
//! `UPDATE_GOLDENS=1 cargo test -p tests --test golden_client` updates it; review the difference.

use std::path::PathBuf;

use xtask::diagnostic::Diagnostics;
use xtask::emit::client::{self, Emitted};
use xtask::emit::file::RuntimePath;
use xtask::lower;
use xtask::openapi::{
    normalize,
    progenitor::{patch, run},
};

/// The golden client. That it compiles is part of the test.
#[rustfmt::skip]
#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "../fixtures/kinds/mod.rs"]
mod kinds;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/kinds")
}

fn generated() -> Vec<Emitted> {
    let path = folder().join("openapi.yml");
    let mut document = xtask::load::load(&path).expect("it loads").value;
    let mut found = Diagnostics::new();
    let notes = normalize::normalize(&mut document, &path, &mut found);
    let file = run::generate(&document, &path).expect("it is generated");
    let source = patch::Source {
        file: &path,
        document: &document,
        notes: &notes,
    };
    let patched = patch::patch(file, source).expect("it is patched");
    let source = lower::client::Source {
        module: "kinds",
        file: &path,
        document: &document,
        patched: &patched,
    };
    let client = lower::client::lower(source, &mut found);
    let files = client::emit(client::Source {
        client: &client,
        patched: &patched,
        has_resources: false,
        runtime: &RuntimePath::default(),
    });
    assert!(!found.has_errors(), "{found:?}");
    files
}

#[test]
fn generated_client_matches_the_golden_code() {
    for file in generated() {
        let path = folder().join(file.path.trim_start_matches("kinds/"));
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, &file.text).expect("it can be written");
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            golden == file.text,
            "{} is outdated: set UPDATE_GOLDENS=1 to update it",
            path.display()
        );
    }
}

#[test]
fn client_generation_is_deterministic() {
    assert_eq!(generated(), generated());
}

#[test]
fn debug_output_redacts_every_type_of_secret() {
    let thing = serde_json::json!({
        "id": "1", "state": "open", "fixed": "thing", "nested": {}, "nul": null,
        "creds": { "a": "hunter2" }, "list": ["hunter2"], "pin": 4242, "tok": "hunter2",
    });
    let thing: kinds::types::Thing = serde_json::from_value(thing).expect("it decodes");
    let shown = format!("{thing:?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("4242"),
        "{shown}"
    );
    assert_eq!(thing.tok.as_ref().map(|tok| tok.expose()), Some("hunter2"));
}
