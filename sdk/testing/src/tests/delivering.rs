//! Deliveries to webhooks. The receiver is a second fake: it has no such path, but it records what came.

use serde_json::json;

use crate::{FakePipedream, signature};

#[tokio::test]
async fn an_event_is_delivered_signed_to_each_webhook() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");
    let url = format!("{}/hook", receiver.base_url());
    let (id, key) = fake.add_trigger_webhook(&trigger, &url);
    fake.add_trigger_webhook(&trigger, "http://127.0.0.1:1/nobody");

    let deliveries = fake.deliver(&trigger, json!({ "issue": 7 })).await;
    let statuses: Vec<_> = deliveries.iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(404), None]);
    assert_eq!((&deliveries[0].webhook_id, &deliveries[0].url), (&id, &url));

    let came = receiver.last_call();
    assert_eq!(came.json(), json!({ "issue": 7 }));
    assert_eq!(came.header("x-pd-emitter-id"), Some(trigger.as_str()));
    assert_eq!(came.header("x-pd-external-user-id"), Some("user-1"));
    let signed = came.header("x-pd-signature").unwrap();
    let at = signed
        .strip_prefix("t=")
        .unwrap()
        .split_once(',')
        .unwrap()
        .0;
    assert_eq!(signed, signature(&key, at.parse().unwrap(), came.body()));
}

#[tokio::test]
async fn a_paused_trigger_delivers_nothing() {
    let fake = FakePipedream::start().await;
    let receiver = FakePipedream::start().await;
    let trigger = fake.deploy_trigger("user-1", "github-new-issue");
    fake.add_trigger_webhook(&trigger, receiver.base_url());
    fake.pause_trigger(&trigger);
    assert!(fake.deliver(&trigger, json!({})).await.is_empty());
    assert!(receiver.requests().is_empty());
}
