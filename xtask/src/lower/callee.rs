//! Steps that run another workflow: which one, and what its inputs are filled with.

use serde_json::Value;

use super::Checker;
use super::request::Called;
use crate::arazzo::document::{self, WorkflowRef};
use crate::diagnostic::Code;
use crate::lower::assign::{Filler, Slot};
use crate::lower::read_expression::Answer;
use crate::model::{
    Assignment, Callee, FieldAssignment, ResponseBody, StepCall, ValueSource, Workflow, WorkflowRun,
};
use crate::openapi::index;

/// What a step calls.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Operation(Called<'a>),
    Workflow(&'a Checked),
}

/// A workflow that has been checked.
pub(crate) struct Checked {
    pub workflow: Workflow,
    /// For each of its inputs the variable that it is wired to.
    pub wired: Vec<Option<String>>,
}

impl<'a> Target<'a> {
    /// What expressions can read of the answer.
    pub(crate) fn answer(&self) -> Answer<'a> {
        match self {
            Self::Operation(called) => called.answer(),
            Self::Workflow(nested) => Answer::Outputs(&nested.workflow),
        }
    }

    /// What the call gives.
    pub(crate) fn kind(&self) -> ResponseBody {
        match self {
            Self::Operation(called) => called.kind(),
            Self::Workflow(_) => ResponseBody::Outputs,
        }
    }

    /// The clients that are needed, by their numbers.
    pub(crate) fn apis(&self) -> Vec<usize> {
        match self {
            Self::Operation(called) => vec![called.api],
            Self::Workflow(nested) => {
                let clients = nested.workflow.clients.iter();
                clients.map(|client| client.api).collect()
            }
        }
    }
}

impl<'a> Checker<'a> {
    /// The workflow that a step runs, if it has been checked.
    pub(crate) fn nested(&self, wanted: &WorkflowRef) -> Option<&'a Checked> {
        let number = super::number_of(self.linked, self.all, wanted)?;
        self.done.get(number)?.as_ref()
    }

    /// The run of another workflow; `clients` are those it is given.
    pub(crate) fn run(
        &self,
        step: &document::Step,
        nested: &Checked,
        clients: Vec<usize>,
        filler: &Filler<'_>,
    ) -> StepCall {
        let Checked { workflow, wired } = nested;
        let mut fields = Vec::new();
        for (input, wired) in workflow.inputs.iter().zip(wired) {
            let place = match input.required {
                true => input.ty.clone(),
                false => input.ty.clone().optional(),
            };
            let given = step
                .parameters
                .iter()
                .find(|parameter| parameter.name == input.id);
            let filling = match given {
                Some(parameter) => {
                    let schema = workflow
                        .inputs_schema
                        .pointer("/properties")
                        .and_then(|properties| properties.get(&input.id));
                    let about = index::About {
                        variable: wired.clone(),
                        schema: schema.cloned().unwrap_or(Value::Null),
                        ..index::About::default()
                    };
                    let slot = Slot {
                        ty: &place,
                        about: &about,
                    };
                    filler.fill(&parameter.value, slot, &parameter.value_pointer)
                }
                None => {
                    if input.required {
                        let message = format!(
                            "the workflow `{}` requires the input `{}`",
                            workflow.id, input.id
                        );
                        filler.say(
                            self.at(&step.pointer)
                                .diagnostic(Code::MissingParameter, message),
                        );
                    }
                    Assignment {
                        ty: place,
                        source: ValueSource::Absent,
                    }
                }
            };
            fields.push(FieldAssignment {
                field: input.field.clone(),
                value: filling,
            });
        }
        StepCall {
            operation: workflow.id.clone(),
            summary: workflow.summary.clone(),
            route: None,
            response: ResponseBody::Outputs,
            callee: Callee::Workflow(Box::new(WorkflowRun {
                names: workflow.names.clone(),
                fields,
                clients,
            })),
        }
    }
}
