//! Rejects parts of the wrong type, such as a response that is a string, so that later passes can rely on the shape.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Context, Notes};
use crate::diagnostic::{Code, Diagnostics, child};
use crate::openapi::description::METHODS;
use crate::openapi::extensions::is_extension;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut shape = Shape { context };
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
    if let Some(components) = shape.map(document, "", "components") {
        let of = Value::Object(components.clone());
        for (name, schema) in shape
            .map(&of, "/components", "schemas")
            .into_iter()
            .flatten()
        {
            shape.schema(schema, &child("/components/schemas", name));
        }
        for (name, parameter) in shape
            .map(&of, "/components", "parameters")
            .into_iter()
            .flatten()
        {
            shape.parameter(parameter, &child("/components/parameters", name));
        }
        for (name, response) in shape
            .map(&of, "/components", "responses")
            .into_iter()
            .flatten()
        {
            shape.response(response, &child("/components/responses", name));
        }
        for (name, body) in shape
            .map(&of, "/components", "requestBodies")
            .into_iter()
            .flatten()
        {
            shape.body(body, &child("/components/requestBodies", name));
        }
        for (name, item) in shape
            .map(&of, "/components", "pathItems")
            .into_iter()
            .flatten()
        {
            shape.path_item(item, &child("/components/pathItems", name));
        }
        for (name, scheme) in shape
            .map(&of, "/components", "securitySchemes")
            .into_iter()
            .flatten()
        {
            shape.object(scheme, &child("/components/securitySchemes", name));
        }
    }
    fill_info(document, context);
}

/// Adds a title and a version, which progenitor requires.
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

/// `true` if the target of a reference has the shape of a schema.
pub(super) fn is_schema(value: &Value) -> bool {
    let mut found = Diagnostics::new();
    let mut context = Context {
        file: Path::new(""),
        diagnostics: &mut found,
        notes: Notes::default(),
    };
    Shape {
        context: &mut context,
    }
    .schema(value, "");
    found.is_empty()
}

