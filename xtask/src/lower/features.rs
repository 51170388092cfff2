//! Cargo features that parts of the generated crate require.
//!
//! A document names its feature with `x-cargo-feature`. Its client and the workflows that call it are only compiled
//! with that feature. These workflows are in a separate module with its own handle and catalogue. Enabling a
//! feature therefore only adds items to the crate.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use crate::model::{Callee, Program, Workflow, WorkflowGroup};
use crate::names::{Scope, bare};

/// Groups the workflows by the features they require. The first group requires none and is always present.
pub fn groups(program: &Program) -> Vec<WorkflowGroup> {
    let mut sets: BTreeSet<BTreeSet<String>> = program
        .workflows
        .iter()
        .map(|workflow| features(program, workflow))
        .collect();
    sets.insert(BTreeSet::new());
    let mut scope = Scope::with(&["catalogue", "handle", "schemas"]);
    for workflow in &program.workflows {
        scope.take(bare(&workflow.names.module));
    }
    let mut groups: Vec<WorkflowGroup> = sets
        .into_iter()
        .map(|set| WorkflowGroup {
            module: (!set.is_empty()).then(|| {
                let name: Vec<&str> = set.iter().map(String::as_str).collect();
                scope.module(&name.join("_"), "feature")
            }),
            imports: Vec::new(),
            program: subset(program, &set),
            features: set,
        })
        .collect();
    let imports: Vec<Vec<String>> = groups.iter().map(|group| imports(group, &groups)).collect();
    for (group, imports) in groups.iter_mut().zip(imports) {
        group.imports = imports;
    }
    groups
}

/// Returns the features that the clients of a workflow require.
fn features(program: &Program, workflow: &Workflow) -> BTreeSet<String> {
    let apis = workflow.clients.iter();
    apis.filter_map(|client| program.apis.get(client.api)?.feature.clone())
        .collect()
}

/// Returns the workflows with exactly these features, and the variables of their inputs.
fn subset(program: &Program, set: &BTreeSet<String>) -> Program {
    let mut workflows: Vec<Workflow> = program
        .workflows
        .iter()
        .filter(|workflow| features(program, workflow) == *set)
        .cloned()
        .collect();
    let used: BTreeSet<usize> = workflows
        .iter()
        .flat_map(|workflow| workflow.inputs.iter().filter_map(|input| input.variable))
        .collect();
    let inputs = workflows
        .iter_mut()
        .flat_map(|workflow| &mut workflow.inputs);
    for input in inputs {
        input.variable = input
            .variable
            .and_then(|variable| used.iter().position(|used| *used == variable));
    }
    let variables = used
        .iter()
        .filter_map(|number| program.variables.get(*number));
    Program {
        apis: program.apis.clone(),
        workflows,
        variables: variables.cloned().collect(),
        variables_of: None,
    }
}

/// Returns the paths of the modules of other groups whose workflows a group runs.
fn imports(group: &WorkflowGroup, groups: &[WorkflowGroup]) -> Vec<String> {
    let has = |other: &WorkflowGroup, module: &Ident| {
        let mut workflows = other.program.workflows.iter();
        workflows.any(|workflow| workflow.names.module == *module)
    };
    let steps = group.program.workflows.iter().flat_map(|w| &w.steps);
    let paths: BTreeSet<String> = steps
        .filter_map(|step| match &step.call.callee {
            Callee::Workflow(nested) if !has(group, &nested.names.module) => {
                Some(&nested.names.module)
            }
            _ => None,
        })
        .filter_map(|module| {
            let owner = groups.iter().find(|other| has(other, module))?;
            Some(match &owner.module {
                Some(folder) => format!("super::{folder}::{module}"),
                None => format!("super::{module}"),
            })
        })
        .collect();
    paths.into_iter().collect()
}

/// Returns `true` if Cargo accepts this as the name of a feature.
pub fn is_feature_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
}
