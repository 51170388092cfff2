//! Tests of the code printed for each feature of a workflow, over one small API.

mod flow;
mod rejected;
mod surface;
mod values;

use super::client::Emitted;
use super::file::RuntimePath;
use super::workflows;
use crate::arazzo::document::Description;
use crate::diagnostic::Diagnostics;
use crate::lint::UndeclaredProperties;
use crate::load;
use crate::lower::features;
use crate::lower::{self, Client, LinkedDocument};
use crate::openapi::index::Index;
use crate::openapi::normalize;
use crate::openapi::progenitor::{patch, run};

const SHOP: &str = include_str!("shop.yml");

fn index(text: &str) -> Index {
    let mut found = Diagnostics::new();
    let mut document = load::parse("shop.yml", text).unwrap().value;
    let file = std::path::Path::new("shop.yml");
    let notes = normalize::normalize(&mut document, file, &mut found);
    let client = run::generate(&document, file).unwrap();
    let patched = patch::patch(
        client,
        patch::Source {
            file,
            document: &document,
            notes: &notes,
        },
    )
    .unwrap();
    Index::read(&patched, &std::rc::Rc::new(document.clone()), &notes)
}

/// Returns the files for a document with these workflows, and the findings.
fn generated(workflows: &str) -> (Vec<Emitted>, Diagnostics) {
    let mut found = Diagnostics::new();
    let text = format!(
        "arazzo: 1.1.0\ninfo: {{ title: Test, version: 1.0.0 }}\n\
         sourceDescriptions: [ {{ name: shop, url: shop.yml, type: openapi }} ]\nworkflows:\n{workflows}"
    );
    let document = load::parse("flow.yml", text).unwrap();
    let description = Description::read(&document, &mut found).unwrap();
    let index = index(SHOP);
    let linked = LinkedDocument {
        description: &description,
        sources: [("shop".to_owned(), 0)].into(),
        documents: Default::default(),
    };
    let program = lower::program(
        &[linked],
        &[Client {
            module: "shop",
            feature: None,
            index: &index,
        }],
        &UndeclaredProperties::default(),
        &mut found,
    );
    (
        workflows::emit(&features::groups(&program), "shop", &RuntimePath::default()),
        found,
    )
}

/// Returns the module of the workflow `w` with these inputs and steps, normalized by [`plain`].
fn module(inputs: &str, steps: &str) -> String {
    file(
        &format!("  - workflowId: w\n    inputs: {inputs}\n    steps:\n{steps}"),
        "workflows/w.rs",
    )
}

fn file(workflows: &str, path: &str) -> String {
    let (files, found) = generated(workflows);
    let errors: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(!found.has_errors(), "{errors:#?}");
    let file = files
        .iter()
        .find(|file| file.path == path)
        .expect("the file");
    plain(&file.text)
}

/// Removes the spaces and commas that depend on line breaks.
fn plain(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ");
    let mut text = text
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(", )", ")")
        .replace(",)", ")")
        .replace(", }", " }");
    for call in [" .", ". "] {
        text = text.replace(call, ".");
    }
    text
}

#[track_caller]
fn has(text: &str, wanted: &str) {
    assert!(
        text.contains(&plain(wanted)),
        "`{wanted}` not found in\n{text}"
    );
}

const GET: &str = "
      - stepId: get
        operationId: getOrder
        parameters: [ { name: order_id, in: path, value: $inputs.id } ]
";

fn get(more: &str) -> String {
    module(
        "{ type: object, required: [id], properties: { id: { type: string } } }",
        &format!("{GET}{more}"),
    )
}

fn list(parameters: &str, more: &str) -> String {
    let inputs = "{ type: object, required: [a], properties: { a: { type: string }, b: { type: string }, n: { type: integer } } }";
    let steps = format!(
        "      - stepId: list\n        operationId: listOrders\n        parameters:\n\
         \x20         - {{ name: x-tenant, in: header, value: t }}\n{parameters}{more}"
    );
    module(inputs, &steps)
}
