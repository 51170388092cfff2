//! The generated types against answers as a service gives them: newer than the document, and with secrets in them.

use pipedream_sdk_generated::pipedream::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn decode<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// What becomes of JSON on its way through a type.
fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    serde_json::to_value(decode::<T>(value)).expect("every value of these types is JSON")
}

#[test]
fn an_id_in_a_new_format_and_a_value_nobody_listed_do_not_fail_a_page() {
    let page = json!({
        "data": [{
            "id": "acct-2027-x",
            "app": {
                "auth_type": "passkey", "categories": [], "custom_fields_json": null,
                "featured_weight": 0, "img_src": "", "name": "A", "name_slug": "a",
            },
        }],
        "page_info": { "count": 1, "total_count": 1, "start_cursor": null, "end_cursor": null },
    });
    let page: types::ListAccountsResponse = decode(&page);
    let account = &page.data[0];
    assert_eq!(account.id, "acct-2027-x");
    let auth_type = account.app.as_ref().and_then(types::App::auth_type);
    assert_eq!(auth_type.map(types::AppAuthType::as_str), Some("passkey"));
    assert!("passkey".parse::<types::AppAuthType>().is_err());
    assert!("acct-2027-x".parse::<types::AccountId>().is_err());
    assert!("apn_abc".parse::<types::AccountId>().is_ok());
}

#[test]
fn the_tag_of_a_prop_decides_and_an_unknown_kind_is_kept() {
    let string = json!({ "type": "string", "name": "title", "label": "Title", "secret": true });
    let prop: types::ConfigurableProp = decode(&string);
    assert!(
        matches!(prop, types::ConfigurableProp::String(_)),
        "{prop:?}"
    );
    assert_eq!(prop.label(), Some("Title"));

    let unknown = json!({ "type": "$.hologram", "name": "h", "label": "Hologram", "depth": [1, { "a": null }] });
    let prop: types::ConfigurableProp = decode(&unknown);
    assert_eq!((prop.type_(), prop.name()), (Some("$.hologram"), Some("h")));
    assert_eq!(through::<types::ConfigurableProp>(&unknown), unknown);
    // It may be the new form of something that holds a secret.
    assert_eq!(format!("{prop:?}"), "Unknown([redacted])");
}

#[test]
fn an_emitter_gives_its_id_whichever_kind_it_is() {
    let emitters = [
        json!({
            "type": "HttpInterface", "id": "hi_1", "key": "k", "endpoint_url": "https://x", "custom_response": false,
            "created_at": 1, "updated_at": 2,
        }),
        json!({ "type": "Pigeon", "id": "pg_1", "created_at": 1 }),
    ];
    for value in emitters {
        let emitter: types::Emitter = decode(&value);
        assert_eq!(emitter.id(), value["id"].as_str());
        assert_eq!(emitter.created_at(), Some(1));
        assert_eq!(serde_json::to_value(&emitter).ok(), Some(value));
    }
}

#[test]
fn an_emitter_without_its_tag_is_what_may_lack_one() {
    let bare = json!({
        "id": "dc_xyz", "name": "New Issue", "active": true, "configurable_props": [], "configured_props": {},
    });
    let emitter: types::Emitter = decode(&bare);
    assert!(
        matches!(emitter, types::Emitter::DeployedComponent(_)),
        "{emitter:?}"
    );
}

#[test]
fn numbers_keep_their_digits() {
    for text in ["0", "1", "-3", "0.5", "9007199254740993"] {
        let value: Value = serde_json::from_str(text).expect("a number");
        let again = through::<types::ConfiguredPropValueInteger>(&value);
        assert_eq!(again.to_string(), text);
    }
}

#[test]
fn what_nobody_set_is_not_sent() {
    let body = types::CreateTokenOpts::new("user-1");
    assert_eq!(
        serde_json::to_value(&body).ok(),
        Some(json!({ "external_user_id": "user-1" }))
    );
}

/// A change of any of these types breaks code that looks at them.
#[test]
fn what_may_be_null_beside_being_absent_has_an_option_for_each() {
    fn each(account: types::Account, run: types::RunActionResponse, opts: types::RunActionOpts) {
        let _: Option<Option<String>> = account.name;
        let _: Option<Option<bool>> = account.dead;
        let _: Option<Option<chrono::DateTime<chrono::Utc>>> = account.last_refreshed_at;
        let _: Option<bool> = account.healthy;
        let _: Option<Vec<String>> = account.authorized_scopes;
        // Null is a value like any other where anything is.
        let _: Option<Value> = run.ret;
        let _: Option<Vec<types::Observation>> = run.os;
        let _: Option<Option<types::RunActionOptsStashId>> = opts.stash_id;
    }
    let _ = each;
}

