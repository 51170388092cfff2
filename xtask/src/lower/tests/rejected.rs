//! Tests of documents with one part that cannot be generated, and of the location of the error.

use super::errors;

#[track_caller]
fn rejects(step: &str, code: &str, pointer: &str) {
    let found = errors(&format!(
        "  - workflowId: w\n    inputs: {{ type: object, properties: {{ a: {{ type: string }}, n: {{ type: integer }}, l: {{ type: array, items: {{ type: string }} }} }} }}\n    steps:\n{step}"
    ));
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
fn rejects_a_value_of_the_wrong_type() {
    rejects(
        &format!("{LIST}          - {{ name: limit, in: query, value: many }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
    rejects(
        &format!("{LIST}          - {{ name: type, in: query, value: [ a ] }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
    rejects(
        &format!("{LIST}          - {{ name: tags, in: query, value: {{ a: 1 }} }}\n"),
        "type-mismatch",
        "/steps/0/parameters/1/value",
    );
}

#[test]
fn rejects_a_value_of_the_wrong_type_for_a_time() {
    for output in ["$response.body#/sum", "$response.body"] {
        let step = format!(
            "      - stepId: r\n        operationId: readSales\n        parameters: [ {{ name: from, in: path, value: '2026-01-01T00:00:00Z' }} ]\n        \
             outputs: {{ o: {output} }}\n      - stepId: s\n        operationId: readSales\n        parameters:\n          \
             - {{ name: from, in: path, value: '2026-01-01T00:00:00Z' }}\n          - {{ name: since, in: query, value: $steps.r.outputs.o }}\n"
        );
        rejects(&step, "type-mismatch", "/steps/1/parameters/1/value");
    }
}

#[test]
fn rejects_a_value_outside_an_enum() {
    rejects(
        &format!("{LIST}          - {{ name: status, in: query, value: lost }}\n"),
        "unknown-value",
        "/steps/0/parameters/1/value",
    );
}

#[test]
fn rejects_an_input_used_as_conflicting_types() {
    rejects(
        &format!(
            "{LIST}          - {{ name: type, in: query, value: $inputs.l }}\n          - {{ name: tags, in: query, value: $inputs.l }}\n"
        ),
        "conflicting-types",
        "/steps/0/parameters/1/value",
    );
}

#[test]
fn rejects_a_body_without_a_required_property() {
    let step = "      - stepId: s\n        operationId: createOrder\n        requestBody: { payload: { status: open } }\n";
    rejects(step, "missing-property", "/steps/0/requestBody/payload");
}

#[test]
fn rejects_an_unknown_operation() {
    rejects(
        "      - stepId: s\n        operationId: listOrder\n",
        "unknown-operation",
        "/steps/0/operationId",
    );
}

#[test]
fn reports_an_unsupported_expression() {
    let step = format!("{LIST}        outputs: {{ o: $message.payload }}\n");
    rejects(&step, "not-supported", "/steps/0/outputs/o");
}

#[test]
fn rejects_a_replacement_of_another_type_than_its_target() {
    let step = "      - stepId: r\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: ord_1 } ]\n        \
                outputs: { whole: $response.body }\n      - stepId: s\n        operationId: createOrder\n        \
                requestBody: { payload: $inputs.a, replacements: [ { target: /amount, value: $steps.r.outputs.whole } ] }\n";
    rejects(
        step,
        "type-mismatch",
        "/steps/1/requestBody/replacements/0/value",
    );

    let step = "      - stepId: s\n        operationId: createOrder\n        \
                requestBody: { payload: $inputs.a, replacements: [ { target: /amount, value: $inputs.l } ] }\n";
    rejects(
        step,
        "type-mismatch",
        "/steps/0/requestBody/replacements/0/value",
    );
}
