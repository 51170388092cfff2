//! Tests with signatures of `openssl` and with deliveries of the fake.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use pipedream_sdk_testing::FakePipedream;
use serde_json::json;

use super::*;
use crate::Pipedream;
use crate::credentials::SecretString;

/// Body of the signatures below, created by `openssl dgst -sha256 -hmac` over `1700000000.` and this body.
const BODY: &[u8] = r#"{"n":1,"text":"grüß"}"#.as_bytes();
const AT: u64 = 1_700_000_000;
const BY_ONE: &str = "d2d96dc8150f715d8c39d9a051cad5ce90fc9b63058447b6ef95566b739fb10d";
const BY_TWO: &str = "7d52cb563facc18ce2a9fc3ba8431d04837ced5016bb29c37d409c2297da404f";
/// As `BY_ONE`, with the time written as `01700000000`.
const BY_ONE_WITH_ZERO: &str = "9f202868e9d6c3832f1155089cb9c3b98513487841a4af605f3ef8825bb4de2e";
/// As `BY_ONE`, with an empty body.
const BY_ONE_WITH_EMPTY_BODY: &str =
    "9ce9758915b7061d463f6e5a4a0ff140b13ca15b89714d504f852103883b617e";

fn headers(signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    headers
}

fn clock(offset: i64) -> SystemTime {
    let now = UNIX_EPOCH + Duration::from_secs(AT);
    match u64::try_from(offset) {
        Ok(later) => now + Duration::from_secs(later),
        Err(_) => now - Duration::from_secs(offset.unsigned_abs()),
    }
}

fn verify(keys: &[&str], signature: &str, body: &[u8]) -> Result<TriggerEvent, WebhookError> {
    Verifier::new(keys.iter().copied()).verify_at(&headers(signature), body, clock(0))
}

#[test]
fn accepts_only_a_signature_of_key_time_and_body() {
    let signed = format!("t={AT},v1={BY_ONE}");
    assert_eq!(verify(&["key-one"], &signed, BODY).unwrap().body(), BODY);
    let empty = format!("t={AT},v1={BY_ONE_WITH_EMPTY_BODY}");
    assert!(verify(&["key-one"], &empty, b"").is_ok());

    let other_body = br#"{"n":2,"text":"x"}"#;
    let other_time = format!("t={},v1={BY_ONE}", AT + 1);
    let other_value = format!("t={AT},v1={}", BY_ONE.replace('a', "b").replace('0', "1"));
    for (keys, signature, body) in [
        (&["key-two"], &signed, BODY),
        (&["key-one"], &signed, &other_body[..]),
        (&["key-one"], &signed, &[BODY, b"\n"].concat()[..]),
        (&["key-one"], &other_time, BODY),
        (&["key-one"], &other_value, BODY),
    ] {
        assert_eq!(verify(keys, signature, body), Err(WebhookError::Mismatch));
    }
}

#[test]
fn verifies_the_time_as_written() {
    let signed = format!("t=0{AT},v1={BY_ONE_WITH_ZERO}");
    assert_eq!(
        verify(&["key-one"], &signed, BODY).unwrap().sent_at(),
        1_700_000_000
    );
    let rewritten = format!("t={AT},v1={BY_ONE_WITH_ZERO}");
    assert_eq!(
        verify(&["key-one"], &rewritten, BODY),
        Err(WebhookError::Mismatch)
    );
}

#[test]
fn accepts_any_of_several_keys_and_values() {
    let wrong = "0".repeat(64);
    let both = ["key-one", "key-two"];
    for signature in [
        format!("t={AT},v1={BY_ONE}"),
        format!("t={AT},v1={BY_TWO}"),
        format!("t={AT},v1={wrong},v1={BY_TWO}"),
        format!("v1={BY_ONE},v1={wrong},t={AT}"),
        format!(" t={AT} , v0=other, v1={}", BY_ONE.to_uppercase()),
    ] {
        assert!(verify(&both, &signature, BODY).is_ok(), "{signature}");
    }
}

