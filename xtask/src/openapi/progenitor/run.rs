//! Runs progenitor on a normalized document: JSON in, a `syn::File` out, and a diagnostic for whatever it does instead.
//!
//! Progenitor and typify panic at documents they have no answer for. The passes of `normalize` leave little for that; the
//! rest is caught here, on a thread of its own with room for deep recursion and a limit in time, and narrowed down to the
//! operation or schema that is to blame.

use std::collections::BTreeSet;
use std::panic;
use std::path::Path;
use std::sync::Once;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::openapi::description::METHODS;

/// Far more than any real document needs; only touched memory counts.
const STACK: usize = 256 * 1024 * 1024;
/// The largest known document takes some seconds.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long one part of the document may take while the one to blame is looked for, and how long all of them.
const TRIAL: Duration = Duration::from_secs(10);
const SEARCH: Duration = Duration::from_secs(60);

/// Generates the client in progenitor's positional style.
///
/// `document` has been through [`normalize`](crate::openapi::normalize::normalize) without an error; `file` is what
/// diagnostics call it.
pub fn generate(document: &Value, file: &Path) -> Result<syn::File, Diagnostics> {
    let essence = essence(document);
    match attempt(&essence, PATIENCE) {
        Ok(tokens) => parse(&tokens, file),
        Err(failure) => Err([blame(&essence, &failure, file)].into_iter().collect()),
    }
}

fn parse(tokens: &str, file: &Path) -> Result<syn::File, Diagnostics> {
    let fail = |message: String| -> Diagnostics {
        [Diagnostic::new(Code::ClientGenerator, file, "", message)
            .help("this is a defect of the generator or of progenitor, not of the document")]
        .into_iter()
        .collect()
    };
    let parsed = syn::parse_str::<syn::File>(tokens)
        .map_err(|error| fail(format!("the generated client is not Rust: {error}")))?;
    let twice = defined_twice(&parsed);
    if twice.is_empty() {
        Ok(parsed)
    } else {
        let names: Vec<&str> = twice.iter().map(String::as_str).collect();
        Err(fail(format!(
            "the generated client defines `{}` twice",
            names.join("`, `")
        )))
    }
}

/// Types and methods that would be defined more than once.
fn defined_twice(file: &syn::File) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    let mut note = |name: String| {
        if !seen.insert(name.clone()) {
            twice.insert(name);
        }
    };
    for item in &file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    match item {
                        syn::Item::Struct(item) => note(format!("types::{}", item.ident)),
                        syn::Item::Enum(item) => note(format!("types::{}", item.ident)),
                        _ => {}
                    }
                }
            }
            syn::Item::Impl(item) if item.trait_.is_none() => {
                for item in &item.items {
                    if let syn::ImplItem::Fn(function) = item {
                        note(function.sig.ident.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    twice
}

/// What progenitor reads of a document, and nothing that it could stumble over instead.
fn essence(document: &Value) -> Value {
    let mut paths = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let mut kept = Map::new();
        for method in METHODS {
            if let Some(operation) = item.get(method).and_then(Value::as_object) {
                let mut operation: Map<String, Value> = pick(
                    operation,
                    &[
                        "operationId",
                        "summary",
                        "description",
                        "parameters",
                        "requestBody",
                        "responses",
                    ],
                );
                for parameter in operation
                    .get_mut("parameters")
                    .and_then(Value::as_array_mut)
                    .into_iter()
                    .flatten()
                {
                    if let Some(map) = parameter.as_object() {
                        *parameter = Value::Object(pick(
                            map,
                            &["name", "in", "required", "description", "schema"],
                        ));
                    }
                }
                if let Some(body) = operation.get_mut("requestBody")
                    && let Some(map) = body.as_object()
                {
                    *body = Value::Object(pick(map, &["description", "content", "required"]));
                }
                each_schema_in(&mut operation, plain);
                kept.insert(method.to_owned(), Value::Object(operation));
            }
        }
        paths.insert(path.clone(), Value::Object(kept));
    }
    let mut schemas = document["components"]["schemas"].clone();
    for (_, schema) in schemas.as_object_mut().into_iter().flatten() {
        plain(schema);
    }
    let info = document["info"]
        .as_object()
        .map(|info| pick(info, &["title", "version", "description"]));
    json!({
        "openapi": "3.0.3",
        "info": info,
        "paths": paths,
        "components": {"schemas": schemas}
    })
}

fn pick(map: &Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    keys.iter()
        .filter_map(|key| Some(((*key).to_owned(), map.get(*key)?.clone())))
        .collect()
}

fn each_schema_in(operation: &mut Map<String, Value>, f: fn(&mut Value)) {
    for parameter in operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(schema) = parameter.get_mut("schema") {
            f(schema);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        content_schemas(body, f);
    }
    for (_, response) in operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        content_schemas(response, f);
    }
}

fn content_schemas(holder: &mut Value, f: fn(&mut Value)) {
    for (_, media_type) in holder
        .get_mut("content")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        if let Some(schema) = media_type.get_mut("schema") {
            f(schema);
        }
    }
}

/// Leaves of a schema what makes its type. A title would rename the type; extensions can import foreign ones.
fn plain(schema: &mut Value) {
    const KEPT: [&str; 14] = [
        "$ref",
        "type",
        "format",
        "pattern",
        "enum",
        "nullable",
        "description",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "allOf",
        "anyOf",
        "oneOf",
    ];
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    if let Some(title) = map.get("title").cloned() {
        map.entry("description").or_insert(title);
    }
    map.retain(|key, _| KEPT.contains(&key.as_str()));
    // What it does not know is a remark for readers.
    let known = match map.get("type").and_then(Value::as_str) {
        Some("string") => vec!["date", "date-time", "binary"],
        Some("integer") => vec!["int32", "int64"],
        Some("number") => vec!["float", "double"],
        _ => vec![],
    };
    if map
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| !known.contains(&format))
    {
        map.shift_remove("format");
    }
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(plain),
            ("items" | "additionalProperties", inner) => plain(inner),
            ("allOf" | "anyOf" | "oneOf", Value::Array(members)) => {
                members.iter_mut().for_each(plain)
            }
            _ => {}
        }
    }
}

