//! Tests of multipart bodies on the wire.

use std::io;

use serde_json::json;

use super::*;
use crate::error::ErrorKind;
use crate::http::loopback::{Loopback, ONCE, response};
use crate::http::operation::Operation;

static UPLOAD: Operation = Operation {
    id: "upload",
    idempotent: true,
    ..ONCE
};

const DECLARED: &[DeclaredPart] = &[
    DeclaredPart {
        name: "file",
        media_type: "image/png",
        kind: PartKind::File,
    },
    DeclaredPart {
        name: "meta",
        media_type: "application/xml",
        kind: PartKind::Field,
    },
];

async fn send(server: &Loopback, body: Multipart) -> Result<(), Error> {
    let request = server.transport().request(&UPLOAD);
    let sent = request
        .multipart_body(body, DECLARED)
        .empty_response()
        .await;
    sent.map(|_| ())
}

/// Returns the head and body of a request, with `B` in place of its boundary.
fn with_fixed_boundary(request: &str) -> (String, String) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (_, boundary) = head.split_once("boundary=").unwrap();
    let boundary = boundary.split("\r\n").next().unwrap();
    assert_eq!(boundary.len(), 32);
    (head.to_ascii_lowercase(), body.replace(boundary, "B"))
}

async fn body_sent(body: Multipart) -> (String, String) {
    let server = Loopback::serving([response(204, &[], "")]).await;
    send(&server, body).await.unwrap();
    with_fixed_boundary(&server.requests()[0])
}

fn chunks(chunks: &[&'static str]) -> impl Stream<Item = io::Result<&'static [u8]>> + use<> {
    let chunks: Vec<_> = chunks.iter().map(|chunk| Ok(chunk.as_bytes())).collect();
    stream::iter(chunks)
}

#[tokio::test]
async fn sends_each_part_with_its_name_file_name_and_media_type() {
    let (head, body) = body_sent(
        Multipart::new()
            .text("a \"b\"", "é\r\n--x")
            .json("j", &json!({ "k": [1] }))
            .bytes("file", vec![b'x'], "r \"1\".csv", "text/csv; charset=utf-8")
            .text("meta", "<a/>")
            .text("file", "plain"),
    )
    .await;
    assert_eq!(
        body,
        "--B\r\ncontent-disposition: form-data; name=\"a %22b%22\"\r\n\r\né\r\n--x\r\n\
         --B\r\ncontent-disposition: form-data; name=\"j\"\r\ncontent-type: application/json\r\n\r\n{\"k\":[1]}\r\n\
         --B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"r %221%22.csv\"\r\n\
         content-type: text/csv; charset=utf-8\r\n\r\nx\r\n\
         --B\r\ncontent-disposition: form-data; name=\"meta\"\r\ncontent-type: application/xml\r\n\r\n<a/>\r\n\
         --B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"file\"\r\ncontent-type: image/png\r\n\r\n\
         plain\r\n--B--\r\n"
    );
    assert_eq!(head.matches("content-type: ").count(), 1, "{head}");
    assert!(head.contains("content-length: "), "{head}");
}

#[tokio::test]
async fn sends_the_members_of_an_object_as_openapi_describes_them() {
    let body = json!({
        "s": "x", "n": 1.5, "b": true, "none": null,
        "list": ["p", 2, { "q": 3 }], "o": { "k": [1] },
    });
    let (_, body) = body_sent(serde_json::from_value(body).unwrap()).await;
    let json = "\r\ncontent-type: application/json";
    let parts = [
        ("s", "", "x"),
        ("n", "", "1.5"),
        ("b", "", "true"),
        ("list", "", "p"),
        ("list", "", "2"),
        ("list", json, "{\"q\":3}"),
        ("o", json, "{\"k\":[1]}"),
    ]
    .map(|(name, media_type, value)| {
        format!(
            "--B\r\ncontent-disposition: form-data; name=\"{name}\"{media_type}\r\n\r\n{value}\r\n"
        )
    });
    assert_eq!(body, format!("{}--B--\r\n", parts.concat()));
    assert!(serde_json::from_value::<Multipart>(json!([1])).is_err());
}

#[tokio::test]
async fn retries_the_same_bytes_but_sends_a_stream_once() {
    let behaviors = [response(503, &[], ""), response(204, &[], "")];
    let server = Loopback::serving(behaviors.clone()).await;
    send(&server, Multipart::new().text("a", "1"))
        .await
        .unwrap();
    let requests = server.requests();
    assert_eq!((requests.len(), &requests[0]), (2, &requests[1]));

    let server = Loopback::serving(behaviors).await;
    let body = Multipart::new().stream(
        "f",
        chunks(&["ab", "", "c"]),
        Some(3),
        "f.txt",
        "text/plain",
    );
    let again = body.clone();
    let error = send(&server, body).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    let error = send(&server, again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        error.to_string().contains("`f` was already sent"),
        "{error}"
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = with_fixed_boundary(&requests[0]);
    assert!(!head.contains("transfer-encoding"), "{head}");
    assert!(head.contains("content-length: "), "{head}");
    assert!(
        body.contains("filename=\"f.txt\"\r\ncontent-type: text/plain\r\n\r\nabc\r\n--B--\r\n")
    );
}

#[tokio::test]
async fn sends_a_stream_of_unknown_length_in_chunks() {
    let body = Multipart::new().text("a", "1");
    let body = body.stream("f", chunks(&["abc"]), None, "f", "text/plain");
    let (head, body) = body_sent(body).await;
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    assert!(!head.contains("content-length"), "{head}");
    assert!(body.contains("\r\nabc\r\n"), "{body}");
}

#[tokio::test]
async fn a_stream_of_another_length_than_declared_is_an_error() {
    for (length, content) in [(2, "abc"), (4, "abc")] {
        let server = Loopback::serving([response(204, &[], "")]).await;
        let body =
            Multipart::new().stream("f", chunks(&[content]), Some(length), "f", "text/plain");
        assert!(send(&server, body).await.is_err(), "{length}");
    }
}

#[tokio::test]
async fn rejects_invalid_names_and_media_types_without_sending() {
    let server = Loopback::serving([]).await;
    let new = Multipart::new;
    for (body, problem) in [
        (new().text("", "x"), "an empty name"),
        (
            new().text("a\r\nx: y", "x"),
            "\"a\\r\\nx: y\" has a control character",
        ),
        (
            new().bytes("a", "x", "f\nx: y", "text/plain"),
            "the file name of the part `a`",
        ),
        (
            new().bytes("a", "x", "f", "text/plain\r\nx: y"),
            "the media type of the part `a`",
        ),
        (
            new().bytes("a", "x", "f", "text"),
            "the media type of the part `a`",
        ),
        (
            new().stream("a", chunks(&[]), None, "f", ""),
            "the media type of the part `a`",
        ),
        (
            new().text("\n", "x").text("", "x"),
            "\"\\n\" has a control character",
        ),
    ] {
        let error = send(&server, body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        let shown = error.to_string();
        assert!(shown.contains(problem), "{problem} in {shown}");
        assert!(shown.contains("`body`"), "{shown}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn sends_no_body_without_parts() {
    let server = Loopback::serving([response(204, &[], "")]).await;
    send(&server, Multipart::new()).await.unwrap();
    assert!(!server.requests()[0].contains("multipart"));
}

#[test]
fn debug_output_has_names_but_no_contents() {
    let body = Multipart::new().text("password", "hunter2");
    assert_eq!(format!("{body:?}"), "[\"password\"]");
}
