//! Loading of YAML and JSON documents. Only `yaml.rs` depends on the crate that parses YAML.
//!
//! A document becomes a [`serde_json::Value`] whose maps keep the order of the file. Errors have a position: values
//! that JSON cannot represent, duplicate keys, several documents in one file, and documents beyond the limits
//! below. No input causes a panic. Time and memory are bounded by the size of the input and by the limits.

mod json;
mod scalar;
pub(crate) mod yaml;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Position};

/// Maximum size of a file. The largest known public API descriptions have about 12 MB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Maximum number of values in a document. The largest known public API description has about 600,000.
const MAX_VALUES: usize = 4_000_000;

/// Maximum number of values that aliases may add to a document. Each needs about 100 bytes of memory in every
/// stage.
const MAX_ADDED_VALUES: u64 = 250_000;
/// Maximum number of bytes that the strings of aliases may add to a document.
const MAX_ADDED_BYTES: u64 = 16 * 1024 * 1024;

/// Maximum depth of a document, because later stages are recursive. Known API descriptions have fewer than 40
/// levels.
pub(crate) const MAX_DEPTH: usize = 128;

/// Loaded document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path as passed by the user, for messages.
    pub path: PathBuf,
    pub text: Arc<str>,
    pub value: Value,
    /// Warnings about scalars whose value may not be the intended one, and about the YAML version.
    pub warnings: Diagnostics,
}

/// Error or warning about a part of a document.
#[derive(Clone, Debug)]
pub(crate) struct LoadFinding {
    code: Code,
    position: Position,
    message: String,
    help: Option<&'static str>,
}

impl LoadFinding {
    fn syntax(position: Position, message: impl Into<String>) -> Self {
        Self {
            code: Code::Syntax,
            position,
            message: message.into(),
            help: None,
        }
    }

    fn too_deep(position: Position) -> Self {
        let message = format!("the document is nested more than {MAX_DEPTH} levels deep");
        Self::syntax(position, message).code(Code::TooDeep)
    }

    fn too_large(position: Position, limit: usize) -> Self {
        let message = format!("the document has more than {limit} values");
        Self::syntax(position, message).code(Code::TooLarge)
    }

    fn inexact(position: Position, text: &str, value: &Value) -> Self {
        let message = format!("the number {text} needs more than 64 bits and is read as {value}");
        Self::syntax(position, message)
            .code(Code::InexactNumber)
            .help("quote it if it is a string")
    }

    fn code(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    fn diagnostic(self, path: &Path) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code, path, "", self.message)
            .at(self.position.line, self.position.column);
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Loads a YAML or JSON file.
pub fn load(path: impl AsRef<Path>) -> Result<Document, Diagnostic> {
    let path = path.as_ref();
    parse(path, read_to_string(path)?)
}

/// Loads files on several threads.
pub fn load_all(files: &BTreeSet<PathBuf>) -> BTreeMap<PathBuf, Result<Document, Diagnostic>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    // The largest first, so that no thread begins with it when the others are done.
    let mut order: Vec<&PathBuf> = files.iter().collect();
    let size = |file: &&PathBuf| Reverse(std::fs::metadata(file).map_or(0, |it| it.len()));
    order.sort_by_cached_key(size);
    let remaining = Mutex::new(order.into_iter());
    let work = || {
        // No thread panics while it has the lock.
        let next = || remaining.lock().ok()?.next();
        let loaded = std::iter::from_fn(|| next().map(|file| (file.clone(), load(file))));
        loaded.collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(files.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut loaded: BTreeMap<_, _> = work().into_iter().collect();
        // A file of a thread that failed is not in the result, so the caller loads it again.
        loaded.extend(others.into_iter().filter_map(|it| it.join().ok()).flatten());
        loaded
    })
}

