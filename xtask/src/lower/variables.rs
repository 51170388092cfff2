//! Variables of handles, which provide values for inputs of workflows.

use std::collections::BTreeMap;

use super::convert::common_type;
use crate::model::{Program, Ty, Variable, Workflow};
use crate::names::Scope;

/// An input bound to a variable.
struct BoundInput {
    workflow: usize,
    input: usize,
    ty: Ty,
}

/// The inputs of all workflows, by the names of the variables they are bound to.
#[derive(Default)]
pub(crate) struct Variables(BTreeMap<String, Vec<BoundInput>>);

impl Variables {
    /// Adds the inputs of a workflow. `variables` contains the name of the variable of each input.
    pub(crate) fn add_inputs(
        &mut self,
        number: usize,
        workflow: &Workflow,
        variables: Vec<Option<String>>,
    ) {
        for (input, (declared, name)) in workflow.inputs.iter().zip(variables).enumerate() {
            if let Some(name) = name {
                self.0.entry(name).or_default().push(BoundInput {
                    workflow: number,
                    input,
                    ty: declared.ty.clone(),
                });
            }
        }
    }

    /// Assigns a type and a field to each variable. Inputs of another type are not bound and remain parameters.
    pub(crate) fn assign_to(self, program: &mut Program) {
        let mut scope = Scope::new();
        for (name, bound) in self.0 {
            let types: Vec<&Ty> = bound.iter().map(|bound| &bound.ty).collect();
            let Some(ty) = common_type(&types) else {
                continue;
            };
            let variable = program.variables.len();
            for bound in bound.iter().filter(|bound| bound.ty == ty) {
                let workflow = program.workflows.get_mut(bound.workflow);
                if let Some(input) = workflow.and_then(|it| it.inputs.get_mut(bound.input)) {
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
