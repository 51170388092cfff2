//! Documents with one defect each in a value, an expression or a keyword, and values that look like defects.

use xtask::diagnostic::Severity;

use crate::defects::{Defect, assert_each, assert_none};

const IS_NEW: &str = "        isNew:\n          type: boolean\n";
const FIRST: &str = "condition: $[0]";
const BRANCH: &str = "branch {$inputs.branch}";
const ROOM: &str = "            room:\n              type: string";
const BOOK_ID_TYPE: &str = "      name: book_id\n      in: path\n      required: true\n      schema:\n        type: string\n";
const BOOK_ID_NUMBER: &str = "      name: book_id\n      in: path\n      required: true\n      schema:\n        type: integer\n";

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // JSONPath queries.
    Defect("name in a filter", "unknown-response-property", &[(FIRST, "condition: «$[?@.shelf.rom == 'east']")]),
    Defect("name behind a wildcard", "unknown-response-property", &[(FIRST, "condition: «$[*].titel")]),
    Defect("name behind an index", "unknown-response-property", &[(FIRST, "condition: «$[0].titel")]),
    Defect("quoted name", "unknown-response-property", &[(FIRST, "condition: «$[0]['titel']")]),
    Defect("name in a string", "unknown-response-property", &[(FIRST, "condition: «$[0].title.length")]),
    // Expressions in text.
    Defect("expression in two pairs of braces", "unbraced-expression", &[(BRANCH, "«branch {{$inputs.branch}}")]),
    Defect("expression behind a dollar sign", "unbraced-expression", &[(BRANCH, "«branch ${$inputs.branch}")]),
    Defect("expression with a brace too many", "unbraced-expression", &[(BRANCH, "«branch {$inputs.branch}}")]),
    Defect("whole value in two pairs of braces", "unbraced-expression", &[("            value: branch {$inputs.branch}\n", "            value: «'{{$inputs.branch}}'\n")]),
    // Dependencies between steps.
    Defect("dependency on a step that reads the outputs", "circular-dependency", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("      - stepId: add\n", "      - stepId: add\n        dependsOn: [«read]\n")]),
    Defect("steps that depend on each other", "circular-dependency", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("      - stepId: search\n", "      - stepId: search\n        «dependsOn: [remove]\n"), ("      - stepId: remove\n", "      - stepId: remove\n        dependsOn: [search]\n")]),
    // Types of parameters.
    Defect("text for a number in a path", "type-mismatch", &[(BOOK_ID_TYPE, BOOK_ID_NUMBER), ("            value: $steps.add.outputs.bookId\n", "            value: «book-{$steps.add.outputs.bookId}\n"), ("        id:\n          type: string\n        title", "        id:\n          type: integer\n        title")]),
    Defect("output of a string for a number in a path", "type-mismatch", &[("      - stepId: read\n", "      - stepId: list\n        operationId: listBooks\n        parameters:\n          - name: limit\n            in: query\n            value: «$steps.add.outputs.bookId\n      - stepId: read\n")]),
    Defect("constant that an input rejects", "invalid-parameter-value", &[("        note:\n          type: string\n", "        note:\n          type: string\n          enum: [old, new]\n"), ("            value: $inputs.note\n", "            value: «used\n"), ("      - stepId: remove\n        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: $steps.search.outputs.first\n", "      - stepId: remove\n        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: '{$steps.search.outputs.first}{$inputs.note}'\n")]),
    Defect("own output in a loop", "forward-reference", &[("            value: $steps.search.outputs.first\n", "            value: «$steps.remove.outputs.next\n        onSuccess:\n          - name: again\n            type: goto\n            stepId: search\n            criteria:\n              - condition: $statusCode == 204\n        outputs:\n          next: $statusCode\n")]),
    Defect("items of an input that a list of strings takes", "type-mismatch", &[("        note:\n          type: string\n", "        shelves:\n          type: array\n          items: {type: integer}\n        note:\n          type: string\n"), ("          - reference: $components.parameters.limit\n", "          - reference: $components.parameters.limit\n          - name: shelves\n            in: query\n            value: «$inputs.shelves\n")]),
    Defect("property of an input that is a string", "type-mismatch", &[("        branch:\n          type: string\n", "        branch:\n          type: string\n        book:\n          type: object\n          properties: {title: {type: integer}}\n"), ("          payload:\n            title: $inputs.title\n            genre: novel\n            pages: $inputs.pages\n", "          payload: «$inputs.book\n"), ("            value: branch {$inputs.branch}\n", "            value: branch {$inputs.branch}{$inputs.title}{$inputs.pages}\n")]),
    Defect("output of an object that two steps take as a string", "type-mismatch", &[("          bookId: $response.body#/id\n", "          bookId: $response.body\n"), ("            value: $steps.add.outputs.bookId\n", "            value: «$steps.add.outputs.bookId\n"), ("    outputs:\n      bookId: ", "      - stepId: drop\n        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: $steps.add.outputs.bookId\n    outputs:\n      bookId: ")]),
    // References.
    Defect("names in an operation path", "nonstandard", &[("      - stepId: remove\n        operationId: removeBook\n", "      - stepId: remove\n        operationPath: «'{$sourceDescriptions.library.url}#/paths/~1books~1{id}/delete'\n")]),
    Defect("type of the source", "unknown-source", &[("    type: openapi\n", "    type: openapi\n  - name: other\n    url: openapi.yml\n    type: «arazzo\n")]),
    Defect("target of an end", "ignored-field", &[("      name: stop\n      type: end\n", "      name: stop\n      type: end\n      «stepId: remove\n")]),
    Defect("location of an input", "ignored-field", &[("          - name: note\n            value: $inputs.note\n", "          - name: note\n            «in: query\n            value: $inputs.note\n")]),
    Defect("tab", "syntax", &[("        operationId: removeBook\n        parameters", "«\toperationId: removeBook\n        parameters")]),
    // Keywords.
    Defect("schema that requires itself", "self-containing-schema", &[("      required:\n        - id\n        - title\n      properties:\n", "      required:\n        - id\n        - title\n        - sequel\n      properties:\n        «sequel:\n          $ref: '#/components/schemas/Book'\n")]),
    Defect("misspelled format", "invalid-format", &[(IS_NEW, "        isNew:\n          type: boolean\n        added:\n          type: string\n          format: «date-tme\n")]),
    Defect("format of another type", "invalid-format", &[(IS_NEW, "        isNew:\n          type: boolean\n        added:\n          type: integer\n          format: «date\n")]),
    Defect("misspelled format of an input", "invalid-format", &[("        note:\n          type: string\n", "        note:\n          type: string\n          format: «date-tiem\n")]),
    Defect("misspelled keyword of an input", "unknown-field", &[("        note:\n          type: string\n", "        note:\n          type: string\n          «defualt: none\n")]),
    Defect("reference without a dollar sign", "unknown-field", &[("        genre:\n          $ref: '#/components/schemas/Genre'\n        pages", "        genre:\n          «ref: '#/components/schemas/Genre'\n        pages")]),
    Defect("other properties in the singular", "unknown-field", &[("    Book:\n      type: object\n", "    Book:\n      type: object\n      «additionalProperty: false\n")]),
    Defect("required property twice", "malformed", &[("        - title\n        - genre\n      properties", "        - title\n        - genre\n        - «title\n      properties")]),
    Defect("path parameter that is optional", "missing-field", &[("      name: book_id\n      in: path\n      required: true\n", "      name: book_id\n      in: path\n      «required: false\n")]),
    Defect("list of types", "nonstandard", &[(ROOM, "            room:\n              type: «[string, 'null']")]),
    Defect("exclusive bound", "nonstandard", &[("            maximum: 50\n", "            «exclusiveMaximum: 50\n")]),
    Defect("version of the document", "malformed", &[("  title: Library\n  version: '1'\n", "  title: Library\n  version: «1.0\n")]),
    Defect("tags of an operation", "malformed", &[("      operationId: importBooks\n", "      operationId: importBooks\n      tags: «imports\n")]),
    Defect("password in a URL", "credential-in-url", &[("  - url: https://library.example\n", "  - url: «https://admin:secret@library.example\n")]),
    Defect("constant without a scheme", "invalid-body-value", &[(IS_NEW, "        isNew:\n          type: boolean\n        cover:\n          type: string\n          format: uri\n"), ("            genre: novel\n", "            genre: novel\n            cover: «covers/1\n")]),
];

