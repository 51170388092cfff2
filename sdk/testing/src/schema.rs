//! Schemas of an OpenAPI 3.0 document, translated to JSON Schema and compiled on first use.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// A schema that values are validated against.
pub(crate) struct Schema {
    /// JSON Schema, including the components of the document if it refers to them.
    translated: Value,
    /// JSON type that a parameter string is parsed as.
    value_type: ValueType,
    validator: OnceLock<Option<Validator>>,
}

/// JSON type that a parameter string is parsed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    String,
    Integer,
    Number,
    Boolean,
    Array,
}

impl Schema {
    /// Translates a schema of the document. `components` is the `components.schemas` that it may refer to.
    pub(crate) fn new(schema: &Value, components: &Value) -> Self {
        let mut translated = schema.clone();
        translate(&mut translated);
        let value_type = ValueType::of(&translated);
        if schema.to_string().contains("\"$ref\"") {
            let mut components = components.clone();
            if let Some(components) = components.as_object_mut() {
                components.values_mut().for_each(translate);
            }
            translated = json!({
                "allOf": [translated],
                "components": { "schemas": components },
            });
        }
        Self {
            translated,
            value_type,
            validator: OnceLock::new(),
        }
    }

    pub(crate) fn value_type(&self) -> ValueType {
        self.value_type
    }

    /// Validates a value. Returns one message per error; empty if the value is valid.
    pub(crate) fn findings(&self, value: &Value) -> Vec<String> {
        let Some(validator) = self.validator() else {
            return vec!["cannot compile the schema in the document".to_owned()];
        };
        validator
            .iter_errors(value)
            .map(|finding| {
                // The value may be a secret, so the message must not contain it.
                let location = finding.instance_path().to_string();
                let message = finding.masked().to_string();
                if location.is_empty() {
                    message
                } else {
                    format!("{location}: {message}")
                }
            })
            .collect()
    }

    fn validator(&self) -> Option<&Validator> {
        self.validator
            .get_or_init(|| {
                jsonschema::draft202012::options()
                    .should_validate_formats(true)
                    .build(&self.translated)
                    .ok()
            })
            .as_ref()
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&self.value_type).finish()
    }
}

impl ValueType {
    fn of(schema: &Value) -> Self {
        match schema["type"].as_str() {
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("array") => Self::Array,
            _ => Self::String,
        }
    }

    /// Parses a parameter string. A string of another type stays a string, which the schema then rejects.
    pub(crate) fn parse(self, text: &str) -> Value {
        let parsed = match self {
            Self::Integer => text.parse::<i64>().ok().map(Value::from),
            Self::Number => text.parse::<f64>().ok().map(Value::from),
            Self::Boolean => text.parse::<bool>().ok().map(Value::from),
            Self::String | Self::Array => None,
        };
        parsed.unwrap_or_else(|| Value::from(text))
    }
}

/// Translates OpenAPI 3.0 to JSON Schema 2020-12: `nullable` becomes a type, and `oneOf` becomes `anyOf`.
///
/// The unions of the document overlap: a configured prop of type "any" matches every other type as well.
fn translate(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    for (name, field) in fields.iter_mut() {
        match name.as_str() {
            "items" | "additionalProperties" | "not" => translate(field),
            "allOf" | "anyOf" | "oneOf" => {
                field
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                    .for_each(translate);
            }
            "properties" => {
                let properties = field.as_object_mut().into_iter();
                properties.flat_map(Map::values_mut).for_each(translate);
            }
            _ => {}
        }
    }
    if let Some(alternatives) = fields.remove("oneOf") {
        fields.insert("anyOf".to_owned(), alternatives);
    }
    if fields.remove("nullable") == Some(Value::Bool(true)) {
        allow_null(schema);
    }
}

fn allow_null(schema: &mut Value) {
    match schema.as_object_mut() {
        Some(fields) if fields.is_empty() => {}
        Some(fields) if fields.get("type").is_some_and(Value::is_string) => {
            let only = fields.remove("type");
            fields.insert("type".to_owned(), json!([only, "null"]));
            if let Some(Value::Array(values)) = fields.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        _ => {
            let inner = schema.take();
            *schema = json!({ "anyOf": [inner, { "type": "null" }] });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(schema: Value, value: Value) -> bool {
        Schema::new(
            &schema,
            &json!({ "Named": { "type": "string", "nullable": true } }),
        )
        .findings(&value)
        .is_empty()
    }

    #[test]
    fn nullable_allows_null() {
        assert!(fits(
            json!({ "type": "string", "nullable": true }),
            Value::Null
        ));
        assert!(!fits(json!({ "type": "string" }), Value::Null));
        let choice = json!({ "type": "string", "enum": ["a"], "nullable": true });
        assert!(fits(choice.clone(), Value::Null));
        assert!(!fits(choice, json!("b")));
        assert!(fits(
            json!({ "$ref": "#/components/schemas/Named" }),
            Value::Null
        ));
        assert!(!fits(
            json!({ "$ref": "#/components/schemas/Named" }),
            json!(1)
        ));
    }

    #[test]
    fn property_may_be_named_like_a_keyword() {
        let schema =
            json!({ "type": "object", "properties": { "nullable": { "type": "boolean" } } });
        assert!(fits(schema.clone(), json!({ "nullable": true })));
        assert!(!fits(schema, json!({ "nullable": "yes" })));
    }

    #[test]
    fn accepts_overlapping_alternatives() {
        let schema = json!({ "oneOf": [{}, { "type": "string" }] });
        assert!(fits(schema, json!("both")));
    }

    #[test]
    fn findings_have_the_location_but_not_the_value() {
        let schema = json!({ "type": "object", "properties": { "key": { "type": "string", "pattern": "^a$" } } });
        let findings = Schema::new(&schema, &Value::Null).findings(&json!({ "key": "sk-secret" }));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("/key: "), "{}", findings[0]);
        assert!(!findings[0].contains("sk-secret"), "{}", findings[0]);
    }
}
