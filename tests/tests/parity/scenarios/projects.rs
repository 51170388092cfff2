//! Scenarios of projects, users, usage, environment webhooks and files.

use super::responses::{at_first, usual};
use serde_json::{Map, json};
use tests::recorder::{ReceivedRequest, ServerAction};

super::scenarios! {
    file_stash_download [] usual, |it| {
        let _ = it.pipedream().file_stash().download_file("a/b c.png").send().await;
    }

    filestash_429_retry [Python: RateLimitsAreRetried] throttled_once, |it| {
        let _ = it.pipedream().file_stash().download_file("k").send().await;
    }

    oauth_apps_overrides [] usual, |it| {
        let pipedream = it.pipedream();
        let app = pipedream.oauth_apps().create("slack").client_id("i").client_secret("s");
        let _ = app.scopes(["a"]).send().await;
        let app = pipedream.app_overrides().create("slack", "n");
        let cfmap = Map::from_iter([("a".to_owned(), json!(1))]);
        let _ = app.cfmap(cfmap).send().await;
    }

    project_env_webhook_ops [] usual, |it| {
        let environment = it.pipedream().project_environment();
        let _ = environment.retrieve_webhook().send().await;
        let _ = environment.update_webhook("https://x.example/h").send().await;
        let _ = environment.regenerate_webhook_signing_key().send().await;
        let _ = environment.delete_webhook().send().await;
    }

    projects_ops [] usual, |it| {
        let projects = it.pipedream().projects();
        let _ = projects.list().limit(1).q("a").send().await;
        let create = projects.create("P").app_name("A").support_email("a@b.c");
        let _ = create.connect_require_key_auth_test(true).send().await;
        let _ = projects.retrieve("proj_x").send().await;
        let _ = projects.update("proj_x").name("Q").send().await;
        let _ = projects.update_logo("proj_x", "data:image/png;base64,AAAA").send().await;
        let _ = projects.retrieve_info().send().await;
        let _ = projects.delete("proj_x").send().await;
    }

    usage_list [] usual, |it| {
        let _ = it.pipedream().usage().list(1_700_000_000, 1_700_003_600).send().await;
    }

    user_delete_special [Python: PathsAreEncoded] usual, |it| {
        let _ = it.user("user/a b?c#d%é").users().delete_external_user().send().await;
    }

    users_list [] usual, |it| {
        let _ = it.pipedream().users().list().limit(5).q("ab c").send().await;
    }
}

fn throttled_once(request: &ReceivedRequest, before: usize) -> ServerAction {
    at_first(
        1,
        ServerAction::empty(429).header("retry-after", "0"),
        request,
        before,
    )
}
