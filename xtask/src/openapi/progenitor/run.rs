//! Runs of progenitor on normalized documents: from JSON to a `syn::File`, with diagnostics for failures.
//!
//! Progenitor and typify panic on documents they do not support. The passes of `normalize` prevent most panics. The
//! others are caught here, on a separate thread with a large stack and a limit of its work. A search then locates the
//! operation or schema that causes the failure.

use std::collections::BTreeSet;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::openapi::description::ApiDescription;
use crate::openapi::normalize;
use crate::openapi::progenitor::patch::Purpose;
use crate::openapi::progenitor::{arguments, patch, trim};

/// Stack size in bytes, far more than any real document needs. Only touched pages use memory.
const STACK_SIZE: usize = 256 * 1024 * 1024;
/// Work allowed for a full document, see [`Work`]; the largest known one takes a few seconds.
const MAX_WORK: Duration = Duration::from_secs(120);
/// Work allowed for one excerpt while the cause of a failure is located.
const MAX_WORK_OF_EXCERPT: Duration = Duration::from_secs(10);
/// Work allowed for the search as a whole.
const MAX_WORK_OF_SEARCH: Duration = Duration::from_secs(60);
/// Pause between two looks at the work.
const PAUSE: Duration = Duration::from_millis(200);

/// Generates the client in progenitor's positional style.
///
/// `document` must have passed [`normalize`](crate::openapi::normalize::normalize) without errors. Diagnostics
/// refer to it as `file`.
pub fn generate(document: &Value, file: &Path) -> Result<syn::File, Diagnostics> {
    start(document, Purpose::Print).finish(document, file)
}

/// A run for a document, which goes on while the caller does other work.
pub struct Started {
    thread: Result<Isolated, Failure>,
    purpose: Purpose,
}

/// Starts to generate a client, with the document's descriptions only if they are printed.
pub fn start(document: &Value, purpose: Purpose) -> Started {
    Started {
        thread: Isolated::start(supported_fields(document, purpose), purpose),
        purpose,
    }
}

impl Started {
    /// Waits for the client of the document.
    pub fn finish(self, document: &Value, file: &Path) -> Result<syn::File, Diagnostics> {
        match self.thread.and_then(|thread| thread.finish(MAX_WORK).0) {
            Ok(tokens) => parse(&tokens, file),
            Err(failure) => {
                let input = supported_fields(document, self.purpose);
                let mut found = locate_failure(document, &input, &failure, file);
                as_written(document, &mut found);
                Err([found].into_iter().collect())
            }
        }
    }
}

/// Moves a finding about a variant of an operation to the operation.
fn as_written(document: &Value, found: &mut Diagnostic) {
    let operations = ApiDescription::new(document).operations();
    let variant = operations.iter().find(|operation| {
        operation.variant_of().is_some() && operation.part.pointer == found.pointer
    });
    if let Some(variant) = variant {
        found.pointer = child(&child("/paths", variant.path), variant.method);
    }
}

fn parse(tokens: &str, file: &Path) -> Result<syn::File, Diagnostics> {
    let fail = |message: String| -> Diagnostics {
        [Diagnostic::new(Code::ClientGenerator, file, "", message)
            .help("this is a bug in the generator or in progenitor, not an error in the document: report it")]
        .into_iter()
        .collect()
    };
    let parsed = syn::parse_str::<syn::File>(tokens)
        .map_err(|error| fail(format!("the generated client is not valid Rust: {error}")))?;
    let duplicates = duplicate_definitions(&parsed);
    if duplicates.is_empty() {
        Ok(parsed)
    } else {
        let names: Vec<&str> = duplicates.iter().map(String::as_str).collect();
        Err(fail(format!(
            "the generated client defines `{}` more than once",
            names.join("`, `")
        )))
    }
}

