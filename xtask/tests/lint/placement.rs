//! Documents with one part at the wrong level, of the wrong type or without a target, and nothing that follows from it.

use xtask::diagnostic::Severity;

use crate::defects::{Defect, assert_each, assert_none};

const ADDED: &str = "          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n";
const THE_BOOK: &str = "          description: The book.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n";
const NEW_BOOK: &str = "        required: true\n        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/NewBook'\n";
const CARD: &str =
    "  securitySchemes:\n    Card:\n      type: http\n      scheme: bearer\n  schemas:\n";
const SCHEMAS: &str = "  schemas:\n    Genre:\n";
const SHELF: &str = "        shelf:\n          type: object\n          properties:\n            room:\n              type: string";
const SHELVES: &str =
    "          schema:\n            type: array\n            items:\n              type: string\n";
const REMOVED: &str = "          description: Removed.\n";
const INFO: &str = "info:\n  title: Library\n  version: '1'\n";
const IS_NEW: &str = "        isNew:\n          type: boolean\n";
const TITLE: &str = "        title:\n          type: string\n        genre:\n";

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // Parts at the wrong level.
    Defect("schema without media type in a response that is read", "malformed", &[(ADDED, "          description: Added.\n          content:\n            «schema:\n              $ref: '#/components/schemas/Book'\n")]),
    Defect("schema in a response that is read", "unknown-field", &[(ADDED, "          description: Added.\n          «schema:\n            $ref: '#/components/schemas/Book'\n")]),
    Defect("media type in a body that is sent", "unknown-field", &[(NEW_BOOK, "        required: true\n        «application/json:\n          schema:\n            $ref: '#/components/schemas/NewBook'\n")]),
    Defect("schema in a body that is sent", "unknown-field", &[(NEW_BOOK, "        required: true\n        «schema:\n          $ref: '#/components/schemas/NewBook'\n")]),
    Defect("reference instead of a media type", "unknown-field", &[(ADDED, "          description: Added.\n          content:\n            application/json:\n              «$ref: '#/components/schemas/Book'\n")]),
    Defect("type in a media type", "unknown-field", &[(ADDED, "          description: Added.\n          content:\n            application/json:\n              «type: object\n")]),
    Defect("content instead of a status", "invalid-status", &[("        '201':\n          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n", "        «content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/Book'\n")]),
    Defect("name of an operation in a path", "unknown-field", &[("      operationId: removeBook\n      parameters", "      parameters"), ("  /books/{book_id}:\n", "  /books/{book_id}:\n    «operationId: removeBook\n")]),
    Defect("responses in a path", "unknown-field", &[("      responses:\n        '201':", "    «responses:\n        '201':")]),
    Defect("misspelled method of a step", "unknown-field", &[("    delete:\n", "    «delte:\n")]),
    Defect("schemes at the root", "unknown-field", &[(CARD, "  schemas:\n"), ("openapi: 3.0.3\n", "openapi: 3.0.3\n«securitySchemes:\n  Card:\n    type: http\n    scheme: bearer\n")]),
    Defect("schemas of Swagger 2.0", "unknown-field", &[(SCHEMAS, "  «definitions:\n    Genre:\n")]),
    Defect("property next to the properties", "unknown-field", &[(SHELF, "      «shelf:\n        type: object\n        properties:\n          room:\n            type: string")]),
    Defect("required property next to the properties", "unknown-field", &[("      required:\n        - title\n        - genre\n", "      required:\n        - title\n        - genre\n        - isNew\n"), ("            genre: novel\n", "            genre: novel\n            isNew: true\n"), (IS_NEW, "      «isNew:\n        type: boolean\n")]),
    Defect("items next to the schema of a parameter", "unknown-field", &[(SHELVES, "          schema:\n            type: array\n          «items:\n            type: string\n")]),
    Defect("flow next to the flows", "unknown-field", &[("      type: http\n      scheme: bearer\n", "      type: oauth2\n      «clientCredentials:\n        tokenUrl: https://library.example/token\n        scopes: {}\n")]),
    Defect("status that the description lacks", "undeclared-status", &[(THE_BOOK, ""), ("        '200':\n    delete:", "        '404':\n          description: None.\n    delete:"), ("        successCriteria:\n          - condition: $statusCode == 200\n          - context: $response.body\n            type: regex\n            condition: ^\\{\n", "        successCriteria:\n          - condition: «$statusCode == 200\n")]),
    // Parts of the wrong type.
    Defect("responses that are a list", "malformed", &[("      responses:\n        '201':\n          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n", "      responses: «[]\n")]),
    Defect("license that is a name", "malformed", &[(INFO, "info:\n  title: Library\n  version: '1'\n  license: «MIT\n")]),
    Defect("tag that is a name", "malformed", &[(INFO, "info:\n  title: Library\n  version: '1'\ntags:\n  - «books\n")]),
    Defect("server that is a URL", "malformed", &[("  - url: https://library.example\n", "  - «https://library.example\n")]),
    Defect("XML name that is a string", "malformed", &[(IS_NEW, "        isNew:\n          type: boolean\n          xml: «new\n")]),
    Defect("scopes that are a name", "malformed", &[("  - Card: []\n", "  - Card: «read\n")]),
    Defect("reference that is a number", "malformed", &[("        genre:\n          $ref: '#/components/schemas/Genre'\n        pages", "        genre:\n          $ref: «5\n        pages")]),
    Defect("required flag next to a reference", "malformed", &[("        genre:\n          $ref: '#/components/schemas/Genre'\n        pages", "        genre:\n          $ref: '#/components/schemas/Genre'\n          required: «true\n        pages")]),
    Defect("required flag next to a reference of 3.1", "malformed", &[("openapi: 3.0.3", "openapi: 3.1.0"), ("        genre:\n          $ref: '#/components/schemas/Genre'\n        pages", "        genre:\n          $ref: '#/components/schemas/Genre'\n          required: «true\n        pages")]),
    Defect("name of a type in a list", "malformed", &[("openapi: 3.0.3", "openapi: 3.1.0"), (IS_NEW, "        isNew:\n          type:\n            - boolean\n            - «nil\n")]),
    // Contradictions.
    Defect("constant of another type", "invalid-enum", &[("openapi: 3.0.3", "openapi: 3.1.0"), (TITLE, "        title:\n          type: string\n          const: «5\n          example: Emma\n        genre:\n")]),
    Defect("property that is sent in no direction", "contradictory-constraints", &[(IS_NEW, "        isNew:\n          type: boolean\n          readOnly: true\n          «writeOnly: true\n")]),
    Defect("format with swapped digits", "invalid-format", &[("        pages:\n          type: integer\n        isNew", "        pages:\n          type: integer\n          format: «int46\n        isNew")]),
    // References.
    Defect("example of a media type", "dangling-reference", &[(ADDED, "          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n              examples:\n                one:\n                  $ref: «'#/components/examples/One'\n")]),
    Defect("link", "dangling-reference", &[(REMOVED, "          description: Removed.\n          links:\n            next:\n              $ref: «'#/components/links/Next'\n")]),
    Defect("callback", "dangling-reference", &[("      operationId: importBooks\n", "      operationId: importBooks\n      callbacks:\n        done:\n          $ref: «'#/components/callbacks/Done'\n")]),
    Defect("security scheme", "dangling-reference", &[("      type: http\n      scheme: bearer\n", "      $ref: «'#/components/securitySchemes/Pass'\n")]),
    Defect("schema of an unused parameter", "dangling-reference", &[("components:\n  parameters:\n    book_id", "components:\n  parameters:\n    unused:\n      name: unused\n      in: query\n      schema:\n        $ref: «'#/components/schemas/Unused'\n    book_id")]),
    Defect("example that is a component", "invalid-example", &[(ADDED, "          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n              examples:\n                one:\n                  $ref: '#/components/examples/One'\n"), (SCHEMAS, "  examples:\n    One:\n      value:\n        id: «1\n        title: Emma\n  schemas:\n    Genre:\n")]),
    // Names of documents and sources.
    Defect("misspelled version field of workflows", "unknown-field", &[("arazzo: 1.0.1", "«arrazo: 1.0.1")]),
    Defect("misspelled version field of an API", "not-openapi", &[("openapi: 3.0.3", "«opanapi: 3.0.3")]),
    Defect("workflow of a source with operations", "unknown-source", &[("      - stepId: once\n        workflowId: weed-out\n", "      - stepId: once\n        workflowId: «$sourceDescriptions.library.weed-out\n")]),
    Defect("output without a dollar", "unbraced-expression", &[("      bookId: $steps.add.outputs.bookId\n", "      bookId: «steps.add.outputs.bookId\n")]),
    // Types of values.
    Defect("string of several media types for a number", "type-mismatch", &[(ADDED, "          description: Added.\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Book'\n            application/xml:\n              schema:\n                $ref: '#/components/schemas/Book'\n"), ("      - stepId: read\n", "      - stepId: list\n        operationId: listBooks\n        parameters:\n          - name: limit\n            in: query\n            value: «$steps.add.outputs.bookId\n      - stepId: read\n")]),
];

/// Replacements that are correct.
#[rustfmt::skip]
const VALID: &[Defect] = &[
    Defect("keyword of another vocabulary", "", &[("    Book:\n      type: object\n", "    Book:\n      type: object\n      messages:\n        title: A book.\n")]),
    Defect("width of a number", "", &[("        pages:\n          type: integer\n        isNew", "        pages:\n          type: integer\n          format: int16\n        isNew")]),
    Defect("scheme that is a reference", "", &[(CARD, "  securitySchemes:\n    Card:\n      $ref: '#/components/securitySchemes/Pass'\n    Pass:\n      type: http\n      scheme: bearer\n  schemas:\n")]),
];

#[test]
fn parts_at_the_wrong_place_are_one_finding_each() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}

#[test]
fn similar_parts_that_are_correct_have_no_findings() {
    assert_none(VALID);
}
