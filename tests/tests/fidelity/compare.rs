//! Differences between a value and the same value after a round trip.

use std::fmt;

use chrono::DateTime;
use serde_json::Value;

/// A difference and its location.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) kind: DifferenceKind,
    /// Property names, with `*` for any array element.
    pub(crate) path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DifferenceKind {
    /// A value, a null, or an empty array or object is missing.
    Lost,
    /// A value was added.
    Added,
    /// A value has changed.
    Changed,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.kind, self.path)
    }
}

/// Returns all differences between the original and the round-tripped value. Equal instants in another format are
/// no difference.
pub(crate) fn differences(original: &Value, decoded: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(original, decoded, String::new(), &mut found);
    found
}

fn compare(original: &Value, decoded: &Value, path: String, found: &mut Vec<Difference>) {
    match (original, decoded) {
        (Value::Object(original), Value::Object(decoded)) => {
            for (name, value) in original {
                let path = format!("{path}/{name}");
                match decoded.get(name) {
                    Some(decoded) => compare(value, decoded, path, found),
                    None => found.push(Difference {
                        kind: DifferenceKind::Lost,
                        path,
                    }),
                }
            }
            for name in decoded.keys().filter(|name| !original.contains_key(*name)) {
                let path = format!("{path}/{name}");
                found.push(Difference {
                    kind: DifferenceKind::Added,
                    path,
                });
            }
        }
        (Value::Array(original), Value::Array(decoded)) if original.len() == decoded.len() => {
            for (original, decoded) in original.iter().zip(decoded) {
                compare(original, decoded, format!("{path}/*"), found);
            }
        }
        (Value::String(original), Value::String(decoded)) if same_moment(original, decoded) => {}
        // Numbers are equal if their text is equal.
        _ if written(original) == written(decoded) => {}
        _ => found.push(Difference {
            kind: DifferenceKind::Changed,
            path,
        }),
    }
}

fn same_moment(original: &str, decoded: &str) -> bool {
    match (
        DateTime::parse_from_rfc3339(original),
        DateTime::parse_from_rfc3339(decoded),
    ) {
        (Ok(original), Ok(decoded)) => original == decoded,
        _ => false,
    }
}

/// Returns the text of a value, in which 1 and 1.0 differ.
fn written(value: &Value) -> String {
    value.to_string()
}
