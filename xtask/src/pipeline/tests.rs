mod printed;

use std::fs;
use std::path::Path;

use super::*;

const API: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: https://shop.example}]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      summary: One order.
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: Fine
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  schemas:
    Order: {type: object, required: [id], properties: {id: {type: string}, total: {type: number}}}
";

fn request(folder: &Path, api: &str) -> Request {
    fs::write(folder.join("shop-openapi.yml"), api).unwrap();
    Request {
        documents: Documents {
            openapi: vec![folder.join("shop-openapi.yml")],
            ..Documents::default()
        },
        out: folder.join("out"),
        runtime: Runtime::version("=0.1.0"),
        deny_warnings: false,
        keep_going: false,
    }
}

fn codes(run: &Run) -> Vec<&str> {
    run.diagnostics
        .iter()
        .filter(|d| d.severity != crate::diagnostic::Severity::Note)
        .map(|d| d.code.as_str())
        .collect()
}

#[test]
fn generates_a_crate_from_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let run = codegen(&request(folder.path(), API));
    assert_eq!(codes(&run), Vec::<&str>::new());
    let output = run.output.unwrap();
    let files: Vec<&str> = output.files().map(|(path, _)| path).collect();
    assert_eq!(
        files,
        [
            "src/lib.rs",
            "src/shop/client.rs",
            "src/shop/mod.rs",
            "src/shop/openapi.json",
            "src/shop/operations.rs",
            "src/shop/resources/examples/orders.get.md",
            "src/shop/resources/mod.rs",
            "src/shop/resources/orders.rs",
            "src/shop/types.rs",
            "src/shop/variables.rs"
        ]
    );
    for (path, text) in output.files().filter(|(path, _)| path.ends_with(".rs")) {
        let text = std::str::from_utf8(text).unwrap();
        assert!(text.starts_with(MARKER), "{path}");
        assert!(syn::parse_file(text).is_ok(), "{path}");
    }
    output.write().unwrap();
    let manifest = fs::read_to_string(folder.path().join("out/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("pipedream-sdk-runtime = \"=0.1.0\""),
        "{manifest}"
    );
}

#[test]
fn generates_the_same_bytes_from_the_same_documents() {
    let folder = tempfile::tempdir().unwrap();
    let request = request(folder.path(), API);
    let files = || -> Vec<(String, Vec<u8>)> {
        let output = codegen(&request).output.unwrap();
        output
            .files()
            .map(|(path, text)| (path.to_owned(), text.to_vec()))
            .collect()
    };
    assert_eq!(files(), files());
}

#[test]
fn reports_stale_code_after_a_changed_description() {
    let folder = tempfile::tempdir().unwrap();
    codegen(&request(folder.path(), API))
        .output
        .unwrap()
        .write()
        .unwrap();
    let changed = request(folder.path(), &API.replace("One order.", "The order."));
    let stale = codegen(&changed).output.unwrap().stale().unwrap();
    let paths: Vec<&str> = stale.iter().map(|s| s.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "src/shop/client.rs",
            "src/shop/openapi.json",
            "src/shop/resources/orders.rs"
        ]
    );
}

#[test]
fn generates_code_from_the_document_with_its_overlay() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(folder.path(), API);
    let overlay = "overlay: 1.0.0\nactions: [{target: $.components.schemas.Order.properties, update: {note: {type: string}}}]";
    fs::write(folder.path().join("overlay.yml"), overlay).unwrap();
    request
        .documents
        .overlays
        .push(folder.path().join("overlay.yml"));
    let output = codegen(&request).output.unwrap();
    let types = output
        .files()
        .find(|(path, _)| *path == "src/shop/types.rs")
        .unwrap()
        .1;
    assert!(String::from_utf8_lossy(types).contains("pub note:"));
}

#[test]
fn returns_no_output_after_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for broken in [
        API.replace("in: path", "in: 5"),
        API.replace("openapi: 3.0.3", "openapi: 2.0"),
        "openapi: [".to_owned(),
        "just text".to_owned(),
        "[]".to_owned(),
    ] {
        let run = codegen(&request(folder.path(), &broken));
        assert!(
            run.output.is_none() && run.diagnostics.has_errors(),
            "{broken}"
        );
    }
}

#[test]
fn returns_no_output_with_denied_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let odd = API.replace("required: [id]", "required: [id, gone]");
    let mut request = request(folder.path(), &odd);
    let run = codegen(&request);
    assert!(run.output.is_some());
    assert_eq!(codes(&run).len(), 1, "{:?}", run.diagnostics);
    request.deny_warnings = true;
    assert!(codegen(&request).output.is_none());
}

#[test]
fn lint_reports_errors_without_output() {
    let folder = tempfile::tempdir().unwrap();
    let broken = API.replace("in: path", "in: 5");
    let run = lint(&request(folder.path(), &broken).documents, false);
    assert!(run.diagnostics.has_errors());
    assert!(run.output.is_none());
}
