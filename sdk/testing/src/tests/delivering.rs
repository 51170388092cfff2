//! Tests of webhook deliveries. The receiver is a second fake, which responds with 404 but records the requests.

use std::time::Duration;

use serde_json::{Value, json};

use super::Client;
use crate::{FakePipedream, signature};

#[tokio::test]
async fn delivers_signed_events_to_each_webhook() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");
    let url = format!("{}/hook", receiver.base_url());
    let (id, key) = fake.add_trigger_webhook(&trigger, &url);
    fake.add_trigger_webhook(&trigger, "http://127.0.0.1:1/nobody");

    let deliveries = fake.deliver(&trigger, json!({ "issue": 7 })).await;
    let statuses: Vec<_> = deliveries.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(404), None]);
    assert_eq!(
        (&deliveries[0].webhook_id, &deliveries[0].url),
        (&Some(id), &url)
    );

    let received = receiver.last_call();
    assert_eq!(received.json(), json!({ "issue": 7 }));
    assert_eq!(received.header("x-pd-emitter-id"), Some(trigger.as_str()));
    assert_eq!(received.header("x-pd-external-user-id"), Some("user-1"));
    let signed = received.header("x-pd-signature").unwrap();
    let at = signed
        .strip_prefix("t=")
        .unwrap()
        .split_once(',')
        .unwrap()
        .0;
    assert_eq!(
        signed,
        signature(&key, at.parse().unwrap(), received.body())
    );
}

#[tokio::test]
async fn delivers_nothing_to_a_deactivated_webhook_until_reset() {
    let fake = FakePipedream::start().await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");
    let (id, _) = fake.add_trigger_webhook(&trigger, "http://127.0.0.1:1/nobody");
    let client = super::Client::new(&fake);
    let webhooks = format!("{{p}}/deployed-triggers/{trigger}/webhooks");
    fake.deactivate_webhook(&id);
    assert!(fake.deliver(&trigger, json!({})).await.is_empty());
    let (_, shown) = client
        .get(&format!("{webhooks}?external_user_id=user-1"))
        .await;
    let given_up = &shown["webhooks"][0];
    assert_eq!(given_up["active"], false);
    assert_eq!(given_up["delivery_state"]["state"], "deactivated");

    let reset = format!("{webhooks}/{id}/reset_delivery_state?external_user_id=user-1");
    let (status, response) = client.send(reqwest::Method::POST, &reset, None).await;
    assert_eq!((status, &response["data"]["active"]), (200, &json!(true)));
    assert_eq!(fake.deliver(&trigger, json!({})).await.len(), 1);
}

#[tokio::test]
async fn paused_trigger_delivers_nothing() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");
    fake.add_trigger_webhook(&trigger, receiver.base_url());
    fake.pause_trigger(&trigger);
    assert!(fake.deliver(&trigger, json!({})).await.is_empty());
    assert!(receiver.requests().is_empty());
}

#[tokio::test]
async fn trigger_without_webhook_delivers_to_the_environment_webhook() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let client = Client::new(&fake);
    let hook = |name: &str| json!({ "url": format!("{}/{name}", receiver.base_url()) });
    let (_, set) = client.put("{p}/webhook", hook("all")).await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");

    let deliveries = fake.deliver(&trigger, json!({ "issue": 1 })).await;
    assert_eq!(
        deliveries[0].webhook_id.as_deref(),
        set["data"]["id"].as_str()
    );
    let received = receiver.last_call();
    let signed = received.header("x-pd-signature").unwrap();
    let at = signed
        .strip_prefix("t=")
        .unwrap()
        .split_once(',')
        .unwrap()
        .0;
    let key = set["data"]["signing_key"].as_str().unwrap();
    assert_eq!(signed, signature(key, at.parse().unwrap(), received.body()));

    fake.add_trigger_webhook(&trigger, &format!("{}/own", receiver.base_url()));
    fake.deliver(&trigger, json!({ "issue": 2 })).await;
    let paths: Vec<String> = receiver
        .calls()
        .iter()
        .map(|it| it.path().to_owned())
        .collect();
    assert_eq!(paths, ["/all", "/own"]);
}

