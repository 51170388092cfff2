use super::super::testing::{run as pass, with_schemas};
use super::*;

fn first(schemas: Value) -> (Value, Vec<&'static str>) {
    let (document, _, codes) = pass(run, with_schemas(schemas));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    (schemas.values().next().unwrap().clone(), codes)
}

fn simplified(schemas: Value) -> Value {
    let (schema, codes) = first(schemas);
    assert!(codes.is_empty(), "{codes:?}");
    schema
}

#[test]
fn merges_objects_and_keeps_the_narrower_enum() {
    let schema = simplified(json!({
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
fn keeps_annotations_of_a_reference() {
    let schema = simplified(json!({
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"description": "d"}]},
        "B": {"type": "string"}
    }));
    assert_eq!(
        schema,
        json!({"description": "d", "allOf": [{"$ref": "#/components/schemas/B"}]})
    );
}

#[test]
fn replaces_a_single_member_with_the_member() {
    let schema = simplified(json!({"A": {"allOf": [{"allOf": [{"type": "string"}]}]}}));
    assert_eq!(schema, json!({"type": "string"}));
    let schema = simplified(json!({"A": {"oneOf": [{"$ref": "#/components/schemas/B"}]}, "B": {}}));
    assert_eq!(schema, json!({"$ref": "#/components/schemas/B"}));
}

#[test]
fn any_of_becomes_one_of() {
    let schema = simplified(json!({"A": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}}));
    assert_eq!(
        schema,
        json!({"oneOf": [{"type": "string"}, {"type": "boolean"}], "x-any-of": true})
    );
}

#[test]
fn a_format_next_to_alternatives_belongs_to_them() {
    let alternatives = json!([{"type": "integer"}, {"type": "string"}]);
    let schema = simplified(json!({"A": {"format": "int-or-string", "oneOf": alternatives}}));
    assert_eq!(schema, json!({"oneOf": alternatives}));
}

#[test]
fn a_member_that_allows_any_further_properties_keeps_them() {
    let schema = simplified(json!({
        "A": {"allOf": [
            {"$ref": "#/components/schemas/B"},
            {"type": "object", "additionalProperties": true}
        ]},
        "B": {"type": "object", "properties": {"b": {"type": "string"}}}
    }));
    assert_eq!(schema["additionalProperties"], json!({}));
}

