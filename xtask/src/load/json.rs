//! JSON text to values.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{MAX_VALUES, Problem, position_at, scalar};
use crate::diagnostic::Position;

/// The error that stands for a document with too many values, among those of the JSON library.
const TOO_LARGE: &str = "more values than are read";

/// Reads a document, and what a reader should know about its numbers.
pub(super) fn read(text: &str) -> Result<(Value, Vec<Problem>), Problem> {
    read_within(text, MAX_VALUES)
}

/// Reads a document that has at most so many values.
pub(super) fn read_within(text: &str, limit: usize) -> Result<(Value, Vec<Problem>), Problem> {
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

fn unreadable(error: &serde_json::Error, limit: usize) -> Problem {
    let at = Position {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match message.strip_suffix(&place).unwrap_or(&message) {
        "recursion limit exceeded" => Problem::too_deep(at),
        TOO_LARGE => Problem::too_large(at, limit),
        message => Problem::syntax(at, message),
    }
}

/// Finds the integers that are read as another number. The values do not show it: their digits are gone by then.
fn inexact_numbers(text: &str) -> Vec<Problem> {
    let bytes = text.as_bytes();
    let mut problems = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = after_string(bytes, at + 1),
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..]
                    .iter()
                    .position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
                    .map_or(bytes.len(), |length| at + length);
                problems.extend(inexact(text, at, &text[at..end]));
                at = end;
            }
            _ => at += 1,
        }
    }
    problems
}

fn inexact(text: &str, at: usize, number: &str) -> Option<Problem> {
    // Whatever has fewer digits fits into 64 bits.
    if number.len() < 19 || number.contains(['.', 'e', 'E']) {
        return None;
    }
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return None;
    }
    let value = Value::from(number.parse::<f64>().ok()?);
    (!scalar::is_exact(number, &value))
        .then(|| Problem::inexact(position_at(text, at), number, &value))
}

/// Returns where the text goes on after a string, whose first byte is at `at`.
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

/// Reads any value, as long as there are not too many.
#[derive(Clone, Copy)]
struct Node<'c> {
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

/// Reads the key of a map. It knows the keys so far, so that the error about one given twice points at the second.
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
            return Err(E::custom(format!("the key `{key}` is given twice")));
        }
        Ok(key.to_owned())
    }
}
