//! Tests of faults from the point of view of a client.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{Client, data};
use crate::{FakePipedream, Fault};

#[tokio::test]
async fn faults_apply_in_order_without_handling_the_request() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.fail_next(Fault::status(429).header("retry-after", "1"));
    fake.fail_next(Fault::status(502).body("text/html", "<h1>Bad gateway</h1>"));
    fake.fail_next(Fault::status(200).empty());
    let body = json!({ "name": "New" });
    let send = || {
        client
            .request(Method::POST, "/v1/connect/projects", Some(body.clone()))
            .send()
    };
    let throttled = send().await.unwrap();
    assert_eq!(
        (
            throttled.status().as_u16(),
            &throttled.headers()["retry-after"]
        ),
        (429, &"1".parse().unwrap())
    );
    assert_eq!(
        throttled.text().await.unwrap(),
        r#"{"error":"Too Many Requests"}"#
    );
    let page = send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html");
    assert_eq!(page.text().await.unwrap(), "<h1>Bad gateway</h1>");
    assert_eq!(send().await.unwrap().text().await.unwrap(), "");
    assert_eq!(fake.pending_faults(), 0);
    let (_, projects) = client.get("/v1/connect/projects").await;
    assert_eq!(data(&projects).len(), 1);
}

#[tokio::test]
async fn fault_applies_to_its_operation() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.on("listUsers", Fault::status(500).times(2));
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    assert_eq!(client.get("{p}/users").await.0, 500);
    assert_eq!(client.get("{p}/users").await.0, 500);
    assert_eq!(client.get("{p}/users").await.0, 200);
}

#[tokio::test]
async fn random_faults_repeat_for_the_same_seed() {
    let statuses = async |seed| {
        let fake = FakePipedream::start().await;
        fake.fail_at_random(seed, 3, [Fault::status(500), Fault::throttled(1)]);
        let client = Client::new(&fake);
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(client.get("{p}/accounts").await.0);
        }
        fake.clear_faults();
        assert_eq!(client.get("{p}/accounts").await.0, 200);
        statuses
    };
    let once = statuses(7).await;
    for status in [200, 429, 500] {
        assert!(once.contains(&status), "{once:?}");
    }
    assert_eq!(once, statuses(7).await);
    assert_ne!(once, statuses(8).await);
}

#[tokio::test]
async fn closes_the_connection_before_during_and_after_the_head() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    let create = || {
        client.request(
            Method::POST,
            "/v1/connect/projects",
            Some(json!({ "name": "New" })),
        )
    };
    let projects = async || data(&client.get("/v1/connect/projects").await.1).len();

    fake.fail_next(Fault::cut());
    assert!(create().send().await.unwrap_err().is_request());
    assert_eq!(projects().await, 1);

    fake.fail_next(Fault::lost_response());
    assert!(create().send().await.is_err());
    assert_eq!(projects().await, 2);

    fake.fail_next(Fault::cut_after(20));
    assert!(create().send().await.is_err());
    assert_eq!(projects().await, 3);

    fake.fail_next(Fault::truncated(5));
    let response = create().send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert!(response.content_length().unwrap() > 5);
    assert!(response.bytes().await.is_err());
    assert_eq!(projects().await, 4);
}

#[tokio::test]
async fn truncated_body_arrives_in_part() {
    let fake = FakePipedream::start().await;
    fake.fail_next(Fault::truncated(8));
    let client = Client::new(&fake);
    let mut response = client
        .request(Method::GET, "{p}/accounts", None)
        .send()
        .await
        .unwrap();
    let part = response.chunk().await.unwrap().unwrap();
    assert_eq!(part.len(), 8);
    assert!(response.chunk().await.is_err());
}