/// Creates a Connect token whose `webhook_uri` is the receiver.
async fn token_for(fake: &FakePipedream, receiver: &FakePipedream) -> String {
    let webhook = format!("{}/connected", receiver.base_url());
    let body = json!({ "external_user_id": "user-1", "webhook_uri": webhook, "expires_in": 60 });
    let (_, response) = Client::new(fake).post("{p}/tokens", body).await;
    response["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn posts_a_connected_account_to_the_webhook_uri() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let token = token_for(&fake, &receiver).await;
    let connection = fake.connect(&token, "slack").await;
    let account = connection.account_id.unwrap();
    assert_eq!(connection.delivery.unwrap().status, Some(404));

    let received = receiver.last_call();
    assert_eq!(received.path(), "/connected");
    assert_eq!(received.header("x-pd-signature"), None);
    let text = std::str::from_utf8(received.body()).unwrap();
    let (_, session) = text.split_once(r#""connect_session_id":"#).unwrap();
    let digits = session.chars().take_while(char::is_ascii_digit).count();
    assert!(digits > 20, "{text}");
    let payload: Value = received.json();
    assert_eq!(payload["event"], "CONNECTION_SUCCESS");
    assert_eq!(payload["connect_token"], *token);
    assert_eq!(payload["environment"], "production");
    assert_eq!(payload["account"]["external_id"], "user-1");
    assert!(payload["account"].get("credentials").is_none());
    let client = Client::new(&fake);
    let (_, listed) = client.get("{p}/accounts?external_user_id=user-1").await;
    assert_eq!(listed["data"][0]["id"], *account);
    assert_eq!(payload["account"], listed["data"][0]);
}

#[tokio::test]
async fn create_account_posts_events_to_the_webhook_uri() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let token = token_for(&fake, &receiver).await;
    let client = Client::with_token(&fake, &token);
    let body = json!({ "app_slug": "openai", "cfmap_json": "{}", "connect_token": token });
    fake.connecting_fails("openai", "The key was rejected.");
    let (status, response) = client.post("{p}/accounts", body.clone()).await;
    assert_eq!(
        (status, response),
        (400, json!({ "error": "The key was rejected." }))
    );
    fake.connecting_works("openai");
    assert_eq!(client.post("{p}/accounts", body).await.0, 200);

    let deliveries = fake.connection_deliveries().await;
    assert_eq!(deliveries.len(), 2);
    assert!(deliveries.iter().all(|it| it.webhook_id.is_none()));
    let mut events: Vec<Value> = receiver
        .calls()
        .iter()
        .map(|it| it.json()["event"].take())
        .collect();
    // Deliveries run concurrently.
    events.sort_by_key(Value::to_string);
    assert_eq!(events, ["CONNECTION_ERROR", "CONNECTION_SUCCESS"]);
}

#[tokio::test]
async fn failed_connection_reports_the_reason_and_keeps_the_token() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let token = token_for(&fake, &receiver).await;
    fake.connecting_fails("slack", "Access was denied.");
    for app in ["slack", "no-such-app"] {
        let connection = fake.connect(&token, app).await;
        assert!(connection.account_id.is_none());
        let payload = receiver.last_call().json();
        assert_eq!(payload["event"], "CONNECTION_ERROR");
        assert_eq!(payload["error"].as_str(), connection.error.as_deref());
    }
    let payload: Value = receiver.calls()[0].json();
    assert_eq!(payload["error"], "Access was denied.");

    assert!(fake.connect(&token, "github").await.account_id.is_some());
    let again = fake.connect(&token, "github").await;
    assert!(again.error.unwrap().contains("already"));
    let late = token_for(&fake, &receiver).await;
    fake.advance(Duration::from_secs(61));
    let late = fake.connect(&late, "github").await;
    assert!(late.error.unwrap().contains("expired"));
    let unknown = fake.connect("ctok_unknown", "github").await;
    assert!(unknown.error.is_some() && unknown.delivery.is_none());
}
