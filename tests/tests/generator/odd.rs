//! Tests of documents in unusual styles, which are accepted, some of them with warnings.

use std::collections::BTreeSet;

use tests::generator::{Folder, codegen, codes, documents_in, fixtures, read, shown};
use tests::reference;
use tests::scratch_crates::Crates;
use xtask::diagnostic::Severity;
use xtask::pipeline::Documents;

#[test]
fn unusual_documents_generate_a_crate_that_compiles() {
    let mut crates = Crates::new(env!("CARGO_TARGET_TMPDIR"), "odd");
    let run = crates.add("odd", documents_in(&fixtures("odd")));
    assert!(run.output.is_some(), "{}", shown(&run));
    // Deviations are reported.
    let codes: BTreeSet<&str> = codes(&run).into_iter().collect();
    for code in [
        "credential-parameter",
        "duplicate-operation-id",
        "nonstandard",
        "property-name-clash",
        "unknown-parameter",
        "unknown-response-property",
    ] {
        assert!(codes.contains(code), "{code} is not in {codes:?}");
    }
    // Ids with spaces, operations without ids, bodies of any media type, numbers that are strings elsewhere.
    let run = crates.add("loose", documents_in(&fixtures("loose")));
    assert!(run.output.is_some(), "{}", shown(&run));
    crates.check();
}

