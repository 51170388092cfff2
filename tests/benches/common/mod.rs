//! The runs that benchmarks of code generation compare: the generator's, and those of progenitor alone.

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use tests::repository;
use xtask::diagnostic::Diagnostics;
use xtask::openapi::normalize::normalize;
use xtask::overlay::Overlay;
use xtask::pipeline::{self, Documents, Request, Run, Runtime};

/// Generates the crate of this repository, in memory.
pub(crate) fn codegen() -> Run {
    let root = repository();
    let request = Request {
        documents: Documents::of(&root),
        out: root.join("generated"),
        runtime: Runtime::path(root.join("sdk/runtime")),
        deny_warnings: false,
        keep_going: false,
    };
    let run = pipeline::codegen(&request);
    assert!(run.output.is_some());
    run
}

/// Generates a client with progenitor, and prints it.
pub(crate) fn progenitor_alone(document: &OpenAPI) -> String {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings)
        .generate_tokens(document)
        .expect("a client");
    prettyplease::unparse(&syn::parse2(tokens).expect("Rust"))
}

/// Returns the document that code generation passes to progenitor, as JSON.
fn normalized(name: &str, overlays: &[&str]) -> serde_json::Value {
    let folder = repository().join("openapi");
    let path = folder.join(name);
    let mut document = xtask::load::load(&path).expect("our document");
    let mut found = Diagnostics::new();
    for overlay in overlays {
        let overlay = xtask::load::load(folder.join(overlay)).expect("its overlay");
        let overlay = Overlay::parse(&overlay).expect("an overlay");
        found.extend(overlay.apply(&mut [&mut document]));
    }
    normalize(&mut document.value, &path, &mut found);
    assert!(!found.has_errors());
    document.value
}

/// Returns the normalized document of Pipedream.
pub(crate) fn pipedream() -> serde_json::Value {
    let overlays = ["pipedream-additions-overlay.yml", "pipedream-overlay.yml"];
    normalized("pipedream-openapi.yml", &overlays)
}
