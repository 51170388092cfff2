//! Rust names of workflows and their steps.

use proc_macro2::Ident;

use crate::model::WorkflowNames;
use crate::names::{Scope, bare, pascal_text, reserved};

/// The scopes of names shared by all workflows.
pub(crate) struct ProgramNames {
    modules: Scope,
    values: Scope,
    types: Scope,
}

impl ProgramNames {
    pub(crate) fn new() -> Self {
        Self {
            modules: Scope::with(&["handle", "catalog", "schemas"]),
            values: reserved::all()
                .chain(["new", "variables", "workflows"])
                .collect(),
            types: Scope::with(&[
                "Workflows",
                "Variables",
                "WorkflowInfo",
                "StepInfo",
                "Client",
            ]),
        }
    }

    /// Returns the names of a workflow.
    pub(crate) fn workflow(&mut self, id: &str) -> WorkflowNames {
        let function = self.values.snake(id);
        let base = pascal_text(id);
        let mut ty = |suffix: &str| {
            let name = format!("{base}{suffix}");
            // A script without upper and lower case gives a type the name of the function.
            let is_taken =
                reserved::all().any(|reserved| reserved == name) || self.values.is_taken(&name);
            let ident = match is_taken {
                true => self.types.pascal(&format!("{name}Workflow")),
                false => self.types.pascal(&name),
            };
            self.values.take(bare(&ident));
            ident
        };
        let (call, inputs, outputs, steps, step) =
            (ty(""), ty("Inputs"), ty("Outputs"), ty("Steps"), ty("Step"));
        WorkflowNames {
            module: self.modules.module(id, "workflow"),
            method: function.clone(),
            function,
            inputs,
            outputs,
            steps,
            step,
            call,
        }
    }
}

/// The scopes of names of the steps of a workflow.
pub(crate) struct StepNames {
    variants: Scope,
    fields: Scope,
    types: Scope,
}

/// The names of a step.
pub(crate) struct StepIdents {
    pub variant: Ident,
    pub field: Ident,
    pub outputs_type: Ident,
}

impl StepNames {
    pub(crate) fn new(names: &WorkflowNames) -> Self {
        let mut types: Scope = reserved::all().collect();
        for taken in [
            &names.call,
            &names.inputs,
            &names.outputs,
            &names.steps,
            &names.step,
        ] {
            types.pascal(&taken.to_string());
        }
        Self {
            variants: Scope::new(),
            fields: Scope::with(&["at"]),
            types,
        }
    }

    /// Returns the names of the step with this ID.
    pub(crate) fn step(&mut self, id: &str) -> StepIdents {
        StepIdents {
            variant: self.variants.pascal(id),
            field: self.fields.snake(id),
            outputs_type: self.outputs_type(id),
        }
    }

    /// Returns `XOutputs`, or `XStepOutputs` if that is the name of the workflow's own outputs.
    fn outputs_type(&mut self, step: &str) -> Ident {
        let base = pascal_text(step);
        let plain = format!("{base}Outputs");
        match self.types.is_taken(&plain) {
            true => self.types.pascal(&format!("{base}StepOutputs")),
            false => self.types.pascal(&plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_case_has_different_names_of_function_and_type() {
        let mut names = ProgramNames::new();
        let names = names.workflow("ワーク");
        assert_eq!(names.function.to_string(), "ワーク");
        assert_eq!(names.call.to_string(), "ワークworkflow");
        assert_ne!(names.function, names.inputs);
    }
}