/// Reads a file as a string, without parsing it.
pub fn read_to_string(path: &Path) -> Result<String, Diagnostic> {
    let unreadable = |reason: String| {
        Diagnostic::new(
            Code::UnreadableFile,
            path,
            "",
            format!("cannot read the file: {reason}"),
        )
    };
    let size = std::fs::metadata(path)
        .map_err(|e| unreadable(e.to_string()))?
        .len();
    if size > MAX_BYTES {
        return Err(unreadable(format!(
            "it has {size} bytes, the limit is {MAX_BYTES}"
        )));
    }
    let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| {
        let offset = e.utf8_error().valid_up_to();
        unreadable(format!("invalid UTF-8 at byte {offset}"))
    })
}

/// Parses a document in memory. `path` is the name in messages; its extension selects JSON or YAML.
pub fn parse(path: impl AsRef<Path>, text: impl Into<Arc<str>>) -> Result<Document, Diagnostic> {
    let (path, text) = (path.as_ref(), text.into());
    let is_json = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let (parsed, language) = match is_json {
        true => (json::read(&text), "JSON"),
        false => (
            yaml::Tree::parse(&text).and_then(|tree| tree.value()),
            "YAML",
        ),
    };
    let (value, warnings) = parsed.map_err(|mut finding| {
        finding.message = format!(
            "the document cannot be read as {language}: {}",
            finding.message
        );
        finding.diagnostic(path)
    })?;
    let mut warnings: Diagnostics = warnings
        .into_iter()
        .map(|finding| finding.diagnostic(path))
        .collect();
    if !is_json {
        warnings.extend(unsupported_version(path, &text));
    }
    Ok(Document {
        path: path.to_owned(),
        text,
        value,
        warnings,
    })
}

/// Returns a warning about a `%YAML` directive with a version other than 1.2.
fn unsupported_version(path: &Path, text: &str) -> Option<Diagnostic> {
    let head = text.trim_start_matches('\u{feff}').lines();
    let mut directives = head
        .take_while(|line| line.is_empty() || line.starts_with(['%', '#']))
        .enumerate();
    let (index, line) = directives.find(|(_, line)| line.starts_with("%YAML"))?;
    let version = line.split_whitespace().nth(1).unwrap_or_default();
    (version != "1.2").then(|| {
        let message = format!("the document is declared as YAML {version} and read as YAML 1.2");
        Diagnostic::new(Code::YamlVersion, path, "", message)
            .at(index + 1, 1)
            .help("in YAML 1.2 `yes`, `no`, `on` and `off` are strings, and octal numbers begin with `0o`")
    })
}

