//! What of a value did not survive being decoded and encoded again.

use std::fmt;

use chrono::DateTime;
use serde_json::Value;

/// A difference, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) what: What,
    /// Names of fields, with `*` for any element.
    pub(crate) place: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// Something is gone: a value, a null, or an empty list or object.
    Lost,
    /// Something is there that was not.
    Added,
    /// Something is there in another way.
    Changed,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.what, self.place)
    }
}

/// Every difference between what was said and what was carried. Moments are the same if they are the same moment.
pub(crate) fn differences(said: &Value, carried: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(said, carried, String::new(), &mut found);
    found
}

fn compare(said: &Value, carried: &Value, place: String, found: &mut Vec<Difference>) {
    match (said, carried) {
        (Value::Object(said), Value::Object(carried)) => {
            for (name, value) in said {
                let place = format!("{place}/{name}");
                match carried.get(name) {
                    Some(carried) => compare(value, carried, place, found),
                    None => found.push(Difference {
                        what: What::Lost,
                        place,
                    }),
                }
            }
            for name in carried.keys().filter(|name| !said.contains_key(*name)) {
                let place = format!("{place}/{name}");
                found.push(Difference {
                    what: What::Added,
                    place,
                });
            }
        }
        (Value::Array(said), Value::Array(carried)) if said.len() == carried.len() => {
            for (said, carried) in said.iter().zip(carried) {
                compare(said, carried, format!("{place}/*"), found);
            }
        }
        (Value::String(said), Value::String(carried)) if same_moment(said, carried) => {}
        // Numbers are the same if they are written the same.
        _ if written(said) == written(carried) => {}
        _ => found.push(Difference {
            what: What::Changed,
            place,
        }),
    }
}

fn same_moment(said: &str, carried: &str) -> bool {
    match (
        DateTime::parse_from_rfc3339(said),
        DateTime::parse_from_rfc3339(carried),
    ) {
        (Ok(said), Ok(carried)) => said == carried,
        _ => false,
    }
}

/// A value as text, in which 1 and 1.0 differ.
fn written(value: &Value) -> String {
    value.to_string()
}
