//! What is emitted for each feature of a workflow, from one small API.

mod refused;

use super::client::Emitted;
use super::workflows;
use crate::arazzo::document::Description;
use crate::check::{self, Client, Linked};
use crate::diagnostic::Diagnostics;
use crate::load;
use crate::openapi::index::Index;
use crate::openapi::{generate, mend, normalize};

const SHOP: &str = include_str!("shop.yml");

fn index(text: &str) -> Index {
    let mut found = Diagnostics::new();
    let mut document = load::parse("shop.yml", text).unwrap().value;
    let file = std::path::Path::new("shop.yml");
    let notes = normalize::normalize(&mut document, file, &mut found);
    let client = generate::generate(&document, file).unwrap();
    let mended = mend::mend(
        client,
        mend::Source {
            file,
            document: &document,
            notes: &notes,
        },
    )
    .unwrap();
    Index::read(&mended, &document, &notes)
}

/// The files for a document with these workflows, and what was found.
fn generated(workflows: &str) -> (Vec<Emitted>, Diagnostics) {
    let mut found = Diagnostics::new();
    let text = format!(
        "arazzo: 1.0.1\ninfo: {{ title: Test, version: 1.0.0 }}\n\
         sourceDescriptions: [ {{ name: shop, url: shop.yml, type: openapi }} ]\nworkflows:\n{workflows}"
    );
    let document = load::parse("flow.yml", text).unwrap();
    let description = Description::read(&document, &mut found).unwrap();
    let index = index(SHOP);
    let linked = Linked {
        description: &description,
        sources: [("shop".to_owned(), 0)].into(),
        documents: Default::default(),
    };
    let program = check::program(
        &[linked],
        &[Client {
            module: "shop",
            index: &index,
        }],
        &mut found,
    );
    (workflows::emit(&program), found)
}

/// The module of the workflow `w` with these inputs and steps; one space wherever the printer has any.
fn module(inputs: &str, steps: &str) -> String {
    file(
        &format!("  - workflowId: w\n    inputs: {inputs}\n    steps:\n{steps}"),
        "workflows/w.rs",
    )
}

fn file(workflows: &str, path: &str) -> String {
    let (files, found) = generated(workflows);
    let errors: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(!found.has_errors(), "{errors:#?}");
    let file = files
        .iter()
        .find(|file| file.path == path)
        .expect("the file");
    plain(&file.text)
}

/// Without the blanks and commas that depend on where lines are broken.
fn plain(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut text = text
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(", )", ")")
        .replace(",)", ")")
        .replace(", }", " }");
    for call in [" .", ". "] {
        text = text.replace(call, ".");
    }
    text
}

#[track_caller]
fn has(text: &str, wanted: &str) {
    assert!(text.contains(&plain(wanted)), "no `{wanted}` in\n{text}");
}

const GET: &str = "
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $inputs.id } ]
";

fn get(more: &str) -> String {
    module(
        "{ type: object, required: [id], properties: { id: { type: string } } }",
        &format!("{GET}{more}"),
    )
}

fn list(parameters: &str, more: &str) -> String {
    let inputs = "{ type: object, required: [a], properties: { a: { type: string }, b: { type: string }, n: { type: integer } } }";
    let steps = format!(
        "      - stepId: list\n        operationId: listOrders\n        parameters:\n\
         \x20         - {{ name: x-tenant, in: header, value: t }}\n{parameters}{more}"
    );
    module(inputs, &steps)
}

#[test]
fn an_input_has_the_type_of_the_place_it_goes_to() {
    let text = get("");
    has(&text, "pub id: types::OrderId");
    has(&text, "pub fn new(id: impl Into<types::OrderId>) -> Self");
    has(&text, "client.get_order(&inputs.id)");
}

#[test]
fn an_optional_input_that_is_absent_is_left_out() {
    let text = list(
        "          - { name: type, in: query, value: $inputs.b }\n",
        "",
    );
    has(&text, "pub b: Option<String>");
    has(&text, "inputs.b.as_deref()");
    has(&text, "pub fn b(mut self, b: impl Into<String>) -> Self");
}

#[test]
fn constants_are_of_the_type_of_their_place() {
    let text = list(
        "          - { name: status, in: query, value: on hold }\n          - { name: limit, in: query, value: 10 }\n",
        "",
    );
    has(&text, "let status = Some(types::Status::OnHold);");
    has(&text, "Some(10)");
    has(&text, "\"t\"");
}

