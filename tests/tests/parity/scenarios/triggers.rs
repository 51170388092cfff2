//! Triggers: deploying them, and everything about those that are deployed.

use pipedream_sdk::connect::Props;

use super::answers::usual;

super::scenarios! {
    trigger_deploy [] usual, |it| {
        let deploy = it.user("user-abc").triggers().deploy("gitlab-new-issue").emit_on_deploy(false);
        let deploy = deploy.configured_props(Props::new().account("gitlab", "apn_1"));
        let _ = deploy.webhook_url("https://x.example/h").workflow_id("p_1").send().await;
    }
}
