//! Hostile values, and the requests that are allowed with them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use futures_core::future::LocalBoxFuture;
use pipedream_sdk::connect::Props;
use pipedream_sdk::types::ProjectId;
use pipedream_sdk::{Error, ErrorKind};
use pipedream_sdk_generated::PIPEDREAM_DOCUMENT;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tests::consumer::typed;
use tests::documents::resolved;
use tests::recorder::{ReceivedRequest, Recorder};

/// Values that cannot be a path segment, or that are blank.
const NOTHING: [&str; 4] = ["", ".", "..", " "];

/// Returns `true` if nothing may be sent with this value, because it cannot be a path segment.
fn must_be_rejected(value: &str, in_path: bool) -> bool {
    in_path && ["", ".", ".."].contains(&value)
}

/// Values that would change a request if they were inserted without encoding.
fn hostile() -> Vec<String> {
    let mut values: Vec<String> = [
        "a/b",
        "../x",
        "..\\x",
        "a\\..\\b",
        "%2e%2e",
        "%2E",
        "%",
        "?x",
        "#y",
        "&a=b",
        ";a=b",
        "a b+c",
        "@host:1",
        "\"}, {\"a\": \"",
        "\u{0}\t\r\n\u{7f}\u{85}",
        "a\r\nx-evil: 1",
        "é\u{202e}🦀",
        "...",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("x/".repeat(5_000));
    values.extend(NOTHING.map(str::to_owned));
    values
}

/// Returns `true` if it is correct to send nothing with this value: it is blank, or a header cannot contain it.
fn may_be_rejected(value: &str, in_header: bool) -> bool {
    let fits_header = value.chars().all(|it| matches!(it, ' '..='~'));
    NOTHING.contains(&value) || (in_header && !fits_header)
}

/// The values of one call: a normal one for each parameter except the one under test.
pub(crate) struct Values<'v> {
    under_test: Option<(&'v str, &'v str)>,
    /// Parameters that the call has requested.
    places: RefCell<BTreeSet<String>>,
}

impl<'v> Values<'v> {
    fn new(under_test: Option<(&'v str, &'v str)>) -> Self {
        Self {
            under_test,
            places: RefCell::default(),
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn at(&self, place: &str) -> String {
        self.places.borrow_mut().insert(place.to_owned());
        match self.under_test {
            Some((tested, value)) if tested == place => value.to_owned(),
            _ => ordinary(place),
        }
    }

    /// Returns the value of a parameter as an ID type.
    pub(crate) fn id<T: From<String>>(&self, place: &str) -> T {
        T::from(self.at(place))
    }

    /// Returns the project as a type of the generated client.
    pub(crate) fn project(&self) -> ProjectId {
        self.id("project_id")
    }

    /// Returns props with a hostile name and a hostile value.
    pub(crate) fn props(&self) -> Props {
        let name = self.at("configured_props");
        Props::new()
            .value("in", name.clone())
            .value(name, json!({ "a": [1] }))
    }

    /// Returns a body of an operation with a value for each string of its schema.
    pub(crate) fn body<T: DeserializeOwned>(&self, operation: &str) -> T {
        let schema = body_schema(operation).expect("an operation with a body");
        let mut body = Map::new();
        for (name, property) in properties(schema) {
            if let Some(kind) = kind(property) {
                let text = Value::from(self.at(name));
                let value = match kind {
                    ParameterKind::Text => text,
                    ParameterKind::Texts => json!([text]),
                };
                body.insert(name.to_owned(), value);
            } else if is_required(schema, name) {
                body.insert(name.to_owned(), example(property));
            }
        }
        typed(Value::Object(body))
    }
}

/// Returns a normal value that is not a prefix of another parameter's.
fn ordinary(place: &str) -> String {
    format!("ordinary-{place}-")
}

/// The parts of a request that a value could change.
#[derive(Clone, Debug, PartialEq)]
struct RequestParts {
    method: String,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Value,
}

impl RequestParts {
    fn of(request: &ReceivedRequest) -> Self {
        let headers = request.headers.iter();
        Self {
            method: request.method.clone(),
            segments: request.segments(),
            query: request.query.clone(),
            headers: headers
                .filter(|(name, _)| *name != "content-length")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            body: request.json(),
        }
    }

    /// Replaces a value in all parts.
    fn with(&self, text: &str, other: &str) -> Self {
        let put = |it: &String| it.replace(text, other);
        Self {
            method: self.method.clone(),
            segments: self.segments.iter().map(put).collect(),
            query: self
                .query
                .iter()
                .map(|(name, value)| (put(name), put(value)))
                .collect(),
            headers: self
                .headers
                .iter()
                // Receivers trim whitespace at both ends of a header value.
                .map(|(name, value)| (name.clone(), put(value).trim().to_owned()))
                .collect(),
            body: put_into(&self.body, text, other),
        }
    }

    fn has_in_header(&self, text: &str) -> bool {
        self.headers.values().any(|value| value.contains(text))
    }
}

fn put_into(value: &Value, text: &str, other: &str) -> Value {
    match value {
        Value::String(it) => it.replace(text, other).into(),
        Value::Array(items) => items.iter().map(|it| put_into(it, text, other)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, it)| (name.replace(text, other), put_into(it, text, other)))
            .collect(),
        other => other.clone(),
    }
}

/// A call with these values.
pub(crate) type Call<S> =
    for<'c> fn(&'c S, &'c Values<'c>) -> LocalBoxFuture<'c, Result<(), Error>>;

