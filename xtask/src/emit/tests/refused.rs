//! Documents with one thing that cannot be generated, and the place where that is said.

use super::generated;

/// The code and the pointer of each error of a workflow with this step.
fn errors(step: &str) -> Vec<(&'static str, String)> {
    let workflow = format!(
        "  - workflowId: w\n    inputs: {{ type: object, properties: {{ a: {{ type: string }}, n: {{ type: integer }}, l: {{ type: array, items: {{ type: string }} }} }} }}\n    steps:\n{step}"
    );
    let (_, found) = generated(&workflow);
    let errors = found
        .iter()
        .filter(|diagnostic| diagnostic.severity == crate::diagnostic::Severity::Error);
    errors
        .map(|diagnostic| (diagnostic.code.as_str(), diagnostic.pointer.clone()))
        .collect()
}

#[track_caller]
fn refuses(step: &str, code: &str, pointer: &str) {
    let found = errors(step);
    assert!(
        found
            .iter()
            .any(|(found, at)| *found == code && at == &format!("/workflows/0{pointer}")),
        "{found:#?}"
    );
}

const LIST: &str = "      - stepId: s
        operationId: listOrders
        parameters:
          - { name: x-tenant, in: header, value: t }
";

#[test]
fn a_value_of_the_wrong_type() {
    refuses(
        &format!("{LIST}          - {{ name: limit, in: query, value: many }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
    refuses(
        &format!("{LIST}          - {{ name: type, in: query, value: [ a ] }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
    refuses(
        &format!("{LIST}          - {{ name: tags, in: query, value: {{ a: 1 }} }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
}

#[test]
fn a_value_that_an_enumeration_does_not_have() {
    refuses(
        &format!("{LIST}          - {{ name: status, in: query, value: lost }}\n"),
        "unknown-value",
        "/steps/0/parameters/1/value",
    );
}

#[test]
fn an_input_that_goes_to_places_with_nothing_in_common() {
    refuses(
        &format!(
            "{LIST}          - {{ name: type, in: query, value: $inputs.l }}\n          - {{ name: tags, in: query, value: $inputs.l }}\n"
        ),
        "conflicting-types",
        "/inputs/properties/l",
    );
}

#[test]
fn a_body_without_what_it_requires() {
    let step = "      - stepId: s\n        operationId: createOrder\n        requestBody: { payload: { status: open } }\n";
    refuses(step, "missing-property", "/steps/0/requestBody/payload");
}

#[test]
fn an_operation_that_is_not_there() {
    refuses(
        "      - stepId: s\n        operationId: listOrder\n",
        "unknown-operation",
        "/steps/0/operationId",
    );
}

#[test]
fn what_is_not_supported_yet_is_said_and_never_left_out() {
    let step = format!("{LIST}        outputs: {{ o: $url }}\n");
    refuses(&step, "not-supported", "/steps/0/outputs/o");
}
