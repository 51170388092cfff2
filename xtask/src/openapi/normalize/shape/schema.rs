//! Check of a schema: keywords of the wrong type are removed, and a malformed schema becomes any JSON value.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::{Fix, Shape, component_kind, type_name, wrong_kind};
use crate::diagnostic::suggestion::nearest;
use crate::diagnostic::{Code, Diagnostics, child};
use crate::openapi::normalize::{Context, Notes};

/// Names of the JSON types, except `null`.
const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// Names of types in other languages, and the JSON types that they stand for.
const OTHER_TYPES: &[(&str, &str)] = &[
    ("str", "string"),
    ("text", "string"),
    ("date", "string"),
    ("file", "string"),
    ("int", "integer"),
    ("long", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("bool", "boolean"),
    ("list", "array"),
    ("dict", "object"),
    ("map", "object"),
    ("none", "null"),
    ("nil", "null"),
];

/// Reports an entry of `type` that is not a JSON type, and returns `true` for it. The caller removes the entry.
pub(in crate::openapi::normalize) fn is_unknown_type(
    name: &Value,
    pointer: &str,
    context: &mut Context<'_>,
) -> bool {
    let Some(name) = name.as_str().filter(|name| !TYPES.contains(name)) else {
        return false;
    };
    let lower = name.to_lowercase();
    let mut others = OTHER_TYPES.iter();
    let other = others.find(|(other, _)| *other == lower);
    let meant = other
        .map(|(_, meant)| (*meant).to_owned())
        .or_else(|| nearest(name, TYPES));
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write one of {}", TYPES.join(", ")),
    };
    let message = format!("malformed document: `{name}` is not a JSON type");
    let finding = context.diagnostic(Code::Malformed, pointer, message);
    context.report(finding.as_warning().label("ignored").help(help));
    true
}

/// Corrects the keywords of a schema that is at a pointer of the document.
pub(in crate::openapi::normalize) fn correct(
    schema: &mut Value,
    pointer: &str,
    context: &mut Context<'_>,
) {
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
pub(in crate::openapi::normalize) fn is_schema(value: &Value) -> bool {
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

impl Shape<'_, '_> {
    /// Reports a malformed schema and replaces it with any JSON value.
    fn any_value(&mut self, pointer: &str, message: &str) {
        self.warn(pointer, message, "any JSON value is accepted");
        self.fixes.push(Fix::Replace(pointer.to_owned(), json!({})));
    }

    /// Reports the `$ref` of a schema, which then accepts any JSON value.
    fn invalid_reference(&mut self, pointer: &str, message: &str) {
        let label = "any JSON value is accepted";
        self.warn(&child(pointer, "$ref"), message, label);
        self.fixes.push(Fix::Replace(pointer.to_owned(), json!({})));
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

    pub(super) fn schema(&mut self, schema: &Value, pointer: &str) {
        let Some(schema) = schema.as_object() else {
            let message = format!("a schema must be an object, but is {}", type_name(schema));
            return self.any_value(pointer, &message);
        };
        match schema.get("$ref") {
            Some(Value::String(reference)) => {
                let kind = component_kind(reference);
                if let Some(other) = kind.filter(|kind| *kind != "schemas") {
                    self.invalid_reference(pointer, &wrong_kind("schemas", other));
                }
                return;
            }
            Some(other) => {
                let message = format!("`$ref` must be a string, but is {}", type_name(other));
                return self.invalid_reference(pointer, &message);
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
        let at = child(pointer, "type");
        if let Some(name) = schema.get("type")
            && is_unknown_type(name, &at, self.context)
        {
            self.fixes.push(Fix::Remove(at));
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
