//! Explanations of the codes for files and overlays.

use super::{Code, Explanation};

pub(super) fn of(code: Code) -> Option<Explanation> {
    Some(match code {
        Code::UnreadableFile => Explanation {
            meaning: "A file or folder does not exist, cannot be opened, is not UTF-8 text, or is larger than the \
                      size limit.",
            bad: "\
cargo xtask lint --openapi openapi/petstore.yaml
# the file is called petstore.yml
",
            good: "\
cargo xtask lint --openapi openapi/petstore.yml
",
            fix: "Check the path, the permissions and the encoding of the file.",
        },
        Code::EmptyFolder => Explanation {
            meaning: "A folder on the command line contains no document of the kind that the option expects. \
                      Subfolders are not searched.",
            bad: "\
cargo xtask lint --arazzo arazzo
# arazzo/ holds only a README.md
",
            good: "\
cargo xtask lint --arazzo arazzo
# arazzo/ holds checkout.yml
",
            fix: "Pass the folder that contains the documents. Their names end in `.yml`, `.yaml` or `.json`.",
        },
        Code::Syntax => Explanation {
            meaning: "The document has a syntax error, a duplicate key, more than one YAML document, a merge key \
                      (`<<`) without a map, or a value that JSON cannot represent.",
            bad: "\
info:
  title: Shop
  title: Store
",
            good: "\
info:
  title: Shop
",
            fix: "Correct the text at the marked location.",
        },
        Code::TooLarge => Explanation {
            meaning: "The document has more values than the generator reads. Each alias (`*name`) counts as much as \
                      its value. The limit protects against aliases that expand exponentially.",
            bad: "\
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
# and so on: each line multiplies by ten
",
            good: "\
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a]
",
            fix: "Split the document, remove the parts that you do not use, or replace aliases by `$ref`.",
        },
        Code::TooDeep => Explanation {
            meaning: "The document is nested more deeply than the generator reads.",
            bad: "\
# a schema with more than 128 nested levels
",
            good: "\
# nested schemas moved to components.schemas and referenced
",
            fix: "Move nested schemas to `components.schemas` and refer to them with `$ref`.",
        },
        Code::InexactNumber => Explanation {
            meaning: "The generator holds integers of up to 64 bits exactly. A larger one is read as the nearest \
                      double-precision number, whose digits differ.",
            bad: "\
payload:
  account: 123456789012345678901
",
            good: "\
payload:
  account: '123456789012345678901'
",
            fix: "Quote the number if it is a string, or write a number that a double can represent.",
        },
        Code::LeadingZero => Explanation {
            meaning: "YAML 1.2 reads digits after a leading zero as a decimal number, YAML 1.1 as an octal number. A \
                      string may be intended.",
            bad: "\
example: 00123
",
            good: "\
example: '00123'
",
            fix: "Quote the value if it is a string. Otherwise remove the zero, or write `0o17` for an octal number.",
        },
        Code::YamlVersion => Explanation {
            meaning: "Documents are read by the rules of YAML 1.2, and the directive is ignored. In YAML 1.2 `yes`, \
                      `no`, `on` and `off` are strings, and octal numbers begin with `0o`.",
            bad: "\
%YAML 1.1
---
required: yes
",
            good: "\
required: true
",
            fix: "Write booleans as `true` and `false`, and remove the directive.",
        },
        Code::OutputFile => Explanation {
            meaning: "Generated files are named after documents, groups and workflows. The generator chooses \
                      distinct, portable names; if it cannot, nothing is written.",
            bad: "\
# two workflows whose files would have one name
workflows:
  - workflowId: buy
  - workflowId: BUY
",
            good: "\
workflows:
  - workflowId: buy
  - workflowId: buy-again
",
            fix: "Rename one of them.",
        },
        Code::IncompleteManifest => Explanation {
            meaning: "`Cargo.toml` is written once and belongs to the crate from then on. The generated code now uses a \
                      crate, a feature of the runtime or a feature of its own that the manifest does not list.",
            bad: "\
cargo xtask codegen --openapi openapi/shop.yml --out shop
# a property now has `format: uuid`, and shop/Cargo.toml does not list uuid
",
            good: "\
cargo xtask codegen --openapi openapi/shop.yml --out shop
# shop/Cargo.toml has: uuid = { version = \"1\", features = [\"serde\"] }
",
            fix: "Add the lines that the message names to `Cargo.toml`.",
        },
        Code::NotComparable => Explanation {
            meaning: "`diff` compares two OpenAPI documents, two Arazzo documents, or two folders of them.",
            bad: "\
cargo xtask diff openapi/shop.yml arazzo/checkout.yml
",
            good: "\
cargo xtask diff upstream/shop.yml openapi/shop.yml
",
            fix: "Pass two documents of the same kind.",
        },
        Code::OverlaySyntax => Explanation {
            meaning: "An OpenAPI Overlay document has a version and a list of actions. Each action has a JSONPath \
                      `target` and one change: `update`, `copy` or `remove`.",
            bad: "\
overlay: 1.0.0
actions:
  - target: paths./orders
    remove: true
",
            good: "\
overlay: 1.0.0
info:
  title: Corrections
  version: 1.0.0
actions:
  - target: $.paths['/orders']
    remove: true
",
            fix: "Correct the marked field of the overlay.",
        },
        Code::OverlayWithoutDocument => Explanation {
            meaning: "The value of `extends` matches no document of the run. Without `extends`, an overlay applies to \
                      the documents in its own folder.",
            bad: "\
overlay: 1.0.0
extends: store.yml
",
            good: "\
overlay: 1.0.0
extends: shop.yml
",
            fix: "Write the path of the document, relative to the overlay, or its URL; a URL is matched by its file \
                  name.",
        },
        Code::OverlayMatchesNothing => Explanation {
            meaning: "The JSONPath of an action selects no node in any document of the overlay. The document may have \
                      been corrected at its source, or the path is misspelled.",
            bad: "\
- target: $.paths['/order'].get
  update:
    operationId: listOrders
",
            good: "\
- target: $.paths['/orders'].get
  update:
    operationId: listOrders
",
            fix: "Correct the path. If the document was corrected at its source, remove the action.",
        },
        Code::OverlayChangesNothing => Explanation {
            meaning: "The target of an action already has the value that the action sets. This usually means that the \
                      document was corrected at its source.",
            bad: "\
# the document has operationId: listOrders
- target: $.paths['/orders'].get
  update:
    operationId: listOrders
",
            good: "\
# no action
",
            fix: "Remove the action.",
        },
        Code::OverlayConflict => Explanation {
            meaning: "The change does not fit the selected node: for example, an object cannot be merged into a string, \
                      and a target that is removed must have a parent.",
            bad: "\
# the target is a string
- target: $.info.title
  update:
    text: Shop
",
            good: "\
- target: $.info
  update:
    title: Shop
",
            fix: "Select the object or array that contains the value, and update that.",
        },
        Code::OverlayTooCostly => Explanation {
            meaning: "The work of all overlays of a run is counted: values that targets visit, patterns that filters \
                      try, and values that actions add. The limit grows with the size of the documents.",
            bad: "\
# one of thousands of such actions
- target: $..[?@..deprecated]
  update:
    x-old: true
",
            good: "\
- target: $.paths.*.*[?@.deprecated]
  update:
    x-old: true
",
            fix: "Select by names where `..` and filters are not needed, and join actions that select the same.",
        },
        _ => return None,
    })
}
