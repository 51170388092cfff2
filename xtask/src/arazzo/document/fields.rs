//! Shared parsing helpers: typed fields, names, expressions and diagnostics.

use serde_json::{Map, Value};

use super::reader::{Object, Reader};
use crate::arazzo::expression::SyntaxProblem;
use crate::arazzo::template::{self, Template};
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::openapi::extensions::is_extension;

impl<'d> Reader<'d> {
    pub(super) fn template(&mut self, value: &Value, at: &str) -> Template {
        let mut reader = template::Reader {
            selectors: self.is_v1_1,
            findings: Vec::new(),
        };
        let template = reader.template(value, at);
        self.findings(reader.findings);
        template
    }

    pub(super) fn findings(&mut self, findings: Vec<template::Finding>) {
        for finding in findings {
            if finding.error {
                self.problem(Code::InvalidExpression, &finding.pointer, finding.problem);
            } else {
                self.remarks(&finding.pointer, [finding.problem]);
            }
        }
    }

    pub(super) fn remarks(&mut self, at: &str, remarks: impl IntoIterator<Item = SyntaxProblem>) {
        for problem in remarks {
            self.report(
                Code::NonStandard,
                at,
                problem.message,
                "accepted, but not standard",
                problem.help.as_deref(),
            );
        }
    }

    pub(super) fn problem(&mut self, code: Code, at: &str, problem: SyntaxProblem) {
        self.report(
            code,
            at,
            problem.message,
            "cannot be read",
            problem.help.as_deref(),
        );
    }

    /// Returns the value as an object and warns about each unknown field.
    pub(super) fn object(
        &mut self,
        value: &'d Value,
        at: &str,
        subject: &str,
        known: &[&str],
    ) -> Option<Object<'d>> {
        let map = self.as_map(value, at, subject)?;
        for key in map
            .keys()
            .filter(|key| !is_extension(key) && !known.contains(&key.as_str()))
        {
            let help = did_you_mean(key, known);
            let message = format!("{subject} has no field `{}`", shorten(key));
            self.report(
                Code::UnknownField,
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
        subject: &str,
    ) -> Option<&'d Map<String, Value>> {
        if value.as_object().is_none() {
            self.wrong_type(value, at, subject, "an object");
        }
        value.as_object()
    }

    pub(super) fn as_text(&mut self, value: &'d Value, at: &str, subject: &str) -> Option<&'d str> {
        if value.as_str().is_none() {
            self.wrong_type(value, at, subject, "a string");
        }
        value.as_str()
    }

    pub(super) fn wrong_type(&mut self, value: &Value, at: &str, subject: &str, wanted: &str) {
        let help = matches!(value, Value::Number(_) | Value::Bool(_))
            .then(|| format!("write '{}', in quotes", plain(value)));
        self.report(
            Code::WrongType,
            at,
            format!("{subject} must be {wanted}"),
            format!("this is {}", kind(value)),
            help.as_deref().filter(|_| wanted == "a string"),
        );
    }

    pub(super) fn required(&mut self, object: &Object<'d>, key: &str) -> Option<&'d Value> {
        let value = object.get(key);
        if value.is_none() {
            self.report(
                Code::MissingField,
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

    /// Returns the elements of an optional array with their JSON Pointers.
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

    /// Returns the elements of a required array; reports an empty one.
    pub(super) fn required_list(
        &mut self,
        object: &Object<'d>,
        key: &str,
    ) -> Vec<(&'d Value, String)> {
        if self.required(object, key).is_none() {
            return Vec::new();
        }
        let items = self.list(object, key);
        if object
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            self.report(
                Code::EmptyList,
                &object.at(key),
                format!("`{key}` is empty"),
                "at least one is required",
                None,
            );
        }
        items
    }

    pub(super) fn check_id(&mut self, subject: &str, id: &str, at: &str) {
        self.check_name(subject, id, at, "-_");
    }

    pub(super) fn check_key(&mut self, subject: &str, key: &str, at: &str) {
        self.check_name(subject, key, at, "-_.");
    }

    fn check_name(&mut self, subject: &str, name: &str, at: &str, also: &str) {
        if name.is_empty() {
            self.report(
                Code::InvalidName,
                at,
                format!("{subject} is empty"),
                "a name is required",
                None,
            );
        } else if !name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || also.contains(char))
        {
            let message = format!(
                "{subject} may contain letters, digits and `{also}` only: `{}`",
                shorten(name)
            );
            self.report_as_warning(
                Code::InvalidName,
                at,
                message,
                "expressions may not be able to refer to it",
                None,
            );
        }
    }

    pub(super) fn duplicate(&mut self, subject: &str, name: &str, at: &str) {
        self.report(
            Code::DuplicateId,
            at,
            format!("duplicate {subject} `{}`", shorten(name)),
            "already declared",
            Some("rename one of them"),
        );
    }

    pub(super) fn report(
        &mut self,
        code: Code,
        at: &str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<&str>,
    ) {
        self.push(
            Diagnostic::new(code, self.file, at, message).label(label),
            help,
        );
    }

    /// Reports a diagnostic as a warning although its code is an error by default.
    pub(super) fn report_as_warning(
        &mut self,
        code: Code,
        at: &str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<&str>,
    ) {
        self.push(
            Diagnostic::new(code, self.file, at, message)
                .as_warning()
                .label(label),
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

/// Returns the type of a value with its article, such as `an array`.
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

pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