#[test]
fn null_in_an_answer_is_not_taken_for_absent() {
    let ran: types::RunActionResponse = decode(&json!({ "ret": null, "os": [] }));
    assert_eq!((ran.ret, ran.os), (Some(Value::Null), Some(Vec::new())));
    let ran: types::RunActionResponse = decode(&json!({}));
    assert_eq!((ran.ret, ran.os), (None, None));

    let account: types::Account = decode(&json!({ "id": "apn_1", "name": null }));
    assert_eq!((account.name(), account.error()), (None, None));
    assert_eq!((account.name, account.error), (Some(None), None));
}

#[test]
fn an_only_value_is_open_where_it_is_no_tag() {
    let prop = json!({ "type": "string", "name": "file", "format": "later-format" });
    let prop: types::ConfigurablePropString = decode(&prop);
    assert_eq!(prop.format().map(|it| it.as_str()), Some("later-format"));
    assert!(
        "later-format"
            .parse::<types::ConfigurablePropStringFormat>()
            .is_err()
    );

    // Another tag is another kind of prop.
    let alert = json!({ "type": "later", "name": "a", "content": "" });
    assert!(serde_json::from_value::<types::ConfigurablePropAlert>(alert).is_err());
}

#[test]
fn a_listed_word_is_not_taken_for_an_id() {
    let stash = decode::<types::RunActionOptsStashId>(&json!("NEW"));
    assert!(
        matches!(stash, types::RunActionOptsStashId::String(_)),
        "{stash:?}"
    );
    let stash = decode::<types::RunActionOptsStashId>(&json!("stash_1"));
    assert!(
        matches!(stash, types::RunActionOptsStashId::StashId(_)),
        "{stash:?}"
    );
}

#[test]
fn what_decodes_encodes_to_what_decodes_the_same() {
    let hook = json!({
        "id": "wh_1", "url": "https://x", "signing_key": "hunter2", "signing_key_set": true,
        "created_at": 1, "updated_at": 2,
    });
    let once: types::WebhookWithSigningKey = decode(&hook);
    let again: types::WebhookWithSigningKey =
        decode(&through::<types::WebhookWithSigningKey>(&hook));
    assert_eq!(once, again);
    assert!(!format!("{once:?}").contains("hunter2"), "{once:?}");
}

/// What the vendor's own examples show, through the type of each answer: nothing of it may get lost.
#[test]
#[ignore = "needs REFERENCE_DIR"]
fn the_vendors_examples_decode_and_come_back_whole() {
    type Through = fn(&Value) -> Value;
    let examples: [(&str, Through); 6] = [
        (
            "create-connect-token",
            through::<types::CreateTokenResponse>,
        ),
        ("deploy-trigger", through::<types::DeployTriggerResponse>),
        ("list-accounts", through::<types::ListAccountsResponse>),
        ("list-apps", through::<types::ListAppsResponse>),
        ("oauth-token", through::<types::CreateOAuthTokenResponse>),
        ("run-action", through::<types::RunActionResponse>),
    ];
    for (name, through) in examples {
        let path = format!("upstream/pipedream/examples/pipedream-{name}-example.json");
        let text = std::fs::read_to_string(tests::reference(&path)).expect("the example is there");
        let example: Value = serde_json::from_str(&text).expect("it is JSON");
        let body = &example["response"]["body"];
        lost(body, &through(body), name);
    }
}

/// Fails where something of the first value is not in the second.
fn lost(before: &Value, after: &Value, place: &str) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                let place = format!("{place}/{name}");
                match (value, after.get(name)) {
                    // The document does not know this one; it is still in the raw body of the reply.
                    (_, None) if place == "run-action/os/m" => {}
                    (_, Some(after)) => lost(value, after, &place),
                    (_, None) => panic!("{place} got lost"),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len(), "{place}");
            for (before, after) in before.iter().zip(after) {
                lost(before, after, place);
            }
        }
        (Value::String(before), Value::String(after)) if place.ends_with("_at") => {
            let instant = |text: &str| {
                text.trim_end_matches('Z')
                    .trim_end_matches(".000")
                    .to_owned()
            };
            assert_eq!(instant(before), instant(after), "{place}");
        }
        _ => assert_eq!(before, after, "{place}"),
    }
}
