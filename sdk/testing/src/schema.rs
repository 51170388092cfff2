//! Schemas of an OpenAPI 3.0 document, translated into JSON Schema and compiled when first used.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// A schema that values can be held against.
pub(crate) struct Schema {
    /// JSON Schema, with the document's components beside it where it refers to them.
    translated: Value,
    /// The kind of JSON value a parameter's text stands for.
    kind: Kind,
    validator: OnceLock<Option<Validator>>,
}

/// The kind of value that a parameter's text has to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Array,
}

impl Schema {
    /// Takes a schema of the document and the `components.schemas` that it may refer to.
    pub(crate) fn new(schema: &Value, components: &Value) -> Self {
        let mut translated = schema.clone();
        translate(&mut translated);
        let kind = Kind::of(&translated);
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
            kind,
            validator: OnceLock::new(),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong with a value, one line per finding; nothing when it fits.
    pub(crate) fn findings(&self, value: &Value) -> Vec<String> {
        let Some(validator) = self.validator() else {
            return vec!["the fake cannot compile the schema of its own document".to_owned()];
        };
        validator
            .iter_errors(value)
            .map(|finding| {
                // The value may be a secret: it stays out of what is told about it.
                let place = finding.instance_path().to_string();
                let what = finding.masked().to_string();
                if place.is_empty() {
                    what
                } else {
                    format!("{place}: {what}")
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
        f.debug_tuple("Schema").field(&self.kind).finish()
    }
}

impl Kind {
    fn of(schema: &Value) -> Self {
        match schema["type"].as_str() {
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("array") => Self::Array,
            _ => Self::Text,
        }
    }

    /// The JSON value that a parameter's text stands for; text that does not fit stays text, for the schema to refuse.
    pub(crate) fn read(self, text: &str) -> Value {
        let read = match self {
            Self::Integer => text.parse::<i64>().ok().map(Value::from),
            Self::Number => text.parse::<f64>().ok().map(Value::from),
            Self::Boolean => text.parse::<bool>().ok().map(Value::from),
            Self::Text | Self::Array => None,
        };
        read.unwrap_or_else(|| Value::from(text))
    }
}

/// OpenAPI 3.0 into JSON Schema 2020-12: `nullable` becomes a type, and `oneOf` becomes `anyOf`, because the document's
/// unions overlap (a configured prop that is "anything" is every other kind as well).
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
            let kind = fields.remove("type");
            fields.insert("type".to_owned(), json!([kind, "null"]));
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
    fn nullable_allows_null_with_a_type_an_enum_or_a_reference() {
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
    fn a_property_may_be_called_like_a_keyword() {
        let schema =
            json!({ "type": "object", "properties": { "nullable": { "type": "boolean" } } });
        assert!(fits(schema.clone(), json!({ "nullable": true })));
        assert!(!fits(schema, json!({ "nullable": "yes" })));
    }

    #[test]
    fn overlapping_alternatives_are_no_contradiction() {
        let schema = json!({ "oneOf": [{}, { "type": "string" }] });
        assert!(fits(schema, json!("both")));
    }

    #[test]
    fn findings_name_the_place_and_keep_the_value_to_themselves() {
        let schema = json!({ "type": "object", "properties": { "key": { "type": "string", "pattern": "^a$" } } });
        let findings = Schema::new(&schema, &Value::Null).findings(&json!({ "key": "sk-secret" }));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("/key: "), "{}", findings[0]);
        assert!(!findings[0].contains("sk-secret"), "{}", findings[0]);
    }
}
