use std::path::Path;

use serde_json::json;

use super::*;
use crate::openapi::progenitor::patch::{Source, patch};

/// Returns a client with one of each type that a pointer can pass.
fn index() -> Index {
    let document = json!({
        "paths": { "/orders/{order-id}": { "post": {
            "operationId": "placeOrder",
            "parameters": [
                { "name": "order-id", "in": "path", "required": true, "x-fern-sdk-variable": "order_id",
                  "schema": { "type": "string" } },
                { "name": "mode", "in": "header", "schema": { "$ref": "#/components/schemas/Mode" } },
            ],
            "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Order" } } } },
            "responses": {
                "200": { "description": "", "headers": { "X-Left": {} }, "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Order" } } } },
                "404": { "description": "" },
            },
        } } },
        "components": { "schemas": {
            "Mode": { "type": "string", "enum": ["a", "b"] },
            "Order": { "type": "object", "required": ["lines"], "properties": {
                "lines": { "type": "array", "items": { "type": "string" } },
                "pet": { "$ref": "#/components/schemas/Pet" },
                "note": { "type": "string", "x-fern-sdk-variable": "note", "description": "A note." },
                "gift": { "type": "string", "nullable": true },
                "extra": {},
                "prices": { "type": "object" },
            } },
            "Pet": { "oneOf": [
                { "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" },
            ], "discriminator": { "propertyName": "type" } },
            "Cat": { "type": "object" }, "Dog": { "type": "object" },
        } },
    });
    let client = r#"
        pub mod types {
            pub enum Mode { #[serde(rename = "a")] A, #[serde(rename = "b")] B }
            impl ::std::str::FromStr for Mode {}
            #[derive(::serde::Deserialize, Clone, Debug)]
            pub struct Order {
                pub lines: Vec<String>,
                pub pet: Option<Pet>,
                pub note: Option<String>,
                #[serde(skip_serializing_if = "Option::is_none")]
                pub gift: Option<String>,
                pub extra: Option<::serde_json::Value>,
                pub prices: Prices,
            }
            #[derive(::serde::Deserialize, Clone, Debug)]
            #[serde(transparent)]
            pub struct Prices(pub HashMap<String, f64>);
            #[serde(untagged)]
            pub enum Pet { Cat(Cat), Dog(Dog) }
            pub struct Cat { pub id: CatId, pub meow: bool }
            pub struct Dog { pub id: Option<String> }
            pub struct CatId(String);
        }
        impl Client {
            /**Sends a `POST` request to `/0/{order-id}`*/
            pub async fn place_order<'a>(&'a self, order_id: &'a str, mode: Option<types::Mode>, body: &'a types::Order)
                -> Result<ResponseValue<types::Order>, Error<()>> {
                let url = format!("{}/orders/{}", self.baseurl, encode_path(&order_id.to_string()),);
                let mut header_map = HeaderMap::with_capacity(2usize);
                if let Some(value) = mode { header_map.append("mode", value.to_string().try_into()?); }
                #[allow(unused_mut)]
                let mut request = self.client.post(url).json(&body).headers(header_map).build()?;
            }
        }
    "#;
    let response = |status: &str, headers: &[&str]| normalize::ResponseNotes {
        status: status.into(),
        description: String::new(),
        content: Vec::new(),
        headers: headers
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect(),
    };
    let operation = normalize::OperationNotes {
        responses: vec![response("200", &["X-Left"]), response("404", &[])],
        ..Default::default()
    };
    let mut notes = Notes::default();
    notes.operations.insert("placeOrder".into(), operation);
    let source = Source {
        file: Path::new("x.yml"),
        document: &document,
        notes: &notes,
    };
    let patched = patch(syn::parse_file(client).expect("parses"), source).expect("patched");
    Index::read(&patched, &std::rc::Rc::new(document.clone()), &notes)
}

