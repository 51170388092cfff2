//! Tests of the requests that generated code sends for constructs of OpenAPI and Arazzo.
//!
//! The code in `fixtures/echo/src` is generated from the documents next to it; that it compiles is part of the
//! test. `UPDATE_GOLDENS=1 cargo test -p tests --test echo` updates it; review the difference.

mod kept;
mod server;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/echo/src/openapi/mod.rs"]
mod openapi;
#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#[path = "../../fixtures/echo/src/workflows/mod.rs"]
mod workflows;

use std::fs;

use openapi::types::{
    ConflictError, Odd, OddPartsItem, OddStatesItem, Problem, ReplaceUserResponse, User,
    UserRequest,
};
use pipedream_sdk_runtime::{Outcome, WorkflowSet as _, run_json};
use serde_json::{Value, json};
use server::Echo;
use tests::generator::{codegen, codes, documents_in, fixtures, shown};
use workflows::{
    BodiesInputs, CollectedInputs, ComparedInputs, DefaultsInputs, EveryStyleInputs,
    ExpectedErrorInputs, LengthsInputs, MeantInputs, MediaTypesInputs, NoRetryInputs, OddInputs,
    OrderedInputs, PollInputs, QuotesInputs, ReceivedInputs, RedirectedInputs, RefusedInputs,
    ReplacedInputs, SecretsInputs, SelectedInputs, TemplatesInputs, TextAsTextInputs,
    TwoDependenciesInputs, UndeclaredInputs, UsersInputs, XpathInputs, bodies, collected, compared,
    defaults, every_style, expected_error, lengths, meant, media_types, no_retry, odd, ordered,
    poll, quotes, received, redirected, refused, replaced, secrets, selected, templates,
    text_as_text, two_dependencies, undeclared, users, xpath,
};

#[test]
fn generated_code_matches_the_golden_code() {
    let folder = fixtures("echo");
    let run = codegen(documents_in(&folder), &folder);
    let output = run
        .output
        .as_ref()
        .unwrap_or_else(|| panic!("{}", shown(&run)));
    // The query that is written as a comparison, lengths in dot notation, and an expression in a string of a
    // condition; properties of one Rust name; the retry that is never made; the literals of other types; and
    // properties that the bodies do not declare.
    let expected = [
        vec!["nonstandard"; 4],
        vec!["retry-limit"],
        vec!["property-name-clash"],
        vec!["type-mismatch"; 8],
        vec!["unknown-property"; 5],
    ];
    assert_eq!(codes(&run), expected.concat(), "{}", shown(&run));
    for (path, text) in output.files().filter(|(path, _)| path.starts_with("src/")) {
        let file = folder.join(path);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        }
        assert!(
            fs::read(&file).unwrap_or_default() == text,
            "{path} is outdated: set UPDATE_GOLDENS=1 to update it"
        );
    }
}

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
async fn texts_are_compared_and_inserted_as_text() {
    let echo = Echo::start().await;
    text_as_text(&echo.client(), TextAsTextInputs::new())
        .await
        .unwrap();
    let url = echo.base.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(
        echo.log(),
        [
            "GET /text".to_owned(),
            format!("POST /marks/it%20is%20hello?value={url}%2Ftext"),
        ]
    );
}

#[tokio::test]
async fn defaults_apply_where_the_caller_gives_nothing() {
    let echo = Echo::start().await;
    defaults(&echo.client(), DefaultsInputs::new())
        .await
        .unwrap();
    let given = DefaultsInputs::new()
        .name("ada")
        .limit(5_i64)
        .untyped(json!("x"));
    defaults(&echo.client(), given).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /marks/anybody?value=20+%5B1%2C%22two%22%5D",
            "POST /marks/ada?value=5+x",
        ]
    );
}

