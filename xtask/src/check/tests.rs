use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load;

/// A description without a defect: one operation to read pets and one to make them.
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

/// A workflow document without a defect.
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
        let sources = Sources::find(&description, &apis, &[], &mut found);
        check(&description, &sources, &mut found);
    }
    found.into_iter().collect()
}

/// Puts a value at a pointer, `-` being the end of an array; `Value::Null` takes away what is there.
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
fn documents_without_a_defect_give_no_diagnostic() {
    assert_eq!(findings(&arazzo(), &openapi()), []);
}

/// Each row puts one defect into the documents, and names what is reported: the severity, the code, the place, and a part of the message
/// or help.
#[test]
fn each_defect_gives_its_diagnostic_and_no_other() {
    use Severity::{Error, Warning};
    let goto = |step: &str, guarded: bool| {
        let criteria = if guarded {
            json!([{"condition": "$response.body#/0 != null"}])
        } else {
            json!([])
        };
        json!([{"name": "go", "type": "goto", "stepId": step, "criteria": criteria}])
    };
    let rows: Vec<(String, Value, Severity, &str, String, &str)> = vec![
        // The document itself.
        (
            "/arazzo".into(),
            json!("2.0.0"),
            Error,
            "arazzo-version",
            "/arazzo".into(),
            "1.0.1",
        ),
        (
            "/arazzo".into(),
            json!(1.0),
            Error,
            "arazzo-version",
            "/arazzo".into(),
            "`1.0`",
        ),
        (
            "/info".into(),
            Value::Null,
            Error,
            "missing-field",
            "".into(),
            "`info`",
        ),
        (
            "/info/tittle".into(),
            json!("x"),
            Warning,
            "unknown-field",
            "/info/tittle".into(),
            "`title`",
        ),
        (
            "/info/version".into(),
            json!(1),
            Error,
            "wrong-type",
            "/info/version".into(),
            "'1', in quotes",
        ),
        (
            "/workflows/1/workflowId".into(),
            json!("adopt"),
            Error,
            "duplicate-id",
            "/workflows/1/workflowId".into(),
            "another workflow",
        ),
        (
            format!("{MAKE}/operationPath"),
            json!("#/paths/~1pets/post"),
            Error,
            "ambiguous-target",
            MAKE.into(),
            "operationPath",
        ),
        (
            format!("{MAKE}/outputs/é"),
            json!("$statusCode"),
            Warning,
            "invalid-name",
            format!("{MAKE}/outputs/é"),
            "letters",
        ),
        (
            format!("{LIST}/onFailure/0/retryLimit"),
            json!(-1),
            Error,
            "invalid-value",
            format!("{LIST}/onFailure/0/retryLimit"),
            "whole number",
        ),
        (
            format!("{LIST}/onFailure/0/type"),
            json!("stop"),
            Error,
            "invalid-value",
            format!("{LIST}/onFailure/0/type"),
            "`retry`",
        ),
        (
            format!("{LIST}/onFailure/-"),
            json!({"reference": "$components.failureActions.x"}),
            Error,
            "unknown-component",
            format!("{LIST}/onFailure/1"),
            "`x`",
        ),
        (
            format!("{LIST}/outputs/first"),
            json!("$response.bdy#/0"),
            Error,
            "invalid-expression",
            format!("{LIST}/outputs/first"),
            "`bdy",
        ),
        // Criteria.
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$statusCode = 201"),
            Warning,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/0/condition"),
            "`==`",
        ),
        (
            format!("{MAKE}/successCriteria/1/condition"),
            json!("$.data.length > 0"),
            Warning,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/1/condition"),
            "`$.data[0]`",
        ),
        (
            format!("{MAKE}/successCriteria/1/type"),
            json!("xpath"),
            Warning,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/1/type"),
            "xpath",
        ),
        (
            format!("{MAKE}/successCriteria/1/context"),
            Value::Null,
            Error,
            "missing-field",
            format!("{MAKE}/successCriteria/1"),
            "context",
        ),
        (
            format!("{MAKE}/successCriteria/-"),
            json!({"context": "$statusCode", "type": "regex", "condition": "(2"}),
            Warning,
            "invalid-criterion",
            format!("{MAKE}/successCriteria/2/condition"),
            "regular expression",
        ),
        // Sources and operations.
        (
            "/sourceDescriptions/0/url".into(),
            json!("../old/pets.openapi.json"),
            Warning,
            "dangling-source",
            "/sourceDescriptions/0/url".into(),
            "by its name",
        ),
        (
            "/sourceDescriptions/0/url".into(),
            json!("https://example.com/api"),
            Warning,
            "dangling-source",
            "/sourceDescriptions/0/url".into(),
            "pets.openapi.json",
        ),
        (
            format!("{MAKE}/operationId"),
            json!("makePets"),
            Error,
            "unknown-operation",
            format!("{MAKE}/operationId"),
            "`makePet`",
        ),
        (
            format!("{MAKE}/operationId"),
            json!("$sourceDescriptions.pet.makePet"),
            Error,
            "unknown-source",
            format!("{MAKE}/operationId"),
            "`pets`",
        ),
        (
            "/workflows/1/steps/0/workflowId".into(),
            json!("adapt"),
            Error,
            "unknown-workflow",
            "/workflows/1/steps/0/workflowId".into(),
            "`adopt`",
        ),
        // Requests.
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "limits", "in": "query", "value": 1}),
            Error,
            "unknown-parameter",
            format!("{LIST}/parameters/3"),
            "`limit`",
        ),
        (
            format!("{LIST}/parameters/2/in"),
            json!("header"),
            Error,
            "parameter-location",
            format!("{LIST}/parameters/2/in"),
            "`in: query`",
        ),
        (
            format!("{LIST}/parameters/1"),
            Value::Null,
            Error,
            "missing-parameter",
            LIST.into(),
            "X-Env",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!("many"),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/2/value"),
            "integer",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!(101),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/2/value"),
            "bounds",
        ),
        (
            format!("{LIST}/parameters/1/value"),
            json!("prod"),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/1/value"),
            "\"live\"",
        ),
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "id", "in": "query", "value": "dog_a"}),
            Error,
            "invalid-parameter-value",
            format!("{LIST}/parameters/3/value"),
            "pattern",
        ),
        (
            format!("{LIST}/parameters/-"),
            json!({"name": "Authorization", "in": "header", "value": "x"}),
            Warning,
            "credential-parameter",
            format!("{LIST}/parameters/3"),
            "x-security",
        ),
        (
            format!("{LIST}/requestBody"),
            json!({"payload": {"a": 1}}),
            Error,
            "unexpected-body",
            format!("{LIST}/requestBody"),
            "no body",
        ),
        (
            format!("{MAKE}/requestBody/contentType"),
            json!("text/csv"),
            Error,
            "content-type",
            format!("{MAKE}/requestBody/contentType"),
            "application/json",
        ),
        (
            format!("{MAKE}/requestBody/payload/nome"),
            json!("x"),
            Warning,
            "unknown-property",
            format!("{MAKE}/requestBody/payload/nome"),
            "`name`",
        ),
        (
            format!("{MAKE}/requestBody/payload/age"),
            json!("three"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/age"),
            "integer",
        ),
        (
            format!("{MAKE}/requestBody/payload/age"),
            json!("{$inputs.name}"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/age"),
            "text",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("m"),
            Error,
            "invalid-body-value",
            format!("{MAKE}/requestBody/payload/size"),
            "\"s\"",
        ),
        (
            format!("{MAKE}/requestBody/replacements"),
            json!([{"target": "/aage", "value": 1}]),
            Error,
            "unknown-property",
            format!("{MAKE}/requestBody/replacements/0/target"),
            "`age`",
        ),
        (
            format!("{MAKE}/x-security"),
            json!([{"schemeName": "OAut", "values": {"token": "$inputs.name"}}]),
            Error,
            "unknown-scheme",
            format!("{MAKE}/x-security/0/schemeName"),
            "`OAuth`",
        ),
        (
            format!("{LIST}/x-security"),
            json!([{"schemeName": "Key", "values": {"token": "$inputs.name"}}]),
            Warning,
            "unsatisfied-security",
            format!("{LIST}/x-security/0/schemeName"),
            "OAuth",
        ),
        (
            "/workflows/0/steps/-".into(),
            json!({"stepId": "secret", "operationId": "readSecret"}),
            Warning,
            "unsatisfied-security",
            "/workflows/0/steps/2".into(),
            "schemeName: Key",
        ),
        (
            "/workflows/1/steps/0/parameters/0/name".into(),
            json!("kin"),
            Error,
            "unknown-parameter",
            "/workflows/1/steps/0/parameters/0".into(),
            "`kind`",
        ),
        // Answers.
        (
            format!("{LIST}/outputs/first"),
            json!("$response.body#/0/owner/nam"),
            Error,
            "unknown-response-property",
            format!("{LIST}/outputs/first"),
            "`name`",
        ),
        (
            format!("{LIST}/outputs/first"),
            json!("$response.body#/id"),
            Error,
            "unknown-response-property",
            format!("{LIST}/outputs/first"),
            "`/0`",
        ),
        (
            format!("{LIST}/outputs/total"),
            json!("$response.header.X-Totl"),
            Warning,
            "undeclared-header",
            format!("{LIST}/outputs/total"),
            "`X-Total`",
        ),
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$statusCode == 200"),
            Warning,
            "undeclared-status",
            format!("{MAKE}/successCriteria/0/condition"),
            "201",
        ),
        (
            format!("{MAKE}/successCriteria/0/condition"),
            json!("$response.body#/ident == 1"),
            Warning,
            "unknown-response-property",
            format!("{MAKE}/successCriteria/0/condition"),
            "`/ident`",
        ),
        // References.
        (
            format!("{LIST}/parameters/0/value"),
            json!("$inputs.kinds"),
            Error,
            "unknown-input",
            format!("{LIST}/parameters/0/value"),
            "`kind`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$steps.maker.outputs.id"),
            Error,
            "unknown-step",
            "/workflows/0/outputs/id".into(),
            "`make`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$steps.make.outputs.ids"),
            Error,
            "unknown-output",
            "/workflows/0/outputs/id".into(),
            "`id`",
        ),
        (
            "/workflows/0/outputs/id".into(),
            json!("$statusCode"),
            Error,
            "invalid-expression",
            "/workflows/0/outputs/id".into(),
            "belongs to a step",
        ),
        (
            format!("{LIST}/parameters/2/value"),
            json!("$steps.make.outputs.id"),
            Error,
            "forward-reference",
            format!("{LIST}/parameters/2/value"),
            "never run before",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("$steps.make.outputs.id"),
            Error,
            "forward-reference",
            format!("{MAKE}/requestBody/payload/size"),
            "its own output",
        ),
        (
            format!("{MAKE}/requestBody/payload/size"),
            json!("$statusCode"),
            Error,
            "invalid-expression",
            format!("{MAKE}/requestBody/payload/size"),
            "before there is an answer",
        ),
        (
            format!("{MAKE}/outputs/id"),
            json!("$workflows.twice.outputs.first"),
            Error,
            "missing-dependency",
            format!("{MAKE}/outputs/id"),
            "dependsOn: [twice]",
        ),
        (
            format!("{MAKE}/outputs/id"),
            json!("$request.query.a"),
            Warning,
            "unknown-request-part",
            format!("{MAKE}/outputs/id"),
            "sends no",
        ),
        (
            "/workflows/0/inputs/properties/other".into(),
            json!({"type": "string"}),
            Warning,
            "unused-input",
            "/workflows/0/inputs/properties/other".into(),
            "`other`",
        ),
        (
            "/workflows/0/inputs/required/-".into(),
            json!("nam"),
            Warning,
            "undeclared-input",
            "/workflows/0/inputs/required/1".into(),
            "`name`",
        ),
        (
            "/workflows/0/dependsOn".into(),
            json!(["nowhere"]),
            Error,
            "unknown-workflow",
            "/workflows/0/dependsOn/0".into(),
            "nowhere",
        ),
        (
            "/workflows/0/dependsOn".into(),
            json!(["adopt"]),
            Error,
            "circular-dependency",
            "/workflows/0/dependsOn".into(),
            "itself",
        ),
        // The flow.
        (
            format!("{LIST}/onSuccess"),
            goto("mke", true),
            Error,
            "unknown-step",
            format!("{LIST}/onSuccess/0/stepId"),
            "`make`",
        ),
        (
            format!("{LIST}/onSuccess"),
            goto("make", true),
            Warning,
            "idle-goto",
            format!("{LIST}/onSuccess/0"),
            "`end`",
        ),
        (
            format!("{LIST}/onSuccess"),
            json!([{"name": "stop", "type": "end"}]),
            Warning,
            "unreachable-step",
            MAKE.into(),
            "`make`",
        ),
        (
            format!("{LIST}/onFailure"),
            json!([{"name": "a", "type": "end"}, {"name": "b", "type": "end"}]),
            Warning,
            "unreachable-action",
            format!("{LIST}/onFailure/1"),
            "put the action",
        ),
        (
            format!("{LIST}/onFailure/0/retryLimit"),
            json!(0),
            Warning,
            "retry-limit",
            format!("{LIST}/onFailure/0/retryLimit"),
            "never retries",
        ),
        (
            format!("{LIST}/onFailure/0/retryAfter"),
            json!(100_000),
            Warning,
            "retry-after",
            format!("{LIST}/onFailure/0/retryAfter"),
            "day",
        ),
    ];
    for (pointer, value, severity, code, place, part) in rows {
        let mut defective = arazzo();
        put(&mut defective, &pointer, value.clone());
        let found = findings(&defective, &openapi());
        let matching = |finding: &&Diagnostic| {
            finding.code == code && finding.severity == severity && finding.pointer == place
        };
        let row = format!("{pointer} = {value}: {found:#?}");
        let finding = found
            .iter()
            .find(matching)
            .unwrap_or_else(|| panic!("{code} at {place} is not reported for {row}"));
        let text = format!(
            "{} {}",
            finding.message,
            finding.help.as_deref().unwrap_or_default()
        );
        assert!(text.contains(part), "`{part}` is not named for {row}");
        assert!(!finding.label.is_empty(), "{row}");
        // What follows from the defect may be reported, but nothing else of the same weight.
        let consequences = [
            "unused-input",
            "undeclared-input",
            "missing-parameter",
            "unknown-input",
        ];
        let others = found
            .iter()
            .filter(|other| other.code != code && !consequences.contains(&other.code));
        assert_eq!(others.count(), 0, "{row}");
    }
}

