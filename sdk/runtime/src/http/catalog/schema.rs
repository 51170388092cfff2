//! Conversion of schemas of OpenAPI 3.0 to self-contained JSON Schemas (2020-12).

use serde_json::{Map, Value, json};

use super::document::MAX_REFERENCES;

/// Beginning of references to schemas of the document.
const SCHEMAS: &str = "#/components/schemas/";
/// Keywords that JSON Schema does not have or that only describe the schema. Extensions are removed as well.
const REMOVED: [&str; 6] = [
    "discriminator",
    "deprecated",
    "example",
    "externalDocs",
    "nullable",
    "xml",
];
/// Keywords whose value is a map of schemas.
const MAPS: [&str; 2] = ["properties", "patternProperties"];
/// Extension that is kept: it marks secrets.
const SECRET: &str = "x-secret";

/// Collects the schemas that others refer to.
pub(super) struct SelfContained<'a> {
    root: &'a Value,
    definitions: Map<String, Value>,
}

impl<'a> SelfContained<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self {
            root,
            definitions: Map::new(),
        }
    }

    /// Converts the schema of a parameter. Text beside a reference is kept, as in JSON Schema.
    pub(super) fn property(&mut self, schema: &Value) -> Value {
        self.convert(schema)
    }

    /// Converts a schema, without a reference at its top.
    pub(super) fn inlined(&mut self, schema: &Value) -> Value {
        let mut schema = schema;
        for _ in 0..MAX_REFERENCES {
            match self.target(schema) {
                Some(target) => schema = target,
                None => break,
            }
        }
        self.convert(schema)
    }

    /// Adds the definitions to a converted schema.
    pub(super) fn finish(self, mut schema: Value) -> Value {
        if let (Value::Object(schema), false) = (&mut schema, self.definitions.is_empty()) {
            schema.insert("$defs".to_owned(), Value::Object(self.definitions));
        }
        schema
    }

    fn target(&self, schema: &Value) -> Option<&'a Value> {
        let name = schema["$ref"].as_str()?.strip_prefix(SCHEMAS)?;
        self.root["components"]["schemas"].get(name)
    }

    fn convert(&mut self, schema: &Value) -> Value {
        let Value::Object(keywords) = schema else {
            // `true`, `false`, or a value of a keyword such as `items: [...]`.
            return schema.clone();
        };
        let mut converted = Map::new();
        for (keyword, value) in keywords {
            if REMOVED.contains(&keyword.as_str()) || keyword.starts_with("x-") && keyword != SECRET
            {
                continue;
            }
            let value = match (keyword.as_str(), value) {
                ("$ref", Value::String(reference)) => self.reference(reference),
                ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                    schemas.iter().map(|it| self.convert(it)).collect()
                }
                ("items" | "additionalProperties" | "not", value) => self.convert(value),
                (keyword, Value::Object(schemas)) if MAPS.contains(&keyword) => {
                    let schemas = schemas.iter();
                    let schemas = schemas.map(|(name, it)| (name.clone(), self.convert(it)));
                    Value::Object(schemas.collect())
                }
                (_, value) => value.clone(),
            };
            converted.insert(keyword.clone(), value);
        }
        match keywords.get("nullable") {
            Some(Value::Bool(true)) => or_null(converted),
            _ => Value::Object(converted),
        }
    }

    /// Adds the definition that a reference names, and returns the reference to it.
    fn reference(&mut self, reference: &str) -> Value {
        let Some(name) = reference.strip_prefix(SCHEMAS) else {
            return Value::from(reference);
        };
        if !self.definitions.contains_key(name) {
            // Known before it is converted, because it may refer to itself.
            self.definitions.insert(name.to_owned(), Value::Bool(true));
            let target = self.root["components"]["schemas"].get(name);
            let converted = target.map_or(Value::Bool(true), |target| self.convert(target));
            self.definitions.insert(name.to_owned(), converted);
        }
        Value::from(format!("#/$defs/{name}"))
    }
}

/// Adds `null` to the values of a schema.
fn or_null(mut schema: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match schema.get_mut("type") {
        Some(name @ Value::String(_)) => {
            *name = json!([name.clone(), "null"]);
            Value::Object(schema)
        }
        _ => json!({ "anyOf": [Value::Object(schema), { "type": "null" }] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_nullable_values_and_collects_definitions() {
        let root = json!({ "components": { "schemas": {
            "Tree": {
                "type": "object", "example": {}, "x-origin": "a",
                "properties": {
                    "next": { "$ref": "#/components/schemas/Tree" },
                    "nullable": { "type": "string", "nullable": true, "enum": ["a"] },
                    "key": { "type": "string", "x-secret": true },
                    "any": { "allOf": [{ "$ref": "#/components/schemas/Gone" }], "nullable": true },
                },
            },
        } } });
        let mut schema = SelfContained::new(&root);
        let tree = json!({ "$ref": "#/components/schemas/Tree" });
        let converted = schema.inlined(&tree);
        let converted = schema.finish(converted);
        let properties = &converted["properties"];
        assert_eq!(properties["next"], json!({ "$ref": "#/$defs/Tree" }));
        let nullable = json!({ "type": ["string", "null"], "enum": ["a", null] });
        assert_eq!(properties["nullable"], nullable);
        assert_eq!(properties["key"]["x-secret"], true);
        assert_eq!(properties["any"]["anyOf"][1], json!({ "type": "null" }));
        assert_eq!(converted.get("example").or(converted.get("x-origin")), None);
        assert_eq!(converted["$defs"]["Tree"]["properties"], *properties);
        assert_eq!(converted["$defs"]["Gone"], true);
    }

    #[test]
    fn a_reference_to_itself_ends() {
        let root = json!({ "components": { "schemas": {
            "A": { "$ref": "#/components/schemas/A" },
        } } });
        let mut schema = SelfContained::new(&root);
        let converted = schema.inlined(&json!({ "$ref": "#/components/schemas/A" }));
        assert_eq!(converted, json!({ "$ref": "#/$defs/A" }));
    }
}
