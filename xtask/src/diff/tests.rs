use std::fs;

use serde_json::{Value, json};

use super::*;

const API: &str = r##"
openapi: 3.0.3
info: {title: T, version: "1"}
servers: [{url: https://one.example}, {url: https://two.example}]
security: [{OAuth2: []}]
tags: [{name: a, description: About a}]
paths:
  /x/{id}:
    parameters:
      - $ref: "#/components/parameters/Id"
    get:
      operationId: getX
      summary: S
      x-fern-sdk-method-name: get
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100, default: 10}}
        - {name: X-Env, in: header, required: true, schema: {type: string, enum: [a, b]}}
      responses:
        "200":
          description: Fine
          headers:
            X-Left: {schema: {type: integer}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
        "404": {description: Gone}
    post:
      operationId: postX
      security: [{Token: [read]}, {OAuth2: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/New"}
      responses:
        "201": {description: Created}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string, pattern: "^x_"}}
  securitySchemes:
    OAuth2: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://t, scopes: {all: Everything}}}}
    Token: {type: http, scheme: bearer}
  schemas:
    Thing:
      type: object
      required: [id, kind]
      properties:
        id: {type: string, description: Its id, example: x_1}
        kind: {oneOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]}
        parent: {$ref: "#/components/schemas/Thing"}
    A: {type: object, properties: {a: {type: string}, next: {$ref: "#/components/schemas/B"}}}
    B: {type: object, properties: {b: {type: string, nullable: true}, next: {$ref: "#/components/schemas/A"}}}
    New: {type: object, additionalProperties: false, properties: {name: {type: string}}}
    Unused: {type: string, format: date-time}
"##;

const FLOW: &str = r##"
arazzo: 1.0.1
info: {title: T, summary: S, version: "1"}
sourceDescriptions: [{name: api, url: ../api.yml, type: openapi}]
workflows:
  - workflowId: w
    summary: W
    inputs:
      type: object
      required: [id, env]
      properties: {id: {type: string, description: D}, env: {type: string}}
    steps:
      - stepId: one
        description: First
        operationId: getX
        parameters:
          - {name: id, in: path, value: $inputs.id}
          - {name: env, in: header, value: $inputs.env}
        successCriteria:
          - condition: $statusCode == 200
          - {context: $response.body, condition: $.a, type: jsonpath}
        onSuccess:
          - {name: again, type: goto, stepId: two, criteria: [{condition: $statusCode == 200}]}
          - {name: stop, type: end}
        outputs: {a: $response.body#/a}
      - stepId: two
        operationId: postX
        requestBody: {contentType: application/json, payload: {description: a value, list: [1, 2]}}
    outputs: {a: $steps.one.outputs.a}
  - workflowId: v
    steps: [{stepId: only, operationId: getX, x-security: [{schemeName: Token}]}]
"##;

/// Returns the differences between a document and a changed copy.
fn differences(document: &str, change: impl Fn(&mut Value)) -> Vec<Difference> {
    let document = load::parse("test.yml", document).unwrap().value;
    let mut changed = document.clone();
    change(&mut changed);
    assert_ne!(
        serde_json::to_string(&document).unwrap(),
        serde_json::to_string(&changed).unwrap(),
        "no change made"
    );
    compare::compare(&facts_of(&document).unwrap(), &facts_of(&changed).unwrap())
}

fn set<'v>(pointer: &'v str, value: Value) -> impl Fn(&mut Value) + 'v {
    move |document| {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/");
        match document
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{pointer}"))
        {
            Value::Object(map) => drop(map.insert(name, value.clone())),
            Value::Array(list) => match name.parse::<usize>() {
                Ok(index) => list[index] = value.clone(),
                Err(_) => list.push(value.clone()),
            },
            other => panic!("{pointer}: {other}"),
        }
    }
}

fn unset(pointer: &str) -> impl Fn(&mut Value) + '_ {
    move |document| {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/");
        match document
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{pointer}"))
        {
            Value::Object(map) => assert!(map.shift_remove(&name).is_some(), "{pointer}"),
            Value::Array(list) => drop(list.remove(name.parse().unwrap())),
            other => panic!("{pointer}: {other}"),
        }
    }
}

