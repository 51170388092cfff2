//! Tests that errors of proxied requests name the request to the app.

use std::time::Duration;

use pipedream_sdk::Pipedream;
use pipedream_sdk_testing::{FakePipedream, FakeResponse, Fault};

async fn slack() -> (FakePipedream, Pipedream, String) {
    let fake = FakePipedream::start().await;
    let account = fake.add_account("user-42", "slack").to_string();
    let pipedream = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .max_retries(0)
        .build()
        .unwrap();
    (fake, pipedream.user("user-42"), account)
}

#[tokio::test]
async fn proxy_error_names_the_app_request() {
    let (fake, user, account) = slack().await;
    let slack = user.proxy_as(&*account);
    let none = FakeResponse::new(404).json(serde_json::json!({ "error": "channel_not_found" }));
    fake.upstream("https://slack.com/api/", none);
    let url = "https://slack.com/api/conversations.info?channel=marked";
    let response = slack.get(url).send().await.unwrap();
    let error = response.error_for_status().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.operation(), Some("retrieveProxy"));
    assert_eq!(
        error.to_string(),
        format!(
            "GET https://slack.com/api/conversations.info through {account}: 404 Not Found: channel_not_found"
        )
    );

    // The body of a success, the body as a stream, and no response at all.
    let page = FakeResponse::new(200).body("text/html", "<html>");
    fake.upstream("https://slack.com/page", page);
    let response = slack.get("https://slack.com/page?marked").send().await;
    let error = response.unwrap().json::<u8>().await.unwrap_err();
    assert!(error.is_decode());
    let place = format!("GET https://slack.com/page through {account}: ");
    assert!(error.to_string().starts_with(&place), "{error}");

    fake.on("postProxy", Fault::cut());
    let error = slack.post("/v1/me").send().await.unwrap_err();
    let place = format!("POST /v1/me through {account}: ");
    assert!(error.to_string().starts_with(&place), "{error}");

    fake.on("retrieveProxy", Fault::delay(Duration::from_secs(30)));
    let limited = slack.get("/v1/me").timeout(Duration::from_millis(50));
    let error = limited.send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("GET /v1/me through {account}: no response in time: total limit of 50 ms")
    );
}
