//! Checks of references in expressions and actions: inputs, outputs, steps, workflows, sources, components.

mod workflows;

use std::collections::BTreeSet;

use serde_json::Value;

use super::reachability::{leading_to, reachable, successors};
use super::report::Report;
use super::schema::{SchemaLookup, look_up, types};
use super::{defaults, unbraced, unused_inputs};
use crate::arazzo::document::{
    Action, ActionKind, Description, GotoTarget, Location, Parameter, Step, Target, Workflow,
};
use crate::arazzo::expression::{Expression, Named, Part, Resolved};
use crate::arazzo::sources::Sources;
use crate::arazzo::template::{self, Template};
use crate::diagnostic::suggestion::{shorten, suggest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};

pub(crate) fn check(description: &Description, sources: &Sources<'_>, found: &mut Diagnostics) {
    let mut used = Vec::new();
    for workflow in &description.workflows {
        let successors = successors(workflow);
        let mut checker = Checker {
            description,
            sources,
            workflow,
            report: Report::new(&description.file, found),
            reachable: reachable(&successors),
            successors,
            used: BTreeSet::new(),
        };
        for (index, step) in workflow.steps.iter().enumerate() {
            checker.step(index, step);
        }
        for output in workflow.outputs.values() {
            checker.template(&output.value, &output.pointer, Scope::Workflow);
        }
        checker.dependencies();
        used.push(checker.used);
        defaults::check(workflow, &mut checker.report);
    }
    unused_inputs::check(
        description,
        &used,
        &mut Report::new(&description.file, found),
    );
}

/// The scope of an expression, which determines the values that it can read.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    /// The request of the step at this position.
    Request(usize),
    /// Criteria, actions and outputs of the step at this position, which have a response.
    Response(usize),
    /// The outputs of the workflow.
    Workflow,
}

struct Checker<'c, 'd> {
    description: &'c Description,
    sources: &'c Sources<'d>,
    workflow: &'c Workflow,
    report: Report<'c>,
    successors: Vec<Vec<usize>>,
    reachable: Vec<bool>,
    /// The inputs that an expression reads.
    used: BTreeSet<String>,
}

