//! Checks of references to other workflows: those that run before, and those whose inputs and outputs are read.

use super::{Checker, action_target};
use crate::arazzo::document::{GotoTarget, Target, Workflow, WorkflowRef};
use crate::arazzo::expression::{Field, Named};
use crate::diagnostic::Code;
use crate::diagnostic::suggestion::{shorten, suggest};

impl Checker<'_, '_> {
    /// Checks an expression that reads an input or output of a workflow.
    pub(super) fn other_workflow(&mut self, at: &str, id: &str, field: Field, named: &Named) {
        let elsewhere = || {
            let mut before = self.workflow.depends_on.iter();
            let before = before.find(|before| before.workflow.id == id)?;
            self.sources
                .workflow(self.description, &before.workflow)
                .ok()
        };
        let Some(other) = self.description.workflow(id).or_else(elsewhere) else {
            let help = suggest(
                id,
                self.description
                    .workflows
                    .iter()
                    .map(|workflow| &workflow.id),
            );
            self.report.add(
                Code::UnknownWorkflow,
                at,
                format!("unknown workflow `{}`", shorten(id)),
                "not found",
                help,
            );
            return;
        };
        let names: Vec<&String> = match field {
            Field::Inputs => other.inputs.fields.keys().collect(),
            Field::Outputs => other.outputs.keys().collect(),
        };
        if named
            .resolve(|name| names.iter().any(|known| *known == name))
            .is_none()
        {
            let (kind, code) = match field {
                Field::Inputs => ("input", Code::UnknownInput),
                Field::Outputs => ("output", Code::UnknownOutput),
            };
            let message = format!(
                "the workflow `{id}` has no {kind} `{}`",
                shorten(&named.name)
            );
            self.report.add(
                code,
                at,
                message,
                "not declared",
                suggest(&named.name, names),
            );
        }
        if id != self.workflow.id && !self.runs(id) {
            let help = format!("add `dependsOn: [{id}]`");
            self.report.add(
                Code::MissingDependency,
                at,
                format!("the workflow `{id}` does not run before this one"),
                "not available here",
                Some(help),
            );
        }
    }

    /// Returns `true` if this workflow runs another one: before its steps, in a step or in an action.
    fn runs(&self, id: &str) -> bool {
        let is = |wanted: &WorkflowRef| wanted.id == id;
        let before = self.workflow.depends_on.iter();
        let mut steps = self.workflow.steps.iter();
        before.into_iter().any(|before| is(&before.workflow))
            || steps.any(|step| {
                let mut actions = step.on_success.iter().chain(&step.on_failure);
                matches!(&step.target, Target::Workflow(wanted) if is(wanted))
                || actions.any(
                    |action| matches!(action_target(action), Some(GotoTarget::Workflow(wanted)) if is(wanted)),
                )
            })
    }

    /// Checks the workflows that run before this one.
    pub(super) fn dependencies(&mut self) {
        for dependency in &self.workflow.depends_on {
            match self
                .sources
                .workflow(self.description, &dependency.workflow)
            {
                Ok(other) => {
                    self.mark_passed_on(other);
                    let fields = &self.workflow.inputs.fields;
                    let required = other.inputs.fields.iter();
                    let missing: Vec<String> = required
                        .filter(|(name, field)| field.required && !fields.contains_key(*name))
                        .map(|(name, _)| format!("`{name}`"))
                        .collect();
                    if !missing.is_empty() {
                        let names = missing.join(", ");
                        let what = if missing.len() == 1 {
                            "input"
                        } else {
                            "inputs"
                        };
                        let message = format!(
                            "the workflow `{}`, which runs before this one, requires the {what} {names}",
                            other.id
                        );
                        self.report.add(
                            Code::UndeclaredInput,
                            &dependency.pointer,
                            message,
                            "not declared here",
                            Some(format!("declare {names} under `inputs`")),
                        );
                    }
                }
                Err(Some(unknown)) => self.report.unknown(&dependency.pointer, unknown),
                Err(None) => {}
            }
        }
    }

    /// Marks the inputs that another workflow, and those that it depends on, receive by having the same names.
    pub(super) fn mark_passed_on(&mut self, other: &Workflow) {
        let mut open = vec![other];
        let mut seen: Vec<&Workflow> = Vec::new();
        while let Some(workflow) = open.pop() {
            if seen.iter().any(|it| std::ptr::eq(*it, workflow)) {
                continue;
            }
            seen.push(workflow);
            self.used.extend(workflow.inputs.fields.keys().cloned());
            let mut own = self.description.workflows.iter();
            if own.any(|it| std::ptr::eq(it, workflow)) {
                let before = workflow.depends_on.iter().map(|before| &before.workflow);
                let before = before.filter(|it| it.source.is_none());
                open.extend(before.filter_map(|it| self.description.workflow(&it.id)));
            }
        }
    }
}