/// Why there is no client.
enum Failure {
    /// The document cannot be read, generated from, or is too much.
    Refused(String),
    Panicked(String),
    TookTooLong,
}

impl Failure {
    fn reason(&self) -> String {
        match self {
            Failure::Refused(message) => message.clone(),
            Failure::Panicked(message) => format!("progenitor gave up: {message}"),
            Failure::TookTooLong => "progenitor does not come to an end".into(),
        }
    }
}

/// Runs progenitor where it can do no harm. The result is text, since tokens stay on their thread.
fn attempt(document: &Value, patience: Duration) -> Result<String, Failure> {
    quiet_panics();
    let document = document.clone();
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name(THREAD.into())
        .stack_size(STACK)
        .spawn(move || {
            let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| progenitor(document)));
            // Nobody listens any more when it took too long.
            let _ = sender.send(outcome);
        });
    if let Err(error) = thread {
        return Err(Failure::Refused(format!(
            "no thread for progenitor: {error}"
        )));
    }
    match receiver.recv_timeout(patience) {
        Ok(Ok(result)) => result.map_err(Failure::Refused),
        Ok(Err(payload)) => {
            let message = payload
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| payload.downcast_ref::<&str>().copied())
                .unwrap_or("for a reason it does not give");
            Err(Failure::Panicked(brief(message)))
        }
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Failure::TookTooLong),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Failure::Panicked("for a reason it does not give".into()))
        }
    }
}

fn progenitor(document: Value) -> Result<String, String> {
    let spec: openapiv3::OpenAPI = serde_json::from_value(document)
        .map_err(|error| format!("the document cannot be read: {error}"))?;
    let mut settings = progenitor::GenerationSettings::default();
    settings.with_interface(progenitor::InterfaceStyle::Positional);
    progenitor::Generator::new(&settings)
        .generate_tokens(&spec)
        .map(|tokens| tokens.to_string())
        .map_err(|error| format!("progenitor refused it: {}", brief(&error.to_string())))
}

/// The first line, and not all of that: panics print whole schemas.
fn brief(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(200).collect();
    if short.len() < message.len() {
        short.push('…');
    }
    short
}

const THREAD: &str = "progenitor";

/// Keeps panics of progenitor's thread from printing; all others print as before.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(THREAD) {
                loud(info);
            }
        }));
    });
}

/// Finds the smallest part of the document that fails as well, and says so at its place.
fn blame(document: &Value, failure: &Failure, file: &Path) -> Diagnostic {
    let fails = |part: &Value| attempt(part, TRIAL).err();
    let begun = Instant::now();
    let mut best: Option<(usize, String, String, String)> = None;
    let schemas = document["components"]["schemas"].as_object();
    for (name, _) in schemas.into_iter().flatten() {
        if begun.elapsed() > SEARCH {
            break;
        }
        let part = excerpt(document, None, BTreeSet::from([name.clone()]));
        let size = part["components"]["schemas"]
            .as_object()
            .map_or(0, Map::len);
        if best
            .as_ref()
            .is_some_and(|(smallest, ..)| *smallest <= size)
        {
            continue;
        }
        if let Some(failure) = fails(&part) {
            best = Some((
                size,
                child("/components/schemas", name),
                format!("the schema `{name}`"),
                failure.reason(),
            ));
        }
    }
    if best.is_none() {
        'operations: for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if begun.elapsed() > SEARCH {
                    break 'operations;
                }
                let part = excerpt(document, Some((path, method)), BTreeSet::new());
                if let Some(failure) = fails(&part) {
                    let id = operation["operationId"].as_str().unwrap_or_default();
                    let at = child(&child("/paths", path), method);
                    best = Some((0, at, format!("the operation `{id}`"), failure.reason()));
                    break 'operations;
                }
            }
        }
    }
    let (pointer, what, reason) = match best {
        Some((_, pointer, what, reason)) => (pointer, what, reason),
        None => (String::new(), "the document".to_owned(), failure.reason()),
    };
    Diagnostic::new(
        Code::ClientGenerator,
        file,
        pointer,
        format!("no client can be generated from {what}"),
    )
    .label(reason)
    .help("simplify it, with an overlay if the document is not yours")
}

/// A document of one operation, or of none, and the schemas that it needs.
fn excerpt(document: &Value, operation: Option<(&str, &str)>, wanted: BTreeSet<String>) -> Value {
    let mut paths = Map::new();
    let mut open: Vec<String> = wanted.into_iter().collect();
    if let Some((path, method)) = operation {
        let operation = &document["paths"][path][method];
        names_in(operation, &mut open);
        paths.insert(path.to_owned(), json!({ method: operation }));
    }
    let all = &document["components"]["schemas"];
    let mut needed = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = all.get(&name)
            && needed.insert(name)
        {
            names_in(schema, &mut open);
        }
    }
    let schemas: Map<String, Value> = all
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| needed.contains(*name))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    json!({"openapi": "3.0.3", "info": document["info"], "paths": paths, "components": {"schemas": schemas}})
}

fn names_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap_or_default();
                found.push(name.replace("~1", "/").replace("~0", "~"));
            }
            map.values().for_each(|inner| names_in(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| names_in(inner, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
