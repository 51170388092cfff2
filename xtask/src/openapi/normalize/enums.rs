//! Pass that corrects enums that typify rejects or generates wrong types for.
//!
//! Causes are values of another type than the declared one, duplicates, `null` among the values, no values, or no
//! `type`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Context, naming, walk};
use crate::openapi::extensions::CONSTANT;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        if merge_constants(map) {
            context.changed(pointer, "merged the constants into one enum");
        }
        let Some(Value::Array(values)) = map.get("enum") else {
            return;
        };
        let before = values.clone();
        let mut values: Vec<Value> = Vec::new();
        for value in before.iter().filter(|value| !value.is_null()) {
            // YAML reads `1.0` as a number and `true` as a boolean. With `type: string`, they are meant as strings.
            let value = match (map.get("type").and_then(Value::as_str), value) {
                (Some("string"), Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
                _ => value.clone(),
            };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if before.iter().any(Value::is_null) {
            map.insert("nullable".into(), json!(true));
        }
        let all_strings = values.iter().all(Value::is_string);
        let declared = map.get("type").and_then(Value::as_str);
        if values.is_empty() {
            map.shift_remove("enum");
            context.changed(pointer, "removed an enum without values");
            return;
        }
        if all_strings && declared.is_none() && !map.contains_key("properties") {
            map.insert("type".into(), json!("string"));
        } else if !all_strings || declared != Some("string") {
            // A type for numbers and booleans would reject values that the server adds later.
            map.shift_remove("enum");
            if let [value @ (Value::Number(_) | Value::Bool(_))] = values.as_slice() {
                map.insert(CONSTANT.into(), value.clone());
            }
            if let (None, Some(common)) = (declared_type(map), common_type(&values)) {
                map.insert("type".into(), json!(common));
            }
            context.changed(pointer, "removed an enum of values other than strings");
            return;
        }
        if !can_be_named(&values) {
            map.shift_remove("enum");
            context.changed(
                pointer,
                "removed an enum of values that differ only in punctuation",
            );
            return;
        }
        // The values of an enum determine these constraints.
        for key in ["format", "pattern", "minLength", "maxLength"] {
            map.shift_remove(key);
        }
        if values != before {
            context.changed(
                pointer,
                "removed duplicates and values of another type from the enum",
            );
            map.insert("enum".into(), Value::Array(values));
        }
    });
}

/// Returns the keyword that determines the type of a schema.
fn declared_type(map: &Map<String, Value>) -> Option<&'static str> {
    let keywords = ["type", "properties", "allOf", "anyOf", "oneOf"];
    keywords.into_iter().find(|key| map.contains_key(*key))
}

/// Returns the type of all values, if they are booleans or numbers.
fn common_type(values: &[Value]) -> Option<&'static str> {
    let all = |is: fn(&Value) -> bool| values.iter().all(is);
    if all(Value::is_boolean) {
        Some("boolean")
    } else if all(|value| value.is_i64() || value.is_u64()) {
        Some("integer")
    } else {
        all(Value::is_number).then_some("number")
    }
}

/// Replaces alternatives that are constant strings by one enum: the form of OpenAPI 3.1 for described values.
fn merge_constants(map: &mut Map<String, Value>) -> bool {
    let is_string =
        |schema: &Map<String, Value>| schema.get("type").is_none_or(|it| it == "string");
    let composed = ["allOf", "anyOf", "oneOf", "enum"].map(|key| map.get(key));
    let alternatives = match composed {
        [None, Some(Value::Array(members)), None, None]
        | [None, None, Some(Value::Array(members)), None]
            if is_string(map) =>
        {
            members
        }
        _ => return false,
    };
    let constants = alternatives.iter().map(|member| {
        let member = member.as_object().filter(|member| is_string(member))?;
        let has_properties = member.contains_key("properties");
        let values = member.get("enum")?.as_array()?;
        (!has_properties && values.iter().all(Value::is_string)).then_some(values)
    });
    let Some(constants) = constants.collect::<Option<Vec<_>>>() else {
        return false;
    };
    let values: Vec<Value> = constants.into_iter().flatten().cloned().collect();
    map.shift_remove("anyOf");
    map.shift_remove("oneOf");
    map.insert("type".into(), json!("string"));
    map.insert("enum".into(), Value::Array(values));
    true
}

/// Returns `true` if typify can give each value a distinct name. It first uses only the letters, then replaces
/// every other character with `X`, then panics.
fn can_be_named(values: &[Value]) -> bool {
    let distinct = |name: &dyn Fn(&str) -> String| {
        let names: BTreeSet<String> = values.iter().filter_map(Value::as_str).map(name).collect();
        names.len() == values.len()
    };
    let with_placeholders = |value: &str| -> String {
        naming::pascal(&value.replace(|c: char| !c.is_alphanumeric(), "X"))
    };
    distinct(&naming::pascal) || distinct(&with_placeholders)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn schema(schema: Value) -> Value {
        let (document, _, codes) = pass(run, with_schemas(json!({"A": schema})));
        assert!(codes.is_empty());
        document["components"]["schemas"]["A"].clone()
    }

    #[test]
    fn a_null_value_makes_the_enum_nullable() {
        assert_eq!(
            schema(json!({"type": "string", "enum": ["a", null, "a"]})),
            json!({"type": "string", "enum": ["a"], "nullable": true})
        );
    }

    #[test]
    fn alternatives_of_constant_strings_are_one_enum() {
        let constants = json!([{"enum": ["a"], "title": "A"}, {"type": "string", "enum": ["b"]}]);
        for keyword in ["oneOf", "anyOf"] {
            assert_eq!(
                schema(json!({"type": "string", keyword: constants})),
                json!({"type": "string", "enum": ["a", "b"]})
            );
        }
        let named = json!({"oneOf": [{"enum": ["a"]}, {"$ref": "#/components/schemas/B"}]});
        assert!(schema(named).get("oneOf").is_some());
        let open = json!({"anyOf": [{"enum": ["a"]}, {"type": "string"}]});
        assert!(schema(open).get("anyOf").is_some());
    }

    #[test]
    fn converts_values_to_the_declared_type() {
        assert_eq!(
            schema(json!({"type": "string", "enum": ["a", 1.5, true]})),
            json!({"type": "string", "enum": ["a", "1.5", "true"]})
        );
    }

    #[test]
    fn adds_the_string_type() {
        assert_eq!(
            schema(json!({"enum": ["a"]})),
            json!({"enum": ["a"], "type": "string"})
        );
    }

    #[test]
    fn values_without_distinct_names_become_any_string() {
        assert_eq!(
            schema(json!({"type": "string", "enum": ["a", "A"]})),
            json!({"type": "string"})
        );
        let with_brackets = json!({"type": "string", "enum": ["x", "x[]"]});
        assert_eq!(schema(with_brackets.clone()), with_brackets);
    }

    #[test]
    fn removes_enums_of_numbers_and_of_mixed_types() {
        assert_eq!(
            schema(json!({"type": "integer", "enum": [1, 2]})),
            json!({"type": "integer"})
        );
        assert_eq!(schema(json!({"enum": [1, "a"]})), json!({}));
        for (values, of) in [
            (json!([1, -2]), "integer"),
            (json!([1, 2.5]), "number"),
            (json!([true, false]), "boolean"),
        ] {
            assert_eq!(schema(json!({"enum": values})), json!({"type": of}));
        }
        assert_eq!(
            schema(json!({"type": "integer", "enum": [1]})),
            json!({"type": "integer", "x-constant": 1})
        );
        assert_eq!(
            schema(json!({"type": "string", "enum": []})),
            json!({"type": "string"})
        );
    }
}
