//! Checks of steps that call workflows: their parameters, and fields without effect.

use serde_json::Value;

use super::{Checker, take_meant};
use crate::arazzo::document::{Step, Workflow};
use crate::arazzo::template::Template;
use crate::diagnostic::suggestion::{shorten, suggest};
use crate::diagnostic::{Code, child};
use crate::lint::literal::{is, mismatch};
use crate::lint::schema::types;
use crate::openapi::description::ApiDescription;

impl Checker<'_> {
    /// Checks the parameters of a step that calls a workflow.
    pub(super) fn workflow_inputs(&mut self, step: &Step, target: &Workflow) {
        if target.inputs.fields.is_empty() && !target.inputs.pointer.is_empty() {
            return; // The schema declares no properties.
        }
        let is_passed = |name: &str| step.parameters.iter().any(|it| it.name == name);
        let required = target.inputs.fields.iter().filter(|(name, field)| {
            field.required && field.schema.get("default").is_none() && !is_passed(name)
        });
        let mut missing: Vec<&str> = required.map(|(name, _)| name.as_str()).collect();
        self.input_values(step, target);
        for parameter in step
            .parameters
            .iter()
            .filter(|parameter| !parameter.inherited)
        {
            if !target.inputs.fields.contains_key(&parameter.name) {
                let required = take_meant(&parameter.name, &mut missing)
                    .map(|name| format!("did you mean `{name}`? It is required"));
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
                    required.or_else(|| suggest(&parameter.name, target.inputs.fields.keys())),
                );
            }
        }
        // Parameters as a whole are missing, not each of them.
        if let ([_, _, ..], true) = (missing.as_slice(), step.parameters.is_empty()) {
            let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "missing required inputs {} of the workflow `{}`",
                names.join(", "),
                target.id
            );
            return self.missing(step, message, "add them to `parameters`");
        }
        for name in missing {
            let message = format!(
                "missing required input `{name}` of the workflow `{}`",
                target.id
            );
            self.missing(step, message, &format!("add a parameter `{name}`"));
        }
    }

    /// Reports constants that the schema of an input rejects. Lowering compares their types.
    fn input_values(&mut self, step: &Step, target: &Workflow) {
        for parameter in &step.parameters {
            let field = target.inputs.fields.get(&parameter.name);
            let (Some(field), Template::Literal(value)) = (field, &parameter.value) else {
                continue;
            };
            let is_expected = types(&field.schema).iter().any(|kind| is(value, kind));
            let api = ApiDescription::new(&Value::Null);
            if let Some(problem) = mismatch(api, &field.schema, value).filter(|_| is_expected) {
                let message = format!(
                    "invalid value of the input `{}` of the workflow `{}`: {}",
                    shorten(&parameter.name),
                    target.id,
                    problem.text
                );
                self.report.add(
                    Code::InvalidParameterValue,
                    &parameter.value_pointer,
                    message,
                    "rejected by the schema of the input",
                    None,
                );
            }
        }
    }

    /// Reports fields that have no effect on a step that calls a workflow.
    pub(super) fn ignored_by_workflow(&mut self, step: &Step) {
        if let Some(body) = &step.body {
            self.report.add(
                Code::IgnoredField,
                &body.pointer,
                "a workflow takes no request body",
                "has no effect",
                Some("pass the inputs as `parameters`".to_owned()),
            );
        }
        if let Some(security) = step.security.first() {
            self.report.add(
                Code::CredentialNotSent,
                &security.pointer,
                "the step calls a workflow, whose steps have their own credentials",
                "has no effect",
                Some("move `x-security` to the steps of that workflow".to_owned()),
            );
        }
        if step.timeout.is_some() {
            self.report.add(
                Code::IgnoredField,
                &child(&step.pointer, "timeout"),
                "`timeout` limits a request, but the step calls a workflow",
                "has no effect",
                Some("set `timeout` on the steps of that workflow".to_owned()),
            );
        }
    }
}
