//! Tests of constructs of OpenAPI: parameters, bodies, responses and schemas, by the client and its resources.

use pipedream_sdk_runtime::Outcome;
use serde_json::{Value, json};

use super::openapi;
use super::openapi::types::{
    ConflictError, Contact, Odd, OddPartsItem, OddStatesItem, Problem, Profile,
    ReplaceUserResponse, User, UserRequest,
};
use super::server::Echo;
use super::workflows::{EveryStyleInputs, OddInputs, VersionsInputs, every_style, odd, versions};

#[tokio::test]
async fn parameters_are_sent_in_every_style() {
    let echo = Echo::start().await;
    every_style(&echo.client(), EveryStyleInputs::new())
        .await
        .unwrap();
    let [line] = echo.log().try_into().unwrap();
    let (target, headers) = line.split_once(" x-names=").unwrap();
    let (path, query) = target.split_once('?').unwrap();
    assert_eq!(path, "GET /styles/a,b%2Cc/.a.b/;matrix=R,1,G,2");
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        [
            "at=2026-01-02T03%3A04%3A05Z",
            "csv=1,2",
            "deep%5BG%5D=2",
            "deep%5BR%5D=1",
            "filter=%7B%22R%22%3A1%7D",
            "path=/a?b%26c",
            "pipe=a%7Cb",
            "simple=twice",
            "space=a%20b",
        ]
    );
    assert_eq!(headers, "a,b x-at=2026-01-02T03:04:05Z cookie=visit=v%3B1");
}

#[tokio::test]
async fn each_media_type_has_a_method_and_shares_its_types() {
    let echo = Echo::start().await;
    let note = openapi::types::SendNoteBody::new("a");
    let client = echo.client();
    client.send_note(&note).await.unwrap();
    client.send_note_as_form(&note).await.unwrap();
    client.send_note_as_text("<a/>".to_owned()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /notes content-type=application/json {\"text\":\"a\"}",
            "POST /notes content-type=application/x-www-form-urlencoded text=a",
            "POST /notes content-type=application/xml <a/>",
        ]
    );
}

#[tokio::test]
async fn read_only_and_write_only_properties_have_one_direction() {
    let echo = Echo::start().await;
    let user = UserRequest::new("Grace", "secret");
    let created = echo.client().create_user(&user).await.unwrap();
    let User { id, name, .. } = created.into_value();
    assert_eq!((id.as_str(), name.as_str()), ("new", "Grace"));
    assert_eq!(
        echo.log(),
        ["POST /users content-type=application/json {\"name\":\"Grace\",\"password\":\"secret\"}"]
    );
}

#[tokio::test]
async fn the_status_selects_the_type_of_the_body() {
    let echo = Echo::start().await;
    let client = echo.client();
    let user = UserRequest::new("Grace", "secret");
    let replaced = async |id: &str| client.replace_user(id, &user).await.unwrap().into_value();
    assert!(matches!(
        replaced("old").await,
        Outcome::Finished(ReplaceUserResponse::User(user)) if user.id == "old"
    ));
    assert!(matches!(
        replaced("new").await,
        Outcome::Finished(ReplaceUserResponse::Status201(it)) if it.receipt == Some(7)
    ));
    assert!(replaced("later").await.is_accepted());
}

#[tokio::test]
async fn a_documented_304_is_a_value() {
    let echo = Echo::start().await;
    let client = echo.client();
    let unchanged = client.read_user("unchanged", Some("tag")).await.unwrap();
    assert_eq!(unchanged.status().as_u16(), 304);
    assert!(unchanged.value().is_accepted());
    assert!(client.mark("x", None).await.is_ok());
}

#[tokio::test]
async fn error_bodies_have_the_documented_types() {
    let echo = Echo::start().await;
    let client = echo.client();
    let error = client.read_user("gone", None).await.unwrap_err();
    let problem: Problem = error.body_as().unwrap();
    assert_eq!(problem.title.as_deref(), Some("It is gone"));
    // A value that the document does not list.
    assert_eq!(problem.kind.unwrap().as_str(), "merged");
    let user = UserRequest::new("taken", "secret");
    let error = client.create_user(&user).await.unwrap_err();
    assert_eq!(error.body_as::<ConflictError>().unwrap().holder, "Ada");
    let other = error.body_as::<Vec<u8>>().unwrap_err();
    assert!(other.to_string().contains("invalid type"), "{other}");
}

