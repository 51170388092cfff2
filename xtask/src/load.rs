//! Bytes to documents: the one file that knows which crates read YAML and JSON.
//!
//! A document becomes a [`serde_json::Value`] whose maps keep the order of the file. Keys that YAML reads as numbers
//! (`200:`) become strings, as JSON has them. What JSON cannot hold, keys given twice, several documents in one file
//! and anything oversized are refused with their place; no input makes this panic.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::diagnostic::Diagnostic;

/// Far above any real description (the largest public ones have some 12 MB), and still nothing that hurts a machine.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A document as it was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// As the user gave it, for messages.
    pub path: PathBuf,
    pub text: Arc<str>,
    pub value: Value,
}

/// Reads a YAML or JSON file.
pub fn load(path: impl AsRef<Path>) -> Result<Document, Diagnostic> {
    let path = path.as_ref();
    let unreadable = |why: String| {
        Diagnostic::error(
            "unreadable-file",
            path,
            "",
            format!("cannot read the file: {why}"),
        )
    };
    let size = std::fs::metadata(path)
        .map_err(|e| unreadable(e.to_string()))?
        .len();
    if size > MAX_BYTES {
        return Err(unreadable(format!(
            "{size} bytes are more than the {MAX_BYTES} that are read"
        )));
    }
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        unreadable(format!("it is not UTF-8 (byte {good})"))
    })?;
    parse(path, text)
}

/// Reads a document that is already in memory; `path` is what messages call it.
pub fn parse(path: impl AsRef<Path>, text: impl Into<Arc<str>>) -> Result<Document, Diagnostic> {
    let (path, text) = (path.as_ref(), text.into());
    let json = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let value = if json {
        parse_json(path, &text)?
    } else {
        parse_yaml(path, &text)?
    };
    Ok(Document {
        path: path.to_owned(),
        text,
        value,
    })
}

/// Writes a value as YAML, for files that people read.
pub fn to_yaml(value: &Value) -> Result<String, String> {
    serde_yaml::to_string(value).map_err(|e| e.to_string())
}

fn parse_json(path: &Path, text: &str) -> Result<Value, Diagnostic> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Node
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|e| {
        let message = e.to_string();
        let place = format!(" at line {} column {}", e.line(), e.column());
        let what = message.strip_suffix(&place).unwrap_or(&message);
        Diagnostic::error(
            "syntax",
            path,
            "",
            format!("the document cannot be read as JSON: {what}"),
        )
        .at(e.line().max(1), e.column().max(1))
    })
}

fn parse_yaml(path: &Path, text: &str) -> Result<Value, Diagnostic> {
    Node.deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|e| {
            let message = e.to_string();
            let diagnostic = |what: &str| {
                Diagnostic::error(
                    "syntax",
                    path,
                    "",
                    format!("the document cannot be read as YAML: {what}"),
                )
            };
            match e.location() {
                Some(at) => {
                    let place = format!(" at line {} column {}", at.line(), at.column());
                    diagnostic(&message.replace(&place, "")).at(at.line(), at.column())
                }
                None => diagnostic(&message),
            }
        })
}

/// Reads any value; the one visitor serves both formats.
struct Node;

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
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

    // Bounds beyond 64 bits occur as `maximum`; there the nearest float is what every other tool reads, too.
    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom(format!("`{value}` is no number in JSON")))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Node)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { known: &map })? {
            map.insert(key, entries.next_value_seed(Node)?);
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
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        if self.known.contains_key(key) {
            return Err(E::custom(format!("the key `{key}` is given twice")));
        }
        Ok(key.to_owned())
    }

    fn visit_unit<E: de::Error>(self) -> Result<String, E> {
        self.visit_str("null")
    }

    fn visit_bool<E: de::Error>(self, key: bool) -> Result<String, E> {
        self.visit_str(if key { "true" } else { "false" })
    }

    fn visit_i64<E: de::Error>(self, key: i64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_u64<E: de::Error>(self, key: u64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_f64<E: de::Error>(self, key: f64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }
}
