//! Tests of the forms of a report.

use std::fs;
use std::path::Path;

use serde_json::Value;
use xtask::diff::{Format, Options};

use crate::own::PAIRS;
use crate::pairs::classify;

#[test]
fn json_reports_follow_their_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/schemas/diff.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (title, place, old, new, ..) in PAIRS {
        let report = classify(
            &place.document(old),
            &place.document(new),
            Options::default(),
        );
        let json: Value = serde_json::from_str(&report.render(Format::Json)).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{title}: {errors:?}");
        assert_eq!(
            json["documents"].as_array().unwrap().is_empty(),
            json["verdict"] == "same"
        );
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": 1 })));
}

const API: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a_b:
    get:
      operationId: getA
      parameters:
        - name: x
          in: query
          schema:
            type: string
            maxLength: 5
      responses:
        '200': {}
";

#[test]
fn text_and_markdown_show_places_and_names() {
    let new = API
        .replace("maxLength: 5", "maxLength: 3")
        .replace("'200': {}", "'200': {}\n        '404': {}");
    let report = classify(API, &new, Options::default());
    let text = report.render(Format::Text);
    for part in [
        "breaking[constraint-narrowed]: GET /a_b: parameter `x`: `maxLength` became 3, was 5\n",
        "old.yml:12:",
        "new.yml:12:",
        "  direction: request\n  operations: GET /a_b\n  functions: get_a\n",
        "compatible[error-status-added]: GET /a_b: response 404: was added\n",
        "1 breaking, 1 compatible; version step: major\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let markdown = report.render(Format::Markdown);
    for part in [
        "**1 breaking, 1 compatible.** Version step: **major**.\n",
        "\n### Breaking\n\n- GET /a\\_b: parameter `x`: `maxLength` became 3, was 5 (`constraint-narrowed`, request)\n",
        "\n### Compatible\n\n- `GET /a_b: response 404`: was added",
        "  - functions: `get_a`\n",
    ] {
        assert!(markdown.contains(part), "{part}\n{markdown}");
    }
    let same = classify(API, API, Options::default());
    assert_eq!(same.render(Format::Text), "");
    assert_eq!(same.render(Format::Markdown), "No changes.\n");
}

#[test]
fn unreadable_documents_are_errors() {
    assert_eq!(classify("a: [", API, Options::default()).exit_code(), 3);
    assert_eq!(
        classify("openapi: 3.0.3", "arazzo: 1.0.1", Options::default()).exit_code(),
        3
    );
    assert_eq!(classify("a: 1", "b: 2", Options::default()).exit_code(), 3);
}

#[test]
fn odd_documents_are_compared_without_a_panic() {
    let odd = [
        "openapi: 3.1.0",
        "openapi: 3.1.0\npaths: []",
        "openapi: 3.1.0\npaths: {/x: {get: [], post: {parameters: {}, requestBody: 1, responses: [1]}}}",
        "openapi: 3.1.0\npaths: {/x: {get: {responses: {'200': {content: {a: {schema: {$ref: '#/paths/~1x/get/responses/200/content/a/schema'}}}}}}}}",
        "openapi: 3.1.0\npaths: {/x: {get: {responses: {'200': {content: {a: {schema: {allOf: [1, true, {$ref: 7}], oneOf: {}, enum: 3, required: 1, properties: []}}}}}}}}",
    ];
    for old in odd {
        for new in odd {
            let report = classify(old, new, Options::default());
            assert!(old != new || report.exit_code() == 0, "{old}");
        }
    }
    let odd = [
        "arazzo: 1.0.1",
        "arazzo: 1.0.1\nworkflows: {}",
        "arazzo: 1.0.1\nworkflows: [1, {workflowId: 2}, {workflowId: a, inputs: 1, steps: {}, outputs: []}]",
    ];
    for old in odd {
        for new in odd {
            classify(old, new, Options::default());
        }
    }
}

#[test]
fn combinations_of_schemas_end() {
    // Each level refers to two properties of the next level, which is one of two recursive schemas.
    let schema = |format: &str| {
        let mut text = "openapi: 3.1.0\npaths: {/x: {post: {requestBody: {content: {a: {schema: {$ref: '#/components/schemas/S0'}}}}, responses: {}}}}\ncomponents:\n  schemas:\n".to_owned();
        for level in 0..40 {
            let (left, right) = ((level + 1) % 40, (level + 7) % 40);
            text += &format!(
                "    S{level}: {{allOf: [{{$ref: '#/components/schemas/T{level}'}}], properties: {{a: {{$ref: '#/components/schemas/S{left}'}}, b: {{$ref: '#/components/schemas/S{right}'}}, c: {{type: string, format: {format}}}}}}}\n"
            );
            text += &format!(
                "    T{level}: {{properties: {{a: {{$ref: '#/components/schemas/T{right}'}}, b: {{$ref: '#/components/schemas/S{left}'}}}}}}\n"
            );
        }
        text
    };
    let report = classify(&schema("x"), &schema("y"), Options::default());
    assert_eq!(report.exit_code(), 2);
}
