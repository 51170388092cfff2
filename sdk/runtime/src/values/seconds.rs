//! [`Seconds`], a length of time that the API counts in whole seconds.

use std::fmt;
use std::time::Duration;

/// A length of time in whole seconds. Converts from a number of seconds and from a `Duration`.
///
/// ```
/// use std::time::Duration;
///
/// use pipedream_sdk_runtime::Seconds;
///
/// assert_eq!(Seconds::from(600), Seconds::from(Duration::from_secs(600)));
/// ```
///
/// A `Duration` is rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(i64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Seconds {
            fn from(seconds: $integer) -> Self {
                Self(seconds.into())
            }
        }
    )*};
}
from_integer!(i8, i16, i32, i64, u8, u16, u32);

/// Rounds down to whole seconds. A longer time than `i64` can count becomes `i64::MAX`.
impl From<Duration> for Seconds {
    fn from(time: Duration) -> Self {
        Self(time.as_secs().try_into().unwrap_or(i64::MAX))
    }
}

impl From<Seconds> for i64 {
    fn from(seconds: Seconds) -> Self {
        seconds.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_from_durations_and_numbers() {
        assert_eq!(i64::from(Seconds::from(600)), 600);
        assert_eq!(i64::from(Seconds::from(-1_i64)), -1);
        let duration = Duration::from_millis(599_999);
        assert_eq!(i64::from(Seconds::from(duration)), 599);
        assert_eq!(i64::from(Seconds::from(Duration::MAX)), i64::MAX);
        assert_eq!(Seconds::from(3_u8).to_string(), "3 s");
    }
}
