use super::*;

const CLIENT: &str = r#"
pub mod types {
    ///The id
    pub struct ThingId(::std::string::String);
    impl ::std::str::FromStr for ThingId {
        type Err = self::error::ConversionError;
        fn from_str(value: &str) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regress::Regex> =
                ::std::sync::LazyLock::new(|| { ::regress::Regex::new("^t_").unwrap() });
            Ok(Self(value.to_string()))
        }
    }
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Thing {
        pub id: ThingId,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub size: ::std::option::Option<f64>,
    }
    pub mod error {}
}
pub struct Client { pub(crate) baseurl: String }
impl Client { pub fn new(baseurl: &str) -> Self { loop {} } }
impl ClientHooks<()> for &Client {}
impl Client {
    /**Read a thing

Sends a `GET` request to `/0/{id}`

*/
    pub async fn read_thing<'a>(
        &'a self, id: &'a types::ThingId, q: Option<&'a str>,
    ) -> Result<ResponseValue<types::Thing>, Error<()>> {
        let url = format!("{}/things/{}", self.baseurl, encode_path(&id.to_string()),);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map.append(
            ::reqwest::header::HeaderName::from_static("api-version"),
            ::reqwest::header::HeaderValue::from_static(Self::api_version()),
        );
        #[allow(unused_mut)]
        let mut request = self.client.get(url)
            .query(&progenitor_client::QueryParam::new("q", &q))
            .headers(header_map)
            .build()?;
    }
}
"#;

fn document() -> Value {
    serde_json::json!({
        "paths": { "/things/{id}": { "get": {
            "operationId": "readThing",
            "summary": "Read a thing",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "$ref": "#/components/schemas/ThingId" } },
                { "name": "q", "in": "query", "schema": { "type": "string" } },
            ],
            "responses": { "200": { "description": "", "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } },
            } } },
        } } },
        "components": { "schemas": {
            "ThingId": { "type": "string", "pattern": "^t_", "x-secret": true },
            "Thing": { "type": "object", "properties": {
                "id": { "$ref": "#/components/schemas/ThingId" }, "size": { "type": "number" },
            } },
        } },
    })
}

fn patched() -> PatchedClient {
    let document = document();
    let source = Source {
        file: Path::new("things.yml"),
        document: &document,
        notes: &Notes::default(),
    };
    patch(syn::parse_file(CLIENT).expect("parses"), source).expect("patched")
}

#[test]
fn patches_a_method_completely() {
    use quote::ToTokens;
    let method = &patched().methods[0];
    let text = method
        .function
        .to_token_stream()
        .to_string()
        .replace(' ', "");
    assert_eq!(
        text,
        "#[doc=\" Readathing.\"]#[doc=\"\"]#[doc=\"`GET/things/{id}`\"]\
         pubasyncfnread_thing(&self,id:&types::ThingId,q:Option<&str>,)->Result<Response<types::Thing>,Error>{\
         self.transport.request(&operations::READ_THING).path(\"id\",id.expose()).query(\"q\",&q).json_response().await}"
            .replace("\" Readathing.\"", "\"Readathing.\"")
    );
}

#[test]
fn removes_everything_from_progenitors_runtime() {
    use quote::ToTokens;
    let patched = patched();
    let mut text: String = patched
        .methods
        .iter()
        .map(|m| m.function.to_token_stream().to_string())
        .collect();
    text.extend(
        patched
            .types
            .as_ref()
            .clone()
            .into_items()
            .iter()
            .map(|i| i.to_token_stream().to_string()),
    );
    for name in [
        "progenitor",
        "OperationInfo",
        "baseurl",
        "regress",
        "ConversionError",
        ":: std ::",
        "f64",
    ] {
        assert!(!text.contains(name), "{name} is left in {text}");
    }
}

#[test]
fn output_is_deterministic() {
    use quote::ToTokens;
    let print = |patched: PatchedClient| -> String {
        let items = patched.types.as_ref().clone().into_items();
        items
            .iter()
            .map(|item| item.to_token_stream().to_string())
            .collect()
    };
    assert_eq!(print(patched()), print(patched()));
}