fn reverse(pointer: &str) -> impl Fn(&mut Value) + '_ {
    move |document| match document
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer}"))
    {
        Value::Array(list) => list.reverse(),
        Value::Object(map) => *map = std::mem::take(map).into_iter().rev().collect(),
        other => panic!("{pointer}: {other}"),
    }
}

#[test]
fn detects_changes_to_an_api() {
    let get = "/paths/~1x~1{id}/get";
    let post = "/paths/~1x~1{id}/post";
    let in_get = |rest: &str| format!("{get}{rest}");
    let changes: Vec<(String, Value)> = vec![
        ("/info/version".into(), json!("2")),
        ("/servers/0/url".into(), json!("https://three.example")),
        ("/security/0".into(), json!({"Token": []})),
        (in_get("/operationId"), json!("other")),
        (in_get("/deprecated"), json!(true)),
        (in_get("/x-fern-sdk-method-name"), json!("fetch")),
        (in_get("/x-fern-pagination"), json!({"cursor": "c"})),
        (in_get("/tags"), json!(["b"])),
        (in_get("/parameters/0/name"), json!("limits")),
        (in_get("/parameters/0/in"), json!("header")),
        (in_get("/parameters/0/required"), json!(true)),
        (in_get("/parameters/0/schema/maximum"), json!(99)),
        (in_get("/parameters/0/schema/default"), json!(11)),
        (in_get("/parameters/0/explode"), json!(false)),
        (in_get("/parameters/1/schema/enum/0"), json!("c")),
        (in_get("/responses/500"), json!({"description": "Oh"})),
        (
            in_get("/responses/200/headers/X-Left/schema/type"),
            json!("string"),
        ),
        (in_get("/responses/200/content/text~1plain"), json!({})),
        (format!("{post}/requestBody/required"), json!(false)),
        (format!("{post}/security"), json!([{"OAuth2": []}])),
        (format!("{post}/security/0/Token/0"), json!("write")),
        (
            "/components/parameters/Id/schema/pattern".into(),
            json!("^y_"),
        ),
        (
            "/components/securitySchemes/Token/scheme".into(),
            json!("basic"),
        ),
        (
            "/components/securitySchemes/OAuth2/flows/clientCredentials/scopes/more".into(),
            json!("More"),
        ),
        ("/components/schemas/Thing/required".into(), json!(["id"])),
        ("/components/schemas/Thing/x-secret".into(), json!(true)),
        (
            "/components/schemas/Thing/properties/new".into(),
            json!({"type": "string"}),
        ),
        (
            "/components/schemas/Thing/properties/parent".into(),
            json!({"type": "string"}),
        ),
        (
            "/components/schemas/Thing/properties/title".into(),
            json!({"type": "string"}),
        ),
        (
            "/components/schemas/Thing/properties/kind/oneOf/1".into(),
            json!({"type": "string"}),
        ),
        (
            "/components/schemas/A/properties/a/type".into(),
            json!("integer"),
        ),
        (
            "/components/schemas/B/properties/b/nullable".into(),
            json!(false),
        ),
        (
            "/components/schemas/New/additionalProperties".into(),
            json!(true),
        ),
        ("/components/schemas/Unused/format".into(), json!("date")),
        (
            "/components/schemas/Added".into(),
            json!({"type": "string"}),
        ),
    ];
    for (pointer, value) in changes {
        let found = differences(API, set(&pointer, value));
        assert!(!found.is_empty(), "{pointer}");
    }
    for pointer in [
        get,
        "/components/schemas/Unused",
        "/paths/~1x~1{id}/get/responses/404",
        "/components/schemas/A/type",
    ] {
        assert_eq!(differences(API, unset(pointer)).len(), 1, "{pointer}");
    }
}

#[test]
fn ignores_prose_of_an_api() {
    for pointer in [
        "/info/title",
        "/info/description",
        "/tags/0/description",
        "/servers/0/description",
        "/externalDocs",
        "/paths/~1x~1{id}/get/summary",
        "/paths/~1x~1{id}/get/description",
        "/paths/~1x~1{id}/get/externalDocs",
        "/paths/~1x~1{id}/get/x-codeSamples",
        "/paths/~1x~1{id}/get/parameters/0/description",
        "/paths/~1x~1{id}/get/parameters/0/example",
        "/paths/~1x~1{id}/get/responses/200/description",
        "/paths/~1x~1{id}/get/responses/200/content/application~1json/example",
        "/components/schemas/Thing/title",
        "/components/schemas/Thing/properties/id/description",
        "/components/schemas/Thing/properties/id/example",
        "/components/securitySchemes/OAuth2/flows/clientCredentials/scopes/all",
        "/components/securitySchemes/Token/description",
    ] {
        assert_eq!(
            differences(API, set(pointer, json!("other words"))),
            vec![],
            "{pointer}"
        );
    }
}

