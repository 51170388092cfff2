//! Tests of values that are sent and received without losses: media types of several versions, responses that are
//! null, unions of overlapping objects, and rings of types.

use serde_json::json;

use super::openapi::types::{Contact, Profile};
use super::server::Echo;
use super::workflows::{VersionsInputs, versions};

#[tokio::test]
async fn the_version_in_a_media_type_selects_the_body() {
    let echo = Echo::start().await;
    let outputs = versions(&echo.client(), VersionsInputs::new())
        .await
        .unwrap();
    assert_eq!(
        echo.log()[..2],
        [
            "POST /versions content-type=application/json; version=1 {\"text\":\"a\"}",
            "POST /versions content-type=application/json; version=2 {\"texts\":[\"a\"]}",
        ]
    );
    let outputs = serde_json::to_value(outputs).unwrap();
    assert_eq!(outputs["name"], "Grace");
    for absent in ["nobody", "profile"] {
        assert!(outputs.get(absent).is_none_or(|value| value.is_null()));
    }
}

#[tokio::test]
async fn a_response_can_be_null() {
    let echo = Echo::start().await;
    let client = echo.client();
    let read = async |id: &str| client.read_profile(id).await.unwrap().into_value();
    assert_eq!(read("nobody").await, None);
    assert_eq!(read("p").await.unwrap().name, "Grace");
    assert_eq!(echo.log()[1], "GET /profiles/p accept=application/hal+json");
}

#[tokio::test]
async fn a_value_is_sent_as_it_was_received() {
    let echo = Echo::start().await;
    let client = echo.client();
    let profile = client.read_profile("p").await.unwrap().into_value();
    let profile: Profile = profile.unwrap();
    assert!(matches!(
        &profile.contact,
        Some(Contact::Phone(phone)) if phone.phone.as_deref() == Some("1")
    ));
    client.replace_profile("p", &profile).await.unwrap();
    let sent = json!({
        "contact": { "phone": "1" },
        "name": "Grace",
        "team": { "owner": { "name": "Ada" } },
    });
    let line = echo.log().pop().unwrap();
    let body = line
        .strip_prefix("PUT /profiles/p content-type=application/json ")
        .unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(body).unwrap(),
        sent
    );
}
