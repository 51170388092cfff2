//! Tests of apps and components, without deployments.

use serde_json::json;

use super::{Client, data};
use crate::FakePipedream;

#[tokio::test]
async fn filters_apps_by_name_category_and_components() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    for base in ["/v1/connect", "/v1"] {
        let (_, categories) = client.get(&format!("{base}/app_categories")).await;
        let id = categories[2]["id"].as_str().unwrap();
        let (_, category) = client.get(&format!("{base}/app_categories/{id}")).await;
        assert_eq!(category["name"], "Developer Tools");
        let (_, apps) = client
            .get(&format!("{base}/apps?category_ids={id}&q=lab"))
            .await;
        assert_eq!(data(&apps).len(), 1);
        assert_eq!(data(&apps)[0]["name_slug"], "gitlab");
        let (_, app) = client.get(&format!("{base}/apps/app_Gitlab6")).await;
        assert_eq!(app["data"]["name"], "GitLab");
        assert_eq!(client.get(&format!("{base}/apps/nothing")).await.0, 404);
    }
    let path = "/v1/connect/apps?has_triggers=false&sort_key=featured_weight&sort_direction=desc";
    let (_, without) = client.get(path).await;
    let slugs: Vec<_> = data(&without).iter().map(|it| &it["name_slug"]).collect();
    assert_eq!(
        json!(slugs),
        json!(["notion", "openai", "stripe", "every_prop"])
    );
}

#[tokio::test]
async fn lists_components_by_type_and_app() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let (_, all) = client.get("{p}/components?limit=100").await;
    let (_, actions) = client.get("{p}/actions?limit=100").await;
    let (_, triggers) = client.get("{p}/triggers?limit=100").await;
    assert_eq!(
        data(&all).len(),
        data(&actions).len() + data(&triggers).len()
    );
    let (_, of_github) = client
        .get("{p}/components?app=github&component_type=trigger")
        .await;
    assert_eq!(data(&of_github)[0]["key"], "github-new-issue");
    assert_eq!(client.get("{p}/triggers/github-new-issue").await.0, 200);
    assert_eq!(client.get("{p}/actions/github-new-issue").await.0, 404);
    assert_eq!(
        client
            .get("{p}/components/github-new-issue?version=9.9.9")
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn returns_remote_options_of_a_prop() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let configure = |prop: &str, query: &str| json!({ "id": "slack-send-message", "external_user_id": "u", "prop_name": prop, "query": query });
    for kind in ["actions", "components"] {
        let path = format!("{{p}}/{kind}/configure");
        let (_, options) = client.post(&path, configure("channel", "2")).await;
        assert_eq!(
            options["options"],
            json!([{ "label": "channel 2", "value": "channel-2" }])
        );
        let (status, none) = client.post(&path, configure("text", "")).await;
        assert_eq!((status, &none["options"]), (200, &json!(null)));
        assert_eq!(none["errors"].as_array().unwrap().len(), 1);
        assert_eq!(client.post(&path, configure("nothing", "")).await.0, 400);
    }
    let (status, _) = client
        .post("{p}/triggers/configure", configure("channel", ""))
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn run_accepts_the_props_of_a_reload() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let mut body = json!({
        "id": "google_sheets-add-single-row", "external_user_id": "u", "configured_props": { "worksheetId": 1 },
    });
    let (_, reloaded) = client.post("{p}/components/props", body.clone()).await;
    let props = reloaded["dynamicProps"]["configurableProps"]
        .as_array()
        .unwrap();
    assert!(props.iter().any(|it| it["name"] == "worksheetId_detail"));
    body["dynamic_props_id"] = reloaded["dynamicProps"]["id"].clone();
    assert_eq!(client.post("{p}/actions/run", body.clone()).await.0, 200);
    body["dynamic_props_id"] = json!("dyp_unknown");
    assert_eq!(client.post("{p}/actions/run", body).await.0, 400);
}

#[tokio::test]
async fn runs_return_the_configured_result_and_use_credits() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let body = json!({
        "id": "every_prop-use", "external_user_id": "u", "stash_id": "NEW",
        "configured_props": { "any": null, "integer": 0, "strings": ["a"], "app": { "authProvisionId": "apn_1" } },
    });
    let (_, echo) = client.post("{p}/actions/run", body.clone()).await;
    assert_eq!(echo["ret"]["configured_props"], body["configured_props"]);
    assert!(echo["stash_id"].as_str().unwrap().starts_with("stash_"));
    fake.action_returns("every_prop-use", json!([1, 2]));
    let (_, set) = client.post("{p}/actions/run", body.clone()).await;
    assert_eq!(set["ret"], json!([1, 2]));
    fake.action_fails("every_prop-use", "it broke");
    let (status, failed) = client.post("{p}/actions/run", body).await;
    assert_eq!(status, 200);
    assert_eq!(failed["os"][1]["err"]["message"], "it broke");

    let (_, usage) = client
        .get("/v1/connect/usage?start_ts=0&end_ts=99999999999")
        .await;
    assert_eq!(data(&usage)[0]["action_run_credits_used"], 3);
    assert_eq!(data(&usage)[0]["credits_used"], 3);
    let (_, none) = client.get("/v1/connect/usage?start_ts=0&end_ts=1").await;
    assert_eq!(data(&none)[0]["credits_used"], 0);
    assert_eq!(
        client.get("/v1/connect/usage?start_ts=2&end_ts=1").await.0,
        400
    );
}

#[tokio::test]
async fn adds_apps_and_components() {
    let fake = FakePipedream::start().await;
    fake.add_app(json!({
        "id": "app_Mine", "name_slug": "mine", "name": "Mine", "auth_type": null, "img_src": "https://a.example/i",
        "custom_fields_json": null, "categories": [], "featured_weight": 1.5,
    }));
    fake.add_component(json!({
        "key": "mine-do", "name": "Mine: Do", "version": "1.2.3", "component_type": "action",
        "configurable_props": [{ "name": "mine", "type": "app", "app": "mine" }],
    }));
    fake.add_account("u", "mine");
    let (_, actions) = Client::new(&fake).get("{p}/actions?app=mine").await;
    assert_eq!(data(&actions)[0]["version"], "1.2.3");
}
