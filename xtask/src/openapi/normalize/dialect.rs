//! Pass that translates OpenAPI 3.1 and 3.2 to 3.0, the only version that progenitor supports.
//!
//! It translates keywords with an equivalent in 3.0: `type: [string, "null"]`, `const`, `examples`, numeric
//! exclusive bounds. All others are left to the later passes.

mod conditions;

use serde_json::{Map, Value, json};

use super::shape::is_unknown_type;
use super::{Context, walk};
use crate::diagnostic::suggestion::nearest;
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    if !document.is_object() {
        context.report(context.diagnostic(
            Code::NotOpenApi,
            "",
            "the document is not an OpenAPI document",
        ));
        return;
    }
    if document.get("swagger").is_some() {
        context.report(
            context
                .diagnostic(Code::Swagger2, "/swagger", "Swagger 2.0 is not supported")
                .label("expected `openapi: 3.0.x`")
                .help("convert the document to OpenAPI 3.0"),
        );
        return;
    }
    let version = match document.get("openapi") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(version)) => version.to_string(),
        Some(_) | None => {
            let mut keys = document.as_object().into_iter().flat_map(Map::keys);
            let misspelled = keys.find(|key| nearest(key, ["openapi"]).is_some());
            let (at, help) = match misspelled {
                Some(key) => (child("", key), "did you mean `openapi`?"),
                None => (String::new(), "add `openapi: 3.0.3` at the root"),
            };
            let message = "the document is not an OpenAPI document";
            let finding = context.diagnostic(Code::NotOpenApi, at, message);
            context.report(finding.help(help));
            return;
        }
    };
    let is_newer = version.starts_with("3.1") || version.starts_with("3.2");
    if !is_newer && !version.starts_with("3.0") {
        context.report(
            context
                .diagnostic(
                    Code::OpenApiVersion,
                    "/openapi",
                    format!("OpenAPI {version} is not supported"),
                )
                .label("supported versions are 3.0, 3.1 and 3.2"),
        );
        return;
    }
    if version.split('.').count() < 3 {
        let message = format!("the version `{version}` has no patch number");
        let finding = context.diagnostic(Code::NonStandard, "/openapi", message);
        let finding = finding.label("accepted, but not standard");
        context.report(finding.help(format!("write `{version}.0`")));
    }
    if is_newer {
        context.changed("/openapi", format!("translated OpenAPI {version} to 3.0"));
    }
    document["openapi"] = json!("3.0.3");
    each_schema_anywhere(document, "", 0, &mut |pointer, schema| {
        if is_newer && combine_reference(schema) {
            context.changed(pointer, "combined the `$ref` with the keywords next to it");
        }
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            let at = child(pointer, "type");
            let mut index = 0;
            types.retain(|name| {
                let at = child(&at, index);
                index += 1;
                name == "null" || !is_unknown_type(name, &at, context)
            });
        }
        if is_newer && conditions::declare(schema) {
            context.changed(pointer, "declared the properties of conditional schemas");
        }
        for change in translate(schema) {
            context.changed(pointer, change);
        }
    });
}

/// Moves a `$ref` and the keywords next to it that add to the schema into an `allOf`. OpenAPI 3.0 ignores them.
fn combine_reference(schema: &mut Map<String, Value>) -> bool {
    const ADDED: [&str; 6] = [
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "oneOf",
        "anyOf",
    ];
    let has_members = schema.get("allOf").is_some_and(Value::is_array);
    // Lint reports a flag in place of the list.
    if schema.get("required").is_some_and(Value::is_boolean) && schema.contains_key("$ref") {
        schema.shift_remove("required");
    }
    if !schema.contains_key("$ref")
        || !has_members && !ADDED.iter().any(|key| schema.contains_key(*key))
    {
        return false;
    }
    let mut members = vec![Value::Object(
        schema.shift_remove_entry("$ref").into_iter().collect(),
    )];
    let mut added: Map<String, Value> = Map::new();
    for key in ADDED {
        added.extend(schema.shift_remove_entry(key));
    }
    if !added.is_empty() {
        added.extend(schema.shift_remove_entry("type"));
        members.push(Value::Object(added));
    }
    if let Some(Value::Array(declared)) = schema.shift_remove("allOf") {
        members.extend(declared);
    }
    schema.shift_remove("type");
    schema.insert("allOf".into(), Value::Array(members));
    true
}