#[test]
fn ignores_order_without_meaning() {
    for pointer in [
        "/paths/~1x~1{id}",
        "/paths/~1x~1{id}/get",
        "/paths/~1x~1{id}/get/parameters",
        "/paths/~1x~1{id}/get/parameters/1/schema/enum",
        "/paths/~1x~1{id}/post/security",
        "/servers",
        "/components/schemas",
        "/components/schemas/Thing/required",
        "/components/schemas/Thing/properties",
        "/components/schemas/Thing/properties/kind/oneOf",
    ] {
        assert_eq!(differences(API, reverse(pointer)), vec![], "{pointer}");
    }
}

#[test]
fn ignores_explicit_defaults() {
    for (pointer, value) in [
        ("/paths/~1x~1{id}/get/deprecated", json!(false)),
        ("/paths/~1x~1{id}/get/parameters/0/required", json!(false)),
        ("/paths/~1x~1{id}/get/parameters/0/style", json!("form")),
        ("/paths/~1x~1{id}/get/parameters/0/explode", json!(true)),
        (
            "/paths/~1x~1{id}/get/parameters/0/schema/maximum",
            json!(100.0),
        ),
        ("/paths/~1x~1{id}/get/security", json!([{"OAuth2": []}])),
        ("/components/schemas/Thing/nullable", json!(false)),
    ] {
        assert_eq!(differences(API, set(pointer, value)), vec![], "{pointer}");
    }
}

#[test]
fn ignores_factoring() {
    let factored = |document: &mut Value| {
        let limit = document
            .pointer_mut("/paths/~1x~1{id}/get/parameters/0")
            .unwrap()
            .take();
        set("/components/parameters/Limit", limit)(document);
        set(
            "/paths/~1x~1{id}/get/parameters/0",
            json!({"$ref": "#/components/parameters/Limit"}),
        )(document);
        let gone = document
            .pointer_mut("/paths/~1x~1{id}/get/responses/404")
            .unwrap()
            .take();
        set("/components/responses", json!({"Gone": gone}))(document);
        set(
            "/paths/~1x~1{id}/get/responses/404",
            json!({"$ref": "#/components/responses/Gone"}),
        )(document);
        let header = document
            .pointer_mut("/paths/~1x~1{id}/get/responses/200/headers/X-Left")
            .unwrap()
            .take();
        set("/components/headers", json!({"Left": header}))(document);
        set(
            "/paths/~1x~1{id}/get/responses/200/headers/X-Left",
            json!({"$ref": "#/components/headers/Left"}),
        )(document);
        let id = document
            .pointer_mut("/components/schemas/Thing/properties/id")
            .unwrap()
            .take();
        set("/components/schemas/ThingId", id)(document);
        let described =
            json!({"allOf": [{"$ref": "#/components/schemas/ThingId"}], "description": "Its id"});
        set("/components/schemas/Thing/properties/id", described)(document);
    };
    assert_eq!(differences(API, factored), vec![]);
    let at_the_operation = |document: &mut Value| {
        unset("/paths/~1x~1{id}/parameters")(document);
        let id = document
            .pointer("/components/parameters/Id")
            .unwrap()
            .clone();
        set("/paths/~1x~1{id}/get/parameters/-", id.clone())(document);
        set("/paths/~1x~1{id}/post/parameters", json!([id]))(document);
    };
    assert_eq!(differences(API, at_the_operation), vec![]);
    let renamed = |document: &mut Value| {
        let text = document
            .to_string()
            .replace("schemas/Thing", "schemas/Item");
        *document = serde_json::from_str(&text).unwrap();
        let thing = document
            .pointer_mut("/components/schemas/Thing")
            .unwrap()
            .take();
        unset("/components/schemas/Thing")(document);
        set("/components/schemas/Item", thing)(document);
    };
    assert_eq!(differences(API, renamed), vec![]);
}

