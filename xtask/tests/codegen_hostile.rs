//! Tests of the full generator with damaged OpenAPI and Arazzo documents.
//!
//! Each run ends with Rust that parses or with errors, without a panic and within a time limit.
//! `HOSTILE_CASES=5000 cargo test -p xtask --test codegen_hostile` tests more documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use xtask::diagnostic::render::RenderOptions;
use xtask::diagnostic::{Severity, child};
use xtask::pipeline::{self, Documents, Request, Run, Runtime};

/// Stack size of the generator's worker thread, in bytes.
const STACK: usize = 256 * 1024 * 1024;

/// Time limit of one run, for an unoptimized build on a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Folders of fixtures, each with an API and its workflows.
const FOLDERS: [&str; 5] = [
    "shop",
    "echo",
    "flows",
    "goldens/texts_and_constants",
    "goldens/credentials",
];

/// A mutation of one value in a document.
#[derive(Clone, Debug)]
enum Mutation {
    Remove,
    /// Replaces the value.
    Replace(Value),
    /// Replaces the value with a part of either document.
    Copy(Index),
    /// Adds a copy beside the value.
    Duplicate,
    /// Renames the key.
    Rename(String),
    /// Wraps the value in this many lists (`true`) or objects.
    Nest(usize, bool),
    /// Replaces the value with a reference to itself or to the ancestor this many levels up.
    CircularReference(usize),
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("x".repeat(20_000)),
        "(fn|self|Self|r#type|crate|async|_|1st|a b|a-b|\\.\\./\\.\\.|🦀|\\{\\}|\\{a|/\\{x\\}/\\{x\\}|'|\"|\\\\|\n|\\*/)",
        "(get|put|type|schema|items|allOf|oneOf|anyOf|enum|default|nullable|required|properties|parameters|in|path|query|header|pattern|format|\\$ref|discriminator|additionalProperties)",
        "(string|integer|number|boolean|array|object|null|binary|date-time|uuid|int32|end|goto|retry|jsonpath|regex|xpath|openapi|arazzo)",
        "\\$(inputs|steps|response|request|outputs|statusCode|workflows|url|method)[.a-z#/\\[\\]0-9]{0,16}",
        "\\$(statusCode|response\\.body#/[a-z]{1,4}) (==|!=|<|>=) ('[a-z]?'|[0-9]{1,3}|null|true)",
        "\\PC{0,12}",
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
        "#/(components/(schemas|parameters)|workflows|paths)/[a-zA-Z0-9]{0,6}"
            .prop_map(|to| json!({ "$ref": to })),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn change() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => Just(Mutation::Remove),
        3 => anything().prop_map(Mutation::Replace),
        4 => any::<Index>().prop_map(Mutation::Copy),
        2 => Just(Mutation::Duplicate),
        2 => word().prop_map(Mutation::Rename),
        1 => (1..600_usize, any::<bool>()).prop_map(|(depth, list)| Mutation::Nest(depth, list)),
        1 => (0..4_usize).prop_map(Mutation::CircularReference),
    ]
}

/// Returns all pointers into a document except the one to its root.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((at, value)) = open.pop() {
        let inner: Vec<(String, &Value)> = match value {
            Value::Object(members) => {
                let members = members.iter();
                members
                    .map(|(key, inner)| (child(&at, key), inner))
                    .collect()
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items
                    .map(|(index, inner)| (child(&at, index), inner))
                    .collect()
            }
            _ => Vec::new(),
        };
        all.extend(inner.iter().map(|(at, _)| at.clone()));
        open.extend(inner);
    }
    all
}

/// Returns the parent of the value at a pointer, and the key in it.
fn parent<'v>(document: &'v mut Value, pointer: &str) -> Option<(&'v mut Value, String)> {
    let (outer, key) = pointer.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    Some((document.pointer_mut(outer)?, key))
}

