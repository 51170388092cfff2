//! Tests of large responses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pipedream_sdk_generated::pipedream::types::ProjectId;
use pipedream_sdk_runtime::{CallOptions, FixedSecret};
use pipedream_sdk_testing::FakeResponse;
use serde_json::json;
use tests::consumer::{self, PROJECT, USER};
use tests::operations::TARGET;
use tests::world::{PRODUCTION, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn decodes_a_list_of_ten_thousand_accounts() {
    let world = World::start().await;
    let accounts: Vec<_> = (0..10_000)
        .map(|number| {
            json!({
                "id": format!("apn_{number}"), "name": format!("Account {number}"), "external_id": USER,
                "healthy": true, "dead": null, "created_at": "2026-04-01T00:00:00.000Z",
                "app": { "id": "app_1", "name_slug": "slack", "name": "Slack", "categories": ["Chat"] },
            })
        })
        .collect();
    let response =
        json!({ "data": accounts, "page_info": { "count": 10_000, "total_count": 10_000 } });
    world.fake.on(
        "listAccounts",
        FakeResponse::new(200).json(response.clone()),
    );
    let listed = world
        .client
        .list_accounts(&world.project, PRODUCTION, &Default::default())
        .await
        .unwrap();
    assert_eq!(listed.body().len(), response.to_string().len());
    let listed = listed.into_value().data;
    assert_eq!(listed.len(), 10_000);
    assert_eq!(listed[9_999].id.as_str(), "apn_9999");
    assert_eq!(listed[9_999].name(), Some("Account 9999"));
}

const SIZE: usize = 50 * 1024 * 1024;
/// Upper limit of the bytes in transit: socket buffers on both sides, and a few chunks.
const ON_ITS_WAY: usize = 16 * 1024 * 1024;

/// Serves one response of [`SIZE`] bytes, and counts the bytes sent.
async fn serve(listener: TcpListener, sent: Arc<AtomicUsize>) {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(socket.read_u8().await.unwrap());
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: {SIZE}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![7_u8; 64 * 1024];
    for _ in 0..SIZE / piece.len() {
        socket.write_all(&piece).await.unwrap();
        sent.fetch_add(piece.len(), Ordering::SeqCst);
    }
}

/// The body is read on demand: a slow reader makes the server wait, and nothing is buffered in between.
#[tokio::test]
async fn streams_fifty_megabytes_through_the_proxy() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicUsize::new(0));
    let server = tokio::spawn(serve(listener, Arc::clone(&sent)));
    let credential = FixedSecret::new(["OAuth2"], "token");
    let client = consumer::client(&base_url, CallOptions::new().credentials(credential));

    let reply = client
        .retrieve_proxy(
            &ProjectId::from(PROJECT),
            TARGET,
            &"apn_1".into(),
            USER,
            PRODUCTION,
        )
        .await
        .unwrap();
    let mut body = reply.into_value();
    assert_eq!(body.content_length(), Some(SIZE as u64));
    let (mut taken, mut largest) = (0, 0);
    while let Some(chunk) = body.chunk().await.unwrap() {
        assert!(chunk.iter().all(|byte| *byte == 7));
        taken += chunk.len();
        largest = largest.max(chunk.len());
        if taken == chunk.len() {
            // Time enough for the server to send everything if it were read.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let on_its_way = sent.load(Ordering::SeqCst).saturating_sub(taken);
        assert!(on_its_way < ON_ITS_WAY, "{on_its_way} bytes are held");
    }
    assert_eq!(taken, SIZE);
    assert!(largest < 2 * 1024 * 1024, "a chunk of {largest} bytes");
    server.await.unwrap();
}