const API: &str = "
openapi: 3.0.3
info: {title: Odd, version: '1'}
servers: [{url: https://odd.example}]
paths:
  /image:
    get:
      operationId: image
      responses: {'200': {description: An image., content: {image/png: {schema: {type: string, format: binary}}}}}
  /thing:
    get:
      operationId: thing
      parameters: [{name: q, in: query, schema: {type: string}}]
      responses: {'200': {description: A thing., content: {application/json: {schema: {}}}}}
    post:
      operationId: send
      requestBody: {content: {application/xml: {schema: {type: string}}}}
      responses: {'200': {description: Nothing.}}
";

#[test]
fn odd_expressions_are_errors_at_their_place() {
    let step = |step: &str| format!("steps: [{{stepId: s, {step}}}]");
    for (workflow, code, pointer) in [
        (
            step("operationId: thing, parameters: [{name: q, in: query, value: $self}]"),
            "invalid-expression",
            "/steps/0/parameters/0/value",
        ),
        (
            step("operationId: thing, parameters: [{name: q, in: query, value: $message.payload}]"),
            "invalid-expression",
            "/steps/0/parameters/0/value",
        ),
        (
            step("operationId: thing, successCriteria: [{condition: $message.payload == 1}]"),
            "invalid-expression",
            "/steps/0/successCriteria/0/condition",
        ),
        (
            step("operationId: thing, parameters: [{name: q, in: query, value: $request.header.x}]"),
            "unknown-request-part",
            "/steps/0/parameters/0/value",
        ),
        (
            step("operationId: image, outputs: {o: $response.body}"),
            "not-supported",
            "/steps/0/outputs/o",
        ),
        (
            step("operationId: image, outputs: {o: {context: $response.body, selector: '$.a[*]', type: jsonpath}}"),
            "not-supported",
            "/steps/0/outputs/o",
        ),
        (
            step("operationId: thing, outputs: {o: {context: $response.body, selector: '/a[', type: xpath}}"),
            "invalid-expression",
            "/steps/0/outputs/o/selector",
        ),
        (
            step("operationId: thing, requestBody: {contentType: application/json, payload: '{\"{$url}\": 1}'}"),
            "not-supported",
            "/steps/0/requestBody/payload",
        ),
        (
            step(
                "operationId: send, requestBody: {contentType: application/xml, payload: <a/>, \
                 replacements: [{target: /b, targetSelectorType: xpath, value: b}]}",
            ),
            "not-supported",
            "/steps/0/requestBody/replacements/0",
        ),
        (
            format!(
                "inputs: {{type: object, properties: {{token: {{type: string}}}}}}, {}, outputs: {{o: [$inputs.token]}}",
                step("operationId: thing")
            ),
            "not-supported",
            "/outputs/o/0",
        ),
        (
            "steps: [{stepId: a, operationId: thing, dependsOn: [b]}, {stepId: b, operationId: thing, dependsOn: [a]}]"
                .to_owned(),
            "circular-dependency",
            "/steps/0/dependsOn",
        ),
        (
            step("operationId: thing, successCriteria: [{context: $response.body, condition: 'exists(//a)', type: xpath}]"),
            "invalid-criterion",
            "/steps/0/successCriteria/0/condition",
        ),
    ] {
        let folder = Folder::new();
        let api = folder.write("api.yml", API);
        let arazzo = format!(
            "arazzo: 1.1.0\ninfo: {{title: Odd, version: '1'}}\nsourceDescriptions: [{{name: api, url: api.yml}}]\n\
             workflows: [{{workflowId: w, {workflow}}}]\n"
        );
        let documents = Documents {
            openapi: vec![api],
            arazzo: vec![folder.write("flow.yml", &arazzo)],
            ..Documents::default()
        };
        let run = codegen(documents, &folder.path().join("out"));
        let errors = run.diagnostics.iter();
        let mut errors = errors.filter(|finding| finding.severity == Severity::Error);
        let first = errors.next().unwrap_or_else(|| panic!("{workflow}"));
        let expected = (code, format!("/workflows/0{pointer}"));
        assert_eq!((first.code.as_str(), first.pointer.clone()), expected, "{}", shown(&run));
        assert!(run.output.is_none());
    }
}

/// Errors in documents of the reference collection for which no code can be generated.
const REJECTED: [(&str, &[&str]); 5] = [
    ("notion-comment-thread-reply", &["missing-property"]),
    ("notion-create-database-page-content", &["missing-property"]),
    ("notion-create-page-read-children", &["missing-property"]),
    ("notion-search-page-comment", &["missing-property"]),
    ("workflows.arazzo", &["type-mismatch"]),
];

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn third_party_workflows_are_generated_or_rejected() {
    let mut taken = 0;
    for (apis, flows) in [
        ("gitlab/openapi", "gitlab/arazzo"),
        ("ipinfo/openapi", "ipinfo/arazzo"),
        ("notion/openapi", "notion/arazzo"),
        ("redocly-museum/resources", "redocly-museum/resources"),
        (
            "jentic-circleci/apis/openapi/circleci.com/main/v1",
            "jentic-circleci/workflows/circleci.com",
        ),
    ] {
        let folder = |name: &str| reference("corpora").join(name);
        let files = |name: &str| -> Vec<_> {
            let entries = std::fs::read_dir(folder(name)).unwrap();
            let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            files.sort();
            files
        };
        for flow in files(flows) {
            let text = read(&flow);
            // The folders also contain API descriptions and indexes.
            if !text.starts_with("arazzo:") && !text.contains("\"arazzo\":") {
                continue;
            }
            // The documents refer to URLs, so the files are passed explicitly.
            let named = |file: &std::path::PathBuf| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                !name.contains(".arazzo.") && (text.contains(&*name) || files(apis).len() == 1)
            };
            let documents = Documents {
                openapi: files(apis).into_iter().filter(named).collect(),
                arazzo: vec![flow.clone()],
                ..Documents::default()
            };
            let run = codegen(documents, &std::env::temp_dir().join("nothing-is-written"));
            let name = flow.file_name().unwrap_or_default().to_string_lossy();
            let expected = REJECTED.iter().find(|(start, _)| name.starts_with(start));
            let errors: BTreeSet<&str> = run
                .diagnostics
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.code.as_str())
                .collect();
            let expected: BTreeSet<&str> = expected
                .into_iter()
                .flat_map(|(_, codes)| codes.iter().copied())
                .collect();
            assert_eq!(errors, expected, "{name}:\n{}", shown(&run));
            taken += usize::from(run.output.is_some());
        }
    }
    assert!(taken > 35, "only {taken} are generated");
}
