//! Documents with one defect each, and the only finding: its code and line.
//!
//! The documents are those of the folder `library`, which have no defects. A defect replaces parts of them. `«` in a
//! replacement is before the text that the finding marks; it is not part of the document.

use std::fs;

use xtask::diagnostic::Severity;
use xtask::pipeline::{Documents, Run};

use crate::documents::{codegen, lint};

const API: &str = include_str!("library/openapi.yml");
const FLOW: &str = include_str!("library/arazzo.yml");

/// A defect: its name, the code of its finding, and the replacements.
pub(crate) struct Defect(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static [(&'static str, &'static str)],
);

const ADD: &str = "      - stepId: add\n";
const READ: &str = "      - stepId: read\n";
const SEARCH: &str = "      - stepId: search\n";
const REMOVE: &str = "      - stepId: remove\n";
const ROOM: &str = "          room: $response.body#/shelf/room\n";
const BOOK_ID: &str = "            value: $steps.add.outputs.bookId\n";
const GENRE: &str =
    "            value: $inputs.genre\n          - reference: $components.parameters.limit\n";
const FOUND: &str = "            stepId: remove\n            criteria:\n              - context: $response.body\n                type: jsonpath\n                condition: $[0]\n          - reference: $components.successActions.stop\n";

const LIMIT: &str = "        - name: limit\n          in: query\n";
const RANGE: &str = "        - name: range\n          in: query\n          style: matrix\n          schema: {type: object, properties: {from: {type: string}}}\n        - name: limit\n          in: query\n";
const REQUIRED_RANGE: &str = "        - name: range\n          in: query\n          required: true\n          style: matrix\n          schema: {type: object, properties: {from: {type: string}}}\n        - name: limit\n          in: query\n";

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // Names.
    Defect("step of an expression", "unknown-step", &[(BOOK_ID, "            value: «$steps.ad.outputs.bookId\n")]),
    Defect("name of a step that others read", "unknown-step", &[(SEARCH, "      - stepId: serch\n"), ("            value: $steps.search.outputs.first\n", "            value: «$steps.search.outputs.first\n")]),
    Defect("step of a goto", "unknown-step", &[(FOUND, "            stepId: «remov\n            criteria:\n              - context: $response.body\n                type: jsonpath\n                condition: $[0]\n          - reference: $components.successActions.stop\n")]),
    Defect("step of a goto without criteria", "unknown-step", &[("            type: retry\n            retryAfter: 1\n            retryLimit: 3\n            criteria:\n              - condition: $statusCode >= 500\n", "            type: goto\n            stepId: «ad\n")]),
    Defect("two steps with a name", "duplicate-id", &[(READ, "      - stepId: «add\n")]),
    Defect("output of a step", "unknown-output", &[(BOOK_ID, "            value: «$steps.add.outputs.bookID2\n")]),
    Defect("name of an output that others read", "unknown-output", &[("          bookId: $response.body#/id\n", "          bookNo: $response.body#/id\n"), (BOOK_ID, "            value: «$steps.add.outputs.bookId\n")]),
    Defect("output of a workflow", "unknown-output", &[("first: $steps.once.outputs.removed", "first: «$steps.once.outputs.remved")]),
    Defect("input", "unknown-input", &[("            title: $inputs.title\n", "            title: «$inputs.titel\n")]),
    Defect("input in a text", "unknown-input", &[("branch {$inputs.branch}", "«branch {$inputs.brunch}")]),
    Defect("operation", "unknown-operation", &[("operationId: getBook", "operationId: «getBok")]),
    Defect("source of a step", "unknown-source", &[("operationId: $sourceDescriptions.library.listBooks", "operationId: «$sourceDescriptions.libary.listBooks")]),
    Defect("source", "unknown-source", &[("  - name: library\n", "  - name: libary\n"), ("operationId: $sourceDescriptions.library.listBooks", "operationId: «$sourceDescriptions.library.listBooks")]),
    Defect("url of a source", "dangling-source", &[("url: openapi.yml", "url: «opnapi.yml")]),
    Defect("workflow of a step", "unknown-workflow", &[("      - stepId: once\n        workflowId: weed-out\n", "      - stepId: once\n        workflowId: «weed-ot\n")]),
    Defect("component", "unknown-component", &[("$components.parameters.limit", "«$components.parameters.limt")]),
    Defect("inputs of components", "unknown-reference", &[("  - workflowId: weed-out\n    inputs:\n      $ref: '#/components/inputs/search'", "  - workflowId: weed-out\n    inputs:\n      $ref: «'#/components/inputs/serch'")]),
    // Parameters.
    Defect("unknown query parameter", "unknown-parameter", &[(BOOK_ID, "            value: $steps.add.outputs.bookId\n          - «name: verbose\n            in: query\n            value: true\n")]),
    Defect("misspelled optional parameter", "unknown-parameter", &[("      value: 10", "      value: 10\n"), ("          - name: genre\n            in: query\n", "          - «name: genra\n            in: query\n")]),
    Defect("misspelled required parameter", "unknown-parameter", &[("          - name: book_id\n            in: path\n            value: $steps.add", "          - «name: bok_id\n            in: path\n            value: $steps.add")]),
    Defect("other name of a required parameter", "unknown-parameter", &[("          - name: book_id\n            in: path\n            value: $steps.add", "          - «name: id\n            in: path\n            value: $steps.add")]),
    Defect("missing required parameter", "missing-parameter", &[("        parameters:\n          - name: book_id\n            in: path\n            value: $steps.search.outputs.first\n", ""), (REMOVE, "      - «stepId: remove\n")]),
    Defect("location of a parameter", "parameter-location", &[("          - name: book_id\n            in: path\n            value: $steps.add", "          - name: book_id\n            in: «query\n            value: $steps.add")]),
    Defect("constant outside the enum of a parameter", "invalid-parameter-value", &[(GENRE, "            value: «drama\n          - reference: $components.parameters.limit\n")]),
    Defect("constant above the maximum", "invalid-parameter-value", &[("      value: 10", "      value: «100")]),
    Defect("constant of the wrong type", "invalid-parameter-value", &[("      value: 10", "      value: «many")]),
    Defect("constant against the pattern", "invalid-parameter-value", &[(READ, "      - stepId: fetch\n        operationId: importBooks\n        parameters:\n          - name: source\n            in: query\n            value: «ftp://library.example\n      - stepId: read\n")]),
    Defect("parameter with an unsupported style", "unsupported-parameter", &[(LIMIT, RANGE), (GENRE, "            value: $inputs.genre\n          - «name: range\n            in: query\n            value: a\n          - reference: $components.parameters.limit\n")]),
    Defect("required parameter with an unsupported style", "unsupported-parameter", &[(LIMIT, REQUIRED_RANGE), (GENRE, "            value: $inputs.genre\n          - «name: range\n            in: query\n            value: a\n          - reference: $components.parameters.limit\n")]),
    Defect("object for a parameter with an unsupported style", "unsupported-parameter", &[(LIMIT, RANGE), (GENRE, "            value: $inputs.genre\n          - «name: range\n            in: query\n            value: {from: $inputs.genre}\n          - reference: $components.parameters.limit\n")]),
    Defect("unknown input of a workflow", "unknown-parameter", &[("          - name: note\n", "          - «name: remark\n")]),
    Defect("misspelled required input of a workflow", "unknown-parameter", &[("        parameters:\n          - name: genre\n            value: $inputs.genre\n      - stepId: twice", "        parameters:\n          - «name: gnre\n            value: $inputs.genre\n      - stepId: twice")]),
    Defect("missing input of a workflow", "missing-parameter", &[("      - stepId: once\n        workflowId: weed-out\n        parameters:\n          - name: genre\n            value: $inputs.genre\n", "      - «stepId: once\n        workflowId: weed-out\n")]),
    // Bodies.
    Defect("missing body", "missing-body", &[("        requestBody:\n          contentType: application/json\n          payload:\n            title: $inputs.title\n            genre: novel\n            pages: $inputs.pages\n", ""), (ADD, "      - «stepId: add\n")]),
    Defect("missing property", "missing-property", &[("          payload:\n            title: $inputs.title\n", "          «payload:\n")]),
    Defect("unknown property", "unknown-property", &[("            genre: novel\n", "            genre: novel\n            «color: red\n")]),
    Defect("misspelled required property", "unknown-property", &[("            genre: novel\n", "            «gener: novel\n")]),
    Defect("constant outside the enum of a property", "invalid-body-value", &[("            genre: novel\n", "            genre: «drama\n")]),
    Defect("constant of the wrong type in a body", "invalid-body-value", &[("            pages: $inputs.pages\n", "            pages: «many\n"), ("        pages:\n          type: integer\n          default: 100\n", "")]),
    Defect("media type", "content-type", &[("contentType: application/json", "contentType: «application/xml")]),
    // Types.
    Defect("input used as two types", "conflicting-types", &[("            pages: $inputs.pages\n", "            pages: $inputs.pages\n            isNew: «$inputs.pages\n")]),
    Defect("input declared as another type", "type-mismatch", &[("        pages:\n          type: integer\n          default: 100\n", "        pages:\n          type: boolean\n"), ("            pages: $inputs.pages\n", "            pages: «$inputs.pages\n")]),
    Defect("output of another type", "type-mismatch", &[("          bookId: $response.body#/id\n", "          bookId: $response.body#/id\n          book: $response.body\n"), (BOOK_ID, "            value: «$steps.add.outputs.book\n")]),
    Defect("text for an integer", "invalid-body-value", &[("            pages: $inputs.pages\n", "            pages: «about {$inputs.pages}\n")]),
    Defect("default of the wrong type", "invalid-default", &[("          default: 100\n", "          default: «many\n")]),
    // Inputs and components.
    Defect("unused input", "unused-input", &[("        branch:\n          type: string\n", "        branch:\n          type: string\n        «copies:\n          type: integer\n")]),
    Defect("unused input of components", "unused-input", &[("        note:\n          type: string\n", "        note:\n          type: string\n        «shelf:\n          type: string\n")]),
    Defect("required input that is not declared", "undeclared-input", &[("      required:\n        - title\n", "      required:\n        - title\n        - «author\n")]),
    Defect("misspelled required input", "undeclared-input", &[("      required:\n        - title\n", "      required:\n        - «titel\n")]),
    Defect("unused component", "unused-component", &[("  successActions:\n", "    «page:\n      name: limit\n      in: query\n      value: 5\n  successActions:\n")]),
    Defect("expression without braces", "unbraced-expression", &[("branch {$inputs.branch}", "«branch $inputs.branch")]),
    Defect("expression without braces in a credential", "unbraced-expression", &[("          - name: X-Branch\n            in: header\n            value: branch {$inputs.branch}\n", "          - name: Authorization\n            in: header\n            value: «Bearer $inputs.branch\n")]),
    // Responses and criteria.
    Defect("JSONPath", "invalid-criterion", &[("condition: $[0]", "condition: «$[0")]),
    Defect("regular expression", "invalid-criterion", &[("condition: ^\\{", "condition: «'^[a-z'")]),
    Defect("condition", "invalid-criterion", &[("condition: $statusCode == 201", "condition: «$statusCode = 201")]),
    Defect("status that is not documented", "undeclared-status", &[("condition: $statusCode == 201", "condition: «$statusCode == 200")]),
    Defect("pointer into a response", "unknown-response-property", &[(ROOM, "          room: «$response.body#/shelf/rom\n")]),
    Defect("pointer into an output", "unknown-pointer", &[("          bookId: $response.body#/id\n", "          bookId: $response.body#/id\n          shelf: $response.body#/shelf\n"), ("      room: $steps.read.outputs.room\n", "      room: $steps.read.outputs.room\n      place: «$steps.add.outputs.shelf#/rom\n")]),
    Defect("header of a response", "undeclared-header", &[("total: $response.header.X-Total", "total: «$response.header.X-Totl")]),
    Defect("response before the request", "invalid-expression", &[(BOOK_ID, "            value: «$response.body#/id\n")]),
    Defect("expression", "invalid-expression", &[(BOOK_ID, "            value: «$stps.add.outputs.bookId\n")]),
    // Flow.
    Defect("unreachable step", "unreachable-step", &[("        onFailure:\n          - name: again\n", "        onSuccess:\n          - name: done\n            type: end\n        onFailure:\n          - name: again\n"), ("    outputs:\n      bookId", "      - «stepId: more\n        operationId: listBooks\n      - stepId: most\n        operationId: listBooks\n    outputs:\n      bookId")]),
    Defect("unreachable action", "unreachable-action", &[("          - reference: $components.successActions.stop\n", "          - reference: $components.successActions.stop\n          - «name: late\n            type: goto\n            stepId: search\n")]),
    Defect("loop without exit", "endless-loop", &[(ROOM, "          room: $response.body#/shelf/room\n        onSuccess:\n          - «name: back\n            type: goto\n            stepId: read\n")]),
    Defect("loop over two steps without exit", "endless-loop", &[("          - condition: $statusCode == 201\n", "          - condition: $statusCode == 201\n        onSuccess:\n          - name: on\n            type: goto\n            stepId: read\n"), (ROOM, "          room: $response.body#/shelf/room\n        onSuccess:\n          - «name: back\n            type: goto\n            stepId: add\n      - stepId: last\n        operationId: listBooks\n")]),
    Defect("guarded goto to the next step", "redundant-goto", &[("          - name: found\n", "          - «name: found\n"), ("          - reference: $components.successActions.stop\n", ""), ("  successActions:\n    stop:\n      name: stop\n      type: end\n", "")]),
    Defect("output of a later step", "forward-reference", &[("            genre: novel\n", "            genre: «$steps.read.outputs.room\n")]),
    Defect("own later output", "forward-reference", &[("            genre: novel\n", "            genre: «$steps.add.outputs.bookId\n")]),
    Defect("outputs that read each other", "circular-output", &[(ROOM, "          room: «$steps.read.outputs.place\n          place: $steps.read.outputs.room\n")]),
    Defect("retry limit of zero", "retry-limit", &[("retryLimit: 3", "retryLimit: «0")]),
    Defect("negative retry limit", "invalid-value", &[("retryLimit: 3", "retryLimit: «-1")]),
    Defect("retry limit in words", "wrong-type", &[("retryLimit: 3", "retryLimit: «three")]),
    Defect("long pause before a retry", "retry-after", &[("retryAfter: 1", "retryAfter: «1000000")]),
    Defect("retry of a success", "invalid-value", &[("          - name: found\n            type: goto\n            stepId: remove\n", "          - name: found\n            type: «retry\n")]),
    Defect("workflows that depend on each other", "circular-dependency", &[("  - workflowId: weed-out\n", "  - workflowId: weed-out\n    «dependsOn:\n      - weed-out-twice\n"), ("  - workflowId: weed-out-twice\n", "  - workflowId: weed-out-twice\n    dependsOn:\n      - weed-out\n")]),
    Defect("workflow that calls itself", "circular-workflow", &[("      - stepId: once\n        workflowId: weed-out\n", "      - stepId: once\n        workflowId: «weed-out-twice\n"), ("      first: $steps.once.outputs.removed\n", "      first: $steps.once.outputs.first\n")]),
    Defect("deletion of something unchecked", "unchecked-deletion", &[("        onFailure:\n          - name: again\n            type: retry\n", "        onFailure:\n          - name: again\n            type: retry\n"), ("    outputs:\n      bookId", "      - «stepId: drop\n        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: $inputs.old\n    outputs:\n      bookId"), ("        branch:\n", "        old:\n          type: string\n        branch:\n"), ("          - context: $response.body\n            type: regex\n            condition: ^\\{\n", "")]),
    // The form of the document.
    Defect("two workflows with a name", "duplicate-id", &[("  - workflowId: weed-out-twice\n", "  - workflowId: «weed-out\n")]),
    Defect("missing field", "missing-field", &[("info:\n  title: Lending\n  version: '1'", "«info:\n  title: Lending")]),
    Defect("misspelled field", "unknown-field", &[("        onFailure:\n", "        «onFailures:\n")]),
    Defect("kind of an action", "invalid-value", &[("            type: goto\n", "            type: «jump\n")]),
];

