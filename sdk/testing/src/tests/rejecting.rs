//! Tests of requests that the document does not allow, and of credentials that are not accepted.

use std::panic::catch_unwind;

use pipedream_sdk_generated::pipedream::types;
use reqwest::Method;
use serde_json::json;

use super::Client;
use crate::FakePipedream;

#[tokio::test]
async fn records_the_reason_of_a_rejection() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let (status, response) = client
        .post("{p}/tokens", json!({ "external_user_id": 7 }))
        .await;
    assert_eq!(status, 400);
    let error = response["error"].as_str().unwrap();
    assert!(error.starts_with("body: /external_user_id"), "{error}");
    let last = fake.last_call();
    assert_eq!(last.rejection(), Some(error));
    assert_eq!(last.status(), Some(400));
}

#[tokio::test]
async fn validates_parameters_against_their_schemas() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    for (path, expected) in [
        ("{p}/accounts?limit=many", "query parameter limit"),
        (
            "{p}/accounts?limit=1&limit=2",
            "query parameter limit: repeated",
        ),
        (
            "{p}/accounts?include_credentials=yes",
            "query parameter include_credentials",
        ),
        (
            "{p}/accounts?color=red",
            "query parameter color: not in the document",
        ),
        (
            "{p}/deployed-triggers",
            "query parameter external_user_id: missing",
        ),
        ("/v1/connect/apps?sort_key=size", "query parameter sort_key"),
        (
            "/v1/connect/apps?category_ids=appcat_1&category_ids=x",
            "query parameter category_ids: /1",
        ),
        ("/v1/connect/..%2Fx/accounts", "path parameter project_id"),
    ] {
        let (status, response) = client.get(path).await;
        let error = response["error"].as_str().unwrap();
        assert_eq!(status, 400, "{path}: {error}");
        assert!(error.contains(expected), "{path}: {error}");
    }
    let staging = Client {
        environment: "staging",
        ..Client::new(&fake)
    };
    let (status, response) = staging.get("{p}/accounts").await;
    assert_eq!(status, 400, "{response}");
    fake.assert_calls(["listAccounts"; 4].into_iter().chain([
        "listDeployedTriggers",
        "listApps",
        "listApps",
        "listAccounts",
        "listAccounts",
    ]));
}

#[tokio::test]
async fn validates_the_media_type_of_a_body() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let text = client.request(Method::POST, "{p}/tokens", None);
    let text = text
        .header("content-type", "text/plain")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(text.status(), 415);
    let broken = client.request(Method::POST, "{p}/tokens", None);
    let broken = broken
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    let (status, _) = client.send(Method::POST, "{p}/tokens", None).await;
    assert_eq!(status, 400);
    let (status, _) = client
        .send(Method::GET, "{p}/accounts", Some(json!({})))
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn rejects_the_wrong_type_of_credential() {
    let fake = FakePipedream::start().await;
    let server = Client::new(&fake);
    let (_, token) = server
        .post("{p}/tokens", json!({ "external_user_id": "u" }))
        .await;
    let token = token["token"].as_str().unwrap();
    let account = json!({ "app_slug": "openai", "cfmap_json": "{}", "connect_token": token });
    assert_eq!(server.post("{p}/accounts", account).await.0, 403);
    let client = Client::with_token(&fake, token);
    assert_eq!(client.get("/v1/connect/projects").await.0, 403);
    assert_eq!(
        Client::with_token(&fake, "").get("{p}/accounts").await.0,
        401
    );
    assert_eq!(
        Client::with_token(&fake, "made-up")
            .get("{p}/accounts")
            .await
            .0,
        401
    );
    let narrow = fake.access_token_with_scopes(&["connect:accounts:read"]);
    assert_eq!(
        Client::with_token(&fake, &narrow).get("{p}/users").await.0,
        403
    );
    let wide = fake.access_token_with_scopes(&["connect:users:*"]);
    assert_eq!(
        Client::with_token(&fake, &wide).get("{p}/users").await.0,
        200
    );
    fake.revoke_tokens();
    assert_eq!(client.get("{p}/accounts").await.0, 401);
}

