//! Removes `allOf`: typify names the types inside a merged schema after the merged one, which clashes with components of
//! that name, and its merging of alternatives can grow without bound.
//!
//! Parts that are objects become one object with the properties of all. A single `$ref` with words beside it stays an
//! `allOf`, the one way to say something about a reference in 3.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Context, walk};

/// Alternatives times alternatives: more of them than this are no description that anyone reads.
const COMBINATIONS: usize = 256;

/// Keys that describe without constraining.
const REMARKS: [&str; 11] = [
    "description",
    "title",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "xml",
    "nullable",
    "discriminator",
];

/// Keys that an object made of parts may have.
const OBJECT: [&str; 4] = ["type", "properties", "required", "additionalProperties"];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let components = walk::components(document).cloned().unwrap_or_default();
    let mut merger = Merger {
        components: &components,
        known: BTreeMap::new(),
        clashes: Vec::new(),
    };
    walk::each_schema(document, |pointer, schema| {
        if schema.get("allOf").is_none() {
            return;
        }
        merger.clashes.clear();
        if merger.flatten(schema) {
            context.changed(pointer, "made one schema of the parts of its `allOf`");
        } else if combinations(schema, &components, 16) > COMBINATIONS {
            let diagnostic = context
                .error(
                    "too-many-combinations",
                    pointer,
                    "the parts of this `allOf` have too many alternatives together",
                )
                .label(format!("more than {COMBINATIONS} ways to combine them"));
            context.report(diagnostic);
        }
        for name in std::mem::take(&mut merger.clashes) {
            let diagnostic = context
                .warning(
                    "conflicting-property",
                    pointer,
                    format!("the parts of this `allOf` describe `{name}` differently"),
                )
                .label("the last description is taken");
            context.report(diagnostic);
        }
    });
}

struct Merger<'c> {
    components: &'c Map<String, Value>,
    /// What each component is as an object, if it is one.
    known: BTreeMap<String, Option<Map<String, Value>>>,
    clashes: Vec<String>,
}