/// Converts a byte offset to a line and column.
fn position_at(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position {
        line: before.bytes().filter(|b| *b == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// Lists the YAML and JSON files of a folder, sorted by name. Does not descend into subfolders.
pub fn list_files(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Position;

    fn yaml(text: &str) -> Result<Value, Diagnostic> {
        parse("test.yml", text).map(|document| document.value)
    }

    #[test]
    fn keys_are_strings_in_document_order() {
        let value = yaml("200: a\nzebra: b\ntrue: c\napple: d\n1.5: e\n").unwrap();
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"200":"a","zebra":"b","true":"c","apple":"d","1.5":"e"}"#
        );
    }

    /// Returns the code and position of the error.
    fn error(text: &str) -> (&'static str, usize, usize) {
        let finding = yaml(text).unwrap_err();
        let at = finding.position.expect("the error has a position");
        (finding.code.as_str(), at.line, at.column)
    }

    fn warnings(path: &str, text: &str) -> Vec<(&'static str, usize, usize)> {
        let document = parse(path, text).unwrap();
        let at = |finding: &Diagnostic| finding.position.map_or((0, 0), |p| (p.line, p.column));
        let found = document.warnings.iter();
        found
            .map(|finding| (finding.code.as_str(), at(finding).0, at(finding).1))
            .collect()
    }

    #[test]
    fn resolves_scalars_by_yaml_1_2() {
        assert_eq!(
            yaml("[1, -2, 0.0, yes, no, on, 2024-01-01, ~, '200', 9223372036854775808, 0x10, 0o17, 1_000, 0b1, .5]")
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
                16,
                15,
                "1_000",
                "0b1",
                0.5
            ])
        );
    }

    #[test]
    fn quoted_scalars_and_blocks_are_strings() {
        assert_eq!(
            yaml("- '1'\n- \"true\"\n- |\n  12\n- >-\n  null\n- ! 12\n- !!str 12\n- !!int '12'\n- !!float 1\n").unwrap(),
            json!(["1", "true", "12\n", "null", "12", "12", 12, 1.0])
        );
    }

    #[test]
    fn rejects_numbers_that_json_cannot_represent() {
        for number in [".nan", ".inf", "-.INF", "1e999"] {
            assert_eq!(error(&format!("a: 1\nb: {number}\n")), ("syntax", 2, 4));
        }
        for text in [
            "{\"a\": NaN}",
            "{\"a\": Infinity}",
            "{\"a\": 1e999}",
            "{\"a\": 012}",
        ] {
            let finding = parse("a.json", text).unwrap_err();
            assert_eq!(finding.position.map(|p| p.line), Some(1), "{finding}");
        }
    }

    #[test]
    fn warns_about_numbers_that_lose_digits() {
        let beyond = [("inexact-number", 1, 7)];
        assert_eq!(
            warnings("a.yml", "a: [1, 123456789012345678901]")[..],
            [("inexact-number", 1, 8)]
        );
        assert_eq!(warnings("a.json", "{\"a\": 123456789012345678901}"), beyond);
        assert_eq!(warnings("a.json", "{\"a\": -9223372036854775809}"), beyond);
        for fine in [
            "{\"a\": 18446744073709551615, \"b\": 18446744073709551616, \"c\": 9007199254740993}",
            "{\"123456789012345678901\": \"\\\"123456789012345678901\"}",
            "{\"a\": 1.5e3, \"b\": 0.1}",
        ] {
            assert_eq!(warnings("a.json", fine), [], "{fine}");
            assert_eq!(warnings("a.yml", fine), [], "{fine}");
        }
        assert_eq!(warnings("a.yml", "zip: 00123"), [("leading-zero", 1, 6)]);
        assert_eq!(warnings("a.yml", "zip: '00123'"), []);
    }

    #[test]
    fn warns_about_other_yaml_versions() {
        assert_eq!(
            warnings("a.yml", "# x\n%YAML 1.1\n---\na: on\n"),
            [("yaml-version", 2, 1)]
        );
        assert_eq!(warnings("a.yml", "%YAML 1.2\n---\na: on\n"), []);
    }

    #[test]
    fn merge_keys_follow_yaml_1_1() {
        let text = "\
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
own: {<<: *base, b: 5}
late: {b: 5, <<: *base}
several: {<<: [*base, *more, {d: 6}]}
chain: &chain {<<: *more, e: 7}
deep: {<<: *chain}
quoted: {\"<<\": 8}
";
        let value = yaml(text).unwrap();
        assert_eq!(value["own"], json!({"a": 1, "b": 5}));
        assert_eq!(value["late"], json!({"b": 5, "a": 1}));
        assert_eq!(value["several"], json!({"a": 1, "b": 2, "c": 4, "d": 6}));
        assert_eq!(value["deep"], json!({"b": 3, "c": 4, "e": 7}));
        assert_eq!(value["quoted"], json!({"<<": 8}));
        assert_eq!(
            parse("a.json", "{\"<<\": 1}").unwrap().value,
            json!({"<<": 1})
        );
    }

    #[test]
    fn rejects_merge_keys_whose_value_is_not_a_map() {
        assert_eq!(error("a: 1\nb:\n  <<: text\n"), ("syntax", 3, 7));
        assert_eq!(
            error("a: &a [1]\nb:\n  <<: [{c: 1}, *a]\n"),
            ("syntax", 3, 16)
        );
        assert_eq!(error("a: {<<: {}, <<: {}}\n"), ("syntax", 1, 13));
        assert_eq!(error("a: {<<: null}\n"), ("syntax", 1, 9));
    }

    #[test]
    fn keys_are_scalars_as_written() {
        assert_eq!(
            yaml("1.10: a\n0x1F: b\nyes: c\nTrue: d\nnull: e\n").unwrap(),
            json!({"1.10": "a", "0x1F": "b", "yes": "c", "True": "d", "null": "e"})
        );
        assert_eq!(error("a: 1\n~: 2\n").1, 2);
        assert_eq!(error("a: 1\n: 2\n").1, 2);
        assert_eq!(error("a: 1\n? [x]\n: 2\n"), ("syntax", 2, 3));
        assert_eq!(error("a: 1\n? {x: y}\n: 2\n"), ("syntax", 2, 3));
        assert_eq!(error("a: &k {x: y}\n*k : 2\n"), ("syntax", 2, 1));
    }

    #[test]
    fn rejects_tags_that_json_cannot_represent() {
        for tag in [
            "!custom",
            "!!binary",
            "!!timestamp",
            "!!python/name:os.system",
        ] {
            assert_eq!(error(&format!("a: 1\nb: {tag} x\n")).1, 2, "{tag}");
        }
        assert_eq!(error("a: 1\nb: !!set {x: null}\n").1, 2);
        assert_eq!(error("a: 1\nb: !!int x\n"), ("syntax", 2, 4));
        assert_eq!(yaml("!!map {a: !!seq [1]}").unwrap(), json!({"a": [1]}));
    }

    #[test]
    fn rejects_control_characters() {
        // The scanner would end the document at the NUL.
        assert_eq!(error("a: 1\nb: x\0\nc: 3\n"), ("syntax", 2, 5));
        assert_eq!(error("a: \"\u{7}\"\n"), ("syntax", 1, 5));
        assert_eq!(yaml("a: \"\\0\"").unwrap(), json!({"a": "\0"}));
    }

    #[test]
    fn reports_a_duplicate_key_at_the_second() {
        let finding = yaml("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert!(finding.message.contains("duplicate key `a`"), "{finding}");
        assert_eq!(finding.position, Some(Position { line: 3, column: 1 }));
        let finding = yaml("'200': 1\n200: 2\n").unwrap_err();
        assert!(finding.message.contains("duplicate key `200`"), "{finding}");
        let finding = parse("test.json", "{\"a\": 1,\n \"a\": 2}").unwrap_err();
        assert_eq!(finding.position.map(|p| p.line), Some(2), "{finding}");
    }

    #[test]
    fn resolves_aliases() {
        assert_eq!(
            yaml("a: &x {b: 1}\nc: *x\n").unwrap(),
            json!({"a": {"b": 1}, "c": {"b": 1}})
        );
    }

    #[test]
    fn syntax_errors_have_a_position() {
        let finding = yaml("a: 1\nb: [1, 2\nc: 3\n").unwrap_err();
        assert_eq!(finding.code, Code::Syntax);
        assert!(finding.position.is_some_and(|p| p.line >= 2), "{finding:?}");
    }

    #[test]
    fn rejects_files_without_exactly_one_document() {
        assert_eq!(error("a: 1\n---\nb: 2\n"), ("syntax", 2, 1));
        assert_eq!(error("").0, "syntax");
        assert_eq!(error("# only a comment\n").0, "syntax");
        assert_eq!(yaml("---\na: 1\n...\n").unwrap(), json!({"a": 1}));
    }

    #[test]
    fn rejects_aliases_without_a_complete_anchor() {
        assert_eq!(error("a: *nobody\n").0, "syntax");
        assert_eq!(error("a: &a\n  b: *a\n"), ("syntax", 2, 6));
        assert_eq!(error("&a [*a]").0, "syntax");
        assert_eq!(yaml("- &a 1\n- &a 2\n- *a\n").unwrap(), json!([1, 2, 2]));
    }

    #[test]
    fn rejects_aliases_that_multiply_the_document() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let last = level - 1;
            text += &format!(
                "a{level}: &a{level} [*a{last}, *a{last}, *a{last}, *a{last}, *a{last}, *a{last}]\n"
            );
        }
        let (code, line, _) = error(&text);
        assert_eq!((code, line), ("too-large", 7));
        // Few values, long strings.
        let text = format!("- &a {}\n{}", "x".repeat(60_000), "- *a\n".repeat(10_000));
        assert_eq!(error(&text).0, "too-large");
        // Merged maps count as well.
        let mut text = "a0: &a0 {x: 1}\n".to_owned();
        for level in 1..30 {
            let last = level - 1;
            text += &format!("a{level}: &a{level} {{<<: [*a{last}, *a{last}], k{level}: 1}}\n");
        }
        assert_eq!(error(&text).0, "too-large");
    }

    #[test]
    fn expands_aliases_within_the_limits() {
        let text = format!("a: &a {{x: [1, 2, 3]}}\nb:\n{}", "- *a\n".repeat(10_000));
        let value = yaml(&text).unwrap();
        assert_eq!(value["b"].as_array().map(Vec::len), Some(10_000));
        assert_eq!(value["b"][9_999], json!({"x": [1, 2, 3]}));
    }

    #[test]
    fn rejects_deep_nesting() {
        for text in [
            "[".repeat(5_000_000),
            "{a: ".repeat(9_000),
            "- ".repeat(20_000),
            "? ".repeat(20_000),
            "[".repeat(200) + &"]".repeat(200),
            (0..2_000).map(|n| " ".repeat(n) + "a:\n").collect(),
        ] {
            assert_eq!(error(&text).0, "too-deep");
        }
        for brackets in [129, 100_000] {
            let text = "[".repeat(brackets) + &"]".repeat(brackets);
            let finding = parse("test.json", text).unwrap_err();
            assert_eq!(
                (finding.code.as_str(), finding.position.is_some()),
                ("too-deep", true)
            );
        }
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(yaml(&nested(127)).is_ok());
        assert!(parse("test.json", nested(127)).is_ok());
    }

    #[test]
    fn rejects_deep_nesting_by_aliases() {
        let mut text = "a0: &a0 []\n".to_owned();
        for level in 1..500 {
            text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        assert_eq!(error(&text).0, "too-deep");
    }

    #[test]
    fn rejects_too_many_values() {
        let text = "[0, 1, {a: 2}]";
        assert!(yaml::Tree::parse_within(text, 6).is_ok());
        let finding = yaml::Tree::parse_within(text, 5).err().unwrap();
        assert_eq!(
            (finding.code.as_str(), finding.position.column),
            ("too-large", 12)
        );
        let text = "[0, 1, {\"a\": 2}]";
        assert!(json::read_within(text, 5).is_ok());
        let finding = json::read_within(text, 4).unwrap_err();
        assert_eq!(
            (finding.code.as_str(), finding.position.line),
            ("too-large", 1)
        );
    }

    #[test]
    fn time_and_memory_are_proportional_to_the_size() {
        let begun = std::time::Instant::now();
        for text in [
            (0..50_000)
                .map(|n| format!("k{n}: v\n"))
                .collect::<String>(),
            (0..50_000).map(|n| format!("- &a{n} x\n")).collect(),
            format!("a: \"{}\"", "\\n".repeat(1_000_000)),
            format!("a: |\n{}", "  x\n\n".repeat(300_000)),
            "a ".repeat(500_000),
            format!("[{}]", "[x, {y: z}], ".repeat(30_000)),
        ] {
            yaml(&text).unwrap();
        }
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(20),
            "{:?}",
            begun.elapsed()
        );
    }

    #[test]
    fn reads_json_files_as_json() {
        let document = parse("test.JSON", "\u{feff}{\n\t\"a\": \"\\ud83d\\ude00\"}").unwrap();
        assert_eq!(document.value, json!({"a": "😀"}));
        assert!(parse("test.json", "{\"a\": 1} x").is_err());
    }

    #[test]
    fn reports_files_that_are_missing_or_not_utf_8() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            load(folder.path().join("gone.yml")).unwrap_err().code,
            Code::UnreadableFile
        );
        assert_eq!(load(folder.path()).unwrap_err().code, Code::UnreadableFile);
        let file = folder.path().join("latin1.yml");
        std::fs::write(&file, b"a: \xfc").unwrap();
        assert_eq!(load(&file).unwrap_err().code, Code::UnreadableFile);
    }
}
