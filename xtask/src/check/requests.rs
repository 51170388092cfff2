//! Checks of what the steps send: operations, parameters, bodies and credentials.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::{Api, Operation, members};
use super::literal::{misfit, misfit_as_text};
use super::schema::{Reach, reach, types};
use super::sources::{Sources, meant};
use crate::arazzo::document::{
    Body, Description, Location, OperationRef, Parameter, Step, Target, Workflow,
};
use crate::arazzo::expression::{nearest, shorten};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::diagnostic::{Diagnostic, Diagnostics, child};

/// How deep payloads are compared with schemas.
const DEEPEST: usize = 32;
/// How many schemas are looked through for required properties.
const BUDGET: usize = 500;

pub(super) fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    for workflow in &description.workflows {
        for step in &workflow.steps {
            let mut checker = Checker { description, found };
            match &step.target {
                Target::Operation(reference) => match sources.operation(reference) {
                    Ok((_, api, operation)) => {
                        checker.parameters(step, api, operation);
                        checker.body(step, api, operation);
                        checker.security(step, api, operation);
                    }
                    Err(Some(unknown)) => {
                        let key = match reference {
                            OperationRef::Id { .. } => "operationId",
                            OperationRef::Path { .. } => "operationPath",
                        };
                        checker.error(
                            unknown.code,
                            &child(&step.pointer, key),
                            unknown.message,
                            "not found",
                            unknown.help,
                        );
                    }
                    Err(None) => {}
                },
                Target::Workflow(reference) => match sources.workflow(description, reference) {
                    Ok(target) => checker.workflow_inputs(step, target),
                    Err(Some(unknown)) => {
                        checker.error(
                            unknown.code,
                            &child(&step.pointer, "workflowId"),
                            unknown.message,
                            "not found",
                            unknown.help,
                        );
                    }
                    Err(None) => {}
                },
                Target::Unreadable => {}
            }
        }
        credentials(description, workflow, sources, found);
    }
}

struct Checker<'c> {
    description: &'c Description,
    found: &'c mut Diagnostics,
}

