//! Benchmark of the full code generation against progenitor alone, on the same normalized document.
//!
//! Code generation also reads documents and overlays, patches the client, and checks and emits the workflows.

mod common;

use divan::Bencher;
use openapiv3::OpenAPI;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn codegen(bencher: Bencher<'_, '_>) {
    bencher.bench(common::codegen);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn progenitor_alone(bencher: Bencher<'_, '_>) {
    let document: OpenAPI =
        serde_json::from_value(common::pipedream()).expect("an OpenAPI document");
    bencher.bench(|| common::progenitor_alone(&document));
}
