//! Documents with one defect each that makes other parts wrong too: only the defect is reported.

use xtask::diagnostic::Severity;

use crate::defects::{Defect, assert_each};

const ADD_BODY: &str = "        requestBody:\n          contentType: application/json\n          payload:\n            title: $inputs.title\n";
const READ_PARAMETERS: &str = "        parameters:\n          - name: book_id\n            in: path\n            value: $steps.add.outputs.bookId\n";

#[rustfmt::skip]
const DEFECTS: &[Defect] = &[
    // A misspelled field leaves out what others need.
    Defect("field of the body", "unknown-field", &[(ADD_BODY, "        «requestbody:\n          contentType: application/json\n          payload:\n            title: $inputs.title\n")]),
    Defect("field of the payload", "unknown-field", &[("          payload:\n            title", "          «paylod:\n            title")]),
    Defect("field of the parameters", "unknown-field", &[(READ_PARAMETERS, "        «paramters:\n          - name: book_id\n            in: path\n            value: $steps.add.outputs.bookId\n")]),
    Defect("field of the outputs of a step", "unknown-field", &[("        outputs:\n          bookId", "        «output:\n          bookId")]),
    Defect("field of the outputs of a workflow", "unknown-field", &[("    outputs:\n      removed", "    «ouputs:\n      removed")]),
    Defect("field of the inputs", "unknown-field", &[("    inputs:\n      type: object\n      required:\n        - title\n", "    «input:\n      type: object\n      required:\n        - title\n")]),
    Defect("field of the operation", "unknown-field", &[("        operationId: getBook\n", "        «operationid: getBook\n")]),
    Defect("field of the name of a step", "unknown-field", &[("      - stepId: search\n", "      - «stepid: search\n")]),
    Defect("field of the name of a workflow", "unknown-field", &[("  - workflowId: weed-out\n", "  - «workflowID: weed-out\n")]),
    Defect("field of a condition", "unknown-field", &[("          - condition: $statusCode == 201\n", "          - «conditon: $statusCode == 201\n")]),
    Defect("field of a context", "unknown-field", &[("          - context: $response.body\n            type: regex\n", "          - «contxt: $response.body\n            type: regex\n")]),
    Defect("field of a value", "unknown-field", &[(READ_PARAMETERS, "        parameters:\n          - name: book_id\n            in: path\n            «val: $steps.add.outputs.bookId\n")]),
    Defect("field of a reference", "unknown-field", &[("          - reference: $components.parameters.limit\n", "          - «refrence: $components.parameters.limit\n")]),
    Defect("field of the criteria of an action", "unknown-field", &[("            criteria:\n              - context: $response.body\n                type: jsonpath\n                condition: $[0]\n", "            «criterias:\n              - context: $response.body\n                type: jsonpath\n                condition: $[0]\n")]),
    Defect("field of the sources", "unknown-field", &[("sourceDescriptions:\n", "«sourceDescription:\n")]),
    Defect("field of a URL", "unknown-field", &[("    url: openapi.yml\n", "    «uri: openapi.yml\n")]),
    Defect("section of the components", "unknown-field", &[("  successActions:\n    stop", "  «sucessActions:\n    stop")]),
    Defect("field of the properties of the inputs", "unknown-field", &[("      properties:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n        branch", "      «propertes:\n        title:\n          type: string\n        pages:\n          type: integer\n          default: 100\n        branch")]),
    Defect("name of a source", "invalid-name", &[("  - name: library\n", "  - name: «our library\n")]),
    Defect("other name of the sources", "unknown-field", &[("sourceDescriptions:\n", "«apis:\n")]),
    Defect("sources without an entry", "empty-list", &[("sourceDescriptions:\n  - name: library\n    url: openapi.yml\n    type: openapi\n", "«sourceDescriptions: []\n")]),
    Defect("other name of the payload", "unknown-field", &[("          payload:\n            title", "          «json:\n            title")]),
    // The other kind of target.
    Defect("workflow as an operation", "unknown-operation", &[("      - stepId: once\n        workflowId: weed-out\n", "      - stepId: once\n        operationId: «weed-out\n")]),
    Defect("operation as a workflow", "unknown-workflow", &[("        operationId: getBook\n", "        workflowId: «getBook\n")]),
    // Parameters that cannot be read.
    Defect("location that does not exist", "invalid-value", &[("          - name: book_id\n            in: path\n            value: $steps.add", "          - name: book_id\n            in: «pth\n            value: $steps.add")]),
    Defect("parameter without a location", "missing-field", &[("          - name: book_id\n            in: path\n            value: $steps.add", "          - «name: book_id\n            value: $steps.add")]),
    Defect("parameters as a map", "wrong-type", &[("        operationId: removeBook\n        parameters:\n          - name: book_id\n            in: path\n            value: $steps.search.outputs.first\n", "        operationId: removeBook\n        «parameters:\n          book_id: $steps.search.outputs.first\n")]),
    // Defects of the API description.
    Defect("name of a declared path parameter", "parameter-left-out", &[("  /imports:\n", "  /shelves/{shelf_id}:\n    get:\n      operationId: getShelf\n      parameters:\n        - «name: shelf_no\n          in: path\n          required: true\n          schema:\n            type: integer\n      responses:\n        '204':\n          description: Found.\n  /imports:\n"), ("      - stepId: read\n", "      - stepId: shelf\n        operationId: getShelf\n        parameters:\n          - name: shelf_id\n            in: path\n            value: '4'\n      - stepId: read\n")]),
    Defect("path parameter that no operation declares", "undeclared-path-parameter", &[("  /imports:\n", "  «/imports/{id}:\n    get:\n      operationId: getImport\n      responses:\n        '204':\n          description: Found.\n    delete:\n      operationId: removeImport\n      responses:\n        '204':\n          description: Removed.\n  /imports:\n"), ("      - stepId: read\n", "      - stepId: import\n        operationId: getImport\n      - stepId: read\n")]),
    Defect("pattern of a shared parameter", "invalid-pattern", &[("    book_id:\n      name: book_id\n      in: path\n      required: true\n      schema:\n        type: string\n", "    book_id:\n      name: book_id\n      in: path\n      required: true\n      schema:\n        type: string\n        pattern: «'^[a-z'\n")]),
    Defect("properties as a list", "malformed", &[("        shelf:\n          type: object\n          properties:\n            room:\n              type: string", "        shelf:\n          type: object\n          «properties:\n            - room")]),
    Defect("schema of a response without media type", "unknown-field", &[("          content:\n            application/json:\n              schema:\n                type: array\n                items:\n                  $ref: '#/components/schemas/Book'\n", "          «schema:\n            type: array\n            items:\n              $ref: '#/components/schemas/Book'\n")]),
    Defect("mapping of a discriminator that is used", "dangling-reference", &[("            schema:\n              $ref: '#/components/schemas/NewBook'\n", "            schema:\n              oneOf:\n                - $ref: '#/components/schemas/NewBook'\n                - $ref: '#/components/schemas/NewMap'\n              discriminator:\n                propertyName: genre\n                mapping:\n                  novel: «'#/components/schemas/NewBok'\n                  map: '#/components/schemas/NewMap'\n"), ("    Book:\n", "    NewMap:\n      type: object\n      required: [genre, scale]\n      properties:\n        genre:\n          type: string\n        scale:\n          type: integer\n    Book:\n")]),
    Defect("section of schemas", "unknown-field", &[("  schemas:\n", "  «schema:\n")]),
    Defect("section of parameters", "unknown-field", &[("components:\n  parameters:\n    book_id", "components:\n  «parameter:\n    book_id")]),
    Defect("parameters of an operation as a map", "malformed", &[("      operationId: importBooks\n      parameters:\n        - name: source\n          in: query\n          required: true\n          schema:\n            type: string\n            pattern: ^https://\n", "      operationId: importBooks\n      «parameters:\n        source:\n          in: query\n"), ("      - stepId: read\n", "      - stepId: import\n        operationId: importBooks\n        parameters:\n          - name: source\n            in: query\n            value: https://library.example\n      - stepId: read\n")]),
    Defect("style of a parameter", "malformed", &[("        - name: genre\n          in: query\n          schema:\n", "        - name: genre\n          in: query\n          style: «frm\n          schema:\n")]),
    Defect("limits of a constant", "contradictory-constraints", &[("        isNew:\n          type: boolean\n", "        isNew:\n          type: boolean\n        authors:\n          type: array\n          minItems: 3\n          «maxItems: 2\n          items: {type: string}\n"), ("            genre: novel\n", "            genre: novel\n            authors: [Ada]\n")]),
    Defect("step that depends on itself", "circular-dependency", &[("arazzo: 1.0.1", "arazzo: 1.1.0"), ("      - stepId: read\n", "      - stepId: read\n        «dependsOn: [read]\n")]),
    Defect("parameter of all steps", "unknown-parameter", &[("  - workflowId: weed-out\n", "  - workflowId: weed-out\n    parameters:\n      - «name: verbose\n        in: query\n        value: true\n")]),
    // Values.
    Defect("member of an item of a constant", "unknown-property", &[("        isNew:\n          type: boolean\n", "        isNew:\n          type: boolean\n        authors:\n          type: array\n          items:\n            type: object\n            required: [name]\n            properties:\n              name: {type: string}\n              born: {type: integer}\n"), ("            genre: novel\n", "            genre: novel\n            authors:\n              - name: Ada\n                «brn: 1815\n")]),
    Defect("required member of an item of a constant", "unknown-property", &[("        isNew:\n          type: boolean\n", "        isNew:\n          type: boolean\n        authors:\n          type: array\n          items:\n            type: object\n            required: [name]\n            properties:\n              name: {type: string}\n"), ("            genre: novel\n", "            genre: novel\n            authors:\n              - «nam: Ada\n")]),
    Defect("expression in braces without quotes", "invalid-body-value", &[("            genre: novel\n", "            genre: «{$inputs.title}\n")]),
    Defect("input that callers pass as declared", "type-mismatch", &[("        note:\n          type: string\n", "        note:\n          type: string\n        page:\n          type: string\n"), ("          - reference: $components.parameters.limit\n", "          - name: limit\n            in: query\n            value: «$inputs.page\n"), ("  parameters:\n    limit:\n      name: limit\n      in: query\n      value: 10\n", ""), ("          - name: note\n            value: $inputs.note\n", "          - name: note\n            value: $inputs.note\n          - name: page\n            value: many\n")]),
];

#[test]
fn consequences_of_a_defect_are_not_reported() {
    assert_each(DEFECTS, |severity| severity != Severity::Note);
}
