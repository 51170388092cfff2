//! Parser for success and failure actions and their criteria.

use indexmap::IndexSet;
use serde_json::Value;

use super::reader::{Object, Reader};
use super::target::WorkflowRef;
use super::{Action, ActionKind, GotoTarget, Owner};
use crate::arazzo::criterion::{
    Condition, Criterion, Simple, check_jsonpath, check_regex, check_xpath, convert_operands,
    modifiers_as_group,
};
use crate::arazzo::expression::{Expression, Part, SyntaxProblem};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{self, TextPart};
use crate::diagnostic::suggestion::shorten;
use crate::diagnostic::{Code, child};

/// Step result that triggers an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    Success,
    Failure,
}

impl Trigger {
    /// Returns the section of `components` that holds these actions.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Success => "successActions",
            Self::Failure => "failureActions",
        }
    }

    fn described(self) -> &'static str {
        match self {
            Self::Success => "a success action",
            Self::Failure => "a failure action",
        }
    }

    /// Returns the action types allowed for this trigger, for help texts.
    fn types(self) -> &'static str {
        match self {
            Self::Success => "`end` or `goto`",
            Self::Failure => "`end`, `goto` or `retry`",
        }
    }
}

impl<'d> Reader<'d> {
    /// Parses the actions of a step or workflow.
    pub(super) fn actions(
        &mut self,
        object: &Object<'d>,
        owner: Owner,
        trigger: Trigger,
    ) -> Vec<Action> {
        let key = match (owner, trigger) {
            (Owner::Workflow, trigger) => trigger.section(),
            (Owner::Step, Trigger::Success) => "onSuccess",
            (Owner::Step, Trigger::Failure) => "onFailure",
        };
        let mut names = IndexSet::new();
        let mut actions = Vec::new();
        for (value, at) in self.list(object, key) {
            let action = match self.reference(value, &at, trigger.section()) {
                Some(name) => name.and_then(|name| self.reused_action(trigger, &name, &at)),
                None => self.action(value, &at, trigger),
            };
            let Some(mut action) = action else { continue };
            action.inherited = owner == Owner::Workflow;
            if !names.insert(action.name.clone()) {
                self.duplicate("action", &action.name, &at);
                continue;
            }
            actions.push(action);
        }
        actions
    }

    fn reused_action(&mut self, trigger: Trigger, name: &str, at: &str) -> Option<Action> {
        let known = match trigger {
            Trigger::Success => &self.components.success_actions,
            Trigger::Failure => &self.components.failure_actions,
        };
        let Some(action) = known.get(name).cloned() else {
            self.unknown_component(trigger.section(), name, at);
            return None;
        };
        Some(Action {
            pointer: at.to_owned(),
            ..action
        })
    }

    pub(super) fn action(
        &mut self,
        value: &'d Value,
        at: &str,
        trigger: Trigger,
    ) -> Option<Action> {
        let mut known = vec!["name", "type", "workflowId", "stepId", "criteria"];
        if trigger == Trigger::Failure {
            known.extend(["retryAfter", "retryLimit"]);
        }
        if self.is_v1_1 {
            known.push("parameters");
        }
        let object = self.object(value, at, trigger.described(), &known)?;
        let name = self.required_text(&object, "name");
        let kind = self.required_text(&object, "type");
        let target = self.goto_target(&object);
        let criteria = self.criteria(&object, "criteria");
        let parameters = match self.is_v1_1 {
            true => self.parameters(&object, Owner::Step),
            false => Vec::new(),
        };
        let kind = self.action_kind(&object, &kind?, target, trigger)?;
        self.ignored_by_action(&object, &kind, trigger);
        Some(Action {
            pointer: at.to_owned(),
            name: name?,
            kind,
            criteria,
            parameters,
            inherited: false,
        })
    }

