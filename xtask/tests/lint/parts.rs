//! Defects in the parts of an OpenAPI document that are in other files.

use std::fs;

use xtask::diagnostic::Severity;

use crate::documents::{any, codegen, lint};

const API: &str = "openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: https://shop.example}]
paths:
  /orders:
    post:
      operationId: addOrder
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: 'parts/order.yml#/NewOrder'}}}
      responses:
        '201':
          description: Added.
          content: {application/json: {schema: {$ref: 'parts/order.yml#/Order'}}}
";

const PART: &str = "NewOrder:
  type: object
  required: [sku]
  properties:
    sku:
      type: string
    count:
      type: integer
Order:
  type: object
  properties:
    id:
      type: string
    order:
      $ref: '#/NewOrder'
";

#[test]
fn each_defect_in_a_part_is_reported_once_in_its_file() {
    for (name, code, old, new) in [
        (
            "required property",
            "required-undeclared",
            "  required: [sku]\n",
            "  required: «[skus]\n",
        ),
        (
            "default",
            "invalid-default",
            "      type: integer\n",
            "      type: integer\n      default: «many\n",
        ),
        (
            "pattern",
            "invalid-pattern",
            "    sku:\n      type: string\n",
            "    sku:\n      type: string\n      pattern: «'[a'\n",
        ),
        (
            "keyword",
            "unknown-field",
            "    count:\n",
            "    count:\n      «minumum: 1\n",
        ),
        (
            "type",
            "malformed",
            "    id:\n      type: string\n",
            "    id:\n      type: «strng\n",
        ),
        (
            "reference",
            "dangling-reference",
            "      $ref: '#/NewOrder'\n",
            "      $ref: «'#/NewOrdr'\n",
        ),
        (
            "file",
            "external-reference",
            "      $ref: '#/NewOrder'\n",
            "      $ref: «'other.yml#/NewOrder'\n",
        ),
        (
            "syntax",
            "syntax",
            "    id:\n      type: string\n",
            "    id:\n      type: «'string\n",
        ),
    ] {
        let changed = PART.replacen(old, new, 1);
        assert_ne!(changed, PART, "{name}");
        let before = changed.split('«').next().unwrap();
        let line = before.matches('\n').count() + 1;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("parts")).unwrap();
        fs::write(folder.path().join("api.yml"), API).unwrap();
        fs::write(
            folder.path().join("parts/order.yml"),
            changed.replace('«', ""),
        )
        .unwrap();
        for run in [lint(any(folder.path())), codegen(any(folder.path()))] {
            let located = run.diagnostics.located(&run.sources);
            let located = located
                .iter()
                .filter(|it| it.diagnostic.severity != Severity::Note);
            let found: Vec<_> = located
                .map(|it| {
                    let file = it.diagnostic.file.file_name().unwrap();
                    (
                        it.diagnostic.code.to_string(),
                        file.to_owned(),
                        it.span.start.line,
                    )
                })
                .collect();
            assert_eq!(
                found,
                [(code.to_owned(), "order.yml".into(), line)],
                "{name}"
            );
        }
    }
}