/// Returns the types and methods that are defined more than once.
fn duplicate_definitions(file: &syn::File) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut duplicates = BTreeSet::new();
    let mut add = |name: String| {
        if !seen.insert(name.clone()) {
            duplicates.insert(name);
        }
    };
    for item in &file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    match item {
                        syn::Item::Struct(item) => add(format!("types::{}", item.ident)),
                        syn::Item::Enum(item) => add(format!("types::{}", item.ident)),
                        _ => {}
                    }
                }
            }
            syn::Item::Impl(item) if item.trait_.is_none() => {
                for item in &item.items {
                    if let syn::ImplItem::Fn(function) = item {
                        add(function.sig.ident.to_string());
                    }
                }
            }
            _ => {}
        }
    }
    duplicates
}

/// Returns a copy of the document with only the fields that progenitor supports; others can make it fail.
fn supported_fields(document: &Value, purpose: Purpose) -> Value {
    let prose: &[&str] = match purpose {
        Purpose::Print => &["summary", "description"],
        Purpose::Check => &[],
    };
    let retain_supported_keywords = |schema: &mut Value| retain_supported_keywords(schema, purpose);
    let mut paths = Map::new();
    let api = ApiDescription::new(document);
    for (number, declared) in api.operations().iter().enumerate() {
        let Some(operation) = declared.part.value.as_object() else {
            continue;
        };
        let mut operation: Map<String, Value> = pick(
            operation,
            &["operationId", "parameters", "requestBody", "responses"],
            prose,
        );
        arguments::replace(declared, api, &mut operation);
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(map) = parameter.as_object() {
                *parameter = Value::Object(pick(map, &["name", "in", "required", "schema"], prose));
            }
        }
        if let Some(body) = operation.get_mut("requestBody")
            && let Some(map) = body.as_object()
        {
            *body = Value::Object(pick(map, &["content", "required"], prose));
        }
        each_schema_in(&mut operation, retain_supported_keywords);
        let method = match declared.method {
            // Methods that progenitor does not have.
            "options" | "trace" => "post",
            method => method,
        };
        let path = arguments::path(declared, api, number);
        paths.insert(path, json!({ method: operation }));
    }
    let mut schemas = document["components"]["schemas"].clone();
    for (_, schema) in schemas.as_object_mut().into_iter().flatten() {
        retain_supported_keywords(schema);
    }
    let info = document["info"]
        .as_object()
        .map(|info| pick(info, &["title", "version"], prose));
    json!({
        "openapi": "3.0.3",
        "info": info,
        "paths": paths,
        "components": {"schemas": schemas}
    })
}

fn pick(map: &Map<String, Value>, keys: &[&str], prose: &[&str]) -> Map<String, Value> {
    let keys = keys.iter().chain(prose);
    keys.filter_map(|key| Some(((*key).to_owned(), map.get(*key)?.clone())))
        .collect()
}

fn each_schema_in(operation: &mut Map<String, Value>, f: impl Fn(&mut Value) + Copy) {
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

fn content_schemas(holder: &mut Value, f: impl Fn(&mut Value)) {
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

/// Removes all keywords that do not affect a schema's type.
///
/// A `title` would rename the type, and extensions can import foreign types.
fn retain_supported_keywords(schema: &mut Value, purpose: Purpose) {
    const SUPPORTED: [&str; 13] = [
        "$ref",
        "type",
        "format",
        "pattern",
        "enum",
        "nullable",
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
    let is_documented = purpose == Purpose::Print;
    if let (true, Some(title)) = (is_documented, map.get("title").cloned()) {
        map.entry("description").or_insert(title);
    }
    map.retain(|key, _| {
        SUPPORTED.contains(&key.as_str()) || (is_documented && key == "description")
    });
    // Formats without a type of their own are documentation only.
    let supported = match map.get("type").and_then(Value::as_str) {
        Some("string") => vec!["date", "date-time", "binary"],
        Some("integer") => vec!["int32", "int64", "uint64"],
        Some("number") => vec!["float", "double"],
        _ => vec![],
    };
    if map
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| !supported.contains(&format))
    {
        map.shift_remove("format");
    }
    rename_properties(map);
    let retain_supported_keywords = |schema: &mut Value| retain_supported_keywords(schema, purpose);
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(retain_supported_keywords);
            }
            ("items" | "additionalProperties", inner) => retain_supported_keywords(inner),
            ("allOf" | "anyOf" | "oneOf", Value::Array(members)) => {
                members.iter_mut().for_each(retain_supported_keywords);
            }
            _ => {}
        }
    }
}

