//! Calls that are not generated: proxied requests, workflow endpoints, calls with options, and links.

use std::time::Duration;

use pipedream_sdk::Pipedream;
use pipedream_sdk::call::CallOptions;
use pipedream_sdk::connect::ConnectLink;
use pipedream_sdk::credentials::FixedSecret;
use reqwest::Url;
use serde_json::json;
use tests::consumer::typed;
use tests::recorder::Recorder;

use crate::values::{Call, withstand};

/// Creates a client that requests no token.
pub(crate) fn client(server: &Recorder) -> Pipedream {
    Pipedream::builder()
        .base_url(server.base_url())
        .credentials(FixedSecret::new(["OAuth2", "ConnectToken"], "token"))
        .workflow_domain("127.0.0.1")
        .max_retries(0)
        .build()
        .expect("a client")
}

/// Calls, and the parameters that each has in addition to those of the handle.
#[rustfmt::skip]
const CALLS: &[(&str, &[&str], Call<Pipedream>)] = &[
    ("proxy_as", &["project_id", "external_user_id", "account_id", "header"], |pipedream, v| Box::pin(async move {
        let user = pipedream.project(v.at("project_id")).user(v.at("external_user_id"));
        let get = user.proxy_as(v.at("account_id")).get("https://a.example/a");
        get.header("x-mine", &v.at("header")).send().await.map(drop)
    })),
    ("invoke", &["external_user_id", "header"], |pipedream, v| Box::pin(async move {
        let user = pipedream.user(v.at("external_user_id"));
        let invocation = user.invoke(format!("{}/wf", pipedream.base_url()));
        invocation.header("x-mine", &v.at("header")).send().await.map(drop)
    })),
    ("wait_for_account", &["project_id", "external_user_id", "app"], |pipedream, v| Box::pin(async move {
        let user = pipedream.project(v.at("project_id")).user(v.at("external_user_id"));
        let wait = user.wait_for_account(v.at("app")).timeout(Duration::from_secs(1));
        wait.wait().await.map(drop)
    })),
    ("options", &["name", "value", "header"], |pipedream, v| Box::pin(async move {
        let options = CallOptions::new().query(v.at("name"), v.at("value"));
        let options = options.header("x-mine", &v.at("header"))?;
        let delete = pipedream.project("proj_abc").accounts().delete("apn_1");
        delete.options(options).send().await
    })),
];

#[tokio::test]
async fn handwritten_calls_encode_hostile_values() {
    let server = Recorder::start().await;
    let pipedream = client(&server);
    for (name, expected, call) in CALLS {
        let places = withstand(&server, &pipedream, name, *call).await;
        assert!(
            expected.iter().all(|it| places.contains(*it)),
            "{name}: {places:?}"
        );
    }
}

#[test]
fn link_encodes_hostile_values() {
    let page = "https://pipedream.com/_static/connect.html?token=ctok_1&connectLink=true";
    let token = typed(json!({
        "token": "ctok_1", "expires_at": "2030-01-01T00:00:00Z", "connect_link_url": page,
    }));
    for app in [
        "a/b",
        "?x",
        "#y",
        "&token=ctok_2",
        "a b+c",
        "é",
        "a\r\nb",
        "\"'<script>",
    ] {
        let link = ConnectLink::new(&token, app)
            .oauth_app_id(app)
            .url()
            .unwrap();
        let url = Url::parse(link.expose()).unwrap();
        assert_eq!(
            (url.host_str(), url.path()),
            (Some("pipedream.com"), "/_static/connect.html")
        );
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let given = |name: &str| {
            let values = pairs.iter().filter(|(known, _)| known == name);
            values.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        assert_eq!((given("token"), given("app")), (vec!["ctok_1"], vec![app]));
        assert_eq!((given("oauthAppId"), url.fragment()), (vec![app], None));
    }
}