#[test]
fn reports_a_difference_in_a_shared_schema_once() {
    let found = differences(
        API,
        set("/components/schemas/A/properties/a/type", json!("integer")),
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        found[0].old_pointer,
        "/components/schemas/A/properties/a/type"
    );
}

#[test]
fn detects_changes_to_a_workflow() {
    let one = "/workflows/0/steps/0";
    let in_one = |rest: &str| format!("{one}{rest}");
    let changes: Vec<(String, Value)> = vec![
        ("/arazzo".into(), json!("1.1.0")),
        ("/sourceDescriptions/0/url".into(), json!("other.yml")),
        ("/sourceDescriptions/0/name".into(), json!("other")),
        ("/workflows/0/workflowId".into(), json!("x")),
        ("/workflows/0/dependsOn".into(), json!(["v"])),
        ("/workflows/0/inputs/required".into(), json!(["id"])),
        (
            "/workflows/0/inputs/properties/id/type".into(),
            json!("integer"),
        ),
        (
            "/workflows/0/outputs/a".into(),
            json!("$steps.one.outputs.b"),
        ),
        (in_one("/operationId"), json!("other")),
        (in_one("/parameters/0/value"), json!("fixed")),
        (in_one("/parameters/0/in"), json!("query")),
        (
            in_one("/successCriteria/0/condition"),
            json!("$statusCode == 201"),
        ),
        (in_one("/successCriteria/1/type"), json!("simple")),
        (in_one("/onSuccess/0/stepId"), json!("one")),
        (
            in_one("/onSuccess/0/criteria/0/condition"),
            json!("$statusCode == 201"),
        ),
        (in_one("/outputs/b"), json!("$response.body#/b")),
        (
            "/workflows/0/steps/1/requestBody/payload/description".into(),
            json!("another value"),
        ),
        (
            "/workflows/0/steps/1/requestBody/payload/list".into(),
            json!([2, 1]),
        ),
        (
            "/workflows/0/steps/1/requestBody/contentType".into(),
            json!("text/plain"),
        ),
        (
            "/workflows/1/steps/0/x-security/0/schemeName".into(),
            json!("Other"),
        ),
    ];
    for (pointer, value) in changes {
        assert!(
            !differences(FLOW, set(&pointer, value)).is_empty(),
            "{pointer}"
        );
    }
    for pointer in ["/workflows/0/steps", "/workflows/0/steps/0/onSuccess"] {
        assert!(
            !differences(FLOW, reverse(pointer)).is_empty(),
            "ignored the order of {pointer}"
        );
    }
    assert!(!differences(FLOW, unset("/workflows/0/steps/1")).is_empty());
}

#[test]
fn ignores_prose_and_order_of_a_workflow() {
    for pointer in [
        "/info/title",
        "/info/summary",
        "/workflows/0/summary",
        "/workflows/0/steps/0/description",
        "/workflows/0/inputs/properties/id/description",
    ] {
        assert_eq!(
            differences(FLOW, set(pointer, json!("other words"))),
            vec![],
            "{pointer}"
        );
    }
    for pointer in [
        "/workflows",
        "/workflows/0/inputs/required",
        "/workflows/0/inputs/properties",
        "/workflows/0/steps/0",
        "/workflows/0/steps/0/parameters",
        "/workflows/0/steps/0/successCriteria",
    ] {
        assert_eq!(differences(FLOW, reverse(pointer)), vec![], "{pointer}");
    }
}

#[test]
fn resolves_reusable_objects() {
    let factored = |document: &mut Value| {
        let parameter = document
            .pointer_mut("/workflows/0/steps/0/parameters/1")
            .unwrap()
            .take();
        let action = document
            .pointer_mut("/workflows/0/steps/0/onSuccess/1")
            .unwrap()
            .take();
        let mut unset_value = parameter.clone();
        unset_value["value"] = json!("something else");
        let inputs = document.pointer_mut("/workflows/0/inputs").unwrap().take();
        let components = json!({"parameters": {"env": unset_value}, "successActions": {"stop": action}, "inputs": {"in": inputs}});
        set("/components", components)(document);
        let value = json!({"reference": "$components.parameters.env", "value": parameter["value"]});
        set("/workflows/0/steps/0/parameters/1", value)(document);
        set(
            "/workflows/0/steps/0/onSuccess/1",
            json!({"reference": "$components.successActions.stop"}),
        )(document);
        set(
            "/workflows/0/inputs",
            json!({"$ref": "#/components/inputs/in"}),
        )(document);
    };
    assert_eq!(differences(FLOW, factored), vec![]);
}