#[tokio::test]
async fn a_retry_limit_of_zero_allows_no_retry() {
    let echo = Echo::start().await;
    let error = no_retry(&echo.client(), NoRetryInputs::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(echo.log().len(), 1);
}

#[tokio::test]
async fn a_query_that_is_written_as_a_comparison_compares() {
    let echo = Echo::start().await;
    compared(&echo.client(), ComparedInputs::new("finished"))
        .await
        .unwrap();
    assert_eq!(echo.log(), ["GET /things/finished"]);
    compared(&echo.client(), ComparedInputs::new("waiting"))
        .await
        .unwrap();
    assert_eq!(echo.log()[1..], ["GET /things/waiting", "POST /marks/more"]);
}

#[tokio::test]
async fn an_accepted_error_has_outputs() {
    let echo = Echo::start().await;
    let outputs = expected_error(&echo.client(), ExpectedErrorInputs::new())
        .await
        .unwrap();
    assert_eq!(outputs.reason.as_deref(), Some("it was deleted"));
}

#[tokio::test]
async fn an_output_of_another_type_in_an_accepted_error_is_an_error() {
    let echo = Echo::start().await;
    echo.answer_errors_with(json!({ "reason": ["a", "list"] }));
    let error = expected_error(&echo.client(), ExpectedErrorInputs::new())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("$response.body#/reason"), "{text}");
    echo.answer_errors_with(json!({ "reason": null }));
    let outputs = expected_error(&echo.client(), ExpectedErrorInputs::new()).await;
    assert_eq!(outputs.unwrap().reason, None);
}

#[tokio::test]
async fn bodies_have_the_declared_media_type() {
    let echo = Echo::start().await;
    bodies(&echo.client(), BodiesInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "PATCH /things/t content-type=application/merge-patch+json {\"state\":\"replaced\"}",
            "POST /forms content-type=application/x-www-form-urlencoded \
             color%5BR%5D=1&color%5BG%5D=2&names=a,b&nested=%7B%22R%22%3A3%7D",
            "PUT /tables content-type=text/csv a;b\n1;2\n",
        ]
    );
}

