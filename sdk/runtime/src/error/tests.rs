//! How a failure presents itself.

use super::*;

static OPERATION: Operation = Operation {
    id: "listThings",
    method: "GET",
    path: "/things",
    security: &[],
    idempotent: true,
    secrets: &[],
};

fn answered(status: u16, headers: &[(&str, &str)], body: &'static str) -> Error {
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
        location: None,
    })
    .for_operation(&OPERATION)
}

#[test]
fn display_is_one_line_with_operation_status_message_and_hint() {
    let error = answered(
        429,
        &[("retry-after", "30")],
        r#"{"error":"rate limit\nexceeded"}"#,
    );
    assert_eq!(
        error.to_string(),
        "listThings: 429 Too Many Requests: rate limit exceeded (retry after 30 s)"
    );
    let error = answered(401, &[], "").attempts_made(2);
    assert_eq!(
        error.to_string(),
        "listThings: 401 Unauthorized (check the credential; 2 attempts)"
    );
    let error = answered(500, &[], "").attempts_made(3);
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
fn a_retry_that_was_withheld_and_what_is_left_to_ask_are_told() {
    let error = answered(503, &[("x-ratelimit-remaining", "3")], "").withhold_retry();
    assert!(error.retry_withheld());
    assert_eq!(error.rate_limit().unwrap().remaining, Some(3));
    assert_eq!(
        error.to_string(),
        "listThings: 503 Service Unavailable (not retried: the retry budget of the client is exhausted)"
    );
    let error = answered(503, &[], "");
    assert!(!error.retry_withheld() && error.rate_limit().is_none());
}

#[test]
fn debug_shows_neither_headers_nor_body() {
    let error = answered(
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
fn common_reasons_have_a_question_each() {
    let asked = |it: &Error| {
        [
            it.is_not_found(),
            it.is_unauthorized(),
            it.is_rate_limited(),
            it.is_timeout(),
        ]
    };
    for (error, expected) in [
        (answered(404, &[], ""), [true, false, false, false]),
        (answered(401, &[], ""), [false, true, false, false]),
        (answered(429, &[], ""), [false, false, true, false]),
        (Error::new(ErrorKind::Timeout), [false, false, false, true]),
        (answered(500, &[], ""), [false; 4]),
    ] {
        assert_eq!(asked(&error), expected, "{error}");
    }
}

#[test]
fn a_failure_is_as_small_as_a_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[test]
fn a_request_that_cannot_be_built_is_an_invalid_request_without_its_address() {
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
