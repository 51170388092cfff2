//! Checks of calls: the operations and workflows that steps name, and their parameters.

use super::literal::{misfit_as_text, same_spelling};
use super::report::Report;
use super::security;
use crate::arazzo::document::{
    Description, Location, OperationRef, Parameter, Step, Target, Workflow,
};
use crate::arazzo::sources::Sources;
use crate::arazzo::template::Template;
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostics, child};
use crate::openapi::description::{ApiDescription, Operation};

pub(crate) fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    for workflow in &description.workflows {
        for step in &workflow.steps {
            let mut checker = Checker {
                report: Report {
                    file: &description.file,
                    found,
                },
            };
            match &step.target {
                Target::Operation(reference) => match sources.operation(reference) {
                    Ok((_, api, operation)) => {
                        checker.spelling(step, reference, operation);
                        checker.parameters(step, api, operation);
                        checker.body(step, api, operation);
                        checker.security(step, api, operation);
                    }
                    Err(Some(unknown)) => {
                        let key = match reference {
                            OperationRef::Id { .. } => "operationId",
                            OperationRef::Path { .. } => "operationPath",
                        };
                        checker.report.unknown(&child(&step.pointer, key), unknown);
                    }
                    Err(None) => {}
                },
                Target::Workflow(reference) => match sources.workflow(description, reference) {
                    Ok(target) => checker.workflow_inputs(step, target),
                    Err(Some(unknown)) => {
                        checker
                            .report
                            .unknown(&child(&step.pointer, "workflowId"), unknown);
                    }
                    Err(None) => {}
                },
                Target::Unreadable => {}
            }
        }
        security::credentials(description, workflow, sources, found);
    }
}

/// Checks the request of a step.
pub(crate) struct Checker<'c> {
    pub(crate) report: Report<'c>,
}

