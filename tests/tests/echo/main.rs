//! Tests of the requests that generated code sends for constructs of OpenAPI and Arazzo.
//!
//! The code in `fixtures/echo/src` is generated from the documents next to it; that it compiles is part of the
//! test. `UPDATE_GOLDENS=1 cargo test -p tests --test echo` updates it; review the difference.

mod api;
mod flow;
mod server;
mod shapes;
mod unchanged;
mod values;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/echo/src/openapi/mod.rs"]
mod openapi;
#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/echo/src/workflows/mod.rs"]
mod workflows;

use std::fs;

use tests::generator::{codegen, codes, documents_in, fixtures, shown};

#[test]
fn generated_code_matches_the_golden_code() {
    let folder = fixtures("echo");
    let run = codegen(documents_in(&folder), &folder);
    let output = run
        .output
        .as_ref()
        .unwrap_or_else(|| panic!("{}", shown(&run)));
    // The query that is written as a comparison, lengths in dot notation, and an expression in a string of a
    // condition; properties of one Rust name; the retry that is never made; the literals of other types; and
    // properties that the bodies do not declare.
    let expected = [
        vec!["nonstandard"; 4],
        vec!["retry-limit"],
        vec!["property-name-clash"],
        vec!["type-mismatch"; 8],
        vec!["unknown-property"; 5],
    ];
    assert_eq!(codes(&run), expected.concat(), "{}", shown(&run));
    for (path, text) in output.files().filter(|(path, _)| path.starts_with("src/")) {
        let file = folder.join(path);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        }
        assert!(
            fs::read(&file).unwrap_or_default() == text,
            "{path} is outdated: set UPDATE_GOLDENS=1 to update it"
        );
    }
}