    /// Parses the kind of an action. `target` is `None` if the target is invalid and has been reported.
    fn action_kind(
        &mut self,
        object: &Object<'d>,
        kind: &str,
        target: Option<Option<GotoTarget>>,
        trigger: Trigger,
    ) -> Option<ActionKind> {
        match (kind, trigger) {
            ("end", _) => Some(ActionKind::End),
            ("goto", _) => {
                let target = target?;
                if target.is_none() {
                    self.report(
                        Code::MissingField,
                        &object.at,
                        "the action has no target",
                        "`goto` needs a target",
                        Some("add `stepId` or `workflowId`"),
                    );
                }
                target.map(ActionKind::Goto)
            }
            ("retry", Trigger::Failure) => Some(ActionKind::Retry {
                after: self.seconds(object),
                limit: self.whole_number(object, "retryLimit"),
                first: target.flatten(),
            }),
            (other, trigger) => {
                let message = format!("`{}` is not a type of this action", shorten(other));
                self.report(
                    Code::InvalidValue,
                    &object.at("type"),
                    message,
                    "unknown type",
                    Some(&format!("write {}", trigger.types())),
                );
                None
            }
        }
    }

    /// Reports fields that have no effect in an action of this kind.
    fn ignored_by_action(&mut self, object: &Object<'d>, kind: &ActionKind, trigger: Trigger) {
        let mut targets = ["stepId", "workflowId"].into_iter();
        let target = targets.find(|key| object.map.contains_key(*key));
        if let (ActionKind::End, Some(key)) = (kind, target) {
            self.report(
                Code::IgnoredField,
                &object.at(key),
                "an action of type `end` has no target",
                "has no effect",
                None,
            );
        }
        if trigger == Trigger::Failure && !matches!(kind, ActionKind::Retry { .. }) {
            for key in ["retryAfter", "retryLimit"]
                .into_iter()
                .filter(|key| object.map.contains_key(*key))
            {
                self.report(
                    Code::IgnoredField,
                    &object.at(key),
                    format!("`{key}` applies to `retry` only"),
                    "has no effect",
                    None,
                );
            }
        }
    }

    /// Parses the target of an action.
    ///
    /// Returns `None` if the target is invalid (reported), and `Some(None)` if the action has no target.
    fn goto_target(&mut self, object: &Object<'d>) -> Option<Option<GotoTarget>> {
        let (step, workflow) = (self.text(object, "stepId"), self.text(object, "workflowId"));
        match (step, workflow) {
            (Some(_), Some(_)) => {
                self.report(
                    Code::AmbiguousTarget,
                    &object.at,
                    "the action has both a `stepId` and a `workflowId`",
                    "ambiguous target",
                    Some("remove one of them"),
                );
                None
            }
            (Some(step), None) => {
                // Some documents use the expression `$steps.ID` instead of the plain id.
                let id = step.strip_prefix("$steps.").unwrap_or(&step);
                if id != step {
                    self.remarks(
                        &object.at("stepId"),
                        [SyntaxProblem::new("`stepId` must be the plain id")
                            .help(format!("write `{id}`"))],
                    );
                }
                Some(Some(GotoTarget::Step(id.to_owned())))
            }
            (None, Some(workflow)) => match WorkflowRef::parse(&workflow) {
                Ok((workflow, remarks)) => {
                    self.remarks(&object.at("workflowId"), remarks);
                    Some(Some(GotoTarget::Workflow(workflow)))
                }
                Err(problem) => {
                    self.problem(Code::InvalidReference, &object.at("workflowId"), problem);
                    None
                }
            },
            (None, None) => Some(None),
        }
    }

    fn seconds(&mut self, object: &Object<'d>) -> Option<f64> {
        let value = object.get("retryAfter")?;
        match value.as_f64() {
            Some(seconds) if seconds >= 0.0 => Some(seconds),
            Some(_) => {
                self.report(
                    Code::InvalidValue,
                    &object.at("retryAfter"),
                    "`retryAfter` is negative",
                    "delay in seconds",
                    Some("write 0 or more"),
                );
                None
            }
            None => {
                self.wrong_type(
                    value,
                    &object.at("retryAfter"),
                    "`retryAfter`",
                    "a number of seconds",
                );
                None
            }
        }
    }

