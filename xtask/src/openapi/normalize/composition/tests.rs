use super::super::testing::{run as pass, with_schemas};
use super::*;

fn first(schemas: Value) -> (Value, Vec<&'static str>) {
    let (document, _, codes) = pass(run, with_schemas(schemas));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    (schemas.values().next().unwrap().clone(), codes)
}

fn fine(schemas: Value) -> Value {
    let (schema, codes) = first(schemas);
    assert!(codes.is_empty(), "{codes:?}");
    schema
}

#[test]
fn objects_become_one_and_a_narrower_enum_wins() {
    let schema = fine(json!({
        "Alert": {"description": "d", "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"type": "object", "required": ["type"], "properties": {"type": {"type": "string", "enum": ["alert"]}, "text": {}}}
        ]},
        "Base": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "type": {"type": "string", "enum": ["alert", "app"], "description": "what"}
        }}
    }));
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
    let schema = fine(json!({
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
    let schema = fine(json!({"A": {"allOf": [{"allOf": [{"type": "string"}]}]}}));
    assert_eq!(schema, json!({"type": "string"}));
    let schema = fine(json!({"A": {"oneOf": [{"$ref": "#/components/schemas/B"}]}, "B": {}}));
    assert_eq!(schema, json!({"$ref": "#/components/schemas/B"}));
}

#[test]
fn any_of_is_one_of() {
    let schema = fine(json!({"A": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}}));
    assert_eq!(
        schema,
        json!({"oneOf": [{"type": "string"}, {"type": "boolean"}]})
    );
}

#[test]
fn alternatives_beside_properties_become_whole_alternatives() {
    let schema = fine(json!({
        "A": {"type": "object", "properties": {"id": {"type": "string"}}, "oneOf": [
            {"$ref": "#/components/schemas/B"},
            {"title": "Other", "properties": {"c": {"type": "integer"}}}
        ]},
        "B": {"type": "object", "properties": {"b": {"type": "string"}}}
    }));
    assert_eq!(
        schema,
        json!({"oneOf": [
            {"title": "B", "type": "object", "properties": {"b": {"type": "string"}, "id": {"type": "string"}}},
            {"title": "Other", "type": "object", "properties": {"c": {"type": "integer"}, "id": {"type": "string"}}}
        ]})
    );
}

#[test]
fn alternatives_that_only_require_are_no_types() {
    let schema = fine(
        json!({"A": {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [
            {"required": ["a"]}, {"required": ["b"]}
        ]}}),
    );
    assert_eq!(
        schema,
        json!({"type": "object", "properties": {"a": {}, "b": {}}})
    );
}

#[test]
fn a_type_beside_alternatives_is_theirs() {
    let schema =
        fine(json!({"A": {"type": "string", "oneOf": [{"enum": ["a"]}, {"type": "string"}]}}));
    assert_eq!(
        schema,
        json!({"oneOf": [{"enum": ["a"], "type": "string"}, {"type": "string"}]})
    );
}

#[test]
fn parts_of_one_type_say_what_it_is_together() {
    let schema = fine(json!({
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"type": "string"}]},
        "B": {"type": "string", "pattern": "^b"}
    }));
    assert_eq!(
        schema,
        json!({"allOf": [{"$ref": "#/components/schemas/B"}]})
    );
    let schema =
        fine(json!({"A": {"allOf": [{"type": "string"}, {"type": "string", "pattern": "^b"}]}}));
    assert_eq!(schema, json!({"type": "string", "pattern": "^b"}));
}

#[test]
fn parts_of_different_types_are_any_value_with_a_warning() {
    let (schema, codes) = first(json!({"A": {"allOf": [{"type": "string"}, {"type": "integer"}]}}));
    assert_eq!(
        (schema, codes),
        (json!({}), vec!["unsupported-composition"])
    );
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
    let option = |name: &str| json!({"type": "object", "properties": {name: {}}});
    let choice = json!({"oneOf": [option("a"), option("b"), option("c"), option("d")]});
    let (_, codes) = first(json!({"A": {"allOf": vec![choice.clone(); 5]}}));
    assert_eq!(codes, ["too-many-combinations"]);
    let schema = fine(json!({"A": {"allOf": vec![choice; 2]}}));
    assert_eq!(schema["oneOf"].as_array().unwrap().len(), 16);
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
    assert_eq!(fine(Value::Object(schemas))["properties"], json!({"a": {}}));
}
