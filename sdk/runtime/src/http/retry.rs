//! Retry rules: which errors are retried, and the delay before a retry.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use chrono::{DateTime, NaiveDateTime, Utc};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::http::rate_limit;

/// Maximum delay before a retry. Longer delays in `Retry-After` are reduced to it.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Returns delays that double with each attempt, with jitter so that clients do not retry at the same time.
pub(crate) fn delays(first: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(LONGEST_WAIT)
        .with_jitter()
        .without_max_times()
        .build()
}

/// Returns the delay after an error: the one in the response headers, or else the next delay of the back-off.
pub(crate) fn wait(error: &Error, backoff: &mut ExponentialBackoff, now: SystemTime) -> Duration {
    let delay = backoff.next().unwrap_or(LONGEST_WAIT);
    error
        .headers()
        .and_then(|headers| requested_delay(headers, now))
        .unwrap_or(delay)
        .min(LONGEST_WAIT)
}

/// Returns the delay in the response headers.
///
/// Reads `Retry-After` in seconds or as a date, then `X-RateLimit-Reset` in Unix seconds.
pub(crate) fn requested_delay(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let retry_after = text(RETRY_AFTER.as_str()).and_then(|value| match value.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(until(http_date(value)?, now)),
    });
    // A reset in the past does not determine a delay.
    retry_after.or_else(|| {
        SystemTime::from(rate_limit::reset(headers)?)
            .duration_since(now)
            .ok()
    })
}

/// Returns `true` if the failed request may be retried.
///
/// A request that is not idempotent is only retried if it was not carried out: after a 429 or a failed connection.
pub(crate) fn is_retryable(error: &Error, idempotent: bool) -> bool {
    match error.kind() {
        ErrorKind::Connect => true,
        ErrorKind::RateLimited => true,
        ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server => idempotent,
        ErrorKind::Rejected => idempotent && error.status() == Some(StatusCode::REQUEST_TIMEOUT),
        _ => false,
    }
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
        let mut backoff = delays(Duration::from_millis(500));
        let mut floor = Duration::from_millis(500);
        for _ in 0..100 {
            let delay = wait(&error, &mut backoff, UNIX_EPOCH);
            assert!(
                delay >= floor && delay <= (floor * 2).min(LONGEST_WAIT),
                "{delay:?} after {floor:?}"
            );
            floor = (floor * 2).min(LONGEST_WAIT);
        }
        let error = error_of_status(429, &[("retry-after", "86400")]);
        assert_eq!(wait(&error, &mut backoff, UNIX_EPOCH), LONGEST_WAIT);
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
