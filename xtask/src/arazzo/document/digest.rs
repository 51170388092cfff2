//! Digest of a workflow: of everything in its document that it depends on, except prose.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Number of hexadecimal digits of a digest: 128 bits.
const DIGITS: usize = 32;

/// Digests of the parts of a document that workflows share.
#[derive(Default)]
pub(super) struct Shared {
    sources: String,
    components: String,
}

impl Shared {
    pub(super) fn of(root: &Value) -> Self {
        let components = root.get("components").cloned().map(component_facts);
        Self {
            sources: digest(root.get("sourceDescriptions").unwrap_or(&Value::Null)),
            components: digest(&components.unwrap_or_default()),
        }
    }

    /// Returns the digest of a workflow of the document.
    ///
    /// Prose does not count: summaries, descriptions, and annotations of schemas. Neither does the order of
    /// properties. If the workflow refers to a component, all components of the document count.
    pub(super) fn digest_of(&self, workflow: &Value) -> String {
        let facts = workflow_facts(workflow);
        let components = refers_to_components(&facts).then_some(&self.components);
        digest(&json!({
            "sources": self.sources,
            "components": components,
            "workflow": facts,
        }))
    }
}

fn digest(facts: &Value) -> String {
    let mut canonical = String::new();
    write_sorted(facts, &mut canonical);
    let mut digits = String::new();
    for byte in Sha256::digest(canonical.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits.truncate(DIGITS);
    digits
}

fn component_facts(mut components: Value) -> Value {
    if let Some(schemas) = components.get_mut("inputs").and_then(Value::as_object_mut) {
        for schema in schemas.values_mut() {
            *schema = schema_facts(schema);
        }
    }
    components
}

fn workflow_facts(workflow: &Value) -> Value {
    let Some(members) = workflow.as_object() else {
        return workflow.clone();
    };
    let facts = members.iter().filter(|(name, _)| !is_summary(name));
    let facts = facts.map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("inputs", schema) => schema_facts(schema),
            ("steps", Value::Array(steps)) => steps.iter().map(step_facts).collect(),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    facts.collect::<Map<_, _>>().into()
}

fn step_facts(step: &Value) -> Value {
    let Some(members) = step.as_object() else {
        return step.clone();
    };
    let facts = members.iter().filter(|(name, _)| !is_summary(name));
    facts
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<Map<_, _>>()
        .into()
}

fn is_summary(name: &str) -> bool {
    matches!(name, "summary" | "description")
}

/// Returns a schema without annotations. Names of properties and values of the schema are kept.
fn schema_facts(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let facts = members.iter().filter(|(name, _)| !is_annotation(name));
            let facts = facts.map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("default" | "const" | "enum", value) => value.clone(),
                    (
                        "properties" | "patternProperties" | "$defs" | "definitions"
                        | "dependentSchemas",
                        Value::Object(schemas),
                    ) => {
                        let schemas = schemas.iter();
                        schemas
                            .map(|(name, schema)| (name.clone(), schema_facts(schema)))
                            .collect::<Map<_, _>>()
                            .into()
                    }
                    (_, value) => schema_facts(value),
                };
                (name.clone(), value)
            });
            facts.collect::<Map<_, _>>().into()
        }
        Value::Array(schemas) => schemas.iter().map(schema_facts).collect(),
        value => value.clone(),
    }
}

fn is_annotation(name: &str) -> bool {
    matches!(
        name,
        "title" | "description" | "example" | "examples" | "externalDocs" | "$comment"
    )
}

/// Returns `true` if the value contains a reference to a component: `$components.KIND.NAME` or `#/components/…`.
fn refers_to_components(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(refers_to_components),
        Value::Object(members) => members.values().any(refers_to_components),
        Value::String(text) => {
            text.starts_with("$components.") || text.starts_with("#/components/")
        }
        _ => false,
    }
}

/// Writes JSON without white space, with the properties of objects sorted by name.
fn write_sorted(value: &Value, json: &mut String) {
    match value {
        Value::Array(items) => {
            json.push('[');
            for item in items {
                write_sorted(item, json);
                json.push(',');
            }
            json.push(']');
        }
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            json.push('{');
            for (name, member) in sorted {
                json.push_str(&Value::from(name.as_str()).to_string());
                json.push(':');
                write_sorted(member, json);
                json.push(',');
            }
            json.push('}');
        }
        scalar => json.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "sourceDescriptions": [{ "name": "api", "url": "openapi.yml" }],
            "workflows": [{
                "workflowId": "w",
                "summary": "S.",
                "inputs": {
                    "type": "object",
                    "properties": { "description": { "type": "string", "description": "D." } },
                },
                "steps": [{
                    "stepId": "a",
                    "description": "D.",
                    "operationId": "doIt",
                    "requestBody": { "payload": { "summary": "of a task" } },
                    "parameters": [{ "reference": "$components.parameters.page" }],
                }],
            }],
            "components": {
                "parameters": {
                    "page": { "name": "page", "in": "query", "value": 1 },
                },
                "inputs": { "page": { "type": "integer", "title": "T." } },
            },
        })
    }

    fn first(document: &Value) -> String {
        Shared::of(document).digest_of(&document["workflows"][0])
    }

    fn digest_with(pointer: &str, value: Value) -> String {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        first(&document)
    }

    #[test]
    fn prose_does_not_count() {
        let expected = first(&document());
        assert_eq!(expected.len(), DIGITS);
        for pointer in [
            "/workflows/0/summary",
            "/workflows/0/steps/0/description",
            "/workflows/0/inputs/properties/description/description",
            "/components/inputs/page/title",
        ] {
            assert_eq!(digest_with(pointer, json!("other")), expected, "{pointer}");
        }
    }

    #[test]
    fn facts_count_whatever_their_name_is() {
        let expected = first(&document());
        for pointer in [
            "/sourceDescriptions/0/url",
            "/workflows/0/inputs/properties/description/type",
            "/workflows/0/inputs/properties/description",
            "/workflows/0/steps/0/operationId",
            "/workflows/0/steps/0/requestBody/payload/summary",
            "/components/parameters/page/value",
            "/components/inputs/page/type",
        ] {
            assert_ne!(digest_with(pointer, json!("other")), expected, "{pointer}");
        }
    }

    #[test]
    fn components_count_only_for_workflows_that_refer_to_one() {
        let with = |value: u8| {
            json!({
                "workflows": [{ "workflowId": "w", "steps": [{ "stepId": "a" }] }],
                "components": { "parameters": { "page": { "value": value } } },
            })
        };
        assert_eq!(first(&with(1)), first(&with(2)));
    }

    #[test]
    fn order_of_properties_does_not_count_but_that_of_steps_does() {
        let one = json!({ "workflowId": "w", "steps": [{ "a": 1, "b": 2 }, { "c": 3 }] });
        let same = json!({ "steps": [{ "b": 2, "a": 1 }, { "c": 3 }], "workflowId": "w" });
        let other = json!({ "workflowId": "w", "steps": [{ "c": 3 }, { "a": 1, "b": 2 }] });
        let of = |workflow: &Value| Shared::of(&json!({})).digest_of(workflow);
        assert_eq!(of(&one), of(&same));
        assert_ne!(of(&one), of(&other));
    }
}
