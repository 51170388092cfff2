//! Tests that each host only receives its own type of credential.

use pipedream_sdk::ErrorKind;
use pipedream_sdk::call::CallOptions;
use pipedream_sdk::dynamiq::{App, Connect, raw};
use pipedream_sdk_testing::FakeDynamiq;

use crate::{USER, app, user};

#[tokio::test]
async fn does_not_send_an_access_key_to_the_management_host() {
    let fake = FakeDynamiq::start().await;
    let app = app(&fake);
    let error = app.raw().list_connect_requirements().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    assert!(error.to_string().contains("connectToken"), "{error}");
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn does_not_send_a_connect_token_to_the_app() {
    let fake = FakeDynamiq::start().await;
    let minted = user(&fake).connect_token().send().await.unwrap();
    let connect = user(&fake).connect_with(&minted.token);
    connect.requirements().send().await.unwrap();
    // The handle of the App, and the standalone one.
    let alone = Connect::builder(minted.token.clone()).management_url(fake.management_url());
    alone.build().unwrap().requirements().send().await.unwrap();
    for request in fake.requests() {
        let is_managed = request.path().starts_with("/v1/connect/requirements");
        let is_token = request.bearer() == Some(minted.token.expose());
        assert_eq!(is_managed, is_token, "{request:?}");
    }
    fake.assert_none_rejected();
}

/// Headers of a client are meant for its own host.
#[tokio::test]
async fn sends_the_options_of_the_app_only_to_the_app() {
    let fake = FakeDynamiq::start().await;
    let options = CallOptions::new()
        .header("x-of-the-app", "marked")
        .and_then(|options| options.secret_header("x-pd-rate-limit", "marked"))
        .expect("a header");
    let user = app(&fake).with_options(options).user(USER);
    let connect = user.connect().await.unwrap();
    connect.requirements().send().await.unwrap();
    let own = connect.requirements().header("x-of-the-call", "1");
    own.send().await.unwrap();
    let [minted, first, second] = &fake.requests()[..] else {
        panic!("{:?}", fake.requests())
    };
    for (request, expected) in [(minted, Some("marked")), (first, None), (second, None)] {
        assert_eq!(request.header("x-of-the-app"), expected, "{request:?}");
        assert_eq!(request.header("x-pd-rate-limit"), expected, "{request:?}");
    }
    assert_eq!(first.header("x-of-the-call"), None);
    assert_eq!(second.header("x-of-the-call"), Some("1"));
    assert_eq!(second.bearer(), first.bearer());
}

#[tokio::test]
async fn sends_no_credential_to_a_public_app() {
    let fake = FakeDynamiq::start_public().await;
    fake.require_account("slack");
    let app = App::public(fake.app_url()).management_url(fake.management_url());
    let user = app.build().unwrap().user(USER);
    let open = user.requirement_link().run().await.unwrap();
    assert!(open.link.is_some());
    let bearers: Vec<bool> = fake
        .requests()
        .iter()
        .map(|it| it.bearer().is_some())
        .collect();
    assert_eq!(bearers, [false, false, true]);
}

#[tokio::test]
async fn both_hosts_reject_the_wrong_type_of_credential() {
    let fake = FakeDynamiq::start().await;
    let token = user(&fake).connect_token().send().await.unwrap().token;
    for (wrong, kind) in [
        (token.expose(), ErrorKind::Unauthorized),
        (FakeDynamiq::PERSONAL_ACCESS_TOKEN, ErrorKind::Forbidden),
        ("unknown", ErrorKind::Unauthorized),
    ] {
        let app = App::with_access_key(fake.app_url(), wrong).build().unwrap();
        let failure = app
            .user(USER)
            .requirements_status()
            .send()
            .await
            .unwrap_err();
        assert_eq!(failure.kind(), kind);
    }
    let without = App::public(fake.app_url()).build().unwrap();
    let failure = without
        .user(USER)
        .requirements_status()
        .send()
        .await
        .unwrap_err();
    assert!(failure.is_unauthorized());
    let key = Connect::builder(FakeDynamiq::ACCESS_KEY).management_url(fake.management_url());
    let failure = key
        .build()
        .unwrap()
        .requirements()
        .send()
        .await
        .unwrap_err();
    assert!(failure.is_unauthorized());
}

#[test]
fn uses_the_documented_management_host_by_default() {
    assert_eq!(raw::servers::MANAGEMENT.url, "https://api.getdynamiq.ai");
    let app = App::public("http://localhost").build().unwrap();
    let management = app
        .raw()
        .transport()
        .server(&raw::servers::MANAGEMENT)
        .unwrap();
    assert_eq!(management.base_url(), "https://api.getdynamiq.ai");
}

#[tokio::test]
async fn rejects_a_blank_user_without_sending() {
    let fake = FakeDynamiq::start().await;
    let failure = app(&fake)
        .user(" ")
        .requirements_status()
        .send()
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::InvalidRequest);
    assert!(fake.requests().is_empty());
}
