//! Resolution of YAML scalars by the core schema of YAML 1.2.
//!
//! `yes`, `on`, `1_000`, `0b1` and `2024-01-01` are strings, unlike in YAML 1.1. `0o17` and `0x1F` are integers.
//! 64-bit integers are exact; all other numbers become the nearest double.

use serde_json::{Number, Value};

/// Result of resolving a plain scalar.
#[derive(Debug, PartialEq)]
pub(super) enum Resolved {
    Value(Value),
    /// Integer beyond 64 bits, as the nearest double, which is another number.
    Inexact(Value),
    /// Number with a leading zero, which YAML 1.1 reads as octal or as a string.
    LeadingZero(Value),
    /// Infinity, NaN, or a number beyond the range of a double.
    Unrepresentable,
}

/// Types of the core schema that a tag can require.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CoreType {
    Null,
    Bool,
    Int,
    Float,
    Str,
}

impl CoreType {
    /// Returns the type named by a tag of the core schema.
    pub(super) fn of(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "null" => Self::Null,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "float" => Self::Float,
            "str" => Self::Str,
            _ => return None,
        })
    }
}

/// Resolves a plain scalar without a tag.
pub(super) fn resolve(text: &str) -> Resolved {
    if is_null(text) {
        return Resolved::Value(Value::Null);
    }
    if let Some(value) = boolean(text) {
        return Resolved::Value(Value::Bool(value));
    }
    // Numbers begin with one of these characters.
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Resolved::Value(text.into());
    }
    integer(text)
        .or_else(|| float(text))
        .unwrap_or_else(|| Resolved::Value(text.into()))
}

/// Resolves a scalar whose tag requires a type. Returns `None` if it is not of that type.
pub(super) fn resolve_as(text: &str, wanted: CoreType) -> Option<Resolved> {
    match wanted {
        CoreType::Str => Some(Resolved::Value(text.into())),
        CoreType::Null => is_null(text).then_some(Resolved::Value(Value::Null)),
        CoreType::Bool => boolean(text).map(|value| Resolved::Value(value.into())),
        CoreType::Int => integer(text),
        CoreType::Float => match integer(text) {
            Some(Resolved::Unrepresentable) => Some(Resolved::Unrepresentable),
            Some(
                Resolved::Value(value) | Resolved::Inexact(value) | Resolved::LeadingZero(value),
            ) => value.as_f64().map(double),
            None => float(text),
        },
    }
}

/// Returns `true` for the spellings of null, including the empty scalar.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn integer(text: &str) -> Option<Resolved> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return based(digits, radix);
        }
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let value = match (unsigned.parse::<i64>(), unsigned.parse::<u64>()) {
        (Ok(number), _) => Value::from(number),
        (_, Ok(number)) => Value::from(number),
        _ => return Some(beyond_64_bits(unsigned)),
    };
    Some(if digits.len() > 1 && digits.starts_with('0') {
        Resolved::LeadingZero(value)
    } else {
        Resolved::Value(value)
    })
}

fn based(digits: &str, radix: u32) -> Option<Resolved> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if let Ok(number) = u64::from_str_radix(digits, radix) {
        return Some(Resolved::Value(number.into()));
    }
    let digit = |c: char| f64::from(c.to_digit(radix).unwrap_or_default());
    let number = digits
        .chars()
        .fold(0.0, |number, c| number * f64::from(radix) + digit(c));
    Some(match double(number) {
        Resolved::Value(value) => Resolved::Inexact(value),
        other => other,
    })
}

fn beyond_64_bits(text: &str) -> Resolved {
    match text.parse::<f64>().map(double) {
        Ok(Resolved::Value(value)) if !is_exact(text, &value) => Resolved::Inexact(value),
        Ok(resolved) => resolved,
        Err(_) => Resolved::Unrepresentable,
    }
}

