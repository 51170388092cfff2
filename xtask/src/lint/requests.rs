//! Checks of calls: the operations and workflows that steps call, and their parameters.

mod workflows;

use heck::ToSnakeCase;
use serde_json::Value;

use super::UndeclaredProperties;
use super::literal::{mismatch_as_string, same_spelling};
use super::report::Report;
use super::schema::{SchemaLookup, look_up, types};
use super::security;
use crate::arazzo::document::{
    Description, Inputs, Location, OperationRef, Parameter, Step, Target, Workflow,
};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::sources::Sources;
use crate::arazzo::template::{Template, Text, TextPart};
use crate::diagnostic::suggestion::{did_you_mean, nearest, shorten};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::openapi::description::{self as declared, ApiDescription, Operation, members};

pub(crate) fn check(
    description: &Description,
    sources: &Sources<'_>,
    undeclared: &UndeclaredProperties,
    found: &mut Diagnostics,
) {
    for workflow in &description.workflows {
        for step in &workflow.steps {
            let mut checker = Checker {
                inputs: &workflow.inputs,
                in_union: false,
                undeclared,
                report: Report::new(&description.file, found),
            };
            match &step.target {
                Target::Operation(reference) => match sources.operation(reference) {
                    Ok((source, api, operation)) => {
                        checker.report.declared = sources.declaration(source, operation);
                        checker.spelling(step, reference, operation);
                        checker.parameters(step, api, operation);
                        checker.parameter_types((workflow, step), sources, api, operation);
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
                    Ok(target) => {
                        checker.workflow_inputs(step, target);
                        checker.ignored_by_workflow(step);
                    }
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

/// Returns the schema of the part of a response that an output of an earlier step reads.
fn source_schema<'d>(
    (workflow, reader): (&Workflow, &Step),
    sources: &Sources<'d>,
    expression: &Expression,
) -> Option<&'d Value> {
    let Expression::Step { step, output } = expression else {
        return None;
    };
    let mut earlier = workflow.steps.iter().take_while(|it| it.id != reader.id);
    let step = earlier.find(|it| it.id == *step)?;
    let value = &step.outputs.get(&output.name)?.value;
    let Template::Expression(Expression::Response(Part::Body(pointer))) = value else {
        return None;
    };
    let Target::Operation(reference) = &step.target else {
        return None;
    };
    let (_, api, operation) = sources.operation(reference).ok()?;
    let responses = api.responses(operation).into_iter();
    let success = responses.filter(|(status, _)| status.starts_with('2'));
    let mut media_types = success.flat_map(|(_, response)| members(response.get("content")));
    let (_, media) = media_types.next()?;
    let schema = media.get("schema")?;
    // Several media types may have the same schema.
    if media_types.any(|(_, other)| other.get("schema") != Some(schema)) {
        return None;
    }
    let tokens: Vec<String> = pointer
        .tokens
        .iter()
        .chain(&output.pointer.tokens)
        .cloned()
        .collect();
    match look_up(Some(api), schema, &tokens) {
        SchemaLookup::Found(schema) => Some(schema),
        _ => None,
    }
}

/// Returns `true` for the schema of a string that is not known to contain a number.
fn is_string(schema: &Value) -> bool {
    let has_other_form = ["pattern", "format", "enum", "const"]
        .into_iter()
        .any(|key| schema.get(key).is_some());
    types(schema) == ["string"] && !has_other_form
}

/// Returns `true` if a text has more than digits around its expressions.
fn has_words(text: &Text) -> bool {
    let is_word = |char: char| !char.is_ascii_digit() && !matches!(char, '.' | '-' | ',');
    text.parts.iter().any(|part| match part {
        TextPart::Literal(text) => text.contains(is_word),
        TextPart::Expression(_) | TextPart::Xml(_) => false,
    })
}

/// Returns `true` if a path has a parameter of this name.
fn is_in_path(name: &str, operation: &Operation<'_>) -> bool {
    operation.path.contains(&format!("{{{name}}}"))
}

/// Checks the request of a step.
pub(crate) struct Checker<'c> {
    pub(crate) inputs: &'c Inputs,
    /// `true` for the values of an alternative of a body, which are sent as they are.
    pub(crate) in_union: bool,
    pub(crate) undeclared: &'c UndeclaredProperties,
    pub(crate) report: Report<'c>,
}

impl Checker<'_> {
    /// Reports an operation whose name is spelled differently in the API description.
    fn spelling(&mut self, step: &Step, reference: &OperationRef, operation: &Operation<'_>) {
        if let OperationRef::Path { path, .. } = reference
            && path != operation.path
        {
            let message = format!(
                "the path `{}` is written `{}` in the API description",
                shorten(path),
                operation.path
            );
            return self.report.add(
                Code::NonStandard,
                &child(&step.pointer, "operationPath"),
                message,
                "accepted, but spelled differently",
                Some(format!(
                    "write `{}`",
                    operation.path.replace('~', "~0").replace('/', "~1")
                )),
            );
        }
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
        let mut missing = missing_parameters(step, operation);
        for parameter in &step.parameters {
            let Some(location) = parameter.location else {
                continue;
            };
            // Lowering checks its parts against the parameters of the client.
            if location == Location::QueryString {
                let mut others = operation.parameters.iter();
                if others.any(|it| it.name == parameter.name && it.location != Location::Query) {
                    self.unknown_parameter(parameter, location, operation, None);
                }
                continue;
            }
            let Some(declared) = operation.parameter(&parameter.name, location) else {
                // Reported for the API description, and treated as a required string.
                if location == Location::Path && is_in_path(&parameter.name, operation) {
                    continue;
                }
                let mut spelled = operation.parameters.iter().filter(|declared| {
                    declared.location == Location::Path
                        && location == Location::Path
                        && same_spelling(declared.name, &parameter.name)
                });
                match spelled.next() {
                    Some(declared) => self.report.add(
                        Code::NonStandard,
                        &child(&parameter.pointer, "name"),
                        format!(
                            "the path parameter of {} is spelled `{}`",
                            operation.title(),
                            declared.name
                        ),
                        "accepted, but spelled differently",
                        Some(format!("write `{}`", declared.name)),
                    ),
                    None if is_credential(parameter, location, api) => self.credential(parameter),
                    None => {
                        let meant = meant_parameter(parameter, location, &mut missing);
                        self.unknown_parameter(parameter, location, operation, meant);
                    }
                }
                continue;
            };
            if let Some(style) = declared.unsupported_style() {
                self.unsupported(step, parameter, declared, style);
                continue;
            }
            if let (Template::Literal(value), Some(schema)) = (&parameter.value, declared.schema())
                && let Some(problem) = mismatch_as_string(api, schema.value, value)
            {
                let message = format!(
                    "invalid value of the parameter `{}`: {problem}",
                    shorten(&parameter.name)
                );
                self.declared_at(declared, |report| {
                    report.add(
                        Code::InvalidParameterValue,
                        &parameter.value_pointer,
                        message,
                        "rejected by the schema",
                        None,
                    );
                });
            }
        }
        // A parameter that the path does not have is reported for the API description, and left out.
        missing.retain(|declared| {
            declared.location != Location::Path || is_in_path(declared.name, operation)
        });
        // Parameters as a whole are missing, not each of them.
        if let ([_, _, ..], true) = (missing.as_slice(), step.parameters.is_empty()) {
            let names = missing.iter().map(|declared| {
                let location = declared.location.as_str();
                format!("`{}` ({location})", declared.name)
            });
            let names: Vec<String> = names.collect();
            let message = format!(
                "missing required parameters of {}: {}",
                operation.title(),
                names.join(", ")
            );
            return self.missing(step, message, "add them to `parameters`");
        }
        for declared in missing {
            let location = declared.location.as_str();
            let message = format!(
                "missing required {location} parameter `{}` of {}",
                declared.name,
                operation.title()
            );
            let help = format!(
                "add `name: {}`, `in: {location}` and a `value`",
                declared.name
            );
            self.declared_at(declared, |report| {
                report.add(
                    Code::MissingParameter,
                    &step.pointer,
                    message,
                    "required",
                    Some(help),
                );
            });
        }
    }

    /// Reports values that are strings, in whole or in part, for parameters that are numbers or booleans.
    fn parameter_types<'d>(
        &mut self,
        (workflow, step): (&Workflow, &Step),
        sources: &Sources<'d>,
        api: ApiDescription<'d>,
        operation: &Operation<'d>,
    ) {
        let is_text = |kind: &&str| !["integer", "number", "boolean"].contains(kind);
        for parameter in &step.parameters {
            let location = parameter.location;
            let declared = location.and_then(|it| operation.parameter(&parameter.name, it));
            let schema = declared.and_then(declared::Parameter::schema);
            let (Some(declared), Some(schema)) = (declared, schema) else {
                continue;
            };
            if let Template::Expression(Expression::Step {
                step: source,
                output,
            }) = &parameter.value
                && declared.required
                && *source == step.id
            {
                self.first_run(parameter, &output.name);
            }
            let kinds = types(api.resolve_value(schema.value));
            if kinds.is_empty() || kinds.iter().any(is_text) {
                continue;
            }
            let found = match &parameter.value {
                Template::Text(text) if has_words(text) => "a string with embedded expressions",
                Template::Expression(expression)
                    if source_schema((workflow, step), sources, expression)
                        .is_some_and(is_string) =>
                {
                    "a string"
                }
                _ => continue,
            };
            let message = format!(
                "the parameter `{}` takes {}, but the value is {found}",
                shorten(&parameter.name),
                kinds.join(" or ")
            );
            self.declared_at(declared, |report| {
                report.add_as_warning(
                    Code::TypeMismatch,
                    &parameter.value_pointer,
                    message,
                    "another type",
                    None,
                );
            });
        }
    }

    /// Reports a required parameter that is an output of its own step, which a loop repeats.
    fn first_run(&mut self, parameter: &Parameter, output: &str) {
        let message = format!(
            "the output `{}` of the step does not exist in its first run, but the parameter `{}` is required",
            shorten(output),
            shorten(&parameter.name)
        );
        self.report.add(
            Code::ForwardReference,
            &parameter.value_pointer,
            message,
            "not available yet",
            Some("read an output of an earlier step".to_owned()),
        );
    }

    /// Reports a step without required parameters.
    fn missing(&mut self, step: &Step, message: String, help: &str) {
        let help = Some(help.to_owned());
        let code = Code::MissingParameter;
        self.report
            .add(code, &step.pointer, message, "required", help);
    }

    /// Reports with the location of a declared parameter.
    fn declared_at(
        &mut self,
        declared: &declared::Parameter<'_>,
        add: impl FnOnce(&mut Report<'_>),
    ) {
        let operation = self.report.declared.clone();
        if let Some((_, pointer)) = &mut self.report.declared {
            pointer.clone_from(&declared.part.pointer);
        }
        add(&mut self.report);
        self.report.declared = operation;
    }

    /// Reports a parameter whose style the client does not support.
    fn unsupported(
        &mut self,
        step: &Step,
        parameter: &Parameter,
        declared: &declared::Parameter<'_>,
        style: &str,
    ) {
        let name = shorten(&parameter.name);
        let consequence = match declared.required {
            true => "so its operation has no method",
            false => "so it is sent as a plain string",
        };
        let message = format!(
            "the parameter `{name}` of the step `{}` has the style `{style}`, which is not supported, {consequence}",
            step.id
        );
        let help = "pass a string in the form that the service expects, or declare another style with an overlay";
        self.declared_at(declared, |report| {
            let finding = Diagnostic::new(
                Code::UnsupportedParameter,
                report.file,
                &parameter.pointer,
                message,
            );
            let finding = finding.label("not supported");
            let finding = match declared.required {
                true => finding,
                false => finding.as_warning(),
            };
            report.push(finding, Some(help.to_owned()));
        });
    }

    fn credential(&mut self, parameter: &Parameter) {
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
    }

    fn unknown_parameter(
        &mut self,
        parameter: &Parameter,
        location: Location,
        operation: &Operation<'_>,
        meant: Option<&declared::Parameter<'_>>,
    ) {
        let elsewhere = operation
            .parameters
            .iter()
            .find(|declared| declared.name == parameter.name);
        let required = meant.map(|meant| format!("did you mean `{}`? It is required", meant.name));
        let suggestion = required.or_else(|| {
            let names = operation.parameters.iter().map(|declared| declared.name);
            did_you_mean(&parameter.name, names)
        });
        let misspelled = suggestion.is_some();
        let (message, help) = match elsewhere {
            Some(declared) => (
                format!(
                    "the parameter `{}` of {} is not a {} parameter",
                    shorten(&parameter.name),
                    operation.title(),
                    location.as_str()
                ),
                Some(format!("write `in: {}`", declared.location.as_str())),
            ),
            None => (
                format!(
                    "{} has no {} parameter `{}`",
                    operation.title(),
                    location.as_str(),
                    shorten(&parameter.name)
                ),
                suggestion.or_else(|| {
                    Some(
                        "remove it, or declare it in the API description with an overlay"
                            .to_owned(),
                    )
                }),
            ),
        };
        if parameter.inherited {
            // Parameters of a workflow apply to all steps, and not every operation declares all of them.
            self.report.add_as_warning(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not sent by this step",
                help,
            );
        } else if elsewhere.is_some() {
            self.report.add(
                Code::ParameterLocation,
                &child(&parameter.pointer, "in"),
                message,
                "wrong location",
                help,
            );
        } else if !misspelled
            && matches!(
                location,
                Location::Header | Location::Query | Location::Cookie
            )
        {
            // API descriptions can be incomplete. A name close to a declared one is a misspelling.
            self.report.add_as_warning(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not declared, sent as it is",
                help,
            );
        } else {
            self.report.add(
                Code::UnknownParameter,
                &parameter.pointer,
                message,
                "not declared",
                help,
            );
        }
    }
}

/// Returns `true` if a parameter sets the credential of a security scheme.
fn is_credential(parameter: &Parameter, location: Location, api: ApiDescription<'_>) -> bool {
    api.schemes_sent_as(&parameter.name, location)
        .next()
        .is_some()
        || location == Location::Header && parameter.name.eq_ignore_ascii_case("authorization")
}

/// Returns the required parameters of the operation that the step does not pass.
fn missing_parameters<'o, 'd>(
    step: &Step,
    operation: &'o Operation<'d>,
) -> Vec<&'o declared::Parameter<'d>> {
    let is_passed = |name: &str, location| {
        step.parameters.iter().any(|parameter| {
            location == Location::Query && parameter.location == Some(Location::QueryString)
                || parameter.location == Some(location)
                    && (parameter.name == name
                        || location == Location::Header
                            && parameter.name.eq_ignore_ascii_case(name)
                        || location == Location::Path && same_spelling(&parameter.name, name))
        })
    };
    // Credentials are not parameters, and the client sets these headers.
    let by_client = |declared: &declared::Parameter<'_>| {
        declared.location == Location::Header
            && ["authorization", "accept", "content-type"]
                .contains(&declared.name.to_ascii_lowercase().as_str())
    };
    let required = operation.parameters.iter().filter(|it| it.required);
    required
        .filter(|it| !by_client(it) && !is_passed(it.name, it.location))
        .collect()
}

/// Removes the missing parameter that an unknown one stands for, and returns it.
fn meant_parameter<'o, 'd>(
    parameter: &Parameter,
    location: Location,
    missing: &mut Vec<&'o declared::Parameter<'d>>,
) -> Option<&'o declared::Parameter<'d>> {
    if parameter.inherited {
        return None;
    }
    let names: Vec<&str> = missing.iter().map(|it| it.name).collect();
    let same_location = || missing.iter().position(|it| it.location == location);
    let position = meant(&parameter.name, &names).or_else(same_location)?;
    Some(missing.remove(position))
}

/// Removes the missing name that an unknown one stands for, and returns it.
pub(super) fn take_meant<'n>(unknown: &str, missing: &mut Vec<&'n str>) -> Option<&'n str> {
    meant(unknown, missing).map(|position| missing.remove(position))
}

/// Returns the position of the missing name that an unknown one stands for: a similar one, or the only one that
/// shares a word with it.
fn meant(unknown: &str, missing: &[&str]) -> Option<usize> {
    let similar = nearest(unknown, missing);
    let position = |name: &str| missing.iter().position(|missing| *missing == name);
    similar.and_then(|name| position(&name)).or_else(|| {
        let words = unknown.to_snake_case();
        let shares = |name: &&str| {
            let name = name.to_snake_case();
            name.split('_')
                .any(|word| words.split('_').any(|other| other == word))
        };
        missing.iter().position(shares)
    })
}
