//! When a request is sent again, and how long to wait before that.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use chrono::{DateTime, NaiveDateTime, Utc};
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::http::rate_limit;

/// No wait is longer, whatever the service asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Delays that double with each attempt, with jitter, so that callers who failed together do not return together.
pub(crate) fn delays(first: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(LONGEST_WAIT)
        .with_jitter()
        .without_max_times()
        .build()
}

/// How long to wait after this failure: what the service asks for, else the next of the back-off's delays.
pub(crate) fn wait(error: &Error, backoff: &mut ExponentialBackoff, now: SystemTime) -> Duration {
    let delay = backoff.next().unwrap_or(LONGEST_WAIT);
    error
        .headers()
        .and_then(|headers| asked_for(headers, now))
        .unwrap_or(delay)
        .min(LONGEST_WAIT)
}

/// How long the service asks to wait: `Retry-After` in seconds or as a date, then `X-RateLimit-Reset` in Unix seconds.
pub(crate) fn asked_for(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let retry_after = text(RETRY_AFTER.as_str()).and_then(|value| match value.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(until(http_date(value)?, now)),
    });
    // A reset in the past says nothing about how long to wait.
    retry_after.or_else(|| {
        SystemTime::from(rate_limit::reset(headers)?)
            .duration_since(now)
            .ok()
    })
}

/// Whether the failed request may be sent again. One that is not idempotent only where it cannot have been carried
/// out: it was refused (429), or never arrived.
pub(crate) fn is_worthwhile(error: &Error, idempotent: bool) -> bool {
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

/// The three forms of a date in HTTP (RFC 9110, 5.6.7).
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

    fn asked(headers: &[(&'static str, &str)]) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        asked_for(&map, UNIX_EPOCH + NOW).map(|wait| wait.as_secs())
    }

    fn failed(kind: ErrorKind) -> Error {
        Error::new(kind)
    }

    fn refused(status: u16, headers: &[(&'static str, &str)]) -> Error {
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
    fn retry_after_is_read_as_seconds_and_as_all_forms_of_date() {
        assert_eq!(asked(&[("retry-after", "7")]), Some(7));
        assert_eq!(asked(&[("retry-after", "0")]), Some(0));
        assert_eq!(
            asked(&[("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")]),
            Some(10)
        );
        assert_eq!(
            asked(&[("retry-after", "Sunday, 06-Nov-94 08:49:47 GMT")]),
            Some(10)
        );
        assert_eq!(
            asked(&[("retry-after", "Sun Nov  6 08:49:47 1994")]),
            Some(10)
        );
        assert_eq!(
            asked(&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]),
            Some(0)
        );
    }

    #[test]
    fn the_rate_limit_reset_counts_where_retry_after_is_silent() {
        assert_eq!(asked(&[("x-ratelimit-reset", "784111797")]), Some(20));
        assert_eq!(
            asked(&[("retry-after", "3"), ("x-ratelimit-reset", "784111797")]),
            Some(3)
        );
        assert_eq!(
            asked(&[("retry-after", "soon"), ("x-ratelimit-reset", "784111797")]),
            Some(20)
        );
        assert_eq!(asked(&[("x-ratelimit-reset", "1")]), None);
        assert_eq!(
            asked(&[("x-ratelimit-reset", "18446744073709551615")]),
            None
        );
        assert_eq!(asked(&[("retry-after", "-3")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn delays_double_with_jitter_and_have_a_cap() {
        let error = failed(ErrorKind::Connect);
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
        let patient = refused(429, &[("retry-after", "86400")]);
        assert_eq!(wait(&patient, &mut backoff, UNIX_EPOCH), LONGEST_WAIT);
    }

    #[test]
    fn what_may_have_been_carried_out_is_only_repeated_when_idempotent() {
        for (error, always) in [
            (failed(ErrorKind::Connect), true),
            (refused(429, &[]), true),
            (refused(408, &[]), false),
            (refused(500, &[]), false),
            (refused(503, &[]), false),
            (failed(ErrorKind::Timeout), false),
            (failed(ErrorKind::Interrupted), false),
        ] {
            assert!(is_worthwhile(&error, true), "{error:?}");
            assert_eq!(is_worthwhile(&error, false), always, "{error:?}");
        }
        for error in [
            refused(400, &[]),
            refused(401, &[]),
            refused(404, &[]),
            refused(302, &[]),
            failed(ErrorKind::Decode),
            failed(ErrorKind::Credential),
            failed(ErrorKind::InvalidRequest),
        ] {
            assert!(!is_worthwhile(&error, true), "{error:?}");
        }
    }
}