/// Returns `true` if an integer in decimal digits equals the double it was read as.
pub(super) fn is_exact(text: &str, value: &Value) -> bool {
    let digits = |text: &str| {
        text.trim_start_matches(['+', '-'])
            .trim_start_matches('0')
            .to_owned()
    };
    // With `.0`, Rust prints all digits of a double, not only the shortest representation.
    value
        .as_f64()
        .is_some_and(|number| digits(&format!("{number:.0}")) == digits(text))
}

fn float(text: &str) -> Option<Resolved> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Resolved::Unrepresentable);
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some((integer, fraction)) => {
            is_digits(integer) && is_digits(fraction) && integer.len() + fraction.len() > 0
        }
        None => is_digits(mantissa) && !mantissa.is_empty(),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        is_digits(digits) && !digits.is_empty()
    });
    if !is_mantissa || !is_exponent {
        return None;
    }
    Some(
        text.parse::<f64>()
            .map_or(Resolved::Unrepresentable, double),
    )
}

fn double(number: f64) -> Resolved {
    Number::from_f64(number).map_or(Resolved::Unrepresentable, |number| {
        Resolved::Value(number.into())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_1_1_scalars_are_strings() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
            "Yes",
            "ON",
            "1_000",
            "0b11",
            "0o8",
            "0xg",
            "1:30",
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            "tRue",
            "nUll",
            "+",
            "-",
            ".",
            "..",
            "1.2.3",
            "1e",
            "1e+",
            "-0x1",
            "+.",
            "e3",
            ".e3",
            "0x",
            "inf",
            "nan",
            "-.nan",
            "Infinity",
            "1 ",
        ] {
            assert_eq!(resolve(text), Resolved::Value(text.into()), "{text}");
        }
    }

    #[test]
    fn resolves_core_schema_scalars() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("NULL", json!(null)),
            ("True", json!(true)),
            ("FALSE", json!(false)),
            ("0", json!(0)),
            ("-19", json!(-19)),
            ("+12", json!(12)),
            ("0o17", json!(15)),
            ("0x1F", json!(31)),
            ("9223372036854775807", json!(i64::MAX)),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("0.", json!(0.0)),
            (".5", json!(0.5)),
            ("+12e03", json!(12000.0)),
            ("-2E+05", json!(-200000.0)),
            ("685.230_15", json!("685.230_15")),
        ] {
            assert_eq!(resolve(text), Resolved::Value(value), "{text}");
        }
    }

    #[test]
    fn integers_beyond_64_bits_are_exact_or_inexact() {
        assert_eq!(
            resolve("18446744073709551616"),
            Resolved::Value(json!(18446744073709551616.0))
        );
        for text in [
            "18446744073709551617",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "0xFFFFFFFFFFFFFFFFFF",
        ] {
            assert!(matches!(resolve(text), Resolved::Inexact(_)), "{text}");
        }
        assert_eq!(resolve(&"9".repeat(400)), Resolved::Unrepresentable);
        assert_eq!(
            resolve(&format!("0x{}", "f".repeat(400))),
            Resolved::Unrepresentable
        );
    }

    #[test]
    fn detects_leading_zeros_and_unrepresentable_numbers() {
        assert_eq!(resolve("0123"), Resolved::LeadingZero(json!(123)));
        assert_eq!(resolve("-007"), Resolved::LeadingZero(json!(-7)));
        for text in [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e400"] {
            assert_eq!(resolve(text), Resolved::Unrepresentable, "{text}");
        }
    }

    #[test]
    fn tags_require_a_type() {
        assert_eq!(
            resolve_as("5", CoreType::Str),
            Some(Resolved::Value(json!("5")))
        );
        assert_eq!(
            resolve_as("5", CoreType::Float),
            Some(Resolved::Value(json!(5.0)))
        );
        assert_eq!(resolve_as("x", CoreType::Int), None);
        assert_eq!(resolve_as("1.5", CoreType::Int), None);
        assert_eq!(resolve_as("yes", CoreType::Bool), None);
        assert_eq!(
            resolve_as("null", CoreType::Null),
            Some(Resolved::Value(json!(null)))
        );
    }
}