/// Renames the properties whose Rust names are taken.
fn rename_properties(schema: &mut Map<String, Value>) {
    let renamed = normalize::renamed(schema);
    if renamed.is_empty() {
        return;
    }
    let new = |name: &String| {
        let field = renamed.get(name);
        field.map(|field| patch::renamed_property(name, field))
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, property)| (new(&name).unwrap_or(name), property))
            .collect();
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            if let Value::String(name) = name
                && let Some(new) = new(name)
            {
                *name = new;
            }
        }
    }
}

/// Failure of a progenitor run.
enum Failure {
    /// Progenitor cannot be started, or it returned an error.
    Rejected(String),
    Panicked(String),
    TooMuchWork,
}

impl Failure {
    fn reason(&self) -> String {
        match self {
            Failure::Rejected(message) => message.clone(),
            Failure::Panicked(message) => format!("progenitor panicked: {message}"),
            Failure::TooMuchWork => "progenitor exceeded the limit of its work".into(),
        }
    }
}

/// The work of a thread, as the time that it spent on a processor. Unlike the time on the clock, it does not depend on
/// what else the machine does.
struct Work {
    /// Folder of the thread in `/proc`; `None` where there is none, and the clock is used instead.
    thread: Option<PathBuf>,
    start: Instant,
}

impl Work {
    fn spent(&self) -> Duration {
        let nanoseconds = || {
            let text = std::fs::read_to_string(self.thread.as_ref()?.join("schedstat")).ok()?;
            text.split(' ').next()?.parse().ok()
        };
        match nanoseconds() {
            Some(nanoseconds) => Duration::from_nanos(nanoseconds),
            None => self.start.elapsed(),
        }
    }
}

/// A run on a separate thread, which catches the panics of progenitor.
struct Isolated {
    /// Receives source code, since tokens cannot leave their thread.
    outcome: mpsc::Receiver<std::thread::Result<Result<String, String>>>,
    work: Work,
}

impl Isolated {
    fn start(document: Value, purpose: Purpose) -> Result<Self, Failure> {
        silence_panics();
        let start = Instant::now();
        let (send_thread, receive_thread) = mpsc::channel();
        let (sender, outcome) = mpsc::channel();
        std::thread::Builder::new()
            .name(THREAD.into())
            .stack_size(STACK_SIZE)
            .spawn(move || {
                let _ = send_thread.send(std::fs::read_link("/proc/thread-self").ok());
                let run = panic::AssertUnwindSafe(|| progenitor(document, purpose));
                // The receiver is gone after the limit.
                let _ = sender.send(panic::catch_unwind(run));
            })
            .map_err(|error| {
                Failure::Rejected(format!("cannot start a thread for progenitor: {error}"))
            })?;
        let thread = receive_thread.recv().ok().flatten();
        let thread = thread.map(|thread| Path::new("/proc").join(thread));
        let work = Work { thread, start };
        Ok(Self { outcome, work })
    }

    /// Waits for the end of the run. Also returns the work it took.
    fn finish(self, limit: Duration) -> (Result<String, Failure>, Duration) {
        loop {
            // The thread ends with its result, so its work is read before, and the rest is what the wait takes.
            let (spent, looked) = (self.work.spent(), Instant::now());
            let result = match self.outcome.recv_timeout(PAUSE) {
                Ok(Ok(result)) => result.map_err(Failure::Rejected),
                Ok(Err(payload)) => {
                    let message = payload
                        .downcast_ref::<String>()
                        .map(String::as_str)
                        .or_else(|| payload.downcast_ref::<&str>().copied())
                        .unwrap_or("no message");
                    Err(Failure::Panicked(shorten(message)))
                }
                Err(mpsc::RecvTimeoutError::Timeout) if spent <= limit => continue,
                Err(mpsc::RecvTimeoutError::Timeout) => Err(Failure::TooMuchWork),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    Err(Failure::Panicked("no message".into()))
                }
            };
            return (result, spent + looked.elapsed());
        }
    }
}

