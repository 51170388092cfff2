//! Tests of values in requests and responses: inputs, bodies, credentials, outputs.

use super::*;

#[test]
fn gives_an_input_the_type_of_its_parameter() {
    let text = get("");
    has(&text, "pub id: types::OrderId");
    has(&text, "client.get_order(&inputs.id)");
}

#[test]
fn omits_an_absent_optional_input() {
    let text = list(
        "          - { name: type, in: query, value: $inputs.b }\n",
        "",
    );
    has(&text, "pub b: Option<String>");
    has(
        &text,
        "params::ListOrdersParams { type_: inputs.b.clone(), ..Default::default() }",
    );
    has(&text, "client.list_orders(\"t\", &params)");
}

#[test]
fn gives_constants_the_type_of_their_parameter() {
    let text = list(
        "          - { name: status, in: query, value: on hold }\n          - { name: limit, in: query, value: 10 }\n",
        "",
    );
    has(
        &text,
        "limit: Some(10), status: Some(types::Status::OnHold)",
    );
    has(&text, "\"t\"");
}

#[test]
fn reads_expressions_in_lists_and_embedded_in_strings() {
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
fn reads_outputs_through_lists_options_and_maps() {
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
        "note: body.data.first().and_then(|it| it.note.as_ref()).and_then(Option::as_ref).cloned()",
    );
    has(
        &text,
        "city: body.data.get(1usize).and_then(|it| it.address.as_ref()).map(|it| it.city.clone())",
    );
    has(
        &text,
        r#"label: body.data.first().and_then(|it| it.labels.as_ref()?.get("color")).cloned()"#,
    );
    has(
        &text,
        r#"and_then(|it| it.extra.as_ref()?.pointer("/a/b")).cloned()"#,
    );
    has(&text, r#"next: header_text(reply.headers(), "x-next")"#);
    has(&text, "code: reply.status().as_u16()");
    has(&text, "pub code: u16");
    has(&text, "all: body.clone()");
    // The output has the description of the property.
    has(
        &text,
        "/// What the customer said. pub note: Option<String>",
    );
}

#[test]
fn returns_an_absent_optional_collection_as_empty() {
    let text = get(
        "        successCriteria: [ { condition: '$statusCode == 200' } ]
        outputs: { labels: $response.body#/labels, tags: $response.body#/tags }
",
    );
    has(&text, "pub labels: OrderedMap<String>");
    has(&text, "labels: body.labels.clone().unwrap_or_default()");
    // Null is not absent.
    has(&text, "pub tags: Option<Vec<String>>");
    has(&text, "tags: body.tags.clone().flatten()");
}

#[test]
fn requires_the_values_of_a_request_before_sending_it() {
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

/// Returns a workflow that calls `createOrder` with this `gift`, an optional and nullable property.
fn gift(value: &str) -> String {
    let inputs = "{ type: object, required: [name], properties: { name: { type: string }, maybe: { type: string } } }";
    let steps = format!(
        "      - stepId: create\n        operationId: createOrder\n        requestBody:\n          payload: {{ status: open, amount: 1, gift: {value} }}\n"
    );
    module(inputs, &steps)
}

#[test]
fn sends_a_nullable_property_as_value_absent_or_null() {
    let text = gift("$inputs.name");
    has(&text, "pub name: String");
    has(&text, "gift: Some(Some(inputs.name.clone()))");

    let text = gift("$inputs.maybe");
    has(&text, "pub maybe: Option<String>");
    has(&text, "gift: inputs.maybe.clone().map(Some)");

    has(&gift("null"), "gift: Some(None)");
}

#[test]
fn builds_a_body_from_constants_and_values() {
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
    // The constructor takes the required fields.
    has(&text, "..types::NewOrder::new(3, types::Status::Open) }");
    has(&text, "note: inputs.note.clone()");
    has(&text, r#"("label".to_owned(), inputs.label.clone())"#);
    has(
        &text,
        ".into_iter().filter_map(|(key, value)| Some((key, value?))).collect()",
    );
    has(&text, r#"secret: Some(SecretString::from("hush"))"#);
    has(
        &text,
        r#"types::Address::new(format!("in {}", inputs.city.as_str()))"#,
    );
    assert!(!text.contains("parent"), "{text}");
    has(
        &text,
        r#"if let Some(value) = inputs.meta.as_ref() { object.insert("b".to_owned()"#,
    );
    has(&text, "client.create_order(&request)");
}

#[test]
fn splits_a_full_query_string_into_parameters() {
    let text = list(
        "          - { name: all, in: querystring, value: 'limit={$inputs.n}&status=open&more=a%20b-{$inputs.b}' }\n",
        "        outputs: { limit: $request.query.limit }\n",
    );
    // Declared parameters are typed, the others are sent in addition.
    has(&text, r#"format!("a b-{}""#);
    has(&text, r#"optional_query("more", more.as_deref())"#);
    has(&text, "types::Status::Open");
    has(&text, "ListOutputs { limit: inputs.n }");
}

#[test]
fn applies_a_credential_of_a_step_only_to_its_call() {
    let text =
        get("        x-security: [ { schemeName: Token, values: { token: $inputs.id } } ]\n");
    has(
        &text,
        r#"at.options().credentials(FixedSecret::new(["Token"], inputs.id.expose()))"#,
    );
}

#[test]
fn supports_several_credentials_and_basic_credentials_in_a_step() {
    let text = get(
        "        x-security: [ { schemeName: Token, values: { token: $inputs.id } }, { schemeName: Login, values: { password: p, username: 'u-{$inputs.id}' } } ]\n",
    );
    has(
        &text,
        r#"FixedSecret::new(["Token"], inputs.id.expose()).and(["Login"], SecretString::from(format!("u-{}:p", inputs.id.expose()).as_str()))"#,
    );
}

#[test]
fn accepts_a_credential_as_a_parameter() {
    for (given, value) in [
        (
            r#"optional_header("Authorization", authorization.as_deref())"#,
            "{ name: Authorization, in: header, value: 'Bearer {$inputs.key}' }",
        ),
        (
            r#"optional_query("api_key", Some(inputs.key.expose()))"#,
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
fn reads_an_undeclared_output_from_the_raw_body() {
    let text = get("        outputs: { o: $response.body#/nothing }\n");
    has(&text, "pub o: Option<Value>");
    has(
        &text,
        "o: criterion::body_part(reply.headers(), reply.body(), \"/nothing\")",
    );
    let text = module(
        "{ type: object }",
        "      - stepId: gone\n        operationId: deleteOrder\n        parameters: [ { name: order_id, in: path, value: x } ]\n        outputs: { o: $response.body#/a }\n      - stepId: get\n        operationId: getOrder\n        parameters: [ { name: order_id, in: path, value: $steps.gone.outputs.o#/id } ]\n",
    );
    has(
        &text,
        "o: criterion::body_part(reply.headers(), reply.body(), \"/a\")",
    );
    has(&text, "it.o.as_ref()?.pointer(\"/id\")");
    has(&text, "types::OrderId::from(at.convert(criterion::scalar(");
}

#[test]
fn keeps_sent_outputs_as_received_unless_they_have_secrets() {
    let text = get(
        "        outputs: { a: $response.body#/address, v: $response.body#/vault, i: $response.body#/id }\n      - stepId: put\n        operationId: putNote\n        parameters: [ { name: order_id, in: path, value: $inputs.id } ]\n        requestBody: { payload: { a: $steps.get.outputs.a, v: $steps.get.outputs.v, i: $steps.get.outputs.i } }\n",
    );
    has(&text, "pub a_as_received: Option<Value>");
    has(
        &text,
        "a_as_received: criterion::body_part(reply.headers(), reply.body(), \"/address\")",
    );
    for kept_typed in ["v_as_received", "i_as_received"] {
        assert!(!text.contains(kept_typed), "{text}");
    }
}

#[test]
fn keeps_times_as_received_if_a_parameter_sends_them() {
    let sales = |parameter: &str| {
        module(
            "{ type: object }",
            &format!(
                "      - stepId: r\n        operationId: readSales\n        parameters: [ {{ name: from, in: path, value: '2026-01-01T00:00:00Z' }} ]\n        outputs: {{ last: $response.body#/last }}\n      - stepId: s\n        operationId: readSales\n        parameters: [ {parameter} ]\n"
            ),
        )
    };
    let optional = "{ name: from, in: path, value: '2026-01-01T00:00:00Z' }, { name: since, in: query, value: $steps.r.outputs.last }";
    has(&sales(optional), "pub last_as_received: Option<Value>");
    let required = sales("{ name: from, in: path, value: $steps.r.outputs.last }");
    has(
        &required,
        ".optional_argument(\"path\", \"from\", steps.r.as_ref().and_then(|it| it.last_as_received.as_ref())",
    );
    let unsent = sales("{ name: from, in: path, value: '2026-01-01T00:00:00Z' }");
    assert!(!unsent.contains("as_received"), "{unsent}");
}

#[test]
fn prefers_the_type_of_the_parameter_to_the_schema_of_an_input() {
    let text = module(
        "{ type: object, properties: { a: { type: string } } }",
        "      - stepId: s\n        operationId: listOrders\n        parameters: [ { name: x-tenant, in: header, value: t }, { name: tags, in: query, value: $inputs.a } ]\n",
    );
    has(&text, "pub a: Option<Vec<String>>");
}

#[test]
fn sends_undeclared_parameters_that_are_present() {
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
        ".optional_header(\"Authorization\", authorization.as_deref())",
    );
    has(
        &text,
        ".optional_header(\"X-Api-Key\", inputs.token.as_ref().map(|text| text.expose()))",
    );
    has(
        &text,
        "let n = inputs.n.as_ref().map(|value| value.to_string())",
    );
    has(&text, ".optional_query(\"n\", n.as_deref())");
    has(&text, ".optional_cookie(\"c\", Some(\"1\"))");
}

#[test]
fn accepts_a_payload_as_json_in_a_string() {
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
        r#"object.insert("n".to_owned(), Value::String(format!("{}","#,
    );
    has(
        &text,
        r#"object.insert("text".to_owned(), Value::String(format!("n is {}","#,
    );
}

#[test]
fn formats_an_output_from_pieces() {
    let text = get("        outputs: { o: 'order {$response.body#/id} with {$statusCode}' }\n");
    has(&text, "pub o: String");
    has(
        &text,
        r#"o: format!("order {} with {}", criterion::plain(criterion::json("#,
    );
}

#[test]
fn applies_replacements_to_the_payload() {
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
fn source_urls_are_constants() {
    let text = get("        outputs: { o: $sourceDescriptions.shop.url }\n");
    has(&text, "pub o: String");
    has(&text, ".yml\".to_owned()");
    let text = get("        outputs: { o: $sourceDescriptions.shop.type }\n");
    has(&text, "\"openapi\".to_owned()");
}
