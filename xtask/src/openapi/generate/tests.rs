use super::*;
use crate::openapi::normalize::normalize;

fn document(schemas: Value, operation: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"get": operation}},
        "components": {"schemas": schemas}
    })
}

#[test]
fn a_document_becomes_a_client_with_a_method_per_operation() {
    let mut document = document(
        json!({"A": {"type": "object", "properties": {"a": {"type": "string"}}}}),
        json!({"operationId": "getX", "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
            "202": {"description": ""}, "default": {"description": ""}
        }}),
    );
    let mut diagnostics = Diagnostics::new();
    let notes = normalize(&mut document, Path::new("api.yml"), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert!(notes.accepted("getX"));
    let file = generate(&document, Path::new("api.yml")).unwrap();
    assert!(prettyplease::unparse(&file).contains("pub async fn get_x<'a>"));
}

#[test]
fn a_panic_is_a_diagnostic_at_the_schema_to_blame() {
    let bad = json!({
        "Fine": {"type": "string"},
        "Bad": {"type": "object", "properties": {"x": {"$ref": "#/components/schemas/Nowhere"}}}
    });
    let operation = json!({"operationId": "getX", "responses": {"200": {"description": ""}}});
    let errors = generate(&document(bad, operation), Path::new("api.yml")).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(
        (error.code, error.pointer.as_str()),
        ("client-generator", "/components/schemas/Bad")
    );
}

#[test]
fn a_panic_is_a_diagnostic_at_the_operation_to_blame() {
    let operation = json!({"responses": {"200": {"description": ""}}});
    let errors = generate(&document(json!({}), operation), Path::new("api.yml")).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(
        (error.code, error.pointer.as_str()),
        ("client-generator", "/paths/~1x/get")
    );
}
