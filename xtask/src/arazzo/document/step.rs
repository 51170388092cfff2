//! Parser for steps, their parameters, bodies and credentials.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use super::actions::Trigger;
use super::reader::{Object, Reader};
use super::target::{OperationRef, Target, WorkflowRef};
use super::{Body, Expires, Location, Owner, Parameter, Replacement, Security, Step};
use crate::arazzo::expression::{Expression, SyntaxProblem};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::diagnostic::suggestion::shorten;
use crate::diagnostic::{Code, child};
use crate::openapi::extensions::{EXPIRES, SECURITY};

impl<'d> Reader<'d> {
    pub(super) fn step(&mut self, value: &'d Value, at: &str) -> Option<Step> {
        let mut known = vec![
            "stepId",
            "description",
            "operationId",
            "operationPath",
            "workflowId",
            "parameters",
            "requestBody",
            "successCriteria",
            "onSuccess",
            "onFailure",
            "outputs",
        ];
        if self.is_v1_1 {
            known.extend([
                "timeout",
                "dependsOn",
                "channelPath",
                "correlationId",
                "action",
            ]);
        }
        let object = self.object(value, at, "a step", &known)?;
        let id = self.required_text(&object, "stepId");
        if let Some(id) = &id {
            self.check_id("the id of a step", id, &object.at("stepId"));
        }
        let target = self.target(&object);
        let parameters = self.parameters(&object, Owner::Step);
        self.check_locations(&target, &parameters);
        let success = self.criteria(&object, "successCriteria");
        if object
            .get("successCriteria")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            self.report_as_warning(
                Code::EmptyList,
                &object.at("successCriteria"),
                "`successCriteria` is empty",
                "has no effect",
                Some("remove it, or add a criterion"),
            );
        }
        let mut depends_on = Vec::new();
        if self.is_v1_1 {
            for (value, at) in self.list(&object, "dependsOn") {
                let id = self.as_text(value, &at, "the id of a step");
                // The spelling of expressions, for a step of the same workflow.
                depends_on.extend(id.map(|id| id.strip_prefix("$steps.").unwrap_or(id).to_owned()));
            }
        }
        Some(Step {
            id: id?,
            description: self.text(&object, "description"),
            target,
            parameters,
            body: object
                .get("requestBody")
                .and_then(|body| self.body(body, &object.at("requestBody"))),
            success,
            on_success: self.actions(&object, Owner::Step, Trigger::Success),
            on_failure: self.actions(&object, Owner::Step, Trigger::Failure),
            outputs: self.outputs(&object),
            security: self.security(&object),
            expires: self.expires(&object),
            timeout: if self.is_v1_1 {
                self.whole_number(&object, "timeout")
            } else {
                None
            },
            depends_on,
            extensions: object.extensions(),
            pointer: object.at,
        })
    }

    fn target(&mut self, object: &Object<'d>) -> Target {
        if self.is_v1_1
            && (object.map.contains_key("channelPath") || object.map.contains_key("action"))
        {
            let message = "steps that send or receive messages are not supported";
            self.report(
                Code::UnsupportedStep,
                &object.at,
                message,
                "no HTTP request",
                Some("exclude the workflow"),
            );
            return Target::Unreadable;
        }
        let present: Vec<_> = ["operationId", "operationPath", "workflowId"]
            .into_iter()
            .filter(|key| object.map.contains_key(*key))
            .collect();
        let &[key] = present.as_slice() else {
            let (message, label) = if present.is_empty() {
                (
                    "the step has no target".to_owned(),
                    "no operation or workflow",
                )
            } else {
                (
                    format!("the step has `{}`", present.join("` and `")),
                    "ambiguous target",
                )
            };
            self.report(
                Code::AmbiguousTarget,
                &object.at,
                message,
                label,
                Some("set exactly one of `operationId`, `operationPath` and `workflowId`"),
            );
            return Target::Unreadable;
        };
        let Some(text) = self.text(object, key) else {
            return Target::Unreadable;
        };
        let target = match key {
            "operationId" => OperationRef::parse_id(&text)
                .map(|(operation, remarks)| (Target::Operation(operation), remarks)),
            "operationPath" => OperationRef::parse_path(&text)
                .map(|(operation, remarks)| (Target::Operation(operation), remarks)),
            _ => WorkflowRef::parse(&text)
                .map(|(workflow, remarks)| (Target::Workflow(workflow), remarks)),
        };
        match target {
            Ok((target, remarks)) => {
                self.remarks(&object.at(key), remarks);
                target
            }
            Err(problem) => {
                self.problem(Code::InvalidReference, &object.at(key), problem);
                Target::Unreadable
            }
        }
    }

    /// Checks that parameters of operations have a location (`in`) and those of workflows do not.
    fn check_locations(&mut self, target: &Target, parameters: &[Parameter]) {
        for parameter in parameters {
            match (target, parameter.location) {
                (Target::Operation(_), None) => {
                    let message = format!(
                        "the parameter `{}` of an operation has no `in`",
                        shorten(&parameter.name)
                    );
                    self.report(
                        Code::MissingField,
                        &parameter.pointer,
                        message,
                        "no location",
                        Some("add `in: path`, `query`, `header` or `cookie`"),
                    );
                }
                (Target::Workflow(_), Some(_)) => {
                    let message = format!(
                        "the parameter `{}` is an input of a workflow",
                        shorten(&parameter.name)
                    );
                    self.report(
                        Code::IgnoredField,
                        &child(&parameter.pointer, "in"),
                        message,
                        "its `in` has no effect",
                        None,
                    );
                }
                _ => {}
            }
        }
    }

    /// Parses a list of parameters.
    pub(super) fn parameters(&mut self, object: &Object<'d>, owner: Owner) -> Vec<Parameter> {
        let mut known = IndexSet::new();
        let mut parameters = Vec::new();
        for (value, at) in self.list(object, "parameters") {
            let parameter = match self.reference(value, &at, "parameters") {
                Some(name) => name.and_then(|name| self.reused_parameter(value, &name, &at)),
                None => self.parameter(value, &at),
            };
            let Some(mut parameter) = parameter else {
                continue;
            };
            parameter.inherited = owner == Owner::Workflow;
            if !known.insert((parameter.name.clone(), parameter.location)) {
                self.duplicate("parameter", &parameter.name, &at);
                continue;
            }
            parameters.push(parameter);
        }
        parameters
    }

    fn reused_parameter(&mut self, value: &'d Value, name: &str, at: &str) -> Option<Parameter> {
        let Some(mut parameter) = self.components.parameters.get(name).cloned() else {
            self.unknown_component("parameters", name, at);
            return None;
        };
        parameter.pointer = at.to_owned();
        if let Some(value) = value.get("value") {
            parameter.value_pointer = child(at, "value");
            parameter.value = self.template(value, &parameter.value_pointer);
        }
        Some(parameter)
    }

    pub(super) fn parameter(&mut self, value: &'d Value, at: &str) -> Option<Parameter> {
        let object = self.object(value, at, "a parameter", &["name", "in", "value"])?;
        let name = self.required_text(&object, "name");
        let location = match self.text(&object, "in").as_deref() {
            None => None,
            Some("path") => Some(Location::Path),
            Some("query") => Some(Location::Query),
            Some("header") => Some(Location::Header),
            Some("cookie") => Some(Location::Cookie),
            Some("querystring") if self.is_v1_1 => Some(Location::QueryString),
            Some(other) => {
                let message = format!("`{}` is not a parameter location", shorten(other));
                let help = if other == "body" {
                    "use the `requestBody` of the step"
                } else {
                    "write `path`, `query`, `header` or `cookie`"
                };
                self.report(
                    Code::InvalidValue,
                    &object.at("in"),
                    message,
                    "unknown location",
                    Some(help),
                );
                return None;
            }
        };
        let value_pointer = object.at("value");
        let value = self
            .required(&object, "value")
            .map(|value| self.template(value, &value_pointer));
        Some(Parameter {
            pointer: at.to_owned(),
            name: name?,
            location,
            value: value?,
            value_pointer,
            inherited: false,
        })
    }

    fn body(&mut self, value: &'d Value, at: &str) -> Option<Body> {
        let object = self.object(
            value,
            at,
            "a request body",
            &["contentType", "payload", "replacements"],
        )?;
        let content_type = self.text(&object, "contentType");
        let payload = object.get("payload").map(|payload| {
            let at = object.at("payload");
            match TextPayload::of(payload, content_type.as_deref()) {
                TextPayload::Json(inner) => self.template(&inner, &at),
                TextPayload::Text => self.template(payload, &at),
                TextPayload::ExpressionInName => {
                    self.report(
                        Code::NotSupported,
                        &at,
                        "an expression in the name of a property is not supported yet",
                        "has no value here",
                        None,
                    );
                    self.template(payload, &at)
                }
                TextPayload::Invalid(reason) => {
                    self.report(
                        Code::InvalidValue,
                        &at,
                        "the payload is not valid JSON",
                        &reason,
                        Some("correct it, or write it as an object"),
                    );
                    self.template(payload, &at)
                }
            }
        });
        let mut replacements = Vec::new();
        for (value, at) in self.list(&object, "replacements") {
            replacements.extend(self.replacement(value, &at, content_type.as_deref()));
        }
        Some(Body {
            pointer: object.at,
            content_type,
            payload,
            replacements,
        })
    }

    fn replacement(
        &mut self,
        value: &'d Value,
        at: &str,
        content_type: Option<&str>,
    ) -> Option<Replacement> {
        let mut known = vec!["target", "value"];
        if self.is_v1_1 {
            known.push("targetSelectorType");
        }
        let object = self.object(value, at, "a replacement", &known)?;
        let target = self.required_text(&object, "target");
        let value = self
            .required(&object, "value")
            .map(|value| self.template(value, &object.at("value")));
        let kind = object.get("targetSelectorType").filter(|_| self.is_v1_1);
        let kind = kind
            .and_then(|kind| kind.as_str().or_else(|| kind.get("type")?.as_str()))
            .map(str::to_owned);
        let target = target?;
        if kind.as_deref().is_none_or(|kind| kind == "jsonpointer")
            && !content_type.is_some_and(|kind| kind.contains("xml"))
        {
            let pointer = target.strip_prefix('#').unwrap_or(&target);
            if let Err(problem) = Pointer::parse(pointer) {
                self.problem(Code::InvalidPointer, &object.at("target"), problem);
            } else if pointer.len() != target.len() {
                let problem =
                    SyntaxProblem::new("the target of a replacement must be a plain JSON Pointer")
                        .help(format!("write `{pointer}`"));
                self.remarks(&object.at("target"), [problem]);
            }
        }
        Some(Replacement {
            pointer: at.to_owned(),
            target,
            kind,
            value: value?,
        })
    }

    fn expires(&mut self, object: &Object<'d>) -> Option<Expires> {
        let value = object.get(EXPIRES)?;
        let pointer = object.at(EXPIRES);
        if let Template::Expression(Expression::Output(output)) = self.template(value, &pointer) {
            return Some(Expires { pointer, output });
        }
        self.report(
            Code::InvalidExpression,
            &pointer,
            "`x-expires` does not name an output of the step",
            "not an output",
            Some("declare an output with the expiry, and write `$outputs.NAME`"),
        );
        None
    }

    fn security(&mut self, object: &Object<'d>) -> Vec<Security> {
        let mut security = Vec::new();
        for (value, at) in self.list(object, SECURITY) {
            let Some(entry) = self.object(
                value,
                &at,
                "an entry of `x-security`",
                &["schemeName", "scheme", "values"],
            ) else {
                continue;
            };
            if entry.map.contains_key("scheme") {
                let help =
                    Some("declare the scheme in the API description and name it with `schemeName`");
                self.report(
                    Code::UnsupportedSecurity,
                    &entry.at("scheme"),
                    "inline security schemes are not supported",
                    "has no effect",
                    help,
                );
                continue;
            }
            let Some(scheme) = self.required_text(&entry, "schemeName") else {
                continue;
            };
            let scheme = scheme
                .rsplit('.')
                .next()
                .map(str::to_owned)
                .filter(|_| scheme.starts_with('$'))
                .unwrap_or(scheme);
            let Some(map) = self
                .required(&entry, "values")
                .and_then(|values| self.as_map(values, &entry.at("values"), "`values`"))
            else {
                continue;
            };
            let at_values = entry.at("values");
            let values: IndexMap<_, _> = map
                .iter()
                .map(|(name, value)| (name.clone(), self.template(value, &child(&at_values, name))))
                .collect();
            security.push(Security {
                pointer: entry.at,
                scheme,
                values,
            });
        }
        security
    }
}

