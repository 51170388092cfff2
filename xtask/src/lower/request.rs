//! Calls of steps: requests, and runs of other workflows.

use super::assign::Assigner;
use super::plan::{CallPlan, PlannedSlot, RequestPlan, RunPlan};
use super::report::{Reported, all};
use crate::model::{
    Argument, Assignment, BodyValue, Callee, Credential, FieldAssignment, OptionalParameters,
    OtherFields, ParameterLocation, Pass, Request, ResponseBody, StepCall, UndeclaredParameter,
    ValueSource, WorkflowRun,
};
use crate::names::{bare, ident};
use crate::openapi::index;

impl Assigner<'_, '_> {
    /// Lowers the call of a step. `clients` are the indices of the required clients of the workflow.
    pub(crate) fn call(
        &self,
        plan: &CallPlan<'_>,
        clients: Vec<usize>,
    ) -> Result<StepCall, Reported> {
        match plan {
            CallPlan::Request(request) => {
                let client = clients.first().copied().unwrap_or_default();
                self.request(request, client)
            }
            CallPlan::Run(run) => self.run(run, clients),
        }
    }

    fn request(&self, plan: &RequestPlan<'_>, client: usize) -> Result<StepCall, Reported> {
        let operation = plan.called.operation;
        let declared = operation.arguments.iter().zip(&plan.arguments);
        let mut times = Vec::new();
        let arguments = all(declared.map(|(argument, slot)| {
            let mut value = self.planned_slot(slot)?;
            if let Some(time) = self.time_as_text(argument, slot)? {
                value.source = ValueSource::Absent;
                times.push(time);
            }
            let name = ident(&bare(&argument.ident));
            let pass = pass(argument.pass);
            Ok((argument, Argument { name, pass, value }))
        }));
        let credentials = all(plan.credentials.iter().map(|credential| {
            Ok(Credential {
                scheme: credential.scheme.to_owned(),
                value: self.planned(&credential.value)?,
            })
        }));
        let undeclared = all(plan.undeclared.iter().map(|parameter| {
            Ok(UndeclaredParameter {
                location: parameter.location,
                name: parameter.name.to_owned(),
                value: self.undeclared(&parameter.value)?,
            })
        }));
        let body = plan.body.as_ref().map(|(body, value)| {
            let (value, body_values) = self.body(value, &body.media_type)?;
            let argument = Argument {
                name: ident("request"),
                pass: pass(body.pass),
                value,
            };
            Ok((argument, body_values))
        });
        // After the values of the body that they replace.
        let replaced = all(plan.replaced.iter().map(|replacement| {
            Ok(BodyValue {
                pointer: replacement.target.clone(),
                value: self.planned(&replacement.value)?,
            })
        }));
        let mut undeclared = undeclared?;
        let (body, mut body_values) = match body.transpose()? {
            Some((body, values)) => (Some(body), values),
            None => (None, Vec::new()),
        };
        body_values.extend(replaced?);
        let arguments = arguments?;
        undeclared.extend(times);
        let (optional, arguments): (Vec<_>, Vec<_>) = arguments
            .into_iter()
            .partition(|(argument, _)| argument.in_params);
        let declared = optional.len();
        // Omitted parameters have no field.
        let fields: Vec<FieldAssignment> = optional
            .into_iter()
            .map(|(_, Argument { name, value, .. })| FieldAssignment { field: name, value })
            .filter(|field| !matches!(field.value.source, ValueSource::Absent))
            .collect();
        let params = operation.params.as_deref().map(|name| OptionalParameters {
            name: ident(name),
            rest: match fields.len() == declared {
                true => OtherFields::None,
                false => OtherFields::Default,
            },
            fields,
        });
        Ok(StepCall {
            operation: operation.id.clone(),
            summary: operation.summary.clone(),
            route: Some(format!("{} {}", operation.http, operation.path)),
            response: plan.called.body(),
            callee: Callee::Request(Box::new(Request {
                client,
                method: ident(&bare(&operation.method)),
                constant: ident(&operation.constant),
                arguments: arguments
                    .into_iter()
                    .map(|(_, argument)| argument)
                    .collect(),
                params,
                omits_body: body.is_none() && operation.body.is_some(),
                body,
                credentials: credentials?,
                undeclared,
                body_values,
                timeout: plan.timeout,
            })),
        })
    }

    /// Returns an optional parameter that is a time of the document, or of a response, as it is written there. The type
    /// of the argument has times in UTC, so the parameter is sent in the same way as an undeclared one.
    fn time_as_text(
        &self,
        argument: &index::Argument,
        slot: &PlannedSlot<'_>,
    ) -> Result<Option<UndeclaredParameter>, Reported> {
        let location = match argument.location {
            index::ArgumentLocation::Path => return Ok(None),
            index::ArgumentLocation::Query => ParameterLocation::Query,
            index::ArgumentLocation::Header => ParameterLocation::Header,
            index::ArgumentLocation::Cookie => ParameterLocation::Cookie,
        };
        let planned = slot.value.as_ref();
        let planned = planned.filter(|_| argument.ty == index::Ty::DateTime && !argument.required);
        let Some(planned) = planned.filter(|planned| self.is_written(planned)) else {
            return Ok(None);
        };
        Ok(Some(UndeclaredParameter {
            location,
            name: argument.name.clone(),
            value: self.undeclared(planned)?,
        }))
    }

    /// Lowers the run of another workflow.
    fn run(&self, plan: &RunPlan<'_>, clients: Vec<usize>) -> Result<StepCall, Reported> {
        let workflow = &plan.lowered.workflow;
        let inputs = workflow.inputs.iter().zip(&plan.inputs);
        let fields = inputs.map(|(input, slot)| {
            Ok(FieldAssignment {
                field: input.field.clone(),
                value: self.planned_slot(slot)?,
            })
        });
        Ok(StepCall {
            operation: workflow.id.clone(),
            summary: workflow.summary.clone(),
            route: None,
            response: ResponseBody::Outputs,
            callee: Callee::Workflow(Box::new(WorkflowRun {
                names: workflow.names.clone(),
                fields: all(fields)?,
                clients,
            })),
        })
    }

    fn planned_slot(&self, slot: &PlannedSlot<'_>) -> Result<Assignment, Reported> {
        match &slot.value {
            Some(value) => self.planned(value),
            None => Ok(Assignment {
                ty: slot.ty.clone(),
                source: ValueSource::Absent,
            }),
        }
    }
}

fn pass(pass: index::Pass) -> Pass {
    match pass {
        index::Pass::Reference => Pass::Reference,
        index::Pass::Text => Pass::Text,
        index::Pass::OptionalText => Pass::OptionalText,
        index::Pass::Value => Pass::Value,
    }
}