#[test]
fn adds_properties_to_each_alternative() {
    let schema = simplified(json!({
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
fn removes_alternatives_that_only_list_required_properties() {
    let schema = simplified(
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
fn moves_the_type_into_the_alternatives() {
    let schema = simplified(
        json!({"A": {"type": "string", "oneOf": [{"enum": ["a"]}, {"type": "string"}]}}),
    );
    assert_eq!(
        schema,
        json!({"oneOf": [{"enum": ["a"], "type": "string"}, {"type": "string"}]})
    );
}

#[test]
fn merges_members_of_a_common_type() {
    let schema = simplified(json!({
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"type": "string"}]},
        "B": {"type": "string", "pattern": "^b"}
    }));
    assert_eq!(
        schema,
        json!({"allOf": [{"$ref": "#/components/schemas/B"}]})
    );
    let schema = simplified(
        json!({"A": {"allOf": [{"type": "string"}, {"type": "string", "pattern": "^b"}]}}),
    );
    assert_eq!(schema, json!({"type": "string", "pattern": "^b"}));
}

#[test]
fn members_of_different_types_become_any_value() {
    let (schema, codes) = first(json!({"A": {"allOf": [{"type": "string"}, {"type": "integer"}]}}));
    assert_eq!(
        (schema, codes),
        (json!({}), vec!["unsupported-composition"])
    );
}

#[test]
fn reports_a_conflicting_property() {
    let (schema, codes) = first(json!({"A": {"allOf": [
        {"properties": {"p": {"type": "string"}}}, {"properties": {"p": {"type": "integer"}}}
    ]}}));
    assert_eq!(codes, ["conflicting-property"]);
    assert_eq!(schema["properties"]["p"]["type"], "integer");
}

#[test]
fn merges_objects_that_members_declare_for_one_property() {
    let schema = simplified(json!({
        "Reply": {"allOf": [
            {"$ref": "#/components/schemas/Base"},
            {"properties": {
                "result": {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
                "list": {"type": "array", "items": {"properties": {"d": {"type": "integer"}}}},
            }},
        ]},
        "Base": {"properties": {
            "result": {"type": "object", "nullable": true, "properties": {"a": {"type": "string"}}},
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        }},
        "Item": {"type": "object", "properties": {"c": {"type": "string"}}},
    }));
    let properties = &schema["properties"];
    assert_eq!(
        properties["result"],
        json!({"type": "object", "nullable": true, "required": ["b"],
               "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}})
    );
    assert_eq!(
        properties["list"]["items"]["properties"],
        json!({"c": {"type": "string"}, "d": {"type": "integer"}})
    );
}

#[test]
fn does_not_expand_references_that_members_declare_for_one_property() {
    let node = |own: &str| {
        json!({"properties": {
            own: {"type": "string"}, "child": {"$ref": format!("#/components/schemas/{own}")},
        }})
    };
    let (schema, codes) = first(json!({
        "Both": {"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]},
        "A": node("A"), "B": node("B"),
    }));
    assert_eq!(codes, ["conflicting-property"]);
    assert_eq!(
        schema["properties"]["child"]["$ref"],
        "#/components/schemas/B"
    );
}

#[test]
fn keywords_that_determine_no_type_do_not_hinder_a_composition() {
    let schema = simplified(json!({"A": {
        "definitions": {"x": {}}, "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": [{"properties": {"a": {}}, "links": []}, {"properties": {"b": {}}}],
    }}));
    assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(2));
    let choice = json!([{"type": "array", "items": {}}, {"type": "string"}]);
    let schema = simplified(json!({"A": {"items": {}, "oneOf": choice}}));
    assert_eq!(schema, json!({"oneOf": choice}));
}

#[test]
fn limits_the_combinations_of_alternatives() {
    let option = |name: &str| json!({"type": "object", "properties": {name: {}}});
    let choice = json!({"oneOf": [option("a"), option("b"), option("c"), option("d")]});
    let (_, codes) = first(json!({"A": {"allOf": vec![choice.clone(); 5]}}));
    assert_eq!(codes, ["too-many-combinations"]);
    let schema = simplified(json!({"A": {"allOf": vec![choice; 2]}}));
    assert_eq!(schema["oneOf"].as_array().unwrap().len(), 16);
}

#[test]
fn visits_shared_members_once() {
    let mut schemas = Map::new();
    for n in 0..60 {
        let next = walk::reference_to(&format!("S{}", n + 1));
        schemas.insert(format!("S{n}"), json!({"allOf": [next, next]}));
    }
    schemas.insert(
        "S60".into(),
        json!({"type": "object", "properties": {"a": {}}}),
    );
    assert_eq!(
        simplified(Value::Object(schemas))["properties"],
        json!({"a": {}})
    );
}

#[test]
fn alternatives_of_a_number_keep_its_format() {
    let number = json!({
        "type": "integer",
        "format": "int32",
        "oneOf": [{"title": "One"}, {"title": "Two"}]
    });
    let (document, _, codes) = pass(run, with_schemas(json!({"A": number})));
    assert!(codes.is_empty());
    assert_eq!(
        document["components"]["schemas"]["A"],
        json!({"type": "integer", "format": "int32"})
    );
    let members = json!([{"type": "integer", "format": "int32"}, {"type": "integer"}]);
    let (document, _, _) = pass(run, with_schemas(json!({"A": {"oneOf": members}})));
    assert_eq!(
        document["components"]["schemas"]["A"],
        json!({"type": "integer"})
    );
}

#[test]
fn alternatives_of_numbers_are_one_number() {
    for (members, kind) in [
        (json!([{"type": "integer"}, {"type": "number"}]), "number"),
        (
            json!([{"type": "integer", "title": "One"}, {"type": "integer"}]),
            "integer",
        ),
    ] {
        let (document, _, codes) = pass(run, with_schemas(json!({"A": {"oneOf": members}})));
        assert!(codes.is_empty());
        assert_eq!(
            document["components"]["schemas"]["A"],
            json!({"type": kind})
        );
    }
}
