//! Tests of the generated types with responses that are newer than the document or contain secrets.

use pipedream_sdk_generated::pipedream::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn decode<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// Decodes and encodes a value.
fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    serde_json::to_value(decode::<T>(value)).expect("every value of these types is JSON")
}

#[test]
fn unknown_id_format_and_enum_value_do_not_fail_a_page() {
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
fn prop_tag_selects_the_variant_and_unknown_tags_are_kept() {
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
    // It may be a new form of a value that contains a secret.
    assert_eq!(format!("{prop:?}"), "Unknown([redacted])");
}

#[test]
fn emitter_has_an_id_for_every_variant() {
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
fn emitter_without_a_tag_is_the_untagged_variant() {
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
fn omits_properties_that_are_not_set() {
    let body = types::CreateTokenOpts::new("user-1");
    assert_eq!(
        serde_json::to_value(&body).ok(),
        Some(json!({ "external_user_id": "user-1" }))
    );
}

/// Code that uses these types breaks if any of them changes.
#[test]
fn nullable_optional_properties_have_nested_options() {
    fn each(account: types::Account, run: types::RunActionResponse, opts: types::RunActionOpts) {
        let _: Option<Option<String>> = account.name;
        let _: Option<Option<bool>> = account.dead;
        let _: Option<Option<chrono::DateTime<chrono::Utc>>> = account.last_refreshed_at;
        let _: Option<bool> = account.healthy;
        let _: Option<Vec<String>> = account.authorized_scopes;
        // A property of any type may be null.
        let _: Option<Value> = run.ret;
        let _: Option<Vec<types::Observation>> = run.os;
        let _: Option<Option<types::RunActionOptsStashId>> = opts.stash_id;
    }
    let _ = each;
}

#[test]
fn null_in_a_response_is_not_absent() {
    let ran: types::RunActionResponse = decode(&json!({ "ret": null, "os": [] }));
    assert_eq!((ran.ret, ran.os), (Some(Value::Null), Some(Vec::new())));
    let ran: types::RunActionResponse = decode(&json!({}));
    assert_eq!((ran.ret, ran.os), (None, None));

    let account: types::Account = decode(&json!({ "id": "apn_1", "name": null }));
    assert_eq!((account.name(), account.error()), (None, None));
    assert_eq!((account.name, account.error), (Some(None), None));
}

#[test]
fn single_enum_value_that_is_not_a_tag_is_open() {
    let prop = json!({ "type": "string", "name": "file", "format": "later-format" });
    let prop: types::ConfigurablePropString = decode(&prop);
    assert_eq!(prop.format().map(|it| it.as_str()), Some("later-format"));
    assert!(
        "later-format"
            .parse::<types::ConfigurablePropStringFormat>()
            .is_err()
    );

    // Another tag is another type of prop.
    let alert = json!({ "type": "later", "name": "a", "content": "" });
    assert!(serde_json::from_value::<types::ConfigurablePropAlert>(alert).is_err());
}

#[test]
fn enum_value_is_not_decoded_as_an_id() {
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
fn decoded_values_round_trip() {
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

/// Decodes the vendor's examples without losing any property.
#[test]
#[ignore = "needs REFERENCE_DIR"]
fn vendor_examples_round_trip_through_the_types() {
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

/// Asserts that the second value contains everything in the first.
fn lost(before: &Value, after: &Value, place: &str) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                let place = format!("{place}/{name}");
                match (value, after.get(name)) {
                    // The document does not declare this property; it is available in the raw body.
                    (_, None) if place == "run-action/os/m" => {}
                    (_, Some(after)) => lost(value, after, &place),
                    (_, None) => panic!("{place} is missing"),
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