/// The payload of a body that is a string.
#[derive(Debug, PartialEq)]
enum TextPayload {
    /// An object, a list or a string in JSON.
    Json(Value),
    /// JSON with an expression in the name of a property.
    ExpressionInName,
    /// Declared as JSON, but not valid; the reason.
    Invalid(String),
    Text,
}

impl TextPayload {
    fn of(payload: &Value, content_type: Option<&str>) -> Self {
        let Some(text) = payload.as_str().map(str::trim) else {
            return Self::Text;
        };
        let declared = content_type.map(|kind| kind.to_ascii_lowercase().contains("json"));
        let is_json = match text.chars().next() {
            Some('{') => !text.starts_with("{$"),
            Some('[') => true,
            Some('"') => declared == Some(true),
            _ => false,
        };
        if declared == Some(false) || !is_json {
            return Self::Text;
        }
        match serde_json::from_str(&with_quotes(text)) {
            Ok(value) if has_expression_in_name(&value) => Self::ExpressionInName,
            Ok(value) => Self::Json(value),
            Err(error) if declared == Some(true) => Self::Invalid(error.to_string()),
            _ => Self::Text,
        }
    }
}

/// Returns `true` if a name of an object, at any depth, has an embedded expression.
fn has_expression_in_name(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| name.contains("{$") || has_expression_in_name(member)),
        Value::Array(items) => items.iter().any(has_expression_in_name),
        _ => false,
    }
}

