//! JSON parser with a limit on the number of values.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{LoadFinding, MAX_VALUES, position_at, scalar};
use crate::diagnostic::Position;

/// Message of the custom `serde_json` error for a document with too many values.
const TOO_LARGE: &str = "too many values";

/// Reads a document, with warnings about inexact numbers.
pub(super) fn read(text: &str) -> Result<(Value, Vec<LoadFinding>), LoadFinding> {
    read_within(text, MAX_VALUES)
}

/// Reads a document with at most `limit` values.
pub(super) fn read_within(
    text: &str,
    limit: usize,
) -> Result<(Value, Vec<LoadFinding>), LoadFinding> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let left = Cell::new(limit);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node { left: &left }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) => Ok((value, inexact_numbers(text))),
        Err(error) => Err(unreadable(&error, limit)),
    }
}

fn unreadable(error: &serde_json::Error, limit: usize) -> LoadFinding {
    let position = Position {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    match message.strip_suffix(&suffix).unwrap_or(&message) {
        "recursion limit exceeded" => LoadFinding::too_deep(position),
        TOO_LARGE => LoadFinding::too_large(position, limit),
        message => LoadFinding::syntax(position, message),
    }
}

/// Finds integers that are read as another number. The search needs the source, because values do not keep the
/// digits.
fn inexact_numbers(text: &str) -> Vec<LoadFinding> {
    let bytes = text.as_bytes();
    let mut findings = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = after_string(bytes, at + 1),
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..]
                    .iter()
                    .position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
                    .map_or(bytes.len(), |length| at + length);
                findings.extend(inexact(text, at, &text[at..end]));
                at = end;
            }
            _ => at += 1,
        }
    }
    findings
}

fn inexact(text: &str, at: usize, number: &str) -> Option<LoadFinding> {
    // A number with fewer digits fits into 64 bits.
    if number.len() < 19 || number.contains(['.', 'e', 'E']) {
        return None;
    }
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return None;
    }
    let value = Value::from(number.parse::<f64>().ok()?);
    (!scalar::is_exact(number, &value))
        .then(|| LoadFinding::inexact(position_at(text, at), number, &value))
}

/// Returns the index after a string whose first byte, after the quote, is at `at`.
fn after_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Reads any value and counts it against the limit.
#[derive(Clone, Copy)]
struct Node<'c> {
    /// Number of values that may still be read.
    left: &'c Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(de::Error::custom(TOO_LARGE)),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom(format!("JSON cannot represent the number `{value}`")))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { known: &map })? {
            map.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(map))
    }
}

/// Reads the key of a map. Rejects a duplicate, so that the error has the position of the second key.
struct Key<'a> {
    known: &'a Map<String, Value>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        if self.known.contains_key(key) {
            return Err(E::custom(format!("duplicate key `{key}`")));
        }
        Ok(key.to_owned())
    }
}