/// Translates the keywords of one schema. Returns descriptions of the changes.
fn translate(schema: &mut Map<String, Value>) -> Vec<&'static str> {
    let mut changes = Vec::new();
    if let Some(Value::Array(types)) = schema.get("type") {
        let mut names: Vec<Value> = types.clone();
        let before = names.len();
        names.retain(|t| t != "null" && !t.is_null());
        if names.len() < before {
            schema.insert("nullable".into(), json!(true));
        }
        match names.as_slice() {
            [one] => {
                schema.insert("type".into(), one.clone());
            }
            [] => {
                schema.shift_remove("type");
            }
            // The alternatives have types of their own.
            _ if schema.contains_key("oneOf") || schema.contains_key("anyOf") => {
                schema.shift_remove("type");
            }
            // Keywords of several types stay: it is unknown to which of them they apply.
            many => {
                let alternatives = many.iter().map(|name| {
                    let mut alternative = Map::from_iter([("type".to_owned(), name.clone())]);
                    let own: &[&str] = match name.as_str() {
                        Some("array") => &["items"],
                        Some("object") => &["properties", "required", "additionalProperties"],
                        _ => &[],
                    };
                    for key in own {
                        alternative.extend(schema.shift_remove_entry(*key));
                    }
                    Value::Object(alternative)
                });
                let alternatives: Vec<Value> = alternatives.collect();
                schema.shift_remove("type");
                schema.insert("anyOf".into(), Value::Array(alternatives));
            }
        }
        changes.push("replaced the list of types");
    }
    if schema.get("type").is_some_and(|t| t == "null") {
        schema.shift_remove("type");
        schema.insert("nullable".into(), json!(true));
        changes.push("replaced the type `null` with `nullable`");
    }
    if let Some(constant) = schema.shift_remove("const") {
        let kind = schema.get("type").and_then(Value::as_str);
        if constant.is_null() {
            schema.insert("nullable".into(), json!(true));
        } else if kind.is_none_or(|kind| has_type(&constant, kind)) {
            if !schema.contains_key("type") && constant.is_string() {
                schema.insert("type".into(), json!("string"));
            }
            schema.insert("enum".into(), json!([constant]));
        }
        changes.push("replaced `const` with an `enum` of one value");
    }
    if let Some(Value::Array(examples)) = schema.get("examples") {
        let first = examples.first().cloned();
        schema.shift_remove("examples");
        if let Some(first) = first {
            schema.entry("example").or_insert(first);
        }
        changes.push("kept the first of the `examples`");
    }
    if let Some(unevaluated) = schema.shift_remove("unevaluatedProperties") {
        let is_composed = ["allOf", "anyOf", "oneOf", "$ref"]
            .iter()
            .any(|key| schema.contains_key(*key));
        let is_declared = schema.contains_key("additionalProperties");
        match schema.get_mut("allOf") {
            // In a composition, it applies to the properties that none of the members declares: those that are further
            // ones of all members together.
            Some(Value::Array(members)) if !is_declared && unevaluated != json!(false) => {
                members.push(json!({"type": "object", "additionalProperties": unevaluated}));
            }
            _ if !is_composed && !is_declared => {
                schema.insert("additionalProperties".into(), unevaluated);
            }
            _ => {}
        }
        changes.push("replaced `unevaluatedProperties`");
    }
    if schema.shift_remove("unevaluatedItems").is_some() {
        changes.push("removed `unevaluatedItems`");
    }
    if replace_tuple(schema) {
        changes.push("replaced `prefixItems` with `items`");
    }
    if replace_patterns(schema) {
        changes.push("replaced `patternProperties` with `additionalProperties`");
    }
    for key in ["items", "not"] {
        if schema.get(key).is_some_and(Value::is_boolean) {
            schema.shift_remove(key);
            changes.push("replaced a boolean schema with an empty one");
        }
    }
    for (key, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if let Some(Value::Number(limit)) = schema.get(key).cloned() {
            schema.insert(bound.into(), Value::Number(limit));
            schema.insert(key.into(), json!(true));
            changes.push("replaced a numeric exclusive bound with a bound and a flag");
        }
    }
    for members in ["anyOf", "oneOf"] {
        if let Some(Value::Array(list)) = schema.get_mut(members) {
            let before = list.len();
            list.retain(|member| !is_null(member));
            if list.len() < before {
                match list.len() {
                    0 => {
                        schema.shift_remove(members);
                    }
                    1 => {
                        let only = schema.shift_remove(members).unwrap_or_default();
                        schema.entry("allOf").or_insert(only);
                    }
                    _ => {}
                }
                schema.insert("nullable".into(), json!(true));
                changes.push("replaced the alternative `null` with `nullable`");
            }
        }
    }
    changes
}

/// Replaces the schemas of the first elements by one for all elements.
fn replace_tuple(schema: &mut Map<String, Value>) -> bool {
    let Some(Value::Array(mut elements)) = schema.shift_remove("prefixItems") else {
        return false;
    };
    match schema.shift_remove("items") {
        Some(Value::Bool(false)) => {}
        // Without `items`, further elements are any JSON; a maximum usually excludes them.
        None if schema.contains_key("maxItems") => {}
        rest => elements.push(rest.unwrap_or(Value::Bool(true))),
    }
    schema.insert("items".into(), common(elements));
    true
}

