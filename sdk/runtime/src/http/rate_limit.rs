//! What an answer says about how much the caller may still ask.

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// How much may still be asked, as the headers `X-RateLimit-Limit`, `-Remaining` and `-Reset` of an answer say it.
///
/// They are a convention and no standard, so each of the three may be missing: also when its value is not the number
/// that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests fit into a window of time.
    pub limit: Option<u64>,
    /// How many of them are left.
    pub remaining: Option<u64>,
    /// When the next window begins; the header has it in Unix seconds.
    pub reset: Option<DateTime<Utc>>,
}

impl RateLimit {
    /// What these headers say, if they say any of it.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let found = Self {
            limit: number(headers, "x-ratelimit-limit"),
            remaining: number(headers, "x-ratelimit-remaining"),
            reset: reset(headers),
        };
        let says_nothing =
            found.limit.is_none() && found.remaining.is_none() && found.reset.is_none();
        (!says_nothing).then_some(found)
    }
}

/// When the window ends, in Unix seconds.
pub(crate) fn reset(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(number(headers, "x-ratelimit-reset")?).ok()?;
    DateTime::from_timestamp(seconds, 0)
}

/// The header of this name as a number. A proxy may have added a second one; the first that is a number counts.
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
    fn the_three_figures_are_read() {
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
    fn a_figure_that_is_no_number_is_missing_and_harms_no_other() {
        for odd in [
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
                ("x-ratelimit-limit", odd),
                ("x-ratelimit-reset", odd),
                ("x-ratelimit-remaining", b"7"),
            ])
            .unwrap();
            assert_eq!(
                (found.limit, found.remaining, found.reset),
                (None, Some(7), None),
                "{odd:?}"
            );
            assert_eq!(of(&[("x-ratelimit-limit", odd)]), None);
        }
        // A number, and no moment in time.
        assert_eq!(of(&[("x-ratelimit-reset", b"18446744073709551615")]), None);
        assert_eq!(of(&[("x-ratelimit-reset", b"9223372036854775807")]), None);
        assert_eq!(of(&[]), None);
        let found = of(&[("x-ratelimit-limit", b"many"), ("x-ratelimit-limit", b"9")]);
        assert_eq!(found.unwrap().limit, Some(9));
    }
}
