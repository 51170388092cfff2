//! Tests of the workflows for deployed triggers.

use pipedream_sdk_generated::pipedream::types::{Emitter, ProjectEnvironment::Production};
use pipedream_sdk_generated::workflows::{
    DeployTriggerInputs, PauseDeployedTriggerInputs, RotateTriggerWebhookKeyInputs,
    SetTriggerWebhooksInputs, SetTriggerWorkflowsInputs, TriggerEventsPollInputs, deploy_trigger,
    pause_deployed_trigger, rotate_trigger_webhook_key, set_trigger_webhooks,
    set_trigger_workflows, trigger_events_poll,
};
use serde_json::json;
use tests::consumer::{Consumer, PROJECT, USER, typed};
use tests::sent::SentRequest;

const COMPONENT: &str = "github-new-issue";

/// Returns the path of a trigger or of its subresource.
fn of(trigger: &str, rest: &str) -> String {
    format!("{{p}}/deployed-triggers/{trigger}{rest}")
}

fn is_active(trigger: &Emitter) -> bool {
    match trigger {
        Emitter::DeployedComponent(component) => component.active,
        other => panic!("no component: {other:?}"),
    }
}

#[tokio::test]
async fn deploy_trigger_returns_the_id_of_the_deployed_trigger() {
    let it = Consumer::start().await;
    let props = json!({ "repoFullname": "a/b" });
    let inputs = DeployTriggerInputs::new(PROJECT, Production, USER, "github", COMPONENT)
        .configured_props(typed::<
            pipedream_sdk_generated::pipedream::types::ConfiguredProps,
        >(props.clone()))
        .webhook_url("https://example.com/hook");
    let done = deploy_trigger(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("{p}/triggers").query("app", "github"),
        SentRequest::get(&format!("{{p}}/triggers/{COMPONENT}")),
        SentRequest::post(
            "{p}/triggers/deploy",
            json!({
                "id": COMPONENT, "external_user_id": USER, "configured_props": props,
                "webhook_url": "https://example.com/hook",
            }),
        ),
        SentRequest::get("{p}/deployed-triggers").query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    let id = done.deployed_trigger_id.unwrap();
    assert!(id.starts_with("dc_"), "{id}");
    assert_eq!(done.deployed_triggers[0].id(), Some(id.as_str()));
    let steps = done.steps;
    let listed = steps.list_app_triggers.unwrap();
    assert_eq!(listed.first_trigger_key.as_deref(), Some(COMPONENT));
    let retrieved = steps.retrieve_trigger.unwrap();
    assert_eq!(retrieved.trigger_name, "GitHub: New Issue");
}

#[tokio::test]
async fn omits_trigger_inputs_that_are_not_set() {
    let it = Consumer::start().await;
    let inputs = DeployTriggerInputs::new(PROJECT, Production, USER, "github", COMPONENT);
    deploy_trigger(&it.client, inputs).await.unwrap();
    assert_eq!(
        it.fake.requests_of("deployTrigger").remove(0).json(),
        json!({ "id": COMPONENT, "external_user_id": USER })
    );
}

#[tokio::test]
async fn pause_deployed_trigger_only_changes_the_active_flag() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    let inputs = PauseDeployedTriggerInputs::new(PROJECT, Production, USER, trigger.as_str());
    let done = pause_deployed_trigger(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get(&of(&trigger, "")).query("external_user_id", USER),
        SentRequest::put(&of(&trigger, ""), json!({ "active": false }))
            .query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    assert!(is_active(&done.trigger));
    assert!(!is_active(&done.updated_trigger));
    assert!(
        !it.fake.emit(&trigger, json!({ "n": 1 })),
        "the trigger is paused"
    );
}

#[tokio::test]
async fn trigger_events_poll_returns_the_latest_events() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    for number in 1..=3 {
        it.fake.emit(&trigger, json!({ "number": number }));
    }
    let inputs = TriggerEventsPollInputs::new(PROJECT, Production, USER, trigger.as_str());
    let done = trigger_events_poll(&it.client, inputs.event_count(2))
        .await
        .unwrap();

    it.assert_sent([
        SentRequest::get(&of(&trigger, "")).query("external_user_id", USER),
        SentRequest::get(&of(&trigger, "/events"))
            .query("external_user_id", USER)
            .query("n", "2"),
    ]);
    it.fake.assert_none_rejected();
    let numbers: Vec<_> = done.events.iter().map(|event| &event.e["number"]).collect();
    assert_eq!(numbers, [3, 2]);
    assert_eq!(done.trigger.id(), Some(trigger.as_str()));
    let listed = done.steps.list_trigger_events.unwrap();
    assert_eq!(listed.latest_event_id, Some(done.events[0].id.clone()));
}

