//! Tests that progenitor's bodies are read and rewritten as requests of the runtime.

use std::path::Path;

use quote::ToTokens;
use serde_json::{Value, json};

use super::*;
use crate::openapi::normalize::{OperationNotes, Part, RequestBody, ResponseNotes};
use crate::openapi::progenitor::patch::{Source, constants};
use crate::openapi::progenitor::types::StringConstraints;

/// Method of an operation, to be rewritten.
struct Case {
    document: Value,
    notes: Notes,
    method: Method,
}

fn case(path: &str, signature: &str, body: &str) -> Case {
    let parameter = |name: &str, location: &str| json!({ "name": name, "in": location, "required": location == "path", "x-fern-sdk-variable": name });
    let document = json!({
        "paths": { path: { "get": {
            "operationId": "readThing",
            "security": [{ "ShopToken": [] }],
            "parameters": [parameter("shop", "path"), parameter("q", "query")],
        } } },
        "components": { "securitySchemes": {
            "ShopToken": { "type": "http", "scheme": "bearer", "x-implied-variables": ["shop"] },
        } },
    });
    let function = format!("pub async fn read_thing{signature} {{ {body} }}");
    Case {
        document,
        notes: Notes::default(),
        method: Method {
            operation: "readThing".into(),
            http: "GET".into(),
            path: path.into(),
            pointer: String::new(),
            function: syn::parse_str(&function).expect("parses"),
            parameters: None,
        },
    }
}

const UNIT: &str = "Result<ResponseValue<()>, Error<()>>";
const SIMPLE: &str = "let url = format!(\"{}/a\", self.baseurl,);
    let mut request = self.client.get(url).headers(header_map).build()?;";

impl Case {
    fn of(signature: &str, body: &str) -> Self {
        case("/a", &format!("(&self, {signature}) -> {UNIT}"), body)
    }

    /// Returns the rewritten method without whitespace.
    fn written(mut self) -> Result<String, String> {
        let items = syn::parse_file("pub struct Token(String);").expect("parses");
        let mut types = Types::read(items.items);
        if let Some(item) = types.items.get_mut("Token") {
            item.kind = TypeKind::StringNewtype(StringConstraints {
                secret: true,
                ..StringConstraints::default()
            });
        }
        let source = Source {
            file: Path::new("a.yml"),
            document: &self.document,
            notes: &self.notes,
        };
        let api = source.api();
        let context = ClientContext {
            types: &types,
            notes: &self.notes,
            api,
            servers: Servers::of(api),
            schemes: api.scheme_constants(),
            constants: constants(std::slice::from_ref(&self.method), api),
            purpose: Purpose::Print,
        };
        let operations = api.operations();
        rewrite(
            &mut self.method,
            &operations[0],
            &context,
            &mut Scope::new(),
        )?;
        let text = self.method.function.to_token_stream().to_string();
        Ok(text.replace(' ', ""))
    }
}

#[test]
fn sends_path_values_by_name_and_exposes_secrets() {
    let text = case(
        "/a/x-{a-id}.{token}:run",
        &format!("(&self, a: &str, token: &types::Token) -> {UNIT}"),
        "let url = format!(\"{}/a/x-{}.{}:run\", self.baseurl, encode_path(&a.to_string()), encode_path(&token.to_string()),);
         let mut request = self.client.get(url).headers(header_map).build()?;",
    );
    assert_eq!(
        text.written().expect("rewritten"),
        "pubasyncfnread_thing(&self,a:&str,token:&types::Token)->Result<Response<()>,Error>{\
         self.transport.request(&operations::READ_THING)\
         .path(\"a-id\",a).path(\"token\",token.expose()).empty_response().await}"
    );
}

