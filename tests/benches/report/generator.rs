//! The generator on our own documents, beside progenitor and prettyplease alone on the same normalized documents.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tests::repository;
use xtask::diagnostic::Diagnostics;
use xtask::openapi::normalize::normalize;

use crate::child;
use crate::table::{Row, Unit};

/// Documents that codegen writes beside the generated code: with overlays, not normalized.
const DOCUMENTS: [&str; 2] = [
    "generated/src/pipedream/openapi.json",
    "generated/src/dynamiq/openapi.json",
];

pub(crate) fn rows() -> Vec<Row> {
    let folder = TempDir::new().expect("a folder");
    let normalized = normalized(folder.path());
    // Without writing files, which would measure the disk.
    let codegen = || child::generator(&["codegen", "--check"]);
    let lint = || child::generator(&["lint"]);
    let alone = ["generator", &normalized[0], &normalized[1]];
    let mut rows = Vec::new();
    let programs = [codegen(), lint(), child::this(&alone)];
    let instructions = programs.each_ref().map(child::instructions);
    if let [Some(codegen), Some(lint), Some(alone)] = instructions {
        rows.push(Row::ratio(
            "`codegen` of our documents, instructions; peer: progenitor and prettyplease on the two APIs, normalized",
            codegen,
            alone,
            Unit::Instructions,
            "at most 2",
        ));
        rows.push(Row::ratio(
            "`lint` of our documents, instructions",
            lint,
            alone,
            Unit::Instructions,
            "",
        ));
    }
    rows.push(Row::ratio(
        "`codegen`, fastest of five",
        child::least_of_five(|| child::cost(codegen()).0),
        child::fastest(&alone),
        Unit::Seconds,
        "",
    ));
    rows.push(Row::figure(
        "`lint`, fastest of five",
        child::least_of_five(|| child::cost(lint()).0),
        Unit::Seconds,
        "under 0.1 s",
    ));
    rows
}

/// Runs progenitor on normalized documents, and prints the duration in seconds.
pub(crate) fn child(documents: &[&str]) {
    let start = Instant::now();
    for document in documents {
        let text = fs::read_to_string(document).expect("a document");
        let document = serde_json::from_str(&text).expect("JSON");
        black_box(progenitor_alone(&document));
    }
    println!("{}", start.elapsed().as_secs_f64());
}

/// Generates and prints the client of a normalized document.
pub(crate) fn progenitor_alone(document: &Value) -> String {
    let document = OpenAPI::deserialize(document).expect("an OpenAPI document");
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings).generate_tokens(&document);
    prettyplease::unparse(&syn::parse2(tokens.expect("a client")).expect("Rust"))
}

/// Writes the documents as progenitor gets them, and returns their paths.
fn normalized(folder: &Path) -> [String; 2] {
    DOCUMENTS.map(|document| {
        let path = repository().join(document);
        let text = fs::read_to_string(&path).expect("our document");
        let mut document = serde_json::from_str(&text).expect("JSON");
        normalize(&mut document, &path, &mut Diagnostics::default());
        let api = path.parent().and_then(Path::file_name);
        let written = folder
            .join(api.expect("the folder of an API"))
            .with_extension("json");
        fs::write(&written, document.to_string()).expect("a document");
        written.to_string_lossy().into_owned()
    })
}