impl Checker<'_> {
    fn parameters<'d>(&mut self, step: &Step, api: &Api<'d>, operation: &Operation<'d>) {
        for parameter in &step.parameters {
            let Some(location) = parameter.location else {
                continue;
            };
            let Some(declared) = operation.parameter(&parameter.name, location) else {
                self.unknown_parameter(parameter, location, api, operation);
                continue;
            };
            if let (Template::Literal(value), Some(schema)) = (&parameter.value, declared.schema)
                && let Some(problem) = misfit_as_text(api, schema, value)
            {
                let message = format!(
                    "the value of `{}` does not fit: {problem}",
                    shorten(&parameter.name)
                );
                self.error(
                    "invalid-parameter-value",
                    &parameter.value_pointer,
                    message,
                    "not what the API accepts",
                    None,
                );
            }
        }
        let own = |name: &str, location| {
            step.parameters.iter().any(|parameter| {
                parameter.location == Some(location)
                    && (parameter.name == name
                        || location == Location::Header
                            && parameter.name.eq_ignore_ascii_case(name))
            })
        };
        for declared in operation
            .parameters
            .iter()
            .filter(|declared| declared.required)
        {
            // Credentials are no parameters, and the client sets these headers itself.
            let by_client = declared.location == Location::Header
                && ["authorization", "accept", "content-type"]
                    .contains(&declared.name.to_ascii_lowercase().as_str());
            if by_client || own(declared.name, declared.location) {
                continue;
            }
            let message = format!(
                "the required {} parameter `{}` of {} is missing",
                declared.location.as_str(),
                declared.name,
                operation.title()
            );
            let help = format!(
                "add `name: {}`, `in: {}` and a `value`",
                declared.name,
                declared.location.as_str()
            );
            self.error(
                "missing-parameter",
                &step.pointer,
                message,
                "the request is not complete",
                Some(help),
            );
        }
    }

    fn unknown_parameter<'d>(
        &mut self,
        parameter: &Parameter,
        location: Location,
        api: &Api<'d>,
        operation: &Operation<'d>,
    ) {
        let scheme = api.credential(operation, &parameter.name, location);
        if scheme.is_some()
            || location == Location::Header && parameter.name.eq_ignore_ascii_case("authorization")
        {
            let message = format!(
                "`{}` is a credential, and not a parameter",
                shorten(&parameter.name)
            );
            let help = "the client adds what an operation needs; where a step needs a credential of its own, use `x-security`".to_owned();
            self.warn(
                "credential-parameter",
                &parameter.pointer,
                message,
                "not a parameter of the operation",
                Some(help),
            );
            return;
        }
        let elsewhere = operation
            .parameters
            .iter()
            .find(|declared| declared.name == parameter.name);
        let (message, help) = match elsewhere {
            Some(declared) => (
                format!(
                    "the parameter `{}` of {} is not in the {}",
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
                meant(nearest(
                    &parameter.name,
                    operation.parameters.iter().map(|declared| declared.name),
                ))
                .or_else(|| {
                    Some(
                        "leave it out, or declare it in the API description with an overlay"
                            .to_owned(),
                    )
                }),
            ),
        };
        if parameter.inherited {
            // The workflow's parameters are meant for all steps, and not every operation knows every one of them.
            self.warn(
                "unknown-parameter",
                &parameter.pointer,
                message,
                "left out of this step",
                help,
            );
        } else if elsewhere.is_some() {
            self.error(
                "parameter-location",
                &child(&parameter.pointer, "in"),
                message,
                "another place",
                help,
            );
        } else {
            self.error(
                "unknown-parameter",
                &parameter.pointer,
                message,
                "not declared",
                help,
            );
        }
    }

    fn body<'d>(&mut self, step: &Step, api: &Api<'d>, operation: &Operation<'d>) {
        let Some(declared) = api.body(operation) else {
            if let Some(body) = &step.body {
                let message = format!("{} takes no body", operation.title());
                self.error(
                    "unexpected-body",
                    &body.pointer,
                    message,
                    "cannot be sent",
                    Some("leave the `requestBody` out".to_owned()),
                );
            }
            return;
        };
        let Some(body) = &step.body else {
            if declared.get("required") == Some(&Value::Bool(true)) {
                let message = format!("{} requires a body", operation.title());
                self.error(
                    "missing-body",
                    &step.pointer,
                    message,
                    "the request is not complete",
                    Some("add a `requestBody`".to_owned()),
                );
            }
            return;
        };
        if matches!(operation.method, "get" | "head") {
            let message = format!(
                "a body has no meaning in a request of {}",
                operation.method.to_ascii_uppercase()
            );
            self.warn(
                "unexpected-body",
                &body.pointer,
                message,
                "servers may ignore it",
                None,
            );
        }
        let offered: Vec<&str> = members(declared.get("content"))
            .map(|(kind, _)| kind.as_str())
            .collect();
        let Some(kind) = self.content_type(body, &offered, operation) else {
            return;
        };
        let schema = declared
            .get("content")
            .and_then(|content| content.get(kind)?.get("schema"));
        if let (Some(schema), Some(payload)) = (schema, &body.payload)
            && kind.contains("json")
        {
            let replaced = body.replacements.iter().filter_map(|replacement| {
                Pointer::parse(replacement.target.trim_start_matches('#'))
                    .ok()?
                    .tokens
                    .into_iter()
                    .next()
            });
            self.payload(
                api,
                schema,
                payload,
                &child(&body.pointer, "payload"),
                &replaced.collect(),
                DEEPEST,
            );
            self.replacements(api, schema, body);
        }
    }

    /// The declared media type that the body has.
    fn content_type<'o>(
        &mut self,
        body: &Body,
        offered: &[&'o str],
        operation: &Operation<'_>,
    ) -> Option<&'o str> {
        let Some(wanted) = &body.content_type else {
            return offered
                .iter()
                .find(|kind| kind.contains("json"))
                .or(offered.first())
                .copied();
        };
        let plain = |kind: &str| {
            kind.split(';')
                .next()
                .unwrap_or(kind)
                .trim()
                .to_ascii_lowercase()
        };
        let wanted = plain(wanted);
        let fits = |kind: &&&str| {
            let kind = plain(kind);
            kind == wanted
                || kind == "*/*"
                || kind
                    .strip_suffix("/*")
                    .is_some_and(|group| wanted.starts_with(group))
        };
        let kind = offered.iter().find(fits).copied();
        if kind.is_none() {
            let message = format!("{} takes no `{}`", operation.title(), shorten(&wanted));
            let help = format!("it takes {}", offered.join(", "));
            self.error(
                "content-type",
                &child(&body.pointer, "contentType"),
                message,
                "not offered",
                Some(help),
            );
        }
        kind
    }

    fn payload<'d>(
        &mut self,
        api: &Api<'d>,
        schema: &'d Value,
        value: &Template,
        at: &str,
        replaced: &BTreeSet<String>,
        depth: usize,
    ) {
        if depth == 0 {
            return;
        }
        match value {
            Template::Literal(value @ Value::Object(object)) => {
                self.members(api, schema, object.keys(), at, replaced);
                if let Some(problem) = misfit(api, schema, value) {
                    self.misfit(at, &problem);
                }
            }
            // A payload that is a text is the body as it will be sent.
            Template::Literal(Value::String(_)) if depth == DEEPEST => {}
            Template::Literal(value) => {
                if let Some(problem) = misfit(api, schema, value) {
                    self.misfit(at, &problem);
                }
            }
            Template::Object(object) => {
                self.members(api, schema, object.keys(), at, replaced);
                for (name, member) in object {
                    if let Reach::Found(inner) =
                        reach(Some(api), schema, std::slice::from_ref(name))
                    {
                        self.payload(
                            api,
                            inner,
                            member,
                            &child(at, name),
                            &BTreeSet::new(),
                            depth - 1,
                        );
                    }
                }
            }
            Template::Array(items) => {
                let Reach::Found(inner) = reach(Some(api), schema, &["0".to_owned()]) else {
                    return;
                };
                for (index, item) in items.iter().enumerate() {
                    self.payload(
                        api,
                        inner,
                        item,
                        &child(at, index),
                        &BTreeSet::new(),
                        depth - 1,
                    );
                }
            }
            Template::Text(_) => {
                let kinds = types(api.resolve(schema));
                if depth != DEEPEST && !kinds.is_empty() && !kinds.contains(&"string") {
                    self.misfit(
                        at,
                        &format!(
                            "a text with embedded expressions is no {}",
                            kinds.join(" or ")
                        ),
                    );
                }
            }
            Template::Expression(_) | Template::Selector(_) => {}
        }
    }

    fn misfit(&mut self, at: &str, problem: &str) {
        self.error(
            "invalid-body-value",
            at,
            format!("the value does not fit: {problem}"),
            "not what the API accepts",
            None,
        );
    }

    /// Compares the names of an object's members with the properties of its schema.
    fn members<'d, 'n>(
        &mut self,
        api: &Api<'d>,
        schema: &'d Value,
        names: impl Iterator<Item = &'n String> + Clone,
        at: &str,
        replaced: &'n BTreeSet<String>,
    ) {
        for name in names.clone() {
            if let Reach::Missing { candidates, .. } =
                reach(Some(api), schema, std::slice::from_ref(name))
            {
                let message = format!("the body has no property `{}`", shorten(name));
                self.warn(
                    "unknown-property",
                    &child(at, name),
                    message,
                    "not in the schema",
                    meant(nearest(name, &candidates)),
                );
            }
        }
        let given: BTreeSet<&String> = names.chain(replaced).collect();
        let mut missing = BTreeSet::new();
        required(api, schema, &mut missing, &mut { BUDGET });
        for name in missing
            .into_iter()
            .filter(|name| !given.iter().any(|given| given == name))
        {
            let message = format!("the required property `{name}` is missing in the body");
            self.error(
                "missing-property",
                at,
                message,
                "the request is not complete",
                Some(format!("add `{name}`")),
            );
        }
    }

    fn replacements<'d>(&mut self, api: &Api<'d>, schema: &'d Value, body: &Body) {
        for replacement in body.replacements.iter().filter(|replacement| {
            replacement
                .kind
                .as_deref()
                .is_none_or(|kind| kind == "jsonpointer")
        }) {
            let Ok(pointer) = Pointer::parse(replacement.target.trim_start_matches('#')) else {
                continue;
            };
            match reach(Some(api), schema, &pointer.tokens) {
                Reach::Missing {
                    token, candidates, ..
                } => {
                    let message = format!(
                        "the body has no place `{}`: there is no `{}`",
                        shorten(&replacement.target),
                        shorten(&token)
                    );
                    self.error(
                        "unknown-property",
                        &child(&replacement.pointer, "target"),
                        message,
                        "not in the schema",
                        meant(nearest(&token, &candidates)),
                    );
                }
                Reach::Found(inner) => self.payload(
                    api,
                    inner,
                    &replacement.value,
                    &child(&replacement.pointer, "value"),
                    &BTreeSet::new(),
                    DEEPEST - 1,
                ),
                Reach::Unknown => {}
            }
        }
    }

    fn security<'d>(&mut self, step: &Step, api: &Api<'d>, operation: &Operation<'d>) {
        let accepted = api.security(operation);
        for security in &step.security {
            let at = child(&security.pointer, "schemeName");
            if !api.schemes().any(|scheme| scheme == security.scheme) {
                let message = format!(
                    "the API has no security scheme `{}`",
                    shorten(&security.scheme)
                );
                self.error(
                    "unknown-scheme",
                    &at,
                    message,
                    "not declared",
                    meant(nearest(&security.scheme, api.schemes())),
                );
            } else if let Some(accepted) = &accepted
                && !accepted
                    .iter()
                    .flatten()
                    .any(|scheme| *scheme == security.scheme)
            {
                let names: BTreeSet<_> = accepted.iter().flatten().copied().collect();
                let help = format!(
                    "it accepts {}",
                    names.into_iter().collect::<Vec<_>>().join(", ")
                );
                let message = format!(
                    "{} does not accept `{}`",
                    operation.title(),
                    shorten(&security.scheme)
                );
                self.warn(
                    "unsatisfied-security",
                    &at,
                    message,
                    "not accepted",
                    Some(help),
                );
            }
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
                self.error(
                    "unknown-parameter",
                    &parameter.pointer,
                    message,
                    "not declared",
                    meant(nearest(&parameter.name, target.inputs.fields.keys())),
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
                    "the required input `{name}` of the workflow `{}` is missing",
                    target.id
                );
                self.error(
                    "missing-parameter",
                    &step.pointer,
                    message,
                    "the call is not complete",
                    Some(format!("add a parameter `{name}`")),
                );
            }
        }
        if let Some(body) = &step.body {
            self.warn(
                "ignored-field",
                &body.pointer,
                "a workflow takes no body",
                "has no effect",
                Some("its inputs are given as `parameters`".to_owned()),
            );
        }
    }

    fn error(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::error(code, &self.description.file, at, message).label(label),
            help,
        );
    }

    fn warn(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        self.push(
            Diagnostic::warning(code, &self.description.file, at, message).label(label),
            help,
        );
    }

    fn push(&mut self, diagnostic: Diagnostic, help: Option<String>) {
        self.found.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

/// The properties that every object of a schema must have.
fn required<'d>(
    api: &Api<'d>,
    schema: &'d Value,
    names: &mut BTreeSet<&'d str>,
    budget: &mut usize,
) {
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    let schema = api.resolve(schema);
    let properties = schema.get("properties");
    for name in schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let property = properties
            .and_then(|properties| properties.get(name))
            .map(|property| api.resolve(property));
        let filled = |key: &str| property.is_some_and(|property| property.get(key).is_some());
        // What the server fills in, or the document gives a default for, need not be sent.
        if !filled("default")
            && property.and_then(|property| property.get("readOnly")) != Some(&Value::Bool(true))
        {
            names.insert(name);
        }
    }
    for part in schema
        .get("allOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        required(api, part, names, budget);
    }
}

