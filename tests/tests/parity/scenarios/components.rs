//! Scenarios of components: props and context are sent as provided, and omitted values are not sent.

use pipedream_sdk::connect::Props;
use pipedream_sdk::types::RunActionOptsStashIdString;
use serde_json::{Map, json};
use tests::recorder::{ReceivedRequest, ServerAction};

use super::responses::{token, usual};

super::scenarios! {
    action_run [] usual, |it| {
        let props = Props::new()
            .value("list", json!(["a"]))
            .value("n", 1.5)
            .value("nested", json!({ "snakeCase_key": true }))
            .account("slack", "apn_1")
            .value("text", "hi ☃");
        let run = it.user("user-abc").actions().run("slack-send-message").configured_props(props);
        let run = run.dynamic_props_id("dyp_1").version("0.1.0");
        let _ = run.stash_id(RunActionOptsStashIdString::New).send().await;
    }

    action_run_202 [] accepted, |it| {
        let run = it.user("u").actions().run("x").send().await;
        assert!(run.unwrap().is_accepted());
    }

    action_run_stash_true [] usual, |it| {
        let _ = it.user("u").actions().run("x").stash_id(true).send().await;
    }

    configure_prop [] usual, |it| {
        let props = Props::new()
            .value("camelCaseKey", 1)
            .value("nul", json!(null))
            .account("slack", "apn_1");
        let components = it.user("user-abc").components();
        let configure = components.configure_prop("slack-send-message", "channel").blocking(true);
        let configure = configure.configured_props(props).dynamic_props_id("dyp_1").page(0);
        let context = Map::from_iter([("nextCursor".to_owned(), json!("z"))]);
        let _ = configure.prev_context(context).query("gen").send().await;
    }

    reload_props [] usual, |it| {
        let reload = it.user("user-abc").components().reload_props("slack-send-message");
        let props = Props::new().value("a", json!([1, 2]));
        let _ = reload.configured_props(props).send().await;
    }
}

fn accepted(request: &ReceivedRequest, before: usize) -> ServerAction {
    token(request, before, 3600).unwrap_or_else(|| ServerAction::empty(202))
}
