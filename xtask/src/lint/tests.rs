//! Tests of the checks, on documents that each test changes.

use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::arazzo::sources::Apis;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load;

mod defects;
mod hostile;
mod reference;

/// Returns an API description without defects, with operations to list and to create pets.
fn openapi() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "paths": {
            "/pets/{kind}": {
                "parameters": [{"$ref": "#/components/parameters/kind"}],
                "get": {
                    "operationId": "listPets",
                    "security": [{"OAuth": []}],
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                        {"name": "X-Env", "in": "header", "required": true, "schema": {"type": "string", "enum": ["test", "live"]}},
                        {"name": "id", "in": "query", "schema": {"type": "string", "pattern": "^pet_[a-z]+$"}}
                    ],
                    "responses": {
                        "200": {
                            "description": "",
                            "headers": {"X-Total": {"schema": {"type": "integer"}}},
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}}
                        },
                        "4XX": {"description": ""}
                    }
                }
            },
            "/pets": {
                "post": {
                    "operationId": "makePet",
                    "security": [{"OAuth": []}, {"Key": []}],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "size": {"type": "string", "enum": ["s", "l"]}}
                    }}}},
                    "responses": {"201": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
                }
            },
            "/secret": {
                "get": {"operationId": "readSecret", "security": [{"Key": []}], "responses": {"204": {"description": ""}}}
            }
        },
        "components": {
            "parameters": {"kind": {"name": "kind", "in": "path", "required": true, "schema": {"type": "string"}}},
            "securitySchemes": {"OAuth": {"type": "http", "scheme": "bearer"}, "Key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Pet": {"type": "object", "properties": {"id": {"type": "string"}, "owner": {"allOf": [{"$ref": "#/components/schemas/Owner"}]}}},
                "Owner": {"type": "object", "properties": {"name": {"type": "string"}, "pets": {"$ref": "#/components/schemas/Pets"}}},
                "Pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
            }
        }
    })
}

/// Returns a workflow document without defects.
fn arazzo() -> Value {
    json!({
        "arazzo": "1.0.1",
        "info": {"title": "Pets", "version": "1"},
        "sourceDescriptions": [{"name": "pets", "url": "pets.openapi.json", "type": "openapi"}],
        "workflows": [
            {
                "workflowId": "adopt",
                "inputs": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "name": {"type": "string"}}},
                "steps": [
                    {
                        "stepId": "list",
                        "operationId": "listPets",
                        "parameters": [
                            {"name": "kind", "in": "path", "value": "$inputs.kind"},
                            {"name": "x-env", "in": "header", "value": "test"},
                            {"name": "limit", "in": "query", "value": 10}
                        ],
                        "successCriteria": [{"condition": "$statusCode == 200"}],
                        "onFailure": [{"name": "again", "type": "retry", "retryAfter": 1, "retryLimit": 3}],
                        "outputs": {"first": "$response.body#/0/owner/name", "total": "$response.header.x-total"}
                    },
                    {
                        "stepId": "make",
                        "operationId": "makePet",
                        "requestBody": {"contentType": "application/json", "payload": {"name": "$inputs.name", "age": 3, "size": "s"}},
                        "successCriteria": [{"condition": "$statusCode == 201"}, {"context": "$response.body", "condition": "$.id", "type": "jsonpath"}],
                        "outputs": {"id": "$response.body#/id"}
                    }
                ],
                "outputs": {"id": "$steps.make.outputs.id", "first": "$steps.list.outputs.first"}
            },
            {
                "workflowId": "twice",
                "inputs": {"type": "object", "properties": {"kind": {"type": "string"}}},
                "steps": [{
                    "stepId": "adopt",
                    "workflowId": "adopt",
                    "parameters": [{"name": "kind", "value": "$inputs.kind"}],
                    "outputs": {"id": "$outputs.id"}
                }],
                "outputs": {"first": "$steps.adopt.outputs.first"}
            }
        ]
    })
}

fn parse(name: &str, value: &Value) -> load::Document {
    load::parse(Path::new(name), serde_json::to_string(value).unwrap()).unwrap()
}

