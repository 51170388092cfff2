//! Documents with one defect each that makes several checks fail: a part that is missing as a whole, a name that
//! others refer to, and a part of the API that cannot be read.

use xtask::diagnostic::Severity;

use crate::defects::{Defect, assert_each};

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // Parts that are missing as a whole.
    Defect("workflow without inputs", "unknown-input", &[("    inputs:\n      type: object\n      required:\n        - title\n      properties:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n        branch:\n          type: string\n", ""), ("            title: $inputs.title\n", "            title: «$inputs.title\n")]),
    Defect("inputs without properties", "undeclared-input", &[("      required:\n        - title\n      properties:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n        branch:\n          type: string\n", "      «required:\n        - title\n        - pages\n        - branch\n")]),
    Defect("call without parameters", "missing-parameter", &[("        - $ref: '#/components/parameters/book_id'\n      responses:\n        '204'", "        - $ref: '#/components/parameters/book_id'\n        - {name: reason, in: query, required: true, schema: {type: string}}\n      responses:\n        '204'"), ("      - stepId: remove\n        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: $steps.search.outputs.first\n", "      - «stepId: remove\n        operationId: removeBook\n")]),
    Defect("call of a workflow without parameters", "missing-parameter", &[("      required:\n        - genre\n      properties:\n        genre:\n          type: string\n        note:", "      required:\n        - genre\n        - note\n      properties:\n        genre:\n          type: string\n        note:"), ("      - stepId: once\n        workflowId: weed-out\n        parameters:\n          - name: genre\n            value: $inputs.genre\n", "      - «stepId: once\n        workflowId: weed-out\n")]),
    Defect("schema without properties", "required-undeclared", &[("    NewBook:\n      type: object\n      required:\n        - title\n        - genre\n      properties:\n        title:\n          type: string\n        genre:\n          $ref: '#/components/schemas/Genre'\n        pages:\n          type: integer\n        isNew:\n          type: boolean\n", "    NewBook:\n      type: object\n      «required:\n        - title\n        - genre\n"), ("          payload:\n            title: $inputs.title\n            genre: novel\n            pages: $inputs.pages\n", "          payload:\n            title: $inputs.title\n            genre: novel\n"), ("        pages:\n          type: integer\n          default: 100\n", "")]),
    Defect("operation without responses", "missing-field", &[("    get:\n      operationId: getBook\n", "    get:\n      operationId: fetchBook\n"), ("  /books/{book_id}:\n    get:\n", "  /books/{book_id}:\n    «put:\n      operationId: getBook\n      parameters:\n        - $ref: '#/components/parameters/book_id'\n        - {name: X-Branch, in: header, schema: {type: string}}\n    get:\n")]),
    Defect("steps of another type", "wrong-type", &[("  - workflowId: weed-out-twice\n    inputs:\n      $ref: '#/components/inputs/search'\n    steps:\n      - stepId: once\n        workflowId: weed-out\n        parameters:\n          - name: genre\n            value: $inputs.genre\n      - stepId: twice\n        workflowId: weed-out\n        parameters:\n          - name: genre\n            value: $inputs.genre\n          - name: note\n            value: $inputs.note\n", "  - workflowId: weed-out-twice\n    steps: «5\n")]),
    // Names that others refer to.
    Defect("misspelled input that is required", "undeclared-input", &[("      properties:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n", "      properties:\n        «titel:\n          type: string\n        pages:\n          type: integer\n          default: 100\n")]),
    Defect("misspelled parameter that operations refer to", "dangling-reference", &[("        - $ref: '#/components/parameters/book_id'\n        - name: X-Branch", "        - «$ref: '#/components/parameters/book_id'\n        - name: X-Branch"), ("  parameters:\n    book_id:\n      name: book_id\n", "  parameters:\n    bok_id:\n      name: book_id\n")]),
    Defect("misspelled `parameters` of a path", "unknown-field", &[("  /imports:\n", "  /imports:\n    «paramters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n")]),
    Defect("misspelled `type` of a criterion", "unknown-field", &[("                type: jsonpath\n                condition: $[0]\n", "                «tipe: jsonpath\n                condition: $[0]\n")]),
    Defect("misspelled `$ref`", "unknown-field", &[("        - genre\n      properties:\n        title:\n          type: string\n        genre:\n          $ref:", "        - genre\n      properties:\n        title:\n          type: string\n        genre:\n          «$reef:")]),
    Defect("`type` without a letter", "unknown-field", &[("        isNew:\n          type: boolean\n", "        isNew:\n          «tpe: boolean\n")]),
    Defect("`enum` without a letter", "unknown-field", &[("      type: string\n      enum:\n", "      type: string\n      «enm:\n")]),
    // Parts of the API that cannot be read.
    Defect("type that is misspelled beside its format", "malformed", &[("        isNew:\n          type: boolean\n", "        isNew:\n          type: «srting\n          format: uri\n")]),
    Defect("operation without a name", "missing-operation-id", &[("    post:\n      operationId: addBook\n", "    «post:\n")]),
    Defect("parameter that the API lacks", "unknown-parameter", &[("        - name: shelves\n          in: query\n", "        - name: shelf\n          in: query\n"), ("          - name: genre\n            in: query\n            value: $inputs.genre\n", "          - «name: shelves\n            in: query\n            value: $inputs.genre\n")]),
];

#[test]
fn one_defect_is_one_finding_whatever_follows_from_it() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}