impl Merger<'_> {
    /// Gives whether the schema was changed.
    fn flatten(&mut self, schema: &mut Value) -> bool {
        let Some(map) = schema.as_object_mut() else {
            return false;
        };
        let Some(Value::Array(mut parts)) = map.shift_remove("allOf") else {
            return false;
        };
        let before = parts.len();
        // Parts that only remark on the others are remarks on the whole.
        parts.retain(|part| {
            let remarks = part
                .as_object()
                .is_some_and(|p| p.keys().all(|key| is_remark(key)));
            if remarks {
                for (key, value) in part.as_object().into_iter().flatten() {
                    map.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            !remarks
        });
        let bare = map.keys().all(|key| is_remark(key) || key == "type");
        if let ([part], true) = (parts.as_slice(), bare) {
            if walk::reference(part).is_some() {
                map.shift_remove("type");
                if map.is_empty() {
                    *schema = part.clone();
                } else {
                    map.insert("allOf".into(), json!([part]));
                }
                return before != 1;
            }
            for (key, value) in part.as_object().into_iter().flatten() {
                map.entry(key.clone()).or_insert_with(|| value.clone());
            }
            // The one part may be made of parts itself.
            if map.contains_key("allOf") {
                self.flatten(schema);
            }
            return true;
        }
        if parts.is_empty() {
            return true;
        }
        let own = Value::Object(map.clone());
        match self.merge(parts.iter().chain([&own])) {
            Some(object) => {
                map.retain(|key, _| is_remark(key));
                map.extend(object);
                true
            }
            None => {
                map.insert("allOf".into(), Value::Array(parts));
                false
            }
        }
    }

    fn merge<'v>(&mut self, parts: impl Iterator<Item = &'v Value>) -> Option<Map<String, Value>> {
        let mut whole = Map::from_iter([("type".to_owned(), json!("object"))]);
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        for part in parts {
            let part = self.object(part)?;
            for (name, property) in part
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let merged = match properties.get(name) {
                    Some(earlier) => self.agree(name, earlier, property),
                    None => property.clone(),
                };
                properties.insert(name.clone(), merged);
            }
            for name in part
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if !required.contains(name) {
                    required.push(name.clone());
                }
            }
            if let Some(further) = part.get("additionalProperties") {
                whole.insert("additionalProperties".into(), further.clone());
            }
        }
        required.retain(|name| {
            name.as_str()
                .is_some_and(|name| properties.contains_key(name))
        });
        if !properties.is_empty() {
            whole.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            whole.insert("required".into(), Value::Array(required));
        }
        Some(whole)
    }

    /// The schema as an object, if it is no more than that.
    fn object(&mut self, schema: &Value) -> Option<Map<String, Value>> {
        if let Some(name) = walk::reference(schema) {
            if let Some(known) = self.known.get(&name) {
                return known.clone();
            }
            // Parts in a circle were refused before; this mark keeps that promise cheap to rely on.
            self.known.insert(name.clone(), None);
            let object = self
                .components
                .get(&name)
                .and_then(|schema| self.object(schema));
            self.known.insert(name, object.clone());
            return object;
        }
        let map = schema.as_object()?;
        if map.get("type").is_some_and(|t| t != "object") {
            return None;
        }
        if let Some(Value::Array(parts)) = map.get("allOf") {
            let own: Map<String, Value> = map
                .iter()
                .filter(|(key, _)| *key != "allOf")
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let own = Value::Object(own);
            return self.merge(parts.iter().chain([&own]));
        }
        map.keys()
            .all(|key| OBJECT.contains(&key.as_str()) || is_remark(key))
            .then(|| map.clone())
    }

    /// What a property is of which two parts speak.
    fn agree(&mut self, name: &str, earlier: &Value, later: &Value) -> Value {
        let mut agreed = match (self.texts(earlier), self.texts(later)) {
            _ if says_nothing(later) => earlier.clone(),
            _ if says_nothing(earlier) || core(earlier) == core(later) => later.clone(),
            (Some(Texts::Listed(theirs)), Some(Texts::Listed(ours))) => {
                let both: Vec<Value> = ours
                    .iter()
                    .filter(|value| theirs.contains(value))
                    .cloned()
                    .collect();
                if both.len() == ours.len() {
                    later.clone()
                } else if both.len() == theirs.len() {
                    earlier.clone()
                } else if both.is_empty() {
                    self.clashes.push(name.to_owned());
                    later.clone()
                } else {
                    json!({"type": "string", "enum": both})
                }
            }
            (Some(Texts::Listed(_)), Some(Texts::Any)) => earlier.clone(),
            (Some(Texts::Any), Some(_)) => later.clone(),
            _ => {
                self.clashes.push(name.to_owned());
                later.clone()
            }
        };
        if let Some(map) = agreed.as_object_mut()
            && !map.contains_key("$ref")
        {
            for from in [later, earlier] {
                if let Some(description) = from.get("description") {
                    map.entry("description")
                        .or_insert_with(|| description.clone());
                }
            }
        }
        agreed
    }

    fn texts(&self, schema: &Value) -> Option<Texts> {
        let mut schema = schema;
        for _ in 0..8 {
            match walk::reference(schema) {
                Some(name) => schema = self.components.get(&name)?,
                None => break,
            }
        }
        if schema.get("type")? != "string" {
            return None;
        }
        match schema.get("enum") {
            Some(Value::Array(values)) => Some(Texts::Listed(values.clone())),
            _ if schema.get("pattern").is_none() && schema.get("format").is_none() => {
                Some(Texts::Any)
            }
            _ => None,
        }
    }
}

enum Texts {
    Listed(Vec<Value>),
    Any,
}

fn is_remark(key: &str) -> bool {
    REMARKS.contains(&key) || key.starts_with("x-")
}

fn says_nothing(schema: &Value) -> bool {
    schema
        .as_object()
        .is_some_and(|map| map.keys().all(|key| is_remark(key)))
}

fn core(schema: &Value) -> Option<Vec<(&String, &Value)>> {
    Some(
        schema
            .as_object()?
            .iter()
            .filter(|(key, _)| !is_remark(key))
            .collect(),
    )
}

