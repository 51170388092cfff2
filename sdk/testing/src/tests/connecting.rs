//! Tests of tokens, accounts and users.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Client, data};
use crate::FakePipedream;

async fn connect_token(fake: &FakePipedream, user: &str) -> String {
    let body = json!({ "external_user_id": user });
    let (status, response) = Client::new(fake).post("{p}/tokens", body).await;
    assert_eq!(status, 200, "{response}");
    response["token"].as_str().unwrap().to_owned()
}

fn account(token: &str) -> Value {
    json!({
        "app_slug": "openai", "cfmap_json": r#"{"api_key":"sk-1"}"#, "connect_token": token, "name": "Mine",
    })
}

#[tokio::test]
async fn access_token_expires_after_an_hour() {
    let fake = FakePipedream::start().await;
    let credentials = json!({
        "grant_type": "client_credentials",
        "client_id": FakePipedream::CLIENT_ID,
        "client_secret": FakePipedream::CLIENT_SECRET,
    });
    let nobody = Client::with_token(&fake, "");
    let (status, response) = nobody.post("/v1/oauth/token", credentials.clone()).await;
    assert_eq!((status, &response["expires_in"]), (200, &json!(3600)));
    let client = Client::with_token(&fake, response["access_token"].as_str().unwrap());
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    fake.advance(Duration::from_secs(3601));
    assert_eq!(client.get("{p}/accounts").await.0, 401);

    let mut wrong = credentials;
    wrong["client_secret"] = json!("no");
    let (status, response) = nobody.post("/v1/oauth/token", wrong).await;
    assert_eq!(
        (status, response),
        (401, json!({ "error": "invalid_client" }))
    );
}

#[tokio::test]
async fn connect_token_connects_one_account() {
    let fake = FakePipedream::start().await;
    let token = connect_token(&fake, "user-1").await;
    let client = Client::with_token(&fake, &token);
    let (status, created) = client.post("{p}/accounts", account(&token)).await;
    assert_eq!(status, 200, "{created}");
    assert_eq!(created["external_id"], "user-1");
    assert_eq!(created["name"], "Mine");
    let (status, rejected) = client.post("{p}/accounts", account(&token)).await;
    assert_eq!(status, 403, "{rejected}");

    let id = created["id"].as_str().unwrap();
    let server = Client::new(&fake);
    let (_, list) = server.get("{p}/accounts?external_user_id=user-1").await;
    assert_eq!(data(&list)[0]["id"], id);
    assert_eq!(list["page_info"]["total_count"], 1);
    let (_, plain) = server.get(&format!("{{p}}/accounts/{id}")).await;
    assert!(plain.get("credentials").is_none());
    let (_, full) = server
        .get(&format!("{{p}}/accounts/{id}?include_credentials=true"))
        .await;
    assert_eq!(full["credentials"]["api_key"], "sk-1");
    assert_eq!(server.delete(&format!("{{p}}/accounts/{id}")).await, 204);
    assert_eq!(server.delete(&format!("{{p}}/accounts/{id}")).await, 404);
    assert_eq!(server.get(&format!("{{p}}/accounts/{id}")).await.0, 404);
}

