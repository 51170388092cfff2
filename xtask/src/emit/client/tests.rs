use super::*;
use crate::model::client::Scheme;

fn printed(client: &Client) -> Vec<Emitted> {
    let patched = PatchedClient {
        types: Default::default(),
        methods: Vec::new(),
        schemas: Default::default(),
    };
    let runtime = RuntimePath::default();
    emit(Source {
        client,
        patched: &patched,
        has_resources: false,
        runtime: &runtime,
    })
}

#[test]
fn prints_operations_with_their_security_and_secrets() {
    let client = Client {
        module: "shop".to_owned(),
        title: "Shop".to_owned(),
        description: None,
        base_url: String::new(),
        operations: vec![Operation {
            name: ident("ADD_ORDER"),
            id: "addOrder".to_owned(),
            http: ident("POST"),
            path: "/orders/{\"id\"}".to_owned(),
            security: vec![Vec::new(), vec![ident("SCHEME_KEY"), ident("SCHEME_KEY")]],
            idempotent: false,
            secrets: vec!["pin".to_owned(), "token".to_owned()],
        }],
        schemes: vec![Scheme {
            constant: ident("SCHEME_KEY"),
            name: "Key".to_owned(),
            location: CredentialLocation::Query("key".to_owned()),
        }],
        servers: Vec::new(),
    };
    let files = printed(&client);
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let expected = ["mod.rs", "client.rs", "types.rs", "operations.rs"];
    assert_eq!(names, expected.map(|name| format!("shop/{name}")));
    let text = &files[3].text;
    assert!(
        text.ends_with(
            "::pipedream_sdk_runtime::operations! {
    ADD_ORDER: \"addOrder\", POST \"/orders/{\\\"id\\\"}\",
        [[], [SCHEME_KEY, SCHEME_KEY]], once, secrets [\"pin\", \"token\"];
}
"
        ),
        "{text}"
    );
    assert!(
        text.contains("place: CredentialLocation::Query(\"key\")"),
        "{text}"
    );
}

#[test]
fn members_and_arguments_import_nothing() {
    let file: syn::File = syn::parse_quote! {
        pub struct AParams { pub runtime: ::std::option::Option<types::Outcome> }
        fn f(servers: &str) -> Result<Response<()>, Error> { call("types", &params.types, servers) }
    };
    let names = Names::of(&file.items);
    let has = |name: &str| (names.modules.contains(name), names.items.contains(name));
    for name in ["runtime", "servers"] {
        assert!(!has(name).0, "{name}");
    }
    assert_eq!(has("types"), (true, true));
    assert_eq!(has("Outcome"), (false, false));
    assert_eq!(has("Response"), (false, true));
}