fn findings(arazzo: &Value, openapi: &Value) -> Vec<Diagnostic> {
    let mut found = Diagnostics::new();
    let apis = [parse("pets.openapi.json", openapi)];
    if let Some(description) = Description::read(&parse("pets.arazzo.json", arazzo), &mut found) {
        let apis = with_children(&apis);
        let apis = Apis::read(apis.iter().map(Cow::as_ref));
        let sources = Sources::find(&description, &apis, &[], &mut found);
        let undeclared = UndeclaredProperties::default();
        check(&description, &sources, &undeclared, &mut found);
        undeclared.report(&mut found);
    }
    found.into_iter().collect()
}

/// Sets the value at a pointer; `-` appends to an array. `Value::Null` removes the value.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    match document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{parent}"))
    {
        Value::Object(object) if value.is_null() => drop(object.shift_remove(token).unwrap()),
        Value::Object(object) => drop(object.insert(token.to_owned(), value)),
        Value::Array(items) if token == "-" => items.push(value),
        Value::Array(items) if value.is_null() => drop(items.remove(token.parse().unwrap())),
        Value::Array(items) => items[token.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
}

const LIST: &str = "/workflows/0/steps/0";
const MAKE: &str = "/workflows/0/steps/1";

#[test]
fn valid_documents_have_no_diagnostics() {
    assert_eq!(findings(&arazzo(), &openapi()), []);
}

#[test]
fn reports_a_missing_required_property_and_body() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{MAKE}/requestBody/payload/name"),
        Value::Null,
    );
    let found = findings(&document, &openapi());
    assert!(
        found
            .iter()
            .any(|finding| finding.code.as_str() == "missing-property"
                && finding.message.contains("`name`")),
        "{found:#?}"
    );
    put(
        &mut document,
        &format!("{MAKE}/requestBody/replacements"),
        json!([{"target": "/name", "value": "$inputs.name"}]),
    );
    assert_eq!(findings(&document, &openapi()), []);
    put(&mut document, &format!("{MAKE}/requestBody"), Value::Null);
    assert!(
        findings(&document, &openapi())
            .iter()
            .any(|finding| finding.code.as_str() == "missing-body")
    );
}

#[test]
fn a_step_in_a_loop_can_read_outputs_of_a_later_step() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{LIST}/parameters/-"),
        json!({"name": "id", "in": "query", "value": "$steps.make.outputs.id"}),
    );
    assert!(
        findings(&document, &openapi())
            .iter()
            .any(|finding| finding.code.as_str() == "forward-reference")
    );
    let back = json!([{"name": "back", "type": "goto", "stepId": "list", "criteria": [{"condition": "$response.body#/id != null"}]}]);
    put(&mut document, &format!("{MAKE}/onSuccess"), back);
    assert_eq!(findings(&document, &openapi()), []);
}

#[test]
fn accepts_a_goto_with_criteria_followed_by_an_end_action() {
    let mut document = arazzo();
    let actions = json!([
        {"name": "some", "type": "goto", "stepId": "make", "criteria": [{"condition": "$response.body#/0 != null"}]},
        {"name": "none", "type": "end"}
    ]);
    put(&mut document, &format!("{LIST}/onSuccess"), actions);
    assert_eq!(findings(&document, &openapi()), []);
}

#[test]
fn an_unknown_source_is_the_only_error_of_its_step() {
    let mut document = arazzo();
    put(
        &mut document,
        "/sourceDescriptions/-",
        json!({"name": "other", "url": "other.json", "type": "openapi"}),
    );
    put(
        &mut document,
        &format!("{MAKE}/operationId"),
        json!("$sourceDescriptions.other.makeOther"),
    );
    let found = findings(&document, &openapi());
    assert_eq!(
        found
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.code.as_str())
            .collect::<Vec<_>>(),
        ["unknown-source"]
    );
}

