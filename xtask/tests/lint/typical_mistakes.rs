//! Documents with one typical mistake each: a notation of another tool, a key at the wrong level, a misspelled field
//! that others depend on, and values of the children of a parent with a discriminator.

use xtask::diagnostic::Severity;

use crate::defects::{Defect, assert_each};

/// Makes the body of `addBook` a parent with a discriminator and one child, whose values the workflow sends.
const PARENT: (&str, &str) = (
    "    NewBook:\n      type: object\n",
    "    Novel:\n      allOf:\n        - $ref: '#/components/schemas/NewBook'\n        - type: object\n          required: [plot]\n          properties:\n            plot: {type: string}\n            printed: {type: boolean}\n    NewBook:\n      discriminator:\n        propertyName: genre\n        mapping: {novel: '#/components/schemas/Novel'}\n      type: object\n",
);

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // Children of a parent with a discriminator.
    Defect("property of no child", "unknown-property", &[PARENT, ("            genre: novel\n", "            genre: novel\n            plot: Short\n            «colour: red\n")]),
    Defect("missing property of a child", "missing-property", &[PARENT, ("          payload:\n            title: $inputs.title\n", "          «payload:\n            title: $inputs.title\n")]),
    Defect("misspelled property of a child", "unknown-property", &[PARENT, ("            genre: novel\n", "            genre: novel\n            «polt: Short\n")]),
    Defect("value that selects no child", "invalid-body-value", &[PARENT, ("            genre: novel\n", "            genre: «nvl\n            plot: Short\n")]),
    Defect("input of another type than a property of a child", "type-mismatch", &[PARENT, ("            genre: novel\n", "            genre: novel\n            plot: Short\n            printed: «$inputs.branch\n")]),
    // Notations of other tools.
    Defect("path parameter with a colon", "path-template", &[("  /books/{book_id}:\n", "  «/books/:book_id:\n")]),
    Defect("path parameter in angle brackets", "path-template", &[("  /books/{book_id}:\n", "  «/books/<book_id>:\n")]),
    Defect("path parameter in the query", "undeclared-path-parameter", &[("      name: book_id\n      in: path\n", "      name: book_id\n      in: «query\n")]),
    Defect("path parameter with another name", "parameter-left-out", &[("    book_id:\n      name: book_id\n", "    «book_id:\n      name: bookId\n")]),
    Defect("expression in parentheses", "unbraced-expression", &[("            title: $inputs.title\n", "            title: «$(inputs.title)\n")]),
    Defect("`$ref` in a workflow", "nonstandard", &[("          - reference: $components.successActions.stop\n", "          - $ref: «$components.successActions.stop\n")]),
    Defect("field next to a reference", "unknown-field", &[("          - reference: $components.successActions.stop\n", "          - reference: $components.successActions.stop\n            «type: end\n")]),
    Defect("type of a selector", "invalid-expression", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("          room: $response.body#/shelf/room\n", "          room:\n            context: $response.body\n            selector: /shelf/room\n            type: «pointer\n")]),
    Defect("misspelled field of a selector", "invalid-expression", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("          room: $response.body#/shelf/room\n", "          room:\n            context: $response.body\n            «selecter: /shelf/room\n            type: jsonpointer\n")]),
    Defect("property that a selector reads", "unknown-response-property", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("          room: $response.body#/shelf/room\n", "          room:\n            context: $response.body\n            selector: «/shelf/rooms\n            type: jsonpointer\n")]),
    Defect("whole query for a header", "parameter-location", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("          - name: X-Branch\n            in: header\n", "          - name: X-Branch\n            in: «querystring\n")]),
    // Keys at the wrong level, and misspelled ones that others depend on.
    Defect("security that is not a list", "malformed", &[("security:\n  - Card: []\n", "«security:\n  Card: []\n")]),
    Defect("security requirement that is a name", "malformed", &[("  - Card: []\n", "  - «Card\n")]),
    Defect("schema instead of a media type", "malformed", &[("        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/NewBook'\n", "        content:\n          «schema:\n            $ref: '#/components/schemas/NewBook'\n")]),
    Defect("reference without a dollar", "unknown-field", &[("        - $ref: '#/components/parameters/book_id'\n        - name: X-Branch", "        - «ref: '#/components/parameters/book_id'\n        - name: X-Branch")]),
    Defect("misspelled `operationId`", "unknown-field", &[("      operationId: addBook\n", "      «operationID: addBook\n")]),
    Defect("misspelled `requestBody`", "unknown-field", &[("      operationId: addBook\n      requestBody:\n", "      operationId: addBook\n      «requestbody:\n")]),
    Defect("misspelled `securitySchemes`", "unknown-field", &[("  securitySchemes:\n", "  «securityScheme:\n")]),
    Defect("misspelled `properties`", "unknown-field", &[("      required:\n        - title\n        - genre\n      properties:\n", "      required:\n        - title\n        - genre\n      «propertys:\n"), ("          payload:\n            title: $inputs.title\n            genre: novel\n            pages: $inputs.pages\n", "          payload: $inputs.book\n"), ("      required:\n        - title\n      properties:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n", "      properties:\n        book:\n          type: object\n")]),
    Defect("misspelled `variables`", "unknown-field", &[("  - url: https://library.example\n", "  - url: https://{branch}.library.example\n    «variable:\n      branch: {default: north}\n")]),
    Defect("misspelled field of a discriminator", "unknown-field", &[PARENT, ("        propertyName: genre\n", "        «property: genre\n"), ("            genre: novel\n", "            genre: novel\n")]),
    Defect("operation with the name of another", "duplicate-operation-id", &[("    delete:\n      operationId: removeBook\n", "    delete:\n      operationId: «getBook\n")]),
    Defect("two called operations with one name", "duplicate-operation-id", &[("      operationId: listBooks\n", "      operationId: addBook\n"), ("      operationId: addBook\n      requestBody", "      operationId: «addBook\n      requestBody")]),
    Defect("operation with the name of a later one", "duplicate-operation-id", &[("      operationId: addBook\n      requestBody", "      operationId: getBook\n      requestBody"), ("  /books/{book_id}:\n    get:\n      operationId: getBook\n", "  /books/{book_id}:\n    get:\n      operationId: «getBook\n")]),
    Defect("parameter with the name of another", "duplicate-parameter", &[("        - name: limit\n          in: query\n", "        - «name: genre\n          in: query\n")]),
    Defect("status that is not one, and is tested", "invalid-status", &[("        '201':\n", "        «created:\n")]),
    Defect("misspelled `inputs` of a called workflow", "unknown-field", &[("  - workflowId: weed-out\n    inputs:\n", "  - workflowId: weed-out\n    «input:\n")]),
    Defect("outputs that are a list", "wrong-type", &[("        outputs:\n          bookId: $response.body#/id\n", "        «outputs:\n          - bookId: $response.body#/id\n")]),
    Defect("name of an output with a space", "invalid-name", &[("          bookId: $response.body#/id\n", "          «book id: $response.body#/id\n")]),
    // Values.
    Defect("version without a patch number", "nonstandard", &[("openapi: 3.0.3", "openapi: «3.0")]),
    Defect("example of another type", "invalid-example", &[("        pages:\n          type: integer\n        isNew", "        pages:\n          type: integer\n          example: «many\n        isNew")]),
    Defect("example of a parameter outside the enum", "invalid-example", &[("        - name: genre\n          in: query\n", "        - name: genre\n          in: query\n          example: «drama\n")]),
    Defect("value in a filter outside the enum", "unknown-value", &[("        title:\n          type: string\n        pages:\n          type: integer\n        shelf", "        title:\n          type: string\n        genre:\n          $ref: '#/components/schemas/Genre'\n        pages:\n          type: integer\n        shelf"), ("condition: $[0]", "condition: «$[?@.genre == 'novl']")]),
];

#[test]
fn typical_mistakes_are_one_finding_each() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}
