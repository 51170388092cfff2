//! Pass that rejects values of the wrong type, such as a response that is a string. Later passes rely on it.
//!
//! A malformed schema affects that schema only: the invalid keyword is removed, or the schema becomes any JSON
//! value, with a warning. Descriptions that are not strings are removed too.

mod fix;
mod schema;

use serde_json::{Map, Value, json};

use self::fix::Fix;
pub(super) use self::schema::{correct, is_schema, is_unknown_type};
use super::Context;
use crate::diagnostic::{Code, child};
use crate::openapi::description::METHODS;
use crate::openapi::extensions::is_extension;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    // Documents of version 3.1 can consist of webhooks or components alone.
    let is_complete = |key: &&str| document.get(*key).is_some();
    if document.get("paths").is_none() && ["webhooks", "components"].iter().any(is_complete) {
        document["paths"] = json!({});
        context.changed("", "added empty `paths`");
    }
    let mut shape = Shape {
        context,
        fixes: Vec::new(),
    };
    if document.get("paths").is_none() {
        shape.context.report(shape.context.diagnostic(
            Code::Malformed,
            "",
            "the document has no `paths`",
        ));
        return;
    }
    if let Some(paths) = shape.map(document, "", "paths") {
        for (path, item) in paths {
            let at = child("/paths", path);
            if is_extension(path) {
                continue;
            }
            if !path.starts_with('/') {
                shape.report(&at, "a path must begin with `/`");
            }
            shape.path_item(item, &at);
        }
    }
    if shape.map(document, "", "components").is_some() {
        let components = &document["components"];
        shape.components(components, "schemas", Shape::schema);
        shape.components(components, "parameters", Shape::parameter);
        shape.components(components, "responses", Shape::response);
        shape.components(components, "requestBodies", Shape::body);
        shape.components(components, "pathItems", Shape::path_item);
        shape.components(components, "securitySchemes", |shape, scheme, at| {
            shape.object(scheme, at);
        });
    }
    shape.security(document, "");
    if let Some(info) = document.get("info") {
        shape.prose(info, "/info", &["description", "termsOfService"]);
    }
    for fix in shape.fixes {
        fix.apply(document);
    }
    fill_info(document, context);
}

/// Adds a missing title and version, which progenitor requires.
fn fill_info(document: &mut Value, context: &mut Context<'_>) {
    if !document.get("info").is_some_and(Value::is_object) {
        document["info"] = json!({});
    }
    let name = context
        .file
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned());
    for (key, default) in [
        ("title", name.unwrap_or_default()),
        ("version", String::new()),
    ] {
        let text = match document["info"].get(key) {
            Some(Value::String(_)) => continue,
            Some(Value::Number(number)) => number.to_string(),
            _ => default,
        };
        document["info"][key] = json!(text);
        context.changed("/info", format!("added a {key}"));
    }
}

/// Check of a document: its findings, and the corrections to apply after it.
struct Shape<'a, 'b> {
    context: &'a mut Context<'b>,
    fixes: Vec<Fix>,
}

impl Shape<'_, '_> {
    fn report(&mut self, pointer: &str, message: &str) {
        let diagnostic = self.context.diagnostic(
            Code::Malformed,
            pointer,
            format!("malformed document: {message}"),
        );
        self.context.report(diagnostic);
    }

