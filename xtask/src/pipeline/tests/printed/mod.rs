//! Tests of the code printed for each feature of a workflow, over one small API.

mod flow;
mod surface;
mod values;

use crate::diagnostic::Diagnostics;
use crate::emit::client::Emitted;
use crate::emit::file::RuntimePath;
use crate::emit::workflows;
use crate::lower::features;
use crate::lower::testing::{lowered, lowered_with};
use crate::model::Program;

/// Prints a program, which must have no errors.
fn printed((program, found): (Program, Diagnostics)) -> Vec<Emitted> {
    let errors: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(!found.has_errors(), "{errors:#?}");
    let groups = features::groups(&program);
    workflows::emit(&groups, "shop", &RuntimePath::default())
}

/// Returns the module of the workflow `w` with these inputs and steps, normalized by [`plain`].
fn module(inputs: &str, steps: &str) -> String {
    file(
        &format!("  - workflowId: w\n    inputs: {inputs}\n    steps:\n{steps}"),
        "workflows/w.rs",
    )
}

fn file(workflows: &str, path: &str) -> String {
    named(&printed(lowered(workflows)), path)
}

/// Returns the text of a file, normalized by [`plain`].
fn named(files: &[Emitted], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path);
    plain(&file.expect("the file").text)
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