#[tokio::test]
async fn optional_bodies_are_left_out() {
    let echo = Echo::start().await;
    let client = echo.client();
    let whole = client.send_odd(None).await.unwrap();
    assert_eq!(whole.value().plus1, Some(1));
    client
        .send_odd(&Odd::new(Default::default()))
        .await
        .unwrap();
    odd(&client, OddInputs::new()).await.unwrap();
    assert_eq!(
        echo.log()[..3],
        [
            "POST /odd",
            "POST /odd content-type=application/json {}",
            "POST /odd"
        ]
    );
}

#[tokio::test]
async fn odd_schemas_are_sent_and_received_as_declared() {
    let echo = Echo::start().await;
    let outputs = odd(&echo.client(), OddInputs::new()).await.unwrap();
    assert_eq!(outputs.minus, Some(4));
    assert_eq!(outputs.lives, Some(json!(9)));
    assert_eq!(outputs.iban, Some(json!("DE1")));
    let log = echo.log();
    let (_, sent) = log[1].split_once("json ").unwrap();
    let sent: Value = serde_json::from_str(sent).unwrap();
    let expected = json!({
        "+1": 1, "-1": 2, "+2": 3, "-2": 4, "extra": "five", "big": u64::MAX,
        "pet": {"kind": "cat", "lives": 9}, "source": {"iban": "DE1"}
    });
    assert_eq!(sent, expected);

    let odd = Odd {
        minus_2: Some(7),
        extra_property: Some("a".to_owned()),
        big: Some(u64::MAX),
        ..Odd::new([("b".to_owned(), "c".to_owned())].into_iter().collect())
    };
    let received = echo.client().send_odd(&odd).await.unwrap().into_value();
    assert_eq!(received.minus_2, Some(7));
    assert_eq!(received.big, Some(u64::MAX));
    assert_eq!(received.extra_property.as_deref(), Some("a"));
    assert_eq!(received.extra.get("b").map(String::as_str), Some("c"));
    assert_eq!(
        received.extra.get("further").map(String::as_str),
        Some("property")
    );
    let [ready, lost] = received.states.unwrap().try_into().unwrap();
    assert!(matches!(ready, OddStatesItem::Ready { .. }));
    assert!(matches!(lost, OddStatesItem::Unknown(json) if json["state"] == "lost"));
    let [text, sound] = received.parts.unwrap().try_into().unwrap();
    assert!(matches!(text, OddPartsItem::Text(text) if text == "a"));
    assert!(matches!(sound, OddPartsItem::Unknown(json) if json["sound"] == "b"));
}

#[tokio::test]
async fn a_success_without_a_body_is_an_outcome_without_a_result() {
    let echo = Echo::start().await;
    let client = echo.client();
    let unchanged = client.read_thing("unchanged").await.unwrap();
    assert_eq!(
        (unchanged.status().as_u16(), unchanged.value().is_accepted()),
        (204, true)
    );
    let found = client.read_thing("t").await.unwrap().into_value();
    assert!(matches!(found, Outcome::Finished(thing) if thing.state.as_deref() == Some("done")));
}

#[tokio::test]
async fn resources_leave_out_an_optional_body_without_properties() {
    let echo = Echo::start().await;
    let variables = openapi::Variables::default();
    let resources = openapi::resources::Resources::new(echo.client(), variables);
    let adjust = || resources.parcels().adjust("p");
    adjust().send().await.unwrap();
    adjust().note("").send().await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "PATCH /parcels/p",
            "PATCH /parcels/p content-type=application/json {\"note\":\"\"}"
        ]
    );
}

#[tokio::test]
async fn many_required_values_are_one_argument() {
    let echo = Echo::start().await;
    let variables = openapi::Variables::default();
    let resources = openapi::resources::Resources::new(echo.client(), variables);
    let required = openapi::resources::ReplaceClaimRequired {
        name: "Ada".to_owned(),
        day: "Monday".to_owned(),
        sum: 3,
        lines: vec!["a".to_owned()],
        kind: openapi::types::ReplaceClaimBodyKind::Loss,
        paid: true,
    };
    let replace = resources.claims().replace("c", required);
    replace.note("n").send().await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "PUT /claims/c content-type=application/json {\"day\":\"Monday\",\"kind\":\"loss\",\"lines\":[\"a\"],\
          \"name\":\"Ada\",\"note\":\"n\",\"paid\":true,\"sum\":3}"
        ]
    );
}

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
