//! Documents with one defect each, and the expected diagnostic: its code and the location that it marks.
//!
//! The documents are those of `fixtures/shop`, which have no defects. A defect replaces a part of one of them. `«`
//! and `»` in the replacement delimit the marked text and are not part of the document.

use tests::generator::{Folder, codegen, codes, documents_in, fixtures, read, shown};
use xtask::diagnostic::{Code, Severity};
use xtask::pipeline::Run;

const API: &str = "openapi.yml";
const FLOW: &str = "arazzo.yml";

struct Defect {
    code: &'static str,
    severity: Severity,
    file: &'static str,
    replace: &'static str,
    by: &'static str,
    /// Other replacements in the same document.
    more: &'static [(&'static str, &'static str)],
    /// Other diagnostics that follow from the defect.
    also: &'static [&'static str],
}

impl Defect {
    const fn new(
        severity: Severity,
        code: &'static str,
        [file, replace, by]: [&'static str; 3],
    ) -> Self {
        Self {
            code,
            severity,
            file,
            replace,
            by,
            more: &[],
            also: &[],
        }
    }

    /// Adds replacements in the same document.
    const fn and(mut self, more: &'static [(&'static str, &'static str)]) -> Self {
        self.more = more;
        self
    }

    /// Adds diagnostics that follow from the defect.
    const fn also(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }
}

const fn error(
    code: &'static str,
    file: &'static str,
    replace: &'static str,
    by: &'static str,
) -> Defect {
    Defect::new(Severity::Error, code, [file, replace, by])
}

const fn warning(
    code: &'static str,
    file: &'static str,
    replace: &'static str,
    by: &'static str,
) -> Defect {
    Defect::new(Severity::Warning, code, [file, replace, by])
}

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // The API description.
    error("not-openapi", API, "openapi: 3.0.3", "openapy: «3.0.3»"),
    error("swagger-2", API, "openapi: 3.0.3", "swagger: «'2.0'»"),
    error("openapi-version", API, "openapi: 3.0.3", "openapi: «4.0.0»"),
    error("invalid-feature", API, "openapi: 3.0.3", "openapi: 3.0.3\nx-cargo-feature: «shop/orders»"),
    error("malformed", API, "  /orders/{order_id}:\n    get:", "  «/stock»: []\n  /orders/{order_id}:\n    get:"),
    warning("dangling-reference", API, "schema:\n              $ref: '#/components/schemas/NewOrder'", "schema:\n              $ref: «'#/components/schemas/Order2'»"),
    error("external-reference", API, "schema:\n              $ref: '#/components/schemas/NewOrder'", "schema:\n              $ref: «'other.yml#/Order'»"),
    error("self-containing-schema", API, "    Status:\n      type: string\n      enum:\n        - open\n        - shipped", "    «Status»:\n      $ref: '#/components/schemas/Status'"),
    warning("invalid-pattern", API, "pattern: ^[a-z]+$", "pattern: «'^[a-z+$'»"),
    warning("invalid-example", API, "        count:\n          type: integer\n        customer", "        count:\n          type: integer\n          example: «many»\n        customer"),
    warning("required-undeclared", API, "        - id\n        - sku\n      properties", "        - id\n        - sku\n        - «price»\n      properties"),
    warning("missing-operation-id", API, "  /orders:\n", "  /stock:\n    «head»:\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    warning("duplicate-operation-id", API, "  /orders:\n", "  /stock:\n    head:\n      operationId: «placeOrders»\n      responses:\n        '204':\n          description: Fine.\n    get:\n      operationId: placeOrders\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    warning("undeclared-path-parameter", API, "  /orders:\n", "  /orders/{day}/all:\n    «get»:\n      operationId: listDay\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    error("path-template", API, "  /orders:\n", "  «/orders/{day/all»:\n    get:\n      operationId: listDay\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    warning("unknown-security-scheme", API, "      operationId: getOrder", "      operationId: getOrder\n      security:\n        - «Kay»: []"),
    warning("property-name-clash", API, "        id:\n          type: string\n        sku:", "        id:\n          type: string\n        «Id»:\n          type: string\n        sku:"),
    warning("conflicting-property", API, "    NewOrder:\n      type: object", "    «NewOrder»:\n      allOf:\n        - type: object\n          properties: {count: {type: string}}\n      type: object"),
    warning("unsupported-composition", API, "        customer:\n          type: object", "        «customer»:\n          allOf:\n            - type: integer\n          type: object"),
    warning("operation-left-out", API, "  /orders:\n", "  /stock:\n    «put»:\n      operationId: putStock\n      parameters: [{name: n, in: query, required: true, style: matrix, schema: {type: string}}]\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    warning("body-left-out", API, "  /orders:\n", "  /stock:\n    put:\n      operationId: putStock\n      «requestBody»:\n        content:\n          no/media type:\n            schema: {type: object}\n      responses:\n        '204':\n          description: Fine.\n  /orders:\n"),
    warning("parameter-left-out", API, "        - name: limit\n          in: query\n          schema:\n            type: integer\n", "        - name: limit\n          in: query\n          style: matrix\n          schema:\n            type: object\n"),
    warning("component-name-clash", API, "    Status:\n      type: string", "    «Vec»:\n      type: object\n      properties: {a: {type: string}}\n    Status:\n      type: string"),

    error("syntax", FLOW, "title: Shopping", "title: Shopping\n  title: Shop"),
    // Workflows alone.
    error("arazzo-version", FLOW, "arazzo: 1.0.1", "arazzo: «2.0.0»"),
    error("missing-field", FLOW, "info:\n  title: Shopping\n  version: '1'", "«info»:\n  title: Shopping"),
    warning("unknown-field", FLOW, "    outputs:\n      canceled", "    sumary: «Cancels.»\n    outputs:\n      canceled"),
    warning("ignored-field", FLOW, "          - name: none\n            type: end\n", "          - name: none\n            type: end\n            stepId: «cancel»\n"),
    warning("empty-list", FLOW, "        successCriteria:\n          - condition: $statusCode == 200\n", "        «successCriteria»: []\n"),
    error("wrong-type", FLOW, "title: Shopping", "«title»: [Shopping]"),
    error("invalid-value", FLOW, "            type: retry", "            type: «again»"),
    error("invalid-name", FLOW, "workflowId: cancel-first", "workflowId: «''»"),
    error("duplicate-id", FLOW, "workflowId: cancel-first", "workflowId: «order-and-look»"),
    error("invalid-expression", FLOW, "value: $steps.place.outputs.orderId", "value: «$stops.place.outputs.orderId»"),
    warning("nonstandard", FLOW, "value: $steps.place.outputs.orderId", "value: «$steps.place.orderId»"),
    error("invalid-criterion", FLOW, "condition: $statusCode == 201", "condition: «$statusCode === 201»"),
    error("invalid-criterion", FLOW, "condition: $[0]", "condition: «$[0»"),
    warning("nonstandard", FLOW, "condition: $[0]", "condition: «$.length > 0»"),
    error("invalid-reference", FLOW, "            type: end\n", "            type: end\n          - reference: «'#/none'»\n"),
    error("unknown-component", FLOW, "            type: end\n", "            type: end\n          - «reference»: $components.successActions.none\n"),
    error("ambiguous-target", FLOW, "            type: end\n", "            type: end\n          - «name»: both\n            type: goto\n            stepId: cancel\n            workflowId: order-and-look\n"),
    error("invalid-inputs", FLOW, "    inputs:\n      type: object", "    inputs:\n      type: «array»"),
    error("unknown-reference", FLOW, "    inputs:\n      type: object\n      required:\n        - sku\n      properties:\n        sku:\n          type: string\n        count:\n          type: integer\n", "    inputs:\n      $ref: «'#/components/inputs/order'»\n"),
    warning("unused-input", FLOW, "        count:\n          type: integer\n", "        count:\n          type: integer\n        «note»:\n          type: string\n"),
    warning("undeclared-input", FLOW, "      required:\n        - sku\n", "      required:\n        - sku\n        - «size»\n"),
    warning("constant-output", FLOW, "      canceled: $steps", "      constant: «yes»\n      canceled: $steps"),
    warning("unsupported-source", FLOW, "    type: openapi\n", "    type: openapi\n  - name: queue\n    url: queue.yml\n    type: «asyncapi»\n"),
    error("not-supported", FLOW, "          status: $statusCode", "          status: $statusCode\n          asked: «$request.header.accept»"),

    // Workflows and the operations that they call.
    warning("dangling-source", FLOW, "url: openapi.yml", "url: «./gone/openapi.yml»"),
    error("unknown-source", FLOW, "operationId: getOrder", "operationId: «$sourceDescriptions.shopp.getOrder»"),
    error("unknown-operation", FLOW, "operationId: getOrder", "operationId: «findOrder»"),
    error("unknown-workflow", FLOW, "  - workflowId: cancel-first\n", "  - workflowId: cancel-first\n    dependsOn:\n      - «order»\n"),
    error("circular-output", FLOW, "          sku: $response.body#/sku\n", "          sku: «$steps.look.outputs.sku»\n"),
    error("circular-dependency", FLOW, "  - workflowId: cancel-first\n", "  - workflowId: cancel-first\n    «dependsOn»:\n      - cancel-first\n"),
    error("missing-dependency", FLOW, "      canceled: $steps.list", "      other: «$workflows.order-and-look.outputs.sku»\n      canceled: $steps.list"),
    error("unknown-step", FLOW, "sku: $steps.look.outputs.sku", "sku: «$steps.lock.outputs.sku»"),
    error("unknown-input", FLOW, "count: $inputs.count\n", "count: $inputs.count\n            status: «$inputs.status»\n"),
    error("unknown-output", FLOW, "value: $steps.place.outputs.orderId", "value: «$steps.place.outputs.id»"),
    error("forward-reference", FLOW, "count: $inputs.count\n", "count: $inputs.count\n            status: «$steps.look.outputs.sku»\n"),
    warning("redundant-goto", FLOW, "          - name: none\n            type: end\n", ""),
    error("invalid-expression", FLOW, "            value: open", "            value: «$statusCode»"),
    warning("unknown-response-property", FLOW, "          status: $statusCode", "          status: $statusCode\n          body: «$response.body»"),
    error("unknown-pointer", FLOW, "sku: $steps.look.outputs.sku", "sku: «$steps.look.outputs.sku#/first»"),
    error("unknown-parameter", FLOW, "          - name: status\n            in: query", "          - «name»: state\n            in: query"),
    error("missing-parameter", FLOW, "        operationId: cancelOrder\n        parameters:\n          - name: order_id\n            in: path\n            value: $steps.list.outputs.first\n", "        operationId: cancelOrder\n"),
    error("parameter-location", FLOW, "            in: query\n            value: open", "            in: «header»\n            value: open"),
    error("invalid-parameter-value", FLOW, "value: open", "value: «closed»"),
    error("unknown-scheme", FLOW, "        operationId: getOrder\n", "        operationId: getOrder\n        x-security:\n          - schemeName: «Kay»\n            values: {token: x}\n"),
    error("missing-body", FLOW, "      - stepId: look\n        operationId: getOrder\n        parameters:\n          - name: order_id\n            in: path\n            value: $steps.place.outputs.orderId\n        successCriteria:\n          - condition: $statusCode == 200\n", "      - «stepId»: look\n        operationId: placeOrder\n"),
    error("unexpected-body", FLOW, "        operationId: cancelOrder\n", "        operationId: cancelOrder\n        «requestBody»:\n          payload:\n            a: b\n"),
    error("content-type", FLOW, "contentType: application/json", "contentType: «text/plain»"),
    error("invalid-body-value", FLOW, "count: $inputs.count\n", "count: $inputs.count\n            status: «17»\n"),
    error("missing-property", FLOW, "            sku: $inputs.sku\n", ""),
    warning("undeclared-status", FLOW, "condition: $statusCode == 201", "condition: «$statusCode == 202»"),
    warning("undeclared-header", FLOW, "          first: $response.body#/0/id", "          first: $response.body#/0/id\n          page: «$response.header.X-Page»"),
    warning("unknown-response-property", FLOW, "sku: $response.body#/sku", "sku: «$response.body#/price»"),
    error("conflicting-types", FLOW, "            count: $inputs.count\n", "            count: $inputs.count\n            status: $inputs.count\n"),
    error("invalid-pointer", FLOW, "            count: $inputs.count\n", "            count: $inputs.count\n          replacements:\n            - target: «sku»\n              value: x\n"),
    error("circular-workflow", FLOW, "        operationId: cancelOrder\n        parameters:\n          - name: order_id\n            in: path\n            value: $steps.list.outputs.first\n", "        workflowId: cancel-first\n").also(&["response-of-workflow", "response-of-workflow"]),
    warning("credential-parameter", FLOW, "            value: open\n", "            value: open\n          - «name»: Authorization\n            in: header\n            value: Bearer x\n"),
    warning("unknown-property", FLOW, "count: $inputs.count\n", "count: $inputs.count\n            color: «red»\n"),
    warning("property-not-sent", FLOW, "count: $inputs.count\n", "count: $inputs.count\n            number: «seven»\n"),
    error("unsupported-step", FLOW, "      - stepId: look\n        operationId: getOrder\n", "      - «stepId»: look\n        channelPath: '#/queue'\n        action: send\n").and(&[("arazzo: 1.0.1", "arazzo: 1.1.0")]),
    error("ambiguous-operation", FLOW, "operationId: placeOrder", "operationId: «placeOrder»").and(&[("    type: openapi\n", "    type: openapi\n  - name: again\n    url: openapi.yml\n    type: openapi\n")]),
    warning("unsupported-security", FLOW, "        operationId: getOrder\n", "        operationId: getOrder\n        x-security:\n          - «scheme»: {type: http, scheme: bearer}\n            values: {token: a}\n"),
    error("circular-reference", API, "      parameters:\n        - name: status", "      parameters:\n        - «$ref»: '#/components/parameters/Round'\n        - name: status").and(&[("  schemas:\n", "  parameters:\n    Round:\n      $ref: '#/components/parameters/Round'\n  schemas:\n")]),
    // Errors that depend on the types of the client.
    error("response-not-available", FLOW, "value: $steps.place.outputs.orderId", "value: «$outputs.orderId»"),
    error("pointer-into-scalar", FLOW, "canceled: $steps.list.outputs.first", "canceled: «$steps.cancel.outputs.status#/code»"),
    warning("credential-not-sent", FLOW, "        operationId: getOrder\n", "        operationId: getOrder\n        x-security:\n          - schemeName: «Basket»\n            values: {token: a}\n"),
    warning("type-mismatch", FLOW, "        count:\n          type: integer\n", "        «count»:\n          type: string\n"),
    error("type-mismatch", FLOW, "value: $steps.place.outputs.orderId", "value: «$steps.place.outputs.order»").and(&[("          orderId: $response.body#/id\n", "          orderId: $response.body#/id\n          order: $response.body\n")]),
    error("unknown-value", FLOW, "            value: open", "            value: $inputs.status").and(&[("  - workflowId: cancel-first\n", "  - workflowId: outer\n    steps:\n      - stepId: run\n        workflowId: cancel-first\n        parameters:\n          - name: status\n            value: «lost»\n  - workflowId: cancel-first\n    inputs:\n      type: object\n      properties:\n        status:\n          type: string\n")]),
    warning("unknown-request-part", FLOW, "          status: $statusCode", "          status: $statusCode\n          page: «$request.query.page»"),
    warning("unknown-property", FLOW, "            count: $inputs.count\n", "            count: $inputs.count\n          replacements:\n            - target: «/color»\n              value: red\n"),
    warning("unknown-reference", FLOW, "        count:\n          type: integer\n", "        count:\n          type: integer\n          items:\n            $ref: «'#/components/inputs/none'»\n"),
    warning("undeclared-input", FLOW, "  - workflowId: cancel-first\n", "  - workflowId: cancel-first\n    dependsOn:\n      - «order-and-look»\n"),
    warning("unreachable-step", FLOW, "        onSuccess:\n          - name: some\n            type: goto\n            stepId: cancel\n            criteria:\n              - context: $response.body\n                type: jsonpath\n                condition: $[0]\n          - name: none\n", "        onSuccess:\n          - name: none\n").and(&[("      - stepId: cancel\n", "      - «stepId»: cancel\n")]),
    warning("unreachable-action", FLOW, "          - name: none\n            type: end\n", "          - name: none\n            type: end\n          - «name»: never\n            type: end\n"),
    warning("retry-limit", FLOW, "            retryLimit: 2", "            retryLimit: «5000»"),
    warning("retry-after", FLOW, "            retryAfter: 1", "            retryAfter: «100000»"),
    warning("response-of-workflow", FLOW, "  - workflowId: cancel-first\n", "  - workflowId: outer\n    steps:\n      - stepId: run\n        workflowId: cancel-first\n        successCriteria:\n          - condition: «$statusCode == 200»\n  - workflowId: cancel-first\n"),
    warning("unsatisfied-security", API, "      operationId: getOrder\n", "      operationId: getOrder\n      security:\n        - Basket: []\n"),
    // Errors of the resources.
    warning("unsupported-pagination", API, "      operationId: listOrders\n", "      operationId: listOrders\n      x-fern-sdk-group-name: [orders]\n      x-fern-sdk-method-name: list\n      «x-fern-pagination»:\n        offset: $request.limit\n"),
    warning("unknown-return-value", API, "      operationId: getOrder\n", "      operationId: getOrder\n      x-fern-sdk-group-name: [orders]\n      x-fern-sdk-method-name: get\n      x-fern-sdk-return-value: «data»\n"),
];

fn run(defect: &Defect, text: &str) -> (Folder, Run) {
    let folder = Folder::new();
    let shop = folder.copy(&fixtures("shop"), "shop");
    folder.write(&format!("shop/{}", defect.file), text);
    let run = codegen(documents_in(&shop), &folder.path().join("out"));
    (folder, run)
}

/// Removes the marks, and returns the line and column of the first one.
fn marked(text: &str) -> (String, Option<(usize, usize)>) {
    let place = text.find('«').map(|at| {
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    });
    (text.replace(['«', '»'], ""), place)
}

#[test]
fn documents_without_defects_are_valid() {
    let shop = fixtures("shop");
    let run = codegen(documents_in(&shop), &shop.join("out"));
    assert_eq!(shown(&run), "");
    assert!(run.output.is_some());
}

#[test]
fn reports_each_defect_at_its_location() {
    let mut wrong = String::new();
    for defect in DEFECTS {
        let mut text = read(&fixtures("shop").join(defect.file));
        for (old, new) in [&[(defect.replace, defect.by)], defect.more].concat() {
            assert_eq!(text.matches(old).count(), 1, "{}: {old}", defect.code);
            text = text.replace(old, new);
        }
        let (text, place) = marked(&text);
        let (_folder, run) = run(defect, &text);
        let shown = shown(&run);
        let mut expected = [&[defect.code], defect.also].concat();
        let mut found = codes(&run);
        expected.sort_unstable();
        found.sort_unstable();
        let kind = match defect.severity {
            Severity::Error => "error",
            _ => "warning",
        };
        let finding = shown
            .split("\n\n")
            .find(|it| it.starts_with(&format!("{kind}[{}]", defect.code)));
        let place = place.map(|(line, column)| format!("{}:{line}:{column}\n", defect.file));
        let is_there = match (&place, finding) {
            (Some(place), Some(finding)) => finding.contains(place),
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let is_generated = defect.severity == Severity::Warning;
        if found != expected || !is_there || run.output.is_some() != is_generated {
            wrong += &format!("{} at {place:?}: {found:?}\n{shown}\n", defect.code);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Codes that no change of a small document triggers, and the tests that cover them.
const ELSEWHERE: &[&str] = &[
    // Covered below.
    "empty-folder",
    "large-schema",
    "overlay-changes-nothing",
    "overlay-conflict",
    "overlay-matches-nothing",
    "overlay-syntax",
    "overlay-without-document",
    "too-many-combinations",
    "unreadable-file",
    // YAML scalars and versions: `xtask/src/load.rs`. Applying overlays: `xtask/src/overlay/tests.rs`.
    "inexact-number",
    "leading-zero",
    "overlay-too-costly",
    "yaml-version",
    // Needs a manifest of an earlier run: `xtask/src/pipeline/manifest.rs`.
    "incomplete-manifest",
    // Findings without others: the tables in `xtask/tests/lint`.
    "contradictory-constraints",
    "credential-in-url",
    "duplicate-parameter",
    "duplicate-path",
    "endless-loop",
    "invalid-default",
    "invalid-discriminator",
    "invalid-enum",
    "invalid-format",
    "invalid-security-scheme",
    "invalid-status",
    "server-variable",
    "unbraced-expression",
    "unchecked-deletion",
    "unhandled-status",
    "unknown-scope",
    "unsupported-parameter",
    "unused-component",
    // Generated files: `xtask/src/output.rs`.
    "output-file",
    // Documents that are too large for a test here: `xtask/src/load.rs`.
    "too-deep",
    "too-large",
    // `diff`: `xtask/src/diff/tests.rs`.
    "not-comparable",
    // A note, tested with each pass of `xtask/src/openapi/normalize`.
    "normalized",
    // Limits of progenitor and unknown versions of it: `xtask/src/openapi/progenitor/run/tests.rs`.
    "client-generator",
    "unrecognized-client",
];

#[test]
fn every_code_is_covered() {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let shown =
        |code: &str| DEFECTS.iter().any(|defect| defect.code == code) || ELSEWHERE.contains(&code);
    let missing: Vec<&str> = codes.filter(|code| !shown(code)).collect();
    assert!(missing.is_empty(), "no document triggers {missing:?}");
}

/// Returns the codes for the shop with one file replaced.
fn codes_with(file: &str, text: &str) -> Vec<&'static str> {
    let folder = Folder::new();
    let shop = folder.copy(&fixtures("shop"), "shop");
    folder.write(&format!("shop/{file}"), text);
    codes(&codegen(documents_in(&shop), &folder.path().join("out")))
}

#[test]
fn rejects_too_many_combinations() {
    let api = read(&fixtures("shop").join(API));
    let with = |schema: &str| {
        api.replace(
            "    Status:\n",
            &format!("    Much: {schema}\n    Status:\n"),
        )
    };
    let deep = format!(
        "{}{{type: string}}{}",
        "{items: ".repeat(200),
        "}".repeat(200)
    );
    let found = codes_with(API, &with(&deep));
    assert!(
        !found.is_empty() && found.iter().all(|code| *code == "too-deep"),
        "{found:?}"
    );
    let alternatives = |name: usize| {
        let one = |at: usize| {
            format!(
                "{{type: object, required: [p{name}x{at}], properties: {{p{name}x{at}: {{type: string}}}}}}"
            )
        };
        format!(
            "{{oneOf: [{}]}}",
            (0..12).map(one).collect::<Vec<_>>().join(", ")
        )
    };
    let parts: Vec<String> = (0..6).map(alternatives).collect();
    let many = format!("{{allOf: [{}]}}", parts.join(", "));
    assert!(codes_with(API, &with(&many)).contains(&"too-many-combinations"));

    let flow = read(&fixtures("shop").join(FLOW));
    let properties: Vec<String> = (0..150)
        .map(|at| format!("p{at}: {{type: string}}"))
        .collect();
    let wide = properties.join(", ");
    let uses: Vec<String> = (0..150)
        .map(|at| format!("q{at}: {{$ref: '#/components/inputs/wide'}}"))
        .collect();
    let flow = flow.replace(
        "        count:\n          type: integer\n",
        &format!(
            "        count:\n          type: integer\n          properties: {{{}}}\n",
            uses.join(", ")
        ),
    );
    let flow = format!(
        "{flow}components:\n  inputs:\n    wide: {{type: object, properties: {{{wide}}}}}\n"
    );
    let found = codes_with(FLOW, &flow);
    assert!(
        !found.is_empty() && found.iter().all(|code| *code == "large-schema"),
        "{found:?}"
    );
}

#[test]
fn reports_missing_files() {
    let folder = Folder::new();
    let shop = folder.copy(&fixtures("shop"), "shop");
    let out = folder.path().join("out");
    let mut documents = documents_in(&shop);
    documents.openapi.push(shop.join("gone.yml"));
    assert_eq!(codes(&codegen(documents, &out)), ["unreadable-file"]);
    let mut documents = documents_in(&shop);
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    documents.arazzo = vec![empty];
    assert_eq!(codes(&codegen(documents, &out)), ["empty-folder"]);
}

/// A complete diagnostic: message, location, marked line and help.
#[test]
fn diagnostic_shows_its_line_and_help() {
    let text = read(&fixtures("shop").join(FLOW)).replace("getOrder", "getOrders");
    let defect = error("unknown-operation", FLOW, "", "");
    let (folder, run) = run(&defect, &text);
    let shown = shown(&run).replace(&folder.path().display().to_string(), "FOLDER");
    let shown: Vec<&str> = shown.trim_end().lines().map(str::trim_end).collect();
    assert_eq!(
        shown,
        [
            "error[unknown-operation]: no source has an operation `getOrders`",
            "  --> FOLDER/shop/arazzo.yml:33:22",
            "   |",
            "33 |         operationId: getOrders",
            "   |                      ^^^^^^^^^ not found",
            "   |",
            "   = help: did you mean `getOrder`?",
        ]
    );
    assert_eq!(run.diagnostics.summary(), "1 error");
}

/// All diagnostics are reported in one run, and nothing is generated.
#[test]
fn reports_errors_of_all_documents() {
    let folder = Folder::new();
    let shop = folder.copy(&fixtures("shop"), "shop");
    let flow = read(&shop.join(FLOW));
    let flow = flow
        .replace("$inputs.sku", "$inputs.size")
        .replace("cancelOrder", "cancel");
    folder.write("shop/arazzo.yml", &flow);
    let api = read(&shop.join(API));
    folder.write(
        "shop/openapi.yml",
        &api.replace("  - url: https", "  - uri: https"),
    );
    let run = codegen(documents_in(&shop), &folder.path().join("out"));
    let codes = codes(&run);
    for code in ["unknown-input", "unknown-operation"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert!(run.output.is_none());
    assert!(!folder.path().join("out").exists());
}

/// Nothing is generated if an overlay does not apply.
#[test]
fn reports_overlay_defects() {
    let overlay = |actions: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: T, version: '1'}}\nextends: openapi.yml\nactions:\n{actions}"
        )
    };
    for (code, text) in [
        (
            "overlay-syntax",
            overlay("  - target: «$.[»\n    remove: true\n"),
        ),
        (
            "overlay-matches-nothing",
            overlay("  - target: «$.paths['/gone']»\n    remove: true\n"),
        ),
        (
            "overlay-changes-nothing",
            overlay("  - target: «$.info»\n    update: {title: Shop}\n"),
        ),
        (
            "overlay-conflict",
            overlay("  - target: «$.info.title»\n    update: {a: b}\n"),
        ),
        (
            "overlay-without-document",
            overlay("  - target: $.info\n    update: {title: A}\n")
                .replace("openapi.yml", "«gone.yml»"),
        ),
    ] {
        let (text, place) = marked(&text);
        let folder = Folder::new();
        let shop = folder.copy(&fixtures("shop"), "shop");
        folder.write("shop/overlay.yml", &text);
        let run = codegen(documents_in(&shop), &folder.path().join("out"));
        let shown = shown(&run);
        let (line, column) = place.unwrap();
        assert_eq!(codes(&run), [code], "{shown}");
        assert!(
            shown.contains(&format!("overlay.yml:{line}:{column}\n")),
            "{shown}"
        );
        assert!(run.output.is_none());
    }
}
