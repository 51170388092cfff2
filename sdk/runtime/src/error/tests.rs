//! Tests of the formatting and the accessors of errors.

use super::*;

static OPERATION: Operation = Operation {
    id: "listThings",
    method: "GET",
    path: "/things",
    security: &[],
    idempotent: true,
    secrets: &[],
};

fn error_response(status: u16, headers: &[(&str, &str)], body: &'static str) -> Error {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        map.insert(name, value.parse().unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    Error::of_response(ErrorResponse {
        status,
        headers: map,
        body: Bytes::from_static(body.as_bytes()),
        url: None,
        location: None,
    })
    .for_operation(&OPERATION)
}

#[test]
fn displays_operation_status_message_and_hint_on_one_line() {
    let error = error_response(
        429,
        &[("retry-after", "30")],
        r#"{"error":"rate limit\nexceeded"}"#,
    );
    assert_eq!(
        error.to_string(),
        "listThings: 429 Too Many Requests: rate limit exceeded (retry after 30 s)"
    );
    let error = error_response(401, &[], "").attempts_made(2);
    assert_eq!(
        error.to_string(),
        "listThings: 401 Unauthorized (check the credential; 2 attempts)"
    );
    let error = error_response(500, &[], "").attempts_made(3);
    assert_eq!(
        error.to_string(),
        "listThings: 500 Internal Server Error (3 attempts)"
    );
    let error = Error::invalid_argument("account_id", "a path segment cannot be empty");
    assert_eq!(
        error.to_string(),
        "request not sent: invalid value for `account_id`: a path segment cannot be empty"
    );
}

#[test]
fn reports_a_withheld_retry_and_the_remaining_rate_limit() {
    let error = error_response(503, &[("x-ratelimit-remaining", "3")], "").withhold_retry();
    assert!(error.retry_withheld());
    assert_eq!(error.rate_limit().unwrap().remaining, Some(3));
    assert_eq!(
        error.to_string(),
        "listThings: 503 Service Unavailable (not retried: the retry budget of the client is exhausted)"
    );
    let error = error_response(503, &[], "");
    assert!(!error.retry_withheld() && error.rate_limit().is_none());
}

#[test]
fn debug_omits_headers_and_body() {
    let error = error_response(
        500,
        &[("set-cookie", "marked-secret")],
        r#"{"error":"no","token":"marked-secret"}"#,
    );
    let debug = format!("{error:?} {error:#?}");
    assert!(!debug.contains("marked-secret"), "{debug}");
    assert!(debug.contains("bytes"));
    assert_eq!(error.body().len(), 38);
}

#[test]
fn predicates_match_their_kind() {
    let predicates = |it: &Error| {
        [
            it.is_not_found(),
            it.is_unauthorized(),
            it.is_rate_limited(),
            it.is_timeout(),
        ]
    };
    for (error, expected) in [
        (error_response(404, &[], ""), [true, false, false, false]),
        (error_response(401, &[], ""), [false, true, false, false]),
        (error_response(429, &[], ""), [false, false, true, false]),
        (Error::new(ErrorKind::Timeout), [false, false, false, true]),
        (error_response(500, &[], ""), [false; 4]),
    ] {
        assert_eq!(predicates(&error), expected, "{error}");
    }
}

#[test]
fn an_error_is_one_pointer_in_size() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn a_builder_error_becomes_an_invalid_request_without_the_url() {
    let error = reqwest::Client::new()
        .get("http://[marked-secret")
        .build()
        .unwrap_err();
    let error = Error::from(error);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(
        !format!("{error} {error:?}").contains("marked-secret"),
        "{error:?}"
    );
}

#[test]
fn redacts_secrets_in_the_message_in_every_form() {
    let secrets = [SecretString::from("marked/secret+1")];
    for echoed in [
        "the key marked/secret+1",
        "the key marked%2Fsecret%2B1",
        r#"{"error":"the key marked\u002fsecret+1"}"#,
        r#"{"error":{"code":"marked/secret+1"}}"#,
        "the key bWFya2VkL3NlY3JldCsx",
        "the key marked/secr",
    ] {
        let error = error_response(400, &[], echoed).hiding(&secrets);
        let shown = format!("{error} {error:?} {:?} {:?}", error.message(), error.code());
        let shown = shown.replace("[redacted]", "");
        assert!(
            !shown.contains("marked") && !shown.contains("bWFya"),
            "{shown}"
        );
    }
    let error = Error::invalid_request("no marked/secret+1").hiding(&secrets);
    assert_eq!(error.message().as_deref(), Some("no [redacted]"));
}
