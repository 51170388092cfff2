//! Merging of objects that are members of one composition, property by property.

use serde_json::{Map, Value, json};

use super::{Composer, Simplified, constraints, has_only_annotations, walk};

impl Composer<'_> {
    /// Merges two objects into one that has the properties of both.
    pub(super) fn merge(
        &mut self,
        earlier: &Map<String, Value>,
        later: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut merged_object = Map::from_iter([("type".to_owned(), json!("object"))]);
        let map_of = |object: &Map<String, Value>, key: &str| {
            object.get(key).and_then(Value::as_object).cloned()
        };
        let mut properties = map_of(earlier, "properties").unwrap_or_default();
        for (name, property) in map_of(later, "properties").unwrap_or_default() {
            let merged = match properties.get(&name) {
                Some(earlier) => self.merge_property(&name, earlier, &property),
                None => property,
            };
            properties.insert(name, merged);
        }
        let mut required: Vec<Value> = Vec::new();
        for part in [earlier, later] {
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
        }
        if !properties.is_empty() {
            merged_object.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            merged_object.insert("required".into(), Value::Array(required));
        }
        if let Some(additional) = later
            .get("additionalProperties")
            .or(earlier.get("additionalProperties"))
        {
            let additional = match additional {
                // typify ignores `true` beside properties.
                Value::Bool(true) if merged_object.contains_key("properties") => json!({}),
                other => other.clone(),
            };
            merged_object.insert("additionalProperties".into(), additional);
        }
        merged_object
    }

    /// Merges the schemas of a property that two members declare.
    fn merge_property(&mut self, name: &str, earlier: &Value, later: &Value) -> Value {
        let mut merged = match (self.string_values(earlier), self.string_values(later)) {
            _ if has_only_annotations(later) => earlier.clone(),
            _ if has_only_annotations(earlier) || constraints(earlier) == constraints(later) => {
                later.clone()
            }
            (
                Some(StringValues::Listed(earlier_values)),
                Some(StringValues::Listed(later_values)),
            ) => {
                let both: Vec<Value> = later_values
                    .iter()
                    .filter(|value| earlier_values.contains(value))
                    .cloned()
                    .collect();
                if both.len() == later_values.len() {
                    later.clone()
                } else if both.len() == earlier_values.len() {
                    earlier.clone()
                } else if both.is_empty() {
                    self.clashes.push(name.to_owned());
                    later.clone()
                } else {
                    json!({"type": "string", "enum": both})
                }
            }
            (Some(StringValues::Listed(_)), Some(StringValues::Any)) => earlier.clone(),
            (Some(StringValues::Any), Some(_)) => later.clone(),
            _ => match self.merge_nested(name, earlier, later) {
                Some(merged) => merged,
                None => {
                    self.clashes.push(name.to_owned());
                    later.clone()
                }
            },
        };
        if let Some(map) = merged.as_object_mut()
            && !map.contains_key("$ref")
        {
            for from in [later, earlier] {
                if let Some(description) = from.get("description") {
                    map.entry("description")
                        .or_insert_with(|| description.clone());
                }
            }
        }
        merged
    }

    /// Merges two objects, or the items of two arrays; `None` for other schemas.
    ///
    /// At least one of them is not a reference. Its depth therefore limits the recursion.
    fn merge_nested(&mut self, name: &str, earlier: &Value, later: &Value) -> Option<Value> {
        if walk::reference(earlier).is_some() && walk::reference(later).is_some() {
            return None;
        }
        let items_of = |schema: &Value| {
            let schema = self.resolve(schema)?;
            let is_array = schema.get("type").is_some_and(|own| own == "array");
            is_array.then(|| schema.get("items").cloned().unwrap_or_else(|| json!({})))
        };
        let mut merged = match (items_of(earlier), items_of(later)) {
            (Some(earlier), Some(later)) => {
                let items = self.merge_property(name, &earlier, &later);
                json!({"type": "array", "items": items})
            }
            (None, None) => {
                let mut merged = json!({"allOf": [earlier, later]});
                match self.simplify(&mut merged) {
                    Simplified::Changed | Simplified::Unchanged => merged,
                    Simplified::Unknown | Simplified::TooMany => return None,
                }
            }
            _ => return None,
        };
        // A type that accepts null also decodes the values of the stricter schema.
        let is_nullable = |schema: &Value| schema.get("nullable") == Some(&json!(true));
        if is_nullable(earlier) || is_nullable(later) {
            merged["nullable"] = json!(true);
        }
        Some(merged)
    }

    fn string_values(&self, schema: &Value) -> Option<StringValues> {
        let schema = self.resolve(schema)?;
        if schema.get("type")? != "string" {
            return None;
        }
        match schema.get("enum") {
            Some(Value::Array(values)) => Some(StringValues::Listed(values.clone())),
            _ if schema.get("pattern").is_none() && schema.get("format").is_none() => {
                Some(StringValues::Any)
            }
            _ => None,
        }
    }
}

/// Values that a string schema allows.
enum StringValues {
    Listed(Vec<Value>),
    Any,
}