fn apply(documents: &mut [Value], which: &Index, at: &Index, change: &Mutation) {
    let which = which.index(documents.len());
    let all = pointers(&documents[which]);
    if all.is_empty() {
        return;
    }
    let pointer = at.get::<String>(&all).clone();
    let part = match change {
        Mutation::Copy(from) => {
            let other = &documents[from.index(documents.len())];
            let others = pointers(other);
            match others.is_empty() {
                true => Value::Null,
                false => other
                    .pointer(from.get::<String>(&others))
                    .cloned()
                    .unwrap_or_default(),
            }
        }
        _ => Value::Null,
    };
    let document = &mut documents[which];
    match change {
        Mutation::Replace(_)
        | Mutation::Copy(_)
        | Mutation::Nest(..)
        | Mutation::CircularReference(_) => {
            let Some(value) = document.pointer_mut(&pointer) else {
                return;
            };
            *value = match change {
                Mutation::Replace(by) => by.clone(),
                Mutation::Copy(_) => part,
                Mutation::Nest(depth, list) => nested(value.take(), *depth, *list),
                _ => {
                    let up = match change {
                        Mutation::CircularReference(up) => *up,
                        _ => 0,
                    };
                    let outer: Vec<&str> = pointer.split('/').collect();
                    let kept = outer.len().saturating_sub(up).max(1);
                    json!({ "$ref": format!("#{}", outer[..kept].join("/")) })
                }
            };
        }
        Mutation::Remove | Mutation::Duplicate | Mutation::Rename(_) => {
            let Some((outer, key)) = parent(document, &pointer) else {
                return;
            };
            match (outer, change) {
                (Value::Object(members), Mutation::Remove) => drop(members.shift_remove(&key)),
                (Value::Array(items), Mutation::Remove) => {
                    if let Ok(index) = key.parse::<usize>() {
                        items.remove(index);
                    }
                }
                (Value::Array(items), _) => {
                    if let Some(item) = key.parse::<usize>().ok().and_then(|at| items.get(at)) {
                        items.push(item.clone());
                    }
                }
                (Value::Object(members), Mutation::Rename(to)) => {
                    let renamed: Map<String, Value> = std::mem::take(members)
                        .into_iter()
                        .map(|(name, value)| (if name == key { to.clone() } else { name }, value))
                        .collect();
                    *members = renamed;
                }
                (Value::Object(members), _) => {
                    if let Some(value) = members.get(&key).cloned() {
                        members.insert(format!("{key}_"), value);
                    }
                }
                _ => {}
            }
        }
    }
}

fn nested(value: Value, depth: usize, list: bool) -> Value {
    (0..depth).fold(value, |inner, _| match list {
        true => json!([inner]),
        false => json!({ "properties": inner }),
    })
}

fn fixtures() -> Vec<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let read = |path: PathBuf| xtask::load::load(&path).expect("a fixture").value;
    FOLDERS
        .iter()
        .map(|folder| {
            let folder = root.join(folder);
            vec![
                read(folder.join("openapi.yml")),
                read(folder.join("arazzo.yml")),
            ]
        })
        .collect()
}

/// Runs the generator on these documents, on a thread with a large stack.
fn codegen(folder: &Path, documents: &[Value]) -> std::thread::Result<Run> {
    let paths = ["openapi.yml", "arazzo.yml"].map(|name| folder.join(name));
    for (path, document) in paths.iter().zip(documents) {
        fs::write(path, document.to_string()).expect("write the document");
    }
    let [openapi, arazzo] = paths;
    let request = Request {
        documents: Documents {
            openapi: vec![openapi],
            arazzo: vec![arazzo],
            ..Documents::default()
        },
        out: folder.join("out"),
        runtime: Runtime::path(folder),
        deny_warnings: false,
        keep_going: false,
    };
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread
        .spawn(move || pipeline::codegen(&request))
        .expect("a thread")
        .join()
}

#[test]
fn generates_valid_rust_or_errors_from_damaged_documents() {
    let cases = std::env::var("HOSTILE_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(96),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let originals = fixtures();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let changes = prop::collection::vec((any::<Index>(), any::<Index>(), change()), 1..4);
    let result = TestRunner::new(config).run(&(any::<Index>(), changes), |(which, changes)| {
        let mut documents = which.get(&originals).clone();
        for (which, at, change) in &changes {
            apply(&mut documents, which, at, change);
        }
        let begun = Instant::now();
        let run = codegen(folder.path(), &documents);
        let took = begun.elapsed();
        prop_assert!(took < TIME_LIMIT, "the run took {took:?}");
        let run = run.map_err(|_| TestCaseError::fail("a panic"))?;
        // Rendering the findings must not panic.
        let shown = run.diagnostics.render(
            &run.sources,
            RenderOptions {
                notes: true,
                ..RenderOptions::default()
            },
        );
        match &run.output {
            Some(output) => {
                for (path, text) in output.files().filter(|(path, _)| path.ends_with(".rs")) {
                    let text = std::str::from_utf8(text).expect("text");
                    let parsed = syn::parse_file(text);
                    prop_assert!(parsed.is_ok(), "{path}: {:?}\n{shown}", parsed.err());
                }
            }
            None => {
                let errors = run.diagnostics.iter();
                let errors = errors.filter(|finding| finding.severity == Severity::Error);
                prop_assert!(errors.count() > 0, "no output and no error");
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