/// Replaces the schemas of properties with certain names by one for all undeclared properties.
fn replace_patterns(schema: &mut Map<String, Value>) -> bool {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else {
        return false;
    };
    let mut values: Vec<Value> = patterns.into_iter().map(|(_, value)| value).collect();
    match schema.shift_remove("additionalProperties") {
        Some(Value::Bool(false)) => {}
        // The only properties of a map have the names of the pattern.
        None if !schema.contains_key("properties") => {}
        rest => values.push(rest.unwrap_or(Value::Bool(true))),
    }
    schema.insert("additionalProperties".into(), common(values));
    true
}

/// Returns the schema that all have, or else the one of any JSON.
fn common(schemas: Vec<Value>) -> Value {
    let mut schemas = schemas.into_iter();
    match schemas.next() {
        Some(first) if first.is_object() && schemas.all(|other| other == first) => first,
        _ => json!({}),
    }
}

/// Returns `true` if a constant has the type of its schema. Lint reports the others, which allow no value.
fn has_type(constant: &Value, kind: &str) -> bool {
    match kind {
        "string" => constant.is_string(),
        "boolean" => constant.is_boolean(),
        "number" | "integer" => constant.is_number(),
        "array" => constant.is_array(),
        "object" => constant.is_object(),
        _ => true,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|t| t == "null")
        || schema.get("const").is_some_and(Value::is_null) && schema.get("type").is_none()
        || schema.get("enum").is_some_and(|e| *e == json!([null]))
        // schemars describes an `Option` by it.
        || *schema == json!({"nullable": true})
}

/// Calls `f` for each schema of a document whose shape has not been checked yet.
fn each_schema_anywhere(
    value: &mut Value,
    pointer: &str,
    depth: usize,
    f: &mut impl FnMut(&str, &mut Map<String, Value>),
) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let at = child(pointer, key);
                match key.as_str() {
                    "schema" => schema_at(inner, &at, f),
                    "schemas" if depth == 1 => {
                        for (name, schema) in inner.as_object_mut().into_iter().flatten() {
                            schema_at(schema, &child(&at, name), f);
                        }
                    }
                    "example" | "examples" | "default" => {}
                    _ => each_schema_anywhere(inner, &at, depth + 1, f),
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                each_schema_anywhere(inner, &child(pointer, index), depth + 1, f);
            }
        }
        _ => {}
    }
}

