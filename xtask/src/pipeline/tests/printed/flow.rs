//! Tests of the flow between steps: criteria, actions, retries, nested workflows.

use super::*;

#[test]
fn prints_criteria_on_the_status_code() {
    let text = get("        successCriteria: [ { condition: '$statusCode == 200' } ]\n");
    has(&text, "at.call_any(call, expect_status(200)).await?;");
    let text = get(
        "        successCriteria: [ { condition: '$statusCode >= 200 && $statusCode < 300' } ]\n",
    );
    has(
        &text,
        "if (!response.is_received() || response.status < 200) || (!response.is_received() || response.status >= 300)",
    );
}

#[test]
fn expects_a_documented_success_without_criteria() {
    has(&get(""), "at.call_any(call, expect_success).await?;");
}

#[test]
fn evaluates_conditions_on_the_body_as_json() {
    let text = get("        successCriteria:
          - condition: $response.body#/status == 'open' && !$response.body#/closed
          - { context: $response.body, type: jsonpath, condition: '$.lines[0]' }
          - { context: $response.header.x-id, type: regex, condition: '^a' }
");
    has(
        &text,
        r#"!criterion::equal(response.pointer("/status").cloned(), Some(::serde_json::json!("open")))"#,
    );
    has(
        &text,
        r#"|| criterion::holds(response.pointer("/closed").cloned())"#,
    );
    has(
        &text,
        r#"if response.pointer("/lines/0").is_none() { return StepOutcome::fail("$.lines[0]"); }"#,
    );
    has(
        &text,
        r#"if !criterion::matches(criterion::text(response.header("x-id")), "^a")"#,
    );
}

#[test]
fn excludes_a_retried_status_from_the_retries_of_the_transport() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]
        onFailure: [ { name: r, type: retry, retryAfter: 1.5, retryLimit: 3, criteria: [ { condition: '$statusCode == 429' } ] } ]
",
    );
    has(
        &text,
        "client.with_options(at.options().without_retry_on([429]))",
    );
    has(
        &text,
        "if response.status == 429 && response.may_retry(0, 3) { return StepOutcome::retry(0, Duration::from_millis(1500)); } \
         StepOutcome::fail(condition)",
    );
}

#[test]
fn disables_retries_of_the_transport_for_a_retry_without_criteria() {
    let text = get("        onFailure: [ { name: r, type: retry } ]\n");
    has(&text, "at.options().max_retries(0)");
    has(
        &text,
        "if response.may_retry(0, 1) { return StepOutcome::retry(0, Duration::ZERO); }",
    );
}

#[test]
fn distinguishes_an_end_action_from_a_failed_step() {
    let text = get(
        "        onFailure: [ { name: e, type: end, criteria: [ { condition: '$statusCode == 404' } ] } ]\n",
    );
    has(
        &text,
        "if response.status == 404 { return StepOutcome::end(condition); } StepOutcome::fail(condition)",
    );
}

#[test]
fn prints_the_targets_of_goto_actions() {
    let text = list(
        "",
        "        outputs: { first: $response.body#/data/0/id }
        onSuccess:
          - { name: some, type: goto, stepId: get, criteria: [ { context: $response.body, type: jsonpath, condition: '$.data[0]' } ] }
          - { name: none, type: end }
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $steps.list.outputs.first } ]
        outputs: { price: $response.body#/price }
        onFailure: [ { name: again, type: goto, stepId: list } ]
    outputs:
      price: $steps.get.outputs.price
      first: $steps.list.outputs.first
",
    );
    has(&text, "match at.step() { WStep::List => {");
    // A success continues with the next step by default.
    has(
        &text,
        r#"if response.pointer("/data/0").is_some() { return StepOutcome::Success; } StepOutcome::SuccessEnd"#,
    );
    has(
        &text,
        "if response.value.is_some() { return StepOutcome::Success; } StepOutcome::Goto(WStep::List)",
    );
    // The workflow can end without running the second step.
    has(
        &text,
        "price: steps.get.as_ref().and_then(|it| it.price.clone())",
    );
    has(&text, "pub price: Option<Number>");
}

#[test]
fn returns_required_outputs_of_steps_that_always_run() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { s: $response.body#/status }\n    outputs: { s: $steps.get.outputs.s }\n",
    );
    has(&text, "pub s: types::Status");
    has(&text, r#"let get = finished(&steps.get, "get")?;"#);
    has(&text, "s: get.s.clone(), steps: ::std::mem::take(steps)");
}

#[test]
fn unwraps_an_accepted_response_if_the_criteria_require_a_finished_one() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { s: $response.body#/status }\n",
    );
    has(&text, "let body = at.finished(reply.value())?;");
    let text = get("        outputs: { s: $response.body#/status }\n");
    has(
        &text,
        "let body = reply.value().and_then(|outcome| outcome.as_ref().finished());",
    );
    has(&text, "pub s: Option<types::Status>");
}

