//! Operations of an OpenAPI document: paths, parameters, responses and links.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Checker, help_for};
use crate::diagnostic::{Code, Diagnostic, child};
use crate::openapi::description::{METHODS, Part, members};
use crate::openapi::extensions::is_extension;

/// Styles of parameters.
const STYLES: &[&str] = &[
    "form",
    "simple",
    "label",
    "matrix",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
    "cookie",
];

impl<'d> Checker<'d, '_> {
    /// Returns the `operationId`s of the document.
    pub(super) fn operation_ids(&self) -> BTreeSet<&'d str> {
        let mut ids = BTreeSet::new();
        for (_, item) in members(self.api.root().value.get("paths")) {
            let item = self.api.resolve_value(item);
            let operations = METHODS.iter().filter_map(|method| item.get(method));
            ids.extend(operations.filter_map(|it| it.get("operationId")?.as_str()));
        }
        ids
    }

    /// Reports paths that differ only in the names of their parameters.
    pub(super) fn templates(&mut self, paths: &[(&'d str, Part<'d>)]) {
        let mut known: BTreeMap<String, &Part<'_>> = BTreeMap::new();
        for (path, item) in paths {
            let shape = without_names(path);
            let Some(first) = known.get(&shape) else {
                known.insert(shape, item);
                continue;
            };
            let message = format!("the path `{path}` matches the same requests as another path");
            let finding = Diagnostic::new(
                Code::DuplicatePath,
                self.report.file,
                &item.pointer,
                message,
            );
            self.report.push(
                finding
                    .label("the same but for the names of its parameters")
                    .related(self.report.file, &first.pointer, "the other path"),
                Some("write all operations under one path".to_owned()),
            );
        }
    }

    /// Checks the parameters of a path item.
    pub(super) fn path(&mut self, item: &Part<'d>) {
        if let Some(parameters) = item.get("parameters") {
            self.parameters(&parameters);
        }
    }

    pub(super) fn operation(&mut self, operation: &Part<'d>, ids: &BTreeSet<&'d str>) {
        if let Some(parameters) = operation.get("parameters") {
            self.parameters(&parameters);
        }
        let Some(responses) = operation.get("responses").filter(|it| it.value.is_object()) else {
            return;
        };
        let statuses = responses.members();
        if statuses.iter().all(|(status, _)| is_extension(status)) {
            let message = "an operation documents no response";
            let help = Some("add at least the response of a success".to_owned());
            self.warn(
                Code::MissingField,
                &responses.pointer,
                message,
                "empty",
                help,
            );
        }
        for (status, response) in statuses {
            if is_extension(status) {
                continue;
            }
            if !is_status(status) {
                let message = format!("`{status}` is not a status code");
                let help = "write three digits, a range such as `4XX`, or `default`".to_owned();
                self.warn(
                    Code::InvalidStatus,
                    &response.pointer,
                    message,
                    "never matches",
                    Some(help),
                );
            }
            let response = self.api.resolve(response);
            let links = response.get("links").map(|links| links.members());
            for (_, link) in links.unwrap_or_default() {
                self.link(&self.api.resolve(link), ids);
            }
        }
    }

    /// Reports a parameter that is declared twice, and a path parameter that is not required.
    fn parameters(&mut self, parameters: &Part<'d>) {
        let mut known: BTreeMap<(String, &str), String> = BTreeMap::new();
        for parameter in parameters.elements() {
            let resolved = self.api.resolve(parameter.clone());
            let (Some(name), Some(location)) = (resolved.text("name"), resolved.text("in")) else {
                continue;
            };
            let required = resolved.value.get("required");
            if location == "path" && required.is_none_or(|it| *it == Value::Bool(false)) {
                let message = format!("the path parameter `{name}` is not `required: true`");
                let at = match required {
                    Some(_) => child(&resolved.pointer, "required"),
                    None => resolved.pointer.clone(),
                };
                self.warn(
                    Code::MissingField,
                    &at,
                    message,
                    "treated as required",
                    Some("add `required: true`".to_owned()),
                );
            }
            if let Some(style) = resolved.text("style").filter(|it| !STYLES.contains(it)) {
                let message = format!("malformed document: `{style}` is not a style");
                let help = help_for(style, STYLES.iter().copied(), "write `form` or `simple`");
                let at = child(&resolved.pointer, "style");
                self.warn(Code::Malformed, &at, message, "unknown", Some(help));
            }
            let key = match location {
                "header" => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            let Some(first) = known.insert((key, location), parameter.pointer.clone()) else {
                continue;
            };
            let message = format!("the {location} parameter `{name}` is declared twice");
            let finding = Diagnostic::new(
                Code::DuplicateParameter,
                self.report.file,
                &parameter.pointer,
                message,
            );
            let file = self.report.file;
            let finding =
                finding
                    .label("declared again")
                    .related(file, first, "first declared here");
            self.report
                .push(finding, Some("remove one of them".to_owned()));
        }
    }

    /// Reports a link to an operation that does not exist.
    fn link(&mut self, link: &Part<'d>, ids: &BTreeSet<&'d str>) {
        let Some(id) = link.text("operationId").filter(|id| !ids.contains(id)) else {
            return;
        };
        let message = format!("the link names the operation `{id}`, which does not exist");
        let known = ids.iter().copied();
        let help = help_for(id, known, "write the `operationId` of an operation");
        let at = child(&link.pointer, "operationId");
        self.warn(
            Code::UnknownOperation,
            &at,
            message,
            "not found",
            Some(help),
        );
    }

    /// Checks the variables of a server.
    pub(super) fn server(&mut self, server: &Value, at: &str) {
        let Some(url) = server.get("url").and_then(Value::as_str) else {
            return;
        };
        if has_credential(url) {
            self.warn(
                Code::CredentialInUrl,
                &child(at, "url"),
                "the URL of the server has a credential",
                "published with the document",
                Some("remove it, and declare a security scheme".to_owned()),
            );
        }
        let variables = server.get("variables").and_then(Value::as_object);
        let mut is_misspelled = false;
        for name in names(url) {
            if variables.is_some_and(|variables| variables.contains_key(name)) {
                continue;
            }
            let message = format!("the server variable `{name}` is not declared");
            let known = variables
                .into_iter()
                .flatten()
                .map(|(name, _)| name.as_str());
            let help = help_for(
                name,
                known,
                "declare it under `variables`, with a `default`",
            );
            is_misspelled = true;
            let at = child(at, "url");
            self.warn(
                Code::ServerVariable,
                &at,
                message,
                "sent with its braces",
                Some(help),
            );
        }
        let places = child(at, "variables");
        for (name, variable) in variables.into_iter().flatten() {
            let at = child(&places, name);
            let is_used = names(url).any(|used| used == name);
            if !is_used && !is_misspelled && !is_extension(name) {
                let message = format!("the URL of the server has no variable `{name}`");
                self.warn(Code::ServerVariable, &at, message, "unused", None);
            }
            let allowed = variable.get("enum").and_then(Value::as_array);
            let default = variable
                .get("default")
                .filter(|default| default.is_string());
            if let (Some(allowed), Some(default)) = (allowed, default)
                && !allowed.contains(default)
            {
                let message = format!("the default {default} of `{name}` is not one of its values");
                let known = allowed.iter().filter_map(Value::as_str);
                let help = help_for(
                    default.as_str().unwrap_or_default(),
                    known,
                    "write one of the values of `enum`",
                );
                self.warn(
                    Code::InvalidDefault,
                    &child(&at, "default"),
                    message,
                    "not allowed",
                    Some(help),
                );
            }
        }
    }
}

/// Returns `true` for a URL with a password. Variables in braces are filled in by the caller.
fn has_credential(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let password = user.and_then(|user| user.split_once(':'));
    password.is_some_and(|(_, password)| !password.is_empty() && !password.contains('{'))
}

/// Returns the names in braces.
fn names(template: &str) -> impl Iterator<Item = &str> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

/// Returns a path template with all names in braces left out.
fn without_names(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut is_name = false;
    for c in path.chars() {
        match c {
            '{' => is_name = true,
            '}' => {
                is_name = false;
                shape.push_str("{}");
            }
            _ if is_name => {}
            c => shape.push(c),
        }
    }
    shape
}

/// Returns `true` for a key of `responses`: a status code, a range of them, or `default`.
fn is_status(status: &str) -> bool {
    let bytes = status.as_bytes();
    match bytes {
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        [b'1'..=b'9', second, third] => second.is_ascii_digit() && third.is_ascii_digit(),
        _ => status == "default",
    }
}