fn progenitor(document: Value, purpose: Purpose) -> Result<String, String> {
    let spec: openapiv3::OpenAPI = serde_json::from_value(document)
        .map_err(|error| format!("cannot read the document: {error}"))?;
    let mut settings = progenitor::GenerationSettings::default();
    settings.with_interface(progenitor::InterfaceStyle::Positional);
    progenitor::Generator::new(&settings)
        .generate_tokens(&spec)
        .map(|tokens| trim::trim(tokens, purpose).to_string())
        .map_err(|error| {
            format!(
                "progenitor returned an error: {}",
                shorten(&error.to_string())
            )
        })
}

/// Returns the first line, cut to 200 characters: panic messages contain full schemas.
fn shorten(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(200).collect();
    if short.len() < message.len() {
        short.push('…');
    }
    short
}

const THREAD: &str = "progenitor";

/// Suppresses panic messages of progenitor's thread only.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let default_hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(THREAD) {
                default_hook(info);
            }
        }));
    });
}

/// Searches for the smallest part of the document that fails too, and returns a diagnostic at its location.
fn locate_failure(
    declared: &Value,
    document: &Value,
    failure: &Failure,
    file: &Path,
) -> Diagnostic {
    let mut work = Duration::ZERO;
    let mut fails = |part: Value| {
        let failure = match Isolated::start(part, Purpose::Check) {
            Ok(thread) => {
                let (result, spent) = thread.finish(MAX_WORK_OF_EXCERPT);
                work += spent;
                result.err()
            }
            Err(failure) => Some(failure),
        };
        (failure, work > MAX_WORK_OF_SEARCH)
    };
    let mut is_over = false;
    let mut best: Option<(usize, String, String, String)> = None;
    let schemas = document["components"]["schemas"].as_object();
    for (name, _) in schemas.into_iter().flatten() {
        if is_over {
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
        let (failure, over) = fails(part);
        is_over = over;
        if let Some(failure) = failure {
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
                if is_over {
                    break 'operations;
                }
                let part = excerpt(document, Some((path, method)), BTreeSet::new());
                let (failure, over) = fails(part);
                is_over = over;
                if let Some(failure) = failure {
                    let id = operation["operationId"].as_str().unwrap_or_default();
                    let at = declared_pointer(declared, path);
                    best = Some((0, at, format!("the operation `{id}`"), failure.reason()));
                    break 'operations;
                }
            }
        }
    }
    let (pointer, subject, reason) = match best {
        Some((_, pointer, subject, reason)) => (pointer, subject, reason),
        None => (String::new(), "the document".to_owned(), failure.reason()),
    };
    Diagnostic::new(
        Code::ClientGenerator,
        file,
        pointer,
        format!("cannot generate a client from {subject}"),
    )
    .label(reason)
    .help("simplify it, with an overlay if the document is maintained elsewhere")
}

/// Returns the pointer of the operation that progenitor receives under a path.
fn declared_pointer(document: &Value, path: &str) -> String {
    let number = path.split('/').nth(1).and_then(|part| part.parse().ok());
    let mut operations = ApiDescription::new(document).operations().into_iter();
    let operation = number.and_then(|number| operations.nth(number));
    operation.map_or_else(String::new, |operation| operation.part.pointer)
}

/// Returns a document with at most one operation, the requested schemas, and the schemas that these reference.
fn excerpt(document: &Value, operation: Option<(&str, &str)>, schemas: BTreeSet<String>) -> Value {
    let mut paths = Map::new();
    let mut open: Vec<String> = schemas.into_iter().collect();
    if let Some((path, method)) = operation {
        let operation = &document["paths"][path][method];
        referenced_schemas(operation, &mut open);
        paths.insert(path.to_owned(), json!({ method: operation }));
    }
    let all = &document["components"]["schemas"];
    let mut needed = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = all.get(&name)
            && needed.insert(name)
        {
            referenced_schemas(schema, &mut open);
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

fn referenced_schemas(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap_or_default();
                found.push(name.replace("~1", "/").replace("~0", "~"));
            }
            map.values()
                .for_each(|inner| referenced_schemas(inner, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|inner| referenced_schemas(inner, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