#[test]
fn a_list_may_hold_expressions_and_a_text_may_embed_them() {
    let text = list(
        "          - { name: tags, in: query, value: [ $inputs.a, fixed, 'x-{$inputs.n}' ] }\n",
        "",
    );
    has(
        &text,
        r#"inputs.a.clone(), "fixed".to_owned(), format!("x-{}", n)"#,
    );
    has(
        &text,
        r#"let n = at.require(inputs.n.as_ref(), "$inputs.n")?;"#,
    );
}

#[test]
fn outputs_are_read_through_lists_options_and_maps() {
    let text = list(
        "",
        "        successCriteria: [ { condition: '$statusCode == 200' } ]
        outputs:
          first: $response.body#/data/0/id
          note: $response.body#/data/0/note
          city: $response.body#/data/1/address/city
          label: $response.body#/data/0/labels/color
          deep: $response.body#/data/0/extra/a/b
          next: $response.header.x-next
          code: $statusCode
          all: $response.body
",
    );
    has(&text, "pub first: Option<types::OrderId>");
    has(&text, "first: body.data.first().map(|it| it.id.clone())");
    has(
        &text,
        "note: body.data.first().and_then(|it| it.note.clone())",
    );
    has(
        &text,
        "city: body.data.get(1usize).and_then(|it| it.address.as_ref()).map(|it| it.city.clone())",
    );
    has(
        &text,
        r#"label: body.data.first().and_then(|it| it.labels.get("color")).cloned()"#,
    );
    has(
        &text,
        r#"and_then(|it| it.extra.as_ref()?.pointer("/a/b")).cloned()"#,
    );
    has(&text, r#"next: header_text(reply.headers(), "x-next")"#);
    has(&text, "code: reply.status().as_u16()");
    has(&text, "pub code: u16");
    has(&text, "all: body.clone()");
    // What the description says of a place is said of the output.
    has(
        &text,
        "/// What the customer said. pub note: Option<String>",
    );
}

#[test]
fn a_value_that_a_request_needs_is_required_before_it_is_sent() {
    let text = list(
        "",
        "        outputs: { first: $response.body#/data/0/id }
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $steps.list.outputs.first } ]
",
    );
    has(
        &text,
        r#"let first = at.require(steps.list.as_ref().and_then(|it| it.first.as_ref()), "$steps.list.outputs.first")?;"#,
    );
    has(&text, "client.get_order(first)");
}

#[test]
fn a_status_criterion_is_compiled() {
    let text = get("        successCriteria: [ { condition: '$statusCode == 200' } ]\n");
    has(
        &text,
        r#"if seen.status != 200 { return Verdict::Break("$statusCode == 200"); } Verdict::Pass"#,
    );
    let text = get(
        "        successCriteria: [ { condition: '$statusCode >= 200 && $statusCode < 300' } ]\n",
    );
    has(
        &text,
        "if (!seen.answered() || seen.status < 200) || (!seen.answered() || seen.status >= 300)",
    );
}

#[test]
fn without_criteria_a_documented_success_is_one() {
    has(
        &get(""),
        r#"if seen.value.is_none() { return Verdict::Break("a documented success status"); }"#,
    );
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
        r#"!criterion::equal(seen.pointer("/status").cloned(), Some(::serde_json::json!("open")))"#,
    );
    has(
        &text,
        r#"|| criterion::holds(seen.pointer("/closed").cloned())"#,
    );
    has(
        &text,
        r#"if seen.pointer("/lines/0").is_none() { return Verdict::Break("$.lines[0]"); }"#,
    );
    has(
        &text,
        r#"if !criterion::matches(criterion::text(seen.header("x-id")), "^a")"#,
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
        "if seen.status == 429 && seen.may_retry(0, 3) { return Verdict::Retry { rule: 0, after: Duration::from_millis(1500) }; } \
         Verdict::Break(condition)",
    );
    // A flow that only repeats is still straight.
    has(&text, "if steps.get.is_none()");
}

#[test]
fn a_retry_without_conditions_leaves_nothing_to_the_transport() {
    let text = get("        onFailure: [ { name: r, type: retry } ]\n");
    has(&text, "at.options().max_retries(0)");
    has(
        &text,
        "if seen.may_retry(0, 1) { return Verdict::Retry { rule: 0, after: Duration::ZERO }; }",
    );
}

