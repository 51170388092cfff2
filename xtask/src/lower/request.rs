//! Calls of steps: requests, and runs of other workflows.

use super::assign::Assigner;
use super::plan::{CallPlan, PlannedReplacement, PlannedSlot, RequestPlan, RunPlan};
use super::read_expression::Scope;
use super::received::given_values;
use super::report::{Reported, all};
use crate::arazzo::expression::Expression;
use crate::arazzo::template::Template;
use crate::model::{
    Argument, ArgumentValue, Assignment, BodyValue, Callee, Conversion, Credential,
    FieldAssignment, OptionalParameters, OtherFields, Pass, Request, ResponseBody, StepCall, Ty,
    UndeclaredParameter, ValueSource, WorkflowRun,
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
        let mut argument_values = Vec::new();
        let arguments = all(declared.map(|(argument, slot)| {
            let value = self.planned_slot(slot)?;
            argument_values.extend(self.argument_value(argument, slot)?);
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
                value: self.replacement(replacement)?,
            })
        }));
        let undeclared = undeclared?;
        let (body, values) = match body.transpose()? {
            Some((body, values)) => (Some(body), values),
            None => (None, Vec::new()),
        };
        let (given, mut body_values) = given_values(values);
        body_values.extend(replaced?);
        let arguments = arguments?;
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
                argument_values,
                undeclared,
                body_values,
                given,
                timeout: plan.timeout,
            })),
        })
    }

    /// Returns the value of a parameter as it was written, if the type of its argument may not keep all of it.
    fn argument_value(
        &self,
        argument: &index::Argument,
        slot: &PlannedSlot<'_>,
    ) -> Result<Option<ArgumentValue>, Reported> {
        let Some(planned) = &slot.value else {
            return Ok(None);
        };
        let value = self.as_written(planned, &slot.ty)?;
        Ok(value.map(|value| ArgumentValue {
            location: match argument.location {
                index::ArgumentLocation::Path => "path",
                index::ArgumentLocation::Query => "query",
                index::ArgumentLocation::Header => "header",
                index::ArgumentLocation::Cookie => "cookie",
            },
            name: argument.name.clone(),
            value,
        }))
    }

    /// Lowers a value that replaces a part of the body. A scalar has the type of its target.
    fn replacement(&self, replacement: &PlannedReplacement<'_>) -> Result<Assignment, Reported> {
        let planned = &replacement.value;
        let value = self.planned(planned)?;
        let target = replacement
            .ty
            .as_ref()
            .filter(|ty| ty.is_scalar() || ty.is_text());
        let (Some(ty), Template::Expression(expression)) = (target, planned.value.as_ref()) else {
            return Ok(value);
        };
        let at = self.lowering.reports.at(&planned.pointer);
        let read = self.read(expression, Scope::NoResponse, at)?.read;
        if read.ty == Ty::Json && self.is_declared_as_collection(expression) {
            let mismatch = self.mismatch(at, "the input is a list or an object", ty);
            return Err(self.error(mismatch));
        }
        // JSON is sent as it is, and a time as it was received.
        if matches!(read.ty, Ty::Json | Ty::DateTime) {
            return Ok(value);
        }
        let source = match self.converted(read, ty, at)? {
            ValueSource::Read(_, Conversion::Same) => return Ok(value),
            ValueSource::Read(read, _) if read.ty.is_text() && ty.is_text() => return Ok(value),
            source => source,
        };
        let typed = Assignment {
            ty: ty.clone().optional(),
            source,
        };
        Ok(Assignment {
            ty: value.ty,
            source: ValueSource::Serialized(Box::new(typed)),
        })
    }

    /// Returns `true` if an expression is an input that is declared as a list or an object.
    fn is_declared_as_collection(&self, expression: &Expression) -> bool {
        let Expression::Input(named) = expression else {
            return false;
        };
        let field = self.lowering.workflow.inputs.fields.get(&named.name);
        let kind = field.and_then(|field| field.schema.get("type")?.as_str());
        named.pointer.is_empty() && matches!(kind, Some("array" | "object"))
    }

    /// Lowers the run of another workflow.
    fn run(&self, plan: &RunPlan<'_>, clients: Vec<usize>) -> Result<StepCall, Reported> {
        let workflow = &plan.lowered.workflow;
        let inputs = workflow.inputs.iter().zip(&plan.inputs);
        let given = inputs.clone().filter(|(input, _)| input.as_given);
        let given = given.filter_map(|(input, slot)| {
            let value = slot.value.as_ref()?;
            let value = self.as_written(value, &slot.ty).transpose()?;
            Some(value.map(|value| (input.id.clone(), value)))
        });
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
                given: all(given)?,
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
