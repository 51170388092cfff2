//! Names of generated code that changes affect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Breaks, Change, ChangeCode, Names};
use super::document::{Document, component_schema};
use super::operations::{self, Operation};
use crate::diff::facts::Node;
use crate::names::{pascal_text, snake_text};
use crate::openapi::description::{self, ApiDescription, ResourceName};

/// Workflows of Arazzo documents, by the operations they call.
#[derive(Clone, Debug, Default)]
pub(in crate::diff) struct Workflows {
    /// Functions by `operationId` or by the JSON Pointer of the operation.
    callers: BTreeMap<String, BTreeSet<String>>,
}

impl Workflows {
    /// Adds the workflows of an Arazzo document.
    pub(in crate::diff) fn add(&mut self, document: &Value) {
        let document = Document { root: document };
        let mut steps: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
        for workflow in document
            .root()
            .get("workflows")
            .iter()
            .flat_map(Node::items)
        {
            if let Some(id) = workflow.text("workflowId") {
                steps.insert(
                    id,
                    workflow.get("steps").iter().flat_map(Node::items).collect(),
                );
            }
        }
        for id in steps.keys() {
            // A workflow calls the operations of the workflows it runs.
            let mut seen = BTreeSet::from([*id]);
            let mut open = vec![*id];
            while let Some(workflow) = open.pop() {
                for step in steps.get(workflow).into_iter().flatten() {
                    if let Some(operation) = called(step) {
                        let callers = self.callers.entry(operation).or_default();
                        callers.insert(snake_text(id));
                    }
                    let inner = step
                        .text("workflowId")
                        .and_then(|inner| inner.rsplit('.').next());
                    open.extend(inner.filter(|inner| seen.insert(inner)));
                }
            }
        }
    }

    fn of(&self, operation: &Operation<'_>) -> impl Iterator<Item = &String> {
        let by_id = operation.id().and_then(|id| self.callers.get(id));
        let by_pointer = self.callers.get(&operation.node.pointer);
        by_id.into_iter().chain(by_pointer).flatten()
    }
}

/// Returns the `operationId` or the pointer that a step names.
fn called(step: &Node<'_>) -> Option<String> {
    if let Some(id) = step.text("operationId") {
        let is_expression = id.starts_with("$sourceDescriptions.");
        let id = if is_expression {
            id.splitn(3, '.').nth(2)?
        } else {
            id
        };
        return Some(id.to_owned());
    }
    let (_, pointer) = step.text("operationPath")?.split_once('#')?;
    Some(pointer.to_owned())
}

/// Returns the method of the client that calls an operation.
pub(super) fn method(id: &str) -> String {
    snake_text(id)
}

/// Returns the type of a component schema.
pub(super) fn type_name(schema: &str) -> String {
    pascal_text(schema)
}

/// Names of one operation.
#[derive(Default)]
struct OperationNames {
    function: String,
    builder: Option<String>,
    workflows: BTreeSet<String>,
}

/// Adds the names that belong to the operations and schemas of each change.
pub(super) fn add(
    old: Document<'_>,
    new: Document<'_>,
    workflows: &Workflows,
    changes: &mut [Change],
) {
    let mut known: BTreeMap<String, Vec<OperationNames>> = BTreeMap::new();
    for document in [old, new] {
        let builders = builders(document);
        for operation in operations::all(document) {
            let names = OperationNames {
                function: operation
                    .id()
                    .map_or_else(|| method(&operation.line()), method),
                builder: builders.get(&operation.line()).cloned(),
                workflows: workflows.of(&operation).cloned().collect(),
            };
            known.entry(operation.line()).or_default().push(names);
        }
    }
    for change in changes {
        let affected = change
            .operations
            .iter()
            .filter_map(|line| known.get(line))
            .flatten();
        let affected: Vec<&OperationNames> = affected.collect();
        if let (ChangeCode::ResourceMethodChanged, [a, b]) = (change.code, affected.as_slice())
            && a.builder.is_some()
        {
            // Other names of the document, such as tags, may result in the same method.
            change.breaks = match a.builder == b.builder {
                true => Breaks::Nothing,
                false => change.breaks.max(Breaks::Code),
            };
        }
        for names in affected {
            change.names.functions.insert(names.function.clone());
            change.names.builders.extend(names.builder.clone());
            change
                .names
                .workflows
                .extend(names.workflows.iter().cloned());
        }
        let schemas = [&change.old, &change.new]
            .into_iter()
            .filter_map(|at| component_schema(at));
        change
            .names
            .types
            .extend(schemas.map(|name| type_name(&name)));
    }
}

/// Returns the methods of resources, as `accounts().list()`, by method and path of their operations.
fn builders(document: Document<'_>) -> BTreeMap<String, String> {
    let operations = ApiDescription::new(document.root).operations();
    let names = description::resource_names(&operations).into_iter();
    let named = operations
        .iter()
        .zip(names)
        .filter_map(|(operation, name)| {
            let ResourceName { group, method } = name?;
            let line = format!("{} {}", operation.method.to_uppercase(), operation.path);
            Some((
                line,
                format!("{}().{}()", snake_text(&group), snake_text(&method)),
            ))
        });
    named.collect()
}

/// Adds the names of the workflow in which each change lies.
pub(super) fn add_workflows(old: Document<'_>, new: Document<'_>, changes: &mut [Change]) {
    for change in changes {
        for (document, pointer) in [(old, &change.old), (new, &change.new)] {
            if let Some((id, rest)) = workflow_of(document, pointer) {
                change.names.merge(of_workflow(id, rest));
            }
        }
        // Shared inputs are in the components.
        let ids = std::mem::take(&mut change.operations);
        if change.names.workflows.is_empty() {
            for id in ids {
                change.names.merge(of_workflow(&id, "/inputs"));
            }
        }
    }
}

fn workflow_of<'d, 'p>(document: Document<'d>, pointer: &'p str) -> Option<(&'d str, &'p str)> {
    let rest = pointer.strip_prefix("/workflows/")?;
    let (index, rest) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let workflow = document.at(&format!("/workflows/{index}"))?;
    Some((workflow.text("workflowId")?, rest))
}

fn of_workflow(id: &str, rest: &str) -> Names {
    let base = pascal_text(id);
    let suffixes: &[&str] = match rest.split('/').nth(1) {
        Some("inputs") => &["Inputs"],
        Some("outputs") => &["Outputs"],
        Some("steps") => &["Steps"],
        Some(_) => &[],
        None => &["", "Inputs", "Outputs", "Steps"],
    };
    Names {
        workflows: BTreeSet::from([snake_text(id)]),
        types: suffixes
            .iter()
            .map(|suffix| format!("{base}{suffix}"))
            .collect(),
        ..Names::default()
    }
}

impl Names {
    fn merge(&mut self, other: Names) {
        self.functions.extend(other.functions);
        self.builders.extend(other.builders);
        self.types.extend(other.types);
        self.workflows.extend(other.workflows);
    }
}
