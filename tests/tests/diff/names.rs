//! Tests of the operations and generated names that changes affect.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::pairs::classify;
use xtask::diff::change::{Breaks, Change, ChangeCode, Direction};
use xtask::diff::{self, Options, Report};

const API: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      x-fern-sdk-group-name: orders
      x-fern-sdk-method-name: list
      responses:
        '200': {content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}
    post:
      operationId: createOrder
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses:
        '201': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
  /health:
    get: {operationId: health, responses: {'204': {}}}
components:
  schemas:
    Order: {type: object, properties: {parent: {$ref: '#/components/schemas/Order'}, lines: {type: array, items: {$ref: '#/components/schemas/order_line'}}}}
    order_line: {type: object, properties: {amount: {type: integer}}}
";

const WORKFLOWS: &str = "\
arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: shop, url: ./shop.yml}]
workflows:
  - workflowId: orderAgain
    steps: [{stepId: order, operationId: createOrder}]
  - workflowId: everything
    steps: [{stepId: run, workflowId: orderAgain}]
  - workflowId: browse
    steps: [{stepId: list, operationPath: '{$sourceDescriptions.shop.url}#/paths/~1orders/get'}]
  - workflowId: check
    steps: [{stepId: ping, operationId: $sourceDescriptions.shop.health}]
";

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Compares two folders with these files.
fn folders(old: &[(&str, &str)], new: &[(&str, &str)]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("old"), folder.path().join("new"));
    write(&a, old);
    write(&b, new);
    diff::classify(&a, &b, &[], Options::default())
}

fn only(report: &Report, direction: Direction) -> &Change {
    let mut changes = report
        .changes()
        .filter(|change| change.direction == Some(direction));
    let first = changes.next().unwrap();
    assert!(changes.next().is_none());
    first
}

#[test]
fn a_shared_schema_affects_all_operations_that_reach_it() {
    let new = API.replace("amount: {type: integer}", "amount: {type: string}");
    let report = folders(
        &[("shop.yml", API), ("flows.yml", WORKFLOWS)],
        &[("shop.yml", &new), ("flows.yml", WORKFLOWS)],
    );
    let response = only(&report, Direction::Response);
    assert_eq!(response.subject, "order_line.amount");
    assert_eq!(response.operations, set(["GET /orders", "POST /orders"]));
    assert_eq!(
        response.names.functions,
        set(["list_orders", "create_order"])
    );
    assert_eq!(
        response.names.builders,
        set(["orders().list()", "orders().create()"])
    );
    assert_eq!(response.names.types, set(["OrderLine"]));
    assert_eq!(
        response.names.workflows,
        set(["order_again", "everything", "browse"])
    );
    let request = only(&report, Direction::Request);
    assert_eq!(request.operations, set(["POST /orders"]));
    assert_eq!(request.names.workflows, set(["order_again", "everything"]));
}

#[test]
fn renamed_operations_name_both_functions() {
    let new = API.replace("operationId: listOrders", "operationId: findOrders");
    let report = classify(API, &new, Options::default());
    let change = report.changes().next().unwrap();
    assert_eq!(
        (change.code, change.breaks),
        (ChangeCode::OperationRenamed, Breaks::Code)
    );
    assert_eq!(change.names.functions, set(["list_orders", "find_orders"]));
}

#[test]
fn renamed_schemas_name_both_types() {
    let new = API.replace("order_line", "OrderItem");
    let report = classify(API, &new, Options::default());
    let change = report.changes().next().unwrap();
    assert_eq!(
        (change.code, change.breaks),
        (ChangeCode::SchemaRenamed, Breaks::Code)
    );
    assert_eq!(change.names.types, set(["OrderLine", "OrderItem"]));
    assert_eq!(change.operations, set(["GET /orders", "POST /orders"]));
}

#[test]
fn changes_of_workflows_name_functions_and_types() {
    let new = WORKFLOWS.replace(
        "workflowId: browse",
        "workflowId: browse\n    outputs: {n: $steps.list.outputs.n}",
    );
    let report = classify(&new, WORKFLOWS, Options::default());
    let change = report.changes().next().unwrap();
    assert_eq!(change.code, ChangeCode::OutputRemoved);
    assert_eq!(change.names.workflows, set(["browse"]));
    assert_eq!(change.names.types, set(["BrowseOutputs"]));
}

#[test]
fn shared_inputs_affect_all_workflows_that_use_them() {
    let old = "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nworkflows:\n  - {workflowId: a, inputs: {$ref: '#/components/inputs/Page'}, steps: []}\n  - {workflowId: b, inputs: {$ref: '#/components/inputs/Page'}, steps: []}\ncomponents: {inputs: {Page: {type: object, properties: {size: {type: integer}}}}}\n";
    let report = classify(old, &old.replace("integer", "string"), Options::default());
    let changes: Vec<&Change> = report.changes().collect();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].names.workflows, set(["a", "b"]));
    assert_eq!(changes[0].names.types, set(["AInputs", "BInputs"]));
}

#[test]
fn folders_report_added_and_removed_documents() {
    let both = [("shop.yml", API), ("flows.yml", WORKFLOWS)];
    let only_api = [("shop.yml", API)];
    let added = folders(&only_api, &both);
    assert_eq!(added.exit_code(), 1);
    assert_eq!(
        added.changes().next().unwrap().code,
        ChangeCode::DocumentAdded
    );
    let removed = folders(&both, &only_api);
    assert_eq!(removed.exit_code(), 2);
    assert_eq!(
        removed.changes().next().unwrap().code,
        ChangeCode::DocumentRemoved
    );
    assert!(removed.documents[0].new.is_none());
}

#[test]
fn open_enumerations_accept_added_values() {
    let old = API.replace(
        "amount: {type: integer}",
        "amount: {type: string, enum: [a]}",
    );
    let new = old.replace("enum: [a]", "enum: [a, b]");
    assert_eq!(classify(&old, &new, Options::default()).exit_code(), 2);
    let open = Options { open_enums: true };
    assert_eq!(classify(&old, &new, open).exit_code(), 1);
}

#[test]
fn every_document_is_the_same_as_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in ["openapi", "arazzo"] {
        let folder = root.join(folder);
        let report = diff::classify(&folder, &folder, &[], Options::default());
        assert_eq!(
            report.exit_code(),
            0,
            "{}",
            report.render(diff::Format::Text)
        );
    }
}
