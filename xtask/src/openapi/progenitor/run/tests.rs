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
fn generates_a_method_for_each_operation() {
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
fn reports_a_panic_at_the_schema_that_causes_it() {
    let bad = json!({
        "Fine": {"type": "string"},
        "Bad": {"type": "object", "properties": {"x": {"$ref": "#/components/schemas/Nowhere"}}}
    });
    let operation = json!({"operationId": "getX", "responses": {"200": {"description": ""}}});
    let errors = generate(&document(bad, operation), Path::new("api.yml")).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(
        (error.code.as_str(), error.pointer.as_str()),
        ("client-generator", "/components/schemas/Bad")
    );
}

#[test]
fn reports_a_panic_at_the_operation_that_causes_it() {
    let operation = json!({"responses": {"200": {"description": ""}}});
    let errors = generate(&document(json!({}), operation), Path::new("api.yml")).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(
        (error.code.as_str(), error.pointer.as_str()),
        ("client-generator", "/paths/~1x/get")
    );
}

#[test]
fn output_is_deterministic() {
    let schemas: Map<String, Value> = (0..30)
        .map(|n| (format!("S{n}"), json!({"type": "object", "properties": {"a": {"type": "string", "enum": ["x", "y"]}}})))
        .collect();
    let operation = json!({"operationId": "getX", "responses": {"200": {"description": ""}}});
    let document = document(Value::Object(schemas), operation);
    let client = || prettyplease::unparse(&generate(&document, Path::new("api.yml")).unwrap());
    assert_eq!(client(), client());
}

#[test]
fn removes_fields_that_progenitor_does_not_support() {
    let schemas = json!({"A": {
        "type": "object", "title": "Renamed", "x-rust-type": {"crate": "evil", "version": "1", "path": "evil::A"},
        "properties": {"a": {"type": "string", "format": "uri-map", "example": {"$ref": "#/nowhere"}}}
    }});
    let operation = json!({"operationId": "getX", "tags": [1], "x-any": {}, "responses": {"200": {"description": ""}}});
    let text = prettyplease::unparse(
        &generate(&document(schemas, operation), Path::new("api.yml")).unwrap(),
    );
    assert!(
        text.contains("pub struct A ")
            && !text.contains("evil")
            && !text.contains("pub struct Renamed")
    );
}

#[test]
fn generates_methods_for_any_path_and_http_method() {
    let operation =
        |id: &str| json!({"operationId": id, "responses": {"204": {"description": ""}}});
    let mut document = document(json!({}), operation("getX"));
    document["paths"] = json!({
        "/a//": {"get": operation("one"), "options": operation("two"), "trace": operation("three")},
        "/a/?list=all#{odd name}/{odd name}/*": {"parameters": [
            {"name": "odd name", "in": "path", "required": true, "schema": {"type": "string"}},
        ], "get": operation("four")},
    });
    let mut diagnostics = Diagnostics::new();
    let file = Path::new("api.yml");
    let notes = normalize(&mut document, file, &mut diagnostics);
    let client = generate(&document, file).unwrap();
    let source = crate::openapi::progenitor::patch::Source {
        file,
        document: &document,
        notes: &notes,
    };
    let client = crate::openapi::progenitor::patch::patch(client, source).unwrap();
    let methods = client.methods.iter();
    let methods: Vec<_> = methods
        .map(|it| (it.http.as_str(), it.path.as_str()))
        .collect();
    let odd = "/a/?list=all#{odd name}/{odd name}/*";
    assert_eq!(
        methods,
        [
            ("GET", "/a//"),
            ("OPTIONS", "/a//"),
            ("TRACE", "/a//"),
            ("GET", odd)
        ]
    );
}