#[tokio::test]
async fn omits_an_event_count_that_is_not_set() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    let inputs = TriggerEventsPollInputs::new(PROJECT, Production, USER, trigger.as_str());
    let done = trigger_events_poll(&it.client, inputs).await.unwrap();
    assert_eq!(it.fake.last_call().query_parameter("n"), None);
    assert_eq!(done.events, []);
    assert_eq!(
        done.steps.list_trigger_events.unwrap().latest_event_id,
        None
    );
}

#[tokio::test]
async fn set_trigger_webhooks_replaces_the_list() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    it.fake
        .add_trigger_webhook(&trigger, "https://example.com/old");
    let urls = vec![
        "https://example.com/a".to_owned(),
        "https://example.com/b".to_owned(),
    ];
    let inputs =
        SetTriggerWebhooksInputs::new(PROJECT, Production, USER, trigger.as_str(), urls.clone());
    let done = set_trigger_webhooks(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get(&of(&trigger, "")).query("external_user_id", USER),
        SentRequest::put(&of(&trigger, "/webhooks"), json!({ "webhook_urls": urls }))
            .query("external_user_id", USER),
        SentRequest::get(&of(&trigger, "/webhooks")).query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.applied_webhook_urls, urls);
    assert_eq!(done.verified_webhook_urls, urls);
}

#[tokio::test]
async fn sends_an_empty_list_of_webhooks() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    let inputs =
        SetTriggerWebhooksInputs::new(PROJECT, Production, USER, trigger.as_str(), Vec::new());
    let done = set_trigger_webhooks(&it.client, inputs).await.unwrap();
    let sent = it
        .fake
        .requests_of("updateDeployedTriggerWebhooks")
        .remove(0);
    assert_eq!(sent.json(), json!({ "webhook_urls": [] }));
    assert!(done.verified_webhook_urls.is_empty());
}

#[tokio::test]
async fn set_trigger_workflows_replaces_the_list() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    let ids = vec!["p_abc".to_owned(), "p_def".to_owned()];
    let inputs =
        SetTriggerWorkflowsInputs::new(PROJECT, Production, USER, trigger.as_str(), ids.clone());
    let done = set_trigger_workflows(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get(&of(&trigger, "")).query("external_user_id", USER),
        SentRequest::put(&of(&trigger, "/pipelines"), json!({ "workflow_ids": ids }))
            .query("external_user_id", USER),
        SentRequest::get(&of(&trigger, "/pipelines")).query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    let applied: Vec<&str> = done
        .applied_workflow_ids
        .iter()
        .map(|id| id.as_str())
        .collect();
    assert_eq!(applied, ids);
    assert_eq!(done.applied_workflow_ids, done.verified_workflow_ids);
}

#[tokio::test]
async fn rotate_trigger_webhook_key_returns_both_keys() {
    let it = Consumer::start().await;
    let trigger = it.fake.deploy_trigger(USER, COMPONENT);
    let (webhook, key) = it
        .fake
        .add_trigger_webhook(&trigger, "https://example.com/hook");
    let inputs = RotateTriggerWebhookKeyInputs::new(
        PROJECT,
        Production,
        USER,
        trigger.as_str(),
        webhook.as_str(),
    );
    let done = rotate_trigger_webhook_key(&it.client, inputs)
        .await
        .unwrap();

    let path = of(&trigger, &format!("/webhooks/{webhook}"));
    it.assert_sent([
        SentRequest::get(&path).query("external_user_id", USER),
        SentRequest::post_without_body(&format!("{path}/regenerate_signing_key"))
            .query("external_user_id", USER),
        SentRequest::get(&path).query("external_user_id", USER),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.previous_webhook.signing_key.expose(), key);
    assert_ne!(done.new_webhook.signing_key.expose(), key);
    assert_eq!(done.new_webhook.id, webhook);
    assert_eq!(done.steps.regenerate_signing_key.unwrap().regenerated, 200);
}