#[test]
fn a_failure_action_that_ends_is_told_apart_from_a_break() {
    let text = get(
        "        onFailure: [ { name: e, type: end, criteria: [ { condition: '$statusCode == 404' } ] } ]\n",
    );
    has(
        &text,
        "if seen.status == 404 { return Verdict::End(condition); } Verdict::Break(condition)",
    );
}

#[test]
fn a_flow_that_goes_elsewhere_is_a_loop() {
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
    has(&text, "loop { match steps.at { To::Step(WStep::List) => {");
    // The next step is where a success leads by itself.
    has(
        &text,
        r#"if seen.pointer("/data/0").is_some() { return Verdict::Pass; } Verdict::PassTo(To::End)"#,
    );
    has(&text, "Verdict::Recover(To::Step(WStep::List))");
    has(&text, "to.unwrap_or(To::Step(WStep::Get))");
    has(&text, "Visit::Recovered(to) => to");
    has(&text, "at: To<WStep>");
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
    has(
        &text,
        r#"let get = run.finished(steps.get.as_ref(), "$steps.get.outputs")?;"#,
    );
    has(&text, "s: get.s.clone(), steps: ::std::mem::take(steps)");
}

#[test]
fn an_answer_that_may_only_be_accepted_is_unwrapped_where_the_criteria_admit_no_other() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { s: $response.body#/status }\n",
    );
    has(&text, "let Outcome::Finished(body) = reply.value() else");
    let text = get("        outputs: { s: $response.body#/status }\n");
    has(
        &text,
        "let body = answer.value().and_then(|outcome| outcome.as_ref().finished());",
    );
    has(&text, "pub s: Option<types::Status>");
}

