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

fn answered(status: u16, headers: &[(&str, &str)], body: &'static str) -> Failure {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        map.insert(name, value.parse().unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    Failure::new(FailureKind::Status)
        .answer(Answer {
            status,
            headers: map,
            body: Bytes::from_static(body.as_bytes()),
            location: None,
        })
        .for_operation(&OPERATION)
        .attempts_made(1)
}

#[test]
fn display_is_one_line_with_operation_status_message_and_hint() {
    let failure = answered(
        429,
        &[("retry-after", "30")],
        r#"{"error":"rate limit\nexceeded"}"#,
    );
    assert_eq!(
        failure.to_string(),
        "listThings: 429 Too Many Requests: rate limit exceeded (try again in 30 s)"
    );
    let failure = answered(401, &[], "").attempts_made(2);
    assert_eq!(
        failure.to_string(),
        "listThings: 401 Unauthorized (check the credential; 2 attempts were made)"
    );
    let failure = answered(500, &[], "").attempts_made(3);
    assert_eq!(
        failure.to_string(),
        "listThings: 500 Internal Server Error (3 attempts were made)"
    );
    let failure = Failure::invalid_argument("account_id", "a path segment cannot be empty");
    assert_eq!(
        failure.to_string(),
        "the request was not sent: invalid value for `account_id`: a path segment cannot be empty"
    );
}

#[test]
fn a_retry_that_was_withheld_and_what_is_left_to_ask_are_told() {
    let failure = answered(503, &[("x-ratelimit-remaining", "3")], "").withhold_retry();
    assert!(failure.retry_withheld());
    assert_eq!(failure.rate_limit().unwrap().remaining, Some(3));
    assert_eq!(
        failure.to_string(),
        "listThings: 503 Service Unavailable (no retry: the client has spent its budget for them)"
    );
    let failure = answered(503, &[], "");
    assert!(!failure.retry_withheld() && failure.rate_limit().is_none());
}

#[test]
fn debug_shows_neither_headers_nor_body() {
    let failure = answered(
        500,
        &[("set-cookie", "marked-secret")],
        r#"{"error":"no","token":"marked-secret"}"#,
    );
    let debug = format!("{failure:?} {failure:#?}");
    assert!(!debug.contains("marked-secret"), "{debug}");
    assert!(debug.contains("bytes"));
    assert_eq!(failure.body().len(), 38);
}

#[test]
fn common_reasons_have_a_question_each() {
    let asked = |it: &Failure| {
        [
            it.is_not_found(),
            it.is_unauthorized(),
            it.is_rate_limited(),
            it.is_timeout(),
        ]
    };
    for (failure, expected) in [
        (answered(404, &[], ""), [true, false, false, false]),
        (answered(401, &[], ""), [false, true, false, false]),
        (answered(429, &[], ""), [false, false, true, false]),
        (
            Failure::new(FailureKind::Timeout),
            [false, false, false, true],
        ),
        (answered(500, &[], ""), [false; 4]),
    ] {
        assert_eq!(asked(&failure), expected, "{failure}");
    }
}

#[test]
fn a_failure_is_as_small_as_a_pointer() {
    assert_eq!(size_of::<Failure>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Failure>>(), size_of::<usize>());
}

#[test]
fn a_request_that_cannot_be_built_is_an_invalid_request_without_its_address() {
    let error = reqwest::Client::new()
        .get("http://[marked-secret")
        .build()
        .unwrap_err();
    let failure = Failure::from(error);
    assert_eq!(failure.kind(), FailureKind::InvalidRequest);
    assert!(
        !format!("{failure} {failure:?}").contains("marked-secret"),
        "{failure:?}"
    );
}
