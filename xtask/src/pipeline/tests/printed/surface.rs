//! Tests of the public API of a workflow: names, documentation, handle, catalog, clients.

use super::*;

#[test]
fn fills_inputs_wired_to_a_variable_from_the_handle() {
    let workflow = "  - workflowId: w
    inputs: { type: object, required: [who, n], properties: { who: { type: string }, n: { type: integer } } }
    steps:
      - stepId: list
        operationId: listOrders
        parameters:
          - { name: x-tenant, in: header, value: $inputs.who }
          - { name: limit, in: query, value: $inputs.n }
";
    let handle = file(workflow, "workflows/handle.rs");
    has(&handle, "pub tenant: Option<String>");
    has(
        &handle,
        "pub fn w(&self, n: impl Into<i64>) -> w::W { w::W::with_clients(self.shop.clone()).with_variables(&self.variables).n(n) }",
    );
    let module = file(workflow, "workflows/w.rs");
    has(
        &module,
        "#[steps(WStep, WSteps)] #[variables(Variables, who = tenant)] pub struct W;",
    );
}

#[test]
fn escapes_keywords_and_names_that_the_module_uses() {
    let text = module(
        "{ type: object, required: [type], properties: { type: { type: string }, self: { type: string } } }",
        "      - stepId: match
        operationId: listOrders
        parameters:
          - { name: x-tenant, in: header, value: $inputs.type }
          - { name: type, in: query, value: $inputs.self }
        outputs: { steps: $response.body#/total }
    outputs: { steps: $steps.match.outputs.steps }
",
    );
    has(&text, "pub r#type: String");
    has(&text, "pub self_: Option<String>");
    has(&text, "steps.r#match = Some(MatchOutputs {");
    has(
        &text,
        "steps_2: steps.r#match.as_ref().and_then(|it| it.steps)",
    );
    // In JSON, the outputs keep their names from the document.
    has(
        &text,
        r#"#[serde(rename = "steps")] pub steps_2: Option<i64>"#,
    );
    has(&text, "pub steps_2: Option<i64>");
}

#[test]
fn renames_a_workflow_with_the_name_of_a_runtime_type() {
    let workflow = "  - workflowId: workflow\n    steps:\n      - stepId: workflow\n        operationId: deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n";
    let text = file(workflow, "workflows/workflow.rs");
    has(&text, "impl Workflow for WorkflowWorkflow");
    has(&text, "pub fn workflow(client: &shop::Client");
    has(&text, "pub struct WorkflowStepOutputs {}");
}

#[test]
fn documents_the_steps_with_their_operations() {
    let text = file(
        "  - workflowId: w\n    summary: Look at [one] order\n    steps:\n      - stepId: get\n        description: Reads it.\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n",
        "workflows/w.rs",
    );
    has(
        &text,
        r#"/// # Flow #[doc = include_str!("diagrams/w.svg")]"#,
    );
    has(
        &text,
        r"/// Look at \[one\] order./// /// # Steps /// /// 1.[`get`](WStep::Get): `getOrder`",
    );
    has(
        &text,
        r#"/// Reads it.#[step(Get, "get", calls operations::GET_ORDER)]"#,
    );
    has(&text, "/// # Errors");
}

#[test]
fn prints_steps_and_schemas_in_the_catalog() {
    let workflow = "  - workflowId: w\n    summary: One order\n    inputs: { type: object, required: [id], properties: { id: { type: string } } }\n    steps:\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: $inputs.id } ]\n        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { o: $response.body }\n    outputs: { o: $steps.get.outputs.o }\n";
    let text = file(workflow, "workflows/catalog.rs");
    has(
        &text,
        r#"WorkflowInfo::new("w", "Test", "1.0.0").about("One order", "").steps(<w::WStep as StepId>::INFO, &["shop"])"#,
    );
    let inputs: serde_json::Value =
        serde_json::from_str(&file(workflow, "workflows/schemas/w.inputs.json")).unwrap();
    assert_eq!(inputs["properties"]["id"]["pattern"], "^ord_");
    let outputs: serde_json::Value =
        serde_json::from_str(&file(workflow, "workflows/schemas/w.outputs.json")).unwrap();
    assert_eq!(outputs["properties"]["o"]["$ref"], "#/$defs/Order");
    assert_eq!(outputs["required"], serde_json::json!(["o"]));
    assert_eq!(
        outputs["$defs"]["Order"]["required"],
        serde_json::json!(["id", "price", "status"])
    );
    assert_eq!(
        outputs["$defs"]["Address"]["properties"]["city"]["type"],
        "string"
    );
}

#[test]
fn takes_a_client_for_each_source() {
    let workflow = "  - workflowId: w\n    steps:\n      - stepId: x\n        operationId: $sourceDescriptions.a.deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n      - stepId: y\n        operationId: $sourceDescriptions.b.getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body }\n";
    let files = printed(lowered_with(&[("a", None), ("b", None)], workflow));
    let text = named(&files, "workflows/w.rs");
    has(
        &text,
        "pub fn w(a: &a::Client, b: &b::Client, inputs: WInputs)",
    );
    has(&text, "pub o: Option<b::types::Order>");
}

#[test]
fn prints_the_same_documents_as_the_same_bytes() {
    let workflow = "  - workflowId: w\n    steps:\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body }\n    outputs: { o: $steps.get.outputs.o }\n";
    assert_eq!(printed(lowered(workflow)), printed(lowered(workflow)));
}

#[test]
fn prints_no_files_without_workflows() {
    assert!(printed((Program::default(), Diagnostics::new())).is_empty());
}

#[test]
fn separates_workflows_of_a_client_behind_a_feature() {
    let step = |id: &str, source: &str| {
        format!(
            "      - stepId: {id}\n        operationId: $sourceDescriptions.{source}.deleteOrder\n        parameters: [ {{ name: order_id, in: path, value: x }} ]\n"
        )
    };
    let workflows = format!(
        "  - workflowId: plain\n    steps:\n{}  - workflowId: gated\n    steps:\n{}{}      - stepId: z\n        workflowId: plain\n",
        step("x", "a"),
        step("x", "a"),
        step("y", "b"),
    );
    let clients = [("a", None), ("b", Some("extra"))];
    let files = printed(lowered_with(&clients, &workflows));
    let text = |path: &str| named(&files, path);

    let always = text("workflows/mod.rs");
    has(
        &always,
        "#[cfg(feature = \"extra\")] #[rustfmt::skip] pub mod extra;",
    );
    has(&always, "pub mod plain;");
    assert!(!always.contains("gated"), "{always}");
    has(
        &text("workflows/handle.rs"),
        "pub fn new(a: a::Client, variables: Variables)",
    );
    has(&text("workflows/catalog.rs"), "WorkflowInfo::new(\"plain\"");
    assert!(!text("workflows/catalog.rs").contains("gated"));

    let extra = text("workflows/extra/mod.rs");
    has(&extra, "use super::plain;");
    has(&extra, "pub mod gated;");
    has(
        &text("workflows/extra/handle.rs"),
        "a: a::Client, b: b::Client",
    );
    has(
        &text("workflows/extra/catalog.rs"),
        "WorkflowInfo::new(\"gated\"",
    );
    has(
        &text("workflows/extra/gated.rs"),
        "let call = plain::Plain::new(a.clone(), given);",
    );
}