/// How many ways there are through the alternatives of a schema.
fn combinations(schema: &Value, components: &Map<String, Value>, depth: usize) -> usize {
    if depth == 0 {
        return usize::MAX;
    }
    if let Some(name) = walk::reference(schema) {
        return components
            .get(&name)
            .map_or(1, |schema| combinations(schema, components, depth - 1));
    }
    let members = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let mut product = 1usize;
    for part in members("allOf") {
        product = product.saturating_mul(combinations(part, components, depth - 1));
        if product > COMBINATIONS {
            return product;
        }
    }
    for key in ["anyOf", "oneOf"] {
        let mut sum = 0usize;
        for member in members(key) {
            sum = sum.saturating_add(combinations(member, components, depth - 1));
            if sum > COMBINATIONS {
                return sum;
            }
        }
        product = product.saturating_mul(sum.max(1));
    }
    product
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn first(schemas: Value) -> (Value, Vec<&'static str>) {
        let (document, _, codes) = pass(run, with_schemas(schemas));
        let schemas = document["components"]["schemas"].as_object().unwrap();
        (schemas.values().next().unwrap().clone(), codes)
    }

    #[test]
    fn objects_become_one_and_a_narrower_enum_wins() {
        let (schema, codes) = first(json!({
            "Alert": {"description": "d", "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "required": ["type"], "properties": {"type": {"type": "string", "enum": ["alert"]}, "text": {}}}
            ]},
            "Base": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"}, "type": {"type": "string", "enum": ["alert", "app"], "description": "what"}
            }}
        }));
        assert!(codes.is_empty());
        assert_eq!(
            schema,
            json!({"description": "d", "type": "object", "properties": {
                "name": {"type": "string"},
                "type": {"type": "string", "enum": ["alert"], "description": "what"},
                "text": {}
            }, "required": ["name", "type"]})
        );
    }

    #[test]
    fn remarks_on_a_reference_stay_around_it() {
        let (schema, _) = first(json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"description": "d"}]},
            "B": {"type": "string"}
        }));
        assert_eq!(
            schema,
            json!({"description": "d", "allOf": [{"$ref": "#/components/schemas/B"}]})
        );
    }

    #[test]
    fn a_lone_reference_is_the_reference_and_a_lone_schema_the_schema() {
        let (schema, _) = first(json!({"A": {"allOf": [{"allOf": [{"type": "string"}]}]}}));
        assert_eq!(schema, json!({"type": "string"}));
        let (schema, _) =
            first(json!({"A": {"allOf": [{"$ref": "#/components/schemas/B"}]}, "B": {}}));
        assert_eq!(schema, json!({"$ref": "#/components/schemas/B"}));
    }

    #[test]
    fn a_property_described_twice_differently_is_reported() {
        let (schema, codes) = first(json!({"A": {"allOf": [
            {"properties": {"p": {"type": "string"}}}, {"properties": {"p": {"type": "integer"}}}
        ]}}));
        assert_eq!(codes, ["conflicting-property"]);
        assert_eq!(schema["properties"]["p"]["type"], "integer");
    }

    #[test]
    fn alternatives_times_alternatives_are_bounded() {
        let choice = json!({"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"type": "array"}]});
        let (_, codes) = first(json!({"A": {"allOf": vec![choice.clone(); 5]}}));
        assert_eq!(codes, ["too-many-combinations"]);
        let (_, codes) = first(json!({"A": {"allOf": vec![choice; 2]}}));
        assert!(codes.is_empty());
    }

    #[test]
    fn shared_parts_are_looked_at_once() {
        let mut schemas = Map::new();
        for n in 0..60 {
            let next = walk::reference_to(&format!("S{}", n + 1));
            schemas.insert(format!("S{n}"), json!({"allOf": [next, next]}));
        }
        schemas.insert(
            "S60".into(),
            json!({"type": "object", "properties": {"a": {}}}),
        );
        let (schema, codes) = first(Value::Object(schemas));
        assert!(codes.is_empty());
        assert_eq!(schema["properties"], json!({"a": {}}));
    }
}
