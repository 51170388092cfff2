//! What is made of answers: pages with what nobody expected, no JSON, any status, redirects, bytes.

use pipedream_sdk::{ErrorKind, Pipedream};
use serde_json::{Value, json};
use tests::recorder::{Play, Recorder};

use crate::client::builder;
use crate::scenarios::answers::token;

/// A client of a server that answers this to everything but token requests, and the server.
async fn answering(play: Play) -> (Recorder, Pipedream) {
    let recorder = Recorder::answering(move |request, before| {
        token(request, before, 3600).unwrap_or_else(|| play.clone())
    })
    .await;
    let pipedream = builder(&recorder).max_retries(0).build().unwrap();
    (recorder, pipedream)
}

async fn listing(data: Value) -> (Recorder, Pipedream) {
    answering(Play::json(200, json!({ "data": data, "page_info": {} }))).await
}

#[tokio::test]
async fn what_the_document_allows_to_be_absent_fails_no_page() {
    let bare = json!({ "name_slug": "slack", "name": "Slack" });
    let (_server, pipedream) = listing(json!([bare, bare])).await;
    let apps = pipedream.apps().list().stream().into_vec().await.unwrap();
    assert_eq!(apps.len(), 2);
    let (_server, pipedream) = listing(json!([{ "id": "apn_1", "app": bare }])).await;
    let accounts = pipedream.accounts().list().send().await.unwrap();
    assert_eq!(accounts.data.len(), 1);
}

#[tokio::test]
async fn a_value_that_is_not_listed_fails_no_page() {
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
async fn an_answer_that_is_no_json_is_an_error_that_keeps_it() {
    for (content_type, body) in [
        ("text/html", "<h1>Maintenance</h1>"),
        ("application/json", "{\"id\": "),
        ("application/json", ""),
    ] {
        let (_server, pipedream) = answering(Play::text(200, content_type, body)).await;
        let read = pipedream.accounts().retrieve("apn_1").send().await;
        let error = read.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn every_status_has_its_kind_whatever_the_operation_documents() {
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
        let (_server, pipedream) = answering(Play::json(status, json!({ "error": "no" }))).await;
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
async fn a_redirect_is_followed_with_nothing_that_is_the_services_own() {
    let storage = Recorder::answering(|_, _| Play::text(200, "text/plain", "content")).await;
    let location = format!("{}/file?signature=1", storage.base_url());
    let (_server, pipedream) = answering(Play::empty(302).header("location", &location)).await;
    let download = pipedream
        .file_stash()
        .download_file("k")
        .header("x-mine", "1");
    let mut stream = download.send().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "content");
    let seen = storage.seen();
    assert_eq!((seen.len(), seen[0].query.len()), (1, 1));
    for name in ["authorization", "x-mine", "x-pd-environment", "cookie"] {
        assert_eq!(seen[0].header(name), None, "{name}");
    }

    // What no operation documents is not followed at all.
    let (_server, pipedream) = answering(Play::empty(302).header("location", &location)).await;
    assert!(pipedream.accounts().retrieve("apn_1").send().await.is_err());
    assert_eq!(storage.seen().len(), 1);
}

#[tokio::test]
async fn what_the_app_answers_comes_as_it_is() {
    for content_type in ["application/octet-stream", "application/json", "image/png"] {
        let (_server, pipedream) = answering(Play::text(418, content_type, "\u{0}{\u{1}")).await;
        let get = pipedream
            .user("u")
            .proxy_as("apn_1")
            .get("https://a.example/f");
        let answer = get.send().await.unwrap();
        assert_eq!(answer.status(), 418);
        assert_eq!(answer.bytes().await.unwrap(), "\u{0}{\u{1}");
    }
}