struct Shape<'a, 'b> {
    context: &'a mut Context<'b>,
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
            self.report(
                pointer,
                &format!("expected an object, found {}", kind(value)),
            );
        }
        map
    }

    /// The member of this name, if it is present and an object.
    fn map<'v>(
        &mut self,
        holder: &'v Value,
        pointer: &str,
        key: &str,
    ) -> Option<&'v Map<String, Value>> {
        let value = holder.get(key)?;
        self.object(value, &child(pointer, key))
    }

    /// The member of this name, if it is present and an array.
    fn list<'v>(&mut self, holder: &'v Value, pointer: &str, key: &str) -> Option<&'v Vec<Value>> {
        let value = holder.get(key)?;
        let list = value.as_array();
        if list.is_none() {
            let message = format!("`{key}` must be an array, but is {}", kind(value));
            self.report(&child(pointer, key), &message);
        }
        list
    }

    fn check(
        &mut self,
        holder: &Value,
        pointer: &str,
        keys: &[&str],
        what: &str,
        is: fn(&Value) -> bool,
    ) {
        for key in keys {
            if let Some(value) = holder.get(key)
                && !is(value)
            {
                let message = format!("`{key}` must be {what}, but is {}", kind(value));
                self.report(&child(pointer, key), &message);
            }
        }
    }

    /// `true` for a reference, whose `$ref` must be a string.
    fn reference(&mut self, value: &Value, pointer: &str) -> bool {
        self.check(value, pointer, &["$ref"], "a string", Value::is_string);
        value.get("$ref").is_some()
    }

    fn path_item(&mut self, item: &Value, pointer: &str) {
        if self.object(item, pointer).is_none() || self.reference(item, pointer) {
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
            let texts = ["operationId", "summary", "description"];
            self.check(operation, &at, &texts, "a string", Value::is_string);
            self.parameters(operation, &at);
            if let Some(body) = operation.get("requestBody") {
                self.body(body, &child(&at, "requestBody"));
            }
            let here = child(&at, "responses");
            for (status, response) in self.map(operation, &at, "responses").into_iter().flatten() {
                if !is_extension(status) {
                    self.response(response, &child(&here, status));
                }
            }
            self.list(operation, &at, "security");
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
        if self.object(parameter, pointer).is_none() || self.reference(parameter, pointer) {
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
        self.check(
            parameter,
            pointer,
            &["description", "style"],
            "a string",
            Value::is_string,
        );
        if let Some(schema) = parameter.get("schema") {
            self.schema(schema, &child(pointer, "schema"));
        }
        self.content(parameter, pointer);
    }

    fn body(&mut self, body: &Value, pointer: &str) {
        if self.object(body, pointer).is_none() || self.reference(body, pointer) {
            return;
        }
        self.check(body, pointer, &["required"], "a boolean", Value::is_boolean);
        self.content(body, pointer);
    }

    fn response(&mut self, response: &Value, pointer: &str) {
        if self.object(response, pointer).is_none() || self.reference(response, pointer) {
            return;
        }
        self.map(response, pointer, "headers");
        self.content(response, pointer);
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

    fn schema(&mut self, schema: &Value, pointer: &str) {
        if self.object(schema, pointer).is_none() || self.reference(schema, pointer) {
            return;
        }
        let texts = ["title", "description", "format", "pattern", "type"];
        self.check(schema, pointer, &texts, "a string", Value::is_string);
        let flags = [
            "nullable",
            "uniqueItems",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "readOnly",
            "writeOnly",
            "deprecated",
        ];
        self.check(schema, pointer, &flags, "a boolean", Value::is_boolean);
        let counts = [
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
        ];
        self.check(
            schema,
            pointer,
            &counts,
            "an integer of 0 or more",
            is_count,
        );
        let numbers = ["minimum", "maximum", "multipleOf"];
        self.check(schema, pointer, &numbers, "a number", Value::is_number);
        if let Some(name) = schema.get("type").and_then(Value::as_str)
            && !["string", "number", "integer", "boolean", "array", "object"].contains(&name)
        {
            let message = format!("`{name}` is not a JSON type");
            self.report(&child(pointer, "type"), &message);
        }
        self.list(schema, pointer, "enum");
        let required = child(pointer, "required");
        for (index, name) in self
            .list(schema, pointer, "required")
            .into_iter()
            .flatten()
            .enumerate()
        {
            if !name.is_string() {
                self.report(
                    &child(&required, index),
                    "`required` must be an array of property names",
                );
            }
        }
        let properties = child(pointer, "properties");
        for (name, property) in self
            .map(schema, pointer, "properties")
            .into_iter()
            .flatten()
        {
            self.schema(property, &child(&properties, name));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let at = child(pointer, key);
            let members = self.list(schema, pointer, key);
            if members.is_some_and(Vec::is_empty) {
                self.report(&at, &format!("`{key}` must have at least one schema"));
            }
            for (index, member) in members.into_iter().flatten().enumerate() {
                self.schema(member, &child(&at, index));
            }
        }
        for key in ["items", "not"] {
            if let Some(inner) = schema.get(key) {
                self.schema(inner, &child(pointer, key));
            }
        }
        if let Some(inner) = schema.get("additionalProperties")
            && !inner.is_boolean()
        {
            self.schema(inner, &child(pointer, "additionalProperties"));
        }
        self.map(schema, pointer, "discriminator");
    }
}

fn is_count(value: &Value) -> bool {
    value.as_u64().is_some()
        || value
            .as_f64()
            .is_some_and(|n| n >= 0.0 && n.fract() == 0.0 && n < 1e15)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    #[test]
    fn members_of_the_wrong_shape_are_refused() {
        for operation in [
            json!({"responses": "none"}),
            json!({"responses": {"200": "fine"}}),
            json!({"parameters": {"name": "id"}}),
            json!({"parameters": [{"in": "query"}]}),
            json!({"parameters": [{"name": "q", "in": "query", "required": "yes"}]}),
            json!({"requestBody": []}),
            json!({"requestBody": {"content": {"application/json": 3}}}),
            json!({"operationId": 7}),
        ] {
            let (_, _, codes) = pass(run, with_operation(operation.clone()));
            assert_eq!(codes, ["malformed"], "{operation}");
        }
    }

    #[test]
    fn schemas_of_the_wrong_shape_are_refused() {
        for schema in [
            json!("string"),
            json!({"type": 3}),
            json!({"type": "text"}),
            json!({"properties": []}),
            json!({"required": true}),
            json!({"required": [1]}),
            json!({"oneOf": []}),
            json!({"allOf": {}}),
            json!({"items": [{}]}),
            json!({"$ref": 1}),
            json!({"pattern": 1}),
            json!({"nullable": "true"}),
            json!({"minLength": -1}),
            json!({"properties": {"a": {"items": 1}}}),
        ] {
            let (_, _, codes) = pass(run, with_schemas(json!({"A": schema.clone()})));
            assert_eq!(codes, ["malformed"], "{schema}");
        }
    }

    #[test]
    fn a_document_without_paths_is_refused() {
        let (_, _, codes) = pass(run, json!({"openapi": "3.0.0"}));
        assert_eq!(codes, ["malformed"]);
    }

    #[test]
    fn a_missing_title_is_the_name_of_the_file() {
        let (document, _, codes) = pass(
            run,
            json!({"openapi": "3.0.0", "info": {"version": 2}, "paths": {}}),
        );
        assert!(codes.is_empty());
        assert_eq!(document["info"], json!({"version": "2", "title": "api"}));
    }
}
