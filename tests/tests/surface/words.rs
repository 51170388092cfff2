//! The words of the documentation: of the public crates, as rustdoc reads it, and of the documents they are made from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rustdoc::Docs;

/// Words that no documentation begins with: it opens with a verb or a noun phrase.
const OPENINGS: [&str; 5] = ["What", "Whatever", "Whether", "How", "Who"];

/// Words of a summary line at most.
const SUMMARY: usize = 30;

/// Retired terms, in lower case, and the words that stand in their place.
const RETIRED: [(&str, &str); 24] = [
    ("answer", "response"),
    ("answers", "responses"),
    ("answered", "responded with"),
    ("mend", "fix, patch"),
    ("mends", "fixes, patches"),
    ("mended", "fixed, patched"),
    ("repetition", "retry"),
    ("repetitions", "retries"),
    ("refusal", "error, rejection"),
    ("refusals", "errors, rejections"),
    ("refused", "rejected"),
    ("refuses", "rejects"),
    ("whatever", "any"),
    ("for good", "permanently"),
    ("beside what", "in addition to"),
    ("too much at once", "rate limit exceeded"),
    ("is told", "is reported, is notified"),
    ("are told", "are reported, are notified"),
    ("is looked at", "is checked"),
    ("are looked at", "are checked"),
    ("comes about", "occurs"),
    ("page through", "list"),
    ("says of itself", "declares"),
    ("a pair more", "an additional parameter"),
];

#[test]
fn documentation_of_public_items_keeps_to_the_style() {
    let packages = [
        "pipedream-sdk",
        "pipedream-sdk-generated",
        "pipedream-sdk-runtime",
        "pipedream-sdk-testing",
    ];
    let docs = Docs::of(&packages, &crate::features().join(","));
    let mut violations = BTreeSet::new();
    let mut items = 0;
    for (name, text) in docs.documentation() {
        items += 1;
        check(&name, &text, &mut violations);
    }
    assert!(items > 3_000, "only {items} documented items were found");
    report(&violations);
}

#[test]
fn the_documents_keep_to_the_style() {
    let root = tests::repository();
    let mut violations = BTreeSet::new();
    let mut texts = 0;
    for folder in ["openapi", "arazzo"] {
        for file in documents(&root.join(folder)) {
            let document = xtask::load::load(&file).expect("a document");
            let name = file
                .strip_prefix(&root)
                .unwrap_or(&file)
                .display()
                .to_string();
            prose(&document.value, &name, &mut |name, text| {
                texts += 1;
                check(name, text, &mut violations);
            });
        }
    }
    assert!(texts > 500, "only {texts} texts were found");
    report(&violations);
}

#[test]
fn a_text_against_the_style_is_found() {
    let violations_of = |text: &str| {
        let mut violations = BTreeSet::new();
        check("item", text, &mut violations);
        violations.len()
    };
    assert_eq!(violations_of("Lists the accounts."), 0);
    assert_eq!(violations_of("What the call returns."), 1);
    assert_eq!(
        violations_of("Lists.\n\nHow it works is explained below."),
        1
    );
    assert_eq!(violations_of("The answer of the service."), 1);
    assert_eq!(
        violations_of("Reads [`Answer`](crate::Answer) and `answer`."),
        0
    );
    assert_eq!(violations_of("Reads.\n\n```\nlet answer = 1;\n```"), 0);
    assert_eq!(violations_of(&"word ".repeat(31)), 1);
}

fn report(violations: &BTreeSet<String>) {
    let lines: Vec<&str> = violations.iter().map(String::as_str).collect();
    assert!(
        lines.is_empty(),
        "{} violations\n{}",
        lines.len(),
        lines.join("\n")
    );
}

/// Checks one text: the opening of each paragraph, the length of the first sentence, and the words.
fn check(name: &str, text: &str, violations: &mut BTreeSet<String>) {
    let text = without_code(text);
    for paragraph in text.split("\n\n") {
        let opening = paragraph.split_whitespace().next().unwrap_or_default();
        if OPENINGS.contains(&opening) {
            violations.insert(format!(
                "{name}: opens with `{opening}`: {}",
                start(paragraph)
            ));
        }
    }
    let paragraph = text.trim().split("\n\n").next().unwrap_or_default();
    let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let summary = paragraph.split(". ").next().unwrap_or_default();
    let words = summary.split_whitespace().count();
    if words > SUMMARY && !summary.starts_with(['|', '<', '-']) {
        violations.insert(format!("{name}: {words} words: {}", start(summary)));
    }
    let lower = text.to_lowercase();
    for (term, instead) in RETIRED {
        let mut found = lower.match_indices(term);
        let is_letter = |character: char| character.is_alphanumeric() || character == '_';
        if found.any(|(at, _)| {
            !lower[..at].ends_with(is_letter) && !lower[at + term.len()..].starts_with(is_letter)
        }) {
            violations.insert(format!(
                "{name}: `{term}`, write `{instead}`: {}",
                start(&text)
            ));
        }
    }
}

fn start(text: &str) -> String {
    text.split_whitespace()
        .take(16)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Markdown without code blocks, code spans, and targets of links.
fn without_code(text: &str) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let mut spans = line.split('`');
            prose.push_str(spans.next().unwrap_or_default());
            while let Some(_code) = spans.next() {
                prose.push('x');
                prose.push_str(without_target(spans.next().unwrap_or_default()));
            }
            prose.push('\n');
        }
    }
    prose
}

/// Text after a code span, without the target of the link that ends there.
fn without_target(text: &str) -> &str {
    match text
        .strip_prefix("](")
        .and_then(|target| target.split_once(')'))
    {
        Some((_, rest)) => rest,
        None => text,
    }
}

/// Visits every summary, title and description of a document.
fn prose(value: &Value, name: &str, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let name = format!("{name}/{key}");
                match (key.as_str(), value) {
                    ("summary" | "description", Value::String(text)) => visit(&name, text),
                    // Examples are data of the API.
                    ("example" | "examples" | "default" | "enum" | "const", _) => {}
                    _ => prose(value, &name, visit),
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                prose(value, &format!("{name}/{index}"), visit);
            }
        }
        _ => {}
    }
}

/// The YAML files of a folder and of those in it.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(documents(&path));
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn parameters_of_a_create_operation_are_not_described_as_filters() {
    let file = tests::repository().join("generated/src/pipedream/params.rs");
    let text = std::fs::read_to_string(file).expect("the parameters");
    let (_, after) = text
        .split_once("pub struct CreateAccountParams {")
        .expect("the struct");
    let (fields, _) = after.split_once("\n}").expect("its end");
    assert!(fields.contains("pub external_user_id"), "{fields}");
    assert!(!fields.contains("Limits the list"), "{fields}");
}
