//! Rate limit headers of responses.

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// Rate limit from the headers `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`.
///
/// The headers are a convention, not a standard. A header that is absent or not a valid number is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Number of requests allowed in a time window.
    pub limit: Option<u64>,
    /// Number of requests left in the current window.
    pub remaining: Option<u64>,
    /// Start of the next window. The header has it in Unix seconds or milliseconds.
    pub reset: Option<DateTime<Utc>>,
}

impl RateLimit {
    /// Reads the rate limit from response headers. Returns `None` if none of them is present and valid.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let found = Self {
            limit: number(headers, "x-ratelimit-limit"),
            remaining: number(headers, "x-ratelimit-remaining"),
            reset: reset(headers),
        };
        let is_absent = found.limit.is_none() && found.remaining.is_none() && found.reset.is_none();
        (!is_absent).then_some(found)
    }
}

/// Unix seconds of the year 5138. Larger numbers are milliseconds, which some services send.
const LARGEST_SECONDS: i64 = 100_000_000_000;

/// Reads the end of the time window.
pub(crate) fn reset(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let number = i64::try_from(number(headers, "x-ratelimit-reset")?).ok()?;
    match number > LARGEST_SECONDS {
        true => DateTime::from_timestamp_millis(number),
        false => DateTime::from_timestamp(number, 0),
    }
}

/// Parses a header as a number. A proxy may have added the header again, so the first valid number is used.
fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    let mut values = headers.get_all(name).iter();
    values.find_map(|value| value.to_str().ok()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &[u8])]) -> Option<RateLimit> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, http::HeaderValue::from_bytes(value).unwrap());
        }
        RateLimit::of(&map)
    }

    #[test]
    fn reads_all_three_headers() {
        let found = of(&[
            ("x-ratelimit-limit", b"100"),
            ("x-ratelimit-remaining", b" 0 "),
            ("x-ratelimit-reset", b"784111777"),
        ])
        .unwrap();
        assert_eq!((found.limit, found.remaining), (Some(100), Some(0)));
        assert_eq!(
            found.reset.unwrap().to_rfc3339(),
            "1994-11-06T08:49:37+00:00"
        );
    }

    #[test]
    fn ignores_invalid_headers_separately() {
        for invalid in [
            &b""[..],
            b"-1",
            b"many",
            b"1e3",
            b"100, 100;w=60",
            b"18446744073709551616",
            b"\xff\xfe",
            b"1.5",
        ] {
            let found = of(&[
                ("x-ratelimit-limit", invalid),
                ("x-ratelimit-reset", invalid),
                ("x-ratelimit-remaining", b"7"),
            ])
            .unwrap();
            assert_eq!(
                (found.limit, found.remaining, found.reset),
                (None, Some(7), None),
                "{invalid:?}"
            );
            assert_eq!(of(&[("x-ratelimit-limit", invalid)]), None);
        }
        // A valid number that is out of range as a time.
        assert_eq!(of(&[("x-ratelimit-reset", b"18446744073709551615")]), None);
        assert_eq!(of(&[("x-ratelimit-reset", b"9223372036854775807")]), None);
        assert_eq!(of(&[]), None);
        let found = of(&[("x-ratelimit-limit", b"many"), ("x-ratelimit-limit", b"9")]);
        assert_eq!(found.unwrap().limit, Some(9));
    }
}
