//! Retry rules: which errors are retried, and the delay before a retry.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use chrono::{DateTime, NaiveDateTime, Utc};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::http::{deadline, rate_limit};

/// Returns delays that double with each attempt up to `longest`, with jitter so that clients do not retry at the same
/// time.
pub(crate) fn delays(first: Duration, longest: Duration) -> ExponentialBackoff {
    // The jitter of a longer delay could overflow.
    let longest = longest.min(deadline::LONGEST);
    ExponentialBuilder::default()
        .with_min_delay(first.min(longest))
        .with_max_delay(longest)
        .with_jitter()
        .without_max_times()
        .build()
}

/// Returns the delay after an error: the one in the response headers, or else the next delay of the back-off.
///
/// Returns `None` if the response requests a delay of more than `longest`. An earlier retry would be rejected again.
pub(crate) fn wait(
    error: &Error,
    backoff: &mut ExponentialBackoff,
    longest: Duration,
    now: SystemTime,
) -> Option<Duration> {
    let delay = backoff.next().unwrap_or(longest).min(longest);
    match delay_before_retry(error, now) {
        Some(requested) => (requested <= longest).then_some(requested),
        None => Some(delay),
    }
}

/// Returns the delay that the response requests before a retry. The rate limit reset only counts for a 429.
pub(crate) fn delay_before_retry(error: &Error, now: SystemTime) -> Option<Duration> {
    let Some(headers) = error.headers() else {
        return delay_before_retry(error.nested_workflow()?, now);
    };
    match error.is_rate_limited() {
        true => requested_delay(headers, now),
        // The end of a rate limit window does not end an outage.
        false => retry_after(headers, now),
    }
}

/// Returns the delay in the response headers: `Retry-After-Ms`, `Retry-After`, or `X-RateLimit-Reset`.
///
/// A delay that is too long to be represented is [`Duration::MAX`].
pub(crate) fn requested_delay(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    // A reset in the past does not determine a delay.
    retry_after(headers, now).or_else(|| {
        SystemTime::from(rate_limit::reset(headers)?)
            .duration_since(now)
            .ok()
    })
}

/// Reads `Retry-After-Ms`, then `Retry-After` in seconds, which may be fractional, or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let milliseconds = text("retry-after-ms").and_then(|value| non_negative(value, 1e-3));
    milliseconds.or_else(|| {
        let value = text(RETRY_AFTER.as_str())?;
        non_negative(value, 1.0).or_else(|| Some(until(http_date(value)?, now)))
    })
}

/// Parses a decimal number of units, each of this many seconds.
fn non_negative(text: &str, unit: f64) -> Option<Duration> {
    // `f64` would also accept `inf`, `nan` and exponents.
    let is_decimal = text.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let number: f64 = text.parse().ok().filter(|_| is_decimal)?;
    Some(Duration::try_from_secs_f64(number * unit).unwrap_or(Duration::MAX))
}

/// Returns `true` if the failed request may be retried.
///
/// A request that is not idempotent is only retried if it was not carried out: after a 429 or a failed connection.
pub(crate) fn is_retryable(error: &Error, idempotent: bool) -> bool {
    match error.kind() {
        ErrorKind::Connect => true,
        ErrorKind::RateLimited => true,
        ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Truncated | ErrorKind::Server => {
            idempotent
        }
        ErrorKind::Rejected => idempotent && error.status() == Some(StatusCode::REQUEST_TIMEOUT),
        _ => false,
    }
}

/// Returns `true` if the request of this error may have been carried out.
pub(crate) fn may_have_run(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server => true,
        _ => error.status().is_some_and(ran_with_status),
    }
}

/// Returns `true` if a request with this response status may have been carried out.
pub(crate) fn ran_with_status(status: StatusCode) -> bool {
    status.is_success() || status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT
}

fn until(date: SystemTime, now: SystemTime) -> Duration {
    date.duration_since(now).unwrap_or(Duration::ZERO)
}