impl<'c> Checker<'c, '_> {
    fn step(&mut self, index: usize, step: &'c Step) {
        self.parameters(&step.parameters, Scope::Request(index));
        if let Some(body) = &step.body {
            if let Some(payload) = &body.payload {
                self.template(
                    payload,
                    &child(&body.pointer, "payload"),
                    Scope::Request(index),
                );
            }
            for replacement in &body.replacements {
                self.template(
                    &replacement.value,
                    &child(&replacement.pointer, "value"),
                    Scope::Request(index),
                );
            }
        }
        for security in &step.security {
            for (name, value) in &security.values {
                self.template(
                    value,
                    &child(&child(&security.pointer, "values"), name),
                    Scope::Request(index),
                );
            }
        }
        for criterion in &step.success {
            criterion.visit(&mut |at, expression| {
                self.expression(at, expression, Scope::Response(index))
            });
        }
        for action in step.on_success.iter().chain(&step.on_failure) {
            self.action(index, action);
        }
        for output in step.outputs.values() {
            self.template(&output.value, &output.pointer, Scope::Response(index));
        }
        if let Some(expires) = &step.expires {
            let scope = Scope::Response(index);
            self.step_output(&expires.pointer, &step.id, &expires.output, scope);
        }
        for (position, id) in step.depends_on.iter().enumerate() {
            let at = child(&child(&step.pointer, "dependsOn"), position);
            if id.starts_with('$') {
                continue; // A step of another workflow.
            }
            match self.workflow.step_index(id) {
                None => self.unknown_step(&at, id),
                Some(other) if !leading_to(&self.successors, index)[other] => {
                    self.report.add(
                        Code::ForwardReference,
                        &at,
                        format!("the step `{id}` runs later"),
                        "not complete yet",
                        Some("move it before this step".into()),
                    );
                }
                Some(_) => {}
            }
        }
    }

    fn parameters(&mut self, parameters: &'c [Parameter], scope: Scope) {
        for parameter in parameters {
            self.template(&parameter.value, &parameter.value_pointer, scope);
        }
    }

    fn action(&mut self, index: usize, action: &'c Action) {
        for criterion in &action.criteria {
            criterion.visit(&mut |at, expression| {
                self.expression(at, expression, Scope::Response(index))
            });
        }
        self.parameters(&action.parameters, Scope::Response(index));
        let Some(target) = action_target(action) else {
            return;
        };
        match target {
            GotoTarget::Step(id) => {
                if self.workflow.step(id).is_none() {
                    self.unknown_step(&child(&action.pointer, "stepId"), id);
                }
            }
            GotoTarget::Workflow(reference) => {
                match self.sources.workflow(self.description, reference) {
                    Ok(other) => self.mark_passed_on(other),
                    Err(Some(unknown)) => {
                        let at = child(&action.pointer, "workflowId");
                        self.report.unknown(&at, unknown);
                    }
                    Err(None) => {}
                }
            }
        }
    }

    fn template(&mut self, template: &'c Template, at: &str, scope: Scope) {
        unbraced::literals(template, at, &mut |at, text| self.unbraced(at, text));
        unbraced::wrapped(template, at, &mut |at, written, meant, expression| {
            // A dollar sign before a number is a currency.
            let is_number = matches!(expression, Expression::Input(named) if self.is_number(named));
            if !is_number {
                self.wrapped(at, written, meant);
            }
        });
        template.visit(at, &mut |at, expression| {
            self.expression(at, expression, scope)
        });
    }

    fn is_number(&self, named: &Named) -> bool {
        let field = self.workflow.inputs.fields.get(&named.name);
        let kinds = field.map(|field| types(&field.schema)).unwrap_or_default();
        kinds
            .iter()
            .any(|kind| ["integer", "number"].contains(kind))
    }

    /// Reports an embedded expression in more than its braces, which are sent too.
    fn wrapped(&mut self, at: &str, written: &str, meant: &str) {
        self.report.add(
            Code::UnbracedExpression,
            at,
            format!(
                "only `{}` in `{}` is replaced by its value",
                shorten(meant),
                shorten(written)
            ),
            "the characters around it are sent as they are",
            Some(format!("write `{}`", shorten(meant))),
        );
    }

    fn unbraced(&mut self, at: &str, text: &str) {
        let Some((written, expression)) = unbraced::find(text) else {
            return self.misspelled_expression(at, text);
        };
        if let Expression::Input(named) = &expression {
            self.used.insert(named.name.clone());
        }
        self.report.add(
            Code::UnbracedExpression,
            at,
            format!("`{written}` has no braces, so it is sent literally"),
            "sent as it is",
            Some(format!("write `{{{written}}}`")),
        );
    }

    /// Reports a string that names an input or a step like an expression, but is none.
    fn misspelled_expression(&mut self, at: &str, text: &str) {
        let inputs = &self.workflow.inputs.fields;
        let is_known = |root: &str, name: &str| match root {
            "inputs" => inputs.contains_key(name),
            _ => self.workflow.steps.iter().any(|step| step.id == name),
        };
        let Some((written, meant)) = unbraced::misspelled(text, is_known) else {
            return;
        };
        if let Ok(parsed) = Expression::parse(meant.trim_matches(['{', '}']))
            && let Expression::Input(named) = parsed.expression
        {
            self.used.insert(named.name);
        }
        self.report.add(
            Code::UnbracedExpression,
            at,
            format!(
                "`{}` is not an expression, so it is sent literally",
                shorten(written)
            ),
            "sent as it is",
            Some(format!("write `{}`", shorten(&meant))),
        );
    }

    fn expression(&mut self, at: &str, expression: &Expression, scope: Scope) {
        match expression {
            Expression::Input(named) => self.input(at, named),
            Expression::Output(named) => self.output(at, named, scope),
            Expression::Step { step, output } => self.step_output(at, step, output, scope),
            Expression::Workflow {
                workflow,
                field,
                name,
            } => self.other_workflow(at, workflow, *field, name),
            Expression::Source { source, .. } => {
                if self.description.source(source).is_none() {
                    let names = self.description.sources.iter().map(|source| &source.name);
                    let help = suggest(source, names);
                    self.report.add(
                        Code::UnknownSource,
                        at,
                        format!("unknown source `{}`", shorten(source)),
                        "not declared",
                        help,
                    );
                }
            }
            Expression::Component { section, name } => {
                let message = format!("`$components.{section}` is not a value");
                let help = format!("use `{}` with `reference`", shorten(name));
                self.report.add(
                    Code::InvalidExpression,
                    at,
                    message,
                    "not a value",
                    Some(help),
                );
            }
            Expression::Message(_) => {
                self.report.add(
                    Code::InvalidExpression,
                    at,
                    "`$message` belongs to AsyncAPI, which is not supported",
                    "not supported",
                    Some("use `$request` or `$response`".into()),
                );
            }
            Expression::Response(_) | Expression::StatusCode => match scope {
                Scope::Response(index) => self.no_response_of_workflow(at, expression, index),
                Scope::Request(_) => self.report.add(
                    Code::InvalidExpression,
                    at,
                    format!("`{expression}` is not available before the response"),
                    "not available here",
                    None,
                ),
                Scope::Workflow => {
                    let help = "declare an output of the step, and read it with `$steps.NAME.outputs.NAME`".to_owned();
                    self.report.add(
                        Code::InvalidExpression,
                        at,
                        format!("`{expression}` is only available in a step"),
                        "not available here",
                        Some(help),
                    );
                }
            },
            Expression::Request(part) => self.request(at, expression, part, scope),
            Expression::Url | Expression::Method => {
                if scope == Scope::Workflow {
                    self.report.add(
                        Code::InvalidExpression,
                        at,
                        format!("`{expression}` is only available in a step"),
                        "not available here",
                        None,
                    );
                }
            }
            Expression::SelfUri => {}
        }
    }

    /// Reports an expression that reads the response of a step that calls a workflow: such a step has only outputs.
    fn no_response_of_workflow(&mut self, at: &str, expression: &Expression, index: usize) {
        if let Target::Workflow(_) = self.workflow.steps[index].target {
            let message = format!("the step calls a workflow and has no `{expression}`");
            self.report.add(
                Code::ResponseOfWorkflow,
                at,
                message,
                "never available",
                Some("read an output of the workflow with `$outputs.NAME`".into()),
            );
        }
    }

    fn request(&mut self, at: &str, expression: &Expression, part: &Part, scope: Scope) {
        let (Scope::Request(index) | Scope::Response(index)) = scope else {
            self.report.add(
                Code::InvalidExpression,
                at,
                format!("`{expression}` is only available in a step"),
                "not available here",
                None,
            );
            return;
        };
        let step = &self.workflow.steps[index];
        let sent = match part {
            Part::Body(pointer) => step
                .body
                .as_ref()
                .is_some_and(|body| match body.replaced() {
                    // A string may be a form, whose fields are parsed later.
                    Ok(Some(Template::Literal(Value::String(_)))) => true,
                    Ok(Some(payload)) => {
                        payload.part(&pointer.tokens) != template::PartLookup::Missing
                    }
                    Ok(None) => false,
                    // An invalid replacement is reported at the replacement.
                    Err(_) => true,
                }),
            Part::Header(name) => {
                name.eq_ignore_ascii_case("accept")
                    || name.eq_ignore_ascii_case("content-type")
                    || step
                        .parameters
                        .iter()
                        .any(|parameter| parameter.name.eq_ignore_ascii_case(name))
            }
            Part::Query(name) | Part::Path(name) => step.parameters.iter().any(|parameter| {
                parameter.name == *name || parameter.location == Some(Location::QueryString)
            }),
        };
        if !sent {
            self.report.add(
                Code::UnknownRequestPart,
                at,
                format!(
                    "the request of the step `{}` has no `{expression}`",
                    step.id
                ),
                "never available",
                None,
            );
        }
    }

    fn input(&mut self, at: &str, named: &Named) {
        let fields = &self.workflow.inputs.fields;
        let Some(resolved) = named.resolve(|name| fields.contains_key(name)) else {
            self.used.insert(named.name.clone());
            if fields.is_empty() && !self.workflow.inputs.pointer.is_empty() {
                return; // The schema declares no properties.
            }
            let help = suggest(&named.name, fields.keys());
            let message = format!("the workflow has no input `{}`", shorten(&named.name));
            // Without `inputs`, all reads of inputs have one defect.
            let subject = fields.is_empty().then_some("inputs");
            let finding = Diagnostic::new(Code::UnknownInput, self.report.file, at, message)
                .label("not declared")
                .about(subject);
            self.report.push(
                finding,
                help.or_else(|| Some("declare it under `inputs`".into())),
            );
            return;
        };
        self.used.insert(resolved.name.to_owned());
        let field = &fields[resolved.name];
        if let SchemaLookup::Missing {
            token, candidates, ..
        } = look_up(None, &field.schema, &resolved.pointer.tokens)
        {
            let message = format!("the input `{}` has no `{}`", resolved.name, shorten(&token));
            self.report.add(
                Code::UnknownInput,
                at,
                message,
                "not declared",
                suggest(&token, &candidates),
            );
        }
        self.path(at, &resolved);
    }

    fn path(&mut self, at: &str, read: &Resolved<'_>) {
        if !read.standard {
            let (name, pointer) = (read.name, &read.pointer);
            let help = format!("write `…{name}#{pointer}`");
            self.report.add(
                Code::NonStandard,
                at,
                "a part of a value is selected with a JSON Pointer",
                "accepted, but not standard",
                Some(help),
            );
        }
    }

    /// Checks `$outputs`: the outputs of the called workflow, or else of the workflow itself.
    fn output(&mut self, at: &str, named: &Named, scope: Scope) {
        let called = match scope {
            Scope::Response(index) => match &self.workflow.steps[index].target {
                Target::Workflow(reference) => {
                    match self.sources.workflow(self.description, reference) {
                        Ok(called) => Some(called),
                        Err(_) => return,
                    }
                }
                _ => None,
            },
            _ => None,
        };
        let outputs = &called.unwrap_or(self.workflow).outputs;
        match named.resolve(|name| outputs.contains_key(name)) {
            Some(resolved) => self.path(at, &resolved),
            None => {
                let help = suggest(&named.name, outputs.keys());
                self.report.add(
                    Code::UnknownOutput,
                    at,
                    format!("the workflow has no output `{}`", shorten(&named.name)),
                    "not declared",
                    help,
                );
            }
        }
    }

    fn step_output(&mut self, at: &str, id: &str, output: &Named, scope: Scope) {
        let Some(position) = self.workflow.step_index(id) else {
            self.unknown_step(at, id);
            return;
        };
        let step = &self.workflow.steps[position];
        let mut names: BTreeSet<&str> = step.outputs.keys().map(String::as_str).collect();
        let called = match &step.target {
            Target::Workflow(reference) => self.sources.workflow(self.description, reference),
            _ => Err(None),
        };
        match &called {
            // Every output of the called workflow is an output of the step.
            Ok(called) => names.extend(called.outputs.keys().map(String::as_str)),
            Err(_) if matches!(step.target, Target::Workflow(_)) => return,
            Err(_) => {}
        }
        match output.resolve(|name| names.contains(name)) {
            Some(resolved) => self.path(at, &resolved),
            None => {
                let message = format!("the step `{id}` has no output `{}`", shorten(&output.name));
                let help = suggest(&output.name, &names)
                    .or_else(|| Some(format!("declare it under `outputs` of the step `{id}`")));
                self.report
                    .add(Code::UnknownOutput, at, message, "not declared", help);
            }
        }
        let (here, includes_itself) = match scope {
            Scope::Workflow => return,
            Scope::Request(here) => (here, false),
            // After its response, a step can read its own outputs.
            Scope::Response(here) => (here, true),
        };
        // An unreachable step is reported by another check.
        let is_available =
            includes_itself && here == position || leading_to(&self.successors, here)[position];
        let exists = self.reachable[position] || here == position;
        if !is_available && self.reachable[here] && exists {
            let (step, reader) = (
                &self.workflow.steps[position],
                &self.workflow.steps[here].id,
            );
            if let Some(index) = step.depends_on.iter().position(|it| it == reader) {
                let message =
                    format!("the step `{id}` depends on `{reader}`, which reads its outputs");
                let at = child(&child(&step.pointer, "dependsOn"), index);
                let help = "remove one of the references between the steps".to_owned();
                let label = "never starts";
                return self
                    .report
                    .add(Code::CircularDependency, &at, message, label, Some(help));
            }
            let message = if here == position {
                format!("the request of the step `{id}` reads an output of the same step")
            } else {
                format!("the step `{id}` never runs before this one")
            };
            self.report.add(
                Code::ForwardReference,
                at,
                message,
                "not available here",
                Some("read an output of an earlier step".into()),
            );
        }
    }

    fn unknown_step(&mut self, at: &str, id: &str) {
        let help = suggest(id, self.workflow.steps.iter().map(|step| &step.id));
        self.report.add(
            Code::UnknownStep,
            at,
            format!("the workflow has no step `{}`", shorten(id)),
            "not found",
            help,
        );
    }
}

/// Returns the target of an action.
fn action_target(action: &Action) -> Option<&GotoTarget> {
    match &action.kind {
        ActionKind::Goto(target) => Some(target),
        ActionKind::Retry { first, .. } => first.as_ref(),
        ActionKind::End => None,
    }
}