impl Checker<'_> {
    /// Reports an operation whose name is spelled differently in the API description.
    fn spelling(&mut self, step: &Step, reference: &OperationRef, operation: &Operation<'_>) {
        let (OperationRef::Id { source, id }, Some(known)) = (reference, operation.id) else {
            return;
        };
        if known != id {
            let message = format!(
                "the operation `{}` is spelled `{known}` in the API description",
                shorten(id)
            );
            let written = source.as_ref().map_or(known.to_owned(), |source| {
                format!("$sourceDescriptions.{source}.{known}")
            });
            self.report.add(
                Code::NonStandard,
                &child(&step.pointer, "operationId"),
                message,
                "accepted, but spelled differently",
                Some(format!("write `{written}`")),
            );
        }
    }

    fn parameters<'d>(&mut self, step: &Step, api: ApiDescription<'d>, operation: &Operation<'d>) {
        for parameter in &step.parameters {
            // The parts of a query string are checked against the parameters of the client.
            if let Some(location) = parameter.location.filter(|it| *it != Location::QueryString) {
                self.parameter(parameter, location, api, operation);
            }
        }
        self.missing_parameters(step, operation);
    }

    fn parameter<'d>(
        &mut self,
        parameter: &Parameter,
        location: Location,
        api: ApiDescription<'d>,
        operation: &Operation<'d>,
    ) {
        if let Some(declared) = operation.parameter(&parameter.name, location) {
            if let (Template::Literal(value), Some(schema)) = (&parameter.value, declared.schema())
                && let Some(problem) = misfit_as_text(api, schema.value, value)
            {
                let message = format!(
                    "invalid value of the parameter `{}`: {problem}",
                    shorten(&parameter.name)
                );
                self.report.add(
                    Code::InvalidParameterValue,
                    &parameter.value_pointer,
                    message,
                    "rejected by the schema",
                    None,
                );
            }
            return;
        }
        let mut spelled = operation.parameters.iter().filter(|declared| {
            declared.location == Location::Path
                && location == Location::Path
                && same_spelling(declared.name, &parameter.name)
        });
        let is_authorization =
            location == Location::Header && parameter.name.eq_ignore_ascii_case("authorization");
        if let Some(declared) = spelled.next() {
            let (title, name) = (operation.title(), declared.name);
            self.report.add(
                Code::NonStandard,
                &child(&parameter.pointer, "name"),
                format!("the path parameter of {title} is spelled `{name}`"),
                "accepted, but spelled differently",
                Some(format!("write `{name}`")),
            );
        } else if is_authorization
            || api
                .schemes_sent_as(&parameter.name, location)
                .next()
                .is_some()
        {
            let message = format!(
                "the parameter `{}` is a credential",
                shorten(&parameter.name)
            );
            let help = "remove it: the client sends its credential; use `x-security` for a credential of the step";
            self.report.add(
                Code::CredentialParameter,
                &parameter.pointer,
                message,
                "replaces the credential of the client",
                Some(help.to_owned()),
            );
        } else {
            self.unknown_parameter(parameter, location, operation);
        }
    }

    /// Reports required parameters that a step does not give.
    fn missing_parameters(&mut self, step: &Step, operation: &Operation<'_>) {
        let is_given = |name: &str, location| {
            step.parameters.iter().any(|parameter| {
                location == Location::Query && parameter.location == Some(Location::QueryString)
                    || parameter.location == Some(location)
                        && (parameter.name == name
                            || location == Location::Header
                                && parameter.name.eq_ignore_ascii_case(name)
                            || location == Location::Path && same_spelling(&parameter.name, name))
            })
        };
        let required = operation
            .parameters
            .iter()
            .filter(|declared| declared.required);
        for declared in required {
            // Credentials are not parameters, and the client sets these headers.
            let by_client = declared.location == Location::Header
                && ["authorization", "accept", "content-type"]
                    .contains(&declared.name.to_ascii_lowercase().as_str());
            if by_client || is_given(declared.name, declared.location) {
                continue;
            }
            let (name, location) = (declared.name, declared.location.as_str());
            self.report.add(
                Code::MissingParameter,
                &step.pointer,
                format!(
                    "missing required {location} parameter `{name}` of {}",
                    operation.title()
                ),
                "required",
                Some(format!(
                    "add `name: {name}`, `in: {location}` and a `value`"
                )),
            );
        }
    }

    /// Reports a parameter that the operation does not declare in this location.
    fn unknown_parameter(
        &mut self,
        parameter: &Parameter,
        location: Location,
        operation: &Operation<'_>,
    ) {
        let (name, title) = (shorten(&parameter.name), operation.title());
        let mut declared = operation.parameters.iter();
        let elsewhere = declared.find(|declared| declared.name == parameter.name);
        let names = operation.parameters.iter().map(|declared| declared.name);
        let meant = did_you_mean(&parameter.name, names);
        let is_misspelled = meant.is_some();
        let (message, help) = match elsewhere {
            Some(declared) => (
                format!(
                    "the parameter `{name}` of {title} is not a {} parameter",
                    location.as_str()
                ),
                format!("write `in: {}`", declared.location.as_str()),
            ),
            None => (
                format!("{title} has no {} parameter `{name}`", location.as_str()),
                meant.unwrap_or_else(|| {
                    "remove it, or declare it in the API description with an overlay".to_owned()
                }),
            ),
        };
        let is_free = matches!(
            location,
            Location::Header | Location::Query | Location::Cookie
        );
        if parameter.inherited {
            // Parameters of a workflow apply to all steps, and not every operation declares all of them.
            self.report.add_as_warning(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not sent by this step",
                Some(help),
            );
        } else if elsewhere.is_some() {
            self.report.add(
                Code::ParameterLocation,
                &child(&parameter.pointer, "in"),
                message,
                "wrong location",
                Some(help),
            );
        } else if is_free && !is_misspelled {
            // API descriptions can be incomplete. A name close to a declared one is a misspelling.
            self.report.add_as_warning(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not declared, sent as it is",
                Some(help),
            );
        } else {
            self.report.add(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not declared",
                Some(help),
            );
        }
    }

    fn workflow_inputs(&mut self, step: &Step, target: &Workflow) {
        if target.inputs.fields.is_empty() && !target.inputs.pointer.is_empty() {
            return; // The schema says nothing about single inputs.
        }
        for parameter in step
            .parameters
            .iter()
            .filter(|parameter| !parameter.inherited)
        {
            if !target.inputs.fields.contains_key(&parameter.name) {
                let message = format!(
                    "the workflow `{}` has no input `{}`",
                    target.id,
                    shorten(&parameter.name)
                );
                self.report.add(
                    Code::UnknownParameter,
                    &parameter.pointer,
                    message,
                    "not declared",
                    did_you_mean(&parameter.name, target.inputs.fields.keys()),
                );
            }
        }
        for (name, _) in target
            .inputs
            .fields
            .iter()
            .filter(|(_, field)| field.required && field.schema.get("default").is_none())
        {
            if !step
                .parameters
                .iter()
                .any(|parameter| parameter.name == *name)
            {
                let message = format!(
                    "missing required input `{name}` of the workflow `{}`",
                    target.id
                );
                self.report.add(
                    Code::MissingParameter,
                    &step.pointer,
                    message,
                    "required",
                    Some(format!("add a parameter `{name}`")),
                );
            }
        }
        if let Some(body) = &step.body {
            self.report.add(
                Code::IgnoredField,
                &body.pointer,
                "a workflow takes no request body",
                "has no effect",
                Some("pass the inputs as `parameters`".to_owned()),
            );
        }
    }
}
