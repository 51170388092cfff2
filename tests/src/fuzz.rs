//! Bodies of the fuzz targets. `tests/fuzz` runs them on random input, `tests/tests/fuzz.rs` on the stored corpus.
//!
//! A target returns normally for every input. A panic, an abort or a long run is a defect.

use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue};
use pipedream_sdk::types;
use pipedream_sdk::webhooks::{self, Verifier};
use serde::de::DeserializeOwned;
use xtask::arazzo::criterion::{self, Simple};
use xtask::arazzo::expression::Expression;
use xtask::load;
use xtask::overlay::Overlay;
use xtask::pipeline::{self, Documents, Request, Runtime};

/// Line that separates the two documents of an input.
const SEPARATOR: &str = "\n---8<---\n";

/// Stack size of the generator, in bytes, as in its binary.
const STACK: usize = 256 * 1024 * 1024;

/// A target: takes any bytes.
pub type Target = fn(&[u8]);

/// All targets, by the name of their corpus folder.
pub const TARGETS: [(&str, Target); 7] = [
    ("yaml", yaml),
    ("expression", expression),
    ("condition", condition),
    ("overlay", overlay),
    ("codegen", codegen),
    ("response", response),
    ("webhook", webhook),
];

/// Reads a document as YAML or JSON.
pub fn yaml(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = load::parse("fuzz.yml", text);
    }
}

/// Parses a runtime expression.
pub fn expression(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Expression::looks_like(text);
        if let Ok(parsed) = Expression::parse(text) {
            let _ = format!("{parsed:?}");
        }
    }
}

/// Parses a condition in each of the syntaxes of a criterion.
pub fn condition(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Simple::parse(text);
        let _ = criterion::check_regex(text);
        let _ = criterion::check_jsonpath(text);
    }
}

/// Applies the second document, an overlay, to the first.
pub fn overlay(data: &[u8]) {
    let Some((document, overlay)) = two_documents(data) else {
        return;
    };
    let (Ok(mut document), Ok(overlay)) = (
        load::parse("fuzz.yml", document),
        load::parse("fuzz-overlay.yml", overlay),
    ) else {
        return;
    };
    if let Ok(overlay) = Overlay::parse(&overlay) {
        let _ = overlay.apply(&mut [&mut document]);
    }
}

/// Generates code from an OpenAPI and an Arazzo document.
pub fn codegen(data: &[u8]) {
    let Some((openapi, arazzo)) = two_documents(data) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file in a temporary folder");
        path
    };
    let request = Request {
        documents: Documents {
            openapi: vec![write("openapi.yml", openapi)],
            arazzo: vec![write("arazzo.yml", arazzo)],
            ..Documents::default()
        },
        out: folder.path().join("out"),
        runtime: Runtime::path(Path::new("runtime")),
        deny_warnings: false,
        keep_going: false,
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    let run = thread.spawn(move || pipeline::codegen(&request));
    let run = run.expect("a thread").join().expect("no panic");
    for (name, text) in run.output.iter().flat_map(|output| output.files()) {
        let is_rust = name.ends_with(".rs");
        let text = String::from_utf8_lossy(text);
        assert!(
            !is_rust || syn::parse_file(&text).is_ok(),
            "{name} is not Rust:\n{text}"
        );
    }
}

/// Decodes a response as several types, and encodes and decodes the result again.
pub fn response(data: &[u8]) {
    round_trip::<types::ListAccountsResponse>(data);
    round_trip::<types::RunActionResponse>(data);
    round_trip::<types::Component>(data);
    round_trip::<types::Emitter>(data);
}

/// Verifies a delivery: header lines, an empty line, and the body.
pub fn webhook(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut headers = HeaderMap::new();
    for line in head.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let name = HeaderName::from_bytes(name.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.trim())) {
            headers.append(name, value);
        }
    }
    let _ = webhooks::peek(&headers).emitter_id();
    if let Ok(event) = Verifier::new(["key"]).verify(&headers, body.as_bytes()) {
        let _ = event.value();
    }
    let _ = webhooks::ConnectionEvent::from_slice(body.as_bytes());
}

fn round_trip<T: DeserializeOwned + serde::Serialize>(data: &[u8]) {
    if let Ok(value) = serde_json::from_slice::<T>(data) {
        let text = serde_json::to_vec(&value).expect("a decoded value encodes");
        serde_json::from_slice::<T>(&text).expect("an encoded value decodes");
    }
}

fn two_documents(data: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(data).ok()?.split_once(SEPARATOR)
}
