//! Canonical forms of schemas, which are the same for schemas of one type.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::openapi::extensions::{CONSTANT, ENUM, SECRET, is_extension};

/// Returns the canonical form of a schema, with only the keywords that determine the type.
pub(super) fn canonical(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else {
        return schema.clone();
    };
    let mut out: BTreeMap<String, Value> = BTreeMap::new();
    for (key, value) in map {
        let all = |value: &Value| match value {
            Value::Array(members) => Value::Array(members.iter().map(inner).collect()),
            other => other.clone(),
        };
        let value = match key.as_str() {
            "description" | "title" | "example" | "examples" | "externalDocs" | "deprecated"
            | "readOnly" | "writeOnly" | "xml" | "nullable" => continue,
            key if is_extension(key) && ![CONSTANT, ENUM, SECRET].contains(&key) => continue,
            "properties" => match value {
                Value::Object(properties) => Value::Object(
                    properties
                        .iter()
                        .map(|(name, property)| (name.clone(), inner(property)))
                        .collect::<BTreeMap<String, Value>>()
                        .into_iter()
                        .collect::<Map<String, Value>>(),
                ),
                other => other.clone(),
            },
            "items" | "additionalProperties" | "not" => inner(value),
            "allOf" | "anyOf" | "oneOf" => all(value),
            "required" => match value {
                Value::Array(names) => {
                    let mut names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                    names.sort_unstable();
                    json!(names)
                }
                other => other.clone(),
            },
            "pattern" => json!(value.as_str().map(canonical_pattern)),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out.into_iter().collect())
}

/// Returns the canonical form of an inner schema. There, `nullable` is part of the type; at the top level it
/// belongs to the occurrence.
fn inner(schema: &Value) -> Value {
    let mut canonical = canonical(schema);
    if schema.get("nullable") == Some(&json!(true)) {
        canonical["nullable"] = json!(true);
    }
    canonical
}

/// Returns the pattern with sorted character classes, so that `[0-9A-Za-z]` and `[a-zA-Z0-9]` are equal.
fn canonical_pattern(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let simple = from
            .find(']')
            .map(|close| (&from[1..close], &from[close + 1..]));
        match simple {
            Some((class, after))
                if !class.is_empty()
                    && !class.contains(['\\', '^', '['])
                    && !before.ends_with('\\') =>
            {
                let chars: Vec<char> = class.chars().collect();
                let mut parts: Vec<String> = Vec::new();
                let mut at = 0;
                while at < chars.len() {
                    let range = at + 2 < chars.len() && chars[at + 1] == '-';
                    let end = if range { at + 3 } else { at + 1 };
                    parts.push(chars[at..end].iter().collect());
                    at = end;
                }
                parts.sort();
                parts.dedup();
                out.push('[');
                out.push_str(&parts.concat());
                out.push(']');
                rest = after;
            }
            _ => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_character_classes_independent_of_order() {
        assert_eq!(
            canonical_pattern("^a_[0-9A-Za-z]+$"),
            canonical_pattern("^a_[a-zA-Z0-9]+$")
        );
        assert_ne!(canonical_pattern("[^a-z]"), canonical_pattern("[a-z^]"));
        assert_eq!(canonical_pattern(r"\[b-a]"), r"\[b-a]");
        assert_eq!(canonical_pattern("[a"), "[a");
    }
}