/// Parses the three date formats of HTTP (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<SystemTime> {
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.into());
    }
    let obsolete = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let date = obsolete
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
    Some(DateTime::<Utc>::from_naive_utc_and_offset(date, Utc).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorResponse;
    use bytes::Bytes;
    use std::time::UNIX_EPOCH;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: Duration = Duration::from_secs(784_111_777);

    fn delay_of(headers: &[(&'static str, &str)]) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        requested_delay(&map, UNIX_EPOCH + NOW).map(|delay| delay.as_secs())
    }

    fn error_of_kind(kind: ErrorKind) -> Error {
        Error::new(kind)
    }

    fn error_of_status(status: u16, headers: &[(&'static str, &str)]) -> Error {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Error::of_response(ErrorResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Bytes::new(),
            url: None,
            location: None,
        })
    }

    #[test]
    fn parses_retry_after_in_seconds_and_as_a_date() {
        assert_eq!(delay_of(&[("retry-after", "7")]), Some(7));
        assert_eq!(delay_of(&[("retry-after", "0")]), Some(0));
        assert_eq!(
            delay_of(&[("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")]),
            Some(10)
        );
        assert_eq!(
            delay_of(&[("retry-after", "Sunday, 06-Nov-94 08:49:47 GMT")]),
            Some(10)
        );
        assert_eq!(
            delay_of(&[("retry-after", "Sun Nov  6 08:49:47 1994")]),
            Some(10)
        );
        assert_eq!(
            delay_of(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]),
            Some(0)
        );
    }

    #[test]
    fn parses_fractional_seconds_and_milliseconds_without_overflow() {
        let exact = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            requested_delay(&map, UNIX_EPOCH + NOW)
        };
        let milliseconds = |count| Some(Duration::from_millis(count));
        assert_eq!(exact(&[("retry-after", "0.5")]), milliseconds(500));
        assert_eq!(exact(&[("retry-after-ms", "250")]), milliseconds(250));
        let both = [("retry-after", "1"), ("retry-after-ms", "250.0")];
        assert_eq!(exact(&both), milliseconds(250));
        let ignored = [("retry-after", "1"), ("retry-after-ms", "soon")];
        assert_eq!(exact(&ignored), milliseconds(1000));
        for endless in ["18446744073709551615", "99999999999999999999999"] {
            assert_eq!(exact(&[("retry-after", endless)]), Some(Duration::MAX));
        }
        for invalid in ["inf", "nan", "1e3", "-0.5", "", ".", "1.2.3"] {
            assert_eq!(exact(&[("retry-after", invalid)]), None, "{invalid}");
        }
        // Some services send the reset in milliseconds.
        let reset = [("x-ratelimit-reset", "784111797000")];
        assert_eq!(exact(&reset), milliseconds(20_000));
    }

    #[test]
    fn uses_the_rate_limit_reset_without_a_valid_retry_after() {
        assert_eq!(delay_of(&[("x-ratelimit-reset", "784111797")]), Some(20));
        assert_eq!(
            delay_of(&[("retry-after", "3"), ("x-ratelimit-reset", "784111797")]),
            Some(3)
        );
        assert_eq!(
            delay_of(&[("retry-after", "soon"), ("x-ratelimit-reset", "784111797")]),
            Some(20)
        );
        assert_eq!(delay_of(&[("x-ratelimit-reset", "1")]), None);
        assert_eq!(
            delay_of(&[("x-ratelimit-reset", "18446744073709551615")]),
            None
        );
        assert_eq!(delay_of(&[("retry-after", "-3")]), None);
        assert_eq!(delay_of(&[]), None);
    }

    #[test]
    fn delays_double_with_jitter_up_to_a_maximum() {
        let error = error_of_kind(ErrorKind::Connect);
        const LONGEST_WAIT: Duration = Duration::from_secs(60);
        let mut backoff = delays(Duration::from_millis(500), LONGEST_WAIT);
        let mut floor = Duration::from_millis(500);
        for _ in 0..100 {
            let delay = wait(&error, &mut backoff, LONGEST_WAIT, UNIX_EPOCH).unwrap();
            assert!(
                delay >= floor && delay <= (floor * 2).min(LONGEST_WAIT),
                "{delay:?} after {floor:?}"
            );
            floor = (floor * 2).min(LONGEST_WAIT);
        }
        let mut endless = delays(Duration::MAX, Duration::MAX);
        assert!((0..100).all(|_| endless.next().is_some()));
    }

    #[test]
    fn a_requested_delay_beyond_the_limit_is_not_waited_for() {
        let longest = Duration::from_secs(60);
        let mut backoff = delays(Duration::from_millis(1), longest);
        let mut wait_for = |status, headers: &[(&'static str, &str)]| {
            let error = error_of_status(status, headers);
            wait(&error, &mut backoff, longest, UNIX_EPOCH + NOW)
        };
        assert_eq!(wait_for(429, &[("retry-after", "60")]), Some(longest));
        for endless in ["61", "86400", "18446744073709551615"] {
            assert_eq!(wait_for(429, &[("retry-after", endless)]), None);
            assert_eq!(wait_for(503, &[("retry-after", endless)]), None);
        }
        // The end of the rate limit window only determines the delay of a rate limited request.
        let reset = [("x-ratelimit-reset", "784115377")];
        assert_eq!(wait_for(429, &reset), None);
        assert!(wait_for(503, &reset).is_some_and(|wait| wait <= longest));
    }

    #[test]
    fn retries_a_request_that_may_have_been_carried_out_only_if_idempotent() {
        for (error, always) in [
            (error_of_kind(ErrorKind::Connect), true),
            (error_of_status(429, &[]), true),
            (error_of_status(408, &[]), false),
            (error_of_status(500, &[]), false),
            (error_of_status(503, &[]), false),
            (error_of_kind(ErrorKind::Timeout), false),
            (error_of_kind(ErrorKind::Interrupted), false),
            (error_of_kind(ErrorKind::Truncated), false),
        ] {
            assert!(is_retryable(&error, true), "{error:?}");
            assert_eq!(is_retryable(&error, false), always, "{error:?}");
        }
        for error in [
            error_of_status(400, &[]),
            error_of_status(401, &[]),
            error_of_status(404, &[]),
            error_of_status(302, &[]),
            error_of_kind(ErrorKind::Decode),
            error_of_kind(ErrorKind::Credential),
            error_of_kind(ErrorKind::InvalidRequest),
        ] {
            assert!(!is_retryable(&error, true), "{error:?}");
        }
    }
}