#[test]
fn runs_another_workflow_as_a_step() {
    let workflows = "  - workflowId: outer
    inputs: { type: object, required: [id], properties: { id: { type: string }, note: { type: string } } }
    steps:
      - stepId: look
        workflowId: inner
        parameters: [ { name: id, value: $inputs.id } ]
        successCriteria: [ { condition: $statusCode == 200 }, { condition: $outputs.price > 3 } ]
        outputs: { cost: $outputs.price }
      - stepId: again
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $steps.look.outputs.found } ]
    outputs: { cost: $steps.look.outputs.cost, found: $steps.look.outputs.found }
  - workflowId: inner
    inputs: { type: object, required: [id], properties: { id: { type: string } } }
    steps:
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $inputs.id } ]
        successCriteria: [ { condition: $statusCode == 200 } ]
        outputs: { price: $response.body#/price, found: $response.body#/id }
    outputs: { price: $steps.get.outputs.price, found: $steps.get.outputs.found }
";
    let text = file(workflows, "workflows/outer.rs");
    has(&text, "pub id: types::OrderId");
    has(
        &text,
        "let given = inner::InnerInputs { id: inputs.id.clone() };",
    );
    has(
        &text,
        "let call = inner::Inner::new(client.clone(), given);",
    );
    has(
        &text,
        "criterion::greater(criterion::json(response.value.map(|it| &it.price))",
    );
    has(
        &text,
        "LookOutputs { cost: body.price.clone(), price: body.price.clone(), found: body.found.clone() }",
    );
    has(&text, "the workflow `inner`");
    has(&text, "pub found: types::OrderId");
}

#[test]
fn restarts_a_workflow_that_goes_to_itself() {
    let text = get(
        "        onFailure: [ { name: again, type: goto, workflowId: w, criteria: [ { condition: $statusCode == 409 } ] } ]\n",
    );
    has(
        &text,
        "if response.status == 409 { return StepOutcome::Goto(WStep::Get); }",
    );
}

#[test]
fn adds_required_inputs_of_a_dependency_to_the_workflow() {
    let workflows = "  - workflowId: outer
    dependsOn: [ inner ]
    steps:
      - stepId: again
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $workflows.inner.inputs.id } ]
  - workflowId: inner
    inputs: { type: object, required: [id], properties: { id: { type: string } } }
    steps:
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $inputs.id } ]
";
    let text = file(workflows, "workflows/outer.rs");
    has(&text, "pub id: types::OrderId");
    has(
        &text,
        r#"#[step(Inner, "$workflows.inner", runs inner::InnerStep)]"#,
    );
    has(&text, "client.get_order(&inputs.id)");
}

#[test]
fn ignores_a_retry_target_that_is_the_step_itself() {
    let text = get("        onFailure: [ { name: again, type: retry, stepId: get } ]\n");
    has(&text, "return StepOutcome::retry(0, Duration::ZERO);");
}

#[test]
fn binds_only_values_that_the_criteria_and_actions_read() {
    let retry =
        "{ name: r, type: retry, criteria: [ { condition: $response.body#/condition == 1 } ] }";
    let text = get(&format!(
        "        successCriteria: [ {{ condition: '$statusCode == 200' }} ]
        onFailure: [ {retry}, {{ name: g, type: goto, stepId: get }} ]
"
    ));
    has(
        &text,
        r#"if response.status == 200 { return StepOutcome::Success; }
           if criterion::equal(response.pointer("/condition").cloned(), Some(::serde_json::json!(1)))
               && response.may_retry(0, 1) { return StepOutcome::retry(0, Duration::ZERO); }
           StepOutcome::Goto(WStep::Get)"#,
    );
    assert!(!text.contains("let condition"), "{text}");
    let text = get("        successCriteria: [ { condition: $inputs.id == 'x' } ]\n");
    has(&text, "let judge = |_: &StepResponse<'_, _>|");
    // Unreachable: failure actions of a step that always succeeds.
    let text = get("        successCriteria: [ { condition: 'true' } ]
        onFailure: [ { name: e, type: end }, { name: r, type: retry } ]
");
    assert!(!text.contains("StepOutcome::end"), "{text}");
    assert!(!text.contains("may_retry"), "{text}");
}

#[test]
fn prints_an_unused_parameter_as_an_underscore() {
    let text = module(
        "{ type: object, properties: { a: { type: string } } }",
        "      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: o_1 } ]
        onFailure:
          - { name: e, type: end }
          - { name: never, type: end, criteria: [ { condition: $inputs.a == 'x' } ] }
",
    );
    has(
        &text,
        "client: &Self::Clients, _: &Self::Inputs, steps: &mut Self::Steps",
    );
}

#[test]
fn embeds_parts_of_the_response_in_a_pattern() {
    let text = get("        successCriteria:
          - { context: $response.body, type: regex, condition: '^{$statusCode}-{$response.header.x-id}$' }
");
    has(
        &text,
        r#"criterion::plain(response.status_value()), criterion::plain(criterion::text(response.header("x-id")))"#,
    );
}

#[test]
fn a_step_with_an_expiry_names_the_output_and_its_readers() {
    let text = list(
        "",
        "
        outputs: { order: $response.body#/data/0/id, until: $response.body#/total }
        x-expires: $outputs.until
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $steps.list.outputs.order } ]
        outputs: { id: $response.body#/id }
      - stepId: again
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $steps.get.outputs.id } ]
      - stepId: other
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $inputs.a } ]
        successCriteria: [ { condition: $steps.list.outputs.until > 1 } ]
",
    );
    has(
        &text,
        "#[step(List, \"list\", calls operations::LIST_ORDERS, description = \"\", expires = until, readers = [Get, Other])]",
    );
    has(
        &text,
        "#[step(Get, \"get\", calls operations::GET_ORDER, description = \"\", readers = [Again])]",
    );
    has(
        &text,
        "#[step(Again, \"again\", calls operations::GET_ORDER, description = \"\")]",
    );
    has(
        &text,
        "#[step(Other, \"other\", calls operations::GET_ORDER, description = \"\")]",
    );
}