#[test]
fn a_body_is_put_together_from_constants_and_values() {
    let inputs = "{ type: object, required: [city], properties: { city: { type: string }, label: { type: string }, note: { type: string }, meta: { type: object } } }";
    let text = module(
        inputs,
        "      - stepId: create
        operationId: createOrder
        requestBody:
          payload:
            status: open
            amount: 3
            weight: 1.5
            note: $inputs.note
            labels: { color: red, label: $inputs.label }
            lines: [ { sku: $inputs.city } ]
            meta: { a: [ 1, $inputs.city ], b: $inputs.meta }
            secret: hush
            address: { city: 'in {$inputs.city}' }
",
    );
    has(&text, "let request = types::NewOrder {");
    has(&text, "status: types::Status::Open");
    has(&text, "amount: 3");
    has(&text, "note: inputs.note.clone()");
    has(&text, r#"("label".to_owned(), inputs.label.clone())"#);
    has(
        &text,
        ".into_iter().filter_map(|(key, value)| Some((key, value?))).collect()",
    );
    has(&text, r#"secret: Some(SecretString::from("hush"))"#);
    has(&text, r#"city: format!("in {}", inputs.city.as_str())"#);
    has(&text, "parent: None");
    has(
        &text,
        r#"if let Some(value) = inputs.meta.as_ref() { object.insert("b".to_owned()"#,
    );
    has(&text, "client.create_order(&request)");
}

#[test]
fn a_credential_of_a_step_is_for_its_call_alone() {
    let text =
        get("        x-security: [ { schemeName: Token, values: { token: $inputs.id } } ]\n");
    has(
        &text,
        r#"at.options().credentials(FixedSecret::new(["Token"], inputs.id.expose()))"#,
    );
}

#[test]
fn a_credential_may_stand_in_the_place_of_a_parameter() {
    for (given, value) in [
        (
            r#"given_header("Authorization", authorization.as_deref())"#,
            "{ name: Authorization, in: header, value: 'Bearer {$inputs.key}' }",
        ),
        (
            r#"given_query("api_key", Some(inputs.key.expose()))"#,
            "{ name: api_key, in: query, value: $inputs.key }",
        ),
    ] {
        let text = module(
            "{ type: object, required: [key], properties: { key: { type: string } } }",
            &format!(
                "      - stepId: get\n        operationId: getOrder\n        parameters:\n          - {{ name: order_id, in: path, value: x }}\n          - {value}\n"
            ),
        );
        has(&text, "pub key: SecretString");
        has(&text, given);
    }
}

#[test]
fn inputs_wired_to_a_variable_are_filled_by_the_handle() {
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
        "pub fn w(&self, n: impl Into<i64>) -> W { W::new(self.shop.clone(), self.variables.clone(), n.into()) }",
    );
    let module = file(workflow, "workflows/w.rs");
    has(
        &module,
        r#"let Some(who) = self.variables.tenant else { return Err(WorkflowError::unset("who", self.steps)); };"#,
    );
    has(
        &module,
        "pub fn who(mut self, who: impl Into<String>) -> Self { self.variables.tenant = Some(who.into()); self }",
    );
}

#[test]
fn names_that_rust_or_the_module_needs_are_escaped() {
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
    has(&text, "if steps.r#match.is_none()");
    has(&text, "pub steps_2: Option<i64>");
}

#[test]
fn a_workflow_called_run_has_names_of_its_own() {
    let workflow = "  - workflowId: run\n    steps:\n      - stepId: run\n        operationId: deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n";
    let text = file(workflow, "workflows/run.rs");
    has(
        &text,
        "async fn run_steps(client: &shop::Client, _: &RunInputs",
    );
    has(&text, "pub struct RunWorkflow");
    has(&text, "pub struct RunStepOutputs {}");
}

#[test]
fn the_documentation_lists_the_steps_with_their_operations() {
    let text = file(
        "  - workflowId: w\n    summary: Look at [one] order\n    steps:\n      - stepId: get\n        description: Reads it.\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n",
        "workflows/w.rs",
    );
    has(
        &text,
        r"/// Look at \[one\] order. /// /// # Steps /// /// 1. `get` (`getOrder`, `GET /orders/{order_id}`): Reads it.",
    );
    has(&text, "/// # Errors");
}

#[test]
fn the_catalogue_knows_steps_and_schemas() {
    let workflow = "  - workflowId: w\n    summary: One order\n    inputs: { type: object, required: [id], properties: { id: { type: string } } }\n    steps:\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: $inputs.id } ]\n        successCriteria: [ { condition: '$statusCode == 200' } ]\n        outputs: { o: $response.body }\n    outputs: { o: $steps.get.outputs.o }\n";
    let text = file(workflow, "workflows/catalogue.rs");
    has(
        &text,
        r#"WorkflowInfo::new("w", "Test", "1.0.0").about("One order", "").steps(&[StepInfo::new("get", "", "getOrder")], &["shop"])"#,
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
fn several_sources_are_several_clients() {
    let mut found = Diagnostics::new();
    let text = "arazzo: 1.0.1\ninfo: { title: T, version: 1.0.0 }\nsourceDescriptions:\n  - { name: a, url: a.yml, type: openapi }\n  - { name: b, url: b.yml, type: openapi }\nworkflows:\n  - workflowId: w\n    steps:\n      - stepId: x\n        operationId: $sourceDescriptions.a.deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n      - stepId: y\n        operationId: $sourceDescriptions.b.getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body }\n";
    let document = load::parse("flow.yml", text).unwrap();
    let description = Description::read(&document, &mut found).unwrap();
    let (first, second) = (index(SHOP), index(SHOP));
    let linked = Linked {
        description: &description,
        sources: [("a".to_owned(), 0), ("b".to_owned(), 1)].into(),
        documents: Default::default(),
    };
    let clients = [
        Client {
            module: "a",
            index: &first,
        },
        Client {
            module: "b",
            index: &second,
        },
    ];
    let program = check::program(&[linked], &clients, &mut found);
    assert!(!found.has_errors());
    let files = workflows::emit(&program);
    let text = plain(
        &files
            .iter()
            .find(|file| file.path == "workflows/w.rs")
            .unwrap()
            .text,
    );
    has(
        &text,
        "pub async fn w(a: &a::Client, b: &b::Client, inputs: WInputs)",
    );
    has(&text, "pub o: Option<b::types::Order>");
}

#[test]
fn an_output_that_the_answer_does_not_declare_is_read_from_the_body_as_it_came() {
    let text = get("        outputs: { o: $response.body#/nothing }\n");
    has(&text, "pub o: Option<Value>");
    has(
        &text,
        "o: criterion::body_part(answer.body(), \"/nothing\")",
    );
    let text = module(
        "{ type: object }",
        "      - stepId: gone\n        operationId: deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body#/a }\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: $steps.gone.outputs.o#/id } ]\n",
    );
    has(&text, "o: criterion::body_part(answer.body(), \"/a\")");
    has(&text, "it.o.as_ref()?.pointer(\"/id\")");
    has(&text, "types::OrderId::from(at.convert(criterion::scalar(");
}

#[test]
fn an_input_has_the_type_of_its_place_whatever_its_schema_says() {
    let text = module(
        "{ type: object, properties: { a: { type: string } } }",
        "      - stepId: s\n        operationId: listOrders\n        parameters: [ { name: x-tenant, in: header, value: t }, { name: tags, in: query, value: $inputs.a } ]\n",
    );
    has(&text, "pub a: Option<Vec<String>>");
}

#[test]
fn parameters_that_are_not_declared_are_sent_where_they_are_there() {
    let text = module(
        "{ type: object, required: [key], properties: { key: { type: string }, n: { type: integer }, token: { type: string } } }",
        "      - stepId: s\n        operationId: getOrder\n        parameters: [ { name: orderId, in: path, value: x }, { name: Authorization, in: header, value: 'Bearer {$inputs.key}' }, { name: X-Api-Key, in: header, value: $inputs.token }, { name: n, in: query, value: $inputs.n }, { name: c, in: cookie, value: 1 } ]\n",
    );
    has(&text, "pub key: SecretString");
    has(
        &text,
        "let authorization = Some(format!(\"Bearer {}\", inputs.key.expose()))",
    );
    has(
        &text,
        ".given_header(\"Authorization\", authorization.as_deref())",
    );
    has(
        &text,
        ".given_header(\"X-Api-Key\", inputs.token.as_deref())",
    );
    has(
        &text,
        "let n = inputs.n.as_ref().map(|value| value.to_string())",
    );
    has(&text, ".given_query(\"n\", n.as_deref())");
    has(&text, ".given_cookie(\"c\", Some(\"1\"))");
}

#[test]
fn a_payload_may_be_json_in_a_text() {
    let text = module(
        "{ type: object, required: [n], properties: { n: { type: integer } } }",
        r#"      - stepId: put
        operationId: putNote
        parameters: [ { name: order_id, in: path, value: x } ]
        requestBody:
          contentType: application/json
          payload: |
            { "n": "{$inputs.n}", "text": "n is {$inputs.n}" }
"#,
    );
    has(&text, "pub n: i64");
    has(
        &text,
        r#"object.insert("n".to_owned(), at.convert(::serde_json::to_value(&inputs.n), "$inputs.n")?)"#,
    );
    has(
        &text,
        r#"object.insert("text".to_owned(), Value::String(format!("n is {}","#,
    );
}

#[test]
fn an_output_may_be_put_together() {
    let text = get("        outputs: { o: 'order {$response.body#/id} with {$statusCode}' }\n");
    has(&text, "pub o: String");
    has(
        &text,
        r#"o: format!("order {} with {}", criterion::plain(criterion::json("#,
    );
}

#[test]
fn replacements_are_put_into_the_payload() {
    let text = module(
        "{ type: object, required: [a], properties: { a: { type: string } } }",
        "      - stepId: put
        operationId: putNote
        parameters: [ { name: order_id, in: path, value: x } ]
        requestBody:
          payload: { kept: 1, deep: { list: [ 1, 2 ] } }
          replacements: [ { target: /deep/list/1, value: $inputs.a }, { target: /new, value: two } ]
",
    );
    has(&text, r#"object.insert("kept".to_owned(), "#);
    has(
        &text,
        r#"Value::Array(vec![ ::serde_json::json!(1), at.convert("#,
    );
    has(
        &text,
        r#"insert("new".to_owned(), ::serde_json::json!("two"))"#,
    );
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
        "let given = super::inner::InnerInputs { id: inputs.id.clone() }",
    );
    has(
        &text,
        "let call = || nested(super::inner::inner(client, given.clone()))",
    );
    has(
        &text,
        "criterion::greater(criterion::json(seen.value.map(|it| &it.price))",
    );
    has(
        &text,
        "LookOutputs { cost: body.price.clone(), price: body.price.clone(), found: body.found.clone() }",
    );
    has(&text, "(the workflow `inner`)");
    has(&text, "pub found: types::OrderId");
}

#[test]
fn the_same_documents_give_the_same_bytes() {
    let workflow = "  - workflowId: w\n    steps:\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body }\n    outputs: { o: $steps.get.outputs.o }\n";
    assert_eq!(generated(workflow).0, generated(workflow).0);
}

#[test]
fn no_workflow_is_no_file() {
    assert!(workflows::emit(&crate::ir::Program::default()).is_empty());
}