#[test]
fn rejects_every_delivery_without_a_key() {
    let signature = format!("t={AT},v1={BY_ONE}");
    assert_eq!(verify(&[], &signature, BODY), Err(WebhookError::NoKey));
    assert_eq!(
        verify(&["", " "], &signature, BODY),
        Err(WebhookError::NoKey)
    );
    let none: Option<SecretString> = None;
    let verified = Verifier::new(none).verify_at(&headers(&signature), BODY, clock(0));
    assert_eq!(verified, Err(WebhookError::NoKey));
}

#[test]
fn reports_the_reason_for_a_malformed_header() {
    for (signature, reason) in [
        ("", "name=value"),
        ("t", "name=value"),
        (&format!("v1={BY_ONE}"), "no time"),
        (&format!("t=,v1={BY_ONE}"), "not a number"),
        (&format!("t=+{AT},v1={BY_ONE}"), "not a number"),
        (&format!("t=-1,v1={BY_ONE}"), "not a number"),
        (
            &format!("t=99999999999999999999,v1={BY_ONE}"),
            "not a number",
        ),
        (&format!("t={AT},t={AT},v1={BY_ONE}"), "more than one time"),
        (&format!("t={AT}"), "no signature"),
        (&format!("t={AT},v0={BY_ONE}"), "no signature"),
        (&format!("t={AT},v1="), "64 hexadecimal"),
        (&format!("t={AT},v1={}", &BY_ONE[1..]), "64 hexadecimal"),
        (&format!("t={AT},v1={}", "g".repeat(64)), "64 hexadecimal"),
        (&format!("t={AT},v1={},v1={BY_ONE}", "x"), "64 hexadecimal"),
    ] {
        let error = verify(&["key-one"], signature, BODY).unwrap_err();
        assert!(
            matches!(error, WebhookError::Malformed(_)),
            "{signature}: {error}"
        );
        assert!(error.to_string().contains(reason), "{signature}: {error}");
    }
    let verifier = Verifier::new(["key-one"]);
    let unsigned = verifier.verify_at(&HeaderMap::new(), BODY, clock(0));
    assert_eq!(unsigned, Err(WebhookError::NotSigned));
    let mut twice = headers(&format!("t={AT},v1={BY_ONE}"));
    twice.append(SIGNATURE_HEADER, HeaderValue::from_static("t=1,v1=00"));
    let error = verifier.verify_at(&twice, BODY, clock(0)).unwrap_err();
    assert!(error.to_string().contains("more than once"), "{error}");
    let mut binary = HeaderMap::new();
    let value = HeaderValue::from_bytes(b"t=1,v1=\xff").unwrap();
    binary.insert(SIGNATURE_HEADER, value);
    let error = verifier.verify_at(&binary, BODY, clock(0)).unwrap_err();
    assert!(error.to_string().contains("not valid text"), "{error}");
}

#[test]
fn accepts_deliveries_only_within_the_tolerance() {
    let headers = headers(&format!("t={AT},v1={BY_ONE}"));
    let verifier = Verifier::new(["key-one"]);
    for offset in [0, 300, -300] {
        let verified = verifier.verify_at(&headers, BODY, clock(offset));
        assert!(verified.is_ok(), "{offset}");
    }
    for (offset, expected) in [(301, "301 s ago"), (-301, "301 s in the future")] {
        let error = verifier
            .verify_at(&headers, BODY, clock(offset))
            .unwrap_err();
        assert_eq!(
            error,
            WebhookError::Untimely {
                age_seconds: offset
            }
        );
        assert!(error.to_string().contains(expected), "{error}");
    }
    let strict = verifier.clone().tolerance(Duration::from_secs(5));
    assert!(strict.verify_at(&headers, BODY, clock(6)).is_err());
    // A forged delivery is reported as a mismatch, not as old.
    let forged = verifier.verify_at(&headers, b"{}", clock(9_999));
    assert_eq!(forged, Err(WebhookError::Mismatch));
}