#[test]
fn sends_all_parameters_and_no_undeclared_header() {
    let text = Case::of(
        "q: Option<&str>, n: i64, env: types::Env, token: &types::Token, note: Option<&str>, body: &types::Body",
        "let url = format!(\"{}/a\", self.baseurl,);
         let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
         header_map.append(::reqwest::header::HeaderName::from_static(\"api-version\"),
             ::reqwest::header::HeaderValue::from_static(Self::api_version()));
         header_map.append(\"x-env\", env.to_string().try_into()?);
         header_map.append(\"x-token\", token.to_string().try_into()?);
         if let Some(value) = note { header_map.append(\"x-note\", value.to_string().try_into()?); }
         #[allow(unused_mut)]
         let mut request = self.client.post(url)
             .header(::reqwest::header::ACCEPT, ::reqwest::header::HeaderValue::from_static(\"application/json\"))
             .json(&body)
             .query(&progenitor_client::QueryParam::new(\"q\", &q))
             .query(&progenitor_client::QueryParam::new(\"n\", &n))
             .headers(header_map).build()?;",
    );
    let text = text.written().expect("rewritten");
    assert!(
        text.ends_with(
            "(&operations::READ_THING).query(\"q\",&params.q).query(\"n\",&n)\
             .optional_json_body(\"application/json\",body).header(\"x-env\",env).header(\"x-token\",token.expose())\
             .optional_header(\"x-note\",params.note.as_ref()).empty_response().await}"
        ),
        "{text}"
    );
    assert!(text.contains("params:&params::ReadThingParams"), "{text}");
}

#[test]
fn keeps_few_optional_values_as_arguments() {
    let text = Case::of(
        "q: Option<&str>, note: Option<&str>",
        "let url = format!(\"{}/a\", self.baseurl,);
         if let Some(value) = note { header_map.append(\"x-note\", value.to_string().try_into()?); }
         let mut request = self.client.get(url)
             .query(&progenitor_client::QueryParam::new(\"q\", &q)).headers(header_map).build()?;",
    );
    let text = text.written().expect("rewritten");
    let expected = ".query(\"q\",&q).optional_header(\"x-note\",note).empty_response()";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn sends_bodies_in_the_declared_media_type() {
    let bodies = [
        (".json(&body)", ".json_body(&body)"),
        (".form_urlencoded(&body)?", ".form_body(&body)"),
        (
            ".header(::reqwest::header::CONTENT_TYPE, ::reqwest::header::HeaderValue::from_static(\"text/csv\")).body(body)",
            ".body(\"text/csv\",body)",
        ),
    ];
    for (old, new) in bodies {
        let body = format!(
            "let url = format!(\"{{}}/a\", self.baseurl,);
             let mut request = self.client.put(url){old}.headers(header_map).build()?;"
        );
        let text = Case::of("body: String", &body)
            .written()
            .expect("rewritten");
        assert!(text.contains(new), "{new} in {text}");
    }
}

#[test]
fn takes_the_parts_of_a_multipart_body() {
    let signature = format!("<'a, B: Into<reqwest::Body>>(&'a self, body: B) -> {UNIT}");
    let body = "let url = format!(\"{}/a\", self.baseurl,);
        let mut request = self.client.put(url)
            .header(::reqwest::header::CONTENT_TYPE, ::reqwest::header::HeaderValue::from_static(\"application/octet-stream\"))
            .body(body).headers(header_map).build()?;";
    let mut case = case("/a", &signature, body);
    let part = |name: &str, media_type: Option<&str>, is_file| Part {
        name: name.to_owned(),
        description: None,
        media_type: media_type.map(str::to_owned),
        is_file,
        required: false,
    };
    let noted = OperationNotes {
        bodies: vec![RequestBody {
            media_type: "multipart/form-data".to_owned(),
            parts: Some(vec![
                part("plain", None, false),
                part("file", Some("image/png"), true),
                part("meta", Some("text/xml"), false),
            ]),
            ..RequestBody::default()
        }],
        ..OperationNotes::default()
    };
    case.notes.operations.insert("readThing".to_owned(), noted);
    let text = case.written().expect("rewritten");
    for part in [
        "read_thing<'a>(&'aself,body:Multipart)",
        ".multipart_body(body,&[DeclaredPart{name:\"file\",media_type:\"image/png\",kind:PartKind::File},\
         DeclaredPart{name:\"meta\",media_type:\"text/xml\",kind:PartKind::Field}])",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn decodes_responses_by_their_type() {
    let cases = [
        ("types::A", false, "json_response", "Response<types::A>"),
        (
            "types::A",
            true,
            "outcome_response",
            "Response<Outcome<types::A>>",
        ),
        ("()", true, "empty_response", "Response<()>"),
        (
            "ByteStream",
            false,
            "stream_response",
            "Response<ByteStream>",
        ),
    ];
    for (ty, accepted, end, result) in cases {
        let signature = format!("(&self) -> Result<ResponseValue<{ty}>, Error<()>>");
        let mut case = case("/a", &signature, SIMPLE);
        let noted = OperationNotes {
            accepted,
            ..OperationNotes::default()
        };
        case.notes.operations.insert("readThing".to_owned(), noted);
        let text = case.written().expect("rewritten");
        assert!(text.contains(&format!(".{end}().await")), "{text}");
        assert!(text.contains(result), "{text}");
    }
    let upgraded = "(&self) -> Result<ResponseValue<reqwest::Upgraded>, Error<()>>";
    assert!(case("/a", upgraded, SIMPLE).written().is_err());
}

#[test]
fn follows_only_documented_redirects_of_get_requests() {
    for (operation, status, http, follows) in [
        ("readThing", "302", "GET", true),
        ("readThing", "302", "POST", false),
        ("readThing", "304", "GET", false),
        ("other", "302", "GET", false),
    ] {
        let mut case = Case::of("", SIMPLE);
        case.method.http = http.into();
        let response = ResponseNotes {
            status: status.to_owned(),
            description: String::new(),
            content: Vec::new(),
            headers: Vec::new(),
        };
        let noted = case.notes.operations.entry(operation.to_owned());
        noted.or_default().responses.push(response);
        let text = case.written().expect("rewritten");
        assert_eq!(text.contains(".follow_redirects()"), follows, "{text}");
    }
}

#[test]
fn sends_an_operation_to_its_own_server() {
    let mut case = Case::of("", SIMPLE);
    case.document["paths"]["/a"]["servers"] =
        json!([{ "url": "https://files.example", "name": "files" }]);
    let text = case.written().expect("rewritten");
    assert!(
        text.contains("(&operations::READ_THING).server(&servers::FILES).empty_response()"),
        "{text}"
    );
}

const SHOP: &str =
    "let url = format!(\"{}/shops/{}\", self.baseurl, encode_path(&shop.to_string()),);
    let mut request = self.client.get(url).headers(header_map).build()?;";

#[test]
fn implied_parameters_are_optional() {
    let signature = format!("(&self, shop: &types::ShopId, q: Option<&str>) -> {UNIT}");
    let text = case("/shops/{shop}", &signature, SHOP).written();
    let text = text.expect("rewritten");
    for part in [
        "shop:implInto<Option<&types::ShopId>>,q:Option<&str>",
        ".variable(\"shop\",shop,&[&operations::SCHEME_SHOP_TOKEN])",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn secret_parameters_and_partial_segments_are_required() {
    for (path, ty) in [
        ("/shops/s-{shop}", "&types::ShopId"),
        ("/shops/{shop}", "&types::Token"),
    ] {
        let signature = format!("(&self, shop: {ty}) -> {UNIT}");
        let text = case(path, &signature, SHOP).written().expect("rewritten");
        assert!(text.contains(".path(\"shop\",shop"), "{text}");
        assert!(!text.contains("implInto"), "{text}");
    }
}

#[test]
fn rejects_bodies_of_unknown_form() {
    let unknown = [
        "let url = format!(\"{}/{}\", self.baseurl, a); let mut request = self.client.get(url).build()?;",
        "let url = url(); let mut request = self.client.get(url).build()?;",
        "let mut request = self.client.get(url).build()?;",
        "let url = format!(\"{}/a\", self.baseurl,); let mut request = self.client.get(url).timeout(t).build()?;",
        "let url = format!(\"{}/a\", self.baseurl,); let mut request = self.client.get(url);",
        "let url = format!(\"{}/a\", self.baseurl,); header_map.append(\"x env\", env.to_string().try_into()?);
         let mut request = self.client.get(url).build()?;",
    ];
    for body in unknown {
        assert!(Case::of("", body).written().is_err(), "{body}");
    }
    let sends =
        format!("{SIMPLE} let response = self.exec(request).await; match response {{ _ => () }}");
    assert!(Case::of("", &sends).written().is_err());
}