    pub(super) fn whole_number(&mut self, object: &Object<'d>, key: &str) -> Option<u64> {
        let value = object.get(key)?;
        let number = value.as_u64();
        if number.is_none() {
            if value.is_number() {
                self.report(
                    Code::InvalidValue,
                    &object.at(key),
                    format!("`{key}` is not a whole number of 0 or more"),
                    "not a whole number",
                    None,
                );
            } else {
                self.wrong_type(
                    value,
                    &object.at(key),
                    &format!("`{key}`"),
                    "a whole number",
                );
            }
        }
        number
    }

    /// Parses a list of criteria.
    pub(super) fn criteria(&mut self, object: &Object<'d>, key: &str) -> Vec<Criterion> {
        self.list(object, key)
            .into_iter()
            .filter_map(|(value, at)| self.criterion(value, &at))
            .collect()
    }

    fn criterion(&mut self, value: &'d Value, at: &str) -> Option<Criterion> {
        let object = self.object(value, at, "a criterion", &["context", "condition", "type"])?;
        let text = match self.required(&object, "condition")? {
            // Accepts `condition: true` without quotes.
            Value::Bool(value) => value.to_string(),
            value => self
                .as_text(value, &object.at("condition"), "`condition`")?
                .to_owned(),
        };
        let context = match self.text(&object, "context") {
            Some(context) => {
                let mut reader = template::Reader::default();
                let context = reader.expression(&context, &object.at("context"));
                self.findings(reader.findings);
                context
            }
            None => None,
        };
        let (kind, version) = self.criterion_type(&object);
        let condition = match kind.as_str() {
            "simple" => self.simple(&text, &object),
            "regex" | "jsonpath" | "xpath" if context.is_none() => {
                if !object.map.contains_key("context") {
                    let message =
                        format!("a criterion of type `{kind}` needs a `context`, which is missing");
                    self.report(
                        Code::MissingField,
                        at,
                        message,
                        "no `context`",
                        Some("add `context: $response.body`"),
                    );
                }
                Condition::Never
            }
            "regex" => self.pattern(&text, &object),
            "jsonpath" => self.query(&text, context.as_ref(), version.as_deref(), &object),
            "xpath" => self.xpath(&text, version.as_deref(), &object),
            other => {
                let message = format!("`{}` is not a criterion type", shorten(other));
                self.report(
                    Code::InvalidValue,
                    &child(at, "type"),
                    message,
                    "unknown type",
                    Some("write `simple`, `regex`, `jsonpath` or `xpath`"),
                );
                Condition::Never
            }
        };
        Some(Criterion {
            pointer: at.to_owned(),
            context,
            condition,
            text,
        })
    }

    fn criterion_type(&mut self, object: &Object<'d>) -> (String, Option<String>) {
        match object.get("type") {
            None => ("simple".to_owned(), None),
            Some(Value::String(kind)) => (kind.clone(), None),
            Some(value) => {
                let Some(inner) = self.object(
                    value,
                    &object.at("type"),
                    "the type of a criterion",
                    &["type", "version"],
                ) else {
                    return ("simple".to_owned(), None);
                };
                let kind = self
                    .required_text(&inner, "type")
                    .unwrap_or_else(|| "simple".to_owned());
                let version = self.required_text(&inner, "version");
                let versions: &[&str] = match kind.as_str() {
                    "jsonpath" => &["rfc9535", "draft-goessner-dispatch-jsonpath-00"],
                    "xpath" => &["xpath-31", "xpath-30", "xpath-20", "xpath-10"],
                    _ => &[],
                };
                if let Some(version) = version
                    .as_deref()
                    .filter(|version| !versions.is_empty() && !versions.contains(version))
                {
                    let message = format!("`{}` is not a version of `{kind}`", shorten(version));
                    self.report_as_warning(
                        Code::InvalidValue,
                        &inner.at("version"),
                        message,
                        "unknown version",
                        Some(&format!("write one of {}", versions.join(", "))),
                    );
                }
                (kind, version)
            }
        }
    }

