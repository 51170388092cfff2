//! Pass that rejects values of the wrong type, such as a response that is a string. Later passes rely on it.
//!
//! A malformed schema affects that schema only: the invalid keyword is removed, or the schema becomes any JSON
//! value, with a warning. Descriptions that are not strings are removed too.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Context, Notes};
use crate::diagnostic::{Code, Diagnostics, child};
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
    if let Some(components) = shape.map(document, "", "components") {
        let components = Value::Object(components.clone());
        for (name, schema) in shape
            .map(&components, "/components", "schemas")
            .into_iter()
            .flatten()
        {
            shape.schema(schema, &child("/components/schemas", name));
        }
        for (name, parameter) in shape
            .map(&components, "/components", "parameters")
            .into_iter()
            .flatten()
        {
            shape.parameter(parameter, &child("/components/parameters", name));
        }
        for (name, response) in shape
            .map(&components, "/components", "responses")
            .into_iter()
            .flatten()
        {
            shape.response(response, &child("/components/responses", name));
        }
        for (name, body) in shape
            .map(&components, "/components", "requestBodies")
            .into_iter()
            .flatten()
        {
            shape.body(body, &child("/components/requestBodies", name));
        }
        for (name, item) in shape
            .map(&components, "/components", "pathItems")
            .into_iter()
            .flatten()
        {
            shape.path_item(item, &child("/components/pathItems", name));
        }
        for (name, scheme) in shape
            .map(&components, "/components", "securitySchemes")
            .into_iter()
            .flatten()
        {
            shape.object(scheme, &child("/components/securitySchemes", name));
        }
    }
    shape.security(document, "");
    let info = document.get("info").cloned().unwrap_or_default();
    shape.prose(&info, "/info", &["description", "termsOfService"]);
    for fix in shape.fixes {
        fix.apply(document);
    }
    fill_info(document, context);
}

/// Correction of a malformed part of the document.
enum Fix {
    /// Removes the property at this pointer.
    Remove(String),
    /// Replaces the value at this pointer.
    Replace(String, Value),
}

impl Fix {
    /// Returns the fix for the part of the document that is at a pointer.
    fn within(self, part: &str) -> Self {
        let inner = |pointer: String| {
            let inner = pointer.strip_prefix(part).map(str::to_owned);
            inner.unwrap_or(pointer)
        };
        match self {
            Self::Remove(pointer) => Self::Remove(inner(pointer)),
            Self::Replace(pointer, value) => Self::Replace(inner(pointer), value),
        }
    }

    fn apply(self, document: &mut Value) {
        match self {
            Self::Remove(pointer) => {
                let Some((holder, token)) = pointer.rsplit_once('/') else {
                    return;
                };
                let token = token.replace("~1", "/").replace("~0", "~");
                if let Some(map) = document.pointer_mut(holder).and_then(Value::as_object_mut) {
                    map.shift_remove(&token);
                }
            }
            Self::Replace(pointer, value) => {
                if let Some(target) = document.pointer_mut(&pointer) {
                    *target = value;
                }
            }
        }
    }
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

/// Corrects the keywords of a schema that is at a pointer of the document.
pub(super) fn correct(schema: &mut Value, pointer: &str, context: &mut Context<'_>) {
    let mut shape = Shape {
        context,
        fixes: Vec::new(),
    };
    shape.schema(schema, pointer);
    for fix in shape.fixes {
        fix.within(pointer).apply(schema);
    }
}

/// Returns `true` if the target of a reference has the shape of a schema.
pub(super) fn is_schema(value: &Value) -> bool {
    let mut found = Diagnostics::new();
    let mut context = Context {
        file: Path::new(""),
        diagnostics: &mut found,
        notes: Notes::default(),
    };
    Shape {
        context: &mut context,
        fixes: Vec::new(),
    }
    .schema(value, "");
    found.is_empty()
}

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
            self.report(
                pointer,
                &format!("expected an object, found {}", type_name(value)),
            );
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

    /// Returns `true` for a reference. Reports a `$ref` that is not a string.
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
        self.check(parameter, pointer, &["style"], "a string", Value::is_string);
        self.prose(parameter, pointer, &["description"]);
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

    /// Reports a malformed schema and replaces it with any JSON value.
    fn any_value(&mut self, pointer: &str, message: &str) {
        self.warn(pointer, message, "any JSON value is accepted");
        self.fixes.push(Fix::Replace(pointer.to_owned(), json!({})));
    }

    fn warn(&mut self, pointer: &str, message: &str, label: &str) {
        let message = format!("malformed document: {message}");
        let diagnostic = self.context.diagnostic(Code::Malformed, pointer, message);
        self.context.report(diagnostic.as_warning().label(label));
    }

