//! progenitor's bodies as they are read, and the requests that are written for them.

use std::path::Path;

use quote::ToTokens;
use serde_json::{Value, json};
use syn::Block;

use super::*;
use crate::openapi::normalize::{Answer, OperationNotes};
use crate::openapi::progenitor::patch::Source;
use crate::openapi::progenitor::types::Text;

/// A method of the operation at this path, and what becomes of it.
struct Case {
    document: Value,
    notes: Notes,
    method: Method,
}

fn case(path: &str, signature: &str, body: &str) -> Case {
    let parameter = |name: &str, place: &str| json!({ "name": name, "in": place, "required": place == "path", "x-fern-sdk-variable": name });
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
    let tail = "let info = OperationInfo { operation_id: \"read_thing\" };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() { _ => Err(Error::UnexpectedResponse(response)) }";
    let function = format!("pub async fn read_thing{signature} {{ {body} {tail} }}");
    Case {
        document,
        notes: Notes::default(),
        method: Method {
            operation: "readThing".into(),
            http: "GET".into(),
            path: path.into(),
            pointer: String::new(),
            function: syn::parse_str(&function).expect("a function"),
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

    /// The method after the change, without blanks.
    fn written(mut self) -> Result<String, String> {
        let items = syn::parse_file("pub struct Token(String);").expect("parses");
        let mut types = Types::read(items.items);
        if let Some(item) = types.items.get_mut("Token") {
            item.kind = Kind::Text(Text {
                secret: true,
                ..Text::default()
            });
        }
        let source = Source {
            file: Path::new("a.yml"),
            document: &self.document,
            notes: &self.notes,
        };
        let api = source.api();
        let shared = Shared {
            types: &types,
            notes: &self.notes,
            api,
            servers: Servers::of(api),
            schemes: api.scheme_constants(),
        };
        let operations = api.operations();
        rewrite(&mut self.method, &operations[0], &shared, &mut Scope::new())?;
        let text = self.method.function.to_token_stream().to_string();
        Ok(text.replace(' ', ""))
    }
}

#[test]
fn a_path_value_goes_to_its_place_in_the_template_and_a_secret_one_is_exposed() {
    let text = case(
        "/a/x-{a-id}.{token}:run",
        &format!("(&self, a: &str, token: &types::Token) -> {UNIT}"),
        "let url = format!(\"{}/a/x-{}.{}:run\", self.baseurl, encode_path(&a.to_string()), encode_path(&token.to_string()),);
         let mut request = self.client.get(url).headers(header_map).build()?;",
    );
    assert_eq!(
        text.written().expect("known"),
        "pubasyncfnread_thing(&self,a:&str,token:&types::Token)->Result<Response<()>,Error>{\
         self.transport.request(&operations::READ_THING)\
         .path(\"a-id\",a).path(\"token\",token.expose()).empty_response().await}"
    );
}

#[test]
fn every_kind_of_value_has_its_call_and_no_header_is_sent_that_nobody_asked_for() {
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
    let text = text.written().expect("known");
    assert!(
        text.ends_with(
            "(&operations::READ_THING).query(\"q\",&params.q).query(\"n\",&n).json_body(body)\
             .header(\"x-env\",env).header(\"x-token\",token.expose())\
             .optional_header(\"x-note\",params.note.as_ref()).empty_response().await}"
        ),
        "{text}"
    );
    assert!(text.contains("params:&params::ReadThingParams"), "{text}");
}

#[test]
fn a_few_optional_values_stay_arguments() {
    let text = Case::of(
        "q: Option<&str>, note: Option<&str>",
        "let url = format!(\"{}/a\", self.baseurl,);
         if let Some(value) = note { header_map.append(\"x-note\", value.to_string().try_into()?); }
         let mut request = self.client.get(url)
             .query(&progenitor_client::QueryParam::new(\"q\", &q)).headers(header_map).build()?;",
    );
    let text = text.written().expect("known");
    let expected = ".query(\"q\",&q).optional_header(\"x-note\",note).empty_response()";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn bodies_are_sent_as_the_document_says() {
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
        let text = Case::of("body: String", &body).written().expect("known");
        assert!(text.contains(new), "{new} in {text}");
    }
}

#[test]
fn each_kind_of_response_ends_the_request_in_its_own_way() {
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
        let text = case.written().expect("known");
        assert!(text.contains(&format!(".{end}().await")), "{text}");
        assert!(text.contains(result), "{text}");
    }
    let upgraded = "(&self) -> Result<ResponseValue<reqwest::Upgraded>, Error<()>>";
    assert!(case("/a", upgraded, SIMPLE).written().is_err());
}

#[test]
fn a_redirect_is_followed_where_it_is_documented_and_nowhere_else() {
    for (operation, status, http, follows) in [
        ("readThing", "302", "GET", true),
        ("readThing", "302", "POST", false),
        ("readThing", "304", "GET", false),
        ("other", "302", "GET", false),
    ] {
        let mut case = Case::of("", SIMPLE);
        case.method.http = http.into();
        let answer = Answer {
            status: status.to_owned(),
            description: String::new(),
            content: Vec::new(),
            headers: Vec::new(),
        };
        let noted = case.notes.operations.entry(operation.to_owned());
        noted.or_default().answers.push(answer);
        let text = case.written().expect("known");
        assert_eq!(text.contains(".follow_redirects()"), follows, "{text}");
    }
}

#[test]
fn an_operation_goes_to_the_server_that_it_has_for_itself() {
    let mut case = Case::of("", SIMPLE);
    case.document["paths"]["/a"]["servers"] =
        json!([{ "url": "https://files.example", "name": "files" }]);
    let text = case.written().expect("known");
    assert!(
        text.contains("(&operations::READ_THING).server(&servers::FILES).empty_response()"),
        "{text}"
    );
}

const SHOP: &str =
    "let url = format!(\"{}/shops/{}\", self.baseurl, encode_path(&shop.to_string()),);
    let mut request = self.client.get(url).headers(header_map).build()?;";

#[test]
fn a_value_that_the_credential_implies_can_be_left_out() {
    let signature = format!("(&self, shop: &types::ShopId, q: Option<&str>) -> {UNIT}");
    let text = case("/shops/{shop}", &signature, SHOP).written();
    let text = text.expect("known");
    for part in [
        "shop:implInto<Option<&types::ShopId>>,q:Option<&str>",
        ".variable(\"shop\",shop,&[&operations::SCHEME_SHOP_TOKEN])",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_value_that_shares_its_segment_or_is_secret_always_has_to_be_given() {
    for (path, ty) in [
        ("/shops/s-{shop}", "&types::ShopId"),
        ("/shops/{shop}", "&types::Token"),
    ] {
        let signature = format!("(&self, shop: {ty}) -> {UNIT}");
        let text = case(path, &signature, SHOP).written().expect("known");
        assert!(text.contains(".path(\"shop\",shop"), "{text}");
        assert!(!text.contains("implInto"), "{text}");
    }
}

#[test]
fn a_body_of_another_form_is_refused() {
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
    let mut shorter = Case::of("", SIMPLE);
    let block: Block = shorter.method.function.block.clone();
    shorter.method.function.block.stmts = block.stmts.into_iter().skip(3).collect();
    assert!(shorter.written().is_err());
}