    fn object<'v>(&mut self, value: &'v Value, pointer: &str) -> Option<&'v Map<String, Value>> {
        let map = value.as_object();
        if map.is_none() {
            let found = type_name(value);
            let name = pointer.rsplit('/').next().unwrap_or_default();
            // The other keys are positions, paths and status codes.
            let is_field = !name.is_empty() && name.chars().all(|char| char.is_ascii_alphabetic());
            let message = match is_field {
                true => format!("`{name}` must be an object, but is {found}"),
                false => format!("expected an object, found {found}"),
            };
            self.report(pointer, &message);
        }
        map
    }

    /// Returns the property of this name, if it is an object. Reports any other type.
    fn map<'v>(
        &mut self,
        holder: &'v Value,
        pointer: &str,
        key: &str,
    ) -> Option<&'v Map<String, Value>> {
        let value = holder.get(key)?;
        self.object(value, &child(pointer, key))
    }

    /// Returns the property of this name, if it is an array. Reports any other type.
    fn list<'v>(&mut self, holder: &'v Value, pointer: &str, key: &str) -> Option<&'v Vec<Value>> {
        let value = holder.get(key)?;
        let list = value.as_array();
        if list.is_none() {
            let message = format!("`{key}` must be an array, but is {}", type_name(value));
            self.report(&child(pointer, key), &message);
        }
        list
    }

    fn check(
        &mut self,
        holder: &Value,
        pointer: &str,
        keys: &[&str],
        expected: &str,
        is: fn(&Value) -> bool,
    ) {
        for key in keys {
            if let Some(value) = holder.get(key)
                && !is(value)
            {
                let message = format!("`{key}` must be {expected}, but is {}", type_name(value));
                self.report(&child(pointer, key), &message);
            }
        }
    }

    /// Returns `true` for a reference. Reports a `$ref` that is not a string, or not to components of this kind.
    fn reference(&mut self, value: &Value, pointer: &str, kind: &str) -> bool {
        self.check(value, pointer, &["$ref"], "a string", Value::is_string);
        let reference = value.get("$ref").and_then(Value::as_str);
        if let Some(reference) = reference
            && let Some(other) = component_kind(reference).filter(|other| *other != kind)
        {
            self.other_kind(reference, pointer, (kind, other));
        }
        value.get("$ref").is_some()
    }

    /// Reports a reference to a component of another kind. A schema stands for the JSON of a body.
    fn other_kind(&mut self, reference: &str, pointer: &str, (kind, other): (&str, &str)) {
        let at = child(pointer, "$ref");
        let message = wrong_kind(kind, other);
        if other != "schemas" || !matches!(kind, "responses" | "requestBodies") {
            return self.report(&at, &message);
        }
        let content = json!({ "application/json": { "schema": { "$ref": reference } } });
        let body = match kind {
            "responses" => json!({ "description": "", "content": content }),
            _ => json!({ "content": content }),
        };
        self.warn(&at, &message, "read as a body of JSON with this schema");
        self.fixes.push(Fix::Replace(pointer.to_owned(), body));
    }

    /// Checks the components of one kind.
    fn components(&mut self, all: &Value, kind: &str, check: fn(&mut Self, &Value, &str)) {
        let at = child("/components", kind);
        for (name, component) in self.map(all, "/components", kind).into_iter().flatten() {
            check(self, component, &child(&at, name));
        }
    }

    fn path_item(&mut self, item: &Value, pointer: &str) {
        if self.object(item, pointer).is_none() || self.reference(item, pointer, "pathItems") {
            return;
        }
        self.parameters(item, pointer);
        for method in METHODS {
            let at = child(pointer, method);
            let Some(operation) = item.get(method) else {
                continue;
            };
            if self.object(operation, &at).is_none() {
                continue;
            }
            self.check(
                operation,
                &at,
                &["operationId"],
                "a string",
                Value::is_string,
            );
            self.prose(operation, &at, &["summary", "description"]);
            self.parameters(operation, &at);
            if let Some(body) = operation.get("requestBody") {
                self.body(body, &child(&at, "requestBody"));
            }
            let responses = child(&at, "responses");
            for (status, response) in self.map(operation, &at, "responses").into_iter().flatten() {
                if !is_extension(status) {
                    self.response(response, &child(&responses, status));
                }
            }
            self.security(operation, &at);
        }
    }

    /// Reports requirements that are not a list of objects. They are ignored otherwise, with their credentials.
    fn security(&mut self, holder: &Value, pointer: &str) {
        let at = child(pointer, "security");
        let requirements = self.list(holder, pointer, "security");
        for (index, requirement) in requirements.into_iter().flatten().enumerate() {
            if !requirement.is_object() {
                let message = format!(
                    "a security requirement must be an object, but is {}",
                    type_name(requirement)
                );
                self.report(&child(&at, index), &message);
            }
        }
    }

    fn parameters(&mut self, holder: &Value, pointer: &str) {
        let at = child(pointer, "parameters");
        for (index, parameter) in self
            .list(holder, pointer, "parameters")
            .into_iter()
            .flatten()
            .enumerate()
        {
            self.parameter(parameter, &child(&at, index));
        }
    }

    fn parameter(&mut self, parameter: &Value, pointer: &str) {
        if self.object(parameter, pointer).is_none()
            || self.reference(parameter, pointer, "parameters")
        {
            return;
        }
        for key in ["name", "in"] {
            if !parameter.get(key).is_some_and(Value::is_string) {
                self.report(
                    pointer,
                    &format!("a parameter must have a `{key}` that is a string"),
                );
            }
        }
        self.check(
            parameter,
            pointer,
            &["required"],
            "a boolean",
            Value::is_boolean,
        );
        self.check(parameter, pointer, &["style"], "a string", Value::is_string);
        self.prose(parameter, pointer, &["description"]);
        if let Some(schema) = parameter.get("schema") {
            self.schema(schema, &child(pointer, "schema"));
        }
        self.content(parameter, pointer);
    }

    fn body(&mut self, body: &Value, pointer: &str) {
        if self.object(body, pointer).is_none() || self.reference(body, pointer, "requestBodies") {
            return;
        }
        self.check(body, pointer, &["required"], "a boolean", Value::is_boolean);
        self.content(body, pointer);
    }

    fn response(&mut self, response: &Value, pointer: &str) {
        if self.object(response, pointer).is_none()
            || self.reference(response, pointer, "responses")
        {
            return;
        }
        self.map(response, pointer, "headers");
        self.content(response, pointer);
        // Lint reports a key that is not a media type. A response of such a kind cannot be decoded.
        let at = child(pointer, "content");
        let content = response.get("content").and_then(Value::as_object);
        let keys = content.into_iter().flat_map(Map::keys);
        for key in keys.filter(|key| !key.contains('/') && !is_extension(key)) {
            self.fixes.push(Fix::Remove(child(&at, key)));
        }
    }

    fn content(&mut self, holder: &Value, pointer: &str) {
        let at = child(pointer, "content");
        for (media_type, value) in self.map(holder, pointer, "content").into_iter().flatten() {
            let at = child(&at, media_type);
            if self.object(value, &at).is_some()
                && let Some(schema) = value.get("schema")
            {
                self.schema(schema, &child(&at, "schema"));
            }
        }
    }

    /// Removes documentation that is not a string.
    fn prose(&mut self, holder: &Value, pointer: &str, keys: &[&str]) {
        for key in keys {
            if let Some(value) = holder.get(key)
                && !value.is_string()
            {
                let message = format!("`{key}` must be a string, but is {}", type_name(value));
                self.remove(child(pointer, key), &message);
            }
        }
    }

    /// Reports and removes an ignored keyword.
    fn remove(&mut self, pointer: String, message: &str) {
        self.warn(&pointer, message, "ignored");
        self.fixes.push(Fix::Remove(pointer));
    }

    fn warn(&mut self, pointer: &str, message: &str, label: &str) {
        let message = format!("malformed document: {message}");
        let diagnostic = self.context.diagnostic(Code::Malformed, pointer, message);
        self.context.report(diagnostic.as_warning().label(label));
    }
}

fn wrong_kind(expected: &str, found: &str) -> String {
    format!("`$ref` must name one of the `{expected}`, but names one of the `{found}`")
}

/// Returns the kind of the component that a reference names; `None` for other references.
fn component_kind(reference: &str) -> Option<&str> {
    const KINDS: [&str; 6] = [
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "pathItems",
    ];
    let (kind, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (KINDS.contains(&kind) && !name.contains('/')).then_some(kind)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