/// Notes, which are shown only with `--verbose`.
const NOTES: &[Defect] = &[Defect(
    "status that is not handled",
    "unhandled-status",
    &[(
        READ,
        "      - «stepId: fetch\n        operationId: importBooks\n        parameters:\n          - name: source\n            in: query\n            value: https://other.example\n        successCriteria:\n          - condition: $statusCode == 200\n      - stepId: read\n",
    )],
)];

fn run(flow: &str) -> Run {
    run_with(API, flow)
}

fn run_with(api: &str, flow: &str) -> Run {
    with_documents(api, flow, lint)
}

fn with_documents(api: &str, flow: &str, run: impl FnOnce(Documents) -> Run) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openapi.yml"), api).unwrap();
    fs::write(folder.path().join("arazzo.yml"), flow).unwrap();
    run(Documents {
        any: vec![folder.path().to_owned()],
        ..Documents::default()
    })
}

/// Returns the code, file and line of each finding.
fn findings(run: &Run, includes: impl Fn(Severity) -> bool) -> Vec<(String, String, usize)> {
    let located = run.diagnostics.located(&run.sources);
    let located = located.iter().filter(|it| includes(it.diagnostic.severity));
    let finding = |it: &xtask::diagnostic::locate::Located<'_>| {
        let file = it.diagnostic.file.file_name().unwrap().to_string_lossy();
        (
            it.diagnostic.code.to_string(),
            file.into_owned(),
            it.span.start.line,
        )
    };
    located.map(finding).collect()
}