#[tokio::test]
async fn the_content_type_or_the_payload_chooses_among_media_types() {
    let echo = Echo::start().await;
    media_types(&echo.client(), MediaTypesInputs::new("a&b"))
        .await
        .unwrap();
    let log = echo.log();
    let note = |rest: &str| format!("POST /notes content-type={rest}");
    let form = note("application/x-www-form-urlencoded stars=5&text=a%26b");
    assert_eq!(
        log[..5],
        [
            note("application/json {\"text\":\"a&b\"}"),
            note("text/json {\"text\":\"a&b\"}"),
            note("application/vnd.note+json {\"state\":\"a&b\"}"),
            form,
            note("application/x-www-form-urlencoded text=a%26b"),
        ]
    );
    let parts = log[5].replace("\r\n", "|");
    assert!(
        parts.starts_with(&note("multipart/form-data; boundary=")),
        "{parts}"
    );
    assert!(parts.contains("name=\"text\"||a&b|"), "{parts}");
    assert_eq!(
        log[6..],
        [
            note("application/xml <note>a&b</note>"),
            note("image/png a&b")
        ]
    );
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
async fn a_step_reads_the_outputs_of_the_status_at_hand() {
    let echo = Echo::start().await;
    let outputs = users(&echo.client(), UsersInputs::new("Grace"))
        .await
        .unwrap();
    assert_eq!(outputs.receipt, Some(json!(7)));
    assert_eq!(outputs.id, None);
    assert_eq!(outputs.unchanged, 304);
    assert_eq!(
        echo.log()[1],
        "PUT /users/new content-type=application/json {\"manager\":{\"name\":\"Ada\",\
         \"password\":\"other\"},\"name\":\"Grace\",\"password\":\"secret\"}"
    );
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
async fn a_step_repeats_until_its_own_output_changes() {
    let echo = Echo::start().await;
    let outputs = poll(&echo.client(), PollInputs::new()).await.unwrap();
    assert_eq!(echo.log(), ["GET /things/pending"; 3]);
    assert_eq!(outputs.state.as_deref(), Some("done"));
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
async fn outputs_are_collected_in_lists_and_objects() {
    let echo = Echo::start().await;
    let outputs = collected(&echo.client(), CollectedInputs::new())
        .await
        .unwrap();
    let about = json!({ "state": "done", "at": [200, null, "is done", 1] });
    assert_eq!(outputs.all, json!(["done", { "about": about }]));
    let [_, mark] = echo.log().try_into().unwrap();
    let value = "%7B%22state%22%3A%22done%22%2C%22at%22%3A%5B200%2Cnull%2C%22is+done%22%2C1%5D%7D";
    assert_eq!(mark, format!("POST /marks/is%20done?value={value}"));
}

#[tokio::test]
async fn an_accepted_error_is_collected_and_embedded() {
    let echo = Echo::start().await;
    let outputs = refused(&echo.client(), RefusedInputs::new()).await.unwrap();
    assert_eq!(outputs.why, json!({ "reason": "it was deleted" }));
    assert_eq!(outputs.text, "because it was deleted");
}

#[tokio::test]
async fn xpath_is_evaluated_on_xml() {
    let echo = Echo::start().await;
    xpath(&echo.client(), XpathInputs::new(2_i64))
        .await
        .unwrap();
    assert_eq!(echo.log(), ["GET /xml"]);
    xpath(&echo.client(), XpathInputs::new(3_i64))
        .await
        .unwrap();
    assert_eq!(echo.log()[1..], ["GET /xml", "POST /marks/more"]);
}

#[tokio::test]
async fn steps_run_after_those_they_depend_on() {
    let echo = Echo::start().await;
    ordered(&echo.client(), OrderedInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /marks/first",
            "POST /marks/second",
            "POST /marks/third"
        ]
    );
}

#[tokio::test]
async fn literals_of_other_types_are_sent_as_they_are_meant() {
    let echo = Echo::start().await;
    meant(&echo.client(), MeantInputs::new()).await.unwrap();
    assert_eq!(
        echo.log(),
        [
            "GET /numbers?count=5&names=a%2Cb&text=7&list=1,2",
            "GET /numbers?count=5&names=at+https%3A%2F%2Fecho.example%2Farazzo.yml&list=3",
            "PUT /things/8 content-type=application/json {\"count\":4,\"zip\":\"90210\"}",
        ]
    );
}

#[tokio::test]
async fn lengths_and_embedded_strings_are_compared() {
    let echo = Echo::start().await;
    lengths(&echo.client(), LengthsInputs::new()).await.unwrap();
    assert_eq!(echo.log(), ["GET /things/t", "POST /marks/found"]);
}

#[tokio::test]
async fn inputs_with_names_of_secrets_are_redacted() {
    let echo = Echo::start().await;
    let inputs = SecretsInputs::new("one", "two", "three", "four");
    let text = format!("{inputs:?}");
    assert!(!text.contains("one") && !text.contains("two") && !text.contains("three"));
    assert!(text.contains("four"), "{text}");
    secrets(&echo.client(), inputs).await.unwrap();
    assert_eq!(echo.log(), ["POST /marks/one?value=two+three+four"]);
}

#[tokio::test]
async fn json_text_has_values_without_quotes() {
    let echo = Echo::start().await;
    templates(&echo.client(), TemplatesInputs::new(3_i64))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "PUT /things/t content-type=application/json {\"count\":3,\"zip\":\"at 3\"}",
            "GET /numbers?count=3&text=3",
            "POST /anything content-type=application/json {\"text\":\"3\",\"number\":3}",
            "GET /numbers",
        ]
    );
}

#[tokio::test]
async fn values_with_quotes_are_compared_in_queries() {
    for text in [
        "plain",
        "it's",
        "say \"so\"",
        "both ' and \"",
        "a\\b\n",
        "' or '' = '",
    ] {
        let echo = Echo::start().await;
        let inputs = QuotesInputs::new(text);
        quotes(&echo.client(), inputs)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(echo.log().len(), 2);
    }
}

