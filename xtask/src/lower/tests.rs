//! Tests of lowering small workflows, and of the errors reported for invalid ones.

mod rejected;

use super::*;
use crate::diagnostic::Severity;
use crate::model::{Input, OutputValue, ReadFrom, Ty};

/// Lowers these workflows. Returns the program, and the code and pointer of each error.
fn lowered(workflows: &str) -> (Program, Vec<(&'static str, String)>) {
    let (program, found) = testing::lowered(workflows);
    let errors = found.iter().filter(|it| it.severity == Severity::Error);
    let errors = errors.map(|it| (it.code.as_str(), it.pointer.clone()));
    (program, errors.collect())
}

/// Returns a workflow `w` with these inputs, steps and outputs.
fn workflow(inputs: &str, steps: &str, outputs: &str) -> String {
    format!(
        "  - workflowId: w\n    inputs: {{ type: object, properties: {{ {inputs} }} }}\n    steps:\n{steps}\n    outputs: {{ {outputs} }}\n"
    )
}

/// Returns a step with these outputs.
fn step(id: &str, outputs: &str) -> String {
    format!(
        "      - {{ stepId: {id}, operationId: getOrder, parameters: [ {{ name: order_id, in: path, value: ord_1 }} ], outputs: {{ {outputs} }} }}\n"
    )
}

fn errors(workflows: &str) -> Vec<(&'static str, String)> {
    lowered(workflows).1
}

fn inputs(program: &Program) -> Vec<(&str, &Ty)> {
    let inputs = program.workflows[0].inputs.iter();
    inputs
        .map(|Input { id, ty, .. }| (id.as_str(), ty))
        .collect()
}

fn at(pointer: &str) -> String {
    format!("/workflows/0{pointer}")
}

#[test]
fn infers_the_types_of_outputs_in_any_order() {
    let count = 30;
    let mut steps = String::new();
    for number in 0..count {
        let next = match number + 1 == count {
            true => "v: $response.body#/price".to_owned(),
            false => format!("v: $steps.s{}.outputs.v", number + 1),
        };
        steps += &step(&format!("s{number}"), &next);
    }
    let (program, errors) = lowered(&workflow("", &steps, "last: $steps.s0.outputs.v"));
    assert_eq!(errors, []);
    let workflow = &program.workflows[0];
    for step in &workflow.steps {
        assert_eq!(*step.outputs[0].ty.inner(), Ty::Number, "{}", step.id);
        assert!(matches!(&step.outputs[0].value, OutputValue::Read(_)));
    }
    assert_eq!(*workflow.outputs[0].ty.inner(), Ty::Number);
}

#[test]
fn reports_circular_outputs_but_not_their_dependents() {
    let steps = step("a", "v: $steps.b.outputs.v, w: $steps.a.outputs.v")
        + &step("b", "v: 'x {$steps.c.outputs.v}'")
        + &step(
            "c",
            "v: $steps.a.outputs.v#/inner, price: $response.body#/price",
        );
    let mut found = errors(&workflow("", &steps, "v: $steps.a.outputs.v"));
    found.sort();
    let circular = |pointer: &str| ("circular-output", at(pointer));
    assert_eq!(
        found,
        [
            circular("/steps/0/outputs/v"),
            circular("/steps/1/outputs/v"),
            circular("/steps/2/outputs/v"),
        ]
    );
}

#[test]
fn rejects_an_output_that_reads_itself() {
    let steps = step("a", "v: $steps.a.outputs.v");
    assert_eq!(
        errors(&workflow("", &steps, "")),
        [("circular-output", at("/steps/0/outputs/v"))]
    );
}

#[test]
fn reports_an_invalid_output_once_at_its_definition() {
    let steps = step("a", "v: $message.payload")
        + &step("b", "v: $steps.a.outputs.v, w: '{$steps.a.outputs.v}'");
    assert_eq!(
        errors(&workflow("", &steps, "v: $steps.b.outputs.w")),
        [("not-supported", at("/steps/0/outputs/v"))]
    );
}

#[test]
fn reports_all_errors_of_a_workflow() {
    let steps = "      - stepId: a
        operationId: createOrder
        requestBody: { payload: { status: lost, amount: 1.5, address: { zip: 1 } } }
        outputs: { v: $message.payload }
";
    let mut found = errors(&workflow("", steps, "w: $message.payload"));
    found.sort();
    let body = |pointer: &str| at(&format!("/steps/0/requestBody/payload{pointer}"));
    assert_eq!(
        found,
        [
            ("missing-property", body("/address")),
            ("not-supported", at("/steps/0/outputs/v")),
            ("type-mismatch", body("/amount")),
            ("unknown-value", body("/status")),
        ]
    );
}

#[test]
fn an_input_has_the_type_of_a_use_through_an_output() {
    let steps = step("a", "copy: $inputs.id").replace("value: ord_1", "value: $inputs.first")
        + &step("b", "again: $steps.a.outputs.copy")
        + &step("c", "").replace("value: ord_1", "value: $steps.b.outputs.again");
    let properties = "id: { type: string }, first: { type: string }";
    let (program, errors) = lowered(&workflow(properties, &steps, ""));
    assert_eq!(errors, []);
    let types = inputs(&program);
    assert!(matches!(types[0], ("id", Ty::Text { name, .. }) if name.name == "OrderId"));
    assert_eq!(types[0].1, types[1].1);
    assert_eq!(
        program.workflows[0].steps[0].outputs[0].ty.inner(),
        types[0].1
    );
}

#[test]
fn an_input_in_a_secret_string_is_a_secret() {
    let steps = "      - stepId: a
        operationId: createOrder
        requestBody: { payload: { status: open, amount: 1, note: 'of {$inputs.name}' } }
        x-security: [ { schemeName: headerKey, values: { token: 'a-{$inputs.token}' } } ]
";
    let (program, errors) = lowered(&workflow(
        "token: { type: string }, name: { type: string }",
        steps,
        "",
    ));
    assert_eq!(errors, []);
    assert_eq!(
        inputs(&program),
        [("token", &Ty::Secret), ("name", &Ty::String)]
    );
}

#[test]
fn reads_an_output_of_the_same_step_from_the_current_response() {
    let steps = step(
        "a",
        "text: '{$steps.a.outputs.price}', price: $response.body#/price",
    );
    let (program, errors) = lowered(&workflow("", &steps, ""));
    assert_eq!(errors, []);
    let OutputValue::Text { pieces, .. } = &program.workflows[0].steps[0].outputs[0].value else {
        panic!("expected a string")
    };
    assert!(matches!(
        pieces.as_slice(),
        [crate::model::TextPiece::Read(read)] if matches!(read.from, ReadFrom::Body | ReadFrom::RawBody)
    ));
}

#[test]
fn rejects_a_condition_on_a_composed_value() {
    let steps = "      - stepId: a
        operationId: createOrder
        requestBody: { payload: { status: open, amount: 1, note: 'of {$inputs.name}' } }
        successCriteria:
          - condition: $steps.a.outputs.list == 'x'
          - condition: $steps.a.outputs.text == 'x' && $request.body#/note == 'y'
          - condition: ($statusCode == 201) == true
        outputs: { text: 'x {$inputs.name}', list: [ $inputs.name ] }
";
    let criterion = |number: usize| {
        let pointer = format!("/steps/0/successCriteria/{number}/condition");
        ("not-supported", at(&pointer))
    };
    assert_eq!(
        errors(&workflow("name: { type: string }", steps, "")),
        [criterion(0), criterion(2)]
    );
}

#[test]
fn reports_no_further_error_for_workflows_that_run_an_invalid_one() {
    let inner = workflow("", &step("a", "v: $message.payload"), "")
        .replace("workflowId: w", "workflowId: inner");
    let outer = "  - workflowId: outer\n    steps:\n      - { stepId: run, workflowId: inner }\n";
    assert_eq!(
        errors(&format!("{inner}{outer}")),
        [("not-supported", at("/steps/0/outputs/v"))]
    );
}

#[test]
fn rejects_an_unknown_workflow() {
    let steps = "      - { stepId: run, workflowId: gone }\n";
    assert_eq!(
        errors(&workflow("", steps, "")),
        [("unknown-workflow", at("/steps/0/workflowId"))]
    );
}

#[test]
fn rejects_an_expiry_that_is_no_output_or_no_time() {
    for (expires, expected) in [
        ("$outputs.id", "type-mismatch"),
        ("$outputs.whole#/total", "invalid-expression"),
        ("$outputs.gone", "unknown-output"),
    ] {
        let steps = format!(
            "      - stepId: a
        operationId: listOrders
        parameters: [ {{ name: x-tenant, in: header, value: t }} ]
        outputs: {{ id: $response.body#/data/0/id, whole: $response.body }}
        x-expires: {expires}
"
        );
        assert_eq!(
            errors(&workflow("", &steps, "")),
            [(expected, at("/steps/0/x-expires"))]
        );
    }
}

#[test]
fn an_expiry_may_be_an_output_of_the_workflow_that_the_step_runs() {
    let list = "      - stepId: a
        operationId: listOrders
        parameters: [ { name: x-tenant, in: header, value: t } ]
        outputs: { until: $response.body#/total }
";
    let inner = workflow("", list, "until: $steps.a.outputs.until")
        .replace("workflowId: w", "workflowId: inner");
    let outer = "  - workflowId: outer
    steps: [ { stepId: run, workflowId: inner, x-expires: $outputs.until } ]
";
    let (program, errors) = lowered(&format!("{inner}{outer}"));
    assert_eq!(errors, []);
    let step = &program.workflows[1].steps[0];
    assert_eq!(step.outputs[step.expiry.unwrap()].id, "until");
}
