//! Scenarios of proxied requests.

use serde_json::json;
use tests::recorder::{ReceivedRequest, ServerAction};

use super::responses::{at_first, token, usual};
use crate::reference::Sdk;

super::scenarios! {
    proxy_204 [TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe] nothing, |it| {
        let response = it.proxied().proxy_as("apn_1").delete("https://x.example/f").send().await;
        assert_eq!(response.unwrap().status(), 204);
    }

    proxy_429_retry [
        TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe, TypeScript: AppsGetTheContentType,
        Python: AppsGetTheContentType, Python: RateLimitsAreRetried
    ] throttled_once, |it| {
        let app = it.proxied().proxy_as("apn_1");
        let response = app.post("https://x.example/a").json(&json!({})).send().await;
        assert_eq!(response.unwrap().status(), 200);
    }

    proxy_binary_accept [TypeScript: TargetsAreUrlSafe] bytes, |it| {
        let get = it.proxied().proxy_as("apn_1").get("https://x.example/f");
        let response = get.header("accept", "application/octet-stream").send().await.unwrap();
        assert_eq!(response.bytes().await.unwrap().len(), 3);
    }

    proxy_binary_no_accept [
        TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe
    ] bytes, |it| {
        let response = it.proxied().proxy_as("apn_1").get("https://x.example/f").send().await;
        assert_eq!(response.unwrap().bytes().await.unwrap().len(), 3);
    }

    proxy_error_404_text [
        TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe
    ] missing, |it| {
        let response = it.proxied().proxy_as("apn_1").get("https://x.example/f").send().await;
        assert_eq!(response.unwrap().status(), 404);
    }

    proxy_get [TypeScript: TargetsHaveOneQuery, Python: TargetsAreUrlSafe] usual, |it| {
        let app = it.user("user-abc").proxy_as("apn_1");
        let get = app.get("https://slack.com/api/users.list?cursor=a%20b").query("limit", "10");
        let get = get.query("ids", "1").query("ids", "2").header("X-Custom", "v1");
        let get = get.header("Accept", "application/json");
        let get = match it.sdk {
            Sdk::TypeScript => get.query("nested[a]", "b"),
            Sdk::Python => get,
        };
        let _ = get.send().await;
    }

    proxy_post_rel [TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe] usual, |it| {
        let app = it.user("user-abc").proxy_as("apn_1");
        let post = app.post("/api/chat.postMessage?>>>???").header("Content-Type", "application/json");
        let _ = post.json(&json!({ "n": null, "text": "hi" })).send().await;
    }

    proxy_put_patch_delete [
        TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe, TypeScript: AppsGetTheContentType,
        Python: AppsGetTheContentType
    ] usual, |it| {
        let app = it.proxied().proxy_as("apn_1");
        let _ = app.put("https://x.example/a").json(&json!({ "a": 1 })).send().await;
        let _ = app.patch("https://x.example/a").json(&json!({ "a": 1 })).send().await;
        let _ = app.delete("https://x.example/a").send().await;
    }

    proxy_text [TypeScript: TargetsAreUrlSafe, Python: TargetsAreUrlSafe] text, |it| {
        let response = it.proxied().proxy_as("apn_1").get("https://x.example/f").send().await;
        assert_eq!(response.unwrap().text().await.unwrap(), "hello");
    }
}

fn nothing(request: &ReceivedRequest, before: usize) -> ServerAction {
    token(request, before, 3600).unwrap_or_else(|| ServerAction::empty(204))
}

fn bytes(request: &ReceivedRequest, before: usize) -> ServerAction {
    let bytes = ServerAction::text(200, "application/octet-stream", "\u{0}\u{1}\u{2}");
    token(request, before, 3600).unwrap_or(bytes)
}

fn missing(request: &ReceivedRequest, before: usize) -> ServerAction {
    token(request, before, 3600).unwrap_or_else(|| ServerAction::text(404, "text/plain", "gone"))
}

fn text(request: &ReceivedRequest, before: usize) -> ServerAction {
    token(request, before, 3600).unwrap_or_else(|| ServerAction::text(200, "text/plain", "hello"))
}

fn throttled_once(request: &ReceivedRequest, before: usize) -> ServerAction {
    at_first(
        1,
        ServerAction::empty(429).header("retry-after", "0"),
        request,
        before,
    )
}
