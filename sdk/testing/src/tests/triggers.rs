//! Tests of deployed triggers, their events, workflows and webhooks.

use serde_json::{Value, json};

use super::{Client, data};
use crate::FakePipedream;

async fn deployed(client: &Client<'_>, webhook: Option<&str>) -> Value {
    let mut body = json!({
        "id": "github-new-issue", "external_user_id": "u",
        "configured_props": { "github": { "authProvisionId": "apn_1" }, "repoFullname": "a/b" },
    });
    if let Some(url) = webhook {
        body["webhook_url"] = json!(url);
    }
    let (status, response) = client.post("{p}/triggers/deploy", body).await;
    assert_eq!(status, 200, "{response}");
    response["data"].clone()
}

fn path(trigger: &Value, rest: &str) -> String {
    let id = trigger["id"].as_str().unwrap();
    format!("{{p}}/deployed-triggers/{id}{rest}?external_user_id=u")
}

#[tokio::test]
async fn lists_pauses_and_deletes_a_deployed_trigger() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let trigger = deployed(&client, None).await;
    assert_eq!(trigger["configured_props"]["repoFullname"], "a/b");
    assert!(trigger.get("webhook_signing_key").is_none());
    let (_, list) = client
        .get("{p}/deployed-triggers?external_user_id=u&emitter_type=source")
        .await;
    assert_eq!(data(&list)[0]["id"], trigger["id"]);
    let (_, http) = client
        .get("{p}/deployed-triggers?external_user_id=u&emitter_type=http")
        .await;
    assert!(data(&http).is_empty());

    let (_, paused) = client
        .put(&path(&trigger, ""), json!({ "active": false }))
        .await;
    assert_eq!(paused["data"]["active"], false);
    assert_eq!(
        paused["data"]["configured_props"],
        trigger["configured_props"]
    );
    let (_, found) = client.get(&path(&trigger, "")).await;
    assert_eq!(found["data"]["active"], false);

    let id = trigger["id"].as_str().unwrap();
    let other_user = format!("{{p}}/deployed-triggers/{id}?external_user_id=other");
    assert_eq!(client.get(&other_user).await.0, 404);
    assert_eq!(client.delete(&path(&trigger, "")).await, 204);
    assert_eq!(client.get(&path(&trigger, "")).await.0, 404);
}

#[tokio::test]
async fn trigger_emits_while_it_is_active() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let trigger = deployed(&client, None).await;
    let id = trigger["id"].as_str().unwrap();
    assert!(fake.emit(id, json!({ "issue": 1 })));
    assert!(fake.emit(id, json!({ "issue": 2 })));
    client
        .put(&path(&trigger, ""), json!({ "active": false }))
        .await;
    assert!(!fake.emit(id, json!({ "issue": 3 })));
    let (_, events) = client.get(&path(&trigger, "/events")).await;
    let issues: Vec<_> = data(&events).iter().map(|it| &it["e"]["issue"]).collect();
    assert_eq!(json!(issues), json!([2, 1]));
    let (_, latest) = client.get(&(path(&trigger, "/events") + "&n=1")).await;
    assert_eq!(data(&latest).len(), 1);
}

#[tokio::test]
async fn replaces_the_workflows_of_a_trigger() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let trigger = deployed(&client, None).await;
    let pipelines = path(&trigger, "/pipelines");
    let ids = json!({ "workflow_ids": ["p_a", "p_b"] });
    assert_eq!(
        client.put(&pipelines, ids.clone()).await,
        (200, ids.clone())
    );
    assert_eq!(client.get(&pipelines).await, (200, ids));
    let invalid = json!({ "workflow_ids": ["x"] });
    assert_eq!(client.put(&pipelines, invalid).await.0, 400);
}

#[tokio::test]
async fn trigger_webhooks_keep_their_keys_until_regenerated() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let trigger = deployed(&client, Some("https://a.example/hook")).await;
    let key = &trigger["webhook_signing_key"];
    assert!(key.is_string());
    let urls = json!({ "webhook_urls": ["https://b.example", "https://a.example/hook"] });
    let (_, set) = client.put(&path(&trigger, "/webhooks"), urls.clone()).await;
    assert_eq!(set["webhook_urls"], urls["webhook_urls"]);
    assert_eq!(set["webhooks"][1]["signing_key"], *key);
    let (_, listed) = client.get(&path(&trigger, "/webhooks")).await;
    assert_eq!(listed, set);

    let webhook = format!("/webhooks/{}", set["webhooks"][1]["id"].as_str().unwrap());
    let (_, one) = client.get(&path(&trigger, &webhook)).await;
    assert_eq!(one["data"]["signing_key"], *key);
    let regenerate = path(&trigger, &(webhook.clone() + "/regenerate_signing_key"));
    let (_, new) = client.send(reqwest::Method::POST, &regenerate, None).await;
    assert_ne!(new["data"]["signing_key"], *key);
    let (_, one) = client.get(&path(&trigger, &webhook)).await;
    assert_eq!(one["data"]["signing_key"], new["data"]["signing_key"]);
    assert_eq!(
        client.get(&path(&trigger, "/webhooks/wh_none")).await.0,
        404
    );
}

#[tokio::test]
async fn connect_token_never_reads_signing_keys() {
    let fake = FakePipedream::start().await;
    let server = Client::new(&fake);
    let body = json!({ "external_user_id": "u" });
    let (_, token) = server.post("{p}/tokens", body).await;
    let client = Client::with_token(&fake, token["token"].as_str().unwrap());
    let trigger = deployed(&client, Some("https://a.example")).await;
    assert!(trigger.get("webhook_signing_key").is_none());
    let (_, listed) = client.get(&path(&trigger, "/webhooks")).await;
    assert!(listed["webhooks"][0].get("signing_key").is_none());
    let id = listed["webhooks"][0]["id"].as_str().unwrap();
    let (status, _) = client
        .get(&path(&trigger, &format!("/webhooks/{id}")))
        .await;
    assert_eq!(status, 403);
}
