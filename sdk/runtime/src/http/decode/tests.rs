//! Tests of decoding responses of the 200s.

use serde::Deserialize;
use tokio::io::AsyncReadExt as _;

use super::*;
use crate::http::loopback::{Behavior, Loopback, OPEN, head, response, truncated_response};
use crate::http::options::CallOptions;

#[derive(Debug, Deserialize, PartialEq)]
struct Thing {
    id: u32,
}

async fn received(behavior: Behavior) -> RawResponse {
    let server = Loopback::serving([behavior]).await;
    let transport = server
        .transport()
        .with_options(CallOptions::new().max_retries(0));
    let request = transport
        .http()
        .get(server.url("/things/1"))
        .build()
        .unwrap();
    transport.send(request, &OPEN).await.unwrap()
}

async fn outcome(received: RawResponse) -> Result<Response<Outcome<Thing>>, Error> {
    received.read().await?.outcome()
}

#[tokio::test]
async fn keeps_status_headers_and_the_raw_body_of_a_decoded_response() {
    let reply = json::<Thing>(received(response(201, &["x-a: 1"], r#"{"id":7,"new":true}"#)).await)
        .await
        .unwrap();
    assert_eq!(reply.value(), &Thing { id: 7 });
    assert_eq!(reply.status(), 201);
    assert_eq!(reply.headers()["x-a"], "1");
    assert_eq!(&reply.body()[..], br#"{"id":7,"new":true}"#);
    assert!(!format!("{reply:?}").contains("new"));
}

#[tokio::test]
async fn a_byte_order_mark_before_json_is_ignored() {
    let reply = json::<Thing>(received(response(200, &[], "\u{feff}{\"id\":7}")).await)
        .await
        .unwrap();
    assert_eq!(reply.value(), &Thing { id: 7 });
}

#[tokio::test]
async fn a_decoding_error_keeps_status_headers_and_body() {
    for body in [r#"{"id":"marked-secret"}"#, "<html>", "", "[]", r#"{"id":"#] {
        let error = json::<Thing>(received(response(200, &["x-a: 1"], body)).await)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.headers().unwrap()["x-a"], "1");
        assert_eq!(error.body(), body.as_bytes());
        assert_eq!(error.attempts(), 1);
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("openThing") && !shown.contains("marked-secret"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn an_error_of_a_truncated_response_keeps_the_received_part() {
    let error = json::<Thing>(received(truncated_response(200, &["x-a: 1"], r#"{"id":7}"#)).await)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Truncated, 200)
    );
    assert_eq!(error.body(), br#"{"id":7}"#);
    assert_eq!(error.headers().unwrap()["x-a"], "1");
}

#[tokio::test]
async fn decodes_a_202_as_accepted_and_a_200_as_finished() {
    let reply = outcome(received(response(202, &[], "")).await)
        .await
        .unwrap();
    assert!(reply.value().is_accepted() && reply.status() == 202);
    let reply = outcome(received(response(204, &[], "")).await)
        .await
        .unwrap();
    assert!(reply.value().is_accepted() && reply.status() == 204);
    let missing = outcome(received(response(200, &[], "")).await).await;
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Decode);
    let reply = outcome(received(response(200, &[], r#"{"id":7}"#)).await)
        .await
        .unwrap();
    assert_eq!(reply.into_value().finished(), Some(Thing { id: 7 }));
    // An undocumented 202 without a body is an error if the operation requires a body.
    let error = json::<Thing>(received(response(202, &[], "")).await)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn keeps_an_unexpected_body_of_an_empty_response() {
    let reply = empty(received(response(204, &[], "")).await).await.unwrap();
    assert_eq!(reply.body().len(), 0);
    let reply = empty(received(response(200, &[], "surprise")).await)
        .await
        .unwrap();
    assert_eq!(&reply.body()[..], b"surprise");
}

#[tokio::test]
async fn streams_chunks_and_reports_a_truncated_body() {
    let reply = stream(received(response(200, &["x-a: 1"], "contents")).await)
        .await
        .unwrap();
    assert_eq!(
        (reply.status().as_u16(), &reply.headers()["x-a"]),
        (200, &"1".parse().unwrap())
    );
    let body = reply.into_value();
    assert_eq!(body.content_length(), Some(8));
    assert_eq!(&body.collect().await.unwrap()[..], b"contents");

    let mut body = stream(received(truncated_response(200, &[], "part")).await)
        .await
        .unwrap()
        .into_value();
    assert_eq!(&body.chunk().await.unwrap().unwrap()[..], b"part");
    assert_eq!(body.chunk().await.unwrap_err().kind(), ErrorKind::Truncated);
    assert!(body.chunk().await.unwrap().is_none());
}

#[tokio::test]
async fn a_stream_times_out_between_chunks() {
    let server = Loopback::serving([Behavior::Pause(
        head(200, &[], 8) + "cont",
        Duration::from_secs(9),
        "ents".into(),
    )])
    .await;
    let options = CallOptions::new().attempt_timeout(Duration::from_millis(100));
    let transport = server.transport().with_options(options);
    let request = transport.http().get(server.url("/")).build().unwrap();
    let mut body = stream(transport.send(request, &OPEN).await.unwrap())
        .await
        .unwrap()
        .into_value();
    assert!(body.chunk().await.unwrap().is_some());
    assert_eq!(body.chunk().await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn copies_a_stream_to_a_writer_until_an_error() {
    let mut file = Vec::new();
    let body = stream(received(response(200, &[], "contents")).await).await;
    let copied = body.unwrap().into_value().copy_to(&mut file).await.unwrap();
    assert_eq!((copied, &file[..]), (8, &b"contents"[..]));

    let mut file = Vec::new();
    let body = stream(received(truncated_response(200, &[], "part")).await).await;
    let error = body
        .unwrap()
        .into_value()
        .copy_to(&mut file)
        .await
        .unwrap_err();
    let error = error
        .into_inner()
        .and_then(|inner| inner.downcast::<Error>().ok());
    assert_eq!(error.unwrap().kind(), ErrorKind::Truncated);
    assert_eq!(file, b"part");

    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let body = stream(received(response(200, &[], "contents")).await).await;
    let error = body
        .unwrap()
        .into_value()
        .copy_to(&mut Full)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

#[tokio::test]
async fn copies_a_stream_to_an_asynchronous_writer_until_an_error() {
    // A small buffer, so that the copy waits for the reader.
    let (mut writer, mut reader) = tokio::io::duplex(3);
    let body = stream(received(response(200, &[], "contents")).await).await;
    let body = body.unwrap().into_value();
    let mut read = String::new();
    let copy = async {
        let copied = body.copy_to_async(&mut writer).await;
        drop(writer);
        copied
    };
    let (copied, _) = tokio::join!(copy, reader.read_to_string(&mut read));
    assert_eq!((copied.unwrap(), read.as_str()), (8, "contents"));

    let mut file = Vec::new();
    let body = stream(received(truncated_response(200, &[], "part")).await).await;
    let copied = body.unwrap().into_value().copy_to_async(&mut file).await;
    let error = copied.unwrap_err().into_inner().unwrap();
    let error = error.downcast::<Error>().unwrap();
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(file, b"part");
}

#[test]
fn decodes_a_part_without_quoting_its_values() {
    let value = serde_json::json!({ "ids": [1, "marked"] });
    let ids = part::<std::collections::BTreeMap<String, Vec<u8>>>(&value);
    let error = ids.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let message = error.to_string();
    assert!(message.contains("ids[1]"), "{message}");
    assert!(!message.contains("marked"), "{message}");
    assert_eq!(part::<u8>(&value["ids"][0]).unwrap(), 1);
}

#[tokio::test]
async fn a_whole_number_is_an_integer() {
    let reply = json::<Vec<i64>>(received(response(200, &[], "[1.0, 2, -3e2]")).await).await;
    assert_eq!(reply.unwrap().into_value(), [1, 2, -300]);
    for body in ["[1.5]", "[1.0, \"a\"]", "[1e300]"] {
        let error = json::<Vec<i64>>(received(response(200, &[], body)).await)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.body(), body.as_bytes());
    }
}
