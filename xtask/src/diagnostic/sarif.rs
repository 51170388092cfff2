//! Findings as SARIF 2.1.0, the format that code hosts show beside the lines of a change.

use std::path::{Component, Path};

use serde_json::{Value, json};

use super::locate::Located;
use super::{Code, Diagnostics, Severity, Sources, TextSpan};

/// Base of relative addresses, which the reader of a report binds to the root of the repository.
const ROOT: &str = "%SRCROOT%";

impl Diagnostics {
    /// Returns the findings as a SARIF log, without notes. Paths below `root` are relative to it.
    pub fn to_sarif(&self, sources: &Sources, root: &Path) -> String {
        let located = self.located_without_notes(sources);
        let results = located.iter().map(|located| result(located, root));
        let results: Vec<Value> = results.collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "cargo xtask lint",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        // Serializing a JSON value never fails.
        serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(code: Code) -> Value {
    let mut rule = json!({
        "id": code.as_str(),
        "shortDescription": {"text": code.title()},
        "defaultConfiguration": {"level": level(code.severity())},
    });
    if let Some(explanation) = code.explanation() {
        rule["fullDescription"] = json!({"text": explanation.meaning});
        rule["help"] = json!({
            "text": explanation.fix,
            "markdown": format!(
                "{}\n\nBad:\n\n```yaml\n{}```\n\nGood:\n\n```yaml\n{}```\n",
                explanation.fix, explanation.bad, explanation.good
            ),
        });
    }
    rule
}

fn result(located: &Located<'_>, root: &Path) -> Value {
    let diagnostic = located.diagnostic;
    let code = diagnostic.code;
    let text = match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let address = address(&diagnostic.file, root);
    let parts = [
        code.as_str(),
        &address,
        &diagnostic.pointer,
        &diagnostic.message,
    ];
    let fingerprint = fingerprint(&parts);
    let mut result = json!({
        "ruleId": code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|known| *known == code),
        "level": level(diagnostic.severity),
        "message": {"text": text},
        "locations": [location(&diagnostic.file, &diagnostic.pointer, located.span, root)],
        "partialFingerprints": {"codeFilePointerMessage/v1": fingerprint},
    });
    if !located.related.is_empty() {
        let related = located.related.iter().map(|(related, span)| {
            let mut location = location(&related.file, &related.pointer, *span, root);
            location["message"] = json!({"text": related.label});
            location
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn location(file: &Path, pointer: &str, span: TextSpan, root: &Path) -> Value {
    let address = address(file, root);
    let artifact = match address.starts_with("file://") {
        true => json!({"uri": address}),
        false => json!({"uri": address, "uriBaseId": ROOT}),
    };
    // Without `endColumn`, a region extends to the end of its line.
    let mut region = json!({"startLine": span.start.line, "startColumn": span.start.column});
    if let Some(end) = span.end_column() {
        region["endColumn"] = end.into();
    }
    let mut location = json!({"physicalLocation": {
        "artifactLocation": artifact,
        "region": region,
    }});
    if !pointer.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": pointer}]);
    }
    location
}

/// Returns the path as a URI reference, relative to `root` if the file is below it.
fn address(file: &Path, root: &Path) -> String {
    let relative = file.strip_prefix(root).unwrap_or(file);
    let segments = relative.components().filter_map(|part| match part {
        Component::Normal(name) => Some(encode(&name.to_string_lossy())),
        Component::ParentDir => Some("..".to_owned()),
        Component::Prefix(prefix) => Some(encode(&prefix.as_os_str().to_string_lossy())),
        Component::RootDir | Component::CurDir => None,
    });
    let path = segments.collect::<Vec<_>>().join("/");
    match relative.is_absolute() {
        true => format!("file:///{path}"),
        false => path,
    }
}

/// Escapes all but the unreserved characters of RFC 3986.
fn encode(segment: &str) -> String {
    let mut encoded = String::new();
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// Returns the 64-bit FNV-1a hash of strings, which is the same in every release.
fn fingerprint(parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        // A byte that is not part of UTF-8 ends each string.
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_to_the_root() {
        let root = Path::new("/folder/repository");
        for (file, expected) in [
            ("openapi/a b.yml", "openapi/a%20b.yml"),
            ("./arazzo/ü.yml", "arazzo/%C3%BC.yml"),
            ("/folder/repository/api.yml", "api.yml"),
            ("/elsewhere/api.yml", "file:///elsewhere/api.yml"),
            ("../api.yml", "../api.yml"),
        ] {
            assert_eq!(address(Path::new(file), root), expected);
        }
    }

    #[test]
    fn fingerprints_are_stable_and_tell_strings_apart() {
        assert_eq!(fingerprint(&["a", "b"]), fingerprint(&["a", "b"]));
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab", ""]));
        assert_eq!(fingerprint(&[]), "cbf29ce484222325");
    }
}
