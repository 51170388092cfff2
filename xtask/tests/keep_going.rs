//! `--keep-going` leaves out what has errors, with what depends on it, and generates the rest.

use std::fs;
use std::path::Path;

use xtask::pipeline::{Documents, Request, Run, Runtime, codegen};

const API: &str = "
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: https://shop.example}]
paths:
  /orders: {get: {operationId: listOrders, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}}
  /broken/{id: {get: {operationId: broken, responses: {'200': {description: ok}}}}
components:
  schemas:
    Order: {type: object, properties: {id: {type: string}, state: {$ref: '#/components/schemas/A'}}}
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
";

const FLOW: &str = "
arazzo: 1.0.1
info: {title: Shop, version: '1'}
sourceDescriptions: [{name: shop, url: api.yml, type: openapi}]
workflows:
  - workflowId: fine
    steps: [{stepId: list, operationId: listOrders}]
  - workflowId: wrong
    steps: [{stepId: list, operationId: listOrdrs}]
  - workflowId: runs-the-wrong-one
    steps: [{stepId: run, workflowId: wrong}]
  - workflowId: calls-the-broken-one
    steps: [{stepId: call, operationId: broken, parameters: [{name: id, in: path, value: x}]}]
";

fn run(folder: &Path, keep_going: bool) -> Run {
    let documents = Documents {
        openapi: vec![folder.join("api.yml")],
        arazzo: ["flow.yml", "unreadable.yml"]
            .map(|name| folder.join(name))
            .into_iter()
            .filter(|path| path.exists())
            .collect(),
        ..Documents::default()
    };
    let request = Request {
        documents,
        out: folder.join("out"),
        runtime: Runtime::version("=0.1.0"),
        deny_warnings: false,
        keep_going,
    };
    // Documents are read recursively.
    let worker = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
    let worker = worker.spawn(move || codegen(&request)).unwrap();
    worker.join().unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("api.yml"), API).unwrap();
    fs::write(folder.path().join("flow.yml"), FLOW).unwrap();
    fs::write(folder.path().join("unreadable.yml"), "arazzo: [").unwrap();
    folder
}

#[test]
fn the_rest_is_generated_and_what_is_left_out_is_listed() {
    let folder = folder();
    let run = run(folder.path(), true);
    assert!(!run.diagnostics.has_errors(), "{:?}", run.diagnostics);
    let parts: Vec<&str> = run.left_out.iter().map(|part| part.part.as_str()).collect();
    for part in [
        "document `unreadable.yml`",
        "path `/broken/{id`",
        "workflow `wrong`",
        "workflow `runs-the-wrong-one`",
        "workflow `calls-the-broken-one`",
    ] {
        assert!(parts.contains(&part), "{part} is not in {parts:?}");
    }
    assert!(
        parts.iter().any(|part| part.starts_with("schema `")),
        "{parts:?}"
    );
    assert!(run.left_out.iter().all(|part| !part.reasons.is_empty()));
    let output = run.output.unwrap();
    let file = |name: &str| {
        let mut files = output.files();
        let (_, text) = files.find(|(path, _)| *path == name)?;
        Some(String::from_utf8(text.to_vec()).unwrap())
    };
    assert!(file("src/workflows/fine.rs").is_some());
    assert!(file("src/workflows/wrong.rs").is_none());
    assert!(file("src/api/client.rs").unwrap().contains("list_orders"));
    let library = file("src/lib.rs").unwrap();
    assert!(library.contains("//! # Left out"), "{library}");
    assert!(library.contains("workflow `wrong`"), "{library}");
    let list: serde_json::Value =
        serde_json::from_str(&file("src/left_out.json").unwrap()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), parts.len());
    assert!(list[0]["reasons"][0]["code"].is_string());
}

#[test]
fn without_it_nothing_is_generated() {
    let folder = folder();
    let run = run(folder.path(), false);
    assert!(run.output.is_none() && run.left_out.is_empty());
    assert!(run.diagnostics.has_errors());
}

#[test]
fn documents_without_errors_have_the_same_code() {
    let folder = folder();
    let fine = FLOW.split("  - workflowId: wrong").next().unwrap();
    fs::write(folder.path().join("flow.yml"), fine).unwrap();
    let api = API.replace(
        "  /broken/{id: {get: {operationId: broken, responses: {'200': {description: ok}}}}\n",
        "",
    );
    let api = api.replace(
        "    A: {$ref: '#/components/schemas/B'}",
        "    A: {type: string}",
    );
    fs::write(folder.path().join("api.yml"), api).unwrap();
    fs::write(
        folder.path().join("unreadable.yml"),
        fine.replace("workflowId: fine", "workflowId: other"),
    )
    .unwrap();
    let [with, without] = [true, false].map(|keep_going| {
        let run = run(folder.path(), keep_going);
        assert!(run.left_out.is_empty(), "{:?}", run.left_out);
        let files: Vec<(String, Vec<u8>)> = run
            .output
            .unwrap()
            .files()
            .map(|(path, text)| (path.to_owned(), text.to_vec()))
            .collect();
        files
    });
    assert_eq!(with, without);
}

#[test]
fn an_error_in_a_file_that_a_document_refers_to_is_reported_at_its_place() {
    let folder = folder();
    let api = "
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: https://shop.example}]
paths:
  /orders: {get: {operationId: listOrders, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: parts/order.yml}}}}}}}
";
    fs::write(folder.path().join("api.yml"), api).unwrap();
    fs::remove_file(folder.path().join("unreadable.yml")).unwrap();
    fs::create_dir(folder.path().join("parts")).unwrap();
    let part = folder.path().join("parts/order.yml");
    fs::write(
        &part,
        "type: object\nproperties:\n  id: {$ref: missing.yml}\n",
    )
    .unwrap();
    let place = |run: &Run| {
        let mut found = run.diagnostics.iter();
        let finding = found
            .find(|it| it.code.as_str() == "external-reference")
            .unwrap();
        (finding.file.clone(), finding.pointer.clone())
    };
    let expected = (part, "/properties/id/$ref".to_owned());
    assert_eq!(place(&run(folder.path(), false)), expected);
    let run = run(folder.path(), true);
    assert_eq!(place(&run), expected);
    assert!(
        run.left_out.iter().any(|part| part.part == "file `order`"),
        "{:?}",
        run.left_out
    );
    let output = run.output.unwrap();
    assert!(
        output
            .files()
            .any(|(path, _)| path == "src/workflows/fine.rs")
    );
}

#[test]
fn a_document_whose_error_is_in_no_part_is_left_out_as_a_whole() {
    let folder = folder();
    fs::write(folder.path().join("api.yml"), API.replace("3.0.3", "9")).unwrap();
    let run = run(folder.path(), true);
    let whole = run
        .left_out
        .iter()
        .find(|part| part.part == "document `api.yml`")
        .unwrap();
    assert!(whole.pointer.is_empty() && !whole.reasons.is_empty());
    assert!(run.output.is_some());
}