fn schema_at(schema: &mut Value, pointer: &str, f: &mut impl FnMut(&str, &mut Map<String, Value>)) {
    walk::descend(schema, pointer, &mut |at, schema| {
        // The schemas `true` and `false` of 3.1. No value matches `false`, so both become any value.
        if schema.is_boolean() {
            *schema = json!({});
        }
        if let Some(schema) = schema.as_object_mut() {
            f(at, schema);
            // Schemas under `$defs` are only reachable by reference.
            let inner = schema.get_mut("$defs").and_then(Value::as_object_mut);
            for (name, inner) in inner.into_iter().flatten() {
                schema_at(inner, &child(&child(at, "$defs"), name), f);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn schema(schema: Value) -> Value {
        let mut document = with_schemas(json!({"A": schema}));
        document["openapi"] = json!("3.1.0");
        let (document, _, codes) = pass(run, document);
        assert!(codes.is_empty(), "{codes:?}");
        assert_eq!(document["openapi"], "3.0.3");
        document["components"]["schemas"]["A"].clone()
    }

    #[test]
    fn replaces_unevaluated_properties() {
        let rest = json!({"type": "string"});
        assert_eq!(
            schema(json!({"type": "object", "unevaluatedProperties": rest})),
            json!({"type": "object", "additionalProperties": rest})
        );
        let member = json!({"$ref": "#/components/schemas/B"});
        assert_eq!(
            schema(json!({"allOf": [member], "unevaluatedProperties": rest})),
            json!({"allOf": [member, {"type": "object", "additionalProperties": rest}]})
        );
        let closed = json!({"allOf": [member], "unevaluatedProperties": false});
        assert_eq!(schema(closed), json!({"allOf": [member]}));
    }

    #[test]
    fn translates_schemas_under_defs() {
        let inner = json!({"type": "number", "exclusiveMinimum": 0});
        let translated = schema(json!({"type": "object", "$defs": {"N": inner}}));
        assert_eq!(
            translated["$defs"]["N"],
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true})
        );
    }

    #[test]
    fn a_list_of_types_with_null_becomes_nullable() {
        assert_eq!(
            schema(json!({"type": ["string", "null"]})),
            json!({"type": "string", "nullable": true})
        );
    }

    #[test]
    fn a_list_of_types_becomes_any_of() {
        assert_eq!(
            schema(json!({"type": ["string", "integer"]})),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]})
        );
        let items = json!({"type": "integer"});
        assert_eq!(
            schema(json!({"type": ["string", "array"], "items": items})),
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": items}]})
        );
    }

    #[test]
    fn a_constant_becomes_an_enum_of_one_value() {
        assert_eq!(
            schema(json!({"const": "a"})),
            json!({"type": "string", "enum": ["a"]})
        );
    }

    #[test]
    fn keywords_next_to_a_reference_add_to_it() {
        let reference = json!({"$ref": "#/components/schemas/B"});
        let properties = json!({"x": {"type": "integer"}});
        assert_eq!(
            schema(json!({
                "$ref": "#/components/schemas/B", "type": "object",
                "properties": properties, "description": "d"
            })),
            json!({"description": "d", "allOf": [reference, {"properties": properties, "type": "object"}]})
        );
        assert_eq!(
            schema(json!({"$ref": "#/components/schemas/B", "allOf": [{"required": ["x"]}]})),
            json!({"allOf": [reference, {"required": ["x"]}]})
        );
        let described = json!({"$ref": "#/components/schemas/B", "description": "d"});
        assert_eq!(schema(described.clone()), described);
    }

    #[test]
    fn elements_of_a_tuple_and_properties_of_a_pattern_keep_all_values() {
        let (string, any) = (json!({"type": "string"}), json!({}));
        let integer = json!({"type": "integer"});
        for (declared, expected) in [
            (json!({"prefixItems": [string, integer]}), &any),
            (json!({"prefixItems": [string], "items": integer}), &any),
            (json!({"prefixItems": [string, string]}), &any),
            (
                json!({"prefixItems": [string, string], "items": false}),
                &string,
            ),
            (json!({"prefixItems": [string], "items": string}), &string),
            (json!({"prefixItems": [string], "maxItems": 1}), &string),
        ] {
            assert_eq!(schema(declared.clone())["items"], *expected, "{declared}");
        }
        for (declared, expected) in [
            (json!({"patternProperties": {"^a": string}}), &string),
            (
                json!({"patternProperties": {"^a": string, "^b": integer}}),
                &any,
            ),
            (
                json!({"patternProperties": {"^a": string}, "additionalProperties": false}),
                &string,
            ),
            (
                json!({"patternProperties": {"^a": string}, "additionalProperties": integer}),
                &any,
            ),
            (
                json!({"patternProperties": {"^a": string}, "properties": {"id": integer}}),
                &any,
            ),
        ] {
            let properties = &schema(declared.clone())["additionalProperties"];
            assert_eq!(properties, expected, "{declared}");
        }
    }

    #[test]
    fn a_constant_of_another_type_is_dropped() {
        assert_eq!(
            schema(json!({"type": "string", "const": 5})),
            json!({"type": "string"})
        );
        assert_eq!(
            schema(json!({"type": "integer", "const": 5})),
            json!({"type": "integer", "enum": [5]})
        );
    }

    #[test]
    fn a_null_alternative_becomes_nullable() {
        assert_eq!(
            schema(json!({"anyOf": [{"type": "string"}, {"type": "null"}]})),
            json!({"allOf": [{"type": "string"}], "nullable": true})
        );
    }

    #[test]
    fn keeps_the_first_example_and_translates_exclusive_bounds() {
        assert_eq!(
            schema(json!({"type": "number", "examples": [1, 2], "exclusiveMinimum": 0})),
            json!({"type": "number", "example": 1, "exclusiveMinimum": true, "minimum": 0})
        );
    }

    #[test]
    fn boolean_schemas_become_any_value() {
        assert_eq!(
            schema(json!({"type": "array", "items": true})),
            json!({"type": "array"})
        );
        assert_eq!(
            schema(json!({"properties": {"a": true, "b": false}})),
            json!({"properties": {"a": {}, "b": {}}})
        );
    }

    #[test]
    fn rejects_swagger_and_unknown_versions() {
        assert_eq!(pass(run, json!({"swagger": "2.0"})).2, ["swagger-2"]);
        assert_eq!(
            pass(run, json!({"openapi": "4.0.0"})).2,
            ["openapi-version"]
        );
        assert_eq!(pass(run, json!({"arazzo": "1.0.1"})).2, ["not-openapi"]);
        assert_eq!(pass(run, json!([])).2, ["not-openapi"]);
    }

    #[test]
    fn does_not_change_a_3_0_document() {
        let document = with_schemas(json!({"A": {"type": "string", "nullable": true}}));
        let (after, notes, codes) = pass(run, document.clone());
        assert_eq!(after, document);
        assert!(notes.changes.is_empty() && codes.is_empty());
    }
}
