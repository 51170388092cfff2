//! Tests of OAuth clients, app overrides and rate limits of a project.

use std::time::Duration;

use serde_json::json;

use super::{Client, data};
use crate::FakePipedream;

#[tokio::test]
async fn creates_updates_finds_and_deletes_an_oauth_client() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let body = json!({ "app": "slack", "client_id": "c", "client_secret": "marked", "name": "Ours", "scopes": ["a"] });
    let (status, made) = client.post("{p}/oauth_apps", body).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        (&made["name"], &made["name_slug"]),
        (&json!("Ours"), &json!("slack"))
    );
    let path = format!("{{p}}/oauth_apps/{}", made["id"].as_str().unwrap());

    let (_, changed) = client
        .put(&path, json!({ "client_id": "", "description": "New" }))
        .await;
    assert_eq!(
        (&changed["client_id"], &changed["description"]),
        (&json!("c"), &json!("New"))
    );
    assert!(!changed.to_string().contains("marked"), "{changed}");
    assert_eq!(client.get(&path).await.1, changed);

    let (_, unnamed) = client
        .post("{p}/oauth_apps", json!({ "app": "github" }))
        .await;
    assert_eq!(
        (&unnamed["name"], &unnamed["client_id"]),
        (&json!("GitHub"), &json!(null))
    );
    let (_, found) = client.get("{p}/oauth_apps?app=slack&q=our").await;
    assert_eq!(data(&found).len(), 1);
    assert_eq!(client.get("{p}/oauth_apps?app=nothing").await.0, 404);
    let keys = client
        .post("{p}/oauth_apps", json!({ "app": "openai" }))
        .await;
    assert_eq!(keys.0, 400, "{}", keys.1);

    assert_eq!(client.delete(&path).await, 204);
    assert_eq!(client.get(&path).await.0, 404);
    assert_eq!(data(&client.get("{p}/oauth_apps").await.1).len(), 1);
}

#[tokio::test]
async fn app_override_requires_a_unique_name_and_rejects_secrets() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let oauth_app = fake.add_oauth_app("slack");
    let body = json!({ "app": "slack", "name": "N", "oauth_app_id": oauth_app, "cfmap": { "host": "a.example" } });
    let (status, made) = client.post("{p}/app_overrides", body.clone()).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(made["oauth_app_id"], oauth_app);
    assert_eq!(client.post("{p}/app_overrides", body).await.0, 400);
    let secret = json!({ "app": "openai", "name": "M", "cfmap": { "api_key": "sk" } });
    assert_eq!(client.post("{p}/app_overrides", secret).await.0, 400);
    let other = json!({ "app": "github", "name": "M", "oauth_app_id": oauth_app });
    assert_eq!(client.post("{p}/app_overrides", other).await.0, 400);

    let path = format!("{{p}}/app_overrides/{}", made["id"].as_str().unwrap());
    let (_, changed) = client.put(&path, json!({ "name": "M" })).await;
    assert_eq!(
        (&changed["name"], &changed["oauth_app_id"]),
        (&json!("M"), &json!(oauth_app))
    );
    assert_eq!(client.get(&path).await.1, changed);
    assert_eq!(
        data(&client.get("{p}/app_overrides?app=slack").await.1).len(),
        1
    );
    assert_eq!(
        data(&client.get("{p}/app_overrides?app=github").await.1).len(),
        0
    );
    assert_eq!(client.delete(&path).await, 204);
    assert_eq!(client.delete(&path).await, 404);
}

#[tokio::test]
async fn connects_an_account_with_the_values_of_an_override() {
    let fake = FakePipedream::start().await;
    let server = Client::new(&fake);
    let id = fake.add_app_override("openai", "EU", json!({ "region": "eu" }));
    let (_, token) = server
        .post("{p}/tokens", json!({ "external_user_id": "u" }))
        .await;
    let token = token["token"].as_str().unwrap();
    let validate = |app: &str| {
        format!("/v1/connect/tokens/{token}/validate?app_id={app}&app_override_id={id}")
    };
    assert_eq!(server.get(&validate("openai")).await.1["success"], true);
    assert_eq!(
        server.get(&validate("slack")).await.1["error"],
        "App override not found"
    );

    let body = json!({
        "app_slug": "openai", "cfmap_json": r#"{"api_key":"sk","region":"us"}"#, "connect_token": token,
        "app_override_id": id,
    });
    let (status, made) = Client::with_token(&fake, token)
        .post("{p}/accounts", body)
        .await;
    assert_eq!(status, 200, "{made}");
    let (_, all) = server
        .get("{p}/users/u/accounts?include_credentials=true&app=openai")
        .await;
    assert_eq!(
        all[0]["credentials"],
        json!({ "api_key": "sk", "region": "eu" })
    );
    assert_eq!(server.get("{p}/users/another/accounts").await.1, json!([]));
}

#[tokio::test]
async fn rejects_requests_beyond_the_rate_limit_of_their_token() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let figures = |window: i64| json!({ "window_size_seconds": window, "requests_per_window": 2 });
    assert_eq!(
        client.post("/v1/connect/rate_limits", figures(0)).await.0,
        400
    );
    let (status, limit) = client.post("/v1/connect/rate_limits", figures(10)).await;
    assert_eq!(status, 200, "{limit}");
    let token = limit["token"].as_str().unwrap();
    let counted = |token: &str| {
        let request = client.request(reqwest::Method::GET, "{p}/accounts", None);
        request.header("x-pd-rate-limit", token).send()
    };
    assert_eq!(counted(token).await.unwrap().status(), 200);
    assert_eq!(counted(token).await.unwrap().status(), 200);
    let rejected = counted(token).await.unwrap();
    assert_eq!(rejected.status(), 429);
    let wait: u64 = rejected.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=10).contains(&wait), "{wait}");
    // Requests without the token are not limited.
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    fake.advance(Duration::from_secs(10));
    assert_eq!(counted(token).await.unwrap().status(), 200);
    assert_eq!(counted("another").await.unwrap().status(), 400);
}