#[test]
fn rejects_extreme_times_without_overflow() {
    let headers = headers(&format!("t={},v1={BY_ONE}", i64::MAX));
    let verifier = Verifier::new(["key-one"]);
    for now in [
        UNIX_EPOCH,
        UNIX_EPOCH - Duration::from_secs(1 << 40),
        clock(1 << 40),
    ] {
        assert!(verifier.verify_at(&headers, BODY, now).is_err());
    }
}

#[test]
fn peek_reads_headers_and_ignores_blank_ones() {
    let mut headers = HeaderMap::new();
    assert_eq!(peek(&headers).emitter_id(), None);
    headers.insert("X-PD-Emitter-ID", HeaderValue::from_static(" dc_1 "));
    headers.insert("x-pd-external-user-id", HeaderValue::from_static(" "));
    assert_eq!(peek(&headers).emitter_id(), Some("dc_1"));
    assert_eq!(peek(&headers).external_user_id(), None);
}

#[test]
fn debug_and_errors_omit_keys_signatures_and_events() {
    let signed = format!("t={AT},v1={BY_ONE}");
    let event = verify(&["key-one"], &signed, BODY).unwrap();
    let mismatch = verify(&["marked-key"], &signed, b"marked-body").unwrap_err();
    let broken = Verifier::new(["key-one"])
        .verify_at(&headers(&signed), BODY, clock(0))
        .unwrap()
        .json::<u8>()
        .unwrap_err();
    let output = format!(
        "{event:?} {mismatch:?} {mismatch} {broken:?} {broken} {:?} {}",
        Verifier::new(["marked-key"]),
        crate::Error::from(mismatch.clone())
    );
    for secret in ["marked", "key-one", BY_ONE, "grüß"] {
        assert!(!output.contains(secret), "{secret} in {output}");
    }
    assert!(
        broken.to_string().contains("unexpected JSON structure"),
        "{broken}"
    );
    assert_eq!(
        crate::Error::from(mismatch).kind(),
        crate::ErrorKind::Webhook
    );
}

/// Deliveries that the local server has received.
type Deliveries = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// Starts a server that records deliveries, and returns its URL.
async fn receiver() -> (String, Deliveries) {
    let received = Deliveries::default();
    let deliveries = Arc::clone(&received);
    let record = move |headers: HeaderMap, body: Bytes| async move {
        deliveries.lock().unwrap().push((headers, body));
    };
    let router = axum::Router::new().route("/hook", axum::routing::post(record));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, received)
}

#[tokio::test]
async fn accepts_deliveries_only_with_the_key_of_their_webhook() {
    let fake = FakePipedream::start().await;
    let (url, received) = receiver().await;
    let trigger = fake.deploy_trigger("user-42", "github-new-issue");
    let (_, first) = fake.add_trigger_webhook(&trigger, &url);
    let (_, second) = fake.add_trigger_webhook(&trigger, &url);
    let delivered = fake.deliver(&trigger, json!({"issue": 7})).await;
    assert!(
        delivered.iter().all(|it| it.status == Some(200)),
        "{delivered:?}"
    );

    let received = received.lock().unwrap().clone();
    let [(headers, body), _] = received.as_slice() else {
        panic!("{} deliveries", received.len());
    };
    assert_eq!(peek(headers).emitter_id(), Some(&*trigger));
    let event = Verifier::new([&*first]).verify(headers, body).unwrap();
    assert_eq!(event.value().unwrap()["issue"], 7);
    assert_eq!(event.external_user_id(), Some("user-42"));
    assert_eq!(
        Verifier::new([&*second]).verify(headers, body),
        Err(WebhookError::Mismatch)
    );
    assert!(
        Verifier::new([&*second, &*first])
            .verify(headers, body)
            .is_ok()
    );
}

