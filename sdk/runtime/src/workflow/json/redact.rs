//! Redaction of the values that a JSON Schema marks as secret.

use serde_json::{Map, Value};

use crate::error::hide;
use crate::values::secret::SecretString;

/// Keyword of a schema whose values are secret.
const SECRET: &str = "x-secret";
const REDACTED: &str = "[redacted]";
/// Minimum length of a secret that is searched in other values. Shorter ones would match unrelated text.
const MIN_LENGTH: usize = 6;
/// Maximum number of nested subschemas of one value, which ends cycles.
const MAX_DEPTH: usize = 64;

/// Collects the secret values as strings.
pub(super) fn collect(schema: &Value, value: &Value, secrets: &mut Vec<SecretString>) {
    collect_in(schema, schema, value, secrets);
}

/// Collects the secret values as strings. References of the schema are pointers into `root`.
pub(crate) fn collect_in(
    root: &Value,
    schema: &Value,
    value: &Value,
    secrets: &mut Vec<SecretString>,
) {
    let mut copy = value.clone();
    Walk { root, secrets }.value(&[schema], &mut copy);
    secrets.retain(is_long);
}

/// Redacts the secret values, and wherever else they and the given secrets occur.
pub(super) fn redact(schema: &Value, value: &mut Value, secrets: Vec<SecretString>) {
    redact_in(schema, schema, value, secrets);
}

/// Does the same with a schema whose references are pointers into `root`.
pub(crate) fn redact_in(
    root: &Value,
    schema: &Value,
    value: &mut Value,
    mut secrets: Vec<SecretString>,
) {
    Walk {
        root,
        secrets: &mut secrets,
    }
    .value(&[schema], value);
    secrets.retain(is_long);
    hide_in(value, &secrets);
}

fn is_long(secret: &SecretString) -> bool {
    secret.expose().len() >= MIN_LENGTH
}

struct Walk<'a, 's> {
    root: &'a Value,
    secrets: &'s mut Vec<SecretString>,
}

impl<'a> Walk<'a, '_> {
    /// Redacts a value that may be described by any of the schemas.
    fn value(&mut self, schemas: &[&'a Value], value: &mut Value) {
        let mut all = Vec::new();
        for schema in schemas {
            self.expand(schema, &mut all, 0);
        }
        let is_secret = |schema: &&Value| schema.get(SECRET) == Some(&Value::Bool(true));
        if all.iter().any(is_secret) && !value.is_null() {
            self.remember(value);
            *value = Value::from(REDACTED);
            return;
        }
        match value {
            Value::Object(properties) => self.properties(&all, properties),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let of_item = |schema: &&'a Value| {
                        let prefix = schema.get("prefixItems").and_then(|it| it.get(index));
                        prefix.or_else(|| schema.get("items"))
                    };
                    let schemas: Vec<&'a Value> = all.iter().filter_map(of_item).collect();
                    self.value(&schemas, item);
                }
            }
            _ => {}
        }
    }

    fn properties(&mut self, all: &[&'a Value], properties: &mut Map<String, Value>) {
        for (name, property) in properties {
            let of_name = |schema: &&'a Value| {
                let declared = schema.get("properties").and_then(|all| all.get(name));
                declared.or_else(|| schema.get("additionalProperties"))
            };
            let schemas: Vec<&'a Value> = all.iter().filter_map(of_name).collect();
            self.value(&schemas, property);
        }
    }

    /// Adds a schema, and those that describe the same value.
    fn expand(&self, schema: &'a Value, all: &mut Vec<&'a Value>, depth: usize) {
        if depth > MAX_DEPTH || all.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        all.push(schema);
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
            && let Some(pointer) = reference.strip_prefix('#')
            && let Some(target) = self.root.pointer(pointer)
        {
            self.expand(target, all, depth + 1);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let schemas = schema.get(keyword).and_then(Value::as_array);
            for schema in schemas.into_iter().flatten() {
                self.expand(schema, all, depth + 1);
            }
        }
    }

    /// Remembers the strings of a secret value, also of JSON in a string.
    fn remember(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                self.secrets.push(SecretString::from(text.as_str()));
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
                {
                    self.remember(&inner);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.remember(item)),
            Value::Object(properties) => properties.values().for_each(|it| self.remember(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Redacts the secrets in all strings.
fn hide_in(value: &mut Value, secrets: &[SecretString]) {
    match value {
        Value::String(text) => *text = hide(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_in(item, secrets)),
        Value::Object(properties) => properties
            .values_mut()
            .for_each(|property| hide_in(property, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
