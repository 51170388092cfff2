//! Which step follows which: criteria, actions, repetitions, nested workflows.

use super::*;

#[test]
fn a_status_criterion_is_compiled() {
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
fn without_criteria_a_documented_success_is_one() {
    has(&get(""), "at.call_any(call, expect_success).await?;");
}

#[test]
fn conditions_on_the_body_look_at_its_json() {
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
fn a_retry_takes_the_status_away_from_the_transport() {
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
fn a_retry_without_conditions_leaves_nothing_to_the_transport() {
    let text = get("        onFailure: [ { name: r, type: retry } ]\n");
    has(&text, "at.options().max_retries(0)");
    has(
        &text,
        "if response.may_retry(0, 1) { return StepOutcome::retry(0, Duration::ZERO); }",
    );
}

#[test]
fn a_failure_action_that_ends_is_told_apart_from_a_break() {
    let text = get(
        "        onFailure: [ { name: e, type: end, criteria: [ { condition: '$statusCode == 404' } ] } ]\n",
    );
    has(
        &text,
        "if response.status == 404 { return StepOutcome::end(condition); } StepOutcome::fail(condition)",
    );
}

#[test]
fn a_flow_that_goes_elsewhere_says_where_to() {
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
    // The next step is where a success leads by itself.
    has(
        &text,
        r#"if response.pointer("/data/0").is_some() { return StepOutcome::Success; } StepOutcome::SuccessEnd"#,
    );
    has(
        &text,
        "if response.value.is_some() { return StepOutcome::Success; } StepOutcome::Goto(WStep::List)",
    );
    // The end may be reached without the second step.
    has(
        &text,
        "price: steps.get.as_ref().and_then(|it| it.price.clone())",
    );
    has(&text, "pub price: Option<Number>");
}

#[test]
fn a_straight_flow_gives_what_its_steps_certainly_have() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { s: $response.body#/status }\n    outputs: { s: $steps.get.outputs.s }\n",
    );
    has(&text, "pub s: types::Status");
    has(&text, r#"let get = finished(&steps.get, "get")?;"#);
    has(&text, "s: get.s.clone(), steps: ::std::mem::take(steps)");
}

#[test]
fn an_answer_that_may_only_be_accepted_is_unwrapped_where_the_criteria_admit_no_other() {
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
fn a_step_may_run_another_workflow() {
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
fn a_workflow_that_goes_to_itself_begins_again() {
    let text = get(
        "        onFailure: [ { name: again, type: goto, workflowId: w, criteria: [ { condition: $statusCode == 409 } ] } ]\n",
    );
    has(
        &text,
        "if response.status == 409 { return StepOutcome::Goto(WStep::Get); }",
    );
}

#[test]
fn what_a_dependency_requires_is_an_input_of_the_workflow_that_depends_on_it() {
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
fn a_step_that_would_run_itself_before_its_repetition_is_simply_repeated() {
    let text = get("        onFailure: [ { name: again, type: retry, stepId: get } ]\n");
    has(&text, "return StepOutcome::retry(0, Duration::ZERO);");
}

#[test]
fn nothing_is_named_in_the_judgement_that_it_does_not_read() {
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
    // An action behind one that always applies is never reached, nor is a failure action where nothing can fail.
    let text = get("        successCriteria: [ { condition: 'true' } ]
        onFailure: [ { name: e, type: end }, { name: r, type: retry } ]
");
    assert!(!text.contains("StepOutcome::end"), "{text}");
    assert!(!text.contains("may_retry"), "{text}");
}

#[test]
fn a_parameter_that_no_step_reads_has_no_name() {
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
fn a_pattern_may_hold_parts_of_the_response() {
    let text = get("        successCriteria:
          - { context: $response.body, type: regex, condition: '^{$statusCode}-{$response.header.x-id}$' }
");
    has(
        &text,
        r#"criterion::plain(response.status_value()), criterion::plain(criterion::text(response.header("x-id")))"#,
    );
}