#[test]
fn accepts_the_short_form_of_source_and_operation() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{MAKE}/operationId"),
        json!("pets.makePet"),
    );
    let found = findings(&document, &openapi());
    assert_eq!(
        found
            .iter()
            .map(|found| found.code.as_str())
            .collect::<Vec<_>>(),
        ["nonstandard"]
    );
}

#[test]
fn finds_operations_by_operation_path_with_and_without_a_method() {
    for path in [
        "{$sourceDescriptions.pets.url}#/paths/~1pets/post",
        "{$sourceDescriptions.pets.url}#/paths/~1pets",
    ] {
        let mut document = arazzo();
        put(&mut document, &format!("{MAKE}/operationId"), Value::Null);
        put(&mut document, &format!("{MAKE}/operationPath"), json!(path));
        assert!(
            findings(&document, &openapi())
                .iter()
                .all(|finding| finding.code.as_str() == "nonstandard"),
            "{path}"
        );
    }
}

#[test]
fn merges_reusable_objects_and_workflow_actions_into_steps() {
    let mut document = arazzo();
    put(
        &mut document,
        "/components",
        json!({
            "parameters": {"env": {"name": "X-Env", "in": "header", "value": "test"}},
            "failureActions": {"again": {"name": "again", "type": "retry", "retryLimit": 9}, "stop": {"name": "stop", "type": "end"}}
        }),
    );
    put(
        &mut document,
        &format!("{LIST}/parameters/1"),
        json!({"reference": "$components.parameters.env", "value": "live"}),
    );
    let actions = json!([{"reference": "$components.failureActions.again"}, {"reference": "$components.failureActions.stop"}]);
    put(&mut document, "/workflows/0/failureActions", actions);
    assert_eq!(findings(&document, &openapi()), []);
    let mut found = Diagnostics::new();
    let description = Description::read(&parse("pets.arazzo.json", &document), &mut found).unwrap();
    let step = &description.workflows[0].steps[0];
    let names: Vec<_> = step
        .on_failure
        .iter()
        .map(|action| (action.name.as_str(), action.inherited))
        .collect();
    assert_eq!(names, [("again", false), ("stop", true)]);
    assert_eq!(
        step.parameters[1].value,
        crate::arazzo::template::Template::Literal(json!("live"))
    );
    assert_eq!(
        step.parameters[1].value_pointer,
        format!("{LIST}/parameters/1/value")
    );
}

#[test]
fn checks_schemas_composed_of_themselves() {
    let mut api = openapi();
    put(
        &mut api,
        "/components/schemas/Owner",
        json!({"allOf": [{"$ref": "#/components/schemas/Owner"}, {"$ref": "#/components/schemas/Owner"}]}),
    );
    put(
        &mut api,
        "/components/schemas/Pets",
        json!({"$ref": "#/components/schemas/Pets"}),
    );
    let body = "/paths/~1pets/post/requestBody/content/application~1json/schema";
    put(
        &mut api,
        body,
        json!({"$ref": "#/components/schemas/Owner"}),
    );
    findings(&arazzo(), &api);
}

#[test]
fn an_output_of_an_expected_error_is_looked_up_in_the_responses_of_errors() {
    let mut api = openapi();
    let conflict = json!({
        "description": "",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"holder": {"type": "string"}}}}}
    });
    put(&mut api, "/paths/~1pets/post/responses/409", conflict);
    let expecting = |condition: &str, output: &str| {
        let mut document = arazzo();
        put(
            &mut document,
            "/workflows/0/steps/1/successCriteria",
            json!([{ "condition": condition }]),
        );
        put(
            &mut document,
            "/workflows/0/steps/1/outputs/id",
            json!(output),
        );
        let found = findings(&document, &api);
        let unknown =
            |it: &&Diagnostic| it.code == crate::diagnostic::Code::UnknownResponseProperty;
        found.iter().filter(unknown).count()
    };
    let holder = "$response.body#/holder";
    assert_eq!(expecting("$statusCode == 409", holder), 0);
    assert_eq!(expecting("$statusCode == 201", holder), 1);
    assert_eq!(expecting("$statusCode == 409", "$response.body#/ident"), 1);
}