#[tokio::test]
async fn validates_a_connect_token_until_it_expires() {
    let fake = FakePipedream::start().await;
    let body = json!({ "external_user_id": "user-1", "expires_in": 60, "success_redirect_uri": "https://a.example" });
    let (_, response) = Client::new(&fake).post("{p}/tokens", body).await;
    let token = response["token"].as_str().unwrap();
    let validate = format!("/v1/connect/tokens/{token}/validate?app_id=openai");
    let nobody = Client::with_token(&fake, "");
    let (status, valid) = nobody.get(&validate).await;
    assert_eq!((status, &valid["success"]), (200, &json!(true)));
    assert_eq!(valid["app"]["name_slug"], "openai");
    assert_eq!(valid["success_redirect_uri"], "https://a.example");
    assert_eq!(valid["project_id"], FakePipedream::PROJECT_ID);
    fake.advance(Duration::from_secs(61));
    let (status, expired) = nobody.get(&validate).await;
    assert_eq!(status, 200);
    assert_eq!(
        expired,
        json!({ "success": false, "error": "Connect token expired" })
    );
    let (status, _) = Client::with_token(&fake, token).get("{p}/accounts").await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn connect_token_only_reads_its_own_user() {
    let fake = FakePipedream::start().await;
    let mine = fake.add_account("user-1", "slack");
    let theirs = fake.add_account("user-2", "slack");
    let token = connect_token(&fake, "user-1").await;
    let mut client = Client::with_token(&fake, &token);
    let (_, list) = client.get("{p}/accounts").await;
    assert_eq!(data(&list).len(), 1);
    assert_eq!(data(&list)[0]["id"], mine);
    assert_eq!(
        client.get("{p}/accounts?external_user_id=user-2").await.0,
        403
    );
    assert_eq!(client.get(&format!("{{p}}/accounts/{theirs}")).await.0, 404);
    client.environment = "development";
    assert_eq!(client.get("{p}/accounts").await.0, 403);
}

#[tokio::test]
async fn filters_and_paginates_accounts() {
    let fake = FakePipedream::start().await;
    for number in 0..5 {
        fake.add_account(&format!("user-{number}"), "slack");
    }
    fake.add_account("user-1", "github");
    let client = Client::new(&fake);
    let (_, github) = client.get("{p}/accounts?app=app_Github3").await;
    assert_eq!(data(&github).len(), 1);
    let mut seen = Vec::new();
    let mut path = "{p}/accounts?app=slack&limit=2".to_owned();
    loop {
        let (_, page) = client.get(&path).await;
        seen.extend(data(&page).iter().map(|it| it["external_id"].clone()));
        let Some(cursor) = page["page_info"]["end_cursor"].as_str() else {
            break;
        };
        path = format!("{{p}}/accounts?app=slack&limit=2&after={cursor}");
    }
    assert_eq!(
        json!(seen),
        json!(["user-0", "user-1", "user-2", "user-3", "user-4"])
    );
}

#[tokio::test]
async fn deletes_accounts_of_an_app_for_all_users() {
    let fake = FakePipedream::start().await;
    fake.add_account("user-1", "slack");
    fake.add_account("user-2", "slack");
    fake.add_account("user-1", "github");
    let client = Client::new(&fake);
    assert_eq!(client.delete("{p}/apps/slack/accounts").await, 204);
    let (_, left) = client.get("{p}/accounts").await;
    assert_eq!(data(&left).len(), 1);
    assert_eq!(client.delete("{p}/apps/slack/accounts").await, 204);
    assert_eq!(client.delete("{p}/apps/no-such-app/accounts").await, 404);
}

#[tokio::test]
async fn deletes_a_user_with_all_data() {
    let fake = FakePipedream::start().await;
    fake.add_account("user/1", "slack");
    fake.deploy_trigger("user/1", "github-new-issue");
    fake.add_user("user-2");
    let client = Client::new(&fake);
    let (_, users) = client.get("{p}/users?q=USER").await;
    assert_eq!(data(&users).len(), 2);
    assert_eq!(client.delete("{p}/users/user%2F1").await, 204);
    assert_eq!(
        fake.last_call().path_parameter("external_user_id"),
        Some("user/1")
    );
    let (_, users) = client.get("{p}/users").await;
    assert_eq!(data(&users).len(), 1);
    let (_, accounts) = client.get("{p}/accounts").await;
    assert!(data(&accounts).is_empty());
    let (_, triggers) = client
        .get("{p}/deployed-triggers?external_user_id=user%2F1")
        .await;
    assert!(data(&triggers).is_empty());
    assert_eq!(client.delete("{p}/users/user%2F1").await, 404);
}