/// Makes a call with every value for every parameter of its request, and returns those parameters.
pub(crate) async fn withstand<S>(
    server: &Recorder,
    subject: &S,
    name: &str,
    call: Call<S>,
) -> BTreeSet<String> {
    let values = Values::new(None);
    let _ = call(subject, &values).await;
    let seen = server.take();
    assert_eq!(seen.len(), 1, "{name}: one request");
    let usual = RequestParts::of(&seen[0]);
    let mut places = values.places.into_inner();
    // Ignores parameters of the handle that this call does not use.
    places.retain(|place| usual.with(&ordinary(place), "") != usual);
    for place in &places {
        let in_header = usual.has_in_header(&ordinary(place));
        let in_path = usual.segments.contains(&ordinary(place));
        for value in hostile() {
            let shown = format!("{name}, {place} = {:.40}", value.escape_debug());
            let called = call(subject, &Values::new(Some((place, &value)))).await;
            match server.take().as_slice() {
                [] => {
                    let error = called.expect_err("an error if nothing was sent");
                    let before_it = [ErrorKind::InvalidRequest, ErrorKind::Credential];
                    assert!(before_it.contains(&error.kind()), "{shown}: {error}");
                    assert!(may_be_rejected(&value, in_header), "{shown}: {error}");
                }
                [request] => {
                    assert!(!must_be_rejected(&value, in_path), "{shown}");
                    let expected = usual.with(&ordinary(place), &value);
                    assert_eq!(RequestParts::of(request), expected, "{shown}");
                }
                more => panic!("{shown}: {} requests", more.len()),
            }
        }
    }
    places
}

/// Type of a parameter.
enum ParameterKind {
    Text,
    Texts,
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(PIPEDREAM_DOCUMENT).expect("the document is JSON"));

/// Returns the IDs of all operations.
pub(crate) fn operations() -> BTreeSet<String> {
    let operations = tests::documents::operations().into_iter();
    operations.map(|it| it.id).collect()
}

/// Returns the parameters of an operation that accept any string, according to the document.
pub(crate) fn documented(operation: &str) -> BTreeSet<String> {
    let parameters = operation_of(operation)["parameters"].as_array();
    let parameters = parameters.into_iter().flatten().filter_map(|parameter| {
        let parameter = resolved(&DOCUMENT, parameter);
        kind(&parameter["schema"])?;
        parameter["name"].as_str()
    });
    let mut places: BTreeSet<String> = parameters.map(str::to_owned).collect();
    if let Some(schema) = body_schema(operation) {
        let texts = properties(schema)
            .into_iter()
            .filter(|(_, property)| kind(property).is_some());
        places.extend(texts.map(|(name, _)| name.to_owned()));
    }
    places
}

fn operation_of(id: &str) -> &'static Value {
    let items = DOCUMENT["paths"].as_object().expect("paths").values();
    items
        .flat_map(|item| item.as_object().expect("a path item").values())
        .find(|operation| operation["operationId"] == id)
        .expect("the operation")
}

fn body_schema(operation: &str) -> Option<&'static Value> {
    let operation = operation_of(operation);
    let body = resolved(&DOCUMENT, operation.get("requestBody")?);
    Some(resolved(
        &DOCUMENT,
        &body["content"]["application/json"]["schema"],
    ))
}

fn properties(schema: &'static Value) -> Vec<(&'static str, &'static Value)> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| (name.as_str(), resolved(&DOCUMENT, property)))
        .collect()
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array().into_iter().flatten();
    required.into_iter().any(|it| it == name)
}

fn kind(schema: &Value) -> Option<ParameterKind> {
    let schema = resolved(&DOCUMENT, schema);
    // A string with another content accepts only that content.
    let is_text = |schema: &Value| {
        let restricts = |key| schema.get(key).is_some();
        schema["type"] == "string" && !restricts("enum") && !restricts("contentSchema")
    };
    if is_text(schema) {
        return Some(ParameterKind::Text);
    }
    let items = resolved(&DOCUMENT, schema.get("items")?);
    is_text(items).then_some(ParameterKind::Texts)
}

/// Returns a value for a parameter that is not a string.
fn example(schema: &Value) -> Value {
    let schema = resolved(&DOCUMENT, schema);
    match (&schema["enum"][0], schema["type"].as_str()) {
        (Value::Null, Some("boolean")) => json!(true),
        (Value::Null, Some("integer" | "number")) => json!(1),
        (Value::Null, Some("array")) => json!([]),
        (Value::Null, Some("string")) => json!("{}"),
        (Value::Null, _) => json!({}),
        (first, _) => first.clone(),
    }
}