#[tokio::test]
async fn replacements_fit_into_xml_and_lists() {
    let echo = Echo::start().await;
    replaced(&echo.client(), ReplacedInputs::new("<b> & c", 3_i64))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "POST /notes content-type=application/xml <note kind=\"a &amp; b\"><text>&lt;b&gt; &amp; c</text>\
             <stars>of 3</stars></note>",
            "POST /anything content-type=application/json {\"list\":[1,3,\"last\"]}",
            "PUT /things/t content-type=application/json {\"count\":3,\"zip\":\"3\"}",
        ]
    );
}

#[tokio::test]
async fn a_redirect_that_a_step_expects_is_not_followed() {
    let echo = Echo::start().await;
    let outputs = redirected(&echo.client(), RedirectedInputs::new())
        .await
        .unwrap();
    assert_eq!(outputs.at.as_deref(), Some("/things/t"));
    assert_eq!(echo.log(), ["GET /things"]);
    let found = echo.client().find_thing().await.unwrap();
    assert_eq!(found.value().state.as_deref(), Some("done"));
    assert_eq!(echo.log()[1..], ["GET /things", "GET /things/t"]);
}

#[tokio::test]
async fn a_workflow_that_two_dependencies_need_runs_once() {
    let echo = Echo::start().await;
    two_dependencies(&echo.client(), TwoDependenciesInputs::new())
        .await
        .unwrap();
    let sent = [
        "POST /marks/root",
        "POST /marks/left",
        "POST /marks/right",
        "POST /marks/200200",
    ];
    assert_eq!(echo.log(), sent);
}

#[tokio::test]
async fn selectors_select_one_value_or_a_list() {
    let echo = Echo::start().await;
    selected(&echo.client(), SelectedInputs::new())
        .await
        .unwrap();
    assert_eq!(
        echo.log()[2..],
        [
            "POST /anything content-type=application/json {\"only\":\"b\",\"letters\":\"b\",\"count\":2.0}",
            "POST /marks/4?value=3",
        ]
    );
}

#[tokio::test]
async fn properties_that_the_description_lacks_are_sent() {
    let echo = Echo::start().await;
    undeclared(&echo.client(), UndeclaredInputs::new("t"))
        .await
        .unwrap();
    assert_eq!(
        echo.log(),
        [
            "PUT /things/t content-type=application/json \
             {\"count\":1,\"more\":[1,{\"text\":\"t\"}],\"a/b\":\"<t>\"}",
            "POST /users content-type=application/json \
             {\"manager\":{\"name\":\"Ada\",\"password\":\"q\",\"rank\":1},\"name\":\"Grace\",\"password\":\"p\"}",
        ]
    );
}

#[tokio::test]
async fn values_are_sent_as_they_were_received() {
    let echo = Echo::start().await;
    let inputs = serde_json::from_value::<ReceivedInputs>(
        json!({ "number": "5", "box": { "size": 2, "color": "red" } }),
    );
    received(&echo.client(), inputs.unwrap()).await.unwrap();
    let parcel = json!({
        "id": "p", "sent": "2026-01-02T03:04:05.50+02:00", "note": null,
        "box": { "size": 1, "lid": true }, "weight": 1.5
    });
    let mut changed = parcel.clone();
    changed["note"] = json!("for 5");
    changed["box"]["lid"] = json!(false);
    changed["copy"] = parcel["box"].clone();
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    let json = |target: &str| format!("{target} content-type=application/json");
    let sent = "2026-01-02T03%3A04%3A05.50%2B02%3A00";
    let mark = "/marks/null%20%7B%22size%22%3A1%2C%22lid%22%3Atrue%7D";
    let expected = [
        ("GET /parcels/p".to_owned(), json!({})),
        (
            "PUT /parcels/p content-type=application/vnd.parcel+json".to_owned(),
            parcel.clone(),
        ),
        (
            json("POST /parcels"),
            json!({
                "parcels": [parcel], "box": parcel["box"], "note": null, "sent": parcel["sent"],
                "due": "2026-01-03T00:00:00+02:00", "number": 5
            }),
        ),
        (format!("POST {mark}?value={sent}"), json!({})),
        (format!("GET /parcels?since={sent}"), json!({})),
        ("GET /parcels/p".to_owned(), json!({})),
        (json("PUT /parcels/q"), parcel.clone()),
        (json("PUT /parcels/r"), changed),
        (
            json("POST /parcels"),
            json!({ "box": { "size": 2, "color": "red" }, "urgent": true }),
        ),
    ];
    assert_eq!(log, expected);
}