    fn simple(&mut self, text: &str, object: &Object<'d>) -> Condition {
        match Simple::parse(text) {
            Ok((simple, remarks)) => {
                self.remarks(&object.at("condition"), remarks);
                Condition::Simple(simple)
            }
            Err(problem) => {
                // A condition starting like a JSONPath query most likely lacks its `type`.
                let body = Expression::Response(Part::Body(Pointer::default()));
                if (text.starts_with("$.") || text.starts_with("$["))
                    && let Some(simple) = self.comparison(text, &body, object)
                {
                    return simple;
                }
                let help = match problem.help {
                    None if text.starts_with("$.") || text.starts_with("$[") => {
                        Some("add `type: jsonpath` and a `context`".to_owned())
                    }
                    help => help,
                };
                self.never(&object.at("condition"), problem.message, help.as_deref());
                Condition::Never
            }
        }
    }

    fn pattern(&mut self, text: &str, object: &Object<'d>) -> Condition {
        let text = self.embedded(&modifiers_as_group(text), &object.at("condition"));
        match text.literal().map_or(Ok(()), check_regex) {
            Ok(()) => Condition::Regex(text),
            Err(problem) => {
                self.never(
                    &object.at("condition"),
                    problem.message,
                    problem.help.as_deref(),
                );
                Condition::Never
            }
        }
    }

    fn query(
        &mut self,
        text: &str,
        context: Option<&Expression>,
        version: Option<&str>,
        object: &Object<'d>,
    ) -> Condition {
        let source = text;
        let text = self.embedded(text, &object.at("condition"));
        match check_jsonpath(&sample(&text)) {
            Ok(()) => Condition::JsonPath(text),
            Err(mut problem) => {
                let compared = context.and_then(|it| self.comparison(source, it, object));
                if let Some(compared) = compared {
                    return compared;
                }
                if version.is_some_and(|version| version.starts_with("draft-goessner")) {
                    problem
                        .message
                        .push_str("; queries of the older draft are parsed as RFC 9535");
                }
                self.never(
                    &object.at("condition"),
                    problem.message,
                    problem.help.as_deref(),
                );
                Condition::Never
            }
        }
    }

    fn xpath(&mut self, text: &str, version: Option<&str>, object: &Object<'d>) -> Condition {
        let mut text = self.embedded(text, &object.at("condition"));
        convert_operands(&mut text);
        if let Err(problem) = check_xpath(&sample(&text)) {
            self.never(
                &object.at("condition"),
                problem.message,
                problem.help.as_deref(),
            );
            return Condition::Never;
        }
        if let Some(version) = version.filter(|version| *version != "xpath-10") {
            let message = format!("conditions of `{version}` are evaluated as XPath 1.0");
            let problem = SyntaxProblem::new(message).help(
                "the versions compare two nodes differently: as numbers in XPath 1.0, as strings later",
            );
            self.remarks(&object.at("type"), [problem]);
        }
        Condition::XPath(text)
    }

    fn embedded(&mut self, text: &str, at: &str) -> template::Text {
        let mut reader = template::Reader::default();
        let text = reader.text(text, at);
        self.findings(reader.findings);
        text
    }

    /// Parses a query that is written as a comparison.
    fn comparison(
        &mut self,
        text: &str,
        context: &Expression,
        object: &Object<'d>,
    ) -> Option<Condition> {
        let simple = Simple::parse_query(text, context)?;
        let message = format!(
            "`{}` compares values, which a JSONPath query cannot do outside of a filter",
            shorten(text)
        );
        let problem = SyntaxProblem::new(message).help(format!(
            "it is read as a comparison; write a condition of the type `simple`, with `{context}#/…` instead of `$…`"
        ));
        self.remarks(&object.at("condition"), vec![problem]);
        Some(Condition::Simple(simple))
    }

    fn never(&mut self, at: &str, message: impl Into<String>, help: Option<&str>) {
        self.report(
            Code::InvalidCriterion,
            at,
            message,
            "cannot be evaluated",
            help,
        );
    }
}

/// Returns a query with numbers for its embedded expressions, which are parts of strings or numbers in it.
fn sample(text: &template::Text) -> String {
    let parts = text.parts.iter().map(|part| match part {
        TextPart::Literal(text) => text.as_str(),
        TextPart::Expression(_) | TextPart::Xml(_) => "0",
    });
    parts.collect()
}