#[test]
fn lists_arguments_in_the_order_of_the_method() {
    let index = index();
    let operation = &index.operations["placeOrder"];
    assert_eq!(operation.method, "place_order");
    let arguments: Vec<_> = operation
        .arguments
        .iter()
        .map(|a| {
            (
                a.ident.as_str(),
                a.name.as_str(),
                a.location,
                a.required,
                a.pass,
                a.declaration.variable.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        arguments,
        [
            (
                "order_id",
                "order-id",
                ArgumentLocation::Path,
                true,
                Pass::Text,
                Some("order_id")
            ),
            (
                "mode",
                "mode",
                ArgumentLocation::Header,
                false,
                Pass::Value,
                None
            ),
        ]
    );
    assert_eq!(
        operation.arguments[1].ty,
        Ty::Enum {
            name: "Mode".into(),
            open: false
        }
    );
    let body = operation.body.as_ref().expect("a body");
    assert_eq!(
        (body.ty.clone(), body.required),
        (Ty::Struct("Order".into()), true)
    );
    assert_eq!(
        operation.response,
        ResponseType::Value(Ty::Struct("Order".into()))
    );
    let statuses: Vec<_> = operation
        .documented
        .iter()
        .map(|d| (d.status.as_str(), d.headers.len()))
        .collect();
    assert_eq!(statuses, [("200", 1), ("404", 0)]);
}

#[test]
fn properties_have_their_declarations() {
    let index = index();
    let properties = index.properties("Order");
    let note = properties
        .iter()
        .find(|p| p.name == "note")
        .expect("the property exists");
    assert_eq!(note.declaration.variable.as_deref(), Some("note"));
    assert_eq!(note.declaration.description.as_deref(), Some("A note."));
    assert!(!note.required);
    assert!(properties.iter().any(|p| p.name == "lines" && p.required));
}

#[test]
fn resolves_pointers_through_every_kind_of_type() {
    let index = index();
    let order = Ty::Struct("Order".into());
    let field = |ident: &str, optional| Access::Field {
        ident: ident.into(),
        optional,
    };
    let accessor = Access::Accessor {
        method: "id".into(),
        returns: Ty::String,
    };
    let cases = [
        ("", vec![], order.clone(), true),
        (
            "/lines",
            vec![field("lines", false)],
            Ty::List(Box::new(Ty::String)),
            true,
        ),
        (
            "/lines/0",
            vec![field("lines", false), Access::Index(0)],
            Ty::String,
            false,
        ),
        ("/note", vec![field("note", true)], Ty::String, false),
        (
            "/gift",
            vec![field("gift", true), Access::Present],
            Ty::String,
            false,
        ),
        (
            "/extra/a~1b/0",
            vec![field("extra", true), Access::Pointer("/a~1b/0".into())],
            Ty::Json,
            false,
        ),
        (
            "/prices/eur",
            vec![
                field("prices", false),
                Access::Inner { optional: false },
                Access::Key("eur".into()),
            ],
            Ty::Number,
            false,
        ),
        (
            "/pet/id",
            vec![field("pet", true), accessor],
            Ty::String,
            false,
        ),
        (
            "/pet/meow",
            vec![field("pet", true), Access::Serialized("/meow".into())],
            Ty::Json,
            false,
        ),
    ];
    for (pointer, path, ty, certain) in cases {
        let resolved = index.resolve(&order, pointer);
        assert_eq!(resolved, Ok(Resolved { path, ty, certain }), "{pointer}");
    }
}

#[test]
fn errors_name_the_member_that_cannot_be_resolved() {
    let index = index();
    let order = Ty::Struct("Order".into());
    let error = |pointer| {
        index
            .resolve(&order, pointer)
            .map_err(|error| error.to_string())
            .unwrap_err()
    };
    assert_eq!(
        error("/nope"),
        "the value has no member `nope`; it has lines, pet, note, gift, extra, prices"
    );
    assert_eq!(
        error("/lines/first"),
        "`/lines` is a list, and `first` is not an index"
    );
    assert_eq!(
        error("/note/x"),
        "`/note` is a single value and has no member `x`"
    );
    assert_eq!(error("/pet/bark"), "`/pet` has no member `bark`");
    assert_eq!(
        error("lines"),
        "a JSON Pointer must be empty or start with `/`"
    );
}

/// Returns a folder of the reference material.
fn reference(path: &str) -> std::path::PathBuf {
    let root = std::env::var_os("REFERENCE_DIR").expect("REFERENCE_DIR names the reference folder");
    Path::new(&root).join(path)
}

#[test]
#[ignore = "needs REFERENCE_DIR"]
fn resolves_all_values_of_the_upstream_workflows() {
    let path = reference("upstream/pipedream/openapi/pipedream-openapi.yml");
    let mut document = crate::load::load(&path).expect("loads").value;
    let mut diagnostics = crate::diagnostic::Diagnostics::new();
    let notes = normalize::normalize(&mut document, &path, &mut diagnostics);
    let client = crate::openapi::progenitor::run::generate(&document, &path).expect("generated");
    let source = Source {
        file: &path,
        document: &document,
        notes: &notes,
    };
    let index = Index::read(
        &patch(client, source).expect("patched"),
        &std::rc::Rc::new(document.clone()),
        &notes,
    );
    assert_eq!(index.operations.len(), 61);

    let (mut parameters, mut properties, mut outputs) = (0, 0, 0);
    let mut missing = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(reference("upstream/pipedream/arazzo"))
        .expect("the folder exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "yml" || e == "yaml"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 18);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    for file in files {
        let flow = crate::load::load(&file).expect("loads").value;
        for step in list(&flow["workflows"])
            .iter()
            .flat_map(|w| list(&w["steps"]))
        {
            let id = step["operationId"].as_str().unwrap_or_default();
            let Some(operation) = index.operations.get(id) else {
                missing.push(format!("operation {id}"));
                continue;
            };
            for parameter in list(&step["parameters"]) {
                parameters += 1;
                let name = parameter["name"].as_str().unwrap_or_default();
                if !operation.arguments.iter().any(|a| a.name == name) {
                    missing.push(format!("parameter {name} of {id}"));
                }
            }
            for (name, _) in object(&step["requestBody"]["payload"]) {
                properties += 1;
                let body = operation.body.as_ref().map(|body| body.ty.clone());
                let known = match &body {
                    Some(Ty::Struct(body)) => index.properties(body),
                    _ => &[],
                };
                if !known.iter().any(|property| property.name == name) {
                    missing.push(format!("property {name} of {id}"));
                }
            }
            for (_, value) in object(&step["outputs"]) {
                let value = value.as_str().unwrap_or_default();
                let Some(pointer) = value.strip_prefix("$response.body") else {
                    continue;
                };
                let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
                outputs += 1;
                match &operation.response {
                    ResponseType::Value(ty) | ResponseType::MaybeAccepted(ty) => {
                        if let Err(error) = index.resolve(ty, pointer) {
                            missing.push(format!("{pointer} of {id}: {error}"));
                        }
                    }
                    _ => missing.push(format!("{pointer} of {id}, which returns no value")),
                }
            }
        }
    }
    // The upstream document requires this property without declaring it; the overlay of this repository declares
    // it.
    missing.retain(|name| name != "property project_id of createToken");
    assert_eq!(missing, Vec::<String>::new());
    assert_eq!((parameters, outputs), (134, 66));
    assert!(properties > 0);
}