    /// Removes keywords of the wrong type.
    fn keywords(
        &mut self,
        schema: &Map<String, Value>,
        pointer: &str,
        keys: &[&str],
        expected: &str,
        is: fn(&Value) -> bool,
    ) {
        for key in keys {
            if let Some(value) = schema.get(*key)
                && !is(value)
            {
                let message = format!("`{key}` must be {expected}, but is {}", type_name(value));
                self.remove(child(pointer, key), &message);
            }
        }
    }

    fn schema(&mut self, schema: &Value, pointer: &str) {
        let Some(schema) = schema.as_object() else {
            let message = format!("a schema must be an object, but is {}", type_name(schema));
            return self.any_value(pointer, &message);
        };
        match schema.get("$ref") {
            Some(Value::String(_)) => return,
            Some(other) => {
                let message = format!("`$ref` must be a string, but is {}", type_name(other));
                return self.any_value(pointer, &message);
            }
            None => {}
        }
        let strings = ["title", "description", "format", "pattern", "type"];
        self.keywords(schema, pointer, &strings, "a string", Value::is_string);
        self.flags(schema, pointer);
        let counts = [
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
        ];
        self.keywords(
            schema,
            pointer,
            &counts,
            "an integer of 0 or more",
            is_count,
        );
        let numbers = ["minimum", "maximum", "multipleOf"];
        self.keywords(schema, pointer, &numbers, "a number", Value::is_number);
        if let Some(name) = schema.get("type").and_then(Value::as_str)
            && !["string", "number", "integer", "boolean", "array", "object"].contains(&name)
        {
            self.remove(
                child(pointer, "type"),
                &format!("`{name}` is not a JSON type"),
            );
        }
        self.keywords(schema, pointer, &["enum"], "an array", Value::is_array);
        self.required(schema, pointer);
        let maps = ["properties", "discriminator"];
        self.keywords(schema, pointer, &maps, "an object", Value::is_object);
        let properties = schema.get("properties").and_then(Value::as_object);
        let at = child(pointer, "properties");
        for (name, property) in properties.into_iter().flatten() {
            self.schema(property, &child(&at, name));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let at = child(pointer, key);
            match schema.get(key) {
                Some(Value::Array(members)) if !members.is_empty() => {
                    for (index, member) in members.iter().enumerate() {
                        self.schema(member, &child(&at, index));
                    }
                }
                Some(_) => {
                    self.remove(
                        at,
                        &format!("`{key}` must be an array of at least one schema"),
                    );
                }
                None => {}
            }
        }
        if let Some(inner) = schema.get("items") {
            match inner {
                Value::Object(_) => self.schema(inner, &child(pointer, "items")),
                _ => {
                    let message = format!("`items` must be a schema, but is {}", type_name(inner));
                    self.remove(child(pointer, "items"), &message);
                }
            }
        }
        if let Some(inner) = schema.get("additionalProperties")
            && !inner.is_boolean()
        {
            self.schema(inner, &child(pointer, "additionalProperties"));
        }
    }

    /// Checks boolean keywords. The strings `true` and `false` are read as booleans.
    fn flags(&mut self, schema: &Map<String, Value>, pointer: &str) {
        for key in [
            "nullable",
            "uniqueItems",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "readOnly",
            "writeOnly",
            "deprecated",
        ] {
            let Some(value) = schema.get(key).filter(|value| !value.is_boolean()) else {
                continue;
            };
            let at = child(pointer, key);
            let message = format!("`{key}` must be a boolean, but is {}", type_name(value));
            match value.as_str().and_then(|text| text.parse::<bool>().ok()) {
                Some(flag) => {
                    self.warn(&at, &message, &format!("read as {flag}"));
                    self.fixes.push(Fix::Replace(at, json!(flag)));
                }
                None => self.remove(at, &message),
            }
        }
    }

    fn required(&mut self, schema: &Map<String, Value>, pointer: &str) {
        let at = child(pointer, "required");
        match schema.get("required") {
            Some(Value::Array(names)) if names.iter().all(Value::is_string) => {}
            Some(Value::Array(names)) => {
                let index = names.iter().position(|name| !name.is_string());
                let message = "`required` must be an array of property names";
                self.warn(&child(&at, index.unwrap_or_default()), message, "ignored");
                let names = names.iter().filter(|name| name.is_string()).cloned();
                self.fixes.push(Fix::Replace(at, names.collect()));
            }
            Some(other) => {
                let message = format!(
                    "`required` must be an array of property names, but is {}",
                    type_name(other)
                );
                self.remove(at, &message);
            }
            None => {}
        }
    }
}