#[tokio::test]
async fn parses_connection_events_of_the_fake() {
    let fake = FakePipedream::start().await;
    let (url, received) = receiver().await;
    let user = Pipedream::builder()
        .base_url(fake.base_url())
        .access_token(fake.access_token())
        .project_id(FakePipedream::PROJECT_ID)
        .build()
        .unwrap()
        .user("user-42");
    let token = user
        .tokens()
        .create()
        .webhook_uri(url)
        .send()
        .await
        .unwrap();
    let token = token.token.expose();
    fake.connecting_fails("slack", "Access was denied.");
    fake.connect(token, "slack").await;
    fake.connecting_works("slack");
    let connected = fake.connect(token, "slack").await;

    let received = received.lock().unwrap().clone();
    let [failed, succeeded] =
        [0, 1].map(|it| ConnectionEvent::from_slice(&received[it].1).unwrap());
    assert!(
        matches!(failed.outcome(), ConnectionOutcome::Failed(reason) if reason == "Access was denied.")
    );
    let account = succeeded.account().unwrap();
    assert_eq!(Some(account.id.as_str()), connected.account_id.as_deref());
    assert_eq!(account.external_id.as_deref(), Some("user-42"));
    assert_eq!(succeeded.connect_token().unwrap().expose(), token);
    assert!(succeeded.connect_session_id().unwrap().len() > 20);
}

#[test]
fn parses_a_connection_event_and_keeps_all_digits_of_the_session_id() {
    let body = br#"{
        "event": "CONNECTION_SUCCESS",
        "connect_token": "ctok_marked",
        "environment": "production",
        "connect_session_id": 123456789012345678901234567890,
        "account": {"id": "apn_1", "name": "Mine", "healthy": true, "new_field": {"x": 1}}
    }"#;
    let event = ConnectionEvent::from_slice(body).unwrap();
    assert_eq!(event.account().unwrap().id, "apn_1");
    assert_eq!(
        event.connect_session_id(),
        Some("123456789012345678901234567890")
    );
    assert_eq!(event.environment(), Some("production"));
    assert_eq!(event.connect_token().unwrap().expose(), "ctok_marked");
    assert_eq!(event.body(), &body[..]);
    assert!(!format!("{event:?}").contains("marked"), "{event:?}");
}

#[test]
fn a_failed_connection_has_a_reason() {
    let body = br#"{"event":"CONNECTION_ERROR","connect_session_id":"12","account":null,"error":"denied"}"#;
    let event = ConnectionEvent::from_slice(body).unwrap();
    assert!(matches!(event.outcome(), ConnectionOutcome::Failed(reason) if reason == "denied"));
    assert_eq!(event.connect_session_id(), Some("12"));
    assert!(event.account().is_none() && event.connect_token().is_none());
    // A reason that is not a string is kept as JSON.
    let body = br#"{"event":"CONNECTION_ERROR","error":{"code":1}}"#;
    let event = ConnectionEvent::from_slice(body).unwrap();
    assert!(
        matches!(event.outcome(), ConnectionOutcome::Failed(reason) if reason == r#"{"code":1}"#)
    );
}

#[test]
fn keeps_an_unknown_connection_event() {
    let body = br#"{"event":"CONNECTION_RENEWED","account":"apn_1","more":[1]}"#;
    let event = ConnectionEvent::from_slice(body).unwrap();
    assert!(matches!(event.outcome(), ConnectionOutcome::Unknown));
    assert_eq!(event.event(), "CONNECTION_RENEWED");
    assert_eq!(event.body(), &body[..]);
}

#[test]
fn rejects_an_invalid_connection_event_without_quoting_it() {
    for body in [
        &b""[..],
        b"marked",
        b"{\"marked\"",
        b"{\"no_event\": \"marked\"}",
        b"{\"event\": {\"marked\": 1}}",
        b"{\"event\": \"CONNECTION_SUCCESS\"}",
        b"{\"event\": \"CONNECTION_SUCCESS\", \"account\": \"marked\"}",
    ] {
        let error = ConnectionEvent::from_slice(body).unwrap_err();
        assert!(matches!(error, WebhookError::Body(_)), "{error}");
        assert!(!error.to_string().contains("marked"), "{error}");
    }
}