/// Warns where no single credential of the client serves all steps of a workflow, and a step does not bring its own.
fn credentials(
    description: &Description,
    workflow: &Workflow,
    sources: &Sources<'_>,
    found: &mut Diagnostics,
) {
    let mut needs = Vec::new();
    for step in &workflow.steps {
        let Target::Operation(reference) = &step.target else {
            continue;
        };
        let Ok((source, api, operation)) = sources.operation(reference) else {
            continue;
        };
        if let (Some(accepted), true) = (api.security(operation), step.security.is_empty()) {
            needs.push((step, source, accepted));
        }
    }
    // The credential that serves the most steps is the one that the client will have.
    let alternatives: BTreeSet<(&str, &Vec<&str>)> = needs
        .iter()
        .flat_map(|(_, source, accepted)| {
            accepted
                .iter()
                .map(move |alternative| (*source, alternative))
        })
        .collect();
    for (step, source, accepted) in &needs {
        let served = |alternative: &&Vec<&str>| {
            needs
                .iter()
                .filter(|(_, other, accepted)| other == source && accepted.contains(alternative))
                .count()
        };
        let best = alternatives
            .iter()
            .filter(|(other, _)| other == source)
            .map(|(_, alternative)| *alternative)
            .max_by_key(served);
        let Some(best) = best.filter(|best| !accepted.contains(best)) else {
            continue;
        };
        let accepted: Vec<_> = accepted
            .iter()
            .map(|alternative| alternative.join(" with "))
            .collect();
        let (accepted, best) = (accepted.join(" or "), best.join(" with "));
        found.push(
            Diagnostic::warning(
                "unsatisfied-security",
                &description.file,
                &step.pointer,
                format!("the step `{}` accepts only {accepted}, while other steps of the workflow use {best}", step.id),
            )
            .label("needs a credential of its own")
            .help(format!("add `x-security` with `schemeName: {accepted}` and its values")),
        );
    }
}
