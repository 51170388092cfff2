//! Tests of the workflows for apps and components.

use pipedream_sdk_generated::pipedream::types::{
    ConfigurableProp, ConfiguredProps, ProjectEnvironment::Production,
};
use pipedream_sdk_generated::workflows::{
    AppDiscoveryInputs, ConfigureComponentPropInputs, ReloadComponentPropsInputs,
    RunActionForAppInputs, app_discovery, configure_component_prop, reload_component_props,
    run_action_for_app, run_action_for_app::RunActionOutputs,
};
use serde_json::{Value, json};
use tests::consumer::{Consumer, PROJECT, USER, typed};
use tests::sent::SentRequest;

fn configured(props: Value) -> ConfiguredProps {
    typed(props)
}

#[tokio::test]
async fn app_discovery_reads_categories_apps_and_one_app() {
    let it = Consumer::start().await;
    let inputs = AppDiscoveryInputs::new("appcat_Dev3", "slack").query("git");
    let done = app_discovery(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("/v1/connect/app_categories").of_workspace(),
        SentRequest::get("/v1/connect/apps")
            .query("category_ids", "appcat_Dev3")
            .query("has_components", "true")
            .query("q", "git")
            .of_workspace(),
        SentRequest::get("/v1/connect/apps/slack").of_workspace(),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.categories.0.len(), 5);
    let slugs: Vec<&str> = done.apps.iter().map(|app| app.name_slug.as_str()).collect();
    assert_eq!(slugs, ["github", "gitlab"]);
    assert_eq!(done.app.id(), Some("app_Slack2"));
    let search = done.steps.search_apps_in_category.unwrap();
    assert_eq!(search.first_app_slug.as_deref(), Some("github"));
}

#[tokio::test]
async fn omits_a_search_query_that_is_not_set() {
    let it = Consumer::start().await;
    let inputs = AppDiscoveryInputs::new("appcat_Comm2", "slack");
    let done = app_discovery(&it.client, inputs).await.unwrap();
    let sent = it.fake.requests_of("listApps").remove(0);
    assert_eq!(sent.query_parameter("q"), None);
    assert_eq!(sent.query().len(), 2);
    assert_eq!(done.apps[0].name_slug, "slack");
}

#[tokio::test]
async fn configure_component_prop_returns_the_options_of_a_prop() {
    let it = Consumer::start().await;
    let component = "github-create-issue";
    let props = json!({ "github": { "authProvisionId": "apn_Fake1" }, "title": "Broken" });
    let inputs =
        ConfigureComponentPropInputs::new(PROJECT, Production, USER, component, "repoFullname")
            .configured_props(configured(props.clone()));
    let done = configure_component_prop(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get(&format!("{{p}}/components/{component}")),
        SentRequest::post(
            "{p}/components/configure",
            json!({
                "id": component, "external_user_id": USER, "prop_name": "repoFullname",
                "configured_props": props,
            }),
        ),
    ]);
    it.fake.assert_none_rejected();
    let options = serde_json::to_value(done.options).unwrap();
    assert_eq!(
        options[0],
        json!({ "label": "repoFullname 1", "value": "repoFullname-1" })
    );
    let names: Vec<_> = done
        .configurable_props
        .iter()
        .map(|prop| prop.name())
        .collect();
    assert_eq!(names.len(), 4);
    assert!(matches!(
        done.configurable_props[0],
        ConfigurableProp::App(_)
    ));
    let steps = done.steps;
    let retrieved = steps.retrieve_component.unwrap();
    assert_eq!(retrieved.component_name, "GitHub: Create Issue");
    assert_eq!(steps.configure_prop.unwrap().string_options, None);
}

#[tokio::test]
async fn omits_configured_props_that_are_not_set() {
    let it = Consumer::start().await;
    let component = "github-create-issue";
    let inputs =
        ConfigureComponentPropInputs::new(PROJECT, Production, USER, component, "repoFullname");
    configure_component_prop(&it.client, inputs).await.unwrap();
    assert_eq!(
        it.fake.last_call().json(),
        json!({ "id": component, "external_user_id": USER, "prop_name": "repoFullname" })
    );
}

#[tokio::test]
async fn reload_component_props_returns_the_dynamic_props() {
    let it = Consumer::start().await;
    let component = "google_sheets-add-single-row";
    let props = json!({ "sheetId": "sheet-1", "worksheetId": 2 });
    let inputs = ReloadComponentPropsInputs::new(
        PROJECT,
        Production,
        USER,
        component,
        configured(props.clone()),
    );
    let done = reload_component_props(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get(&format!("{{p}}/components/{component}")),
        SentRequest::post(
            "{p}/components/props",
            json!({ "id": component, "external_user_id": USER, "configured_props": props }),
        ),
    ]);
    it.fake.assert_none_rejected();
    let dynamic = done.dynamic_props.unwrap();
    assert!(dynamic.id.unwrap().starts_with("dyp_"));
    assert_eq!(
        dynamic.configurable_props.unwrap().len(),
        done.configurable_props.len() + 1
    );
    assert_eq!(done.steps.reload_props.unwrap().observations, []);
}

#[tokio::test]
async fn run_action_for_app_returns_the_result_of_the_action() {
    let it = Consumer::start().await;
    it.fake
        .action_returns("slack-send-message", json!({ "ok": true, "ts": 17 }));
    let props = json!({ "channel": "C1", "text": "Hello", "unfurl": false });
    let inputs =
        RunActionForAppInputs::new(PROJECT, Production, USER, "slack", "slack-send-message")
            .configured_props(configured(props.clone()));
    let done = run_action_for_app(&it.client, inputs).await.unwrap();

    it.assert_sent([
        SentRequest::get("{p}/actions").query("app", "slack"),
        SentRequest::get("{p}/actions/slack-send-message"),
        SentRequest::post(
            "{p}/actions/run",
            json!({ "id": "slack-send-message", "external_user_id": USER, "configured_props": props }),
        ),
    ]);
    it.fake.assert_none_rejected();
    assert_eq!(done.ret, Some(json!({ "ok": true, "ts": 17 })));
    assert_eq!(done.action_name, "Slack: Send Message");
    assert_eq!(done.actions[0].key, "slack-send-message");
    let steps = done.steps;
    assert_eq!(
        steps.list_app_actions.unwrap().first_action_key.as_deref(),
        Some("slack-send-message")
    );
    assert!(steps.run_action.unwrap().exports.contains_key("$summary"));
}

#[test]
fn run_record_distinguishes_null_from_no_return_value() {
    for record in [
        json!({ "exports": {} }),
        json!({ "ret": null, "exports": {} }),
        json!({ "ret": { "ok": true }, "exports": { "$summary": "Done" } }),
    ] {
        let outputs: RunActionOutputs = typed(record.clone());
        assert_eq!(serde_json::to_value(outputs).unwrap(), record);
    }
}

/// A 202 has an empty body, so there is no `ret`, and the criterion requires a 200.
#[tokio::test]
async fn accepted_action_stops_the_workflow() {
    use pipedream_sdk_testing::{FakeResponse, Fault};
    let it = Consumer::start().await;
    it.fake
        .on("runAction", Fault::response(FakeResponse::new(202)));
    let inputs =
        RunActionForAppInputs::new(PROJECT, Production, USER, "slack", "slack-send-message");
    let error = run_action_for_app(&it.client, inputs).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 202);
    assert!(error.to_string().contains("$statusCode == 200"), "{error}");
    assert!(error.steps().retrieve_action.is_some());
}
