//! Benchmark of the full code generation against progenitor alone, on the same normalized document.
//!
//! Code generation also reads documents and overlays, patches the client, and checks and emits the workflows.

use divan::Bencher;
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use tests::repository;
use xtask::diagnostic::Diagnostics;
use xtask::openapi::normalize::normalize;
use xtask::overlay::Overlay;
use xtask::pipeline::{self, Documents, Request, Runtime};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn codegen(bencher: Bencher<'_, '_>) {
    let root = repository();
    let request = Request {
        documents: Documents::of(&root),
        out: root.join("generated"),
        runtime: Runtime::path(root.join("sdk/runtime")),
        deny_warnings: false,
        keep_going: false,
    };
    bencher.bench(|| {
        let run = pipeline::codegen(&request);
        assert!(run.output.is_some());
        run
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn progenitor_alone(bencher: Bencher<'_, '_>) {
    let document: OpenAPI = serde_json::from_value(normalized()).expect("an OpenAPI document");
    bencher.bench(|| {
        let mut settings = GenerationSettings::default();
        settings.with_interface(InterfaceStyle::Positional);
        let tokens = Generator::new(&settings)
            .generate_tokens(&document)
            .expect("a client");
        prettyplease::unparse(&syn::parse2(tokens).expect("Rust"))
    });
}

/// Returns the document that code generation passes to progenitor.
fn normalized() -> serde_json::Value {
    let folder = repository().join("openapi");
    let path = folder.join("pipedream-openapi.yml");
    let mut document = xtask::load::load(&path).expect("our document");
    let mut found = Diagnostics::new();
    for overlay in ["pipedream-additions-overlay.yml", "pipedream-overlay.yml"] {
        let overlay = xtask::load::load(folder.join(overlay)).expect("its overlay");
        let overlay = Overlay::parse(&overlay).expect("an overlay");
        found.extend(overlay.apply(&mut [&mut document]));
    }
    normalize(&mut document.value, &path, &mut found);
    assert!(!found.has_errors());
    document.value
}