/// Splits a recorded request into its head and its JSON body.
fn head_and_json(line: &str) -> (String, Value) {
    let (head, body) = line.split_once(" {").unwrap_or((line, "}"));
    let body: Value = serde_json::from_str(&format!("{{{body}")).unwrap();
    (head.to_owned(), body)
}

#[tokio::test]
async fn inputs_are_sent_as_they_were_given() {
    let echo = Echo::start().await;
    let handle = workflows::Workflows::new(echo.client(), workflows::Variables::default());
    let parcel = json!({
        "id": "g", "sent": "2026-01-02T03:04:05.50-07:00", "box": { "size": 1, "lid": [true] },
        "weight": { "kg": 2 }
    });
    let at = "2026-02-01T10:00:00.120+09:00";
    let inputs = json!({ "parcel": parcel, "at": at, "day": "2026-02-02", "count": 5 });
    run_json(&handle, "given", inputs).await.unwrap();
    let received = json!({
        "id": "p", "sent": "2026-01-02T03:04:05.50+02:00", "note": null,
        "box": { "size": 1, "lid": true }, "weight": 1.5
    });
    let escaped = |time: &str| time.replace(':', "%3A").replace('+', "%2B");
    let (given, sent) = (escaped(at), escaped("2026-01-02T03:04:05.50+02:00"));
    let (day, due) = (
        escaped("2026-02-02T08:00:00+02:00"),
        escaped("2026-01-03T00:00:00+02:00"),
    );
    let form = "content-type=application/x-www-form-urlencoded";
    let mut changed = parcel.clone();
    changed["id"] = json!("5");
    let json = |target: &str| format!("{target} content-type=application/json");
    let expected = [
        ("GET /parcels/p".to_owned(), json!({})),
        (
            format!(
                "POST /times/{given}?from={given} x-at={at} cookie=visit={given} {form} at={given}&due={day}"
            ),
            json!({}),
        ),
        (
            format!(
                "POST /times/{sent}?from={day}&all={due},{sent} x-at=2026-01-03T00:00:00.50+02:00 {form} at={sent}&due={due}"
            ),
            json!({}),
        ),
        (json("PUT /parcels/5"), changed),
        (
            json("POST /parcels"),
            json!({ "box": parcel["box"], "sent": at, "parcels": [parcel] }),
        ),
        (json("PUT /parcels/h"), parcel.clone()),
        (format!("GET /parcels?since={given}"), json!({})),
        (json("PUT /parcels/h"), received),
        (format!("GET /parcels?since={due}"), json!({})),
    ];
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    assert_eq!(log, expected);
}

#[tokio::test]
async fn a_stored_run_sends_inputs_as_they_were_given() {
    let echo = Echo::start().await;
    let handle = workflows::Workflows::new(echo.client(), workflows::Variables::default());
    let parcel = json!({ "id": "g", "weight": 2 });
    let inputs = json!({ "parcel": parcel, "at": "2026-02-01T10:00:00+09:00" });
    let call = || handle.json_call("handed").unwrap();
    let run = call().inputs(inputs).into_run().unwrap();
    let stored = serde_json::to_value(&run).unwrap();
    let mut restored = call().restore(stored).unwrap();
    restored.advance().await.unwrap();
    restored.advance().await.unwrap();
    let log: Vec<(String, Value)> = echo.log().iter().map(|line| head_and_json(line)).collect();
    let find = "GET /parcels?since=2026-02-01T10%3A00%3A00%2B09%3A00";
    let expected = [
        (
            "PUT /parcels/h content-type=application/json".to_owned(),
            parcel,
        ),
        (find.to_owned(), json!({})),
    ];
    assert_eq!(log, expected);
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