#[tokio::test]
async fn limits_the_development_environment_to_ten_users() {
    let fake = FakePipedream::start().await.in_environment("development");
    let client = Client {
        environment: "development",
        ..Client::new(&fake)
    };
    for number in 0..9 {
        fake.add_user(&format!("user-{number}"));
    }
    let token = |user: &str| json!({ "external_user_id": user });
    assert_eq!(client.post("{p}/tokens", token("user-9")).await.0, 200);
    let (status, response) = client.post("{p}/tokens", token("user-10")).await;
    assert_eq!(status, 403);
    let error = response["error"].as_str().unwrap();
    assert!(error.contains("10 external users"), "{error}");
    let body = json!({ "id": "github-new-issue", "external_user_id": "user-10" });
    assert_eq!(client.post("{p}/triggers/deploy", body).await.0, 403);

    assert_eq!(client.post("{p}/tokens", token("user-3")).await.0, 200);
    assert_eq!(client.delete("{p}/users/user-3").await, 204);
    assert_eq!(client.post("{p}/tokens", token("user-10")).await.0, 200);
    let production = Client::new(&fake);
    assert_eq!(production.post("{p}/tokens", token("user-11")).await.0, 200);
}

#[tokio::test]
async fn limits_an_external_user_id_to_250_characters() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    for (length, expected) in [(0, 400), (250, 200), (251, 400)] {
        let body = json!({ "external_user_id": "ü".repeat(length) });
        let (status, response) = client.post("{p}/tokens", body).await;
        assert_eq!(status, expected, "{length}: {response}");
    }
}

#[tokio::test]
async fn rejects_unknown_paths_and_methods() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    assert_eq!(client.get("/v1/nothing").await.0, 404);
    assert_eq!(client.get("/v1/connect//accounts").await.0, 404);
    assert_eq!(client.delete("/v1/connect/usage").await, 405);
    assert_eq!(fake.requests()[0].operation(), None);
}

#[tokio::test]
async fn debug_output_of_a_request_redacts_secrets() {
    let fake = FakePipedream::start().await;
    let server = Client::new(&fake);
    let (_, token) = server
        .post("{p}/tokens", json!({ "external_user_id": "u" }))
        .await;
    let token = token["token"].as_str().unwrap();
    let client = Client::with_token(&fake, token);
    let account =
        json!({ "app_slug": "openai", "cfmap_json": "{\"k\":\"sk-1\"}", "connect_token": token });
    client.post("{p}/accounts", account).await;
    client
        .get(&format!(
            "/v1/connect/tokens/{token}/validate?app_id=openai"
        ))
        .await;
    let shown = format!("{:?}", fake.requests());
    assert!(!shown.contains(token) && !shown.contains("sk-1"), "{shown}");
    assert!(
        shown.contains("createAccount") && shown.contains("[redacted]"),
        "{shown}"
    );
}

#[tokio::test]
#[should_panic(expected = "actual calls: [\"listAccounts\"]")]
async fn failed_assertion_lists_the_calls() {
    let fake = FakePipedream::start().await;
    Client::new(&fake).get("{p}/accounts").await;
    fake.assert_calls(["listUsers"]);
}

#[tokio::test]
async fn body_as_returns_the_type_or_panics_with_the_reason() {
    let fake = FakePipedream::start().await;
    let body = json!({ "external_user_id": "user-1", "expires_in": 60 });
    Client::new(&fake).post("{p}/tokens", body).await;
    let sent: types::CreateTokenOpts = fake.last_call().body_as();
    assert_eq!(sent.external_user_id, "user-1");
    let other = catch_unwind(|| fake.last_call().body_as::<types::SetWebhookOpts>());
    let message = *other.unwrap_err().downcast::<String>().unwrap();
    for part in ["SetWebhookOpts", "url", "createToken"] {
        assert!(message.contains(part), "{message}");
    }
}
