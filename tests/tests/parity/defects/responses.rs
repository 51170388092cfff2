//! Tests of unexpected responses: unknown values in pages, invalid JSON, any status, redirects and binary data.

use pipedream_sdk::{ErrorKind, Pipedream};
use serde_json::{Value, json};
use tests::recorder::{Recorder, ServerAction};

use crate::client::builder;
use crate::scenarios::responses::token;

/// Starts a server that takes this action for every request except token requests, and creates a client of it.
async fn with_handler(play: ServerAction) -> (Recorder, Pipedream) {
    let recorder = Recorder::with_handler(move |request, before| {
        token(request, before, 3600).unwrap_or_else(|| play.clone())
    })
    .await;
    let pipedream = builder(&recorder).max_retries(0).build().unwrap();
    (recorder, pipedream)
}

async fn listing(data: Value) -> (Recorder, Pipedream) {
    with_handler(ServerAction::json(
        200,
        json!({ "data": data, "page_info": {} }),
    ))
    .await
}

#[tokio::test]
async fn missing_optional_property_does_not_fail_a_page() {
    let bare = json!({ "name_slug": "slack", "name": "Slack" });
    let (_server, pipedream) = listing(json!([bare, bare])).await;
    let apps = pipedream.apps().list().stream().into_vec().await.unwrap();
    assert_eq!(apps.len(), 2);
    let (_server, pipedream) = listing(json!([{ "id": "apn_1", "app": bare }])).await;
    let accounts = pipedream.accounts().list().send().await.unwrap();
    assert_eq!(accounts.data.len(), 1);
}

#[tokio::test]
async fn unknown_enum_value_does_not_fail_a_page() {
    let app = |auth: &str| json!({ "name_slug": "slack", "name": "Slack", "auth_type": auth });
    let (_server, pipedream) = listing(json!([app("oauth"), app("telepathy")])).await;
    let apps = pipedream.apps().list().stream().into_vec().await.unwrap();
    let kinds: Vec<&str> = apps
        .iter()
        .filter_map(|app| app.auth_type().map(|kind| kind.as_str()))
        .collect();
    assert_eq!(kinds, ["oauth", "telepathy"]);
}

#[tokio::test]
async fn invalid_json_is_an_error_with_the_raw_body() {
    for (content_type, body) in [
        ("text/html", "<h1>Maintenance</h1>"),
        ("application/json", "{\"id\": "),
        ("application/json", ""),
    ] {
        let (_server, pipedream) = with_handler(ServerAction::text(200, content_type, body)).await;
        let read = pipedream.accounts().retrieve("apn_1").send().await;
        let error = read.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn error_kind_depends_on_the_status() {
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Rejected),
        (422, ErrorKind::Rejected),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (599, ErrorKind::Server),
    ] {
        let (_server, pipedream) =
            with_handler(ServerAction::json(status, json!({ "error": "no" }))).await;
        let user = pipedream.user("u");
        let failures = [
            user.accounts().list().send().await.err(),
            user.accounts().delete("apn_1").send().await.err(),
            user.actions().run("x").send().await.err(),
            user.apps().list().send().await.err(),
            user.projects().list().send().await.err(),
            user.tokens().create().send().await.err(),
            user.tokens().validate("ctok_1", "app_1").send().await.err(),
            user.usage().list(1, 2).send().await.err(),
            user.file_stash().download_file("k").send().await.err(),
        ];
        for failure in failures {
            let error = failure.expect("an error");
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.message().as_deref(), Some("no"), "{error}");
        }
    }
}

#[tokio::test]
async fn follows_a_redirect_without_service_headers() {
    let storage =
        Recorder::with_handler(|_, _| ServerAction::text(200, "text/plain", "content")).await;
    let location = format!("{}/file?signature=1", storage.base_url());
    let (_server, pipedream) =
        with_handler(ServerAction::empty(302).header("location", &location)).await;
    let download = pipedream
        .file_stash()
        .download_file("k")
        .header("x-mine", "1");
    let mut stream = download.send().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "content");
    let seen = storage.requests();
    assert_eq!((seen.len(), seen[0].query.len()), (1, 1));
    for name in ["authorization", "x-mine", "x-pd-environment", "cookie"] {
        assert_eq!(seen[0].header(name), None, "{name}");
    }

    // A redirect is not followed if the operation does not document it.
    let (_server, pipedream) =
        with_handler(ServerAction::empty(302).header("location", &location)).await;
    assert!(pipedream.accounts().retrieve("apn_1").send().await.is_err());
    assert_eq!(storage.requests().len(), 1);
}

#[tokio::test]
async fn returns_the_proxied_response_unchanged() {
    for content_type in ["application/octet-stream", "application/json", "image/png"] {
        let (_server, pipedream) =
            with_handler(ServerAction::text(418, content_type, "\u{0}{\u{1}")).await;
        let get = pipedream
            .user("u")
            .proxy_as("apn_1")
            .get("https://a.example/f");
        let response = get.send().await.unwrap();
        assert_eq!(response.status(), 418);
        assert_eq!(response.bytes().await.unwrap(), "\u{0}{\u{1}");
    }
}
