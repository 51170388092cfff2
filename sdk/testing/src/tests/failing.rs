//! Faults on order, as a client meets them.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::{Client, data};
use crate::{FakePipedream, Fault};

#[tokio::test]
async fn statuses_come_in_order_and_nothing_is_carried_out() {
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
    assert_eq!(fake.faults_left(), 0);
    let (_, projects) = client.get("/v1/connect/projects").await;
    assert_eq!(data(&projects).len(), 1);
}

#[tokio::test]
async fn a_fault_waits_for_its_operation() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.on("listUsers", Fault::status(500).times(2));
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    assert_eq!(client.get("{p}/users").await.0, 500);
    assert_eq!(client.get("{p}/users").await.0, 500);
    assert_eq!(client.get("{p}/users").await.0, 200);
}

#[tokio::test]
async fn faults_at_random_are_the_same_for_the_same_seed() {
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
async fn connections_are_cut_before_within_and_after() {
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

    fake.fail_next(Fault::lost_answer());
    assert!(create().send().await.is_err());
    assert_eq!(projects().await, 2);

    fake.fail_next(Fault::cut_after(20));
    assert!(create().send().await.is_err());
    assert_eq!(projects().await, 3);

    fake.fail_next(Fault::truncated(5));
    let answer = create().send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.content_length().unwrap() > 5);
    assert!(answer.bytes().await.is_err());
    assert_eq!(projects().await, 4);
}

#[tokio::test]
async fn a_truncated_body_arrives_as_far_as_it_goes() {
    let fake = FakePipedream::start().await;
    fake.fail_next(Fault::truncated(8));
    let client = Client::new(&fake);
    let mut answer = client
        .request(Method::GET, "{p}/accounts", None)
        .send()
        .await
        .unwrap();
    let part = answer.chunk().await.unwrap().unwrap();
    assert_eq!(part.len(), 8);
    assert!(answer.chunk().await.is_err());
}

#[tokio::test]
async fn answers_can_be_late_oversized_relabelled_and_elsewhere() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.fail_next(Fault::delay(Duration::from_millis(80)));
    let began = Instant::now();
    assert_eq!(client.get("{p}/accounts").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));

    let get = || client.request(Method::GET, "{p}/accounts", None).send();
    fake.fail_next(Fault::oversized(3_000_000));
    assert_eq!(get().await.unwrap().bytes().await.unwrap().len(), 3_000_000);
    fake.fail_next(Fault::relabelled("text/plain"));
    assert_eq!(get().await.unwrap().headers()["content-type"], "text/plain");
    let other = FakePipedream::start().await;
    fake.fail_next(Fault::redirect(&format!("{}/elsewhere", other.base_url())));
    assert_eq!(get().await.unwrap().status(), 404);
    assert_eq!(other.last_call().path(), "/elsewhere");
}

#[tokio::test]
async fn a_throttled_request_is_told_when_to_come_back() {
    let fake = FakePipedream::start().await;
    let client = Client::new(&fake);
    fake.fail_next(Fault::throttled(3));
    let answer = client
        .request(Method::GET, "{p}/accounts", None)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "3");
    assert_eq!(answer.headers()["x-ratelimit-remaining"], "0");
    let reset: u64 = answer.headers()["x-ratelimit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!((now..now + 4).contains(&reset));
}

#[tokio::test]
async fn a_connection_that_closes_after_an_answer_loses_nothing() {
    let fake = FakePipedream::start().await;
    fake.on("retrieveApp", Fault::close_after());
    let client = fake.client();
    client.retrieve_app("slack").await.unwrap();
    client.retrieve_app("slack").await.unwrap();
    fake.assert_calls(["retrieveApp", "retrieveApp"]);
}

#[tokio::test]
async fn lists_of_thousands_are_paged_in_reasonable_time() {
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
async fn a_dropped_fake_answers_no_more() {
    let fake = FakePipedream::start().await;
    let url = format!("{}/v1/nothing", fake.base_url());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(http.get(&url).send().await.is_ok());
    drop(fake);
    assert!(http.get(&url).send().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn on_a_paused_clock_the_record_tells_what_a_client_waited() {
    let fake = FakePipedream::start().await;
    let client = fake.client();
    fake.on("retrieveApp", Fault::status(429).header("retry-after", "7"));
    let began = Instant::now();
    client.retrieve_app("slack").await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "it waited in earnest"
    );
    let requests = fake.requests();
    let waited = requests[1].at() - requests[0].at();
    assert_eq!(waited.as_secs(), 7);
}
