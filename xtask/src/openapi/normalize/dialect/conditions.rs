//! Properties that only `then`, `else` or `dependentSchemas` declare.
//!
//! An object may have these properties. The server checks the conditions.

use serde_json::{Map, Value, json};

/// Declares the conditional properties of a schema, and of its `allOf` members, as optional ones.
///
/// A schema without properties allows them already.
pub(super) fn declare(schema: &mut Map<String, Value>) -> bool {
    let mut changed = schema.contains_key("properties") && declare_in(schema);
    if let Some(Value::Array(members)) = schema.get_mut("allOf") {
        for member in members.iter_mut().filter_map(Value::as_object_mut) {
            // The members together are an object, also if one of them is only a condition.
            changed |= !member.contains_key("type") && declare_in(member);
        }
    }
    changed
}

fn declare_in(schema: &mut Map<String, Value>) -> bool {
    let dependent = schema.get("dependentSchemas").and_then(Value::as_object);
    let conditional = ["then", "else"]
        .into_iter()
        .filter_map(|key| schema.get(key))
        .chain(dependent.into_iter().flat_map(Map::values));
    let mut found: Map<String, Value> = Map::new();
    for (name, property) in conditional
        .filter_map(|branch| branch.get("properties")?.as_object())
        .flatten()
        .filter(|(_, property)| property.is_object())
    {
        match found.get_mut(name) {
            None => drop(found.insert(name.clone(), property.clone())),
            Some(other) if other == property => {}
            Some(other) => *other = json!({"anyOf": [other.take(), property]}),
        }
    }
    let own = schema.get("properties").and_then(Value::as_object);
    found.retain(|name, _| own.is_none_or(|own| !own.contains_key(name)));
    if found.is_empty() {
        return false;
    }
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        properties.extend(found);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(mut schema: Value) -> Value {
        if let Some(schema) = schema.as_object_mut() {
            declare(schema);
        }
        schema
    }

    #[test]
    fn properties_of_conditional_schemas_are_optional_properties() {
        let schema = declared(json!({
            "properties": {"kind": {"type": "string"}},
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"properties": {"kind": {"const": "a"}, "size": {"type": "integer"}}, "required": ["size"]},
            "else": {"properties": {"size": {"type": "string"}, "never": false}},
            "dependentSchemas": {"kind": {"properties": {"note": {"type": "string"}}}}
        }));
        assert_eq!(
            schema["properties"],
            json!({
                "kind": {"type": "string"},
                "size": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                "note": {"type": "string"}
            })
        );
        assert!(schema.get("required").is_none());
    }

    #[test]
    fn a_member_can_be_a_condition_alone() {
        let condition = json!({"then": {"properties": {"a": {"type": "string"}}}});
        let schema = declared(json!({"allOf": [{"$ref": "#/components/schemas/B"}, condition]}));
        assert_eq!(schema["allOf"][1]["properties"]["a"]["type"], "string");
        // Its values are any JSON objects.
        let open = json!({"type": "object", "then": {"properties": {"a": {"type": "string"}}}});
        assert_eq!(declared(open.clone()), open);
    }
}
