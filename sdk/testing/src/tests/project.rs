//! Tests of projects, their webhook, the proxy and the file stash.

use reqwest::Method;
use serde_json::json;

use super::{Client, data};
use crate::{FakePipedream, FakeResponse};

#[tokio::test]
async fn creates_updates_and_deletes_projects() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let body = json!({ "name": "New", "support_email": "help@a.example" });
    let (status, project) = client.post("/v1/connect/projects", body).await;
    assert_eq!(status, 201);
    let path = format!("/v1/connect/projects/{}", project["id"].as_str().unwrap());
    let body = Some(json!({ "app_name": "App" }));
    let (_, changed) = client.send(Method::PATCH, &path, body).await;
    assert_eq!(
        (&changed["name"], &changed["app_name"]),
        (&json!("New"), &json!("App"))
    );
    assert_eq!(client.get(&path).await, (200, changed));
    let (_, list) = client.get("/v1/connect/projects?q=new").await;
    assert_eq!(data(&list).len(), 1);
    let logo = |text: &str| json!({ "logo": text });
    let logo_path = path.clone() + "/logo";
    let (status, _) = client
        .post(&logo_path, logo("data:image/png;base64,iVBORw0="))
        .await;
    assert_eq!(status, 200);
    assert_eq!(client.post(&logo_path, logo("no image")).await.0, 400);
    assert_eq!(client.delete(&path).await, 204);
    assert_eq!(client.get(&path).await.0, 404);
    assert_eq!(client.get("/v1/connect/proj_none/accounts").await.0, 404);
}

#[tokio::test]
async fn project_info_lists_connected_apps() {
    let fake = FakePipedream::start().await;
    fake.add_account("u", "slack");
    let (_, info) = Client::new(&fake).get("{p}/projects/info").await;
    assert_eq!(
        info["apps"],
        json!([{ "id": "app_Slack2", "name_slug": "slack" }])
    );
}

#[tokio::test]
async fn environment_webhook_shows_its_key_once() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    assert_eq!(
        client.get("{p}/webhook").await,
        (200, json!({ "data": null }))
    );
    assert_eq!(client.delete("{p}/webhook").await, 404);
    let body = json!({ "url": "https://a.example/hook" });
    let (_, set) = client.put("{p}/webhook", body.clone()).await;
    let key = set["data"]["signing_key"].clone();
    assert!(key.is_string());
    let (_, again) = client.put("{p}/webhook", body).await;
    assert!(again["data"].get("signing_key").is_none());
    assert_eq!(again["data"]["id"], set["data"]["id"]);
    let regenerate = "{p}/webhook/regenerate_signing_key";
    let (_, new) = client.send(Method::POST, regenerate, None).await;
    assert_ne!(new["data"]["signing_key"], key);
    assert_eq!(client.delete("{p}/webhook").await, 204);
    assert_eq!(client.send(Method::POST, regenerate, None).await.0, 404);
    let other = Client {
        environment: "development",
        ..Client::new(&fake)
    };
    assert_eq!(
        other.get("{p}/webhook").await,
        (200, json!({ "data": null }))
    );
}

/// `https://a.example/x?y=1` in Base64.
const TARGET: &str = "aHR0cHM6Ly9hLmV4YW1wbGUveD95PTE";

#[tokio::test]
async fn proxy_describes_the_request_or_returns_the_upstream_response() {
    let fake = FakePipedream::start().await;
    let account = fake.add_account("u", "slack");
    let path = format!("{{p}}/proxy/{TARGET}?external_user_id=u&account_id={account}");
    let client = Client::new(&fake);
    for (method, body) in [
        (Method::GET, None),
        (Method::DELETE, None),
        (Method::POST, Some(json!({ "a": 1 }))),
        (Method::PUT, Some(json!({ "a": 1 }))),
        (Method::PATCH, Some(json!({ "a": 1 }))),
    ] {
        let request = client.request(method.clone(), &path, body.clone());
        let response = request
            .header("x-pd-proxy-x-trace", "7")
            .send()
            .await
            .unwrap();
        let echo: serde_json::Value = response.json().await.unwrap();
        assert_eq!(echo["method"], method.as_str());
        assert_eq!(echo["url"], "https://a.example/x?y=1");
        assert_eq!(echo["headers"], json!({ "x-trace": "7" }));
        assert_eq!(echo["body"], body.unwrap_or_default());
    }
    let request = client.request(Method::GET, &path, None);
    let rejected = request
        .header("x-pd-proxy-cookie", "a=b")
        .send()
        .await
        .unwrap();
    assert_eq!(rejected.status(), 400);
    let response = FakeResponse::new(418)
        .header("x-own", "1")
        .body("text/plain", "teapot");
    fake.upstream("https://a.example/", response);
    let response = client.request(Method::GET, &path, None).send().await;
    let response = response.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-own"]),
        (418, &"1".parse().unwrap())
    );
    let other_user = format!("{{p}}/proxy/{TARGET}?external_user_id=other&account_id={account}");
    assert_eq!(client.get(&other_user).await.0, 404);
}

#[tokio::test]
async fn downloads_files_directly_or_through_a_redirect_without_credentials() {
    let fake = FakePipedream::start().await;
    fake.add_file("1day/a/b/c/u/here.txt", "here");
    fake.add_redirected_file("1day/a/b/c/u/there.txt", "there");
    let client = Client::new(&fake);
    let download = async |key: &str| {
        let path = format!("{{p}}/file_stash/download?s3_key={key}");
        let response = client
            .request(Method::GET, &path, None)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(
        download("1day/a/b/c/u/here.txt").await,
        (200, "here".to_owned())
    );
    assert_eq!(
        download("1day/a/b/c/u/there.txt").await,
        (200, "there".to_owned())
    );
    assert!(fake.last_call().bearer().is_none());
    assert_eq!(download("1day/a/b/c/u/none.txt").await.0, 404);
    assert_eq!(download("invalid").await.0, 400);
}
