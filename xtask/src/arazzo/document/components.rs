//! Parser for components and the references to them.

use serde_json::{Map, Value};

use super::actions::Trigger;
use super::reader::{Object, Reader};
use crate::arazzo::expression::Expression;
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, child};

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

    /// Returns the component name a Reusable Object refers to.
    ///
    /// Returns `None` if the value is not a Reusable Object, and `Some(None)` if its reference is invalid, which has
    /// been reported.
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
                }) if found == section => name,
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
