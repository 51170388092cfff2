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

use crate::diagnostic::{Code, Diagnostic};

/// Far above any real description (the largest public ones have some 12 MB), and still nothing that hurts a machine.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The parser's time grows with the square of the brackets that are open at once, long before it counts how deep it is.
/// Prose may have brackets that are never closed, though not so many of them.
const MAX_OPEN_BRACKETS: usize = 10_000;

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
    parse(path, text(path)?)
}

/// Reads the text of a file, of which nothing is understood yet.
pub fn text(path: &Path) -> Result<String, Diagnostic> {
    let unreadable = |why: String| {
        Diagnostic::new(
            Code::UnreadableFile,
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
    String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        unreadable(format!("it is not UTF-8 (byte {good})"))
    })
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

/// The YAML and JSON files of a folder, by name; of what lies deeper, nothing.
pub fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let unreadable = |e: std::io::Error| {
        Diagnostic::new(
            Code::UnreadableFile,
            folder,
            "",
            format!("cannot read the folder: {e}"),
        )
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if matches!(extension.as_str(), "yml" | "yaml" | "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
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
        Diagnostic::new(
            Code::Syntax,
            path,
            "",
            format!("the document cannot be read as JSON: {what}"),
        )
        .at(e.line().max(1), e.column().max(1))
    })
}

fn parse_yaml(path: &Path, text: &str) -> Result<Value, Diagnostic> {
    if open_brackets(text) > MAX_OPEN_BRACKETS {
        let message = "the document cannot be read as YAML: it is nested too deeply";
        return Err(Diagnostic::new(Code::Syntax, path, "", message));
    }
    Node.deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|e| {
            let message = e.to_string();
            let diagnostic = |what: &str| {
                Diagnostic::new(
                    Code::Syntax,
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

/// How many brackets are open at once, at most, if every bracket is one of the syntax.
fn open_brackets(text: &str) -> usize {
    let mut open = 0usize;
    let mut most = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Position;

    fn yaml(text: &str) -> Result<Value, Diagnostic> {
        parse("test.yml", text).map(|document| document.value)
    }

    #[test]
    fn keys_are_text_and_keep_their_order() {
        let value = yaml("200: a\nzebra: b\ntrue: c\napple: d\n1.5: e\n").unwrap();
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"200":"a","zebra":"b","true":"c","apple":"d","1.5":"e"}"#
        );
    }

    #[test]
    fn scalars_are_what_yaml_1_2_says() {
        assert_eq!(
            yaml("[1, -2, 0.0, yes, no, on, 2024-01-01, ~, '200', 9223372036854775808, 0x10]")
                .unwrap(),
            json!([
                1,
                -2,
                0.0,
                "yes",
                "no",
                "on",
                "2024-01-01",
                null,
                "200",
                9223372036854775808u64,
                16
            ])
        );
    }

    #[test]
    fn a_number_json_cannot_hold_is_refused_where_it_stands() {
        let finding = yaml("a: 1\nb: .nan\n").unwrap_err();
        assert_eq!(
            finding.position,
            Some(Position { line: 2, column: 4 }),
            "{finding}"
        );
    }

    #[test]
    fn a_key_given_twice_is_refused_at_the_second() {
        let finding = yaml("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert!(finding.message.contains("`a` is given twice"), "{finding}");
        assert_eq!(finding.position, Some(Position { line: 3, column: 1 }));
        let finding = yaml("'200': 1\n200: 2\n").unwrap_err();
        assert!(
            finding.message.contains("`200` is given twice"),
            "{finding}"
        );
        let finding = parse("test.json", "{\"a\": 1,\n \"a\": 2}").unwrap_err();
        assert_eq!(finding.position.map(|p| p.line), Some(2), "{finding}");
    }

    #[test]
    fn anchors_are_followed() {
        assert_eq!(
            yaml("a: &x {b: 1}\nc: *x\n").unwrap(),
            json!({"a": {"b": 1}, "c": {"b": 1}})
        );
    }

    #[test]
    fn syntax_errors_have_a_place() {
        let finding = yaml("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert_eq!(finding.code.as_str(), "syntax");
        assert!(finding.position.is_some_and(|p| p.line >= 2), "{finding:?}");
    }

    #[test]
    fn several_documents_in_one_file_are_refused() {
        assert!(yaml("a: 1\n---\nb: 2\n").is_err());
    }

    #[test]
    fn nothing_and_tags_and_odd_keys_are_refused_without_a_panic() {
        for text in [
            "",
            "# only a comment\n",
            "!custom {a: 1}",
            "? [a]\n: 1\n",
            "? {a: 1}\n: 1\n",
            "a: *nobody\n",
        ] {
            let _ = yaml(text);
        }
        assert!(yaml("? [a]\n: 1\n").is_err());
        assert!(yaml("a: *nobody\n").is_err());
    }

    #[test]
    fn an_alias_bomb_is_refused_at_once() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let last = level - 1;
            text += &format!(
                "a{level}: &a{level} [*a{last}, *a{last}, *a{last}, *a{last}, *a{last}, *a{last}]\n"
            );
        }
        assert_eq!(yaml(&text).unwrap_err().code.as_str(), "syntax");
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in [
            "[".repeat(5_000_000),
            "{a: ".repeat(9_000),
            "- ".repeat(20_000),
            "[".repeat(500) + &"]".repeat(500),
        ] {
            assert_eq!(yaml(&text).unwrap_err().code.as_str(), "syntax");
        }
        assert!(parse("test.json", "[".repeat(100_000)).is_err());
    }

    #[test]
    fn json_is_read_as_json() {
        let document = parse("test.JSON", "\u{feff}{\n\t\"a\": \"\\ud83d\\ude00\"}").unwrap();
        assert_eq!(document.value, json!({"a": "😀"}));
        assert!(parse("test.json", "{\"a\": 1} x").is_err());
    }

    #[test]
    fn a_file_that_is_not_there_or_not_text_is_a_finding() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            load(folder.path().join("gone.yml"))
                .unwrap_err()
                .code
                .as_str(),
            "unreadable-file"
        );
        assert_eq!(
            load(folder.path()).unwrap_err().code.as_str(),
            "unreadable-file"
        );
        let file = folder.path().join("latin1.yml");
        std::fs::write(&file, b"a: \xfc").unwrap();
        assert_eq!(load(&file).unwrap_err().code.as_str(), "unreadable-file");
    }
}
