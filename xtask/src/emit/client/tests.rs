use serde_json::json;

use super::*;

fn constants(document: &Value) -> (String, Diagnostics) {
    let spec = ApiDescription::new(document);
    let methods = spec
        .operations()
        .iter()
        .map(|operation| {
            let name = Ident::new(&operation.id.unwrap().to_lowercase(), Span::call_site());
            Method {
                operation: operation.id.unwrap().to_owned(),
                http: operation.method.to_ascii_uppercase(),
                path: operation.path.to_owned(),
                pointer: operation.part.pointer.clone(),
                function: syn::parse_quote!(pub async fn #name(&self) {}),
            }
        })
        .collect();
    let mended = PatchedClient {
        types: Default::default(),
        methods,
        schemas: Default::default(),
    };
    let client = Client {
        module: "api",
        file: Path::new("api.yml"),
        document,
        mended: &mended,
        has_resources: false,
    };
    let mut diagnostics = Diagnostics::new();
    let files = emit(client, &mut diagnostics);
    let text = files
        .into_iter()
        .filter(|f| f.path.ends_with("operations.rs"))
        .map(|f| f.text)
        .collect();
    (text, diagnostics)
}

#[test]
fn an_operation_takes_the_documents_security_unless_it_has_its_own() {
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
    let (text, diagnostics) = constants(&document);
    assert!(diagnostics.is_empty());
    assert!(
        text.contains("security: &[&[&SCHEME_OAUTH2], &[&SCHEME_KEY, &SCHEME_API_TOKEN]]"),
        "{text}"
    );
    assert_eq!(text.matches("security: &[],").count(), 1, "{text}");
    // Who may come without a credential still sends one that is there.
    assert!(
        text.contains("security: &[&[], &[&SCHEME_OAUTH2]]"),
        "{text}"
    );
    assert_eq!(text.matches("idempotent: true").count(), 3, "{text}");
    assert!(text.contains(r#"place: Place::Header("x-key")"#), "{text}");
}

#[test]
fn schemes_whose_names_differ_in_signs_only_have_constants_of_their_own() {
    let document = json!({
        "security": [{ "api-key": [] }, { "api_key": [] }, { "²": [] }],
        "paths": { "/a": { "get": { "operationId": "readA" } } },
        "components": { "securitySchemes": {
            "api-key": { "type": "http", "scheme": "basic" },
            "api_key": { "type": "http", "scheme": "bearer" },
            "²": { "type": "openIdConnect" },
        } },
    });
    let (text, _) = constants(&document);
    assert!(
        text.contains("&[&[&SCHEME_API_KEY], &[&SCHEME_API_KEY_], &[&SCHEME__]]"),
        "{text}"
    );
}

#[test]
fn a_scheme_that_is_not_declared_is_told_with_its_place() {
    let document = json!({ "paths": { "/a": { "get": { "operationId": "a", "security": [{ "Nope": [] }] } } } });
    let (text, diagnostics) = constants(&document);
    assert!(!diagnostics.has_errors());
    assert!(text.contains("security: &[]"), "{text}");
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
fn a_server_is_written_with_the_defaults_of_its_variables() {
    let document = json!({ "servers": [{ "url": "https://{host}/v1/", "variables": { "host": { "default": "a.example" } } }] });
    assert_eq!(
        base_url(ApiDescription::new(&document)),
        "https://a.example/v1"
    );
}