/// Replacements that are correct.
#[rustfmt::skip]
const CORRECT: &[Defect] = &[
    Defect("functions and strings in a query", "", &[(FIRST, "condition: $[?length(@.title) > 1 && @.shelf.room != '@.x']")]),
    Defect("descendants", "", &[(FIRST, "condition: $..anything")]),
    Defect("embedded value in a query", "", &[(FIRST, "condition: $[?@.title == '{$inputs.genre}']")]),
    Defect("braces and amounts in a text", "", &[(BRANCH, "at {{x}} $5 ${$inputs.pages} {$inputs.branch}")]),
    Defect("digits around an expression", "", &[(BOOK_ID_TYPE, BOOK_ID_NUMBER), ("            value: $steps.add.outputs.bookId\n", "            value: '1{$steps.add.outputs.bookId}'\n"), ("        id:\n          type: string\n        title", "        id:\n          type: integer\n        title")]),
    Defect("schemas that contain themselves", "", &[("      required:\n        - id\n        - title\n      properties:\n", "      required:\n        - id\n        - title\n        - sequels\n      properties:\n        next:\n          $ref: '#/components/schemas/Book'\n        sequels:\n          type: array\n          items:\n            $ref: '#/components/schemas/Book'\n")]),
    Defect("formats of other vocabularies", "", &[(IS_NEW, "        isNew:\n          type: boolean\n        isbn:\n          type: string\n          format: isbn-13\n        size:\n          type: integer\n          format: uint32\n        serial:\n          type: string\n          format: int64\n")]),
    Defect("condition that requires a declared property", "", &[("openapi: 3.0.3", "openapi: 3.1.0"), ("    Book:\n      type: object\n", "    Book:\n      type: object\n      if:\n        required: [pages]\n")]),
    Defect("variables in the URL of a server", "", &[("  - url: https://library.example\n", "  - url: https://user:{password}@library.example\n    variables:\n      password:\n        default: none\n")]),
    Defect("input that only an action reads", "", &[("              - condition: $statusCode >= 500\n", "              - condition: $statusCode >= 500 && $inputs.patience > 1\n"), ("        branch:\n          type: string\n", "        branch:\n          type: string\n        patience:\n          type: integer\n")]),
];

#[test]
fn each_defect_has_exactly_one_finding() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}

#[test]
fn correct_values_have_no_finding() {
    assert_none(CORRECT);
}