fn is_count(value: &Value) -> bool {
    value.as_u64().is_some()
        || value
            .as_f64()
            .is_some_and(|n| n >= 0.0 && n.fract() == 0.0 && n < 1e15)
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
mod tests {
    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    #[test]
    fn rejects_properties_of_the_wrong_type() {
        for operation in [
            json!({"responses": "none"}),
            json!({"responses": {"200": "fine"}}),
            json!({"parameters": {"name": "id"}}),
            json!({"parameters": [{"in": "query"}]}),
            json!({"parameters": [{"name": "q", "in": "query", "required": "yes"}]}),
            json!({"requestBody": []}),
            json!({"requestBody": {"content": {"application/json": 3}}}),
            json!({"operationId": 7}),
            json!({"security": {"Key": []}}),
            json!({"security": ["Key"]}),
        ] {
            let (_, _, codes) = pass(run, with_operation(operation.clone()));
            assert_eq!(codes, ["malformed"], "{operation}");
        }
    }

    /// Returns the corrected schema, after a single warning.
    fn corrected(schema: &Value) -> Value {
        let mut diagnostics = Diagnostics::new();
        let mut context = Context {
            file: Path::new("api.yml"),
            diagnostics: &mut diagnostics,
            notes: Notes::default(),
        };
        let mut document = with_schemas(json!({"A": schema, "B": {"type": "string"}}));
        run(&mut document, &mut context);
        let found: Vec<_> = diagnostics.iter().collect();
        assert_eq!(found.len(), 1, "{schema}: {found:?}");
        assert_eq!(found[0].code, Code::Malformed, "{schema}");
        assert!(!diagnostics.has_errors(), "{schema}");
        let at = &found[0].pointer;
        assert!(at.starts_with("/components/schemas/A"), "{schema}: {at}");
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["B"], json!({"type": "string"}));
        schemas["A"].clone()
    }

    #[test]
    fn ignores_keywords_of_the_wrong_type() {
        for (schema, expected) in [
            (json!({"type": 3}), json!({})),
            (json!({"type": "text"}), json!({})),
            (
                json!({"type": "array", "items": [{}]}),
                json!({"type": "array"}),
            ),
            (
                json!({"type": "array", "required": true}),
                json!({"type": "array"}),
            ),
            (json!({"required": ["a", 1]}), json!({"required": ["a"]})),
            (json!({"properties": []}), json!({})),
            (json!({"oneOf": []}), json!({})),
            (json!({"allOf": {}}), json!({})),
            (json!({"enum": "a"}), json!({})),
            (json!({"pattern": 1}), json!({})),
            (json!({"minLength": -1}), json!({})),
            (json!({"nullable": 1}), json!({})),
            (json!({"nullable": "true"}), json!({"nullable": true})),
            (json!({"discriminator": "kind"}), json!({})),
        ] {
            assert_eq!(corrected(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn replaces_only_the_malformed_schema_with_any_value() {
        assert_eq!(corrected(&json!("string")), json!({}));
        assert_eq!(corrected(&json!({"$ref": 1})), json!({}));
        assert_eq!(
            corrected(
                &json!({"type": "object", "properties": {"a/b": 1, "c": {"type": "string"}}})
            ),
            json!({"type": "object", "properties": {"a/b": {}, "c": {"type": "string"}}})
        );
        assert_eq!(
            corrected(&json!({"oneOf": [{"type": "string"}, null]})),
            json!({"oneOf": [{"type": "string"}, {}]})
        );
    }

    #[test]
    fn ignores_documentation_that_is_not_a_string() {
        let mut document = with_operation(json!({"description": {"$ref": "texts.yml"}}));
        document["info"]["description"] = json!({"$ref": "description.yml#/introduction"});
        let (document, _, codes) = pass(run, document);
        assert_eq!(codes, ["malformed", "malformed"]);
        assert_eq!(document["info"], json!({"title": "T", "version": "1"}));
        assert!(
            document["paths"]["/x/{id}"]["get"]
                .get("description")
                .is_none()
        );
    }

    #[test]
    fn rejects_security_that_is_not_a_list() {
        let mut document = with_operation(json!({}));
        document["security"] = json!({"Key": []});
        assert_eq!(pass(run, document).2, ["malformed"]);
    }

    #[test]
    fn rejects_a_document_without_paths() {
        let (_, _, codes) = pass(run, json!({"openapi": "3.0.0"}));
        assert_eq!(codes, ["malformed"]);
        let (document, _, codes) = pass(run, json!({"openapi": "3.1.0", "webhooks": {}}));
        assert!(codes.is_empty());
        assert_eq!(document["paths"], json!({}));
    }

    #[test]
    fn uses_the_file_name_as_a_missing_title() {
        let (document, _, codes) = pass(
            run,
            json!({"openapi": "3.0.0", "info": {"version": 2}, "paths": {}}),
        );
        assert!(codes.is_empty());
        assert_eq!(document["info"], json!({"version": "2", "title": "api"}));
    }
}
