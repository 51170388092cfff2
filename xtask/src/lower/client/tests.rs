//! Tests of reading security schemes, idempotency and server URLs.

use proc_macro2::Span;
use serde_json::json;

use super::*;

/// Returns the security of an operation in the form `a & b | c`.
fn security(client: &Client, id: &str) -> String {
    let mut all = client.operations.iter();
    let operation = all.find(|operation| operation.id == id).unwrap();
    let alternatives = operation.security.iter().map(|schemes| {
        let names: Vec<String> = schemes.iter().map(ToString::to_string).collect();
        names.join(" & ")
    });
    alternatives.collect::<Vec<_>>().join(" | ")
}

/// Lowers the client of a document.
fn lowered(document: &Value) -> (Client, Diagnostics) {
    let api = ApiDescription::new(document);
    let methods = api
        .operations()
        .iter()
        .map(|operation| {
            let id = operation.id.expect("the operation has an ID");
            let name = Ident::new(&id.to_lowercase(), Span::call_site());
            Method {
                operation: id.to_owned(),
                http: operation.method.to_uppercase(),
                path: operation.path.to_owned(),
                pointer: operation.part.pointer.clone(),
                function: syn::parse_quote!(pub async fn #name(&self) {}),
                parameters: None,
            }
        })
        .collect();
    let patched = PatchedClient {
        types: Default::default(),
        methods,
        schemas: Default::default(),
    };
    let source = Source {
        module: "api",
        file: Path::new("api.yml"),
        document,
        patched: &patched,
    };
    let mut diagnostics = Diagnostics::new();
    (lower(source, &mut diagnostics), diagnostics)
}

#[test]
fn an_operation_inherits_the_security_of_the_document() {
    let document = json!({
        "security": [{ "OAuth2": [] }, { "Key": [], "apiToken": [] }],
        "paths": { "/a": {
            "get": { "operationId": "readA" },
            "post": { "operationId": "addA", "security": [], "x-idempotent": true },
            "put": { "operationId": "setA", "security": [{}, { "OAuth2": [] }] },
        } },
        "components": { "securitySchemes": {
            "OAuth2": { "type": "oauth2" },
            "Key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            "apiToken": { "type": "apiKey", "in": "query", "name": "token" },
        } },
    });
    let (client, diagnostics) = lowered(&document);
    assert!(diagnostics.is_empty());
    let expected = [
        ("readA", "SCHEME_OAUTH2 | SCHEME_KEY & SCHEME_API_TOKEN"),
        ("addA", ""),
        // An optional credential is sent if it is available.
        ("setA", " | SCHEME_OAUTH2"),
    ];
    for (id, schemes) in expected {
        assert_eq!(security(&client, id), schemes, "{id}");
    }
    assert!(
        client
            .operations
            .iter()
            .all(|operation| operation.idempotent)
    );
    let key = client.schemes.iter().find(|scheme| scheme.name == "Key");
    let location = CredentialLocation::Header("x-key".to_owned());
    assert_eq!(key.unwrap().location, location);
}

#[test]
fn schemes_with_similar_names_have_distinct_constants() {
    let document = json!({
        "security": [{ "api-key": [] }, { "api_key": [] }, { "²": [] }],
        "paths": { "/a": { "get": { "operationId": "readA" } } },
        "components": { "securitySchemes": {
            "api-key": { "type": "http", "scheme": "basic" },
            "api_key": { "type": "http", "scheme": "bearer" },
            "²": { "type": "openIdConnect" },
        } },
    });
    let (client, _) = lowered(&document);
    assert_eq!(
        security(&client, "readA"),
        "SCHEME_API_KEY | SCHEME_API_KEY_ | SCHEME__"
    );
}

#[test]
fn reports_an_undeclared_scheme() {
    let document = json!({ "paths": { "/a": { "get": { "operationId": "a", "security": [{ "Nope": [] }] } } } });
    let (client, diagnostics) = lowered(&document);
    assert!(!diagnostics.has_errors());
    assert_eq!(security(&client, "a"), "");
    let found: Vec<_> = diagnostics
        .iter()
        .map(|d| (d.code.as_str(), d.pointer.as_str()))
        .collect();
    assert_eq!(
        found,
        [("unknown-security-scheme", "/paths/~1a/get/security/0/Nope")]
    );
}

#[test]
fn a_server_url_contains_the_defaults_of_its_variables() {
    let document = json!({ "servers": [{ "url": "https://{host}/v1/", "variables": { "host": { "default": "a.example" } } }] });
    assert_eq!(
        base_url(ApiDescription::new(&document)),
        "https://a.example/v1"
    );
}
