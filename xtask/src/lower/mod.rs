//! Lowering of documents to the model: calls, requests, types of inputs and outputs, and control flow.
//!
//! A workflow is first expanded until only steps are left (`expand`). Its steps are matched with the operations
//! and workflows they call (`operation`, `callee`, `plan`), and its types are inferred (`infer`). The parts of the
//! model are then built from both (`request`, `condition`, `outputs`, `flow`).
//!
//! Anything that cannot be lowered is reported at its location, never replaced by another value: see
//! `report::Reported`.

mod assign;
mod callee;
pub mod client;
mod condition;
pub mod convert;
mod expand;
mod expiry;
pub mod features;
mod flow;
mod infer;
mod inputs;
mod naming;
mod operation;
mod outputs;
mod plan;
mod read_expression;
mod received;
mod report;
mod request;
pub mod resources;
pub mod schemas;
mod sink;
mod slot;
mod status;
mod variables;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};

use callee::LoweredWorkflow;
use naming::ProgramNames;
use report::{Reported, Reports};
use variables::Variables;
use workflow::{Library, Lowering};

use crate::arazzo::document::{self, Description};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::graph::topological_order;
use crate::lint::UndeclaredProperties;
use crate::model::{ClientModule, Program, WorkflowNames};
use crate::names::ident;
use crate::openapi::index::Index;

/// A generated client that workflows may call.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The name of its module in the generated crate.
    pub module: &'a str,
    /// The Cargo feature that enables it.
    pub feature: Option<&'a str>,
    pub index: &'a Index,
}

/// An Arazzo document, and the documents that its source descriptions refer to.
#[derive(Clone, Debug)]
pub struct LinkedDocument<'a> {
    pub description: &'a Description,
    /// The clients, by the names of the source descriptions.
    pub sources: BTreeMap<String, usize>,
    /// The Arazzo documents, by the names of the source descriptions.
    pub documents: BTreeMap<String, usize>,
}

/// A workflow of one of the documents, with its Rust names.
pub(crate) struct Entry<'a> {
    document: usize,
    workflow: &'a document::Workflow,
    names: WorkflowNames,
}

/// Lowers all documents. The program must not be emitted if the diagnostics contain errors.
///
/// Removes from `undeclared` the properties that are reported here because they are not sent.
pub fn program(
    documents: &[LinkedDocument<'_>],
    clients: &[Client<'_>],
    undeclared: &UndeclaredProperties,
    diagnostics: &mut Diagnostics,
) -> Program {
    let mut names = ProgramNames::new();
    let entries: Vec<Entry<'_>> = documents
        .iter()
        .enumerate()
        .flat_map(|(document, linked)| {
            let workflows = linked.description.workflows.iter();
            workflows.map(move |workflow| (document, workflow))
        })
        .map(|(document, workflow)| Entry {
            document,
            workflow,
            names: names.workflow(&workflow.id),
        })
        .collect();
    let mut lowered: Vec<Option<Result<LoweredWorkflow, Reported>>> =
        entries.iter().map(|_| None).collect();
    let sent_on = received::sent_by_callers(documents, &entries);
    let mut found: Vec<Vec<Diagnostic>> = vec![Vec::new(); entries.len()];
    for number in topological_order(&dependencies(documents, &entries)) {
        let workflow = (number, lowered.as_slice());
        let context = (undeclared, sent_on.as_slice());
        let (findings, result) = lower_workflow(documents, clients, &entries, workflow, context);
        found[number] = findings;
        lowered[number] = result;
    }
    let mut program = Program {
        apis: client_modules(clients),
        ..Program::default()
    };
    let mut variables = Variables::default();
    for ((entry, findings), result) in entries.iter().zip(found).zip(lowered) {
        diagnostics.extend(findings);
        match result {
            Some(Ok(LoweredWorkflow {
                workflow,
                input_variables,
            })) => {
                variables.add_inputs(program.workflows.len(), &workflow, input_variables);
                program.workflows.push(workflow);
            }
            Some(Err(_)) => {}
            None => diagnostics.extend(circular_workflow(documents, entry)),
        }
    }
    variables.assign_to(&mut program);
    program
}

/// Lowers the workflow with this index. The workflows it runs must have been lowered before.
fn lower_workflow(
    documents: &[LinkedDocument<'_>],
    clients: &[Client<'_>],
    entries: &[Entry<'_>],
    (number, lowered): (usize, &[Option<Result<LoweredWorkflow, Reported>>]),
    (undeclared, sent_on): (&UndeclaredProperties, &[BTreeSet<String>]),
) -> (Vec<Diagnostic>, Option<Result<LoweredWorkflow, Reported>>) {
    let found = entries.get(number);
    let found = found.and_then(|entry| {
        let linked = documents.get(entry.document)?;
        Some((entry, linked, sent_on.get(number)?))
    });
    let Some((entry, linked, sent_on)) = found else {
        return (Vec::new(), None);
    };
    let library = Library {
        linked,
        entries,
        lowered,
    };
    let reports = Reports::new(&linked.description.file);
    let expanded = expand::expand(entry.workflow, &library, &reports);
    let lowering = Lowering {
        linked,
        clients,
        library: &library,
        workflow: &expanded.workflow,
        origins: &expanded.origins,
        undeclared,
        sent_on,
        reports,
    };
    let result = lowering.lower(&entry.names);
    (lowering.reports.into_findings(), Some(result))
}

fn client_modules(clients: &[Client<'_>]) -> Vec<ClientModule> {
    let module = |client: &Client<'_>| ClientModule {
        module: ident(client.module),
        feature: client.feature.map(str::to_owned),
    };
    clients.iter().map(module).collect()
}

/// Returns the error for a workflow that was not lowered, because it is in a cycle or runs a workflow in one.
fn circular_workflow(documents: &[LinkedDocument<'_>], entry: &Entry<'_>) -> Option<Diagnostic> {
    let file = &documents.get(entry.document)?.description.file;
    let message = format!(
        "the workflow `{}` runs or goes to itself, directly or through others",
        entry.workflow.id
    );
    let pointer = entry.workflow.pointer.as_str();
    Some(Diagnostic::new(Code::CircularWorkflow, file, pointer, message).help("break the cycle"))
}

/// Returns the index of the workflow that a document refers to.
fn workflow_index(
    linked: &LinkedDocument<'_>,
    entries: &[Entry<'_>],
    wanted: &document::WorkflowRef,
) -> Option<usize> {
    let in_document = |entry: &Entry<'_>| match &wanted.source {
        None => linked
            .description
            .workflows
            .iter()
            .any(|workflow| std::ptr::eq(workflow, entry.workflow)),
        Some(name) => linked.documents.get(name) == Some(&entry.document),
    };
    entries
        .iter()
        .position(|entry| entry.workflow.id == wanted.id && in_document(entry))
}

/// Returns, for each workflow, the indices of the workflows it runs.
fn dependencies(documents: &[LinkedDocument<'_>], entries: &[Entry<'_>]) -> Vec<Vec<usize>> {
    let dependencies = |entry: &Entry<'_>| {
        let linked = documents.get(entry.document);
        let runs = expand::workflows::referenced(entry.workflow);
        let numbers = runs
            .into_iter()
            .filter_map(|wanted| workflow_index(linked?, entries, wanted));
        numbers.collect()
    };
    entries.iter().map(dependencies).collect()
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
