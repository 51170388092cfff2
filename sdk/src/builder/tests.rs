//! Tests of the client builder: environment variables, addresses, credentials, and what `Debug` shows.

use super::*;
use crate::ErrorKind;

fn complete() -> PipedreamBuilder {
    Pipedream::builder()
        .client_id("id")
        .client_secret("marked-secret")
        .project_id("proj_1")
}

fn error_of(builder: PipedreamBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn redacts_a_password_in_the_base_url() {
    let builder = complete().base_url("https://user:marked@host");
    assert!(!format!("{builder:?}").contains("marked"), "{builder:?}");
    assert!(!error_of(builder).contains("marked"));
}

#[test]
fn production_is_the_default_and_part_of_debug() {
    let pipedream = complete().build().unwrap();
    assert_eq!(
        pipedream.current_environment(),
        ProjectEnvironment::Production
    );
    assert_eq!(pipedream.base_url(), "https://api.pipedream.com");
    let debug = format!("{pipedream:?}");
    assert!(
        debug.contains("Production") && debug.contains("proj_1"),
        "{debug}"
    );
}

#[test]
fn debug_omits_secrets() {
    let debug = format!("{:?} {:?}", complete(), complete().build().unwrap());
    assert!(!debug.contains("marked-secret"), "{debug}");
    for builder in [
        Pipedream::builder().access_token("marked-secret"),
        Pipedream::builder().connect_token("marked-secret"),
    ] {
        let debug = format!("{builder:?} {:?}", builder.clone().build().unwrap());
        assert!(!debug.contains("marked-secret"), "{debug}");
    }
}

#[test]
fn one_error_names_all_invalid_settings() {
    let message = error_of(Pipedream::builder().client_id(" ").project_id(""));
    for part in [
        "`client_id` is blank",
        "`project_id` is blank",
        "without `client_secret`",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(error_of(Pipedream::builder()).contains("no credential"));
    let message = error_of(complete().access_token("t"));
    assert!(
        message.contains("more than one credential") && message.contains("`access_token`"),
        "{message}"
    );
    assert!(error_of(complete().base_url("http://example.com")).contains("not https"));
    assert!(error_of(complete().user_agent("a\r\nb: c")).contains("user agent"));
}

#[tokio::test]
async fn sends_calls_and_token_requests_with_the_supplied_http_client() {
    use pipedream_sdk_testing::FakePipedream;

    let fake = FakePipedream::start().await;
    let http = reqwest::Client::builder().user_agent("my-product/1.0");
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .http_client(http.build().unwrap());
    let pipedream = builder.build().unwrap();
    pipedream.accounts().list().send().await.unwrap();
    let requests = fake.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("user-agent"), Some("my-product/1.0"));
    }
}

#[tokio::test]
async fn the_user_agent_has_the_suffix_of_the_program() {
    use pipedream_sdk_testing::FakePipedream;

    let fake = FakePipedream::start().await;
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .user_agent("my-product/1.0");
    let pipedream = builder.build().unwrap();
    pipedream.accounts().list().send().await.unwrap();
    let expected = user_agent(Some("my-product/1.0"));
    let requests = fake.requests();
    assert_eq!(requests[0].header("user-agent"), Some(&*expected));
    assert!(expected.starts_with("pipedream-sdk-rust/"), "{expected}");
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn gzip_is_requested_and_decompressed_unless_disabled() {
    use pipedream_sdk_testing::{FakePipedream, FakeResponse};

    /// The text `decompressed`.
    const COMPRESSED: [u8; 32] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75, 73, 77, 206, 207, 45, 40, 74, 45, 46, 78, 77, 1, 0,
        10, 136, 222, 5, 12, 0, 0, 0,
    ];
    let fake = FakePipedream::start().await;
    let account = fake.add_account("user-42", "slack");
    let compressed = FakeResponse::new(200).header("content-encoding", "gzip");
    let compressed = compressed.body("text/plain", COMPRESSED.to_vec());
    fake.upstream("https://slack.com/", compressed);
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID);
    for enabled in [true, false] {
        let pipedream = builder.clone().gzip(enabled).build().unwrap();
        let slack = pipedream.user("user-42").proxy_as(&account);
        let response = slack.get("https://slack.com/").send().await.unwrap();
        let body = response.bytes().await.unwrap();
        let requested = fake.last_call().header("accept-encoding") == Some("gzip");
        assert_eq!(requested, enabled);
        match enabled {
            true => assert_eq!(body, "decompressed"),
            false => assert_eq!(body, COMPRESSED.as_slice()),
        }
    }
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn token_requests_and_retried_calls_pass_the_layers() {
    use pipedream_sdk_testing::{FakePipedream, FakeResponse};

    let fake = FakePipedream::start().await;
    fake.on("listAccounts", FakeResponse::new(503));
    let add = tower::util::MapRequestLayer::new(|mut request: http::Request<reqwest::Body>| {
        let value = http::HeaderValue::from_static("yes");
        request.headers_mut().insert("x-layer", value);
        request
    });
    let builder = Pipedream::builder()
        .base_url(fake.base_url())
        .client_id(FakePipedream::CLIENT_ID)
        .client_secret(FakePipedream::CLIENT_SECRET)
        .project_id(FakePipedream::PROJECT_ID)
        .layer(add);
    assert!(
        format!("{builder:?}").contains("Layers { len: 1 }"),
        "{builder:?}"
    );
    let pipedream = builder.build().unwrap();
    pipedream.accounts().list().send().await.unwrap();
    let requests = fake.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.header("x-layer"), Some("yes"));
    }
}

#[test]
fn rejects_settings_that_belong_to_the_supplied_http_client() {
    let builder = complete().http_client(reqwest::Client::new());
    let message = error_of(
        builder
            .user_agent("a")
            .connect_timeout(Duration::from_secs(1))
            .no_proxy()
            .proxy(reqwest::Proxy::all("http://name:marked@localhost:1").unwrap())
            .max_idle_connections(1)
            .idle_timeout(Duration::from_secs(1)),
    );
    assert!(!message.contains("marked"), "{message}");
    for part in [
        "`user_agent` has no effect",
        "`connect_timeout` has no effect",
        "`no_proxy` has no effect",
        "`proxy` has no effect",
        "`max_idle_connections` has no effect",
        "`idle_timeout` has no effect",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn handles_change_only_their_own_variables() {
    let pipedream = complete().build().unwrap();
    let user = pipedream
        .user("u")
        .project("proj_2")
        .environment(ProjectEnvironment::Development);
    assert_eq!(user.external_user_id(), Some("u"));
    assert_eq!(user.project_id().unwrap().as_str(), "proj_2");
    assert_eq!(user.current_environment(), ProjectEnvironment::Development);
    assert_eq!(pipedream.external_user_id(), None);
    assert_eq!(pipedream.project_id().unwrap().as_str(), "proj_1");
    let without = Pipedream::builder().access_token("t").build().unwrap();
    assert_eq!(
        without.project_id().unwrap_err().kind(),
        ErrorKind::Configuration
    );
}