/// Returns the documents with replacements.
fn replaced(name: &str, replacements: &[(&str, &str)]) -> (String, String) {
    let (mut api, mut text) = (API.to_owned(), FLOW.to_owned());
    for (old, new) in replacements {
        let changed = if text.contains(old) {
            &mut text
        } else {
            &mut api
        };
        assert!(changed.contains(old), "{name}: {old}");
        *changed = changed.replacen(old, new, 1);
    }
    (api, text)
}

/// Asserts that the documents with the replacements of each row have no findings.
pub(crate) fn assert_none(rows: &[Defect]) {
    for Defect(name, _, replacements) in rows {
        let (api, text) = replaced(name, replacements);
        let found = findings(&run_with(&api, &text), |severity| {
            severity != Severity::Note
        });
        assert_eq!(found, [], "{name}");
    }
}

/// Asserts that each defect has one finding, at the marked line, and that `codegen` has the same one.
pub(crate) fn assert_each(defects: &[Defect], includes: impl Fn(Severity) -> bool) {
    let mut wrong = String::new();
    for Defect(name, code, replacements) in defects {
        let (api, text) = replaced(name, replacements);
        let mark = |text: &str| Some(text.split_once('«')?.0.matches('\n').count() + 1);
        let (file, line) = match (mark(&text), mark(&api)) {
            (Some(line), None) => ("arazzo.yml", line),
            (None, Some(line)) => ("openapi.yml", line),
            marks => panic!("{name}: {marks:?} instead of one mark"),
        };
        let (api, text) = (api.replace('«', ""), text.replace('«', ""));
        let run = run_with(&api, &text);
        let found = findings(&run, &includes);
        let generated = findings(&with_documents(&api, &text, codegen), &includes);
        assert_eq!(found, generated, "{name}: lint and codegen");
        let expected = [((*code).to_owned(), file.to_owned(), line)];
        if found != expected {
            let shown = run.diagnostics.render(&run.sources, Default::default());
            wrong += &format!("{name}: expected {expected:?}, found {found:?}\n{shown}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn documents_without_defects_have_no_findings() {
    let found = findings(&run(FLOW), |severity| severity != Severity::Note);
    assert_eq!(found, []);
}

#[test]
fn each_defect_has_exactly_one_finding() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}

#[test]
fn notes_are_about_one_location() {
    let is_own = |severity| severity == Severity::Note;
    for Defect(name, code, replacements) in NOTES {
        let mut text = FLOW.to_owned();
        for (old, new) in *replacements {
            text = text.replacen(old, new, 1);
        }
        let line = text.split('«').next().unwrap().matches('\n').count() + 1;
        let mut found = findings(&run(&text.replace('«', "")), is_own);
        found.retain(|(code, _, _)| code != "normalized");
        let expected = [((*code).to_owned(), "arazzo.yml".to_owned(), line)];
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn an_input_of_components_counts_as_read_if_one_workflow_reads_it() {
    // `weed-out` does not read `note`.
    assert!(FLOW.contains("value: $inputs.note"));
    let unread = FLOW.replace(
        "          - name: note\n            value: $inputs.note\n",
        "",
    );
    let found = findings(&run(&unread), |severity| severity != Severity::Note);
    let codes: Vec<&str> = found.iter().map(|(code, _, _)| code.as_str()).collect();
    assert_eq!(codes, ["unused-input"]);
}
