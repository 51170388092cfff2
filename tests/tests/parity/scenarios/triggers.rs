//! Scenarios of triggers and deployed triggers.

use pipedream_sdk::connect::Props;
use pipedream_sdk::types::EmitterType;

use super::responses::usual;
use crate::reference::Sdk;

super::scenarios! {
    deployed_trigger_ops [] usual, |it| {
        let triggers = it.user("user abc").deployed_triggers();
        let _ = triggers.list().limit(5).emitter_type(EmitterType::Http).send().await;
        let _ = triggers.retrieve("dc_1").send().await;
        let update = triggers.update("dc_1").active(false).name("new");
        let _ = update.configured_props(Props::new()).send().await;
        let _ = triggers.list_events("dc_1").n(10).send().await;
        let _ = triggers.list_workflows("dc_1").send().await;
        let _ = triggers.update_workflows("dc_1", ["p_1"]).send().await;
        let _ = triggers.list_webhooks("dc_1").send().await;
        let _ = triggers.update_webhooks("dc_1", ["https://x.example/h"]).send().await;
        let _ = triggers.retrieve_webhook("dc_1", "wh_1").send().await;
        let _ = triggers.regenerate_webhook_signing_key("dc_1", "wh_1").send().await;
        if it.sdk == Sdk::Python {
            let reset = triggers.reset_webhook_delivery_state("dc_1", "wh_1");
            let _ = reset.send().await;
        }
        let _ = triggers.delete("dc_1").ignore_hook_errors(true).send().await;
    }

    trigger_deploy [] usual, |it| {
        let deploy = it.user("user-abc").triggers().deploy("gitlab-new-issue").emit_on_deploy(false);
        let deploy = deploy.configured_props(Props::new().account("gitlab", "apn_1"));
        let _ = deploy.webhook_url("https://x.example/h").workflow_id("p_1").send().await;
    }
}
