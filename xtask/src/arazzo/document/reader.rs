//! Reads the root of a document, its sources, workflows and components, and what the parts of the reader share.

use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

use super::target::WorkflowRef;
use super::{
    Action, Dependency, Description, Info, Output, Parameter, Source, SourceKind, Workflow,
};
use crate::arazzo::expression::{Expression, Problem, nearest, shorten};
use crate::arazzo::template::{self, Template};
use crate::diagnostic::{Diagnostic, Diagnostics, child};
use crate::load;

/// Reads one document.
pub(super) struct Reader<'d> {
    pub(super) file: &'d Path,
    pub(super) root: &'d Value,
    pub(super) found: &'d mut Diagnostics,
    /// Whether the document follows version 1.1.
    pub(super) modern: bool,
    pub(super) components: Components,
}

/// The components that can be referred to as a whole.
#[derive(Default)]
pub(super) struct Components {
    pub(super) parameters: IndexMap<String, Parameter>,
    pub(super) success_actions: IndexMap<String, Action>,
    pub(super) failure_actions: IndexMap<String, Action>,
}

/// An object of the document and its place.
pub(super) struct Object<'v> {
    pub(super) map: &'v Map<String, Value>,
    pub(super) at: String,
}

impl<'v> Object<'v> {
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        self.map.get(key)
    }

    pub(super) fn at(&self, key: &str) -> String {
        child(&self.at, key)
    }

    pub(super) fn extensions(&self) -> Map<String, Value> {
        self.map
            .iter()
            .filter(|(key, _)| key.starts_with("x-"))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

pub(super) fn read(document: &load::Document, found: &mut Diagnostics) -> Option<Description> {
    let mut reader = Reader {
        file: &document.path,
        root: &document.value,
        found,
        modern: false,
        components: Components::default(),
    };
    reader.description()
}

impl<'d> Reader<'d> {
    fn description(&mut self) -> Option<Description> {
        let Some(map) = self.root.as_object() else {
            self.error(
                "wrong-type",
                "",
                "an Arazzo document is an object",
                format!("this is {}", kind(self.root)),
                None,
            );
            return None;
        };
        let version = self.version(map)?;
        self.modern = version.starts_with("1.1");
        let mut known = vec![
            "arazzo",
            "info",
            "sourceDescriptions",
            "workflows",
            "components",
        ];
        if self.modern {
            known.push("$self");
        }
        let root = self.object(self.root, "", "the root", &known)?;
        self.components(&root);
        let info = self.info(&root);
        let sources = self.sources(&root);
        let workflows = self.workflows(&root);
        Some(Description {
            file: self.file.to_owned(),
            version,
            info,
            sources,
            workflows,
            extensions: root.extensions(),
        })
    }

    fn version(&mut self, root: &Map<String, Value>) -> Option<String> {
        const HELP: &str = "versions 1.0 and 1.1 are understood: write `arazzo: 1.0.1`";
        let Some(value) = root.get("arazzo") else {
            self.error(
                "missing-field",
                "",
                "the field `arazzo` is missing",
                "this is no Arazzo document",
                Some(HELP),
            );
            return None;
        };
        let version = value.as_str().unwrap_or_default();
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<_> = version
            .split(['-', '+'])
            .next()
            .unwrap_or_default()
            .split('.')
            .collect();
        if let ["1", "0" | "1", patch] = parts.as_slice()
            && number(patch)
        {
            return Some(version.to_owned());
        }
        let message = format!(
            "version `{}` of the Arazzo Specification is not supported",
            shorten(&plain(value))
        );
        self.error(
            "arazzo-version",
            "/arazzo",
            message,
            "not 1.0.x or 1.1.x",
            Some(HELP),
        );
        None
    }

    fn info(&mut self, root: &Object<'d>) -> Info {
        let Some(object) = self.required(root, "info").and_then(|value| {
            self.object(
                value,
                "/info",
                "`info`",
                &["title", "summary", "description", "version"],
            )
        }) else {
            return Info::default();
        };
        Info {
            title: self.required_text(&object, "title").unwrap_or_default(),
            summary: self.text(&object, "summary"),
            description: self.text(&object, "description"),
            version: self.required_text(&object, "version").unwrap_or_default(),
            pointer: object.at,
        }
    }

    fn sources(&mut self, root: &Object<'d>) -> Vec<Source> {
        let mut names = IndexSet::new();
        let mut sources = Vec::new();
        for (value, at) in self.required_list(root, "sourceDescriptions") {
            let Some(object) =
                self.object(value, &at, "a source description", &["name", "url", "type"])
            else {
                continue;
            };
            let (name, url) = (
                self.required_text(&object, "name"),
                self.required_text(&object, "url"),
            );
            let kind = match self.text(&object, "type").as_deref() {
                None | Some("openapi") => SourceKind::OpenApi,
                Some("arazzo") => SourceKind::Arazzo,
                Some("asyncapi") => {
                    self.warn(
                        "unsupported-source",
                        &object.at("type"),
                        "AsyncAPI documents are not supported",
                        "its operations cannot be called",
                        None,
                    );
                    SourceKind::AsyncApi
                }
                Some(other) => {
                    self.error(
                        "invalid-value",
                        &object.at("type"),
                        format!("`{}` is no type of a source", shorten(other)),
                        "unknown type",
                        Some("write `openapi` or `arazzo`"),
                    );
                    continue;
                }
            };
            let (Some(name), Some(url)) = (name, url) else {
                continue;
            };
            self.check_id("the name of a source", &name, &object.at("name"));
            if !names.insert(name.clone()) {
                self.duplicate("source", &name, &object.at("name"));
                continue;
            }
            sources.push(Source {
                pointer: object.at,
                name,
                url,
                kind,
            });
        }
        sources
    }

    fn workflows(&mut self, root: &Object<'d>) -> Vec<Workflow> {
        let mut ids = IndexSet::new();
        let mut workflows = Vec::new();
        for (value, at) in self.required_list(root, "workflows") {
            if let Some(workflow) = self.workflow(value, &at) {
                if !ids.insert(workflow.id.clone()) {
                    self.duplicate("workflow", &workflow.id, &child(&at, "workflowId"));
                    continue;
                }
                workflows.push(workflow);
            }
        }
        workflows
    }

    fn workflow(&mut self, value: &'d Value, at: &str) -> Option<Workflow> {
        const KNOWN: &[&str] = &[
            "workflowId",
            "summary",
            "description",
            "inputs",
            "dependsOn",
            "steps",
            "successActions",
            "failureActions",
            "outputs",
            "parameters",
        ];
        let object = self.object(value, at, "a workflow", KNOWN)?;
        let id = self.required_text(&object, "workflowId");
        if let Some(id) = &id {
            self.check_id("the id of a workflow", id, &object.at("workflowId"));
        }
        let inputs = object
            .get("inputs")
            .map(|schema| self.inputs(schema, &object.at("inputs")))
            .unwrap_or_default();
        let depends_on = self.dependencies(&object);
        let parameters = self.parameters(&object, true);
        let on_success = self.actions(&object, "successActions", true);
        let on_failure = self.actions(&object, "failureActions", true);
        let mut ids = IndexSet::new();
        let mut steps = Vec::new();
        for (value, at) in self.required_list(&object, "steps") {
            let Some(mut step) = self.step(value, &at) else {
                continue;
            };
            if !ids.insert(step.id.clone()) {
                self.duplicate("step", &step.id, &child(&at, "stepId"));
                continue;
            }
            for parameter in &parameters {
                if !step
                    .parameters
                    .iter()
                    .any(|own| own.name == parameter.name && own.location == parameter.location)
                {
                    step.parameters.push(parameter.clone());
                }
            }
            extend(&mut step.on_success, &on_success);
            extend(&mut step.on_failure, &on_failure);
            steps.push(step);
        }
        Some(Workflow {
            id: id?,
            summary: self.text(&object, "summary"),
            description: self.text(&object, "description"),
            inputs,
            depends_on,
            steps,
            outputs: self.outputs(&object),
            extensions: object.extensions(),
            pointer: object.at,
        })
    }

    fn dependencies(&mut self, workflow: &Object<'d>) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for (value, at) in self.list(workflow, "dependsOn") {
            let Some(text) = self.as_text(value, &at, "the id of a workflow") else {
                continue;
            };
            match WorkflowRef::parse(text) {
                Ok((workflow, remarks)) => {
                    self.remarks(&at, remarks);
                    dependencies.push(Dependency {
                        pointer: at,
                        workflow,
                    });
                }
                Err(problem) => self.problem("invalid-reference", &at, problem),
            }
        }
        dependencies
    }

    pub(super) fn outputs(&mut self, object: &Object<'d>) -> IndexMap<String, Output> {
        let mut outputs = IndexMap::new();
        let Some(map) = object
            .get("outputs")
            .and_then(|value| self.as_map(value, &object.at("outputs"), "`outputs`"))
        else {
            return outputs;
        };
        for (name, value) in map {
            let pointer = child(&object.at("outputs"), name);
            self.check_key("the name of an output", name, &pointer);
            let value = self.template(value, &pointer);
            if matches!(value, Template::Literal(_))
                && !self
                    .found
                    .iter()
                    .any(|known| known.pointer.starts_with(&pointer))
            {
                self.warn(
                    "constant-output",
                    &pointer,
                    "the output is a constant",
                    "always this value",
                    Some("outputs are runtime expressions"),
                );
            }
            outputs.insert(name.clone(), Output { pointer, value });
        }
        outputs
    }

    fn components(&mut self, root: &Object<'d>) {
        let Some(components) = root.get("components").and_then(|value| {
            self.object(
                value,
                "/components",
                "`components`",
                &["inputs", "parameters", "successActions", "failureActions"],
            )
        }) else {
            return;
        };
        let entries = |reader: &mut Self, section: &str| -> Vec<(&'d String, &'d Value, String)> {
            let at = components.at(section);
            let Some(map) = components
                .get(section)
                .and_then(|value| reader.as_map(value, &at, "a section of components"))
            else {
                return Vec::new();
            };
            map.iter()
                .map(|(name, value)| (name, value, child(&at, name)))
                .collect()
        };
        for (name, _, at) in entries(self, "inputs") {
            self.check_key("the name of a component", name, &at);
        }
        for (name, value, at) in entries(self, "parameters") {
            self.check_key("the name of a component", name, &at);
            if let Some(parameter) = self.parameter(value, &at) {
                self.components.parameters.insert(name.clone(), parameter);
            }
        }
        for (name, value, at) in entries(self, "successActions") {
            self.check_key("the name of a component", name, &at);
            if let Some(action) = self.action(value, &at, false) {
                self.components.success_actions.insert(name.clone(), action);
            }
        }
        for (name, value, at) in entries(self, "failureActions") {
            self.check_key("the name of a component", name, &at);
            if let Some(action) = self.action(value, &at, true) {
                self.components.failure_actions.insert(name.clone(), action);
            }
        }
    }

    /// The name that a Reusable Object refers to in a section; the outer `None` where the object is none.
    pub(super) fn reference(
        &mut self,
        value: &'d Value,
        at: &str,
        section: &str,
    ) -> Option<Option<String>> {
        let map = value.as_object()?;
        let (text, at) = match (map.get("reference"), map.get("$ref")) {
            (Some(text), _) => (text, child(at, "reference")),
            (None, Some(text)) => (text, child(at, "$ref")),
            (None, None) => return None,
        };
        let Some(text) = self.as_text(text, &at, "a reference") else {
            return Some(None);
        };
        let name = if let Some(name) = text.strip_prefix(&format!("#/components/{section}/")) {
            let help = format!("write `reference: $components.{section}.{name}`");
            self.warn(
                "nonstandard",
                &at,
                "components are referred to by a runtime expression",
                "understood, but not standard",
                Some(&help),
            );
            name.to_owned()
        } else {
            match Expression::parse(text).map(|parsed| parsed.expression) {
                Ok(Expression::Component {
                    section: found,
                    name,
                }) if found == section => name,
                Ok(_) => {
                    let message = format!(
                        "`{}` does not refer to one of the {section} of components",
                        shorten(text)
                    );
                    self.error(
                        "invalid-reference",
                        &at,
                        message,
                        "refers to something else",
                        Some(&format!("write `$components.{section}.NAME`")),
                    );
                    return Some(None);
                }
                Err(problem) => {
                    self.problem("invalid-reference", &at, problem);
                    return Some(None);
                }
            }
        };
        Some(Some(name))
    }

    /// Reports a name that stands in no component.
    pub(super) fn unknown_component(&mut self, section: &str, name: &str, at: &str) {
        let declared = self
            .root
            .pointer(&format!("/components/{section}"))
            .and_then(Value::as_object);
        if declared.is_some_and(|declared| declared.contains_key(name)) {
            return; // It is there, and what is wrong with it was reported at its own place.
        }
        let help = nearest(name, declared.into_iter().flat_map(Map::keys))
            .map(|meant| format!("did you mean `{meant}`?"));
        let message = format!(
            "components have no entry `{}` in `{section}`",
            shorten(name)
        );
        self.error(
            "unknown-component",
            at,
            message,
            "not declared",
            help.as_deref(),
        );
    }

    pub(super) fn template(&mut self, value: &Value, at: &str) -> Template {
        let mut reader = template::Reader {
            selectors: self.modern,
            findings: Vec::new(),
        };
        let template = reader.template(value, at);
        self.findings(reader.findings);
        template
    }

    pub(super) fn findings(&mut self, findings: Vec<template::Finding>) {
        for finding in findings {
            if finding.error {
                self.problem("invalid-expression", &finding.pointer, finding.problem);
            } else {
                self.remarks(&finding.pointer, [finding.problem]);
            }
        }
    }

    pub(super) fn remarks(&mut self, at: &str, remarks: impl IntoIterator<Item = Problem>) {
        for problem in remarks {
            self.warn(
                "nonstandard",
                at,
                problem.message,
                "understood, but not standard",
                problem.help.as_deref(),
            );
        }
    }

    pub(super) fn problem(&mut self, code: &'static str, at: &str, problem: Problem) {
        self.error(
            code,
            at,
            problem.message,
            "cannot be read",
            problem.help.as_deref(),
        );
    }

    /// An object, with a warning for each field that it should not have.
    pub(super) fn object(
        &mut self,
        value: &'d Value,
        at: &str,
        what: &str,
        known: &[&str],
    ) -> Option<Object<'d>> {
        let map = self.as_map(value, at, what)?;
        for key in map
            .keys()
            .filter(|key| !key.starts_with("x-") && !known.contains(&key.as_str()))
        {
            let help = nearest(key, known).map(|meant| format!("did you mean `{meant}`?"));
            let message = format!("{what} has no field `{}`", shorten(key));
            self.warn(
                "unknown-field",
                &child(at, key),
                message,
                "has no effect",
                help.as_deref(),
            );
        }
        Some(Object {
            map,
            at: at.to_owned(),
        })
    }

    pub(super) fn as_map(
        &mut self,
        value: &'d Value,
        at: &str,
        what: &str,
    ) -> Option<&'d Map<String, Value>> {
        if value.as_object().is_none() {
            self.wrong_type(value, at, what, "an object");
        }
        value.as_object()
    }

    pub(super) fn as_text(&mut self, value: &'d Value, at: &str, what: &str) -> Option<&'d str> {
        if value.as_str().is_none() {
            self.wrong_type(value, at, what, "a string");
        }
        value.as_str()
    }

    pub(super) fn wrong_type(&mut self, value: &Value, at: &str, what: &str, wanted: &str) {
        let help = matches!(value, Value::Number(_) | Value::Bool(_))
            .then(|| format!("write '{}', in quotes", plain(value)));
        self.error(
            "wrong-type",
            at,
            format!("{what} is {wanted}"),
            format!("this is {}", kind(value)),
            help.as_deref().filter(|_| wanted == "a string"),
        );
    }

    pub(super) fn required(&mut self, object: &Object<'d>, key: &str) -> Option<&'d Value> {
        let value = object.get(key);
        if value.is_none() {
            self.error(
                "missing-field",
                &object.at,
                format!("the field `{key}` is missing"),
                format!("`{key}` is required here"),
                None,
            );
        }
        value
    }

    pub(super) fn text(&mut self, object: &Object<'d>, key: &str) -> Option<String> {
        let value = object.get(key)?;
        self.as_text(value, &object.at(key), &format!("`{key}`"))
            .map(str::to_owned)
    }

    pub(super) fn required_text(&mut self, object: &Object<'d>, key: &str) -> Option<String> {
        self.required(object, key)?;
        self.text(object, key)
    }

    /// The elements of an optional array with their places.
    pub(super) fn list(&mut self, object: &Object<'d>, key: &str) -> Vec<(&'d Value, String)> {
        let Some(value) = object.get(key) else {
            return Vec::new();
        };
        let at = object.at(key);
        match value.as_array() {
            Some(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| (item, child(&at, index)))
                .collect(),
            None => {
                self.wrong_type(value, &at, &format!("`{key}`"), "an array");
                Vec::new()
            }
        }
    }

    /// The elements of an array that must have at least one.
    fn required_list(&mut self, object: &Object<'d>, key: &str) -> Vec<(&'d Value, String)> {
        if self.required(object, key).is_none() {
            return Vec::new();
        }
        let items = self.list(object, key);
        if object
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            self.error(
                "empty-list",
                &object.at(key),
                format!("`{key}` is empty"),
                "at least one is required",
                None,
            );
        }
        items
    }

    pub(super) fn check_id(&mut self, what: &str, id: &str, at: &str) {
        self.check_name(what, id, at, "-_");
    }

    pub(super) fn check_key(&mut self, what: &str, key: &str, at: &str) {
        self.check_name(what, key, at, "-_.");
    }

    fn check_name(&mut self, what: &str, name: &str, at: &str, also: &str) {
        if name.is_empty() {
            self.error(
                "invalid-name",
                at,
                format!("{what} is empty"),
                "a name is required",
                None,
            );
        } else if !name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || also.contains(char))
        {
            let message = format!(
                "{what} consists of letters, digits and `{also}`, and `{}` does not",
                shorten(name)
            );
            self.warn(
                "invalid-name",
                at,
                message,
                "expressions may not be able to name it",
                None,
            );
        }
    }

    pub(super) fn duplicate(&mut self, what: &str, name: &str, at: &str) {
        self.error(
            "duplicate-id",
            at,
            format!("there is another {what} `{}`", shorten(name)),
            "this one is the second",
            Some("give it a name of its own"),
        );
    }

    pub(super) fn error(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<&str>,
    ) {
        self.push(
            Diagnostic::error(code, self.file, at, message).label(label),
            help,
        );
    }

    pub(super) fn warn(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<&str>,
    ) {
        self.push(
            Diagnostic::warning(code, self.file, at, message).label(label),
            help,
        );
    }

    fn push(&mut self, diagnostic: Diagnostic, help: Option<&str>) {
        self.found.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

/// Adds to a step's actions those of the workflow whose names it does not use.
fn extend(own: &mut Vec<Action>, inherited: &[Action]) {
    for action in inherited {
        if !own.iter().any(|known| known.name == action.name) {
            own.push(action.clone());
        }
    }
}

/// A value's type with its article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
