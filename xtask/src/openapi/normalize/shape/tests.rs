use std::path::Path;

use super::*;
use crate::diagnostic::Diagnostics;
use crate::openapi::normalize::Notes;
use crate::openapi::normalize::testing::{run as pass, with_operation, with_schemas};

#[test]
fn rejects_properties_of_the_wrong_type() {
    for operation in [
        json!({"responses": "none"}),
        json!({"responses": {"200": "fine"}}),
        json!({"parameters": {"name": "id"}}),
        json!({"parameters": [{"in": "query"}]}),
        json!({"parameters": [{"name": "q", "in": "query", "required": "yes"}]}),
        json!({"requestBody": []}),
        json!({"requestBody": {"content": {"application/json": 3}}}),
        json!({"operationId": 7}),
        json!({"security": {"Key": []}}),
        json!({"security": ["Key"]}),
    ] {
        let (_, _, codes) = pass(run, with_operation(operation.clone()));
        assert_eq!(codes, ["malformed"], "{operation}");
    }
}

#[test]
fn a_reference_names_a_component_of_its_kind() {
    let to = |kind: &str| json!({"$ref": format!("#/components/{kind}/A")});
    for operation in [
        json!({"responses": {"200": to("parameters")}}),
        json!({"requestBody": to("responses")}),
        json!({"parameters": [to("schemas")]}),
    ] {
        let (_, _, codes) = pass(run, with_operation(operation.clone()));
        assert_eq!(codes, ["malformed"], "{operation}");
    }
    // A schema stands for the JSON of a body.
    let operation = json!({"responses": {"200": to("schemas")}, "requestBody": to("schemas")});
    let mut diagnostics = Diagnostics::new();
    let mut context = Context {
        file: Path::new("api.yml"),
        diagnostics: &mut diagnostics,
        notes: Notes::default(),
    };
    let mut document = with_operation(operation);
    run(&mut document, &mut context);
    let places: Vec<&str> = diagnostics.iter().map(|it| it.pointer.as_str()).collect();
    assert!(!diagnostics.has_errors(), "{places:?}");
    let is_reference = |place: &&str| place.ends_with("/$ref");
    assert_eq!(places.iter().filter(|it| is_reference(it)).count(), 2);
    let operations = document["paths"].as_object().unwrap().values();
    let operation = operations
        .flat_map(|item| item.as_object().unwrap().values())
        .next()
        .unwrap();
    for body in [&operation["responses"]["200"], &operation["requestBody"]] {
        assert_eq!(body["content"]["application/json"]["schema"], to("schemas"));
    }
}

#[test]
fn a_schema_that_refers_to_another_component_accepts_any_json() {
    assert_eq!(
        corrected(&json!({"$ref": "#/components/responses/R"})),
        json!({})
    );
}

/// Returns the corrected schema, after a single warning.
fn corrected(schema: &Value) -> Value {
    let mut diagnostics = Diagnostics::new();
    let mut context = Context {
        file: Path::new("api.yml"),
        diagnostics: &mut diagnostics,
        notes: Notes::default(),
    };
    let mut document = with_schemas(json!({"A": schema, "B": {"type": "string"}}));
    run(&mut document, &mut context);
    let found: Vec<_> = diagnostics.iter().collect();
    assert_eq!(found.len(), 1, "{schema}: {found:?}");
    assert_eq!(found[0].code, Code::Malformed, "{schema}");
    assert!(!diagnostics.has_errors(), "{schema}");
    let at = &found[0].pointer;
    assert!(at.starts_with("/components/schemas/A"), "{schema}: {at}");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["B"], json!({"type": "string"}));
    schemas["A"].clone()
}

#[test]
fn ignores_keywords_of_the_wrong_type() {
    for (schema, expected) in [
        (json!({"type": 3}), json!({})),
        (json!({"type": "text"}), json!({})),
        (
            json!({"type": "array", "items": [{}]}),
            json!({"type": "array"}),
        ),
        (
            json!({"type": "array", "required": true}),
            json!({"type": "array"}),
        ),
        (json!({"required": ["a", 1]}), json!({"required": ["a"]})),
        (json!({"properties": []}), json!({})),
        (json!({"oneOf": []}), json!({})),
        (json!({"allOf": {}}), json!({})),
        (json!({"enum": "a"}), json!({})),
        (json!({"pattern": 1}), json!({})),
        (json!({"minLength": -1}), json!({})),
        (json!({"nullable": 1}), json!({})),
        (json!({"nullable": "true"}), json!({"nullable": true})),
        (json!({"discriminator": "kind"}), json!({})),
    ] {
        assert_eq!(corrected(&schema), expected, "{schema}");
    }
}

#[test]
fn replaces_only_the_malformed_schema_with_any_value() {
    assert_eq!(corrected(&json!("string")), json!({}));
    assert_eq!(corrected(&json!({"$ref": 1})), json!({}));
    assert_eq!(
        corrected(&json!({"type": "object", "properties": {"a/b": 1, "c": {"type": "string"}}})),
        json!({"type": "object", "properties": {"a/b": {}, "c": {"type": "string"}}})
    );
    assert_eq!(
        corrected(&json!({"oneOf": [{"type": "string"}, null]})),
        json!({"oneOf": [{"type": "string"}, {}]})
    );
}

#[test]
fn ignores_documentation_that_is_not_a_string() {
    let mut document = with_operation(json!({"description": {"$ref": "texts.yml"}}));
    document["info"]["description"] = json!({"$ref": "description.yml#/introduction"});
    let (document, _, codes) = pass(run, document);
    assert_eq!(codes, ["malformed", "malformed"]);
    assert_eq!(document["info"], json!({"title": "T", "version": "1"}));
    assert!(
        document["paths"]["/x/{id}"]["get"]
            .get("description")
            .is_none()
    );
}

#[test]
fn rejects_security_that_is_not_a_list() {
    let mut document = with_operation(json!({}));
    document["security"] = json!({"Key": []});
    assert_eq!(pass(run, document).2, ["malformed"]);
}

#[test]
fn rejects_a_document_without_paths() {
    let (_, _, codes) = pass(run, json!({"openapi": "3.0.0"}));
    assert_eq!(codes, ["malformed"]);
    let (document, _, codes) = pass(run, json!({"openapi": "3.1.0", "webhooks": {}}));
    assert!(codes.is_empty());
    assert_eq!(document["paths"], json!({}));
}

#[test]
fn uses_the_file_name_as_a_missing_title() {
    let (document, _, codes) = pass(
        run,
        json!({"openapi": "3.0.0", "info": {"version": 2}, "paths": {}}),
    );
    assert!(codes.is_empty());
    assert_eq!(document["info"], json!({"version": "2", "title": "api"}));
}