#[test]
fn a_required_property_and_a_required_body_are_missed() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{MAKE}/requestBody/payload/name"),
        Value::Null,
    );
    let found = findings(&document, &openapi());
    assert!(found.iter().any(|finding| finding.code == "missing-property" && finding.message.contains("`name`")), "{found:#?}");
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
            .any(|finding| finding.code == "missing-body")
    );
}

#[test]
fn a_step_that_a_loop_leads_back_to_may_read_a_later_one() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{LIST}/parameters/-"),
        json!({"name": "id", "in": "query", "value": "$steps.make.outputs.id"}),
    );
    assert!(
        findings(&document, &openapi())
            .iter()
            .any(|finding| finding.code == "forward-reference")
    );
    let back = json!([{"name": "back", "type": "goto", "stepId": "list", "criteria": [{"condition": "$response.body#/id != null"}]}]);
    put(&mut document, &format!("{MAKE}/onSuccess"), back);
    assert_eq!(findings(&document, &openapi()), []);
}

#[test]
fn a_guarded_goto_with_an_end_behind_it_is_fine() {
    let mut document = arazzo();
    let actions = json!([
        {"name": "some", "type": "goto", "stepId": "make", "criteria": [{"condition": "$response.body#/0 != null"}]},
        {"name": "none", "type": "end"}
    ]);
    put(&mut document, &format!("{LIST}/onSuccess"), actions);
    assert_eq!(findings(&document, &openapi()), []);
}

