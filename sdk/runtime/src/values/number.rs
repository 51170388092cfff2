//! A JSON number that keeps its original form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A JSON number that keeps its original form: `0` is encoded as `0`, not as `0.0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(serde_json::Number);

impl Number {
    /// Returns the number as an `i64`, if it is an integer in its range.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    /// Returns the number as a `u64`, if it is an integer in its range.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    /// Returns the number as an `f64`. A large integer loses precision.
    pub fn as_f64(&self) -> f64 {
        self.0.as_f64().unwrap_or(f64::NAN)
    }
}

/// The error for a float that JSON cannot represent: infinite or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFinite;

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON cannot represent infinity or NaN")
    }
}

impl std::error::Error for NotFinite {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                Self(value.into())
            }
        }
    )*};
}
from_integer!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl TryFrom<f64> for Number {
    type Error = NotFinite;

    fn try_from(value: f64) -> Result<Self, NotFinite> {
        serde_json::Number::from_f64(value)
            .map(Self)
            .ok_or(NotFinite)
    }
}

impl From<serde_json::Number> for Number {
    fn from(number: serde_json::Number) -> Self {
        Self(number)
    }
}

impl FromStr for Number {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl From<Number> for serde_json::Value {
    fn from(number: Number) -> Self {
        Self::Number(number.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_floats_keep_their_form() {
        for json in ["0", "-3", "18446744073709551615", "0.5", "1e300"] {
            let number: Number = serde_json::from_str(json).unwrap();
            let decoded: Number =
                serde_json::from_str(&serde_json::to_string(&number).unwrap()).unwrap();
            assert_eq!(decoded, number);
        }
        assert_eq!(serde_json::to_string(&Number::from(0)).unwrap(), "0");
        assert_eq!(
            serde_json::to_string(&Number::try_from(0.0).unwrap()).unwrap(),
            "0.0"
        );
        assert_eq!(Number::try_from(f64::NAN), Err(NotFinite));
        assert_eq!(Number::from(7).as_f64(), 7.0);
        assert_eq!("7".parse::<Number>().unwrap(), Number::from(7));
        assert!("7a".parse::<Number>().is_err());
    }
}