#[tokio::test]
async fn responses_can_be_delayed_oversized_relabeled_and_redirected() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.fail_next(Fault::delay(Duration::from_millis(80)));
    let began = Instant::now();
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));

    let get = || client.request(Method::GET, "{p}/accounts", None).send();
    fake.fail_next(Fault::oversized(3_000_000));
    assert_eq!(get().await.unwrap().bytes().await.unwrap().len(), 3_000_000);
    fake.fail_next(Fault::content_type("text/plain"));
    assert_eq!(get().await.unwrap().headers()["content-type"], "text/plain");
    let other = FakePipedream::start().await;
    fake.fail_next(Fault::redirect(&format!("{}/elsewhere", other.base_url())));
    assert_eq!(get().await.unwrap().status(), 404);
    assert_eq!(other.last_call().path(), "/elsewhere");
}

#[tokio::test]
async fn throttled_response_has_rate_limit_headers() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.fail_next(Fault::throttled(3));
    let response = client
        .request(Method::GET, "{p}/accounts", None)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "3");
    assert_eq!(response.headers()["x-ratelimit-remaining"], "0");
    let reset: u64 = response.headers()["x-ratelimit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!((now..now + 4).contains(&reset));
}

#[tokio::test]
async fn close_after_delivers_the_response() {
    let fake = FakePipedream::start().await;
    fake.on("retrieveApp", Fault::close_after());
    let client = fake.raw_client();
    client.retrieve_app("slack").await.unwrap();
    client.retrieve_app("slack").await.unwrap();
    fake.assert_calls(["retrieveApp", "retrieveApp"]);
}

#[tokio::test]
async fn paginates_thousands_of_accounts() {
    let fake = FakePipedream::start().await;
    for number in 0..10_000 {
        fake.add_account(&format!("user-{}", number % 50), "slack");
    }
    let client = Client::new(&fake);
    let (_, first) = client.get("{p}/accounts?limit=100").await;
    assert_eq!(first["page_info"]["total_count"], 10_000);
    let cursor = first["page_info"]["end_cursor"].as_str().unwrap();
    let (_, second) = client
        .get(&format!("{{p}}/accounts?limit=100&after={cursor}"))
        .await;
    assert_eq!(data(&second).len(), 100);
    assert_ne!(data(&second)[0]["id"], data(&first)[0]["id"]);
}

#[tokio::test]
async fn dropped_fake_stops_responding() {
    let fake = FakePipedream::start().await;
    let url = format!("{}/v1/nothing", fake.base_url());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(http.get(&url).send().await.is_ok());
    drop(fake);
    assert!(http.get(&url).send().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn records_the_wait_of_a_client_on_a_paused_clock() {
    let fake = FakePipedream::start().await;
    let client = fake.raw_client();
    fake.on("retrieveApp", Fault::status(429).header("retry-after", "7"));
    let began = Instant::now();
    client.retrieve_app("slack").await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "the wait took real time"
    );
    let requests = fake.requests();
    let waited = requests[1].received_at() - requests[0].received_at();
    assert_eq!(waited.as_secs(), 7);
}

#[tokio::test]
async fn ready_made_client_reaches_the_environment_of_the_fake() {
    let fake = FakePipedream::start().await.in_environment("development");
    fake.add_account("user-42", "slack");
    let user = fake.client().user("user-42");
    let listed = user.accounts().list().send().await.unwrap();
    assert_eq!(listed.data.len(), 1);
    let header = fake
        .last_call()
        .header("x-pd-environment")
        .map(str::to_owned);
    assert_eq!(header.as_deref(), Some("development"));
    fake.assert_none_rejected();
}

#[tokio::test]
async fn faults_of_the_token_endpoint_affect_only_access_tokens() {
    let fake = FakePipedream::start().await;
    fake.fail_access_token(Fault::oauth_error("invalid_client"));
    let user = fake.client_builder().max_retries(0).build().unwrap();
    let user = user.user("user-42");
    let error = user.accounts().list().send().await.unwrap_err();
    assert!(error.to_string().contains("invalid_client"), "{error}");
    assert!(fake.calls().is_empty());
    fake.fail_access_token(Fault::oauth_error("invalid_scope"));
    fake.on("listAccounts", Fault::status(404));
    assert_eq!(fake.pending_faults(), 2);
    assert!(user.accounts().list().send().await.is_err());
    assert_eq!(fake.requests()[1].status(), Some(400));
    let error = user.accounts().list().send().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(fake.pending_faults(), 0);
}
