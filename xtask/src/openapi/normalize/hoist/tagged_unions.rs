//! Unions of inline objects that typify tells apart by a tag or a single key.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Returns `true` if typify generates a tagged enum for the alternatives of a schema.
pub(super) fn is_tagged(schema: &Value) -> bool {
    let alternatives = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| schema.get(key));
    let Some(alternatives) = alternatives.and_then(Value::as_array) else {
        return false;
    };
    have_single_keys(alternatives) || have_a_tag(alternatives)
}

/// Returns `true` if each alternative is a list of constants, or an object of one required property of its own.
fn have_single_keys(alternatives: &[Value]) -> bool {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    alternatives.iter().all(|alternative| {
        let Some(properties) = properties(alternative) else {
            return alternative.get("enum").is_some();
        };
        let mut keys = properties.keys();
        properties.len() == 1 && keys.all(|it| requires(alternative, it) && names.insert(it))
    })
}

/// Returns `true` if a property that all alternatives require has another constant in each.
fn have_a_tag(alternatives: &[Value]) -> bool {
    let tags = alternatives.iter().map(|alternative| {
        let properties = properties(alternative).into_iter().flatten();
        let constants = properties.filter(|(name, _)| requires(alternative, name));
        constants
            .filter_map(|(name, schema)| Some((name.as_str(), constant(schema)?)))
            .collect::<BTreeMap<&str, &str>>()
    });
    let tags: Vec<BTreeMap<&str, &str>> = tags.collect();
    // The enum of tags alone would look like one of strings.
    let is_bare = |it: &Value| properties(it).is_some_and(|properties| properties.len() == 1);
    if alternatives.iter().all(is_bare) {
        return false;
    }
    let Some(first) = tags.first() else {
        return false;
    };
    first.keys().any(|name| {
        let values = tags.iter().filter_map(|constants| constants.get(name));
        let values: BTreeSet<&&str> = values.collect();
        values.len() == tags.len()
    })
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    let is_closed = matches!(
        schema.get("additionalProperties"),
        None | Some(Value::Bool(false))
    );
    let properties = schema.get("properties").filter(|_| is_closed);
    properties.and_then(Value::as_object)
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|it| it == name))
}

fn constant(schema: &Value) -> Option<&str> {
    match schema.get("enum")?.as_array()?.as_slice() {
        [value] => value.as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_or_a_single_key_tells_alternatives_apart() {
        let tagged = |value: &str| {
            json!({"type": "object", "required": ["kind"], "properties": {
                "kind": {"type": "string", "enum": [value]}, "size": {"type": "integer"}
            }})
        };
        let bare = |value: &str| {
            json!({"type": "object", "required": ["kind"], "properties": {
                "kind": {"type": "string", "enum": [value]}
            }})
        };
        let single = |name: &str| json!({"type": "object", "required": [name], "properties": {name: {"type": "integer"}}});
        let number = json!({"type": "object", "required": ["kind"], "properties": {
            "kind": {"type": "integer", "enum": [1]}
        }});
        for (alternatives, expected) in [
            ([tagged("a"), tagged("b")], true),
            ([tagged("a"), tagged("a")], false),
            ([single("a"), single("b")], true),
            (
                [single("a"), json!({"type": "string", "enum": ["b", "c"]})],
                true,
            ),
            ([single("a"), tagged("b")], false),
            ([bare("a"), bare("b")], false),
            ([bare("a"), tagged("b")], true),
            ([tagged("a"), number], false),
            (
                [tagged("a"), json!({"$ref": "#/components/schemas/B"})],
                false,
            ),
            ([single("a"), json!({"type": "string"})], false),
        ] {
            let schema = json!({ "oneOf": alternatives });
            assert_eq!(is_tagged(&schema), expected, "{schema}");
        }
    }
}