#[test]
fn renders_both_positions() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.yml"), folder.path().join("new.yml"));
    fs::write(&old, API).unwrap();
    fs::write(&new, API.replace("maximum: 100", "maximum: 50")).unwrap();
    let comparison = super::compare(&old, &new);
    assert!(!comparison.is_same());
    let shown = comparison
        .render()
        .replace(&folder.path().display().to_string(), "");
    assert_eq!(
        shown,
        "\
operation > GET /x/{id} > parameter > query limit > schema > maximum: 100 became 50
  /old.yml:16:69
  /new.yml:16:69

1 difference
"
    );
}

#[test]
fn allows_added_documents() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for side in [&old, &new] {
        fs::create_dir(side).unwrap();
        fs::write(side.join("a.yml"), FLOW).unwrap();
    }
    fs::write(new.join("ours.yml"), FLOW).unwrap();
    let mut comparison = super::compare(&old, &new);
    assert!(!comparison.is_same());
    comparison.allow_added();
    assert!(comparison.is_same());
    assert!(
        comparison
            .render()
            .contains("ours.yml has no counterpart (allowed)")
    );
    // Removed documents remain differences.
    fs::write(old.join("b.yml"), FLOW).unwrap();
    let mut comparison = super::compare(&old, &new);
    comparison.allow_added();
    assert!(!comparison.is_same());
}

#[test]
fn compares_folders_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    for side in [&old, &new] {
        fs::create_dir(side).unwrap();
        fs::write(side.join("a.yml"), FLOW).unwrap();
    }
    fs::write(new.join("overlay.yml"), "overlay: 1.0.0").unwrap();
    fs::write(new.join("README.md"), "read me").unwrap();
    assert!(super::compare(&old, &new).is_same());
    fs::write(old.join("b.yml"), FLOW).unwrap();
    let comparison = super::compare(&old, &new);
    assert!(!comparison.is_same());
    assert!(
        comparison.render().contains("b.yml\n  has no counterpart"),
        "{}",
        comparison.render()
    );
    fs::write(old.join("c.yml"), "arazzo: [").unwrap();
    assert!(super::compare(&old, &new).diagnostics.has_errors());
}

#[test]
fn rejects_documents_of_different_formats() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.yml"), folder.path().join("new.yml"));
    fs::write(&old, API).unwrap();
    fs::write(&new, FLOW).unwrap();
    assert!(super::compare(&old, &new).diagnostics.has_errors());
    assert!(
        super::compare(&old, &folder.path().join("gone.yml"))
            .diagnostics
            .has_errors()
    );
}

#[test]
fn accepts_long_reference_chains_and_malformed_documents() {
    let mut schemas = serde_json::Map::new();
    for index in 0..20_000 {
        let next = json!({"properties": {"next": {"oneOf": [{"$ref": format!("#/components/schemas/S{}", index + 1)}]}}});
        schemas.insert(format!("S{index}"), next);
    }
    let document = json!({"openapi": "3.0.3", "components": {"schemas": schemas}});
    let facts = facts_of(&document).unwrap();
    let _ = compare::compare(&facts, &facts);
    for malformed in [
        json!({"openapi": 3, "paths": [1], "components": 1, "servers": "x", "tags": {"a": 1}}),
        json!({"openapi": "3.0.3", "paths": {"/a": {"get": 1, "parameters": {"a": [1]}}, "/b": {"$ref": "#/paths/~1b"}}}),
        json!({"openapi": "3.0.3", "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}, "B": true}}}),
        json!({"arazzo": "1.0.0", "workflows": [1, {"steps": 2, "inputs": {"$ref": "#"}}], "sourceDescriptions": {}}),
    ] {
        let facts = facts_of(&malformed).unwrap();
        assert_eq!(compare::compare(&facts, &facts), vec![], "{malformed}");
    }
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn upstream_documents_equal_themselves() {
    let upstream = PathBuf::from(std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR"))
        .join("upstream/pipedream");
    let api = upstream.join("openapi/pipedream-openapi.yml");
    assert!(super::compare(&api, &api).is_same());
    assert!(super::compare(&upstream.join("arazzo"), &upstream.join("arazzo")).is_same());
}