#[test]
fn a_source_that_nothing_resembles_is_an_error_and_nothing_else_is_said_about_it() {
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
            .map(|finding| finding.code)
            .collect::<Vec<_>>(),
        ["unknown-source"]
    );
}

#[test]
fn an_operation_may_be_named_with_its_source_in_short() {
    let mut document = arazzo();
    put(
        &mut document,
        &format!("{MAKE}/operationId"),
        json!("pets.makePet"),
    );
    assert_eq!(findings(&document, &openapi()), []);
}

#[test]
fn operations_are_found_by_their_path_and_by_the_only_one_of_a_path() {
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
                .all(|finding| finding.code == "nonstandard"),
            "{path}"
        );
    }
}

#[test]
fn reusable_objects_and_the_workflows_own_actions_are_merged_into_the_steps() {
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
fn schemas_that_are_composed_of_themselves_end() {
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

/// The documents behind the environment variable that the tests with reference material use.
fn reference(folder: &str) -> Vec<load::Document> {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    let mut files = Vec::new();
    let mut folders = vec![Path::new(&root).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let text = |path: &Path| {
        path.extension()
            .is_some_and(|kind| ["yml", "yaml", "json"].iter().any(|known| kind == *known))
    };
    files
        .iter()
        .filter(|path| text(path))
        .filter_map(|path| load::load(path).ok())
        .collect()
}

fn reference_findings(folder: &str) -> Vec<Diagnostic> {
    let (apis, others): (Vec<_>, Vec<_>) = reference(folder)
        .into_iter()
        .partition(|document| document.value.get("arazzo").is_none());
    let apis: Vec<_> = apis
        .into_iter()
        .filter(|api| api.value.get("openapi").is_some() || api.value.get("swagger").is_some())
        .collect();
    let mut found = Diagnostics::new();
    let descriptions: Vec<_> = others
        .iter()
        .filter_map(|document| Description::read(document, &mut found))
        .collect();
    for description in &descriptions {
        let sources = Sources::find(description, &apis, &descriptions, &mut found);
        check(description, &sources, &mut found);
    }
    found.into_iter().collect()
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn the_upstream_workflows_have_warnings_only() {
    let found = reference_findings("upstream/pipedream");
    for finding in &found {
        println!("{finding} {:?}", finding.help);
    }
    assert!(
        found
            .iter()
            .all(|finding| finding.severity == Severity::Warning)
    );
    let mut codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    // The body of two requests has a `project_id` that the API does not know, and one step needs the token that another one made.
    assert_eq!(
        codes,
        [
            "idle-goto",
            "invalid-criterion",
            "unknown-property",
            "unknown-property",
            "unsatisfied-security"
        ]
    );
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn documents_of_other_providers_are_checked() {
    for folder in [
        "corpora/gitlab",
        "corpora/ipinfo",
        "corpora/jentic-circleci",
        "corpora/notion",
        "corpora/redocly-museum",
        "suites/oai-examples-1.0",
    ] {
        for finding in reference_findings(folder) {
            println!("{:?} {finding} {:?}", finding.severity, finding.help);
        }
    }
}
