//! Parser for components and the references to them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::actions::Trigger;
use super::reader::{Object, Reader};
use crate::arazzo::expression::{Expression, SyntaxProblem};
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, child};
use crate::openapi::extensions::is_extension;

impl<'d> Reader<'d> {
    pub(super) fn components(&mut self, root: &Object<'d>) {
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
            if let Some(action) = self.action(value, &at, Trigger::Success) {
                self.components.success_actions.insert(name.clone(), action);
            }
        }
        for (name, value, at) in entries(self, "failureActions") {
            self.check_key("the name of a component", name, &at);
            if let Some(action) = self.action(value, &at, Trigger::Failure) {
                self.components.failure_actions.insert(name.clone(), action);
            }
        }
    }

    /// Reports components that no reference of the document names.
    pub(super) fn unused_components(&mut self) {
        let mut references = BTreeSet::new();
        collect_references(self.root, &mut references);
        for section in ["inputs", "parameters", "successActions", "failureActions"] {
            let at = child("/components", section);
            let Some(entries) = self.root.pointer(&at).and_then(Value::as_object) else {
                continue;
            };
            for (name, value) in entries {
                let anchor = value.get("$anchor").and_then(Value::as_str);
                let local = format!("#{}", child(&at, name));
                let is_used = references.iter().any(|reference| {
                    *reference == format!("$components.{section}.{name}")
                        || *reference == local
                        || reference.starts_with(&format!("{local}/"))
                        || anchor.is_some_and(|anchor| *reference == format!("#{anchor}"))
                });
                if !is_used {
                    self.report(
                        Code::UnusedComponent,
                        &child(&at, name),
                        format!(
                            "the component `{}` in `{section}` is never referenced",
                            shorten(name)
                        ),
                        "has no effect",
                        Some("refer to it, or remove it"),
                    );
                }
            }
        }
    }

    /// Returns the component name a Reusable Object refers to.
    ///
    /// Returns `None` if the value is not a Reusable Object, and `Some(None)` if its reference is invalid, which has
    /// been reported.
    pub(super) fn reference(
        &mut self,
        value: &'d Value,
        parent: &str,
        section: &str,
    ) -> Option<Option<String>> {
        let map = value.as_object()?;
        let (text, at) = match (map.get("reference"), map.get("$ref")) {
            (Some(text), _) => (text, child(parent, "reference")),
            (None, Some(text)) => (text, child(parent, "$ref")),
            (None, None) => return None,
        };
        self.fields_of_reference(map, parent, section);
        let Some(text) = self.as_text(text, &at, "a reference") else {
            return Some(None);
        };
        let name = if let Some(name) = text.strip_prefix(&format!("#/components/{section}/")) {
            let help = format!("write `reference: $components.{section}.{name}`");
            self.report(
                Code::NonStandard,
                &at,
                "references to components must be runtime expressions",
                "accepted, but not standard",
                Some(&help),
            );
            name.to_owned()
        } else {
            match Expression::parse(text).map(|parsed| parsed.expression) {
                Ok(Expression::Component {
                    section: found,
                    name,
                }) if found == section => {
                    if !map.contains_key("reference") {
                        let problem = SyntaxProblem::new("the field of a reference is `reference`")
                            .help(format!("write `reference: {text}`"));
                        self.remarks(&at, [problem]);
                    }
                    name
                }
                Ok(_) => {
                    let message = format!(
                        "`{}` does not refer to an entry of `{section}` in components",
                        shorten(text)
                    );
                    self.report(
                        Code::InvalidReference,
                        &at,
                        message,
                        "refers to something else",
                        Some(&format!("write `$components.{section}.NAME`")),
                    );
                    return Some(None);
                }
                Err(problem) => {
                    self.problem(Code::InvalidReference, &at, problem);
                    return Some(None);
                }
            }
        };
        Some(Some(name))
    }

    /// Reports fields of a Reusable Object that it does not have. The component has them.
    fn fields_of_reference(&mut self, map: &'d Map<String, Value>, at: &str, section: &str) {
        let known: &[&str] = match section {
            "parameters" => &["reference", "$ref", "value"],
            _ => &["reference", "$ref"],
        };
        let is_unknown = |key: &&String| !known.contains(&key.as_str()) && !is_extension(key);
        for key in map.keys().filter(is_unknown) {
            let message = format!("a reference has no field `{}`", shorten(key));
            self.report(
                Code::UnknownField,
                &child(at, key),
                message,
                "has no effect",
                Some("remove it, or write the object here instead of the reference"),
            );
        }
    }

    /// Reports a reference to an undeclared component.
    pub(super) fn unknown_component(&mut self, section: &str, name: &str, at: &str) {
        let declared = self
            .root
            .pointer(&format!("/components/{section}"))
            .and_then(Value::as_object);
        if declared.is_some_and(|declared| declared.contains_key(name)) {
            return; // Declared but invalid, which is reported at its declaration.
        }
        let help = did_you_mean(name, declared.into_iter().flat_map(Map::keys));
        let message = format!(
            "components have no entry `{}` in `{section}`",
            shorten(name)
        );
        self.report(
            Code::UnknownComponent,
            at,
            message,
            "not declared",
            help.as_deref(),
        );
    }
}

/// Collects the values of `reference` and `$ref` fields.
fn collect_references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "reference" || key == "$ref" => {
                        found.insert(text);
                    }
                    _ => collect_references(member, found),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
