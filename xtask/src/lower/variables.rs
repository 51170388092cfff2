//! Variables of handles, which provide values for inputs of workflows.

use std::collections::BTreeMap;

use super::convert::shared;
use crate::model::{Program, Ty, Variable, Workflow};
use crate::names::Scope;

/// An input bound to a variable.
struct Wired {
    workflow: usize,
    input: usize,
    ty: Ty,
}

/// The inputs of all workflows, by the names of the variables they are bound to.
#[derive(Default)]
pub(crate) struct Variables(BTreeMap<String, Vec<Wired>>);

impl Variables {
    /// Adds the inputs of a workflow. `wired` contains the name of the variable of each input.
    pub(crate) fn note(&mut self, number: usize, workflow: &Workflow, wired: Vec<Option<String>>) {
        for (input, (declared, name)) in workflow.inputs.iter().zip(wired).enumerate() {
            if let Some(name) = name {
                self.0.entry(name).or_default().push(Wired {
                    workflow: number,
                    input,
                    ty: declared.ty.clone(),
                });
            }
        }
    }

    /// Assigns a type and a field to each variable. Inputs of another type are not bound and remain parameters.
    pub(crate) fn settle(self, program: &mut Program) {
        let mut scope = Scope::new();
        for (name, wired) in self.0 {
            let types: Vec<&Ty> = wired.iter().map(|wired| &wired.ty).collect();
            let Some(ty) = shared(&types) else { continue };
            let variable = program.variables.len();
            for wired in wired.iter().filter(|wired| wired.ty == ty) {
                let workflow = program.workflows.get_mut(wired.workflow);
                if let Some(input) = workflow.and_then(|it| it.inputs.get_mut(wired.input)) {
                    input.variable = Some(variable);
                }
            }
            program.variables.push(Variable {
                field: scope.snake(&name),
                name,
                ty,
            });
        }
    }
}
