//! Tests of the request builder.

use serde_json::{Value, json};

use super::*;
use crate::auth::credentials::FixedSecret;
use crate::error::ErrorKind;
use crate::http::loopback::{Loopback, response};
use crate::http::operation::CredentialLocation;
use crate::http::options::CallOptions;

static TOKEN: Scheme = Scheme {
    name: "Token",
    place: CredentialLocation::Bearer,
};
static SERVER: Scheme = Scheme {
    name: "Server",
    place: CredentialLocation::Bearer,
};
static THING: Operation = Operation {
    id: "updateThing",
    method: "PUT",
    path: "/v1/{project_id}/things/{a}.{b}:run",
    security: &[&[&TOKEN], &[&SERVER]],
    idempotent: true,
    secrets: &[],
};
static PARTS: Operation = Operation {
    path: "/x/{a}{b}",
    security: &[],
    ..THING
};

fn with(server: &Loopback, scheme: &str) -> Transport {
    let credentials = FixedSecret::new([scheme], "secret");
    let options = CallOptions::new().credentials(credentials);
    server.transport().with_options(options)
}

#[tokio::test]
async fn sends_values_as_path_query_header_and_body() {
    let server = Loopback::serving([response(200, &[], "[1]")]).await;
    let request = with(&server, "Server")
        .request(&THING)
        .variable("project_id", "a/b", &[&TOKEN])
        .path("a", "x y")
        .path("b", 7)
        .json_body(&json!({ "k": true }))
        .query("id", &["1", "2"])
        .query("none", &None::<&str>)
        .query("q", "a b")
        .header("x-env", "production")
        .optional_header("x-none", None::<&str>);
    let reply = request.json_response::<Vec<i64>>().await.unwrap();
    assert_eq!(reply.value(), &[1]);
    let sent = server.requests().remove(0);
    let lower = sent.to_ascii_lowercase();
    for part in [
        "PUT /v1/a%2Fb/things/x%20y.7:run?id=1&id=2&q=a+b HTTP/1.1\r\n",
        "{\"k\":true}",
    ] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    for part in [
        "x-env: production\r\n",
        "content-type: application/json\r\n",
        "accept: application/json\r\n",
        "authorization: bearer secret\r\n",
    ] {
        assert!(lower.contains(part), "{part} in {sent}");
    }
    assert!(!lower.contains("none"), "{sent}");
}

#[tokio::test]
async fn omits_the_path_segment_that_the_credential_implies() {
    let server = Loopback::serving([response(204, &[], "")]).await;
    let request = |scheme| {
        let request = with(&server, scheme).request(&THING);
        let request = request.variable::<&str>("project_id", None, &[&TOKEN]);
        request.path("a", 1).path("b", 2).empty_response()
    };
    request("Token").await.unwrap();
    assert!(server.requests()[0].starts_with("PUT /v1/things/1.2:run HTTP"));
    let error = request("Server").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`project_id`"), "{error}");
    // An empty value is invalid with any credential.
    for invalid in ["", ".", ".."] {
        let request = with(&server, "Token").request(&THING);
        let request = request.variable("project_id", invalid, &[&TOKEN]);
        let sent = request.path("a", 1).path("b", 2).empty_response().await;
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn rejects_an_invalid_value_by_name_without_sending() {
    let server = Loopback::serving([]).await;
    let transport = server.transport();
    let started = || transport.request(&PARTS).path("a", "x").path("b", "y");
    let cases = [
        (started().header("x-env", "a\r\nb: c"), "x-env"),
        (started().query("deep", &json!([[1]])), "deep"),
        (started().form_body(&json!([1])), "body"),
        (transport.request(&PARTS).path("a", "."), "`b`"),
        (
            transport.request(&PARTS).path("a", ".").path("b", "."),
            "a, b",
        ),
        (
            transport.request(&PARTS).path("a", "").path("b", ""),
            "a, b",
        ),
    ];
    for (request, name) in cases {
        let error = request.json_response::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        let shown = error.to_string();
        assert!(shown.contains(name), "{name} in {shown}");
        assert!(shown.starts_with("updateThing: "), "{shown}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn returns_the_first_of_several_errors() {
    let server = Loopback::serving([]).await;
    let request = server.transport().request(&PARTS);
    let request = request.header("x-first", "\n").header("x-second", "\n");
    let error = request.empty_response().await.unwrap_err();
    assert!(error.to_string().contains("x-first"), "{error}");
}

#[tokio::test]
async fn sends_bodies_with_their_media_type() {
    let behaviors = [(); 3].map(|()| response(200, &[], "null"));
    let server = Loopback::serving(behaviors).await;
    let started = || {
        let request = server.transport().request(&PARTS);
        request.path("a", 1).path("b", 2)
    };
    let form = started().form_body(&json!({ "a b": "c&d" }));
    let text = started().body("text/plain", "hello");
    let own = started()
        .json_body(&json!({}))
        .header("content-type", "application/vnd.api+json");
    for (request, media_type, body) in [
        (form, "application/x-www-form-urlencoded", "a%20b=c%26d"),
        (text, "text/plain", "hello"),
        (own, "application/vnd.api+json", "{}"),
    ] {
        request.json_response::<Value>().await.unwrap();
        let sent = server.requests().pop().unwrap_or_default();
        let content_type = format!("content-type: {media_type}\r\n");
        assert_eq!(sent.matches("content-type: ").count(), 1, "{sent}");
        assert!(sent.contains(&content_type), "{sent}");
        assert!(sent.ends_with(&format!("\r\n\r\n{body}")), "{sent}");
    }
}

#[tokio::test]
async fn values_of_a_workflow_replace_arguments_in_every_location() {
    let server = Loopback::serving([response(200, &[], "")]).await;
    let options = CallOptions::new()
        .optional_argument("path", "a", Some(json!("1+2")))
        .optional_argument("query", "at", Some(json!("3+4")))
        .optional_argument("query", "list", Some(json!(["5", 6])))
        .optional_argument("header", "x-at", Some(json!("7+8")))
        .optional_argument("cookie", "at", Some(json!(true)))
        .optional_argument("query", "left", None)
        .optional_json("/n", Some(json!("9+1")));
    let transport = server.transport().with_options(options);
    let request = transport
        .request(&PARTS)
        .path("a", "x")
        .path("b", "y")
        .query("at", "x")
        .query("left", "z")
        .query_as("list", ParameterStyle::Form, &["x"])
        .header("x-at", "x")
        .cookie("at", ParameterStyle::Form, "x")
        .form_body(&json!({ "n": "x", "m": "y" }));
    request.empty_response().await.unwrap();
    let sent = server.requests().remove(0);
    for part in [
        "PUT /x/1%2B2y?at=3%2B4&left=z&list=5,6 HTTP/1.1\r\n",
        "x-at: 7+8\r\n",
        "cookie: at=true\r\n",
        "n=9%2B1",
        "m=y",
    ] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
}