/// Puts quotes around the expressions that are values of a JSON template, as in `{"limit": {$inputs.limit}}`.
fn with_quotes(json: &str) -> String {
    let mut quoted = String::new();
    let mut rest = json;
    let mut is_string = false;
    while let Some(char) = rest.chars().next() {
        let (first, after) = rest.split_at(char.len_utf8());
        if is_string && char == '\\' {
            let escaped = after.chars().next().map_or(0, char::len_utf8);
            quoted.push_str(&rest[..1 + escaped]);
            rest = &after[escaped..];
            continue;
        }
        if !is_string
            && rest.starts_with("{$")
            && let Some(end) = rest.find('}')
        {
            quoted.push_str(&Value::from(&rest[1..end]).to_string());
            rest = &rest[end + 1..];
            continue;
        }
        is_string ^= char == '"';
        quoted.push_str(first);
        rest = after;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_json_templates_need_no_quotes() {
        let of = |text: &str| TextPayload::of(&json!(text), Some("application/json"));
        for (text, expected) in [
            (
                r#"{"a": {$inputs.a}, "b": [{$inputs.b}, 1]}"#,
                json!({"a": "$inputs.a", "b": ["$inputs.b", 1]}),
            ),
            (
                r#"{"a": "{$inputs.a}", "b": "\"{$inputs.b}"}"#,
                json!({"a": "{$inputs.a}", "b": "\"{$inputs.b}"}),
            ),
            (r#"[{"a": "\\"}]"#, json!([{"a": "\\"}])),
            (r#""{$inputs.a} b""#, json!("{$inputs.a} b")),
        ] {
            assert_eq!(of(text), TextPayload::Json(expected), "{text}");
        }
        assert!(matches!(of(r#"{"a": }"#), TextPayload::Invalid(_)));
        let named = of(r#"[{"a": {"{$inputs.a}": 1}}]"#);
        assert_eq!(named, TextPayload::ExpressionInName);
        assert_eq!(of("{$inputs.a}"), TextPayload::Text);
        assert_eq!(of("text"), TextPayload::Text);
        let text = TextPayload::of(&json!("{\"a\": }"), None);
        assert_eq!(text, TextPayload::Text);
    }
}
